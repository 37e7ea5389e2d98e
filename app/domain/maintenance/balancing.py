"""Who goes where on which day: a proposal that keeps windows, levels the load and saves driving.

The routes are searched by `route_search`, which weighs driving, uneven days, changes of plan and
what each visit is worth.  It is deterministic: the same input gives the same proposal on every
machine.  What does not fit then comes off its day, the least important first: a day that looks fine
is never one that holds more than fits.  (How it compares with solvers: decisions/balancing.md.)
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from app.domain.maintenance.day_times import is_timed, plan_day
from app.domain.maintenance.jobs_for_two import JobsForTwo, with_second_stops
from app.domain.maintenance.planned_stops import Importance, PlannedStop, Worker
from app.domain.maintenance.route_days import RouteDays
from app.domain.maintenance.route_search import RouteSearch
from app.domain.maintenance.workload_figures import WorkloadFigures, figures, replaced


class Misfit(StrEnum):
    """Why a visit does not fit into its window: it is closed already, nobody serves the area,
    nobody there is trained for it or has the vehicle it needs, nobody works in it (or the shop is
    closed on the days they do), no two people can be there at once, all days in it are full, or
    those of the period are and it goes on after."""

    PAST = "past"
    NO_TECHNICIAN = "no_technician"
    NOT_SUITED = "not_suited"
    NO_SECOND = "no_second"
    NO_WORKDAY = "no_workday"
    FULL = "full"
    BEYOND = "beyond"


@dataclass(frozen=True, slots=True, kw_only=True)
class Assignment:
    """Where a visit is proposed to go; `misfit` says why it lies outside its window.  `untouched`
    is one that is locked on a day of locked ones: not even its place in the order changes.
    `instead_of` looks after the site and has no room in the window.  `companion_id` comes along as
    stop `companion_order` of their own day."""

    visit_id: str
    technician_id: str
    day: date
    order: int
    start_minute: int
    misfit: Misfit | None = None
    untouched: bool = False
    instead_of: str = ""
    companion_id: str = ""
    companion_order: int = 0


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


def level(
    stops: Sequence[PlannedStop],
    workers: Sequence[Worker],
    progress: Callable[[int, int], None] = lambda done, total: None,
    begin: date = date.min,
    pool: int = 0,
) -> PlacementProposal:
    """A proposal for all stops, on days from `begin` on.  Locked ones stay; the rest keep their
    windows where somebody has a day with room, the most important first: whoever looks after the
    site before anybody else.  What does not fit says why.  `pool` vehicles are shared."""
    both, seconds = with_second_stops(list(stops))
    route_days = RouteDays(both, workers, begin, pool)
    pairs = JobsForTwo(route_days, seconds)
    misfits: dict[int, Misfit] = {}
    unplaced: dict[int, Misfit] = {}
    waiting = []
    for index, stop in enumerate(stops):
        day = route_days.days.get((stop.technician_id, stop.planned_on))
        if stop.locked and day is not None:
            route_days.put(index, day, day.insertion(route_days.points[index])[0])
            pairs.keep(index)
        elif stop.locked:
            unplaced[index] = Misfit.NO_WORKDAY
        else:
            waiting.append(index)
    pairs.place_all(waiting)
    alone = [index for index in waiting if index not in seconds]
    if alone:
        RouteSearch(route_days, alone).run(progress)
    _take_off_late(route_days)
    for index in waiting:
        if index in seconds and index not in route_days.where:
            unplaced[index] = _reason(route_days, index)
    left = [index for index in alone if index not in route_days.where]
    _serve(route_days, left, misfits, unplaced)
    _bring_home(route_days, alone)
    progress(1, 1)
    assignments = _timetable(route_days, misfits, {other: i for i, other in seconds.items()})
    missing = tuple(
        Unplaced(stops[i].visit_id, why, stops[i].locked) for i, why in sorted(unplaced.items())
    )
    places = {
        a.visit_id: (a.technician_id, a.day, a.order, a.companion_id, a.companion_order)
        for a in assignments
        if not a.untouched
    }
    taken_off = {item.visit_id for item in missing if not item.stays}
    return PlacementProposal(
        assignments,
        missing,
        figures(stops, workers, begin),
        figures(replaced(stops, places, taken_off), workers, begin),
    )


def _take_off_late(route_days: RouteDays) -> None:
    """Take what would be reached after the shop closes, or after what was agreed, off its day, and
    what does not fit any more once times are kept: it looks for another day."""
    for day in route_days.days.values():
        while not all(index in route_days.firm for index in day.stops):
            stops = [route_days.stops[index] for index in day.stops]
            if not any(is_timed(stop, day.day) for stop in stops):
                break
            plan = plan_day(day.day, stops, day.points, day.home)
            if not plan.unkept and plan.minutes <= day.capacity:
                break
            movable = [i for i in range(len(stops)) if day.stops[i] not in route_days.firm]
            late = [i for i in movable if i in plan.unkept]
            # Where only the driving became too much, the least important makes room.
            worst = max(late or movable, key=lambda i: (stops[i].importance, plan.order.index(i)))
            route_days.take(day.stops[worst])


def _bring_home(route_days: RouteDays, alone: Sequence[int]) -> None:
    """Give visits back to whoever looks after the site where room came free."""
    for index in alone:
        day, keeper = route_days.where.get(index), route_days.stops[index].keeper
        if day is None or not keeper or day.worker.id == keeper:
            continue
        own = [d for d in route_days.at_home(index) if d.worker.id == keeper]
        found = route_days.any_fit(index, own)
        if found is not None:
            route_days.take(index)
            route_days.put(index, found[1], found[2])


def _place(route_days: RouteDays, index: int) -> bool:
    """Put a visit where it costs least inside its window, with whoever looks after the site if they
    have room; False where no day has."""
    for days in (route_days.at_home(index), route_days.in_window(index)):
        found = route_days.best(index, days) or route_days.any_fit(index, days)
        if found is not None:
            route_days.put(index, found[1], found[2])
            return True
    return False


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
        found = route_days.first_fit(index, later)
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
    if not route_days.is_manned(index):
        return Misfit.NOT_SUITED
    if stop.for_two and len({day.worker.id for day in route_days.in_window(index)}) < 2:
        return Misfit.NO_SECOND
    return Misfit.FULL if route_days.in_window(index) else Misfit.NO_WORKDAY


def _timetable(
    route_days: RouteDays, misfits: Mapping[int, Misfit], second_of: Mapping[int, int]
) -> tuple[Assignment, ...]:
    found: dict[int, Assignment] = {}
    companions: dict[int, tuple[str, int]] = {}
    for (worker_id, on), day in route_days.days.items():
        stops = [route_days.stops[index] for index in day.stops]
        plan = plan_day(on, stops, day.points, day.home)
        untouched = all(stop.locked for stop in stops)
        for place, (position, minute) in enumerate(zip(plan.order, plan.starts, strict=True), 1):
            index, stop = day.stops[position], stops[position]
            if index in second_of:
                companions[second_of[index]] = worker_id, place
                continue
            away = stop.keeper not in ("", worker_id) and not stop.locked
            found[index] = Assignment(
                visit_id=stop.visit_id,
                technician_id=worker_id,
                day=on,
                order=place,
                start_minute=min(1439, 5 * round(minute / 5)),
                misfit=misfits.get(index),
                untouched=untouched and not stop.for_two,
                instead_of=stop.keeper if away else "",
            )
    return tuple(
        replace(item, companion_id=companions[index][0], companion_order=companions[index][1])
        if index in companions
        else item
        for index, item in found.items()
    )
