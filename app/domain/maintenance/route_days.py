"""Route days of a balancing proposal: each technician's days with their routes and cost."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from enum import IntEnum
from math import hypot

from app.domain.maintenance import travel
from app.domain.maintenance.travel import DETOUR, NOWHERE, PER_STOP_MINUTES, Plane, Point, Spot

MOVE_PENALTY = 2.0
"""Minutes a change of day or technician must save to be worth disturbing people."""
UNEVEN = 30.0
"""Minutes a full day weighs; half a day a quarter of that, so that even days cost less."""
CANDIDATES = 16


class Importance(IntEnum):
    """What is served first when not everything fits, the most important first: what is late
    already, inspections somebody has to prove, what waits for an urgent repair, the rest."""

    OVERDUE = 0
    INSPECTION = 1
    PRIORITY = 2
    ORDINARY = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedStop:
    """A visit to be placed.  Locked ones stay where they are.

    `window_from` and `window_until` are the days it may be placed on; `late_after` is the last day
    on time where that is another (a visit late already is wanted within days, and still late).
    `agreed_minute` is the time of day a locked visit was promised for.
    """

    visit_id: str
    spot: Spot
    minutes: int
    window_from: date
    window_until: date
    planned_on: date
    technician_id: str = ""
    locked: bool = False
    importance: Importance = Importance.ORDINARY
    late_after: date | None = None
    order: int = 0
    agreed_minute: int | None = None

    @property
    def on_time_until(self) -> date:
        """The last day on which it is on time."""
        return self.late_after or self.window_until

    def moved(self, technician_id: str, day: date, order: int) -> PlannedStop:
        """The stop with another technician ("": nobody), day and place in the order."""
        return replace(self, technician_id=technician_id, planned_on=day, order=order)


@dataclass(frozen=True, slots=True)
class Worker:
    """A technician: territory (none: everywhere), and the minutes of each day worked."""

    id: str
    days: Mapping[date, int]
    areas: tuple[str, ...] = ()
    home: Spot = NOWHERE


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


class RouteDays:
    """All days of all technicians from `begin` on, and what is on them."""

    def __init__(
        self, stops: Sequence[PlannedStop], workers: Sequence[Worker], begin: date = date.min
    ) -> None:
        self.stops, self.workers = stops, workers
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
        self._by_area: dict[str, list[RouteDay]] = {}
        self._by_window: dict[tuple[str, date, date], list[RouteDay]] = {}

    def is_served(self, index: int) -> bool:
        """Whether anybody serves the visit's area."""
        area = self.stops[index].spot.area
        return any(not worker.areas or area in worker.areas for worker in self.workers)

    def open_to(self, index: int) -> list[RouteDay]:
        """The days of everybody who serves the visit's area."""
        area = self.stops[index].spot.area
        if area not in self._by_area:
            self._by_area[area] = [
                day
                for day in self.days.values()
                if not day.worker.areas or area in day.worker.areas
            ]
        return self._by_area[area]

    def in_window(self, index: int) -> list[RouteDay]:
        """Those of them that lie inside the visit's window."""
        stop = self.stops[index]
        key = (stop.spot.area, stop.window_from, stop.window_until)
        if key not in self._by_window:
            self._by_window[key] = [
                d for d in self.open_to(index) if stop.window_from <= d.day <= stop.window_until
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
            if fits and (found is None or (len(taken), cost) < found[:2]):
                found = (len(taken), cost, day, taken)
        if found is None:
            return None
        _, _, day, taken = found
        for other in taken:
            self.take(other)
        self.put(index, day, self.cost(index, day)[1])
        return taken

    def _less_important(self, index: int, day: RouteDay) -> list[int]:
        mine = self.stops[index].importance
        others = [
            i for i in day.stops if not self.stops[i].locked and self.stops[i].importance > mine
        ]
        return sorted(others, key=lambda i: (-self.stops[i].importance, -self.stops[i].minutes, i))

    def _cheapest(self, index: int, days: Sequence[RouteDay]) -> tuple[float, RouteDay, int] | None:
        found: tuple[float, RouteDay, int] | None = None
        for day in days:
            cost, where, fits = self.cost(index, day)
            if fits and (found is None or cost < found[0] - 1e-9):
                found = (cost, day, where)
        return found
