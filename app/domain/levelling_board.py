"""The board a levelling proposal is laid out on: technicians' days, their routes, their cost."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from math import hypot

from app.domain import travel
from app.domain.travel import DETOUR, NOWHERE, PER_STOP_MINUTES, Plane, Point, Spot

MOVE_PENALTY = 4.0
"""Minutes a change of day or technician must save to be worth disturbing people."""
CANDIDATES = 16


@dataclass(frozen=True, slots=True)
class Stop:
    """A visit to be placed.  Locked ones stay where they are."""

    visit_id: str
    spot: Spot
    minutes: int
    window_from: date
    window_until: date
    planned_on: date
    technician_id: str = ""
    locked: bool = False


@dataclass(frozen=True, slots=True)
class Worker:
    """A technician: territory (none: everywhere), and the minutes of each day worked."""

    id: str
    days: Mapping[date, int]
    areas: tuple[str, ...] = ()
    home: Spot = NOWHERE


@dataclass(slots=True)
class Day:
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
        """What this day costs: driving, and unevenness (a full day weighs a working hour)."""
        return travel.minutes(self.km) + 60 * (self.load / max(1, self.capacity)) ** 2

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
        self.load = self.work + travel.minutes(self.km) + PER_STOP_MINUTES * count
        self.middle = self.home
        if count:
            self.middle = (
                sum(x for x, _ in self.points) / count, sum(y for _, y in self.points) / count,
            )  # fmt: skip


class Board:
    """All days of all technicians, and what is on them."""

    def __init__(self, stops: Sequence[Stop], workers: Sequence[Worker]) -> None:
        self.stops = stops
        plane = Plane([*(stop.spot for stop in stops), *(worker.home for worker in workers)])
        self.points = [plane.point(stop.spot) for stop in stops]
        self.days: dict[tuple[str, date], Day] = {}
        for worker in workers:
            home = plane.point(worker.home) if worker.home.latitude is not None else None
            for day, capacity in sorted(worker.days.items()):
                self.days[worker.id, day] = Day(worker, day, capacity, home, middle=home)
        self.where: dict[int, Day] = {}
        self._by_area: dict[str, list[Day]] = {}
        self._by_window: dict[tuple[str, date, date], list[Day]] = {}

    def open_to(self, index: int) -> list[Day]:
        """The days of everybody who serves the visit's area."""
        area = self.stops[index].spot.area
        if area not in self._by_area:
            self._by_area[area] = [
                day for day in self.days.values()
                if not day.worker.areas or area in day.worker.areas
            ]  # fmt: skip
        return self._by_area[area]

    def in_window(self, index: int) -> list[Day]:
        """Those of them that lie inside the visit's window."""
        stop = self.stops[index]
        key = (stop.spot.area, stop.window_from, stop.window_until)
        if key not in self._by_window:
            self._by_window[key] = [
                d for d in self.open_to(index) if stop.window_from <= d.day <= stop.window_until
            ]  # fmt: skip
        return self._by_window[key]

    def put(self, index: int, day: Day, where: int) -> None:
        """Place a visit."""
        day.put(index, self.points[index], self.stops[index].minutes, where)
        self.where[index] = day

    def take(self, index: int) -> Day:
        """Take a visit off its day."""
        day = self.where.pop(index)
        day.take(index, self.stops[index].minutes)
        return day

    def is_moved(self, index: int) -> bool:
        """Whether the visit goes to another technician or day than before."""
        stop, day = self.stops[index], self.where[index]
        return (stop.technician_id, stop.planned_on) != (day.worker.id, day.day)

    def cost(self, index: int, day: Day) -> tuple[float, int, bool]:
        """What placing a visit on a day costs, the place in the route, and whether it fits."""
        stop = self.stops[index]
        where, km = day.insertion(self.points[index])
        before = day.load
        driving = travel.minutes(km)
        after = before + stop.minutes + PER_STOP_MINUTES + driving
        room = max(1, day.capacity)
        uneven = 60 * (after * after - before * before) / (room * room)
        moved = stop.technician_id != day.worker.id or stop.planned_on != day.day
        return (
            driving + uneven + (MOVE_PENALTY if moved else 0.0), where, after <= day.capacity,
        )  # fmt: skip

    def _near(self, index: int, days: Sequence[Day]) -> Sequence[Day]:
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

    def best(self, index: int, days: Sequence[Day]) -> tuple[float, Day, int] | None:
        """The cheapest of the promising days with room, or None."""
        return self._cheapest(index, self._near(index, days))

    def any_fit(self, index: int, days: Sequence[Day]) -> tuple[float, Day, int] | None:
        """The cheapest of all days with room: the promising ones may be full."""
        return self._cheapest(index, days)

    def _cheapest(self, index: int, days: Sequence[Day]) -> tuple[float, Day, int] | None:
        found: tuple[float, Day, int] | None = None
        for day in days:
            cost, where, fits = self.cost(index, day)
            if fits and (found is None or cost < found[0] - 1e-9):
                found = (cost, day, where)
        return found
