"""Whether the people there are can do what the plans ask for: hours needed against hours there are,
by month and area, what each plan costs, and what would save how much.

Work is counted as visits count it (`combined_minutes`): terminals of one site are done in one trip,
and every task after the longest is shorter.  A trip on site takes parking and driving besides,
which is estimated from how far apart the sites of an area lie and how far from the nearest
technician who serves it (Daganzo, Transportation Science 18, 1984: a tour past n places spread over
an area A is about 0.71·√(n·A) long, and each day's tour begins and ends at home).
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from app.domain.maintenance import travel
from app.domain.maintenance.planned_stops import Worker
from app.domain.maintenance.plans import WorkPlace
from app.domain.maintenance.travel import Plane, Point, Spot
from app.domain.maintenance.visits import combined_minutes

TOUR = 0.7124
"""Straight kilometres of a tour past n places on an area A, for each √(n·A)."""
_FEW = 4
"""Plans whose trips are looked at together, at most: more are no longer one change."""
AREAS_NAMED = 4
"""Areas a sentence names before the rest is left to the list."""
_STEPS = 40
"""Parts in which a technician's time is handed to the areas that need it most."""


@dataclass(frozen=True, slots=True)
class NeededTask:
    """One task of a visit that will be needed; every second date of a plan has `second`."""

    plan: str
    minutes: int
    second: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class NeededVisit:
    """A visit there is or will be: the month its window closes in, and what is done on it."""

    month: date
    area: str
    site: str
    place: WorkPlace
    spot: Spot
    tasks: tuple[NeededTask, ...]

    @property
    def minutes(self) -> int:
        """Of work, without the way."""
        return combined_minutes(task.minutes for task in self.tasks)


@dataclass(frozen=True, slots=True, kw_only=True)
class AreaMonth:
    """Minutes needed in one month and area against what can be had there: `available` is what
    those who serve it have left for it once each area got its share."""

    month: date
    area: str
    visits: int
    work: float
    travel: float
    available: float

    @property
    def needed(self) -> float:
        """Work and way."""
        return self.work + self.travel

    @property
    def short(self) -> float:
        """What is missing."""
        return max(0.0, self.needed - self.available)


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthCapacity:
    """One month of everything: minutes, and people."""

    month: date
    visits: int
    needed: float
    available: float
    short: float
    people: int

    @property
    def people_needed(self) -> int:
        """How many people like those there are it takes; when there is nobody, people of 21 days
        of seven hours."""
        each = self.available / self.people if self.people and self.available else 21 * 420.0
        return math.ceil(self.needed / each - 1e-9)


class Saving(StrEnum):
    """What would make a plan, or all of them, take less."""

    HALF_AS_OFTEN = "half_as_often"
    REMOTE = "remote"
    MERGED = "merged"


@dataclass(frozen=True, slots=True)
class PlanCost:
    """What a plan adds to the rest in the period, in minutes, and what changing it would save."""

    plan: str
    tasks: int
    minutes: float
    savings: Mapping[Saving, float]


@dataclass(frozen=True, slots=True)
class RemoteTogether:
    """Plans that share their trips: done remotely all of them, they save these minutes; one alone
    saves no trip the others make anyway."""

    plans: tuple[str, ...]
    minutes: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Capacity:
    """The whole view."""

    months: tuple[MonthCapacity, ...]
    areas: tuple[AreaMonth, ...]
    plans: tuple[PlanCost, ...]
    merged: float
    """Minutes of driving and parking that one trip a month to each site would save."""
    remote: RemoteTogether | None

    @property
    def worst(self) -> MonthCapacity | None:
        """The month in which most is missing for what there is; None where there is enough."""
        short = [month for month in self.months if month.short > 0]
        return max(short, key=lambda m: (m.needed / max(1.0, m.available), m.short), default=None)

    @property
    def short_areas(self) -> dict[str, float]:
        """The minutes that are missing over all months, by area, most first."""
        short: dict[str, float] = {}
        for item in self.areas:
            if item.short:
                short[item.area] = short.get(item.area, 0.0) + item.short
        return dict(sorted(short.items(), key=lambda pair: (-pair[1], pair[0])))


