"""When somebody can come: a few days with a time and what it costs to drive there, while the
merchant is on the telephone."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

from app.domain.errors import InvalidInput
from app.domain.maintenance.balancing import DAY_BEGINS
from app.domain.maintenance.day_times import TOLERATED, reached
from app.domain.maintenance.offers import Offer
from app.domain.maintenance.route_days import RouteDay, RouteDays
from app.domain.maintenance.travel import (
    PER_STOP_MINUTES,
    Point,
    minutes,
    tour,
)
from app.domain.maintenance.visits import ScheduleDraft, VisitState, VisitSummary
from app.services.core.context import ServiceContext
from app.services.maintenance.placing_data import PlacingData, read_ground
from app.services.maintenance.visits import Visits
from app.services.register.directory import read_technicians

OFFERED = 3
AHEAD = timedelta(days=14)
"""How far ahead is looked when the window is longer, or over."""
_ROUND = 5
"""Minutes a promised time is rounded up to."""


class Offers:
    """Use cases of "when can you come?"."""

    def __init__(self, context: ServiceContext, visits: Visits) -> None:
        self._context = context
        self._visits = visits

    def find(self, visit_id: str, count: int = OFFERED) -> tuple[Offer, ...]:
        """Where a planned visit fits best: inside its window the days that cost least driving,
        each day once; when there are none, the soonest after it.  Nothing is written.

        Raises `NotFound`, `InvalidInput` when the visit has begun or is over.
        """
        visit = self._visits.get(visit_id).summary
        if visit.state != VisitState.PLANNED:
            raise InvalidInput.of("visit", "offer.begun")
        now = self._context.now().astimezone(self._context.zone)
        today = now.date()
        last = max(today + AHEAD, min(visit.window_until, today + 2 * AHEAD))
        with self._context.read() as session:
            ground = read_ground(session, today, last, today)
            names = {person.id: person.name for person in read_technicians(session)}
        placing = _OfferedDays(ground, visit, (today, now.hour * 60 + now.minute))
        found = sorted(placing.offers(late=False), key=lambda o: (o.added_minutes, o.day))
        chosen = list({offer.day: offer for offer in reversed(found)}.values())
        chosen = sorted(chosen, key=lambda o: (o.added_minutes, o.day))[:count]
        if len(chosen) < count:
            later = sorted(placing.offers(late=True), key=lambda o: (o.day, o.added_minutes))
            soonest = list({offer.day: offer for offer in reversed(later)}.values())
            chosen += sorted(soonest, key=lambda o: o.day)[: count - len(chosen)]
        return tuple(
            replace(offer, technician=names.get(offer.technician_id, "")) for offer in chosen
        )

    def take(self, visit: VisitSummary, offer: Offer, reason: str = "") -> None:
        """Promise it: the visit goes there and is locked at that time.  Raises `Conflict`,
        `InvalidInput`."""
        draft = ScheduleDraft(
            planned_on=offer.day,
            technician_id=offer.technician_id,
            start_minute=offer.start_minute,
            reason=reason,
            lock=True,
        )
        self._visits.schedule(visit.id, visit.version, draft)


class _OfferedDays:
    """Tries the visit on every day of everybody who serves its area, beside what stands there."""

    def __init__(self, ground: PlacingData, visit: VisitSummary, now: tuple[date, int]) -> None:
        self._now = now
        stops = [stop for stop in ground.stops if stop.visit_id != visit.id]
        stops.append(ground.stop_of(visit))
        self._board, self._index = RouteDays(stops, ground.workers, ground.first), len(stops) - 1
        for index, stop in enumerate(stops[:-1]):
            day = self._board.days.get((stop.technician_id, stop.planned_on))
            if day is not None:
                self._board.put(index, day, len(day.stops))
        for day in self._board.days.values():
            day.stops.sort(key=lambda i: (stops[i].order or 999, i))
            day.points = [self._board.points[i] for i in day.stops]

    def offers(self, *, late: bool) -> list[Offer]:
        """One for every day with room: in the window, or after it (`late`)."""
        board, index = self._board, self._index
        until = board.stops[index].on_time_until
        days = board.open_to(index) if late else board.in_window(index)
        found = []
        for day in days:
            offer = self._on(day)
            if offer is not None and (day.day > until) == late:
                found.append(replace(offer, late=late))
        return found

    def _on(self, day: RouteDay) -> Offer | None:
        """The place on a day that adds least driving, keeps what was promised to others, and has
        not passed."""
        stop, point = self._board.stops[self._index], self._board.points[self._index]
        best: Offer | None = None
        for place in range(len(day.stops) + 1):
            points = [*day.points[:place], point, *day.points[place:]]
            added = minutes(tour(points, day.home) - tour(day.points, day.home))
            if day.load + stop.minutes + PER_STOP_MINUTES + added > day.capacity:
                continue
            start = self._start(day, points, place)
            if start is not None and (best is None or added < best.added_minutes):
                best = Offer(
                    technician_id=day.worker.id,
                    technician="",
                    day=day.day,
                    start_minute=start,
                    added_minutes=max(0, round(added)),
                )
        return best

    def _start(self, day: RouteDay, points: Sequence[Point], place: int) -> int | None:
        stops = self._board.stops
        route = [*day.stops[:place], self._index, *day.stops[place:]]
        agreed = [stops[i].agreed_minute if i != self._index else None for i in route]
        where = [*range(len(route))]
        work = [stops[i].minutes for i in route]
        there = reached(where, points, day.home, work, agreed, DAY_BEGINS)
        if any(w is not None and at > w + TOLERATED for at, w in zip(there, agreed, strict=True)):
            return None
        start = _ROUND * math.ceil(there[place] / _ROUND)
        passed = day.day == self._now[0] and start < self._now[1]
        return None if passed else start
