"""Proposals of who goes where when, and taking one over."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from app.domain.errors import Conflict, InvalidInput
from app.domain.levelling import Assignment, Proposal, level
from app.domain.levelling_board import Stop, Worker
from app.domain.plans import Place
from app.domain.travel import Spot
from app.domain.visits import (
    GRACE_DAYS,
    ScheduleDraft,
    VisitState,
    VisitSummary,
)
from app.services.day_route import DayRoute, day_route
from app.services.directory import read_technicians
from app.services.visit_queries import VisitFilter, visits_between
from app.services.visit_records import load_visits
from app.services.visits import Visits
from app.services.work_days import capacities
from app.services.workplace import Workplace


@dataclass(frozen=True, slots=True)
class LevellingProposal:
    """A proposal, with the visits it was made for as they were then."""

    first: date
    last: date
    proposal: Proposal
    visits: dict[str, VisitSummary]
    fixed: frozenset[str] = frozenset()

    @property
    def changes(self) -> tuple[Assignment, ...]:
        """What would change."""
        return tuple(a for a in self.proposal.assignments if self._differs(a))

    def _differs(self, item: Assignment) -> bool:
        visit = self.visits[item.visit_id]
        return (item.technician_id, item.day) != (visit.technician_id, visit.planned_on)


class Levelling:
    """Use cases of levelling."""

    def __init__(self, workplace: Workplace, visits: Visits) -> None:
        self._workplace = workplace
        self._visits = visits

    def propose(
        self,
        first: date,
        last: date,
        area: str = "",
        progress: Callable[[int, int], None] = lambda done, total: None,
    ) -> LevellingProposal:
        """A proposal for the planned visits on site between two days.  Nothing is written.

        Raises `InvalidInput` when the period is past or nobody works in it.
        """
        today = self._workplace.today()
        begin = max(first, today)
        if last < begin:
            raise InvalidInput.of("until", "date.past")
        with self._workplace.read() as session:
            wanted = VisitFilter(states="open", places=(Place.SITE,))
            found = visits_between(session, begin, last, wanted, today)
            if begin == today:
                late = VisitFilter(states="open", places=(Place.SITE,), area=area)
                long_ago, yesterday = today - timedelta(days=3650), today - timedelta(days=1)
                found = (*visits_between(session, long_ago, yesterday, late, today), *found)
            people = [p for p in read_technicians(session) if p.role == "technician"]
            days = capacities(session, people, begin, last)
        workers = [Worker(p.id, days[p.id], p.areas, Spot(p.latitude, p.longitude)) for p in people]
        if not any(worker.days for worker in workers):
            raise InvalidInput.of("technician", "levelling.nobody")
        # What may not be moved still fills its day.
        fixed = {
            v.id for v in found
            if v.state is not VisitState.PLANNED or (area and v.area != area)
        }  # fmt: skip
        stops = [_stop(visit, begin, last, fixed=visit.id in fixed) for visit in found]
        proposal = level(stops, workers, progress)
        return LevellingProposal(begin, last, proposal, {v.id: v for v in found}, frozenset(fixed))

    def accept(self, chosen: LevellingProposal) -> int:
        """Take a proposal over; returns how many visits changed.  All or nothing: a visit somebody
        changed meanwhile makes it stale.  Raises `Conflict`."""
        count = 0
        items = [a for a in chosen.proposal.assignments if a.visit_id not in chosen.fixed]
        with self._workplace.write() as writing:
            rows = load_visits(writing.session, [item.visit_id for item in items])
            for item in items:
                row, before = rows[item.visit_id], chosen.visits[item.visit_id]
                if row.version != before.version or row.state != VisitState.PLANNED:
                    raise Conflict("visit", row.number)
                count += (row.technician_id or "", row.planned_on) != (item.technician_id, item.day)
                reason = f"levelling.{item.misfit}" if item.misfit else "levelling"
                self._visits.move_within(
                    writing,
                    row,
                    ScheduleDraft(
                        item.day, item.technician_id, item.order, item.start_minute, reason
                    ),
                )
        return count

    def route(self, technician_id: str, day: date) -> DayRoute:
        """A technician's day: stops in order, distances, and what else is open on the way."""
        with self._workplace.read() as session:
            return day_route(session, technician_id, day, self._workplace.today())


def _stop(visit: VisitSummary, first: date, last: date, *, fixed: bool) -> Stop:
    opens, closes = visit.window
    if closes < first:
        # Late already: wanted within days, and said to be late.
        opens, closes = first, first + timedelta(days=GRACE_DAYS)
    return Stop(
        visit.id,
        Spot(visit.latitude, visit.longitude, visit.area),
        visit.minutes,
        max(opens, first),
        min(closes, last),
        visit.planned_on,
        visit.technician_id,
        visit.locked or fixed,
    )
