"""A technician's day: stops in the order they are driven, with what else is open on the way."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlmodel import Session

from app.domain.maintenance.day_times import DAY_BEGINS
from app.domain.maintenance.plans import WorkPlace
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
from app.services.maintenance.working_times import capacities
from app.services.register.directory import read_technicians


@dataclass(frozen=True, slots=True)
class RouteStop:
    """One stop of a day's route."""

    visit: VisitSummary
    kilometres: float
    incidents: tuple[IncidentNote, ...]
    arrive_minute: int
    """When one is there, in minutes of the day, as far as distance and work tell."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DayRoute:
    """A technician's day in the order it is driven."""

    technician_id: str
    day: date
    stops: tuple[RouteStop, ...]
    kilometres: float
    minutes: int
    """Work, driving and parking."""
    room: int
    """The minutes the technician works that day; none on leave and on days off."""

    @property
    def over(self) -> int:
        """How many minutes more than fit into the day."""
        return max(0, self.minutes - self.room) if self.stops else 0


def day_route(session: Session, technician_id: str, day: date, today: date) -> DayRoute:
    """The day of one technician, in the order it is driven."""
    found = visits_between(session, day, day, VisitFilter(technician_id=technician_id), today)
    found = _own_order(found, technician_id)
    return _as_driven(session, technician_id, day, _in_driving_order(session, technician_id, found))


def next_stops(session: Session, technician_id: str, today: date) -> DayRoute:
    """What is left of today for one technician, in the order it is driven."""
    wanted = VisitFilter(technician_id=technician_id, states="open")
    found = _own_order(visits_between(session, today, today, wanted, today), technician_id)
    return _as_driven(
        session, technician_id, today, _in_driving_order(session, technician_id, found)
    )


def _own_order(found: Sequence[VisitSummary], technician_id: str) -> tuple[VisitSummary, ...]:
    """The visits as stops of one person's day: those with a time by it, then by place."""
    own = [visit.seen_by(technician_id) for visit in found]
    if not any(visit.companion_id for visit in own):
        return tuple(own)
    return tuple(sorted(own, key=lambda v: (v.start_minute is None, v.order, v.number)))


def _in_driving_order(
    session: Session, technician_id: str, found: Sequence[VisitSummary]
) -> Sequence[VisitSummary]:
    """As planned where the visits have an order or a time, else the shortest way."""
    if any(visit.order or visit.start_minute is not None for visit in found):
        return found
    spots, home = _spots(session, technician_id, found)
    plane = Plane([*spots, home])
    start = plane.point(home) if home.latitude is not None else None
    return [found[n] for n in shortest_order([plane.point(spot) for spot in spots], start)]


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
    """What is done without driving there comes last."""
    found = sorted(found, key=lambda visit: visit.place is not WorkPlace.SITE)
    driven = [visit for visit in found if visit.place is WorkPlace.SITE]
    notes = incidents_at(session, {visit.merchant_id for visit in found})
    spots, home = _spots(session, technician_id, driven)
    plane = Plane([*spots, home])
    points = [plane.point(spot) for spot in spots]
    start = plane.point(home) if home.latitude is not None else None
    before = [start, *points] if start is not None else [*points[:1], *points]
    legs = [kilometres(a, b) for a, b in zip(before, points, strict=False)]
    legs += [0.0] * (len(found) - len(driven))
    total = tour(points, start)
    there = arrivals(legs, [v.minutes for v in found], [v.start_minute for v in found], DAY_BEGINS)
    return DayRoute(
        technician_id=technician_id,
        day=day,
        stops=tuple(
            RouteStop(visit, round(km, 1), notes.get(visit.merchant_id, ()), minute)
            for visit, km, minute in zip(found, legs, there, strict=True)
        ),
        kilometres=round(total, 1),
        minutes=round(day_minutes(sum(visit.minutes for visit in found), total, len(driven))),
        room=_room(session, technician_id, day),
    )


def _room(session: Session, technician_id: str, day: date) -> int:
    people = [p for p in read_technicians(session, everybody=True) if p.id == technician_id]
    return capacities(session, people, day, day).get(technician_id, {}).get(day, 0)
