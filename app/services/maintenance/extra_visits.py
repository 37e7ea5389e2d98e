"""Visits no calendar asked for: a suspicion, a new cashier, a merchant who called."""

from __future__ import annotations

from datetime import date, timedelta

from sqlmodel import Session

from app.domain.errors import InvalidInput, NotFound
from app.domain.event_data import EventFacts
from app.domain.maintenance.occurrences import Occasion, OccurrenceOutcome
from app.domain.maintenance.plans import ESTATE, Plan, Scope, Subject, WorkPlace
from app.domain.maintenance.visits import (
    ExtraDraft,
    VisitAction,
    VisitState,
    check_extra,
    combined_minutes,
)
from app.services.core.context import ServiceContext, UnitOfWork
from app.services.core.operations import operation
from app.services.maintenance.due_dates import DueDates
from app.services.maintenance.plan_queries import read_plan
from app.services.maintenance.visit_log import VisitLog
from app.services.maintenance.working_times import leave_on
from db.keys import new_key
from db.models.maintenance import OccurrenceRow, VisitRow
from db.models.register import TechnicianRow

LATE_DAYS = timedelta(days=7)
"""How long after its day an extra visit still counts as on time."""


class ExtraVisits:
    """Use cases of visits made by hand."""

    def __init__(self, context: ServiceContext) -> None:
        self._context = context
        self._log = VisitLog(context)

    @operation("visit.add_extra")
    def make(self, draft: ExtraDraft) -> str:
        """Plan a visit for the work of one or more plans at a terminal (its merchant, or all
        terminals together, where a plan is about those); returns its id.

        Raises `InvalidInput` (which field, and why), `NotFound`.
        """
        today = self._context.today()
        day, reason = check_extra(draft, today)
        with self._context.write() as unit:
            session = unit.session
            plans = [read_plan(session, key) for key in draft.plan_keys]
            self._refuse_away(session, draft.technician_id, day)
            due_dates = DueDates(session, today, plans)
            subjects = [_subject(due_dates, plan, draft.terminal_id) for plan in plans]
            if len({subject.site for subject in subjects}) > 1:
                raise InvalidInput.of("plan_keys", "visit.not_together")
            key = self._visit(unit, draft, day, reason, list(zip(plans, subjects, strict=True)))
            self._log.refresh(unit, [key], today)
            return key

    def _refuse_away(self, session: Session, technician_id: str, day: date) -> None:
        if not technician_id:
            return
        if session.get(TechnicianRow, technician_id) is None:
            raise NotFound("technician", technician_id)
        if day in leave_on(session, technician_id, day):
            raise InvalidInput.of("planned_on", "visit.on_leave", day=day)

    def _visit(
        self,
        unit: UnitOfWork,
        draft: ExtraDraft,
        day: date,
        reason: str,
        work: list[tuple[Plan, Subject]],
    ) -> str:
        today, site = self._context.today(), work[0][1]
        contents = [plan.at(today).contents for plan, _ in work]
        places = {item.place for item in contents}
        row = VisitRow(
            number=self._context.next_number(unit.session, "V"),
            state=VisitState.PLANNED,
            place=WorkPlace.SITE if WorkPlace.SITE in places else contents[0].place,
            merchant_id=site.merchant_id or None,
            technician_id=draft.technician_id or None,
            planned_on=day,
            window_from=day,
            window_until=day,
            minutes=combined_minutes([item.minutes for item in contents]),
        )
        unit.session.add(row)
        unit.session.flush()
        self._log.note(unit, row.id, VisitAction.CREATE, EventFacts(remark=reason))
        for plan, subject in work:
            unit.session.add(_task(plan, subject, row.id, day, today))
        unit.touched("visit", [row.id])
        unit.touched("occurrence")
        return row.id


def _subject(due_dates: DueDates, plan: Plan, terminal_id: str) -> Subject:
    scope = plan.at(due_dates.today).contents.scope
    if scope is Scope.ESTATE:
        return ESTATE
    if not terminal_id:
        raise InvalidInput.of("terminal_id", "text.missing")
    terminals = {subject.key: subject for subject in due_dates.subjects[Scope.TERMINAL]}
    terminal = terminals.get(terminal_id)
    if terminal is None:
        raise InvalidInput.of("terminal_id", "visit.not_maintained")
    if scope is Scope.TERMINAL:
        return terminal
    for merchant in due_dates.subjects[Scope.MERCHANT]:
        if merchant.key == terminal.merchant_id:
            return merchant
    raise InvalidInput.of("terminal_id", "visit.not_maintained")


def _task(plan: Plan, subject: Subject, visit_id: str, day: date, today: date) -> OccurrenceRow:
    key, version = new_key(), plan.at(today)
    return OccurrenceRow(
        id=key,
        plan_id=plan.id,
        version_id=version.id,
        scope=version.contents.scope,
        subject=subject.key,
        terminal_id=subject.terminal_id or None,
        merchant_id=subject.merchant_id or None,
        slot=f"x{key}",
        n=0,
        occasion=Occasion.EXTRA,
        nominal_on=day,
        due_on=day,
        window_from=day,
        window_until=day + LATE_DAYS,
        outcome=OccurrenceOutcome.OPEN,
        visit_id=visit_id,
    )
