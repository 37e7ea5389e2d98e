"""When somebody can come: a few days with a time and what it costs to drive there, while the
merchant is on the telephone."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

from app.domain.errors import InvalidInput
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
        """Where a planned visit fits best: inside its window the days of whoever looks after the
        site, then those of others, that cost least driving, each day once; when there are none, the
        soonest after it.  Nothing is written.

        Raises `NotFound`, `InvalidInput` when the visit has begun or is over.
        """
        visit = self._visits.get(visit_id).summary
        today = self._context.today()
        last = max(today + AHEAD, min(visit.window_until, today + 2 * AHEAD))
        placing, names = self._placing(visit, last)

        def rank(offer: Offer) -> tuple[bool, int, date]:
            return not placing.keeps(offer.technician_id), offer.added_minutes, offer.day

        found = sorted(placing.offers(late=False), key=rank)
        chosen = list({offer.day: offer for offer in reversed(found)}.values())
        chosen = sorted(chosen, key=rank)[:count]
        if len(chosen) < count:
            later = sorted(placing.offers(late=True), key=lambda o: (o.day, o.added_minutes))
            soonest = list({offer.day: offer for offer in reversed(later)}.values())
            chosen += sorted(soonest, key=lambda o: o.day)[: count - len(chosen)]
        return tuple(
            replace(offer, technician=names.get(offer.technician_id, "")) for offer in chosen
        )

    def take(self, visit: VisitSummary, offer: Offer, reason: str = "") -> None:
        """Promise it: the visit goes there and is locked at that time, no other.  Raises
        `Conflict`, `InvalidInput` ``offer.taken`` and the like when the time is no longer free."""
        self._refuse_gone(visit, offer)
        draft = ScheduleDraft(
            planned_on=offer.day,
            technician_id=offer.technician_id,
            start_minute=offer.start_minute,
            reason=reason,
            lock=True,
        )
        self._visits.schedule(visit.id, visit.version, draft)

    def _refuse_gone(self, visit: VisitSummary, offer: Offer) -> None:
        placing = self._placing(self._visits.get(visit.id).summary, offer.day)[0]
        why = placing.why_gone(offer)
        if why:
            raise InvalidInput.of("take", f"offer.{why}")

    def _placing(self, visit: VisitSummary, until: date) -> tuple[_OfferedDays, dict[str, str]]:
        """The days up to one, with what stands there, and the names of the people."""
        if visit.state != VisitState.PLANNED:
            raise InvalidInput.of("visit", "offer.begun")
        now = self._context.now().astimezone(self._context.zone)
        today = now.date()
        with self._context.read() as session:
            ground = read_ground(session, today, max(today, until), today, also=(visit,))
            names = {person.id: person.name for person in read_technicians(session)}
        return _OfferedDays(ground, visit, (today, now.hour * 60 + now.minute)), names


class _OfferedDays:
    """Tries the visit on every day of everybody who serves its area, beside what stands there."""

    def __init__(self, ground: PlacingData, visit: VisitSummary, now: tuple[date, int]) -> None:
        self._now = now
        stops = [stop for stop in ground.stops if stop.visit_id != visit.id]
        stops.append(ground.stop_of(visit))
        self._board, self._index = (
            RouteDays(stops, ground.workers, ground.first, ground.pool),
            len(stops) - 1,
        )
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

    def keeps(self, technician_id: str) -> bool:
        """Whether somebody looks after the site; where nobody does, everybody."""
        return self._board.stops[self._index].keeper in ("", technician_id)

    def why_gone(self, offer: Offer) -> str:
        """The code of why one cannot be there at the time offered any more; empty where one can."""
        board, index = self._board, self._index
        day = next(
            (
                d
                for d in board.open_to(index)
                if (d.worker.id, d.day) == (offer.technician_id, offer.day)
            ),
            None,
        )
        if day is None:
            return "not_working"
        if day.day == self._now[0] and offer.start_minute < self._now[1]:
            return "passed"
        board.stops[index] = replace(board.stops[index], agreed_minute=offer.start_minute)
        return "" if self._has_room(day) and board.keeps_times(index, day) else "taken"

    def _has_room(self, day: RouteDay) -> bool:
        return self._board.cost(self._index, day)[2]

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
        spans = [stops[i].hours.on(day.day) for i in route]
        there = reached(where, points, day.home, work, agreed, spans)
        if any(w is not None and at > w + TOLERATED for at, w in zip(there, agreed, strict=True)):
            return None
        start = _ROUND * math.ceil(there[place] / _ROUND)
        passed = day.day == self._now[0] and start < self._now[1]
        return None if passed else start
