"""Route days of a balancing proposal: each technician's days with their routes and cost."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from math import hypot

from app.domain.maintenance import travel
from app.domain.maintenance.day_times import is_timed, plan_day
from app.domain.maintenance.job_needs import JobNeeds
from app.domain.maintenance.planned_stops import PlannedStop, Worker
from app.domain.maintenance.travel import DETOUR, PER_STOP_MINUTES, Plane, Point

MOVE_PENALTY = 2.0
"""Minutes a change of day or technician must save to be worth disturbing people."""
UNEVEN = 30.0
"""Minutes a full day weighs; half a day a quarter of that, so that even days cost less."""
CANDIDATES = 16
_TRIED = 24
"""Days of which it is worked out whether all times of day can be kept, the cheapest first."""


@dataclass(slots=True, kw_only=True)
class RouteDay:
    """One technician's day while it is being filled."""

    worker: Worker
    day: date
    capacity: int
    home: Point | None
    stops: list[int] = field(default_factory=list)
    points: list[Point] = field(default_factory=list)
    work: int = 0
    km: float = 0.0
    load: float = 0.0
    middle: Point | None = None
    vehicle: bool = False
    """Whether a vehicle of the company is there for this day."""

    @property
    def cost(self) -> float:
        """What this day costs: driving, and unevenness (`UNEVEN`)."""
        return travel.minutes(self.km) + UNEVEN * (self.load / max(1, self.capacity)) ** 2

    def insertion(self, point: Point) -> tuple[int, float]:
        """The best place for one more stop, and the kilometres it adds."""
        home = self.home
        path = self.points if home is None else [home, *self.points, home]
        if not path:
            return 0, 0.0
        x, y = point
        there = [hypot(px - x, py - y) for px, py in path]
        best, where = float("inf"), 0
        if home is None:
            best, where = min((there[0], 0), (there[-1], len(path)))
        offset = 1 if home is None else 0
        ax, ay = path[0]
        for i in range(1, len(path)):
            bx, by = path[i]
            extra = there[i - 1] + there[i] - hypot(ax - bx, ay - by)
            if extra < best - 1e-12:
                best, where = extra, i - 1 + offset
            ax, ay = bx, by
        return where, best * DETOUR

    def put(self, index: int, point: Point, minutes: int, where: int) -> None:
        """Add a stop."""
        self.stops.insert(where, index)
        self.points.insert(where, point)
        self.work += minutes
        self._changed()

    def take(self, index: int, minutes: int) -> None:
        """Remove a stop."""
        where = self.stops.index(index)
        del self.stops[where], self.points[where]
        self.work -= minutes
        self._changed()

    def snapshot(self) -> tuple[list[int], list[Point], int]:
        """What `restore` brings back."""
        return self.stops[:], self.points[:], self.work

    def restore(self, kept: tuple[list[int], list[Point], int]) -> None:
        """Back to a snapshot."""
        self.stops, self.points, self.work = kept
        self._changed()

    def _changed(self) -> None:
        count = len(self.points)
        self.km = travel.tour(self.points, self.home)
        self.load = travel.day_minutes(self.work, self.km, count)
        self.middle = self.home
        if count:
            self.middle = (
                sum(x for x, _ in self.points) / count,
                sum(y for _, y in self.points) / count,
            )


_Kind = tuple[str, JobNeeds, frozenset[int]]
"""What decides whose days a visit may go on: area, needs, weekdays the shop opens."""


def give_vehicles(days: Iterable[RouteDay], stops: Sequence[PlannedStop], pool: int) -> None:
    """Who has a vehicle on which day: whoever it belongs to; those of the pool go to those with
    most visits in sight that need one, first where such a visit stands already."""
    wanting = [stop for stop in stops if stop.needs.vehicle]
    by_day: dict[date, list[RouteDay]] = {}
    for day in days:
        day.vehicle = day.worker.vehicle
        if not day.vehicle and day.capacity:
            by_day.setdefault(day.day, []).append(day)
    if not wanting or not pool:
        return
    for found in by_day.values():
        ranked = sorted(found, key=lambda d: (*_wanted(d, wanting), d.worker.id))
        for chosen in ranked[:pool]:
            chosen.vehicle = True


