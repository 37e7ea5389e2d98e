"""The SQL of overdue incidents says of every log what the rule says of its events."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import col

from app.domain.incidents.clocks import clock_runs, clocks, is_overdue, runs, stopped_since
from app.domain.incidents.lifecycle import (
    OPEN_STATES,
    Action,
    Detection,
    Event,
    HoldReason,
    Impact,
    IncidentState,
    Priority,
    Target,
    Urgency,
)
from db.deadlines import STOPPED_SINCE, SqlOperators, overdue
from db.engine import Database
from db.models.incident import IncidentEventRow, IncidentRow
from db.models.shape import new_key

START = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
TARGET = Target(1, 24)
MOMENTS = [START + timedelta(hours=hours) for hours in (0, 24, 25, 80, 400)]

Steps = list[tuple[int, IncidentState | None, str]]
"""Hours since the step before, the state it led to if any, the reason."""

step = st.tuples(
    st.integers(0, 30),
    st.one_of(st.none(), st.sampled_from([*IncidentState, *[IncidentState.ON_HOLD] * 8])),
    st.sampled_from(["", *HoldReason]),
)
logs = st.lists(st.lists(step, max_size=10), min_size=10, max_size=30)
"""Logs of several incidents at once, held again and again."""

_numbers = count(1)


@dataclass(frozen=True)
class Logged:
    """An incident as its log says it is."""

    row: IncidentRow
    events: tuple[Event, ...]


def logged(steps: Steps) -> Logged:
    """The incident these steps make, its deadline moved by every stop that is over."""
    at = START
    events = [_event(1, at, IncidentState.NEW, "")]
    for seq, (hours, state, reason) in enumerate(steps, start=2):
        at += timedelta(hours=hours)
        held = HoldReason.OTHER if state is IncidentState.ON_HOLD and not reason else reason
        events.append(_event(seq, at, state, held))
    last = [event for event in events if event.to_state is not None][-1]
    assert last.to_state is not None
    row = IncidentRow(
        number=f"X{next(_numbers)}",
        state=last.to_state,
        unknown_serial="SN1",
        detection=Detection.ON_SITE,
        impact=Impact.PARTLY,
        urgency=Urgency.NORMAL,
        priority=Priority.P2,
        reported_at=START,
        response_due_at=START,
        resolve_due_at=clocks(events, TARGET, at).resolve_due_at,
        hold_reason=last.reason if last.to_state is IncidentState.ON_HOLD else None,
    )
    return Logged(row, tuple(events))


def _event(seq: int, at: datetime, state: IncidentState | None, reason: str) -> Event:
    return Event(
        seq=seq,
        at=at,
        by="T01",
        device="A",
        action=Action.EDIT,
        from_state=None,
        to_state=state,
        reason=reason,
    )


def _rows(case: Logged) -> list[IncidentEventRow]:
    return [
        IncidentEventRow(
            id=new_key(),
            incident_id=case.row.id,
            seq=event.seq,
            at=event.at,
            actor=event.by,
            action=event.action,
            to_state=event.to_state,
            reason=event.reason,
        )
        for event in case.events
    ]


@settings(max_examples=6, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(drawn=logs)
def _same_of_every_log(database: Database, drawn: list[Steps]) -> None:
    cases = [logged(steps) for steps in drawn]
    with database.write() as session:
        session.add_all([case.row for case in cases])
        session.flush()
        session.add_all([row for case in cases for row in _rows(case)])
        session.flush()
        keys = [case.row.id for case in cases]
        asked = col(IncidentRow.id).in_(keys)
        found = {
            key: since
            for key, since in session.execute(
                sa.select(col(IncidentRow.id), STOPPED_SINCE).where(asked)
            )
        }
        for case in cases:
            open_still = IncidentState(case.row.state) in OPEN_STATES
            wanted = stopped_since(case.events) if open_still else None
            assert found[case.row.id] == wanted
        for now in MOMENTS:
            late = sa.select(col(IncidentRow.id)).where(asked, overdue(now))
            assert set(session.execute(late).scalars()) == {
                case.row.id
                for case in cases
                if is_overdue(
                    IncidentState(case.row.state),
                    case.row.resolve_due_at,
                    found[case.row.id],
                    now,
                )
            }


def test_the_sql_and_the_rule_agree_about_every_log(database: Database) -> None:
    _same_of_every_log(database)


def test_the_sql_and_the_rule_agree_about_every_state_and_reason(database: Database) -> None:
    states: Any = sa.literal_column("states.s")
    reasons: Any = sa.literal_column("reasons.r")
    every_state = sa.union_all(*(sa.select(sa.literal(s.value).label("s")) for s in IncidentState))
    every_reason = sa.union_all(
        *(sa.select(sa.literal(r).label("r")) for r in ("", *(item.value for item in HoldReason)))
    )
    query = sa.select(states, reasons, sa.case((runs(SqlOperators(), states, reasons), 1), else_=0))
    with database.read() as session:
        said = session.execute(
            query.select_from(
                every_state.subquery("states").join(every_reason.subquery("reasons"), sa.true())
            )
        ).all()
    assert len(said) == len(IncidentState) * (len(HoldReason) + 1)
    for state, reason, running in said:
        assert bool(running) is clock_runs(IncidentState(state), reason), (state, reason)
