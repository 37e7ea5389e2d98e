"""Records which fields of audited rows an operation changed, from SQLAlchemy's own bookkeeping.

A table is audited when its row class says so: ``audited = "technician"``.  Statements that change
rows without loading them are not seen here; who writes such a statement calls
`UnitOfWork.changed`.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy import event
from sqlmodel import Session

from app.domain.event_data import change_of
from app.services.core.running_operation import RecordChange

MACHINE = frozenset(
    {
        *("version", "changed_at", "serial_key", "generation_id", "incident_id", "visit_id"),
        *("sha256", "size", "media_type", "width", "height", "damaged", "position", "taken_at"),
        *("print_sha256", "print_width", "print_height", "added_at", "added_by", "removed_by"),
    }
)
"""Columns that say nothing to people, or say again what the operation says: never told."""


_NOTED_IN = "poscare_changes"
"""Under this name a session keeps the list its changes are noted in."""


def listen(session: Session, changes: list[RecordChange]) -> None:
    """Note in `changes` every changed field of the audited rows this session flushes."""
    session.info[_NOTED_IN] = changes


# Heard of all sessions: to hear one alone costs SQLAlchemy more than a save's statements do.
@event.listens_for(Session, "before_flush")
def _note(flushed: Any, _context: object, _instances: object) -> None:
    changes: list[RecordChange] | None = flushed.info.get(_NOTED_IN)
    if changes is None:
        return
    audited = [row for row in flushed.dirty if getattr(row, "audited", "")]
    # The session keeps changed rows in no order of its own.
    for row in sorted(audited, key=lambda row: (row.audited, row.id)):
        changes.extend(_changed(row, row.audited))


def _changed(row: Any, kind: str) -> list[RecordChange]:
    found = []
    state = sa.inspect(row)
    for attribute in state.mapper.column_attrs:
        name = attribute.key
        if name in MACHINE:
            continue
        history = state.attrs[name].history
        if history.added and history.added != history.deleted:
            old = history.deleted[0] if history.deleted else None
            found.append(RecordChange(kind, row.id, change_of(name, old, history.added[0])))
    return found
