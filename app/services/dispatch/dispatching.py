"""Use cases of the dispatch board: hand work to technicians, take it back, answer it."""

from __future__ import annotations

from datetime import date

from app.domain import text
from app.domain.dispatch.board import Board, BoardItem, Suggestion, doubts, suggestions
from app.domain.dispatch.dispatches import DispatchState, WorkType
from app.domain.errors import InvalidInput, NotAllowed, NotFound, Problem, as_problem
from app.domain.event_data import EventFacts, FieldChange, change_of
from app.domain.incidents.lifecycle import OPEN_STATES, Action, IncidentState
from app.domain.maintenance.visits import ScheduleDraft, VisitAction, VisitState, allow
from app.domain.register.people import Technician
from app.services.core.context import ServiceContext, UnitOfWork
from app.services.core.dispatches import Terms, hand_out, standing, withdraw
from app.services.core.operations import operation
from app.services.dispatch.board_queries import (
    SOON,
    read_board,
    read_item,
    read_new,
    read_numbered,
)
from app.services.incidents.event_log import EventEntry, EventLog, reason_given
from app.services.incidents.incident_reading import load, technician_by_code
from app.services.incidents.incidents import Incidents
from app.services.maintenance.visit_log import VisitLog, load_visit
from app.services.maintenance.visits import Visits
from app.services.maintenance.working_times import capacities
from app.services.register.directory import read_technicians
from db.models.dispatch import DispatchRow
from db.models.incident import IncidentRow
from db.models.maintenance import VisitRow
from db.models.register import TechnicianRow

REFUSED, TAKEN_BACK = "dispatch.refused", "dispatch.taken_back"
"""Codes of why work lost its technician, in the logs."""


