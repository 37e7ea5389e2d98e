"""Who goes where on which day: a proposal that keeps windows, levels the load and saves driving.

The routes are searched by `route_search`, which weighs driving, uneven days, changes of plan and
what each visit is worth.  It is deterministic: the same input gives the same proposal on every
machine.  What does not fit then comes off its day, the least important first: a day that looks fine
is never one that holds more than fits.  (How it compares with solvers: decisions/balancing.md.)
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from app.domain.maintenance import travel
from app.domain.maintenance.day_times import keep_times
from app.domain.maintenance.route_days import (
    Importance,
    PlannedStop,
    RouteDay,
    RouteDays,
    Worker,
)
from app.domain.maintenance.route_search import RouteSearch
from app.domain.maintenance.workload_figures import WorkloadFigures, figures, replaced


class Misfit(StrEnum):
    """Why a visit does not fit into its window: it is closed already, nobody serves the area,
    nobody works in it, all days in it are full, or those of the period are and it goes on after."""

    PAST = "past"
    NO_TECHNICIAN = "no_technician"
    NO_WORKDAY = "no_workday"
    FULL = "full"
    BEYOND = "beyond"


@dataclass(frozen=True, slots=True, kw_only=True)
class Assignment:
    """Where a visit is proposed to go; `misfit` says why it lies outside its window.  `untouched`
    is one that is locked on a day of locked ones: not even its place in the order changes."""

    visit_id: str
    technician_id: str
    day: date
    order: int
    start_minute: int
    misfit: Misfit | None = None
    untouched: bool = False


@dataclass(frozen=True, slots=True)
class Unplaced:
    """A visit for which nobody has a day at all: it is taken off whoever had it and keeps its day,
    to be placed by hand or the next time.  One that is locked `stays` where it is."""

    visit_id: str
    why: Misfit
    stays: bool = False


@dataclass(frozen=True, slots=True)
class PlacementProposal:
    """The proposal with the figures before and after: `after` are those of the database once the
    proposal is taken over."""

    assignments: tuple[Assignment, ...]
    unplaced: tuple[Unplaced, ...]
    before: WorkloadFigures
    after: WorkloadFigures


DAY_BEGINS = 8 * 60 + 30
LUNCH = (12 * 60, 13 * 60)


def level(
    stops: Sequence[PlannedStop],
    workers: Sequence[Worker],
    progress: Callable[[int, int], None] = lambda done, total: None,
    begin: date = date.min,
) -> PlacementProposal:
    """A proposal for all stops, on days from `begin` on.  Locked ones stay; the rest keep their
    windows where somebody has a day with room, the most important first; what does not fit says
    why."""
    route_days = RouteDays(stops, workers, begin)
    misfits: dict[int, Misfit] = {}
    unplaced: dict[int, Misfit] = {}
    waiting = []
    for index, stop in enumerate(stops):
        day = route_days.days.get((stop.technician_id, stop.planned_on))
        if stop.locked and day is not None:
            route_days.put(index, day, day.insertion(route_days.points[index])[0])
        elif stop.locked:
            unplaced[index] = Misfit.NO_WORKDAY
        else:
            waiting.append(index)
    if waiting:
        RouteSearch(route_days, waiting).run(progress)
    left = [index for index in waiting if index not in route_days.where]
    _serve(route_days, left, misfits, unplaced)
    progress(1, 1)
    assignments = _timetable(route_days, misfits)
    missing = tuple(
        Unplaced(stops[i].visit_id, why, stops[i].locked) for i, why in sorted(unplaced.items())
    )
    places = {a.visit_id: (a.technician_id, a.day, a.order) for a in assignments if not a.untouched}
    taken_off = {item.visit_id for item in missing if not item.stays}
    return PlacementProposal(
        assignments,
        missing,
        figures(stops, workers, begin),
        figures(replaced(stops, places, taken_off), workers, begin),
    )


def _place(route_days: RouteDays, index: int) -> bool:
    """Put a visit where it costs least inside its window; False where no day has room."""
    inside = route_days.in_window(index)
    found = route_days.best(index, inside) or route_days.any_fit(index, inside)
    if found is not None:
        route_days.put(index, found[1], found[2])
    return found is not None


def _serve(
    route_days: RouteDays,
    left: Sequence[int],
    misfits: dict[int, Misfit],
    unplaced: dict[int, Misfit],
) -> None:
    """What found no room, the most important first: in the window, on the place of something less
    important, or late; else it is taken off."""
    stops = route_days.stops

    def turn(index: int) -> tuple[Importance, date, str, int]:
        stop = stops[index]
        return stop.importance, stop.on_time_until, stop.visit_id, index

    queue = [turn(index) for index in left]
    heapq.heapify(queue)
    while queue:
        index = heapq.heappop(queue)[-1]
        if _place(route_days, index):
            continue
        made_room = route_days.make_room(index)
        if made_room is not None:
            for other in made_room:
                heapq.heappush(queue, turn(other))
            continue
        why = _reason(route_days, index)
        served = route_days.open_to(index)
        later = sorted(
            (d for d in served if d.day > stops[index].window_until), key=lambda d: d.day
        )
        found = _first_fit(route_days, index, later)
        (misfits if found is not None else unplaced)[index] = why
        if found is not None:
            route_days.put(index, found[1], found[2])


def _reason(route_days: RouteDays, index: int) -> Misfit:
    if not route_days.is_served(index):
        return Misfit.NO_TECHNICIAN
    if route_days.days and route_days.stops[index].window_until < min(
        day for _, day in route_days.days
    ):
        return Misfit.PAST
    stop = route_days.stops[index]
    if stop.on_time_until > stop.window_until:
        return Misfit.BEYOND
    return Misfit.FULL if route_days.in_window(index) else Misfit.NO_WORKDAY


def _first_fit(
    route_days: RouteDays, index: int, days: Sequence[RouteDay]
) -> tuple[float, RouteDay, int] | None:
    """The soonest day with room, as late as need be."""
    for day in days:
        cost, where, fits = route_days.cost(index, day)
        if fits:
            return cost, day, where
    return None


def _timetable(route_days: RouteDays, misfits: Mapping[int, Misfit]) -> tuple[Assignment, ...]:
    found = []
    for (worker_id, day), plan in route_days.days.items():
        order = travel.shortest_order(plan.points, plan.home)
        if travel.tour([plan.points[i] for i in order], plan.home) > plan.km:
            order = list(range(len(plan.stops)))
        stops = [route_days.stops[index] for index in plan.stops]
        agreed = [stop.agreed_minute for stop in stops]
        if any(minute is not None for minute in agreed):
            work = [stop.minutes for stop in stops]
            order = keep_times(order, plan.points, plan.home, work, agreed, DAY_BEGINS)
        clock, here = float(DAY_BEGINS), plan.home
        untouched = all(route_days.stops[index].locked for index in plan.stops)
        for place, position in enumerate(order):
            point, index = plan.points[position], plan.stops[position]
            km = 0.0 if here is None else travel.kilometres(here, point)
            clock += travel.minutes(km) + (travel.PER_STOP_MINUTES if place else 0)
            if LUNCH[0] <= clock < LUNCH[1] and agreed[position] is None:
                clock = float(LUNCH[1])
            clock = max(clock, agreed[position] or clock)
            found.append(
                Assignment(
                    visit_id=route_days.stops[index].visit_id,
                    technician_id=worker_id,
                    day=day,
                    order=place + 1,
                    start_minute=min(1439, 5 * round(clock / 5)),
                    misfit=misfits.get(index),
                    untouched=untouched,
                )
            )
            clock += route_days.stops[index].minutes
            here = point
    return tuple(found)
