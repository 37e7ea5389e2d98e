"""What people call the records that operations are about: numbers, serial numbers, names."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session

from app.domain.operations.operation import Operation
from db.models.incident import IncidentRow
from db.models.maintenance import PlanRow, VisitRow
from db.models.register import (
    SupportContactRow,
    TechnicianRow,
    TerminalModelRow,
    TerminalRow,
)

_CALLED: Mapping[str, tuple[Any, str]] = {
    "incident": (IncidentRow, "number"),
    "terminal": (TerminalRow, "serial"),
    "technician": (TechnicianRow, "name"),
    "contact": (SupportContactRow, "organisation"),
    "model": (TerminalModelRow, "name"),
    "visit": (VisitRow, "number"),
    "plan": (PlanRow, "key"),
}
"""By kind of record: its table and the column people know it by."""


def record_names(session: Session, operations: Iterable[Operation]) -> dict[str, str]:
    """The names of the records that operations are about, by their keys; of records that are not
    here there is none."""
    wanted: dict[str, set[str]] = {}
    for one in operations:
        if one.subject_kind in _CALLED and one.subject_id:
            wanted.setdefault(one.subject_kind, set()).add(one.subject_id)
    found: dict[str, str] = {}
    for kind, ids in wanted.items():
        row, column = _CALLED[kind]
        table = row.__table__
        query = sa.select(table.c.id, table.c[column]).where(table.c.id.in_(sorted(ids)))
        found |= {key: str(name) for key, name in session.execute(query)}
    return found
