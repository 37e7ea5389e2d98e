"""Proposals of who goes where when, and taking one over."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date

from sqlmodel import Session

from app.domain.errors import Conflict, InvalidInput
from app.domain.maintenance.balancing import Assignment, PlacementProposal, level
from app.domain.maintenance.visits import ScheduleDraft, VisitSummary
from app.domain.maintenance.workload_figures import DayLoad, WorkloadFigures, day_loads, figures
from app.services.core.context import ServiceContext
from app.services.core.operations import operation
from app.services.maintenance.offers import Offers
from app.services.maintenance.placing_data import PlacingData, check_unchanged, read_ground
from app.services.maintenance.route import DayRoute, day_route
from app.services.maintenance.visit_moves import Unchanged, VisitMove, anything, carry_out
from app.services.maintenance.visits import Visits
from app.services.register.directory import read_technicians


@dataclass(frozen=True, slots=True)
class BalancingProposal:
    """A proposal, with the ground it was made on as that was then."""

    proposal: PlacementProposal
    ground: PlacingData
    area: str = ""
    names: Mapping[str, str] = field(default_factory=dict)
    """What the people are called, by id."""
    no_home: tuple[str, ...] = ()
    """Who goes on visits and has no home place: the way from and to it is not counted."""

    @property
    def first(self) -> date:
        """The first day it is about."""
        return self.ground.first

    @property
    def last(self) -> date:
        """The last day it is about."""
        return self.ground.last

    @property
    def visits(self) -> dict[str, VisitSummary]:
        """The visits it is about, by id."""
        return {visit.id: visit for visit in self.ground.visits}

    @property
    def away(self) -> tuple[str, ...]:
        """The numbers of the visits that go to somebody else than who looks after the site."""
        visits = self.visits
        return tuple(visits[a.visit_id].number for a in self.proposal.assignments if a.instead_of)

    @property
    def hours_unread(self) -> tuple[str, ...]:
        """The shops with open visits whose opening hours are not understood, by name."""
        facts = self.ground.facts
        found = {v.merchant_id: v.merchant_name for v in self.ground.visits}
        return tuple(sorted(found[key] for key in found if facts.hours_unread(key)))

    @property
    def changes(self) -> tuple[str, ...]:
        """The visits that would go to another technician or day, or come off."""
        visits = self.visits
        moved = (
            a.visit_id
            for a in self.proposal.assignments
            if (a.technician_id, a.day, a.companion_id)
            != (
                visits[a.visit_id].technician_id,
                visits[a.visit_id].planned_on,
                visits[a.visit_id].companion_id,
            )
        )
        off = (
            u.visit_id
            for u in self.proposal.unplaced
            if not u.stays and visits[u.visit_id].technician_id
        )
        return (*moved, *off)


def _placed(item: Assignment, chosen: BalancingProposal) -> ScheduleDraft:
    if item.visit_id in chosen.ground.fixed:
        # What is locked keeps technician, day and time; its place among the others follows.
        fixed = chosen.visits[item.visit_id].start_minute is not None
        return ScheduleDraft(
            order=item.order,
            start_minute=None if fixed else item.start_minute,
            companion_id=item.companion_id or None,
            companion_order=item.companion_order,
        )
    return ScheduleDraft(
        planned_on=item.day,
        technician_id=item.technician_id,
        order=item.order,
        start_minute=item.start_minute,
        companion_id=item.companion_id,
        companion_order=item.companion_order,
        cause=f"levelling.{item.misfit}" if item.misfit else "levelling",
    )


class Balancing:
    """Use cases of levelling."""

    def __init__(self, context: ServiceContext, visits: Visits) -> None:
        self._context = context
        self._visits = visits
        self.offers = Offers(context, visits)

    def propose(
        self,
        first: date,
        last: date,
        area: str = "",
        progress: Callable[[int, int], None] = lambda done, total: None,
    ) -> BalancingProposal:
        """A proposal for the planned visits on site between two days.  Nothing is written.

        Raises `InvalidInput` when the period is past or nobody works in it.
        """
        ground = self._read(first, last, area)
        if not any(day >= ground.first for worker in ground.workers for day in worker.days):
            raise InvalidInput.of("technician", "levelling.nobody")
        proposal = level(ground.stops, ground.workers, progress, ground.first, ground.pool)
        with self._context.read() as session:
            names = {person.id: person.name for person in read_technicians(session)}
        homeless = {w.id for w in ground.workers if w.days and w.home.latitude is None}
        return BalancingProposal(
            proposal, ground, area, names, tuple(names[key] for key in names if key in homeless)
        )

    def figures(self, first: date, last: date, area: str = "") -> WorkloadFigures:
        """What the visits between two days cost as they stand in the database, by the rules of a
        proposal.  Raises `InvalidInput` when the period is past."""
        ground = self._read(first, last, area)
        return figures(ground.stops, ground.workers, ground.first)

    def loads(self, first: date, last: date) -> tuple[DayLoad, ...]:
        """The days of every technician between two days that hold open visits on site."""
        with self._context.read() as session:
            ground = read_ground(session, first, last, self._context.today())
        found = day_loads(ground.stops, ground.workers)
        return tuple(load for load in found if first <= load.day <= last)

    def _read(self, first: date, last: date, area: str) -> PlacingData:
        today = self._context.today()
        begin = max(first, today)
        if last < begin:
            raise InvalidInput.of("until", "date.past")
        with self._context.read() as session:
            return read_ground(session, begin, last, today, area)

    def accept(self, chosen: BalancingProposal) -> int:
        """Take a proposal over; returns how many visits changed.  All or nothing: what somebody
        changed meanwhile makes it stale.  What was not placed is taken off whoever had it and keeps
        its day.  Raises `Conflict`."""
        placed = [a for a in chosen.proposal.assignments if not a.untouched]
        off = [u for u in chosen.proposal.unplaced if not u.stays]
        moves = (
            *(VisitMove(visit_id=a.visit_id, draft=_placed(a, chosen)) for a in placed),
            *(VisitMove(visit_id=u.visit_id, off=f"levelling.{u.why}") for u in off),
        )
        self._level(moves, lambda session: self._check(session, chosen))
        return len(chosen.changes)

    @operation("visit.level")
    def _level(self, moves: tuple[VisitMove, ...], unchanged: Unchanged = anything) -> None:
        with self._context.write() as unit:
            unchanged(unit.session)
            carry_out(unit, self._visits, moves)

    def _check(self, session: Session, chosen: BalancingProposal) -> None:
        today, ground = self._context.today(), chosen.ground
        if ground.first < today:
            raise Conflict("visit", next((visit.number for visit in ground.visits), ""))
        check_unchanged(session, ground, today, chosen.area)

    def route(self, technician_id: str, day: date) -> DayRoute:
        """A technician's day: stops in order, distances, and what else is open on the way."""
        with self._context.read() as session:
            return day_route(session, technician_id, day, self._context.today())
