"""Incidents that belong to one cause: the others join a parent, and stay cases of their own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from app.domain.errors import InvalidInput, NotFound
from app.domain.event_data import EventFacts, FieldChange, Reference
from app.domain.incidents.incidents import IncidentSummary
from app.domain.incidents.lifecycle import NOT_COUNTED, OPEN_STATES, Action
from app.services.core.context import ServiceContext, UnitOfWork
from app.services.core.keyset import ListQuery
from app.services.core.operations import operation
from app.services.core.running_operation import applied_again
from app.services.incidents.event_log import EventEntry, EventLog
from app.services.incidents.incident_queries import IncidentFilter, list_query
from app.services.incidents.incident_reading import load
from db.models.incident import IncidentRow
from db.together import Asked, send_ahead, together

MOST_OFFERED = 200
"""Incidents that are offered to be joined."""


@dataclass(frozen=True, slots=True)
class RelatedIncidents:
    """The parent of an incident, None where it has none, and the incidents that joined it."""

    parent: IncidentSummary | None
    joined: tuple[IncidentSummary, ...]


class IncidentParents:
    """Use cases of parent incidents (总事件).

    A duplicate is the same report twice; what joins a parent is another terminal with the same
    cause: it is counted, worked on and closed by itself."""

    def __init__(self, context: ServiceContext) -> None:
        self._context = context
        self._log = EventLog(context)

    def related(self, incident_id: str) -> RelatedIncidents:
        """The parent of an incident, and those that joined it, newest first.  Raises
        `NotFound`."""
        with self._context.read() as session:
            own, *answers = together(session, *self._asked_about(session, incident_id))
            made, split = self._newest(session).made, len(answers) // 2
        if not own:
            raise NotFound("incident", incident_id)
        parents, joined = made(answers[:split]), made(answers[split:])
        return RelatedIncidents(next(iter(parents), None), joined)

    def look_for_related(self, incident_id: str) -> None:
        """Ask what `related` will with the next query of the same moment (`one_moment`)."""
        with self._context.read() as session:
            send_ahead(session, *self._asked_about(session, incident_id))

    def _asked_about(self, session: Session, incident_id: str) -> list[Asked]:
        """Whether the incident is there, its parent, and those that joined it."""
        this: Any = aliased(IncidentRow)
        own: Any = sa.select(this.id, this.parent_id).where(this.id == incident_id)
        parent = own.with_only_columns(this.parent_id).scalar_subquery()
        newest = self._newest(session)
        return [
            (own, {}),
            *newest.where(col(IncidentRow.id) == parent).asked(),
            *newest.where(col(IncidentRow.parent_id) == incident_id).asked(),
        ]

    def could_join(self, incident_id: str) -> tuple[IncidentSummary, ...]:
        """Open incidents that may join this one: without a parent, and no parent of others; the
        `MOST_OFFERED` newest."""
        with self._context.read() as session:
            return self._listed(session, *_alone(incident_id), most=MOST_OFFERED)

    def could_be_parent(self, incident_id: str) -> tuple[IncidentSummary, ...]:
        """Open incidents this one may join, those that are parents already first; the
        `MOST_OFFERED` newest."""
        with self._context.read() as session:
            free = (
                col(IncidentRow.id) != incident_id,
                col(IncidentRow.parent_id).is_(None),
                col(IncidentRow.state).in_(OPEN_STATES),
            )
            child = aliased(IncidentRow)
            parents = sa.exists().where(col(child.parent_id) == col(IncidentRow.id))
            found = self._listed(session, *free, parents, most=MOST_OFFERED)
            found += self._listed(session, *free, ~parents, most=MOST_OFFERED)
        return found[:MOST_OFFERED]

    def _listed(self, session: Session, *where: Any, most: int) -> tuple[IncidentSummary, ...]:
        """The newest incidents of some, the `most` of them."""
        return self._newest(session).where(*where).first(session, most)

    def _newest(self, session: Session) -> ListQuery[IncidentSummary]:
        """All incidents, the newest first."""
        shape = list_query(session, IncidentFilter(), self._context.now())
        order = (col(IncidentRow.reported_at), col(IncidentRow.id))
        return replace(shape, order=order, descending=True, empty_last=False)

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


def _alone(incident_id: str) -> tuple[Any, ...]:
    """What another incident that may join this one fulfils."""
    child: Any = aliased(IncidentRow)
    with_children = sa.exists().where(child.parent_id == col(IncidentRow.id))
    return (
        col(IncidentRow.id) != incident_id,
        col(IncidentRow.parent_id).is_(None),
        col(IncidentRow.state).in_(OPEN_STATES),
        sa.not_(with_children),
    )


def _has_children(session: Session, incident_id: str) -> bool:
    query = sa.select(col(IncidentRow.id)).where(col(IncidentRow.parent_id) == incident_id)
    return session.execute(query.limit(1)).first() is not None
