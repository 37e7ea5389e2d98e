"""The order of a day on which times matter: who was told a time is seen then, a shop while it is
open, and the rest is driven around it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from app.domain.maintenance import travel
from app.domain.maintenance.planned_stops import PlannedStop
from app.domain.maintenance.travel import Point, arrivals, kilometres, tour
from app.domain.register.opening_hours import Span

DAY_BEGINS = 8 * 60 + 30
LUNCH: Span = (12 * 60, 13 * 60)
TOLERATED = 15
"""Minutes one may be later than was promised."""
_WORKED: Span = (DAY_BEGINS, 18 * 60)
"""Hours in which a shop has to be open not to need a look at the clock."""
_AS_DRIVING = 0.5
"""What a minute the day ends later weighs against a minute of driving: waiting is no work."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DayPlan:
    """A day's visits in driving order (their places in the list given), when one is at each, the
    places of those one reaches too late, and what the day takes with the driving."""

    order: tuple[int, ...]
    starts: tuple[int, ...]
    unkept: tuple[int, ...]
    minutes: float


def is_timed(stop: PlannedStop, day: date) -> bool:
    """Whether the time of day matters: one was agreed, or the shop is not open all day."""
    spans = stop.hours.on(day)
    return stop.agreed_minute is not None or not any(
        opens <= _WORKED[0] and closes >= _WORKED[1] for opens, closes in spans
    )


def plan_day(
    day: date, stops: Sequence[PlannedStop], points: Sequence[Point], home: Point | None
) -> DayPlan:
    """The shortest way through the stops of a day that keeps what was agreed and finds the shops
    open, as far as there is one."""
    order = travel.shortest_order(points, home)
    if tour([points[i] for i in order], home) > tour(points, home):
        order = list(range(len(stops)))
    work = [stop.minutes for stop in stops]
    agreed = [stop.agreed_minute for stop in stops]
    spans = [stop.hours.on(day) for stop in stops]
    if any(is_timed(stop, day) for stop in stops):
        order = keep_times(order, points, home, work, agreed, spans)
    starts = reached(order, points, home, work, agreed, spans)
    return DayPlan(
        order=tuple(order),
        starts=tuple(starts),
        unkept=tuple(
            i
            for i, at in zip(order, starts, strict=True)
            if _lateness(at, work[i], agreed[i], spans[i])
        ),
        minutes=travel.day_minutes(sum(work), tour([points[i] for i in order], home), len(stops)),
    )


def keep_times(
    order: Sequence[int],
    points: Sequence[Point],
    home: Point | None,
    work: Sequence[int],
    agreed: Sequence[int | None],
    spans: Sequence[Sequence[Span]] = (),
) -> list[int]:
    """The stops of `order` so that what was agreed (a minute of the day for each, or None) and the
    hours of the shops (`spans`) are kept as far as they can be; among the orders that keep them,
    the one with the shortest way."""
    promised = [i for i in order if agreed[i] is not None]
    route = sorted(promised, key=lambda i: (agreed[i] or 0, i))

    def cost(trial: Sequence[int]) -> tuple[float, float]:
        there = reached(trial, points, home, work, agreed, spans)
        late = sum(
            _lateness(at, work[i], agreed[i], spans[i] if spans else ())
            for i, at in zip(trial, there, strict=True)
        )
        driven = tour([points[i] for i in trial], home)
        if not spans:
            return late, driven
        ends = there[-1] + work[trial[-1]]
        return late, travel.minutes(driven) + _AS_DRIVING * ends

    for index in order:
        if agreed[index] is None:
            trials = [[*route[:n], index, *route[n:]] for n in range(len(route) + 1)]
            route = min(trials, key=cost)
    return route


def reached(
    order: Sequence[int],
    points: Sequence[Point],
    home: Point | None,
    work: Sequence[int],
    agreed: Sequence[int | None],
    spans: Sequence[Sequence[Span]] = (),
) -> list[int]:
    """When one is at each stop of `order`, leaving when the day begins, waiting for what
    was agreed and for shops to open."""
    if not order:
        return []
    path = [points[order[0]] if home is None else home, *(points[i] for i in order)]
    return arrivals(
        [kilometres(a, b) for a, b in pairwise(path)],
        [work[i] for i in order],
        [agreed[i] for i in order],
        DAY_BEGINS,
        [spans[i] for i in order] if spans else (),
    )


def _lateness(at: int, work: int, agreed: int | None, spans: Sequence[Span]) -> int:
    """Minutes one is there later than was agreed, or than the shop has somebody for the work."""
    if agreed is not None:
        return max(0, at - agreed - TOLERATED)
    if not spans:
        return 0
    opens, closes = spans[-1]
    return max(0, at - max(opens, closes - work))
