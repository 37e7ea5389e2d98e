"""Visits from plan to proof: schedule, start, settle tasks, finish; every step in the log."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa
from sqlmodel import col

from app.domain import text
from app.domain.dispatch.dispatches import WorkType
from app.domain.errors import Conflict, InvalidInput, NotFound, as_problem
from app.domain.event_data import EventFacts, FieldChange, Reference, change_of
from app.domain.maintenance.occurrences import SETTLED, Occurrence, OccurrenceOutcome
from app.domain.maintenance.visits import (
    DayVisits,
    ScheduleDraft,
    Visit,
    VisitAction,
    VisitState,
    VisitSummary,
    allow,
    check_schedule,
)
from app.services.core.context import ServiceContext, UnitOfWork
from app.services.core.dispatches import Terms, hand_out
from app.services.core.operations import Merge, operation
from app.services.incidents.event_log import reason_given
from app.services.maintenance.companions import set_companion
from app.services.maintenance.completion import complete, contents_of, load_open, materialise
from app.services.maintenance.due_dates import DueDates
from app.services.maintenance.occurrence_queries import (
    OccurrenceFilter,
    computed,
    narrowed,
    occurrence_of,
    read_stored,
    stored_query,
    together,
)
from app.services.maintenance.planned_work import DueTask, due_task
from app.services.maintenance.route import DayRoute, next_stops
from app.services.maintenance.visit_days import read_days
from app.services.maintenance.visit_log import FURTHER_NUMBER, VisitLog, load_visit
from app.services.maintenance.visit_queries import (
    Agenda,
    VisitFilter,
    read_agenda,
    read_summary,
    read_visit,
    visits_between,
    visits_of,
)
from app.services.maintenance.working_times import leave_on
from db.models.incident import IncidentRow
from db.models.maintenance import OccurrenceRow, VisitEventRow, VisitRow
from db.models.register import TechnicianRow

LEVELLING = "levelling"
"""What the cause of a move begins with when many were spread over days and people: everybody sees
their calendar, and nobody is asked about each visit of it."""


def _as_it_stands(service: Visits, given: Mapping[str, Any]) -> tuple[ScheduleDraft, int]:
    """What `Visits.schedule` would change, as it is, and the visit's version."""
    with service._context.read() as session:
        visit = read_summary(session, given["visit_id"])
    standing = ScheduleDraft(
        planned_on=visit.planned_on,
        technician_id=visit.technician_id,
        order=visit.order,
        start_minute=visit.start_minute,
        lock=visit.locked,
        companion_id=visit.companion_id,
        companion_order=visit.companion_order,
    )
    return standing, visit.version


