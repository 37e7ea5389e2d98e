"""Tables of what the company decided for all its planning: who looks after which site, its own
days off and days worked, and its vehicles.

Not to be given ``from __future__ import annotations``: SQLModel reads the annotations.
"""

from datetime import date
from typing import ClassVar

import sqlalchemy as sa

from app.domain.maintenance.workdays import DayKind
from db.models.shape import (
    Row,
    Versioned,
    day,
    flag,
    lines,
    one_of,
    optional_reference,
    reference,
    required_words,
    table,
    words,
)


class TerritorySiteRow(Row, table=True):
    """A merchant's place in the territory of a technician."""

    __tablename__ = "territory_site"
    __table_args__ = table(sa.UniqueConstraint("merchant_id"))

    merchant_id: str = reference("merchant.id", index=False)
    technician_id: str = reference("technician.id")


class CompanyDayRow(Row, table=True):
    """A day the company closes, or works although the calendar says otherwise."""

    __tablename__ = "company_day"
    __table_args__ = table(
        lines("name", "source"), one_of("kind", DayKind), sa.UniqueConstraint("day")
    )

    day: date = day()
    kind: str = required_words()
    name: str = words()
    source: str = words()


class VehicleRow(Versioned, table=True):
    """A vehicle of the company; without a technician it is shared."""

    __tablename__ = "vehicle"
    audited: ClassVar[str] = "vehicle"
    __table_args__ = table(
        lines("plate", "description"),
        sa.CheckConstraint("length(plate) > 0", name="plate_given"),
        sa.UniqueConstraint("plate"),
    )

    plate: str = required_words()
    description: str = words()
    technician_id: str | None = optional_reference("technician.id")
    active: bool = flag(default=True)
