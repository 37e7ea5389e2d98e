"""Where the database keeps each declared fact of a terminal."""

from __future__ import annotations

from typing import Any

from sqlmodel import col

from app.domain.register.terminal_field import KeptWith, TerminalField
from app.domain.register.terminal_fields import TERMINAL_FIELDS
from db.models.register import (
    AcquirerRow,
    AreaRow,
    ManufacturerRow,
    MerchantRow,
    PlacementRow,
    TerminalModelRow,
    TerminalRow,
)

_TABLES: dict[KeptWith, Any] = {
    KeptWith.DEVICE: TerminalRow,
    KeptWith.MODEL: TerminalModelRow,
    KeptWith.POSITION: PlacementRow,
    KeptWith.MERCHANT: MerchantRow,
}
_NAMES: dict[str, Any] = {
    "manufacturer": col(ManufacturerRow.name),
    "model": col(TerminalModelRow.name),
    "area": col(AreaRow.name),
    "acquirer": col(AcquirerRow.name),
}
"""Facts that are the name of a row of its own, which the owner refers to."""


def _own_columns(kept: KeptWith) -> dict[str, str]:
    return {
        item.name: item.column or item.name
        for item in TERMINAL_FIELDS
        if item.kept is kept and item.name not in _NAMES
    }


DEVICE_COLUMNS = _own_columns(KeptWith.DEVICE)
"""Facts of the device: name → column of `TerminalRow`."""
POSITION_COLUMNS = _own_columns(KeptWith.POSITION)
"""Facts of the position: name → column of `PlacementRow`; the acquirer is referred to."""
MERCHANT_COLUMNS = _own_columns(KeptWith.MERCHANT)
"""Facts of the merchant: name → column of `MerchantRow`; the area is referred to."""


def fact_columns() -> tuple[Any, ...]:
    """A labelled column for every declared fact, in order."""
    return tuple(_stored(item).label(item.name) for item in TERMINAL_FIELDS)


def _stored(item: TerminalField) -> Any:
    if item.name in _NAMES:
        return _NAMES[item.name]
    return getattr(_TABLES[item.kept], item.column or item.name)
