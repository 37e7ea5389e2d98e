"""Tables of spare parts: the catalogue, the models a part fits, the ledger of the stock.

Not to be given ``from __future__ import annotations``: SQLModel reads the annotations.
"""

from datetime import datetime
from typing import ClassVar

import sqlalchemy as sa
from sqlmodel import Field

from app.domain.parts.stock import StockCause
from db.models.shape import (
    Row,
    Versioned,
    flag,
    lines,
    moment,
    notes,
    one_of,
    optional_reference,
    reference,
    required_words,
    table,
    within,
    words,
)
from db.types import Key


class PartKindRow(Versioned, table=True):
    """A part of the catalogue.  A price of 0 is one nobody entered."""

    __tablename__ = "part_kind"
    audited: ClassVar[str] = "part"
    __table_args__ = table(
        lines("number", "name", "unit_name"),
        sa.CheckConstraint("length(number) > 0", name="number_given"),
        sa.CheckConstraint("length(name) > 0", name="name_given"),
        sa.UniqueConstraint("number"),
        within("list_price_cents", 0, 100_000_000),
        within("warranty_months", 0, 120),
    )

    number: str = required_words()
    name: str = required_words()
    unit_name: str = words()
    list_price_cents: int = 0
    warranty_months: int = 0
    active: bool = flag(default=True)


class PartFitsRow(Row, table=True):
    """A model a part fits; without any, all of them."""

    __tablename__ = "part_fits"
    __table_args__ = table(sa.UniqueConstraint("part_kind_id", "model_id"))

    part_kind_id: str = reference("part_kind.id", index=False)
    model_id: str = reference("terminal_model.id")


class StockMovementRow(Row, table=True):
    """An entry of the ledger: so many more (or fewer) of a part at one place.

    `technician_id` is whose van it is, empty for the office store.  `used_id` is the key of the
    line of an incident it belongs to, which may be taken out again.  Never changed, never deleted.
    """

    __tablename__ = "stock_movement"
    __table_args__ = table(
        lines("actor", "device"),
        notes("reason"),
        one_of("cause", StockCause),
        sa.CheckConstraint("quantity <> 0", name="moved"),
        sa.Index("ix_stock_movement_part_kind_id_technician_id", "part_kind_id", "technician_id"),
    )

    part_kind_id: str = reference("part_kind.id", index=False)
    technician_id: str | None = optional_reference("technician.id")
    quantity: int
    cause: str = required_words()
    at: datetime = moment()
    actor: str = required_words()
    device: str = words()
    reason: str = words()
    incident_id: str | None = optional_reference("incident.id")
    used_id: str | None = Field(default=None, sa_type=Key, nullable=True, index=True)
