"""The first day of new visits: spread over their windows, near what else is done that day, never
more on a day than there is time for.

Each visit is looked at once, in the order in which windows close and sites lie, so that a hundred
thousand take seconds; levelling improves on it.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from app.domain.maintenance.travel import DETOUR, PER_STOP_MINUTES, Plane, Point, Spot, minutes

LEG_MINUTES = 8
"""Driving from stop to stop inside a territory, where it is not known yet who is seen with whom."""
ROUND = 1.25
"""A day's tour is longer than from each stop to the nearest one before."""
EVEN = 1.15
"""How much more than an even share of the work a day may be given to save driving."""
UNEVEN_COST = 60
"""Minutes of driving a day filled to its double even share is worth avoiding."""
LOOKED_AT = 4
"""Days compared stop by stop; the others are further off by the middle of their stops."""


@dataclass(frozen=True, slots=True)
class NewVisit:
    """A visit that needs a day: work on site (or remote, when `spot` is None)."""

    id: str
    spot: Spot | None
    minutes: int
    first: date
    last: date


@dataclass(slots=True)
class Day:
    """What is on somebody's day."""

    day: date
    room: int
    load: float = 0.0
    even: float = 0.0
    points: list[Point] = field(default_factory=list)
    east: float = 0.0
    north: float = 0.0

    def distance_from_middle(self, point: Point) -> float:
        """Kilometres from the middle of its stops."""
        count = len(self.points)
        return _apart(point, (self.east / count, self.north / count)) if count else 0.0

    def put(self, minutes_taken: float, point: Point | None) -> None:
        """Add a visit."""
        self.load += minutes_taken
        if point is not None:
            self.points.append(point)
            self.east, self.north = self.east + point[0], self.north + point[1]


def _apart(a: Point, b: Point) -> float:
    return DETOUR * float(((a[0] - b[0]) ** 2 + (a[1] - b[1]) ** 2) ** 0.5)


class PersonDays:
    """One person's days, what is on them, and what is still to be placed on them."""

    def __init__(self, days: Mapping[date, int], home: Point | None) -> None:
        self._days = [Day(day, room) for day, room in sorted(days.items())]
        self._dates = [day.day for day in self._days]
        self._home = home

    def between(self, first: date, last: date) -> Sequence[Day]:
        """The days worked between two, both included."""
        return self._days[bisect_left(self._dates, first) : bisect_right(self._dates, last)]

    def add(self, day: date, work: int, point: Point | None) -> None:
        """A visit that stands on a day already."""
        for found in self.between(day, day):
            found.put(work + (PER_STOP_MINUTES + LEG_MINUTES if point else 0), point)

    def expect(self, visits: Iterable[NewVisit]) -> None:
        """Work out the even share of each day: every visit spread over the days it may be on."""
        for found in self._days:
            found.even = found.load
        for visit in visits:
            window = self.between(visit.first, visit.last)
            for found in window:
                extra = 0 if visit.spot is None else PER_STOP_MINUTES + LEG_MINUTES
                found.even += (visit.minutes + extra) / len(window)

    def place(self, visit: NewVisit, point: Point | None) -> date | None:
        """Put a visit on the day where it costs least; None when it fits on none."""
        window = self.between(visit.first, visit.last)
        if point is not None and len(window) > LOOKED_AT:
            at = point
            window = sorted(window, key=lambda d: d.distance_from_middle(at) + self._uneven(d))
            window = [*window[:LOOKED_AT], *(d for d in window[LOOKED_AT:] if not d.points)]
        best: tuple[float, date] | None = None
        chosen, taken = None, 0.0
        for found in window:
            needed = visit.minutes + self._way(found, point)
            if found.load + needed > found.room:
                continue
            cost = needed + UNEVEN_COST * max(0.0, self._share(found, needed) - EVEN)
            if best is None or (cost, found.day) < best:
                best, chosen, taken = (cost, found.day), found, needed
        if chosen is None:
            return None
        chosen.put(taken, point)
        return chosen.day

    def _uneven(self, found: Day) -> float:
        return UNEVEN_COST * max(0.0, self._share(found, 0.0) - EVEN)

    def _share(self, found: Day, more: float) -> float:
        return (found.load + more) / max(found.even, 1.0)

    def _way(self, found: Day, point: Point | None) -> float:
        """Minutes of driving and parking one more stop takes."""
        if point is None:
            return 0.0
        if found.points:
            return PER_STOP_MINUTES + ROUND * minutes(
                min(_apart(point, other) for other in found.points)
            )
        there_and_back = 0.0 if self._home is None else 2 * _apart(point, self._home)
        return PER_STOP_MINUTES + minutes(there_and_back)


def in_order(visits: Iterable[NewVisit], plane: Plane) -> list[NewVisit]:
    """By the last day and then as a line through the map runs, neighbours together."""
    found = list(visits)
    points = [plane.point(visit.spot) for visit in found if visit.spot is not None]
    west = min((x for x, _ in points), default=0.0)
    south = min((y for _, y in points), default=0.0)
    size = max((max(x - west, y - south) for x, y in points), default=0.0) or 1.0

    def key(visit: NewVisit) -> tuple[date, int, str]:
        if visit.spot is None:
            return visit.last, -1, visit.id
        x, y = plane.point(visit.spot)
        return visit.last, _along((x - west) / size, (y - south) / size), visit.id

    return sorted(found, key=key)


def _along(x: float, y: float) -> int:
    """How far along Hilbert's curve a point of the unit square lies."""
    side = 1 << 10
    column, row = min(side - 1, int(x * side)), min(side - 1, int(y * side))
    found, step = 0, side >> 1
    while step:
        right, up = bool(column & step), bool(row & step)
        found += step * step * ((3 * right) ^ up)
        if not up:
            if right:
                column, row = side - 1 - column, side - 1 - row
            column, row = row, column
        step >>= 1
    return found
