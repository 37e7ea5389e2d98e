"""The lifecycle: which step may follow which, and clocks that follow from the log alone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.errors import NotAllowed
from app.domain.incidents.clocks import clocks
from app.domain.incidents.lifecycle import (
    OPEN_STATES,
    TRANSITIONS,
    Action,
    Event,
    HoldReason,
    IncidentState,
    Target,
    allowed_actions,
    steps,
)

START = datetime(2026, 11, 23, 1, tzinfo=UTC)
TARGET = Target(response_hours=1, resolve_hours=4)
S = IncidentState


def log(*moves: tuple[float, Action, IncidentState, str]) -> list[Event]:
    """Events at hours after the start."""
    return [
        Event(
            seq=n,
            at=START + timedelta(hours=hours),
            by="T01",
            device="A",
            action=action,
            from_state=None,
            to_state=to,
            reason=reason,
        )
        for n, (hours, action, to, reason) in enumerate(moves, start=1)
    ]


@pytest.mark.parametrize("state", list(IncidentState))
@pytest.mark.parametrize("action", list(TRANSITIONS))
def test_an_action_is_offered_exactly_where_it_is_possible(
    state: IncidentState, action: Action
) -> None:
    if action in allowed_actions(state):
        assert steps(state, action)[-1] is action
    else:
        with pytest.raises(NotAllowed):
            steps(state, action)


def test_starting_a_new_incident_implies_triage_and_assignment() -> None:
    assert steps(S.NEW, Action.START) == (Action.TRIAGE, Action.ASSIGN, Action.START)
    assert steps(S.ASSIGNED, Action.START) == (Action.START,)


def test_every_state_can_be_left_or_is_an_end() -> None:
    ends = {state for state in S if not any(state in src for src, _ in TRANSITIONS.values())}
    assert ends == {S.CANCELLED, S.DUPLICATE}


def test_clocks_of_a_plain_case() -> None:
    events = log(
        (0, Action.REPORT, S.NEW, ""),
        (0.5, Action.START, S.IN_PROGRESS, ""),
        (2, Action.RESOLVE, S.RESOLVED, ""),
        (9, Action.CLOSE, S.CLOSED, ""),
    )
    found = clocks(events, TARGET, START + timedelta(days=9))
    assert found.response == timedelta(minutes=30)
    assert found.counted == found.restoration == timedelta(hours=2)
    assert not found.breached


def test_waiting_outside_our_control_does_not_count_but_waiting_for_parts_does() -> None:
    for reason, counted, breached in (
        (HoldReason.CARRIER, 3, False),
        (HoldReason.PARTS, 23, True),
    ):
        events = log(
            (0, Action.REPORT, S.NEW, ""),
            (1, Action.START, S.IN_PROGRESS, ""),
            (2, Action.HOLD, S.ON_HOLD, reason),
            (22, Action.RESUME, S.IN_PROGRESS, ""),
            (23, Action.RESOLVE, S.RESOLVED, ""),
        )
        found = clocks(events, TARGET, START + timedelta(days=2))
        assert found.counted == timedelta(hours=counted)
        assert found.on_hold == timedelta(hours=20)
        assert found.breached is breached


def test_a_reopened_case_counts_again() -> None:
    events = log(
        (0, Action.REPORT, S.NEW, ""),
        (0, Action.START, S.IN_PROGRESS, ""),
        (1, Action.RESOLVE, S.RESOLVED, ""),
        (50, Action.REOPEN, S.IN_PROGRESS, ""),
    )
    found = clocks(events, TARGET, START + timedelta(hours=52))
    assert found.counted == timedelta(hours=3)
    assert not found.overdue
    assert clocks(events, TARGET, START + timedelta(hours=54)).overdue


def test_a_hold_stops_the_clock_as_it_was() -> None:
    for held_at, overdue in ((1, False), (5, True)):
        events = log(
            (0, Action.REPORT, S.NEW, ""),
            (0, Action.START, S.IN_PROGRESS, ""),
            (held_at, Action.HOLD, S.ON_HOLD, HoldReason.ACCESS),
        )
        assert clocks(events, TARGET, START + timedelta(days=3)).overdue is overdue


@given(
    st.lists(
        st.tuples(st.integers(0, 500), st.sampled_from(list(S)), st.sampled_from(HoldReason)),
        min_size=1,
        max_size=12,
    ),
    st.integers(0, 600),
)
def test_clocks_add_up_whatever_the_log(
    moves: list[tuple[int, IncidentState, HoldReason]], until: int
) -> None:
    moves.sort(key=lambda move: move[0])
    events = log(*((h, Action.EDIT, state, reason) for h, state, reason in moves))
    now = max(START + timedelta(hours=until), events[-1].at)
    found = clocks(events, TARGET, now)
    assert timedelta() <= found.outside_control <= found.on_hold <= now - events[0].at
    assert found.counted + found.outside_control <= now - events[0].at
    # The deadline moves by exactly the time the clock stood still, be it held or resolved.
    running_stop = now - found.stopped_since if found.stopped_since else timedelta()
    stood_still = now - events[0].at - found.counted
    assert found.resolve_due_at == events[0].at + timedelta(hours=4) + stood_still - running_stop
    assert found.breached is (found.counted > timedelta(hours=4))
    assert found.overdue is (found.breached and moves[-1][1] in OPEN_STATES)


def test_a_clock_set_back_gives_no_negative_time() -> None:
    events = log((5, Action.REPORT, S.NEW, ""), (1, Action.START, S.IN_PROGRESS, ""))
    found = clocks(events, TARGET, START)
    assert found.counted >= timedelta()
    assert S.NEW in OPEN_STATES
