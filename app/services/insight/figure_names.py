"""What the groups of figures are called."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col

from app.domain.insight.figure_kinds import GroupedBy
from app.services.insight.running_time import Key
from db.models.register import (
    AcquirerRow,
    AreaRow,
    ManufacturerRow,
    TechnicianRow,
    TerminalModelRow,
)
from db.queries import MANUFACTURER


def group_names(session: Session, by: GroupedBy, keys: Iterable[Key]) -> dict[Key, str]:
    """The name of each group; empty where nothing is noted."""
    known = {row[0]: row[1] for row in session.execute(_names(by))} if by in _TABLES else {}
    return {key: " ".join(part for part in (known.get(key[0], ""), key[1]) if part) for key in keys}


def _models() -> Any:
    called = col(ManufacturerRow.name) + " " + col(TerminalModelRow.name)
    return sa.select(col(TerminalModelRow.id), called).join(*MANUFACTURER)


_TABLES: dict[GroupedBy, Any] = {
    GroupedBy.MODEL: None,
    GroupedBy.FIRMWARE: None,
    GroupedBy.AREA: AreaRow,
    GroupedBy.TECHNICIAN: TechnicianRow,
    GroupedBy.ACQUIRER: AcquirerRow,
}


def _names(by: GroupedBy) -> Any:
    table = _TABLES[by]
    return _models() if table is None else sa.select(col(table.id), col(table.name))