def weigh(
    visits: Sequence[NeededVisit], workers: Sequence[Worker], months: Sequence[date]
) -> Capacity:
    """Everything for the months given (their first days)."""
    trips = _Trips(visits, workers, months)
    areas = _areas(visits, workers, months, trips)
    return Capacity(
        months=tuple(_month(month, areas, workers) for month in months),
        areas=areas,
        plans=_costs(visits, trips),
        merged=_merged(visits, trips),
        remote=_together(visits, trips),
    )


# --- the way to a site ---------------------------------------------------------------------------


class _Trips:
    """How many minutes of driving and parking a visit takes, by area and month."""

    def __init__(
        self, visits: Sequence[NeededVisit], workers: Sequence[Worker], months: Sequence[date]
    ) -> None:
        on_site = [visit for visit in visits if visit.place is WorkPlace.SITE]
        homes = [worker for worker in workers if worker.home.latitude is not None]
        plane = Plane([*(v.spot for v in on_site), *(worker.home for worker in homes)])
        by_area: dict[str, list[NeededVisit]] = {}
        for visit in on_site:
            by_area.setdefault(visit.area, []).append(visit)
        self._minutes: dict[str, float] = {}
        for area, found in by_area.items():
            serving = [w for w in workers if not w.areas or area in w.areas]
            at_home = [plane.point(w.home) for w in serving if w.home.latitude is not None]
            points = list({v.site: plane.point(v.spot) for v in found}.values())
            work = sum(visit.minutes for visit in found) / len(found)
            each = len(found) / max(1, len(months))
            self._minutes[area] = _trip(points, at_home, work, each, _day_of(serving))

    def of(self, visit: NeededVisit) -> float:
        """For one visit; nothing where nobody travels."""
        return self._minutes.get(visit.area, 0.0) if visit.place is WorkPlace.SITE else 0.0


def _day_of(workers: Sequence[Worker]) -> float:
    rooms = [room for worker in workers for room in worker.days.values() if room]
    return sum(rooms) / len(rooms) if rooms else 420.0


def _trip(
    points: Sequence[Point], homes: Sequence[Point], work: float, monthly: float, day: float
) -> float:
    """Minutes of parking and driving for one visit of an area."""
    leg = travel.minutes(TOUR * travel.DETOUR * math.sqrt(_ground(points) / max(1.0, monthly)))
    way = 0.0
    if homes:
        way = sum(min(travel.kilometres(p, home) for home in homes) for p in points) / len(points)
    there_and_back = min(2 * travel.minutes(way), 0.9 * day)
    stop = work + travel.PER_STOP_MINUTES + leg
    stops = max(1.0, (day - there_and_back) / stop)
    return travel.PER_STOP_MINUTES + leg + there_and_back / stops


def _ground(points: Sequence[Point]) -> float:
    """Square kilometres the sites lie on, without the few farthest away."""
    if len(points) < 2:
        return 0.0
    sides = []
    for axis in (0, 1):
        line = sorted(point[axis] for point in points)
        cut = len(line) // 40
        sides.append(line[len(line) - 1 - cut] - line[cut])
    return sides[0] * sides[1]


# --- months and areas ----------------------------------------------------------------------------


def _areas(
    visits: Sequence[NeededVisit],
    workers: Sequence[Worker],
    months: Sequence[date],
    trips: _Trips,
) -> tuple[AreaMonth, ...]:
    needs: dict[date, dict[str, list[NeededVisit]]] = {month: {} for month in months}
    for visit in visits:
        if visit.month in needs:
            needs[visit.month].setdefault(visit.area, []).append(visit)
    found = []
    for month in months:
        work = {area: float(sum(v.minutes for v in there)) for area, there in needs[month].items()}
        way = {area: sum(trips.of(v) for v in there) for area, there in needs[month].items()}
        shares = _shares({area: work[area] + way[area] for area in work}, workers, month)
        found += [
            AreaMonth(
                month=month,
                area=area,
                visits=len(needs[month][area]),
                work=work[area],
                travel=way[area],
                available=shares[area],
            )
            for area in sorted(work)
        ]
    return tuple(found)