class Dispatching:
    """Use cases of handing out work.

    Whoever hands out says whom he saw it with (`seen`, the technician's id or empty): when that
    changed meanwhile, nothing is done and he is told who has it.  So of a laptop and the office
    that hand out the same work the office wins, and of two seats of the office the first.
    """

    def __init__(self, context: ServiceContext, incidents: Incidents, visits: Visits) -> None:
        self._context = context
        self._incidents = incidents
        self._visits = visits
        self._incident_log = EventLog(context)
        self._visit_log = VisitLog(context)

    # --- reading -------------------------------------------------------------------------------

    def board(self, first: date, last: date) -> Board:
        """Everybody's work between two days, and what waits for somebody."""
        with self._context.read() as session:
            return read_board(session, first, last, self._context.today(), self._context.zone)

    def numbered(self, number: str) -> BoardItem:
        """The incident or visit with a number.  Raises `NotFound`."""
        with self._context.read() as session:
            return read_numbered(session, text.compact(number).upper(), self._context.zone)

    def new_work(self, code: str = "") -> tuple[BoardItem, ...]:
        """Work that waits for an answer of the technician with this code, or of anybody; oldest
        first."""
        with self._context.read() as session:
            person = technician_by_code(session, code) if code else None
            if code and person is None:
                return ()
            return read_new(session, person.id if person else "", self._context.zone)

    def suggest(self, work: WorkType, key: str, day: date) -> tuple[Suggestion, ...]:
        """Everybody who goes on visits, the most suitable for this work and day first.  Raises
        `NotFound`."""
        context = self._context
        with context.read() as session:
            board = read_board(session, day, day, context.today(), context.zone)
            return suggestions(board, read_item(session, work, key, context.zone), day)

    def worked_from(self, day: date) -> date:
        """The first day from `day` on on which anybody who goes on visits works; `day` itself when
        nobody does for two weeks."""
        with self._context.read() as session:
            people = [one for one in read_technicians(session) if one.fieldwork]
            worked = capacities(session, people, day, day + SOON)
        return min((one for days in worked.values() for one in days), default=day)

    def doubts(
        self, work: WorkType, key: str, technician_id: str, day: date
    ) -> tuple[Problem, ...]:
        """What speaks against giving the work to somebody on a day.  Raises `NotFound`."""
        context = self._context
        with context.read() as session:
            board = read_board(session, day, day, context.today(), context.zone, technician_id)
            item = read_item(session, work, key, context.zone)
            return doubts(board, item, _person(board, technician_id), day)

    # --- handing out ---------------------------------------------------------------------------

    def dispatch(
        self, item: BoardItem, technician_id: str, planned_on: date, overruling: str = ""
    ) -> None:
        """Hand the work to somebody for a day, as it was seen on the board.

        Raises `InvalidInput`: a day that has passed, or doubts without a reason why to overrule
        them; it went to somebody else meanwhile.  `NotAllowed`, `NotFound`.
        """
        give = self._dispatch_incident if item.type is WorkType.INCIDENT else self._dispatch_visit
        give(item.id, technician_id, planned_on, item.technician_id, overruling)

    @operation("incident.dispatch")
    def _dispatch_incident(
        self,
        incident_id: str,
        technician_id: str,
        planned_on: date,
        seen: str,
        overruling: str = "",
    ) -> None:
        with self._context.write() as unit:
            row = load(unit.session, incident_id)
            before = standing(unit.session, WorkType.INCIDENT, incident_id)
            day = before.planned_on if before is not None and row.technician_id else None
            if (row.technician_id, day) == (technician_id, planned_on):
                return
            if row.state not in OPEN_STATES:
                raise NotAllowed(Action.ASSIGN, row.state)
            _check_seen(unit, row, seen)
            why = self._checked(
                unit, WorkType.INCIDENT, incident_id, technician_id, planned_on, overruling
            )
            terms = Terms(by=self._context.actor, planned_on=planned_on, overruling=why)
            if row.technician_id == technician_id:
                person = unit.session.get_one(TechnicianRow, technician_id)
                hand_out(unit, WorkType.INCIDENT, row.id, person, terms)
            else:
                self._incidents.give_within(unit, row, technician_id, terms)
            facts = EventFacts(change=change_of("planned_on", day, planned_on))
            self._incident_log.note(unit, row, EventEntry(Action.EDIT, facts=facts))
            self._incident_log.saved(unit, row)

    @operation("visit.dispatch")
    def _dispatch_visit(
        self, visit_id: str, technician_id: str, planned_on: date, seen: str, overruling: str = ""
    ) -> None:
        with self._context.write() as unit:
            row = load_visit(unit.session, visit_id)
            if (row.technician_id, row.planned_on) == (technician_id, planned_on):
                return
            allow(VisitState(row.state), VisitAction.ASSIGN)
            if row.planned_on != planned_on:
                allow(VisitState(row.state), VisitAction.SCHEDULE)
            _check_seen(unit, row, seen)
            why = self._checked(
                unit, WorkType.VISIT, visit_id, technician_id, planned_on, overruling
            )
            same = row.technician_id == technician_id
            self._visits.move_within(
                unit,
                row,
                ScheduleDraft(
                    planned_on=planned_on, technician_id=technician_id, order=0, reason=why
                ),
            )
            if same:
                person = unit.session.get_one(TechnicianRow, technician_id)
                terms = Terms(by=self._context.actor, overruling=why)
                hand_out(unit, WorkType.VISIT, row.id, person, terms)

    def _checked(
        self,
        unit: UnitOfWork,
        work: WorkType,
        key: str,
        technician_id: str,
        planned_on: date,
        overruling: str,
    ) -> str:
        """The reason given for overruling doubts; empty when there is nothing to overrule."""
        today, session = self._context.today(), unit.session
        if planned_on < today:
            raise InvalidInput.of("planned_on", "date.past")
        with as_problem("overruling"):
            why = text.note(overruling, 2_000)
        board = read_board(
            session, planned_on, planned_on, today, self._context.zone, technician_id
        )
        item = read_item(session, work, key, self._context.zone)
        found = doubts(board, item, _person(board, technician_id), planned_on)
        if found and not why:
            raise InvalidInput([*found, Problem("overruling", "dispatch.why_overrule")])
        return why if found else ""

    def take_back(self, item: BoardItem) -> None:
        """Take work off whoever has it; it waits to be handed out again.  Raises `NotAllowed` once
        it began, `NotFound`, `InvalidInput` (it went to somebody else meanwhile)."""
        take = self._take_incident if item.type is WorkType.INCIDENT else self._take_visit
        take(item.id, item.technician_id)

    @operation("incident.take_back")
    def _take_incident(self, incident_id: str, seen: str) -> None:
        with self._context.write() as unit:
            row = load(unit.session, incident_id)
            _check_seen(unit, row, seen)
            withdraw(unit, WorkType.INCIDENT, incident_id)
            self._take_off_incident(unit, row, TAKEN_BACK)

    @operation("visit.take_back")
    def _take_visit(self, visit_id: str, seen: str) -> None:
        with self._context.write() as unit:
            row = load_visit(unit.session, visit_id)
            _check_seen(unit, row, seen)
            withdraw(unit, WorkType.VISIT, visit_id)
            self._take_off_visit(unit, row, TAKEN_BACK)

    def _take_off_incident(
        self, unit: UnitOfWork, row: IncidentRow, reason: str, remark: str = ""
    ) -> None:
        if row.state != IncidentState.ASSIGNED:
            raise NotAllowed(Action.ASSIGN, row.state)
        change = FieldChange("technician", _name(unit, row.technician_id))
        row.technician_id, row.state = None, IncidentState.TRIAGED
        facts = EventFacts(change=change, reason=reason, remark=remark)
        entry = EventEntry(Action.ASSIGN, IncidentState.ASSIGNED, IncidentState.TRIAGED, facts)
        self._incident_log.note(unit, row, entry)
        self._incident_log.saved(unit, row)

    def _take_off_visit(
        self, unit: UnitOfWork, row: VisitRow, reason: str, remark: str = ""
    ) -> None:
        allow(VisitState(row.state), VisitAction.SCHEDULE)
        draft = ScheduleDraft(technician_id="", order=0, cause=reason, reason=remark)
        self._visits.move_within(unit, row, draft)
        row.start_minute = None

    # --- answering -----------------------------------------------------------------------------

    def accept(self, item: BoardItem) -> None:
        """The technician takes the work on.  Raises `InvalidInput` when it is theirs no longer, or
        was given to somebody else."""
        take = self._accept_incident if item.type is WorkType.INCIDENT else self._accept_visit
        take(item.id, _dispatch_id(item))

    @operation("incident.accept")
    def _accept_incident(self, incident_id: str, dispatch_id: str) -> None:
        with self._context.write() as unit:
            row = load(unit.session, incident_id)
            if (change := _accepted(unit, row, dispatch_id, self._context.actor)) is not None:
                entry = EventEntry(Action.EDIT, facts=EventFacts(change=change))
                self._incident_log.note(unit, row, entry)
                unit.touched("incident", [incident_id])

    @operation("visit.accept")
    def _accept_visit(self, visit_id: str, dispatch_id: str) -> None:
        with self._context.write() as unit:
            row = load_visit(unit.session, visit_id)
            if (change := _accepted(unit, row, dispatch_id, self._context.actor)) is not None:
                facts = EventFacts(change=change)
                self._visit_log.note(unit, visit_id, VisitAction.ASSIGN, facts)
                unit.changed("visit", visit_id, change)
                unit.touched("visit", [visit_id])

    def refuse(self, item: BoardItem, reason: str) -> None:
        """The technician refuses the work, with a reason; it waits to be handed out again.  Raises
        `InvalidInput` (no reason; it is theirs no longer, or somebody else's), `NotAllowed` once
        work began."""
        refuse = self._refuse_incident if item.type is WorkType.INCIDENT else self._refuse_visit
        refuse(item.id, _dispatch_id(item), reason)

    @operation("incident.refuse")
    def _refuse_incident(self, incident_id: str, dispatch_id: str, reason: str) -> None:
        why = reason_given(reason)
        with self._context.write() as unit:
            row = load(unit.session, incident_id)
            _refused(unit, _given(unit, row, dispatch_id, self._context.actor), why)
            self._take_off_incident(unit, row, REFUSED, why)

    @operation("visit.refuse")
    def _refuse_visit(self, visit_id: str, dispatch_id: str, reason: str) -> None:
        why = reason_given(reason)
        with self._context.write() as unit:
            row = load_visit(unit.session, visit_id)
            _refused(unit, _given(unit, row, dispatch_id, self._context.actor), why)
            self._take_off_visit(unit, row, REFUSED, why)

    def see(self, items: tuple[BoardItem, ...]) -> None:
        """Note that who works here has seen the work that is theirs."""
        unseen = [
            item.dispatch.id
            for item in items
            if item.dispatch is not None and item.dispatch.state is DispatchState.ASSIGNED
        ]
        if unseen:
            self._see(tuple(unseen))

    @operation("dispatch.see")
    def _see(self, dispatch_ids: tuple[str, ...]) -> None:
        with self._context.write() as unit:
            person = technician_by_code(unit.session, self._context.actor)
            for key in dispatch_ids:
                row = unit.session.get(DispatchRow, key)
                if row is None or person is None or row.technician_id != person.id:
                    continue
                if row.ended_at is None and row.state == DispatchState.ASSIGNED:
                    row.state, row.seen_at = DispatchState.SEEN, unit.now
                    unit.touched("dispatch", [key])


