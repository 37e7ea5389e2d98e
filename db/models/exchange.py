"""Tables of the exchange between computers: whom this one trusts.

Not to be given ``from __future__ import annotations``: SQLModel reads the annotations.
"""

from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from db.models.shape import lines, moment, optional_moment, required_words, table, words
from db.types import Digest, Key


class StationRow(SQLModel, table=True):
    """Another computer, by its key in the operation log, and its public keys."""

    __tablename__ = "station"
    __table_args__ = table(
        lines("name", "letter"),
        sa.CheckConstraint("role IN ('laptop', 'office')", name="role"),
        sa.UniqueConstraint("name"),
    )

    id: str = Field(primary_key=True, sa_type=Key)
    name: str = required_words()
    role: str = required_words()
    letter: str = words()
    signing: bytes = Field(sa_type=Digest)
    encryption: bytes = Field(sa_type=Digest)
    trusted_at: datetime = moment()
    revoked_at: datetime | None = optional_moment()
