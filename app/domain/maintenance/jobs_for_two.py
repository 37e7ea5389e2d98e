"""Jobs for two people: both are there at the same time, each coming on a route of their own.

They are placed before everything else, because two days have to fit at once; each stands on the
second person's day as a stop of its own, at the time they meet.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from itertools import combinations

from app.domain.maintenance.day_times import LUNCH, plan_day
from app.domain.maintenance.planned_stops import PlannedStop
from app.domain.maintenance.route_days import RouteDay, RouteDays

_ROUND = 5
_ASKED = 6
"""People of a day of whom every two are tried, the cheapest first."""


def with_second_stops(stops: list[PlannedStop]) -> tuple[list[PlannedStop], dict[int, int]]:
    """The stops, with one more for the second person of each job for two; and which belongs to
    which."""
    both = [index for index, stop in enumerate(stops) if stop.for_two]
    seconds = {index: len(stops) + place for place, index in enumerate(both)}
    return [*stops, *(stops[index] for index in both)], seconds


class JobsForTwo:
    """Places jobs for two on the days of two people."""

    def __init__(self, route_days: RouteDays, seconds: Mapping[int, int]) -> None:
        self._board, self._seconds = route_days, seconds

    def keep(self, index: int) -> None:
        """Put the second person's stop of a visit that is not moved where it stands."""
        stop = self._board.stops[index]
        second = self._seconds.get(index)
        day = self._board.days.get((stop.companion_id, stop.planned_on))
        if second is not None and day is not None:
            self._board.put(second, day, day.insertion(self._board.points[index])[0])

    def place_all(self, waiting: list[int]) -> None:
        """Place the jobs for two among these visits, the most important first; the rest of them
        stay where they are: nowhere."""
        stops = self._board.stops
        for index in sorted(
            (i for i in waiting if i in self._seconds),
            key=lambda i: (stops[i].importance, stops[i].on_time_until, stops[i].visit_id),
        ):
            self._place(index)

    def _place(self, index: int) -> None:
        by_day: dict[date, list[RouteDay]] = {}
        for day in self._board.in_window(index):
            by_day.setdefault(day.day, []).append(day)
        found: list[tuple[tuple[bool, float, date, str, str], RouteDay, RouteDay]] = []
        for on, days in by_day.items():
            fitting = [
                (cost, day.worker.id, day)
                for day in days
                for cost, _, fits in [self._board.cost(index, day)]
                if fits
            ]
            fitting.sort(key=lambda one: (not self._keeps(index, one[2]), *one[:2]))
            for first, second in combinations(fitting[:_ASKED], 2):
                cost = round(first[0] + second[0], 9)
                rank = (not self._keeps(index, first[2]), cost, on, first[1], second[1])
                found.append((rank, first[2], second[2]))
        for _, first_day, second_day in sorted(found, key=lambda one: one[0]):
            if self._meet(index, first_day, second_day):
                return

    def _keeps(self, index: int, day: RouteDay) -> bool:
        return self._board.stops[index].keeper in ("", day.worker.id)

    def _meet(self, index: int, first: RouteDay, second: RouteDay) -> bool:
        """Let two people meet as early as both can be there; False where something promised could
        not be kept then."""
        board, other = self._board, self._seconds[index]
        stop = board.stops[index]
        ends = []
        for place, day in ((index, first), (other, second)):
            board.put(place, day, day.insertion(board.points[index])[0])
            ends.append(self._earliest(place, day))
        minute = _meeting(stop, first.day, max(ends))
        for place in (index, other):
            board.stops[place] = replace(stop, agreed_minute=minute)
        kept = minute is not None and all(self._is_kept(day) for day in (first, second))
        if kept:
            board.firm.update((index, other))
        else:
            for place in (index, other):
                board.take(place)
                board.stops[place] = stop
        return kept

    def _earliest(self, index: int, day: RouteDay) -> int:
        """When one can be there after what is fixed on the day."""
        stops, points = [self._board.stops[i] for i in day.stops], day.points
        alone = [i for i, known in enumerate(stops) if known.agreed_minute is not None]
        place = day.stops.index(index)
        chosen = [*alone, place]
        plan = plan_day(day.day, [stops[i] for i in chosen], [points[i] for i in chosen], day.home)
        return plan.starts[plan.order.index(len(chosen) - 1)]

    def _is_kept(self, day: RouteDay) -> bool:
        stops = [self._board.stops[i] for i in day.stops]
        plan = plan_day(day.day, stops, day.points, day.home)
        return not plan.unkept and plan.minutes <= day.capacity


def _meeting(stop: PlannedStop, day: date, earliest: int) -> int | None:
    """The first full five minutes from `earliest` on at which the shop is open for the work; None
    when it closes before."""
    minute = _ROUND * -(-earliest // _ROUND)
    if LUNCH[0] <= minute < LUNCH[1]:
        minute = LUNCH[1]
    for opens, closes in stop.hours.on(day):
        if minute <= max(opens, closes - stop.minutes):
            return max(minute, opens)
    return None