def _person(board: Board, technician_id: str) -> Technician:
    for person in board.people:
        if person.id == technician_id:
            return person
    raise NotFound("technician", technician_id)


def _dispatch_id(item: BoardItem) -> str:
    if item.dispatch is None:
        raise NotFound("dispatch", item.number)
    return item.dispatch.id


def _name(unit: UnitOfWork, technician_id: str | None) -> str:
    row = unit.session.get(TechnicianRow, technician_id) if technician_id else None
    return row.name if row is not None else ""


def _check_seen(unit: UnitOfWork, row: IncidentRow | VisitRow, seen: str) -> None:
    if (row.technician_id or "") != seen:
        raise _gone(unit, row)


def _gone(unit: UnitOfWork, row: IncidentRow | VisitRow) -> InvalidInput:
    name = _name(unit, row.technician_id)
    code = "dispatch.reassigned" if name else "dispatch.nobodys"
    return InvalidInput.of("technician_id", code, number=row.number, name=name)


def _given(
    unit: UnitOfWork, row: IncidentRow | VisitRow, dispatch_id: str, actor: str
) -> DispatchRow:
    """What was handed out to who answers, as long as it stands."""
    given = unit.session.get(DispatchRow, dispatch_id)
    if given is None:
        raise NotFound("dispatch", row.number)
    if given.ended_at is not None or given.technician_id != row.technician_id:
        raise _gone(unit, row)
    # Rights hold only where people sign in; somebody else's work is answered nowhere.
    person = unit.session.get_one(TechnicianRow, given.technician_id)
    if actor not in {"", person.code}:
        raise InvalidInput.of("", "dispatch.not_yours", number=row.number, name=person.name)
    return given


def _accepted(
    unit: UnitOfWork, row: IncidentRow | VisitRow, dispatch_id: str, actor: str
) -> FieldChange | None:
    """Take work on; returns what changed, None when it was accepted before."""
    given = _given(unit, row, dispatch_id, actor)
    before = DispatchState(given.state)
    if before is DispatchState.ACCEPTED:
        return None
    given.state, given.answered_at = DispatchState.ACCEPTED, unit.now
    unit.touched("dispatch", [dispatch_id])
    return FieldChange("dispatch", "", DispatchState.ACCEPTED)


def _refused(unit: UnitOfWork, given: DispatchRow, why: str) -> None:
    given.state, given.refusal, given.answered_at = DispatchState.REFUSED, why, unit.now
    unit.touched("dispatch", [given.id])
