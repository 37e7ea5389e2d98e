"""The steps every use case of incidents is made of: may it, move it, log it, keep it findable."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from app.domain import text
from app.domain.errors import NotAllowed, Problems
from app.domain.lifecycle import (
    TRANSITIONS,
    Action,
    IncidentState,
    Priority,
    Target,
    allowed_actions,
    clocks,
    steps,
)
from app.services.incident_queries import index_incident, read_events
from app.services.terminal_queries import Position
from app.services.workplace import Workplace, Writing
from db.models.incident import IncidentEventRow, IncidentRow
from db.models.shape import new_key


@dataclass(frozen=True, slots=True)
class Entry:
    """What goes into the log beside who and when."""

    action: Action
    before: IncidentState | None = None
    to: IncidentState | None = None
    reason: str = ""
    remark: str = ""


def _append() -> Any:
    table = IncidentEventRow.__table__  # type: ignore[attr-defined]
    following = (
        sa.select(sa.func.coalesce(sa.func.max(table.c.seq), 0) + 1)
        .where(table.c.incident_id == sa.bindparam("about", type_=table.c.incident_id.type))
        .scalar_subquery()
    )
    return sa.insert(table).values(seq=following)


_APPEND = _append()
"""Adds one row to a log with the next number in it, in a single statement."""


class Ledger:
    """Moves incidents along their lifecycle; nothing changes state without a row in the log."""

    def __init__(self, workplace: Workplace, targets: dict[Priority, Target]) -> None:
        self.workplace = workplace
        self.targets = targets

    def allow(self, row: IncidentRow, action: Action) -> None:
        """Raises `NotAllowed` unless `action` may be done in this state."""
        if action not in allowed_actions(IncidentState(row.state)):
            raise NotAllowed(action, row.state)

    def move(
        self, writing: Writing, row: IncidentRow, action: Action, reason: str = "", remark: str = ""
    ) -> None:
        """One transition.  Raises `NotAllowed`."""
        before = IncidentState(row.state)
        steps(before, action)
        row.state = TRANSITIONS[action][1]
        after = IncidentState(row.state)
        self.note(writing, row, Entry(action, before, after, reason, remark))

    def note(self, writing: Writing, row: IncidentRow, entry: Entry) -> None:
        """One row of the log."""
        writing.session.flush()
        writing.session.execute(
            _APPEND,
            {
                "id": new_key(),
                "incident_id": row.id,
                "about": row.id,
                "at": row.reported_at if entry.action is Action.REPORT else writing.now,
                "actor": self.workplace.actor,
                "device": self.workplace.device,
                "action": entry.action,
                "from_state": entry.before,
                "to_state": entry.to,
                "reason": entry.reason,
                "remark": entry.remark,
            },
        )

    def set_deadlines(self, writing: Writing, row: IncidentRow) -> None:
        """Deadlines from priority and log: time waited outside our control is added."""
        target = self.targets[Priority(row.priority)]
        log = read_events(writing.session, row.id)
        row.response_due_at = row.reported_at + timedelta(hours=target.response_hours)
        row.resolve_due_at = clocks(log, target, writing.now).resolve_due_at

    def saved(self, writing: Writing, row: IncidentRow, position: Position | None = None) -> str:
        """Flush, index and announce; returns the id."""
        writing.session.flush()
        index_incident(writing.session, row, position)
        writing.touched("incident", [row.id])
        return row.id


def reason_given(raw: str, field_name: str = "reason") -> str:
    """A reason that was really given.  Raises `InvalidInput` for field `field_name`."""
    problems = Problems()
    reason = ""
    with problems.field(field_name):
        reason = text.required(text.note(raw, 4_000))
    problems.raise_if_any()
    return reason
