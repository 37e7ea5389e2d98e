"""Durations and deadlines of an incident: when the clock stands still, what is overdue.

The rule is written once, over `Operators`: `clocks` and the incident read it with values,
`db.deadlines` makes the SQL of lists, counts, filters and warnings of it.  Overdue and breached
follow from the event log and are never stored, so nothing can be "too late to finish".
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import pairwise
from typing import Any, Protocol

from app.domain.incidents.lifecycle import (
    OPEN_STATES,
    OUTSIDE_CONTROL,
    Action,
    Event,
    IncidentState,
    Target,
)
from app.domain.incidents.service_hours import WEEKDAYS, ServiceDays

NEAR_SHARE = 0.75
"""From this part of the time on to its deadline a case is close to it."""


class Operators(Protocol):
    """What the rule is written with; values of Python or expressions of SQL go in and come out."""

    def one_of(self, value: Any, members: Collection[str]) -> Any:
        """Whether a value is one of these."""

    def both(self, one: Any, other: Any) -> Any:
        """Whether both conditions hold."""

    def negated(self, condition: Any) -> Any:
        """Whether a condition does not hold."""

    def first_known(self, value: Any, otherwise: Any) -> Any:
        """A moment, or the other one where it is none."""

    def later(self, moment: Any, than: Any) -> Any:
        """Whether a moment lies after another; not when there is no other."""


def stands_still(op: Operators, state: Any, reason: Any) -> Any:
    """Whether work waits for something outside our control; `reason` is why it is on hold."""
    return op.both(
        op.one_of(state, {IncidentState.ON_HOLD}),
        op.one_of(reason, OUTSIDE_CONTROL),
    )


def runs(op: Operators, state: Any, reason: Any) -> Any:
    """Whether the resolution clock runs: somebody on our side can act.

    It does not once the incident is resolved or left, nor during a hold outside our control.
    """
    return op.both(op.one_of(state, OPEN_STATES), op.negated(stands_still(op, state, reason)))


def missed(op: Operators, resolve_due_at: Any, at: Any) -> Any:
    """Whether a moment of the clock lies after the deadline; the deadline itself is in time."""
    return op.later(at, resolve_due_at)


def overdue(op: Operators, state: Any, resolve_due_at: Any, stopped_since: Any, now: Any) -> Any:
    """Whether an open incident is past its deadline.

    While the clock stands still the incident stays as it was when it stopped: `resolve_due_at` is
    moved by every stop that is over, and the running one stops the time it is compared with.
    """
    return op.both(
        op.one_of(state, OPEN_STATES),
        missed(op, resolve_due_at, op.first_known(stopped_since, now)),
    )


class _Values:
    """The rule read with values."""

    def one_of(self, value: Any, members: Collection[str]) -> Any:
        return value in members

    def both(self, one: Any, other: Any) -> Any:
        return one and other

    def negated(self, condition: Any) -> Any:
        return not condition

    def first_known(self, value: Any, otherwise: Any) -> Any:
        return otherwise if value is None else value

    def later(self, moment: Any, than: Any) -> Any:
        return than is not None and moment > than


_VALUES = _Values()


def clock_runs(state: IncidentState, reason: str) -> bool:
    """Whether the resolution clock runs in this state; `reason` is why it waits, if it does."""
    return bool(runs(_VALUES, state, reason))


def is_overdue(
    state: IncidentState,
    resolve_due_at: datetime | None,
    stopped_since: datetime | None,
    now: datetime,
) -> bool:
    """Whether an incident is overdue; `stopped_since` is when its clock stopped, if it stands.
    One that nobody promised anything about never is."""
    return bool(overdue(_VALUES, state, resolve_due_at, stopped_since, now))


def is_missed(resolve_due_at: datetime | None, at: datetime) -> bool:
    """Whether what was done at a moment was done after the deadline."""
    return bool(missed(_VALUES, resolve_due_at, at))


class Light(StrEnum):
    """How a case stands to its deadline: time enough, close to it, past it, or none promised."""

    GREEN = "green"
    AMBER = "amber"
    RED = "red"
    NONE = "none"


def near_from(reported_at: datetime, resolve_due_at: datetime) -> datetime:
    """From when on a case is close to its deadline."""
    return reported_at + (resolve_due_at - reported_at) * NEAR_SHARE


def light(
    state: IncidentState,
    reported_at: datetime,
    resolve_due_at: datetime | None,
    stopped_since: datetime | None,
    now: datetime,
) -> Light:
    """The traffic light of an open incident, before the deadline is missed and after."""
    if resolve_due_at is None or state not in OPEN_STATES:
        return Light.NONE
    if is_overdue(state, resolve_due_at, stopped_since, now):
        return Light.RED
    near = near_from(reported_at, resolve_due_at) <= (stopped_since or now)
    return Light.AMBER if near else Light.GREEN


@dataclass(frozen=True, slots=True, kw_only=True)
class Clocks:
    """Durations read off the event log.  `None` where the thing has not happened.

    `resolve_due_at` is moved by every stop of the clock that is over; `stopped_since` is when the
    clock stopped, if it stands still now.  `breached` says that the deadline was missed, `overdue`
    that it was and the incident is still open; neither where nothing was promised.
    """

    response: timedelta | None
    counted: timedelta
    on_hold: timedelta
    outside_control: timedelta
    restoration: timedelta | None
    resolve_due_at: datetime | None
    stopped_since: datetime | None
    breached: bool
    overdue: bool


def clocks(
    events: Sequence[Event], target: Target | None, now: datetime, days: ServiceDays = WEEKDAYS
) -> Clocks:
    """All durations of an incident as a pure function of its log.

    The counted clock runs from the report until the incident is resolved or left, stands still
    during holds whose reason is outside our control, and goes on when it is reopened.  The
    resolution deadline moves by exactly the time the clock stood still (`deadline`).
    """
    reported_at = events[0].at
    started = next((event.at for event in events if event.action is Action.START), None)
    counted = on_hold = outside = timedelta()
    last_resolved: datetime | None = None
    state = IncidentState.NEW
    for event, until in _intervals(events, now):
        assert event.to_state is not None
        state = event.to_state
        span = max(until - event.at, timedelta())
        if state is IncidentState.ON_HOLD:
            on_hold += span
        if stands_still(_VALUES, state, event.reason):
            outside += span
        if clock_runs(state, event.reason):
            counted += span
        if state is IncidentState.RESOLVED:
            last_resolved = event.at
    due_at = deadline(events, target, days)
    since = stopped_since(events)
    return Clocks(
        response=None if started is None else started - reported_at,
        counted=counted,
        on_hold=on_hold,
        outside_control=outside,
        restoration=None if last_resolved is None else last_resolved - reported_at,
        resolve_due_at=due_at,
        stopped_since=since,
        breached=is_missed(due_at, since or now),
        overdue=is_overdue(state, due_at, since, now),
    )


def deadline(
    events: Sequence[Event], target: Target | None, days: ServiceDays = WEEKDAYS
) -> datetime | None:
    """When an incident has to be resolved, every stop of the clock that is over counted in; None
    when nothing was promised.

    Round the clock the deadline moves by the time the clock stood still.  In service hours what was
    left of them when it stopped passes from the end of the stop on; a stop after the deadline
    changes nothing any more.
    """
    if target is None:
        return None
    due_at = days.after(target.hours, events[0].at, timedelta(hours=target.resolve_hours))
    for begun, over in _stops(events):
        if target.hours.round_the_clock:
            due_at += over - begun
        elif due_at > begun:
            left = days.between(target.hours, begun, due_at)
            due_at = days.after(target.hours, over, left)
    return due_at


def _stops(events: Sequence[Event]) -> Iterator[tuple[datetime, datetime]]:
    """From when until when the clock stood still, of the stops that are over."""
    begun: datetime | None = None
    for event in events:
        if event.to_state is None:
            continue
        if not clock_runs(event.to_state, event.reason):
            begun = begun or event.at
        elif begun is not None:
            yield begun, max(begun, event.at)
            begun = None


def stopped_since(events: Sequence[Event]) -> datetime | None:
    """When the resolution clock stopped, if it stands still at the end of the log."""
    since: datetime | None = None
    for event in events:
        if event.to_state is not None:
            runs = clock_runs(event.to_state, event.reason)
            since = None if runs else since or event.at
    return since


def _intervals(events: Sequence[Event], now: datetime) -> Iterator[tuple[Event, datetime]]:
    moves = [event for event in events if event.to_state is not None]
    for event, following in pairwise(moves):
        yield event, following.at
    if moves:
        yield moves[-1], now
