"""A technician's day: stops in the order they are driven, with what else is open on the way."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlmodel import Session

from app.domain.maintenance.balancing import DAY_BEGINS
from app.domain.maintenance.travel import (
    NOWHERE,
    Plane,
    Spot,
    arrivals,
    day_minutes,
    kilometres,
    shortest_order,
    tour,
)
from app.domain.maintenance.visits import IncidentNote, VisitSummary
from app.services.maintenance.visit_queries import VisitFilter, incidents_at, visits_between
from app.services.register.directory import read_technicians


@dataclass(frozen=True, slots=True)
class RouteStop:
    """One stop of a day's route."""

    visit: VisitSummary
    kilometres: float
    incidents: tuple[IncidentNote, ...]
    arrive_minute: int
    """When one is there, in minutes of the day, as far as distance and work tell."""


@dataclass(frozen=True, slots=True)
class DayRoute:
    """A technician's day in the order it is driven."""

    technician_id: str
    day: date
    stops: tuple[RouteStop, ...]
    kilometres: float
    minutes: int
    """Work, driving and parking."""


def day_route(session: Session, technician_id: str, day: date, today: date) -> DayRoute:
    """The day of one technician."""
    found = visits_between(session, day, day, VisitFilter(technician_id=technician_id), today)
    return _as_driven(session, technician_id, day, found)


def next_stops(session: Session, technician_id: str, today: date) -> DayRoute:
    """What is left of today for one technician, in the order it is driven: as planned where the
    visits have an order or a time, else the shortest way."""
    wanted = VisitFilter(technician_id=technician_id, states="open")
    found = visits_between(session, today, today, wanted, today)
    if any(visit.order or visit.start_minute is not None for visit in found):
        return _as_driven(session, technician_id, today, found)
    spots, home = _spots(session, technician_id, found)
    plane = Plane([*spots, home])
    start = plane.point(home) if home.latitude is not None else None
    order = shortest_order([plane.point(spot) for spot in spots], start)
    return _as_driven(session, technician_id, today, tuple(found[place] for place in order))


def _spots(
    session: Session, technician_id: str, visits: Sequence[VisitSummary]
) -> tuple[list[Spot], Spot]:
    """Where the visits are, and where the technician leaves from."""
    people = {p.id: p for p in read_technicians(session, everybody=True)}
    person = people.get(technician_id)
    home = Spot(person.latitude, person.longitude) if person else NOWHERE
    return [Spot(v.latitude, v.longitude, v.area) for v in visits], home


def _as_driven(
    session: Session, technician_id: str, day: date, found: Sequence[VisitSummary]
) -> DayRoute:
    notes = incidents_at(session, {visit.merchant_id for visit in found})
    spots, home = _spots(session, technician_id, found)
    plane = Plane([*spots, home])
    points = [plane.point(spot) for spot in spots]
    start = plane.point(home) if home.latitude is not None else None
    before = [start, *points] if start is not None else [*points[:1], *points]
    legs = [kilometres(a, b) for a, b in zip(before, points, strict=False)]
    total = tour(points, start)
    there = arrivals(legs, [v.minutes for v in found], [v.start_minute for v in found], DAY_BEGINS)
    return DayRoute(
        technician_id,
        day,
        tuple(
            RouteStop(visit, round(km, 1), notes.get(visit.merchant_id, ()), minute)
            for visit, km, minute in zip(found, legs, there, strict=True)
        ),
        round(total, 1),
        round(day_minutes(sum(visit.minutes for visit in found), total, len(found))),
    )