def _room(worker: Worker, month: date) -> int:
    return sum(
        room
        for day, room in worker.days.items()
        if (day.year, day.month) == (month.year, month.month)
    )


def _shares(
    needed: Mapping[str, float], workers: Sequence[Worker], month: date
) -> dict[str, float]:
    """What each area gets of those who serve it: a little at a time, to the area worst off."""
    got = dict.fromkeys(needed, 0.0)
    bound = sorted(workers, key=lambda w: (not w.areas, len(w.areas), w.id))
    for worker in bound:
        room = _room(worker, month)
        mine = [area for area in sorted(needed) if not worker.areas or area in worker.areas]
        if not room or not mine:
            continue
        for _ in range(_STEPS):
            area = min(mine, key=lambda name: got[name] / max(1.0, needed[name]))
            got[area] += room / _STEPS
    return got


def _month(month: date, areas: Iterable[AreaMonth], workers: Sequence[Worker]) -> MonthCapacity:
    mine = [area for area in areas if area.month == month]
    rooms = [_room(worker, month) for worker in workers]
    needed, available = sum(area.needed for area in mine), float(sum(rooms))
    return MonthCapacity(
        month=month,
        visits=sum(area.visits for area in mine),
        needed=needed,
        available=available,
        # Where an area lacks people, time left in another is no help.
        short=max(sum(area.short for area in mine), needed - available, 0.0),
        people=sum(room > 0 for room in rooms),
    )


# --- what plans cost -----------------------------------------------------------------------------


def _costs(visits: Sequence[NeededVisit], trips: _Trips) -> tuple[PlanCost, ...]:
    counts: dict[str, int] = {}
    whole: dict[str, float] = {}
    half: dict[str, float] = {}
    way: dict[str, float] = {}
    for visit in visits:
        trip = trips.of(visit)
        for plan in {task.plan: None for task in visit.tasks}:
            rest = [task for task in visit.tasks if task.plan != plan]
            kept = [task for task in visit.tasks if task.plan != plan or not task.second]
            counts[plan] = counts.get(plan, 0) + len(visit.tasks) - len(rest)
            whole[plan] = whole.get(plan, 0.0) + _without(visit, rest, trip)
            half[plan] = half.get(plan, 0.0) + _without(visit, kept, trip)
            way[plan] = way.get(plan, 0.0) + (0.0 if rest else trip)
    found = [
        PlanCost(
            plan,
            counts[plan],
            whole[plan],
            {Saving.HALF_AS_OFTEN: half[plan], Saving.REMOTE: way[plan]},
        )
        for plan in counts
    ]
    return tuple(sorted(found, key=lambda cost: (-cost.minutes, cost.plan)))


def _without(visit: NeededVisit, kept: Sequence[NeededTask], trip: float) -> float:
    """What a visit takes less with only some of its tasks."""
    saved = visit.minutes - combined_minutes(task.minutes for task in kept)
    return saved + (0.0 if kept else trip)


def _merged(visits: Iterable[NeededVisit], trips: _Trips) -> float:
    seen: set[tuple[date, str]] = set()
    saved = 0.0
    for visit in visits:
        if visit.place is WorkPlace.SITE:
            key = (visit.month, visit.site)
            saved += trips.of(visit) if key in seen else 0.0
            seen.add(key)
    return saved


def _together(visits: Iterable[NeededVisit], trips: _Trips) -> RemoteTogether | None:
    """The several plans whose common trips take most."""
    trips_of: dict[frozenset[str], float] = {}
    for visit in visits:
        plans = frozenset(task.plan for task in visit.tasks)
        trips_of[plans] = trips_of.get(plans, 0.0) + trips.of(visit)
    found = [
        RemoteTogether(
            tuple(sorted(plans)), sum(trips_of[other] for other in trips_of if other <= plans)
        )
        for plans in trips_of
        if 1 < len(plans) <= _FEW
    ]
    return max(found, key=lambda one: (one.minutes, one.plans), default=None)
