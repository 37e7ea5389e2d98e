"""Facts of a terminal that a person emptied in the form."""

from __future__ import annotations

import sqlalchemy as sa
from sqlmodel import col

from app.domain.event_data import FieldChange, change_of
from app.domain.register.terminal_fields import FIELD
from app.domain.register.terminals import Terminal, TerminalRecord
from app.services.core.context import UnitOfWork
from app.services.register.fact_columns import (
    DEVICE_COLUMNS,
    MERCHANT_COLUMNS,
    POSITION_COLUMNS,
)
from db.models.register import (
    MerchantRow,
    PlacementRow,
    TerminalRow,
)
from db.queries import PLACED_NOW


def _clearable(columns: dict[str, str], *more: str) -> dict[str, str]:
    """Facts one can do without, by column."""
    found = {
        name: column
        for name, column in columns.items()
        if not FIELD[name].required and not FIELD[name].needed and FIELD[name].choices is None
    }
    return found | {name: f"{name}_id" for name in more}


_CLEARABLE_DEVICE = _clearable(DEVICE_COLUMNS)
_CLEARABLE_POSITION = _clearable(POSITION_COLUMNS, "acquirer")
_CLEARABLE_MERCHANT = _clearable(MERCHANT_COLUMNS, "area")


def clear_emptied(
    unit: UnitOfWork, before: Terminal, record: TerminalRecord
) -> tuple[FieldChange, ...]:
    """An emptied field of the form is meant; an empty cell of an import is not, so the register's
    writer keeps it and the clearing is done here.  Returns what was cleared."""
    stays = bool(before.merchant_id) and record.mid == before.mid
    here = sa.and_(col(PlacementRow.terminal_id) == before.id, PLACED_NOW)
    cleared: list[str] = []
    for table, names, which, concerned in (
        (TerminalRow, _CLEARABLE_DEVICE, col(TerminalRow.id) == before.id, True),
        (PlacementRow, _CLEARABLE_POSITION, here, stays and record.tid == before.tid),
        (MerchantRow, _CLEARABLE_MERCHANT, col(MerchantRow.id) == before.merchant_id, stays),
    ):
        values = _emptied(names, before, record) if concerned else {}
        if values:
            columns = {names[name]: value for name, value in values.items()}
            unit.session.execute(sa.update(table).where(which).values(**columns))
            cleared += values
    return tuple(change_of(name, getattr(before, name), "") for name in cleared)


def _emptied(
    names: dict[str, str], before: Terminal, record: TerminalRecord
) -> dict[str, str | None]:
    """The fields of these that were given and no longer are, with their empty value."""
    empty: dict[str, str | None] = {}
    for name, column in names.items():
        value = getattr(record, name)
        if value in ("", None) and getattr(before, name) not in ("", None):
            empty[name] = None if column.endswith("_id") else value
    return empty
