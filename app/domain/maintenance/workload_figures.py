"""Cost of a set of visits: one function for a proposal and for the visits in the database."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from app.domain.maintenance import travel
from app.domain.maintenance.planned_stops import PlannedStop, Worker
from app.domain.maintenance.travel import Plane, Point

_ROUNDING = 1e-6
_Ordered = tuple[int, PlannedStop]
"""A stop with its place in the day's order."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkloadFigures:
    """What a plan of work costs.

    Attributes:
        visits: how many there are.
        late: those of somebody whose day lies after the last day on time, or has passed since.
        unassigned: those without a technician of this company.
        kilometres: driven on all days, by road, estimated.
        busiest_minutes: work, driving and parking of the fullest day.
        overfull_days: days of a technician with more than fits into the working time; a day not
            worked (leave, days off) has room for nothing.
    """

    visits: int
    late: int
    unassigned: int
    kilometres: float
    busiest_minutes: int
    overfull_days: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DayLoad:
    """One technician's day: what it holds and what it has room for, in minutes."""

    technician_id: str
    day: date
    stops: int
    kilometres: float
    minutes: float
    room: int

    @property
    def overfull(self) -> bool:
        """Whether more is planned than fits."""
        return self.minutes > self.room + _ROUNDING


def day_loads(stops: Sequence[PlannedStop], workers: Sequence[Worker]) -> tuple[DayLoad, ...]:
    """Every day of a technician that holds something, driven in the order given; where the stops
    have none yet, in the shortest."""
    plane = Plane([*(stop.spot for stop in stops), *(worker.home for worker in workers)])
    by_id = {worker.id: worker for worker in workers}
    days: dict[tuple[str, date], list[tuple[int, PlannedStop]]] = {}
    for stop in stops:
        both = (stop.technician_id, stop.order), (stop.companion_id, stop.companion_order)
        for person, order in both:
            if person in by_id:
                days.setdefault((person, stop.planned_on), []).append((order, stop))
    return tuple(
        _load(by_id[worker_id], day, items, plane) for (worker_id, day), items in days.items()
    )


def _load(worker: Worker, day: date, items: Sequence[_Ordered], plane: Plane) -> DayLoad:
    home = plane.point(worker.home) if worker.home.latitude is not None else None
    km = travel.tour(_driven(items, plane, home), home)
    minutes = travel.day_minutes(sum(stop.minutes for _, stop in items), km, len(items))
    return DayLoad(
        technician_id=worker.id,
        day=day,
        stops=len(items),
        kilometres=km,
        minutes=minutes,
        room=worker.days.get(day, 0),
    )


def _driven(items: Sequence[_Ordered], plane: Plane, home: Point | None) -> list[Point]:
    if all(order for order, _ in items):
        ordered = sorted(items, key=lambda item: item[0])
        return [plane.point(stop.spot) for _, stop in ordered]
    by_id = sorted(items, key=lambda item: item[1].visit_id)
    points = [plane.point(stop.spot) for _, stop in by_id]
    return [points[i] for i in travel.shortest_order(points, home)]


def figures(
    stops: Sequence[PlannedStop], workers: Sequence[Worker], today: date = date.min
) -> WorkloadFigures:
    """What the work costs as it is planned; `today` is when what was planned before is late."""
    loads, known = day_loads(stops, workers), {worker.id for worker in workers}
    assigned = [stop for stop in stops if stop.technician_id in known]
    return WorkloadFigures(
        visits=len(stops),
        late=sum(max(stop.planned_on, today) > stop.on_time_until for stop in assigned),
        unassigned=len(stops) - len(assigned),
        kilometres=round(sum(load.kilometres for load in loads), 1),
        busiest_minutes=round(max((load.minutes for load in loads), default=0)),
        overfull_days=sum(load.overfull for load in loads),
    )


def replaced(
    stops: Sequence[PlannedStop],
    places: Mapping[str, tuple[str, date, int, str, int]],
    taken_off: set[str],
) -> list[PlannedStop]:
    """The stops as they are once a proposal is taken over: `places` are technician, day, order,
    companion and the companion's order by visit; what is `taken_off` keeps its day and has
    nobody."""
    return [
        stop.moved(*places[stop.visit_id])
        if stop.visit_id in places
        else stop.moved("", stop.planned_on, 0)
        if stop.visit_id in taken_off
        else stop
        for stop in stops
    ]