def _wanted(day: RouteDay, wanting: Sequence[PlannedStop]) -> tuple[int, int, int]:
    """How little a vehicle is needed on a day: by visits that stand there, by those of sites the
    person looks after, by all others in sight."""
    who = day.worker
    standing = sum(who.id == s.technician_id and s.planned_on == day.day for s in wanting)
    open_now = [s for s in wanting if s.window_from <= day.day <= s.window_until]
    kept = sum(s.keeper == who.id for s in open_now)
    others = sum(who.serves(s.spot.area) and who.is_trained_for(s.needs) for s in open_now)
    return -standing, -kept, -others


class RouteDays:
    """All days of all technicians from `begin` on, and what is on them.  `pool` vehicles of the
    company are shared by those who have none of their own."""

    def __init__(
        self,
        stops: Sequence[PlannedStop],
        workers: Sequence[Worker],
        begin: date = date.min,
        pool: int = 0,
    ) -> None:
        self.stops, self.workers, self._pool = list(stops), workers, pool
        plane = Plane([*(stop.spot for stop in stops), *(worker.home for worker in workers)])
        self.points = [plane.point(stop.spot) for stop in stops]
        self.days: dict[tuple[str, date], RouteDay] = {}
        for worker in workers:
            home = plane.point(worker.home) if worker.home.latitude is not None else None
            for day, capacity in sorted(worker.days.items()):
                if day < begin:
                    continue
                self.days[worker.id, day] = RouteDay(
                    worker=worker, day=day, capacity=capacity, home=home, middle=home
                )
        self.where: dict[int, RouteDay] = {}
        self.firm: set[int] = {index for index, stop in enumerate(stops) if stop.locked}
        """Visits that are not moved."""
        self._by_kind: dict[_Kind, list[RouteDay]] = {}
        self._by_window: dict[tuple[_Kind, str, date, date], list[RouteDay]] = {}
        give_vehicles(self.days.values(), self.stops, pool)

    def is_served(self, index: int) -> bool:
        """Whether anybody serves the visit's area."""
        area = self.stops[index].spot.area
        return any(worker.serves(area) for worker in self.workers)

    def is_manned(self, index: int) -> bool:
        """Whether any of those who serve the area are trained for the visit and can have the
        vehicle it needs."""
        needs, area = self.stops[index].needs, self.stops[index].spot.area
        return any(
            worker.serves(area)
            and worker.is_trained_for(needs)
            and (worker.vehicle or self._pool > 0 or not needs.vehicle)
            for worker in self.workers
        )

    def open_to(self, index: int) -> list[RouteDay]:
        """The days of everybody who serves the visit's area, is trained for it and has the vehicle
        it needs, and on which the shop opens."""
        stop = self.stops[index]
        kind = stop.spot.area, stop.needs, stop.hours.weekdays
        if kind not in self._by_kind:
            self._by_kind[kind] = [
                day
                for day in self.days.values()
                if day.worker.serves(stop.spot.area)
                and day.worker.is_trained_for(stop.needs)
                and (day.vehicle or not stop.needs.vehicle)
                and day.day.weekday() in stop.hours.weekdays
            ]
        return self._by_kind[kind]

    def in_window(self, index: int) -> list[RouteDay]:
        """Those of them that lie inside the visit's window."""
        return self._within(index, "")

    def at_home(self, index: int) -> list[RouteDay]:
        """Those of them that are of whoever looks after the site; of everybody where nobody does
        who could come."""
        keeper = self.stops[index].keeper
        return (self._within(index, keeper) if keeper else []) or self._within(index, "")

    def _within(self, index: int, keeper: str) -> list[RouteDay]:
        stop = self.stops[index]
        kind = stop.spot.area, stop.needs, stop.hours.weekdays
        key = kind, keeper, stop.window_from, stop.window_until
        if key not in self._by_window:
            self._by_window[key] = [
                d
                for d in self.open_to(index)
                if stop.window_from <= d.day <= stop.window_until and keeper in ("", d.worker.id)
            ]
        return self._by_window[key]

    def put(self, index: int, day: RouteDay, where: int) -> None:
        """Place a visit."""
        day.put(index, self.points[index], self.stops[index].minutes, where)
        self.where[index] = day

    def take(self, index: int) -> RouteDay:
        """Take a visit off its day."""
        day = self.where.pop(index)
        day.take(index, self.stops[index].minutes)
        return day

    def cost(self, index: int, day: RouteDay) -> tuple[float, int, bool]:
        """What placing a visit on a day costs, the place in the route, and whether it fits."""
        stop = self.stops[index]
        where, km = day.insertion(self.points[index])
        before = day.load
        driving = travel.minutes(km)
        after = before + stop.minutes + PER_STOP_MINUTES + driving
        room = max(1, day.capacity)
        uneven = UNEVEN * (after * after - before * before) / (room * room)
        moved = stop.technician_id != day.worker.id or stop.planned_on != day.day
        return (
            driving + uneven + (MOVE_PENALTY if moved else 0.0),
            where,
            after <= day.capacity,
        )

    def _near(self, index: int, days: Sequence[RouteDay]) -> Sequence[RouteDay]:
        """The most promising of many days: near the visit, or still empty near home."""
        if len(days) <= CANDIDATES:
            return days
        x, y = self.points[index]
        ranked = []
        for rank, day in enumerate(days):
            middle = day.middle
            far = hypot(middle[0] - x, middle[1] - y) if middle is not None else 6.0
            ranked.append((3 * far + 30 * day.load / max(1, day.capacity), rank))
        ranked.sort()
        return [days[rank] for _, rank in ranked[:CANDIDATES]]

    def keeps_times(self, index: int, day: RouteDay) -> bool:
        """Whether a visit more leaves everybody of the day seen when it was agreed and while the
        shop is open; where no time matters it does."""
        stops = [self.stops[i] for i in (*day.stops, index)]
        if not any(is_timed(stop, day.day) for stop in stops):
            return True
        points = [*day.points, self.points[index]]
        plan = plan_day(day.day, stops, points, day.home)
        return not plan.unkept and plan.minutes <= day.capacity

    def first_fit(self, index: int, days: Iterable[RouteDay]) -> tuple[float, RouteDay, int] | None:
        """The first of the days with room at a time that can be kept."""
        for day in days:
            cost, where, fits = self.cost(index, day)
            if fits and self.keeps_times(index, day):
                return cost, day, where
        return None

    def best(self, index: int, days: Sequence[RouteDay]) -> tuple[float, RouteDay, int] | None:
        """The cheapest of the promising days with room, or None."""
        return self._cheapest(index, self._near(index, days))

    def any_fit(self, index: int, days: Sequence[RouteDay]) -> tuple[float, RouteDay, int] | None:
        """The cheapest of all days with room: the promising ones may be full."""
        return self._cheapest(index, days)

    def make_room(self, index: int) -> list[int] | None:
        """Take less important visits off a day of the window until this one fits, the least
        important and longest first, on the day that loses fewest; returns which, None where that
        does not help.  The visit itself is placed."""
        found: tuple[int, float, RouteDay, list[int]] | None = None
        for day in self.in_window(index):
            snapshot, taken = day.snapshot(), list[int]()
            cost, _, fits = self.cost(index, day)
            for other in self._less_important(index, day):
                if fits or (found is not None and len(taken) >= found[0]):
                    break
                day.take(other, self.stops[other].minutes)
                taken.append(other)
                cost, _, fits = self.cost(index, day)
            day.restore(snapshot)
            better = fits and (found is None or (len(taken), cost) < found[:2])
            if better and self._keeps_without(index, day, taken):
                found = (len(taken), cost, day, taken)
        if found is None:
            return None
        _, _, day, taken = found
        for other in taken:
            self.take(other)
        self.put(index, day, self.cost(index, day)[1])
        return taken

    def _keeps_without(self, index: int, day: RouteDay, taken: Sequence[int]) -> bool:
        snapshot = day.snapshot()
        for other in taken:
            day.take(other, self.stops[other].minutes)
        keeps = self.keeps_times(index, day)
        day.restore(snapshot)
        return keeps

    def _less_important(self, index: int, day: RouteDay) -> list[int]:
        mine = self.stops[index].importance
        others = [i for i in day.stops if i not in self.firm and self.stops[i].importance > mine]
        return sorted(others, key=lambda i: (-self.stops[i].importance, -self.stops[i].minutes, i))

    def _cheapest(self, index: int, days: Sequence[RouteDay]) -> tuple[float, RouteDay, int] | None:
        found = []
        for rank, day in enumerate(days):
            cost, where, fits = self.cost(index, day)
            if fits:
                found.append((round(cost, 9), rank, day, where))
        found.sort(key=lambda one: one[:2])
        for cost, _, day, where in found[:_TRIED]:
            if self.keeps_times(index, day):
                return cost, day, where
        return None
