"""The order of a day on which times were promised: who was told a time is seen then, and the rest
is driven around it."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from app.domain.maintenance.travel import Point, arrivals, kilometres, tour

TOLERATED = 15
"""Minutes one may be later than was promised."""


def keep_times(
    order: Sequence[int],
    points: Sequence[Point],
    home: Point | None,
    work: Sequence[int],
    agreed: Sequence[int | None],
    begins: int,
) -> list[int]:
    """The stops of `order` so that what was agreed (a minute of the day for each, or None) is kept
    as far as it can be; among the orders that keep it, the one with the shortest way."""
    promised = [i for i in order if agreed[i] is not None]
    route = sorted(promised, key=lambda i: (agreed[i] or 0, i))

    def cost(trial: Sequence[int]) -> tuple[float, float]:
        there = reached(trial, points, home, work, agreed, begins)
        late = sum(
            max(0, at - (agreed[i] or 0) - TOLERATED)
            for i, at in zip(trial, there, strict=True)
            if agreed[i] is not None
        )
        return late, tour([points[i] for i in trial], home)

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
    begins: int,
) -> list[int]:
    """When one is at each stop of `order`, waiting for what was agreed."""
    if not order:
        return []
    path = [points[order[0]] if home is None else home, *(points[i] for i in order)]
    legs = [kilometres(a, b) for a, b in pairwise(path)]
    return arrivals(legs, [work[i] for i in order], [agreed[i] for i in order], begins)
