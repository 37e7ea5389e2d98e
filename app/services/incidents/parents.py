"""Incidents that belong to one cause: the others join a parent, and stay cases of their own."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa
from sqlmodel import Session, col

from app.domain.errors import InvalidInput, NotFound
from app.domain.event_data import EventFacts, FieldChange, Reference
from app.domain.incidents.lifecycle import NOT_COUNTED, Action
from app.services.core.context import ServiceContext, UnitOfWork
from app.services.core.operations import operation
from app.services.core.running_operation import applied_again
from app.services.incidents.event_log import EventEntry, EventLog
from app.services.incidents.incident_reading import load
from db.models.incident import IncidentRow


class IncidentParents:
    """Use cases of parent incidents (总事件).

    A duplicate is the same report twice; what joins a parent is another terminal with the same
    cause: it is counted, worked on and closed by itself."""

    def __init__(self, context: ServiceContext) -> None:
        self._context = context
        self._log = EventLog(context)

    @operation("incident.join_parent", subject="parent_id")
    def join(self, parent_id: str, incident_ids: tuple[str, ...]) -> None:
        """Let incidents belong to another.  Raises `InvalidInput` (none was named; one is itself
        the parent, or a parent of others), `NotFound`."""
        if not incident_ids:
            raise InvalidInput.of("incident_ids", "text.missing")
        with self._context.write() as unit:
            self.join_within(unit, parent_id, incident_ids)

    def join_within(self, unit: UnitOfWork, parent_id: str, incident_ids: Sequence[str]) -> int:
        """`join` inside a larger step; returns how many joined.  What was withdrawn meanwhile or
        has another parent is left as it is when applied again."""
        session, joined = unit.session, 0
        parent = load(session, parent_id)
        if parent.parent_id:
            raise InvalidInput.of("parent", "incident.parent_has_parent", number=parent.number)
        for key in dict.fromkeys(incident_ids):
            row = session.get(IncidentRow, key)
            if row is None and applied_again():
                continue
            if row is None:
                raise NotFound("incident", key)
            if key == parent_id or _has_children(session, key):
                raise InvalidInput.of("parent", "incident.parent_of_itself", number=row.number)
            if row.parent_id == parent_id or row.state in NOT_COUNTED:
                continue
            had = load(session, row.parent_id).number if row.parent_id else ""
            row.parent_id = parent_id
            facts = EventFacts(
                change=FieldChange("parent", had, parent.number),
                reference=Reference("incident", parent_id),
            )
            self._log.note(unit, row, EventEntry(Action.EDIT, facts=facts))
            self._log.saved(unit, row)
            joined += 1
        unit.touched("incident", [parent_id])
        return joined

    @operation("incident.leave_parent")
    def leave(self, incident_id: str) -> None:
        """An incident has another cause after all.  Raises `NotFound`."""
        with self._context.write() as unit:
            row = load(unit.session, incident_id)
            if row.parent_id is None:
                return
            had = load(unit.session, row.parent_id).number
            row.parent_id = None
            facts = EventFacts(change=FieldChange("parent", had, ""))
            self._log.note(unit, row, EventEntry(Action.EDIT, facts=facts))
            self._log.saved(unit, row)


def _has_children(session: Session, incident_id: str) -> bool:
    query = sa.select(col(IncidentRow.id)).where(col(IncidentRow.parent_id) == incident_id)
    return session.execute(query.limit(1)).first() is not None
