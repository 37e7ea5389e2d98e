"""Table of agreed times.

Not to be given ``from __future__ import annotations``: SQLModel reads the annotations.
"""

from typing import ClassVar

import sqlalchemy as sa

from db.models.shape import Versioned, flag, lines, required_words, table, within, words


class ServiceAgreementRow(Versioned, table=True):
    """What was promised, in hours of the service hours, and for which cases."""

    __tablename__ = "service_agreement"
    audited: ClassVar[str] = "agreement"
    __table_args__ = table(
        lines("name", "contract", "acquirer", "area", "hours"),
        sa.CheckConstraint("length(name) > 0", name="name_given"),
        sa.CheckConstraint("priority IN ('', 'p1', 'p2', 'p3', 'p4')", name="priority"),
        within("response_hours", 1, 2_160),
        within("resolve_hours", 1, 2_160),
        sa.UniqueConstraint("name"),
    )

    name: str = required_words()
    contract: str = words()
    vip: bool = flag()
    acquirer: str = words()
    area: str = words()
    priority: str = words()
    response_hours: int
    resolve_hours: int
    hours: str = words()
    active: bool = flag(default=True)
