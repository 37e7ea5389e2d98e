"""A technician's day: stops in the order they are driven, with what else is open on the way."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlmodel import Session

from app.domain.maintenance.travel import NOWHERE, Plane, Spot, day_minutes, kilometres, tour
from app.domain.maintenance.visits import IncidentNote, VisitSummary
from app.services.maintenance.visit_queries import VisitFilter, incidents_at, visits_between
from app.services.register.directory import read_technicians


@dataclass(frozen=True, slots=True)
class RouteStop:
    """One stop of a day's route."""

    visit: VisitSummary
    kilometres: float
    incidents: tuple[IncidentNote, ...]


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
    notes = incidents_at(session, {visit.merchant_id for visit in found})
    people = {p.id: p for p in read_technicians(session, everybody=True)}
    person = people.get(technician_id)
    spots = [Spot(v.latitude, v.longitude, v.area) for v in found]
    home = Spot(person.latitude, person.longitude) if person else NOWHERE
    plane = Plane([*spots, home])
    points = [plane.point(spot) for spot in spots]
    start = plane.point(home) if home.latitude is not None else None
    before = [start, *points] if start is not None else [*points[:1], *points]
    legs = [kilometres(a, b) for a, b in zip(before, points, strict=False)]
    total = tour(points, start)
    return DayRoute(
        technician_id,
        day,
        tuple(
            RouteStop(visit, round(km, 1), notes.get(visit.merchant_id, ()))
            for visit, km in zip(found, legs, strict=True)
        ),
        round(total, 1),
        round(day_minutes(sum(visit.minutes for visit in found), total, len(found))),
    )
