"""Promised times pass in service hours; stops of the clock move a deadline by what was left."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.incidents.clocks import Light, clocks, deadline, light
from app.domain.incidents.lifecycle import Action, Event, HoldReason, IncidentState, Target
from app.domain.incidents.service_hours import (
    ROUND_THE_CLOCK,
    ServiceDays,
    ServiceHours,
    hours_written,
)

SHANGHAI = ZoneInfo("Asia/Shanghai")
HOUR = timedelta(hours=1)
OFFICE = ServiceHours(9 * 60, 18 * 60, workdays_only=True)
DAILY = ServiceHours(8 * 60, 22 * 60)
HOLIDAY = date(2026, 10, 1).toordinal()
"""The national holiday of 2026 lasts from 1 to 7 October; 10 October is worked."""


def _workday(ordinal: int) -> bool:
    if HOLIDAY <= ordinal < HOLIDAY + 7:
        return False
    return ordinal == HOLIDAY + 9 or (ordinal - 1) % 7 < 5


DAYS = ServiceDays(SHANGHAI, _workday)


def at(day: int, hour: int, month: int = 9) -> datetime:
    """A moment of 2026 in Shanghai."""
    return datetime(2026, month, day, hour, tzinfo=SHANGHAI).astimezone(UTC)


@pytest.mark.parametrize(
    ("hours", "reported", "amount", "due"),
    [
        (OFFICE, at(28, 10), 4, at(28, 14)),
        (OFFICE, at(28, 16), 4, at(29, 11)),  # two hours on Monday, two on Tuesday
        (OFFICE, at(26, 12), 8, at(28, 17)),  # reported on a Saturday
        (OFFICE, at(30, 17), 8, at(8, 16, month=10)),  # over the national holiday
        (OFFICE, at(9, 17, month=10), 2, at(10, 10, month=10)),  # a Saturday that is worked
        (OFFICE, at(28, 9), 9, at(28, 18)),  # the last minute of the day is in time
        (DAILY, at(26, 21), 2, at(27, 9)),
        (ROUND_THE_CLOCK, at(26, 21), 24, at(27, 21)),
    ],
)
def test_a_promise_passes_in_service_hours_only(
    hours: ServiceHours, reported: datetime, amount: int, due: datetime
) -> None:
    assert DAYS.after(hours, reported, amount * HOUR) == due
    assert DAYS.between(hours, reported, due) == amount * HOUR


@given(
    st.integers(0, 1_380),
    st.integers(30, 600),
    st.booleans(),
    st.integers(0, 60 * 24 * 60),
    st.integers(1, 200),
    st.integers(1, 100),
)
def test_two_parts_of_a_promise_are_the_whole(
    opens: int, length: int, workdays: bool, start: int, one: int, other: int
) -> None:
    hours = ServiceHours(opens, min(1_440, opens + length), workdays)
    begin = at(1, 0) + timedelta(minutes=start)
    middle = DAYS.after(hours, begin, one * HOUR / 4)
    end = DAYS.after(hours, begin, (one + other) * HOUR / 4)
    assert DAYS.after(hours, middle, other * HOUR / 4) == end
    assert DAYS.between(hours, begin, end) == (one + other) * HOUR / 4
    assert hours_written(hours.written()) == hours


@pytest.mark.parametrize("raw", ["9-18", "1800-0900", "0900-2500", "0960-1800", "0900-1800x"])
def test_what_are_no_hours_is_refused(raw: str) -> None:
    assert hours_written(raw) is None


def _log(*steps: tuple[datetime, IncidentState, str]) -> list[Event]:
    return [
        Event(
            seq=n,
            at=moment,
            by="T01",
            device="A",
            action=Action.EDIT,
            from_state=None,
            to_state=state,
            reason=reason,
        )
        for n, (moment, state, reason) in enumerate(steps, 1)
    ]


def test_what_was_left_passes_after_a_stop() -> None:
    events = _log(
        (at(28, 16), IncidentState.NEW, ""),
        (at(28, 17), IncidentState.ON_HOLD, HoldReason.ACCESS),
        (at(29, 12), IncidentState.IN_PROGRESS, ""),
    )
    # One hour passed on Monday; seven are left from Tuesday noon: six, and one on Wednesday.
    assert deadline(events, Target(1, 8, OFFICE), DAYS) == at(30, 10)
    # Round the clock it moves by the 19 hours the clock stood still.
    assert deadline(events, Target(1, 8), DAYS) == at(28, 16) + 8 * HOUR + 19 * HOUR


def test_a_hold_on_our_side_stops_nothing() -> None:
    events = _log(
        (at(28, 10), IncidentState.NEW, ""),
        (at(28, 11), IncidentState.ON_HOLD, HoldReason.PARTS),
        (at(29, 11), IncidentState.IN_PROGRESS, ""),
    )
    found = clocks(events, Target(1, 8, OFFICE), at(29, 11), DAYS)
    assert found.resolve_due_at == at(28, 18)
    assert found.overdue
    assert found.breached


def test_nothing_promised_is_never_late() -> None:
    found = clocks(_log((at(1, 10), IncidentState.NEW, "")), None, at(28, 10), DAYS)
    assert (found.resolve_due_at, found.overdue, found.breached) == (None, False, False)
    assert light(IncidentState.NEW, at(1, 10), None, None, at(28, 10)) is Light.NONE


@pytest.mark.parametrize(
    ("hour", "shown"), [(10, Light.GREEN), (15, Light.GREEN), (16, Light.AMBER), (18, Light.AMBER)]
)
def test_the_light_turns_before_the_deadline(hour: int, shown: Light) -> None:
    assert light(IncidentState.NEW, at(28, 10), at(28, 18), None, at(28, hour)) is shown
    # While the clock stands still it stays what it was.
    assert light(IncidentState.ON_HOLD, at(28, 10), at(28, 18), at(28, hour), at(30, 1)) is shown


def test_the_light_is_red_after_the_deadline_and_out_when_done() -> None:
    late = at(28, 19)
    assert light(IncidentState.NEW, at(28, 10), at(28, 18), None, late) is Light.RED
    assert light(IncidentState.RESOLVED, at(28, 10), at(28, 18), None, late) is Light.NONE
