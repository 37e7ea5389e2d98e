"""The steps every use case of incidents is made of: may it, move it, log it, keep it findable."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from app.domain import text
from app.domain.errors import NotAllowed, Problems
from app.domain.event_data import NO_FACTS, EventFacts, FieldChange, Reference
from app.domain.incidents.clocks import deadline
from app.domain.incidents.lifecycle import (
    TRANSITIONS,
    Action,
    EditReason,
    Impact,
    IncidentState,
    Priority,
    Urgency,
    allowed_actions,
    priority_of,
    steps,
    stop_of,
)
from app.domain.incidents.other_troubles import OtherTrouble
from app.languages import COMMA, NO_TEXT, LocalizedText
from app.services.core.context import ServiceContext, UnitOfWork
from app.services.core.event_rows import columns_of
from app.services.incidents.agreements import promise
from app.services.incidents.incident_index import CALLED, index_incident, store
from app.services.incidents.incident_reading import agreed_of, read_events
from app.services.register.terminal_queries import Position
from db import bulk
from db.keys import new_key
from db.models.incident import IncidentEventRow, IncidentRow
from db.prepared import PreparedStatement


@dataclass(frozen=True, slots=True)
class EventEntry:
    """What goes into the log beside who and when."""

    action: Action
    before: IncidentState | None = None
    to: IncidentState | None = None
    facts: EventFacts = NO_FACTS
    said: LocalizedText = NO_TEXT


_INCIDENT: Any = IncidentRow.__table__  # type: ignore[attr-defined]
_EVENT: Any = IncidentEventRow.__table__  # type: ignore[attr-defined]


def _append() -> PreparedStatement:
    following = (
        sa.select(sa.func.coalesce(sa.func.max(_EVENT.c.seq), 0) + 1)
        .where(_EVENT.c.incident_id == sa.bindparam("about", type_=_EVENT.c.incident_id.type))
        .scalar_subquery()
    )
    return PreparedStatement(sa.insert(_EVENT).values(seq=following))


_APPEND = _append()
"""Adds one row to a log with the next number in it, in a single statement."""


def settled_entry(other: OtherTrouble, incident_id: str) -> EventEntry:
    """What became of another trouble of the same report; `incident_id` is the one opened for it."""
    reference = Reference("incident", incident_id) if incident_id else None
    facts = EventFacts(reason=other.end or "", remark=other.why, reference=reference)
    return EventEntry(Action.EDIT, facts=facts, said=other.said)


class EventLog:
    """Moves incidents along their lifecycle; nothing changes state without a row in the log."""

    def __init__(self, context: ServiceContext) -> None:
        self.context = context

    def allow(self, row: Any, action: Action) -> None:
        """Raises `NotAllowed` unless `action` may be done in the state of the incident `row`."""
        if action not in allowed_actions(IncidentState(row.state)):
            raise NotAllowed(action, row.state)

    def report(
        self, unit: UnitOfWork, values: Mapping[str, Any], position: Position | None
    ) -> None:
        """A new incident with the first row of its log; told as `saved`.

        Two plain inserts: an object of the mapper costs several times what they cost."""
        bulk.insert(unit.session, _INCIDENT, [values])
        event = {
            "id": new_key(),
            "incident_id": values["id"],
            "seq": 1,
            "at": values["reported_at"],
            "actor": self.context.actor,
            "device": self.context.device,
            "action": Action.REPORT,
            "from_state": None,
            "to_state": values["state"],
            "reason": values["detection"],
        }
        bulk.insert(unit.session, _EVENT, [event])
        called = [values.get(name, "") for name in CALLED]
        index_incident(unit.session, values["id"], called, position)
        unit.touched("incident", [values["id"]])

    def move(
        self, unit: UnitOfWork, row: IncidentRow, action: Action, facts: EventFacts = NO_FACTS
    ) -> None:
        """One transition.  Raises `NotAllowed`."""
        before = IncidentState(row.state)
        steps(before, action)
        row.state = TRANSITIONS[action][1]
        self.note(unit, row, EventEntry(action, before, IncidentState(row.state), facts))

    def edited(self, unit: UnitOfWork, row: IncidentRow, changes: Iterable[FieldChange]) -> None:
        """One row of the log for each field that was changed."""
        for change in changes:
            self.note(unit, row, EventEntry(Action.EDIT, facts=EventFacts(change=change)))

    def note(self, unit: UnitOfWork, row: IncidentRow, entry: EventEntry) -> None:
        """One row of the log."""
        if entry.to is not None:
            unit.changed("incident", row.id, FieldChange("state", entry.before or "", entry.to))
        if entry.facts.change is not None:
            unit.changed("incident", row.id, entry.facts.change)
        # By the connection: the row itself is stored once, by `saved`.
        _APPEND.run(
            unit.session,
            id=new_key(),
            incident_id=row.id,
            about=row.id,
            at=unit.now,
            actor=self.context.actor,
            device=self.context.device,
            action=entry.action,
            from_state=entry.before,
            to_state=entry.to,
            said_zh=entry.said.zh,
            said_en=entry.said.en,
            **columns_of(entry.facts),
        )

    def rank(self, unit: UnitOfWork, row: IncidentRow, stops: tuple[LocalizedText, ...]) -> None:
        """The priority that impact, urgency and hard stops give; a change of rank by a stop, or
        because one was withdrawn, is logged and moves the deadlines."""
        usual = priority_of(Impact(row.impact), Urgency(row.urgency))
        wanted = Priority.P1 if stops else usual
        if wanted == row.priority and not stops:
            # Urgent anyway: that a stop no longer stands is logged all the same.
            stood = wanted == Priority.P1 and stop_of(read_events(unit.session, row.id))
            if not stood:
                return
        lifted, before = bool(stops) or row.priority == Priority.P1, row.priority
        row.priority = wanted
        if lifted:
            self.ranked(unit, row, FieldChange("priority", before, wanted), stops)
        else:
            self.edited(unit, row, [FieldChange("priority", before, wanted)])
        if wanted != before and row.resolve_hours is not None:
            promised = promise(unit.session, self.context, wanted, row.terminal_id, row.merchant_id)
            for name, value in promised.columns().items():
                setattr(row, name, value)
        self.set_deadlines(unit, row)

    def ranked(
        self,
        unit: UnitOfWork,
        row: IncidentRow,
        change: FieldChange,
        stops: Sequence[LocalizedText],
    ) -> None:
        """Log that a hard stop, or its withdrawal, changed the priority; not twice in a row.

        The log is kept for years and read in either language, so it holds both."""
        reason = EditReason.HARD_STOP if stops else EditReason.STOP_WITHDRAWN
        said = LocalizedText.joined(stops, COMMA) if stops else NO_TEXT
        for earlier in reversed(read_events(unit.session, row.id)):
            if earlier.change is not None and earlier.change.field == change.field:
                if (earlier.change.new, earlier.reason, earlier.said) == (change.new, reason, said):
                    return
                break
        facts = EventFacts(change=change, reason=reason)
        self.note(unit, row, EventEntry(Action.EDIT, facts=facts, said=said))

    def set_deadlines(self, unit: UnitOfWork, row: IncidentRow) -> None:
        """Deadlines after the last step of the log: the time the clock stood still is added once
        it runs again.  What was promised stays, whatever settings and agreements say by now."""
        target = agreed_of(row)
        if target is None:
            return
        days = self.context.service_days(unit.session)
        response = timedelta(hours=target.response_hours)
        row.response_due_at = days.after(target.hours, row.reported_at, response)
        row.resolve_due_at = deadline(read_events(unit.session, row.id), target, days)

    def saved(self, unit: UnitOfWork, row: IncidentRow) -> None:
        """Flush, index and announce."""
        store(unit.session, row)
        unit.touched("incident", [row.id])


def reason_given(raw: str, field_name: str = "reason") -> str:
    """A reason that was really given.  Raises `InvalidInput` for field `field_name`."""
    problems = Problems()
    reason = ""
    with problems.field(field_name):
        reason = text.required(text.note(raw, 4_000))
    problems.raise_if_any()
    return reason
