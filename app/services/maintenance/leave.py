"""Leave: which visits it hits, where each could go instead, and entering it together with what
becomes of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

import sqlalchemy as sa
from sqlmodel import Session, col

from app.domain.errors import Conflict, InvalidInput, NotFound
from app.domain.maintenance.balancing import Misfit
from app.domain.maintenance.leave_choice import LeaveChoice
from app.domain.maintenance.route_days import RouteDay, RouteDays
from app.domain.maintenance.visits import ScheduleDraft, VisitSummary
from app.services.core.context import ServiceContext
from app.services.core.operations import operation
from app.services.maintenance.placing_data import PlacingData, read_ground
from app.services.maintenance.visit_moves import Unchanged, VisitMove, anything, carry_out
from app.services.maintenance.visit_queries import VisitFilter, visits_between
from app.services.maintenance.visits import Visits
from app.services.maintenance.work_days import WorkDays
from db.models.maintenance import AbsenceRow
from db.models.register import TechnicianRow

HORIZON = timedelta(days=60)
"""How far ahead another day is looked for, at most."""


@dataclass(frozen=True, slots=True)
class LeaveOption:
    """Where a visit could go; without a technician it would wait to be placed, and `why` says
    for what reason."""

    technician_id: str
    day: date
    why: str = ""


@dataclass(frozen=True, slots=True)
class HitVisit:
    """A visit on a leave, and where it would go: to somebody else (`reassign`), to another day of
    the same technician (`move`)."""

    visit: VisitSummary
    reassign: LeaveOption
    move: LeaveOption
    held: bool = False
    """Locked or begun: it is not moved to another day, and one begun is not given away either."""

    @property
    def id(self) -> str:
        """Rows of lists are known by it."""
        return self.visit.id

    def way(self, choice: LeaveChoice) -> LeaveOption | None:
        """Where it goes by a choice; None where it stays."""
        ways = {LeaveChoice.REASSIGN: self.reassign, LeaveChoice.MOVE: self.move}
        return ways.get(choice)


@dataclass(frozen=True, slots=True)
class LeaveOutcome:
    """How many of the visits a leave hits found another place, wait for one, or stay."""

    placed: int
    waiting: int
    held: int


@dataclass(frozen=True, slots=True)
class LeavePreview:
    """A leave not entered yet, and the open visits it hits."""

    technician_id: str
    first_on: date
    last_on: date
    hit: tuple[HitVisit, ...]

    def outcome(self, choice: LeaveChoice, chosen: Sequence[HitVisit] = ()) -> LeaveOutcome:
        """What a choice comes to, for those `chosen` or for all of them."""
        ways = [item.way(choice) for item in chosen or self.hit]
        held = sum(way is None or way.why == "leave.locked" for way in ways)
        placed = sum(way is not None and not way.why for way in ways)
        return LeaveOutcome(placed, len(ways) - placed - held, held)


class Leave:
    """Use cases of leave."""

    def __init__(self, context: ServiceContext, visits: Visits, work_days: WorkDays) -> None:
        self._context = context
        self._visits = visits
        self._work_days = work_days

    def preview(self, technician_id: str, first_on: date, last_on: date) -> LeavePreview:
        """The open visits a leave would hit, from today on, and where each could go.  Nothing is
        written.  Raises `InvalidInput`, `NotFound`."""
        if last_on < first_on:
            raise InvalidInput.of("last_on", "date.before", other=first_on)
        today = self._context.today()
        with self._context.read() as session:
            if session.get(TechnicianRow, technician_id) is None:
                raise NotFound("technician", technician_id)
            found = _hit(session, technician_id, first_on, last_on, today)
            if not found:
                return LeavePreview(technician_id, first_on, last_on, ())
            last = min(max(visit.window_until for visit in found), today + HORIZON)
            ground = read_ground(session, today, max(last, last_on, today), today, also=found)
        away = (technician_id, first_on, last_on)
        other = _Placing(ground, found, away, same=False).ways()
        own = _Placing(ground, found, away, same=True).ways()
        hit = tuple(HitVisit(v, other[v.id], own[v.id], _held(v)) for v in found)
        return LeavePreview(technician_id, first_on, last_on, hit)

    def enter(
        self,
        seen: LeavePreview,
        reason: str = "",
        choices: dict[str, LeaveChoice] | None = None,
    ) -> str:
        """Enter a leave that was previewed, and do with each visit it hits what was chosen for it
        (by id; what is not named stays and is shown as standing on a leave).  Returns the id of the
        absence; the same leave is entered once.  All or nothing.

        Raises `Conflict` when visits came, went or changed meanwhile, `InvalidInput`.
        """
        chosen = choices or {}
        ways = [(item, item.way(chosen.get(item.id, LeaveChoice.KEEP))) for item in seen.hit]
        moves = tuple(
            _move(item, way) for item, way in ways if way is not None and way.why != "leave.locked"
        )
        return self._enter(
            seen.technician_id,
            seen.first_on,
            seen.last_on,
            reason,
            moves,
            lambda session: self._check(session, seen),
        )

    @operation("leave.enter")
    def _enter(
        self,
        technician_id: str,
        first_on: date,
        last_on: date,
        reason: str,
        moves: tuple[VisitMove, ...],
        unchanged: Unchanged = anything,
    ) -> str:
        with self._context.write() as unit:
            unchanged(unit.session)
            key = _standing(unit.session, technician_id, first_on, last_on)
            if not key:
                key = self._work_days.add_within(unit, technician_id, first_on, last_on, reason)
            carry_out(unit, self._visits, moves)
        return key

    def _check(self, session: Session, seen: LeavePreview) -> None:
        today = self._context.today()
        now = _hit(session, seen.technician_id, seen.first_on, seen.last_on, today)
        was = {(item.visit.id, item.visit.version, item.visit.number) for item in seen.hit}
        for _, _, number in sorted({(v.id, v.version, v.number) for v in now} ^ was):
            raise Conflict("visit", number)


def _hit(
    session: Session, technician_id: str, first_on: date, last_on: date, today: date
) -> tuple[VisitSummary, ...]:
    """The open visits of a technician in a period, from today on, also those on which they are the
    second person."""
    wanted = VisitFilter(technician_id=technician_id, states="open")
    return visits_between(session, max(first_on, today), last_on, wanted, today)


def _move(item: HitVisit, way: LeaveOption) -> VisitMove:
    if not way.technician_id:
        return VisitMove(visit_id=item.id, off=way.why)
    draft = ScheduleDraft(
        planned_on=way.day, technician_id=way.technician_id, order=0, cause="leave"
    )
    return VisitMove(visit_id=item.id, draft=draft, no_start=not item.visit.locked)


def _standing(session: Session, technician_id: str, first_on: date, last_on: date) -> str:
    found: str | None = session.execute(
        sa.select(col(AbsenceRow.id))
        .where(
            col(AbsenceRow.technician_id) == technician_id,
            col(AbsenceRow.first_on) == first_on,
            col(AbsenceRow.last_on) == last_on,
        )
        .order_by(col(AbsenceRow.id))
        .limit(1)
    ).scalar()
    return found or ""


def _held(visit: VisitSummary) -> bool:
    return visit.locked or visit.state != "planned"


class _Placing:
    """Finds each visit a place beside everything else that stands: with somebody else, the same day
    first, or on another day of the same technician."""

    def __init__(
        self,
        ground: PlacingData,
        hit: Sequence[VisitSummary],
        away: tuple[str, date, date],
        *,
        same: bool,
    ) -> None:
        self._same = same
        self._who, self._first, self._last = away
        self._visits = {visit.id: visit for visit in hit}
        workers = [
            replace(worker, days={d: m for d, m in worker.days.items() if not self._away(d)})
            if worker.id == self._who
            else worker
            for worker in ground.workers
        ]
        stops = [stop for stop in ground.stops if stop.visit_id not in self._visits]
        known = len(stops)
        own = {stop.visit_id: stop for stop in ground.stops}
        for visit in hit:
            # Work that is no trip (remote, in the office) is no stop of the ground.
            stops.append(own.get(visit.id) or ground.stop_of(visit))
        self._board = RouteDays(stops, workers, ground.first, ground.pool)
        for index, stop in enumerate(stops[:known]):
            day = self._board.days.get((stop.technician_id, stop.planned_on))
            if day is not None:
                self._board.put(index, day, day.insertion(self._board.points[index])[0])
        self._waiting = range(known, len(stops))

    def _away(self, day: date) -> bool:
        return self._first <= day <= self._last

    def ways(self) -> dict[str, LeaveOption]:
        """Where each goes, the most important first."""
        stops = self._board.stops
        ordered = sorted(
            self._waiting,
            key=lambda i: (stops[i].importance, stops[i].on_time_until, stops[i].visit_id),
        )
        return {stops[index].visit_id: self._way(index) for index in ordered}

    def _way(self, index: int) -> LeaveOption:
        board, stop = self._board, self._board.stops[index]
        visit = self._visits[stop.visit_id]
        if visit.state != "planned" or (visit.locked and self._same):
            return LeaveOption(visit.technician_id, visit.planned_on, "leave.locked")
        if stop.for_two:
            # Both have to be free at once: levelling looks for that.
            return LeaveOption("", visit.planned_on, "leave.for_two")
        inside = [d for d in board.in_window(index) if (d.worker.id == self._who) is self._same]
        days = [d for d in inside if d.day == stop.planned_on]
        found = board.any_fit(index, days)
        if found is None and not visit.locked:
            found = board.any_fit(index, inside)
        if found is not None:
            board.put(index, found[1], found[2])
            return LeaveOption(found[1].worker.id, found[1].day)
        return LeaveOption("", visit.planned_on, f"leave.{self._why(index, inside)}")

    def _why(self, index: int, inside: Sequence[RouteDay]) -> Misfit:
        area = self._board.stops[index].spot.area
        serving = any(
            not worker.areas or area in worker.areas
            for worker in self._board.workers
            if (worker.id == self._who) is self._same
        )
        if not serving:
            return Misfit.NO_TECHNICIAN
        if not self._board.is_manned(index):
            return Misfit.NOT_SUITED
        return Misfit.FULL if inside else Misfit.NO_WORKDAY
