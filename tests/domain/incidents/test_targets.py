"""Targets are read from settings, and promises already made are found again."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.errors import InvalidInput
from app.domain.incidents.clocks import clocks
from app.domain.incidents.lifecycle import (
    DEFAULT_TARGETS,
    Action,
    Event,
    HoldReason,
    IncidentState,
    Priority,
    Target,
)
from app.domain.incidents.targets import (
    KEYS,
    agreed_target,
    check_order,
    hours_of,
    with_hours,
)

START = datetime(2026, 3, 2, tzinfo=UTC)


def test_every_target_has_its_name_and_is_changed_by_it() -> None:
    assert len(KEYS) == 2 * len(Priority)
    hours = hours_of(DEFAULT_TARGETS)
    assert hours["p1_resolve_hours"] == DEFAULT_TARGETS[Priority.P1].resolve_hours
    changed = with_hours(DEFAULT_TARGETS, {"p1_resolve_hours": 6})
    assert changed[Priority.P1] == Target(DEFAULT_TARGETS[Priority.P1].response_hours, 6)
    assert with_hours(DEFAULT_TARGETS, hours) == DEFAULT_TARGETS


def test_work_does_not_begin_after_it_has_to_be_done() -> None:
    check_order(DEFAULT_TARGETS)
    with pytest.raises(InvalidInput) as refused:
        check_order(with_hours(DEFAULT_TARGETS, {"p2_response_hours": 25}))
    assert [(p.field, p.code) for p in refused.value.problems] == [
        ("p2_resolve_hours", "targets.order")
    ]


@given(
    st.lists(
        st.tuples(
            st.integers(0, 90), st.sampled_from(list(IncidentState)), st.sampled_from(HoldReason)
        ),
        max_size=8,
    ),
    st.integers(1, 50),
    st.integers(50, 500),
)
def test_the_target_of_a_deadline_is_found_whatever_the_log(
    moves: list[tuple[int, IncidentState, HoldReason]], response: int, resolve: int
) -> None:
    at, events = START, [_event(1, START, IncidentState.NEW, "")]
    for minutes, state, reason in moves:
        at += timedelta(minutes=minutes)
        events.append(_event(len(events) + 1, at, state, reason))
    target = Target(response, resolve)
    due_at = clocks(events, target, at).resolve_due_at
    assert agreed_target(events, START + timedelta(hours=response), due_at) == target


def _event(seq: int, at: datetime, state: IncidentState, reason: str) -> Event:
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
