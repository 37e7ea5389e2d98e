"""How far and how long it is from site to site, estimated from coordinates.

Roads are not straight and cities are slow: the straight line times a detour factor, at a city's
average speed, plus a few minutes to park and find the counter.  A site without coordinates counts
as lying in the middle of its area.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from app.domain.register.opening_hours import Span

DETOUR = 1.3
KM_PER_HOUR = 25.0
PER_STOP_MINUTES = 5
KM_PER_DEGREE = 111.2

Point = tuple[float, float]
"""Kilometres east and north of the middle of everything."""


@dataclass(frozen=True, slots=True)
class Spot:
    """Where something is, as far as it is known."""

    latitude: float | None
    longitude: float | None
    area: str = ""


NOWHERE = Spot(None, None)


class Plane:
    """A flat map around the given spots; good to a few per cent over a few hundred kilometres."""

    def __init__(self, spots: Iterable[Spot]) -> None:
        known = [
            (spot.latitude, spot.longitude, spot.area)
            for spot in spots
            if spot.latitude is not None and spot.longitude is not None
        ]
        count = max(1, len(known))
        self._latitude = sum(lat for lat, _, _ in known) / count
        self._longitude = sum(lon for _, lon, _ in known) / count
        self._squeeze = math.cos(math.radians(self._latitude))
        self._areas = self._centres(known)

    def _centres(self, known: Sequence[tuple[float, float, str]]) -> Mapping[str, Point]:
        areas: dict[str, list[Point]] = {}
        for lat, lon, area in known:
            areas.setdefault(area, []).append(self._flat(lat, lon))
        return {
            area: (sum(x for x, _ in points) / len(points), sum(y for _, y in points) / len(points))
            for area, points in areas.items()
        }

    def _flat(self, latitude: float, longitude: float) -> Point:
        return (
            (longitude - self._longitude) * KM_PER_DEGREE * self._squeeze,
            (latitude - self._latitude) * KM_PER_DEGREE,
        )

    def point(self, spot: Spot) -> Point:
        """The spot on the map; the middle of its area, or of everything, when unknown."""
        if spot.latitude is None or spot.longitude is None:
            return self._areas.get(spot.area, (0.0, 0.0))
        return self._flat(spot.latitude, spot.longitude)


def kilometres(a: Point, b: Point) -> float:
    """By road, estimated."""
    return math.hypot(a[0] - b[0], a[1] - b[1]) * DETOUR


def minutes(km: float) -> float:
    """Driving time of a distance, without parking."""
    return km * 60 / KM_PER_HOUR


def day_minutes(work: float, km: float, stops: int) -> float:
    """How long a day takes: the work, the driving, and parking at every stop."""
    return work + minutes(km) + PER_STOP_MINUTES * stops


def arrivals(
    legs: Sequence[float],
    work: Sequence[int],
    fixed: Sequence[int | None],
    begins: int,
    open_at: Sequence[Sequence[Span]] = (),
) -> list[int]:
    """When one is at each stop, in minutes of the day: leaving at `begins`, driving the kilometres
    of each leg, parking, working so many minutes at each stop.  Where a time was agreed (`fixed`)
    one waits for it, and where one comes later one is late; so with shops that open later or have
    a break (`open_at`)."""
    found = []
    now = float(begins)
    for place, (km, minutes_there, agreed) in enumerate(zip(legs, work, fixed, strict=True)):
        now += minutes(km) + PER_STOP_MINUTES
        if agreed is not None:
            now = max(now, agreed)
        elif open_at:
            now = _open_from(now, minutes_there, open_at[place])
        found.append(round(now))
        now += minutes_there
    return found


def _open_from(now: float, work: int, spans: Sequence[Span]) -> float:
    """When the work can begin: at once, when the shop opens, or never (then at once)."""
    for opens, closes in spans:
        if now <= max(opens, closes - work):
            return max(now, opens)
    return now


def shortest_order(points: Sequence[Point], home: Point | None) -> list[int]:
    """An order in which to visit all points, starting from home (or the first point): nearest
    first, then uncrossed by 2-opt."""
    left = list(range(len(points)))
    order: list[int] = []
    here = home
    while left:
        if here is None:
            chosen = left[0]
        else:
            at = here
            chosen = min(left, key=lambda i: (kilometres(at, points[i]), i))
        left.remove(chosen)
        order.append(chosen)
        here = points[chosen]
    return _uncrossed(order, points, home)


def _uncrossed(order: list[int], points: Sequence[Point], home: Point | None) -> list[int]:
    def gap(a: int | None, b: int | None) -> float:
        first = home if a is None else points[a]
        second = home if b is None else points[b]
        return 0.0 if first is None or second is None else kilometres(first, second)

    improved = True
    while improved:
        improved = False
        for i in range(len(order) - 1):
            for j in range(i + 1, len(order)):
                before = order[i - 1] if i else None
                after = order[j + 1] if j + 1 < len(order) else None
                old = gap(before, order[i]) + gap(order[j], after)
                new = gap(before, order[j]) + gap(order[i], after)
                if new < old - 1e-9:
                    order[i : j + 1] = reversed(order[i : j + 1])
                    improved = True
    return order


def tour(points: Sequence[Point], home: Point | None) -> float:
    """Kilometres of visiting the points in this order, from home and back where it is known."""
    if not points:
        return 0.0
    total = sum(kilometres(a, b) for a, b in itertools.pairwise(points))
    if home is not None:
        total += kilometres(home, points[0]) + kilometres(points[-1], home)
    return total
