"""The first day of new visits: spread over their windows, near what else is done that day, never
more on a day than there is time for.

Each visit is looked at once, in the order in which windows close and sites lie, so that a hundred
thousand take seconds; levelling improves on it.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from app.domain.maintenance import travel
from app.domain.maintenance.planned_stops import Worker
from app.domain.maintenance.route_days import RouteDay
from app.domain.maintenance.travel import PER_STOP_MINUTES, Plane, Point, Spot, kilometres

LEG_MINUTES = 8
"""Driving from stop to stop inside a territory, where it is not known yet who is seen with whom."""
SURE = 0.95
"""How much of a day is filled: the order the sheet is printed in may be a little longer."""
EVEN = 1.15
"""How much more than an even share of the work a day may be given to save driving."""
UNEVEN_COST = 60
"""Minutes of driving a day filled to its double even share is worth avoiding."""
BEGIN_COST = 20
"""Minutes that beginning another day is worth avoiding as long as one nearby is not full."""
LOOKED_AT = 4
"""Days compared stop by stop; the others are further off by the middle of their stops."""


@dataclass(frozen=True, slots=True)
class VisitToPlace:
    """A visit that needs a day: work on site (or remote, when `spot` is None)."""

    id: str
    spot: Spot | None
    minutes: int
    first: date
    last: date


@dataclass(slots=True)
class _Day:
    """What is on somebody's day: a route, work that needs no driving, and the even share."""

    route: RouteDay
    elsewhere: float = 0.0
    even: float = 0.0

    @property
    def load(self) -> float:
        """Minutes of work, driving and parking."""
        return self.route.load + self.elsewhere

    def away(self, point: Point) -> float:
        """Kilometres from the middle of its stops."""
        middle = self.route.middle if self.route.points else None
        return 0.0 if middle is None else kilometres(point, middle)

    def insertion(self, minutes: int, point: Point | None) -> tuple[int, float]:
        """Where on the route a visit goes, and the minutes it takes there."""
        if point is None:
            return 0, minutes
        where, further = self.route.insertion(point)
        if not self.route.points and self.route.home is not None:
            further = 2 * kilometres(self.route.home, point)
        return where, minutes + PER_STOP_MINUTES + travel.minutes(further)

    def put(self, minutes: int, point: Point | None, where: int) -> None:
        """Add a visit."""
        if point is None:
            self.elsewhere += minutes
        else:
            self.route.put(0, point, minutes, where)


class PersonDays:
    """One person's days, what is on them, and what is still to be placed on them."""

    def __init__(self, days: Mapping[date, int], home: Point | None) -> None:
        nobody = Worker(id="", days=days)
        self._days = [
            _Day(RouteDay(worker=nobody, day=day, capacity=int(room * SURE), home=home))
            for day, room in sorted(days.items())
        ]
        self._dates = sorted(days)

    def _between(self, first: date, last: date) -> Sequence[_Day]:
        """The days worked between two, both included."""
        return self._days[bisect_left(self._dates, first) : bisect_right(self._dates, last)]

    def add(self, day: date, work: int, point: Point | None) -> None:
        """A visit that stands on a day already."""
        for found in self._between(day, day):
            found.put(work, point, found.insertion(work, point)[0])

    def expect(self, visits: Iterable[VisitToPlace]) -> None:
        """Work out the even share of each day: every visit spread over the days it may be on."""
        for found in self._days:
            found.even = found.load
        for visit in visits:
            window = self._between(visit.first, visit.last)
            for found in window:
                extra = 0 if visit.spot is None else PER_STOP_MINUTES + LEG_MINUTES
                found.even += (visit.minutes + extra) / len(window)

    def place(self, visit: VisitToPlace, point: Point | None) -> date | None:
        """Put a visit on the day where it costs least; None when it fits on none."""
        window = self._between(visit.first, visit.last)
        if point is not None and len(window) > LOOKED_AT:
            at = point
            window = sorted(window, key=lambda d: d.away(at) + _uneven(d, 0.0))
            window = [*window[:LOOKED_AT], *(d for d in window[LOOKED_AT:] if not d.route.points)]
        best: tuple[float, date] | None = None
        chosen, place = None, 0
        for found in window:
            where, needed = found.insertion(visit.minutes, point)
            if found.load + needed > found.route.capacity:
                continue
            cost = needed + _uneven(found, needed)
            if point is not None and not found.route.points:
                cost += BEGIN_COST
            if best is None or (cost, found.route.day) < best:
                best, chosen, place = (cost, found.route.day), found, where
        if chosen is None:
            return None
        chosen.put(visit.minutes, point, place)
        return chosen.route.day


def _uneven(found: _Day, more: float) -> float:
    """What it costs that a day has more than its share."""
    return UNEVEN_COST * max(0.0, (found.load + more) / max(found.even, 1.0) - EVEN)


def in_order(visits: Iterable[VisitToPlace], plane: Plane) -> list[VisitToPlace]:
    """By the last day and then as a line through the map runs, neighbours together."""
    found = list(visits)
    points = [plane.point(visit.spot) for visit in found if visit.spot is not None]
    west = min((x for x, _ in points), default=0.0)
    south = min((y for _, y in points), default=0.0)
    size = max((max(x - west, y - south) for x, y in points), default=0.0) or 1.0

    def key(visit: VisitToPlace) -> tuple[date, int, str]:
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