class Visits:
    """Use cases of visits."""

    def __init__(self, context: ServiceContext) -> None:
        self._context = context
        self._log = VisitLog(context)

    # --- reading -------------------------------------------------------------------------------

    def between(
        self,
        first: date,
        last: date,
        wanted: VisitFilter = VisitFilter(),  # noqa: B008
    ) -> tuple[VisitSummary, ...]:
        """Visits planned between two days, by day, technician and order."""
        with self._context.read() as session:
            return visits_between(session, first, last, wanted, self._context.today())

    def by_day(
        self,
        first: date,
        last: date,
        wanted: VisitFilter = VisitFilter(),  # noqa: B008
    ) -> tuple[DayVisits, ...]:
        """The same visits counted: by day, technician and how they stand."""
        with self._context.read() as session:
            return read_days(session, first, last, wanted, self._context.today())

    def these(self, visit_ids: Sequence[str]) -> tuple[VisitSummary, ...]:
        """Some visits, by day, technician and order."""
        with self._context.read() as session:
            return visits_of(session, list(visit_ids))

    def agenda(self, technician_id: str = "", limit: int = 40) -> Agenda:
        """What is to be done now by a technician, or by everybody: visits of today, and those of
        the last weeks whose day has passed, oldest first."""
        with self._context.read() as session:
            return read_agenda(session, self._context.today(), technician_id, limit)

    def next_stops(self, technician_id: str) -> DayRoute:
        """What is left of today for a technician, in driving order with the times one is there."""
        with self._context.read() as session:
            return next_stops(session, technician_id, self._context.today())

    def get(self, visit_id: str) -> Visit:
        """Everything about one visit.  Raises `NotFound`."""
        with self._context.read() as session:
            return read_visit(session, visit_id)

    def by_number(self, number: str) -> Visit:
        """The visit with this number, or one that a second computer gave it.  Raises
        `NotFound`."""
        wanted = text.compact(number).upper()
        with self._context.read() as session:
            own = sa.select(col(VisitRow.id)).where(col(VisitRow.number) == wanted)
            further = sa.select(col(VisitEventRow.visit_id)).where(
                col(VisitEventRow.field) == FURTHER_NUMBER, col(VisitEventRow.new) == wanted
            )
            found = session.execute(own).scalar() or session.execute(further.limit(1)).scalar()
            if found is None:
                raise NotFound("visit", number)
            return read_visit(session, found)

    def occurrences(
        self,
        first: date,
        last: date,
        wanted: OccurrenceFilter = OccurrenceFilter(),  # noqa: B008
    ) -> tuple[Occurrence, ...]:
        """Every date between two days, whether a visit was made for it or it is only computed."""
        with self._context.read() as session:
            stored = stored_query().where(col(OccurrenceRow.due_on).between(first, last))
            due_dates = DueDates(session, self._context.today())
            return together(
                read_stored(session, narrowed(stored, wanted)),
                computed(session, due_dates, first, last, wanted),
            )

    def due_here(self, merchant_id: str, within_days: int = 14) -> tuple[Occurrence, ...]:
        """What could be done at a merchant while one is there: tasks whose window is open or opens
        within the days, undecided and not being worked on."""
        today = self._context.today()
        last = today + timedelta(days=within_days)
        found = self.occurrences(
            today - timedelta(days=400),
            last + timedelta(days=60),
            OccurrenceFilter(merchant_id=merchant_id),
        )
        return tuple(
            item
            for item in found
            if item.outcome is OccurrenceOutcome.OPEN and item.window_from <= last
        )

    def of_terminal(self, terminal_id: str, limit: int = 60) -> tuple[Occurrence, ...]:
        """The tasks of a terminal that have a row, the latest due first."""
        with self._context.read() as session:
            query = (
                stored_query()
                .where(col(OccurrenceRow.terminal_id) == terminal_id)
                .order_by(col(OccurrenceRow.due_on).desc(), col(OccurrenceRow.id))
                .limit(limit)
            )
            return tuple(occurrence_of(row) for row in session.execute(query))

    # --- planning ------------------------------------------------------------------------------

    @operation("visit.schedule", merge=Merge(draft="draft", version="version", read=_as_it_stands))
    def schedule(self, visit_id: str, version: int, draft: ScheduleDraft) -> None:
        """Move a visit to another day, technician or place in the order, or lock it.

        Raises `InvalidInput` (a day outside the window needs a reason; the technician is away),
        `NotAllowed`, `NotFound`, `Conflict`.
        """
        with self._context.write() as unit:
            row = load_visit(unit.session, visit_id)
            allow(VisitState(row.state), VisitAction.SCHEDULE)
            if row.version != version:
                raise Conflict("visit", row.number)
            summary = read_summary(unit.session, visit_id)
            person = row.technician_id if draft.technician_id is None else draft.technician_id
            day = draft.planned_on or summary.planned_on
            second = summary.companion_id if draft.companion_id is None else draft.companion_id
            leave = leave_on(unit.session, person, day) | leave_on(unit.session, second, day)
            checked = check_schedule(draft, summary, self._context.today(), leave)
            self.move_within(unit, row, checked)

    def move_within(self, unit: UnitOfWork, row: VisitRow, draft: ScheduleDraft) -> None:
        """A checked `schedule` inside the transaction of a larger step (a whole proposal)."""
        session = unit.session
        why = EventFacts(reason=draft.cause, remark=draft.reason)
        if draft.technician_id is not None and (draft.technician_id or None) != row.technician_id:
            person = (
                session.get(TechnicianRow, draft.technician_id) if draft.technician_id else None
            )
            if draft.technician_id and person is None:
                raise NotFound("technician", draft.technician_id)
            had = session.get(TechnicianRow, row.technician_id) if row.technician_id else None
            row.technician_id = person.id if person else None
            names = (one.name if one else "" for one in (had, person))
            given = Reference("technician", person.id) if person else None
            facts = replace(why, change=FieldChange("technician", *names), reference=given)
            self._log.note(unit, row.id, VisitAction.ASSIGN, facts)
            if person is not None and not draft.cause.startswith(LEVELLING):
                terms = Terms(by=self._context.actor, overruling=draft.reason)
                hand_out(unit, WorkType.VISIT, row.id, person, terms)
        set_companion(unit, self._log, row, draft)
        if draft.planned_on is not None and draft.planned_on != row.planned_on:
            day = change_of("planned_on", row.planned_on, draft.planned_on)
            row.planned_on = draft.planned_on
            self._log.note(unit, row.id, VisitAction.SCHEDULE, replace(why, change=day))
        if draft.order is not None:
            row.day_order = draft.order
        if draft.start_minute is not None:
            row.start_minute = draft.start_minute
        if draft.lock is not None and draft.lock != row.locked:
            row.locked = draft.lock
            self._log.note(unit, row.id, VisitAction.LOCK if draft.lock else VisitAction.UNLOCK)
        unit.touched("visit", [row.id])

    def take_off_within(self, unit: UnitOfWork, row: VisitRow, cause: str) -> None:
        """Take a visit off whoever had it: it keeps its day as the day wished for, and waits to be
        placed, with the code of the cause in its log."""
        if row.technician_id is None and cause != self._log.last_reason(unit, row.id):
            nobody = EventFacts(change=FieldChange("technician"), reason=cause)
            self._log.note(unit, row.id, VisitAction.ASSIGN, nobody)
        nobody_goes = ScheduleDraft(technician_id="", companion_id="", order=0, cause=cause)
        self.move_within(unit, row, nobody_goes)
        row.start_minute = None

    def add(self, visit_id: str, item: Occurrence) -> None:
        """Do one more task on a visit: one from another visit, or one only computed so far.

        Raises `NotAllowed`, `NotFound`, `InvalidInput` (the task belongs to another site).
        """
        self._add(visit_id, due_task(item))

    @operation("visit.add_task")
    def _add(self, visit_id: str, item: DueTask) -> None:
        with self._context.write() as unit:
            row = load_visit(unit.session, visit_id)
            allow(VisitState(row.state), VisitAction.ADD)
            if item.merchant_id != (row.merchant_id or ""):
                raise InvalidInput.of("occurrence", "visit.other_site")
            task = load_open(unit.session, item.id) if item.id else materialise(unit, item)
            left = {task.visit_id} - {None, visit_id}
            task.visit_id = visit_id
            plan = FieldChange("plan", "", item.plan_key)
            ref = Reference("plan", item.plan_id)
            facts = EventFacts(change=plan, reference=ref)
            self._log.note(unit, visit_id, VisitAction.ADD, facts)
            self._log.refresh(
                unit, [visit_id, *(key for key in left if key)], self._context.today()
            )

    @operation("visit.take_along")
    def take_along(self, visit_id: str, incident_id: str) -> None:
        """Settle an open incident on this visit.  Raises `NotFound`, `NotAllowed`."""
        with self._context.write() as unit:
            row = load_visit(unit.session, visit_id)
            allow(VisitState(row.state), VisitAction.ADD)
            incident = unit.session.get(IncidentRow, incident_id)
            if incident is None:
                raise NotFound("incident", incident_id)
            incident.visit_id = visit_id
            taken = FieldChange("incident", "", incident.number)
            ref = Reference("incident", incident_id)
            facts = EventFacts(change=taken, reference=ref)
            self._log.note(unit, visit_id, VisitAction.ADD, facts)
            unit.touched("visit", [visit_id])
            unit.touched("incident", [incident_id])

    # --- working -------------------------------------------------------------------------------

    @operation("visit.start")
    def start(self, visit_id: str) -> None:
        """Begin a visit.  Raises `NotAllowed`, `NotFound`."""
        with self._context.write() as unit:
            self.start_within(unit, load_visit(unit.session, visit_id))

    def start_within(self, unit: UnitOfWork, row: VisitRow) -> None:
        """`start` inside a larger step; a visit begun already is left alone."""
        if row.state == VisitState.IN_PROGRESS:
            return
        allow(VisitState(row.state), VisitAction.START)
        begun = FieldChange("state", row.state, VisitState.IN_PROGRESS)
        row.state, row.started_at = VisitState.IN_PROGRESS, unit.now
        self._log.note(unit, row.id, VisitAction.START, EventFacts(change=begun))
        unit.touched("visit", [row.id])

    @operation("occurrence.complete")
    def complete(
        self, occurrence_id: str, done_on: date | None = None, *, accept_early: bool = False
    ) -> None:
        """Settle a task that has no checklist.  Raises `NotAllowed`, `NotFound`, `InvalidInput`
        (it has one: work through that; or the day lies ahead)."""
        today = self._context.today()
        day = done_on or today
        if day > today:
            raise InvalidInput.of("done_on", "date.in_future")
        with self._context.write() as unit:
            row = load_open(unit.session, occurrence_id)
            if contents_of(unit.session, row).checklist:
                raise InvalidInput.of("occurrence", "visit.has_checklist")
            if row.visit_id:
                self.start_within(unit, load_visit(unit.session, row.visit_id))
            complete(unit, row, day, self._context.actor, whole=True, accept_early=accept_early)

    @operation("occurrence.skip")
    def skip(self, occurrence_id: str, reason: str) -> None:
        """Leave a task out this time, with a reason that compliance figures show.  Raises
        `InvalidInput`, `NotAllowed`, `NotFound`."""
        why = reason_given(reason)
        with self._context.write() as unit:
            row = load_open(unit.session, occurrence_id)
            visits = [row.visit_id] if row.visit_id else []
            row.outcome, row.reason = OccurrenceOutcome.SKIPPED, why
            unit.touched("occurrence", [row.id])
            self._log.refresh(unit, visits, self._context.today(), remark=why)

    @operation("visit.finish")
    def finish(self, visit_id: str, remark: str = "") -> None:
        """End a visit.  Tasks left open go back to be planned again, and the visit counts as
        partly done.  Raises `NotAllowed`, `NotFound`, `InvalidInput`."""
        with as_problem("remark"):
            note = text.note(remark, 4_000)
        with self._context.write() as unit:
            row = load_visit(unit.session, visit_id)
            allow(VisitState(row.state), VisitAction.FINISH)
            tasks = (
                unit.session.execute(
                    sa.select(OccurrenceRow).where(col(OccurrenceRow.visit_id) == visit_id)
                )
                .scalars()
                .all()
            )
            if tasks and not any(task.outcome in SETTLED for task in tasks):
                raise InvalidInput.of("occurrence", "visit.nothing_done")
            whole = all(task.outcome in SETTLED - {OccurrenceOutcome.PARTIAL} for task in tasks)
            for task in tasks:
                if task.outcome == OccurrenceOutcome.OPEN:
                    task.visit_id = None
            after = VisitState.DONE if whole else VisitState.PARTIAL
            ended = FieldChange("state", row.state, after)
            row.state = after
            row.finished_at, row.remark = unit.now, note
            self._log.note(unit, row.id, VisitAction.FINISH, EventFacts(change=ended))
            unit.touched("visit", [row.id])
            unit.touched("occurrence")

    @operation("visit.cancel")
    def cancel(self, visit_id: str, reason: str) -> None:
        """Call a visit off; its tasks are planned again.  Raises `InvalidInput`, `NotAllowed`,
        `NotFound`."""
        why = reason_given(reason)
        with self._context.write() as unit:
            row = load_visit(unit.session, visit_id)
            allow(VisitState(row.state), VisitAction.CANCEL)
            for task in unit.session.execute(
                sa.select(OccurrenceRow).where(
                    col(OccurrenceRow.visit_id) == visit_id,
                    col(OccurrenceRow.outcome) == OccurrenceOutcome.OPEN,
                )
            ).scalars():
                task.visit_id = None
            for incident in unit.session.execute(
                sa.select(IncidentRow).where(col(IncidentRow.visit_id) == visit_id)
            ).scalars():
                incident.visit_id = None
            ended = FieldChange("state", row.state, VisitState.CANCELLED)
            row.state = VisitState.CANCELLED
            facts = EventFacts(change=ended, remark=why)
            self._log.note(unit, row.id, VisitAction.CANCEL, facts)
            unit.touched("visit", [row.id])
            unit.touched("occurrence")
