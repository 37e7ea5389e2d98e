"""Which visits lie near each other and can share a day, found by squares of the map instead of by
going through everybody."""

from __future__ import annotations

import heapq
import math
from collections.abc import Sequence

from app.domain.maintenance.route_days import RouteDays
from app.domain.maintenance.travel import DETOUR, KM_PER_HOUR

_MINUTES = DETOUR * 60 / KM_PER_HOUR
_RINGS = 6
"""Squares outwards one looks at, at most."""

_SMALLEST = 0.05
"""Kilometres of a square, at least."""

Near = list[tuple[int, float]]
"""Visits with the minutes of driving to them, the nearest first."""


def near_stops(
    route_days: RouteDays, movable: Sequence[int], open_days: Sequence[frozenset[int]], count: int
) -> list[Near]:
    """For each of the movable visits the nearest others that may go on one of its days; nothing
    for the rest."""
    squares = _Squares(route_days, count)
    found: list[Near] = [[] for _ in route_days.stops]
    for index in movable:
        found[index] = squares.near(index, open_days, count)
    return found


class _Squares:
    """The visits by squares that hold some of them each."""

    def __init__(self, route_days: RouteDays, count: int) -> None:
        self._points = route_days.points
        xs, ys = [x for x, _ in self._points], [y for _, y in self._points]
        room = (max(xs) - min(xs) + 0.1) * (max(ys) - min(ys) + 0.1)
        self._side = math.sqrt(room * count / len(self._points))
        self._squares = self._sorted()
        # Towns lie far apart: what matters is how many stand where somebody stands.
        while len(self._points) > count * len(self._squares) and self._side > _SMALLEST:
            self._side /= 2
            self._squares = self._sorted()

    def _sorted(self) -> dict[tuple[int, int], list[int]]:
        found: dict[tuple[int, int], list[int]] = {}
        for index in range(len(self._points)):
            found.setdefault(self._square(index), []).append(index)
        return found

    def _square(self, index: int) -> tuple[int, int]:
        x, y = self._points[index]
        return math.floor(x / self._side), math.floor(y / self._side)

    def near(self, index: int, open_days: Sequence[frozenset[int]], count: int) -> Near:
        """The nearest that share a day with it."""
        column, line = self._square(index)
        x, y = self._points[index]
        mine, shared = open_days[index], dict[int, bool]()
        candidates: Near = []
        for ring in range(1, _RINGS + 1):
            for other in self._ring(column, line, ring):
                theirs = open_days[other]
                if theirs is not mine:
                    key = id(theirs)
                    if key not in shared:
                        shared[key] = not mine.isdisjoint(theirs)
                    if not shared[key]:
                        continue
                if other != index:
                    px, py = self._points[other]
                    candidates.append((other, math.hypot(px - x, py - y) * _MINUTES))
            if len(candidates) >= count and ring > 1:
                break
        return heapq.nsmallest(count, candidates, key=lambda pair: (pair[1], pair[0]))

    def _ring(self, column: int, line: int, ring: int) -> list[int]:
        """What lies in the squares of one ring; the first holds the middle, too."""
        if ring == 1:
            places = [(column + a, line + b) for a in (-1, 0, 1) for b in (-1, 0, 1)]
        else:
            side = range(-ring, ring + 1)
            places = [
                (column + a, line + b) for a in side for b in side if max(abs(a), abs(b)) == ring
            ]
        return [index for place in places for index in self._squares.get(place, ())]
