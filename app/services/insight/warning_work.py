"""Warnings are worked on: looked at, given to somebody, acted on, found right or wrong."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from sqlmodel import col

from app.domain.cardguard import mask_cards
from app.domain.errors import Conflict, InvalidInput, NotAllowed, NotFound
from app.domain.event_data import EventFacts, FieldChange, Reference, change_of
from app.domain.incidents.incidents import IncidentSummary
from app.domain.insight.warning_cases import (
    ENDED,
    HitRate,
    WarningAction,
    WarningAssignment,
    WarningCase,
    WarningDraft,
    WarningPlan,
    WarningState,
    allow,
    check_assignment,
    check_warning,
    kept,
)
from app.domain.insight.warnings import StandingWarning, WarningRule
from app.services.core.context import ServiceContext, UnitOfWork
from app.services.core.event_rows import columns_of
from app.services.core.operations import Merge, masked, operation
from app.services.core.rights import current
from app.services.core.running_operation import applied_again
from app.services.incidents.incident_queries import IncidentFilter, list_query
from app.services.insight.insight import Insight
from app.services.insight.warning_reading import (
    comes_again,
    last_ended,
    open_case,
    read_cases,
    read_ended,
    read_entries,
    read_rates,
    restored,
    seen_by,
    snapshot,
)
from db import bulk
from db.keys import new_key
from db.models.incident import IncidentRow
from db.models.insight import WarningCaseRow, WarningEventRow
from db.models.register import TechnicianRow

MOST_ENDED = 300
"""Ended warnings that are listed."""


def _as_it_stands(
    service: WarningWork, given: Mapping[str, Any]
) -> tuple[WarningAssignment, int] | None:
    """Whose a warning is and until when, for a change to be merged with."""
    with service._context.read() as session:
        row = open_case(session, given["warning_key"])
        if row is None:
            return None
        due = row.due_on.isoformat() if row.due_on else ""
        return WarningAssignment(owner_id=row.owner_id or "", due_on=due), row.version


class WarningWork:
    """Use cases of warnings.

    A warning is known by its key.  Every step is given the warning as the person saw it: who did
    what about which figures stays in the case, though the figures move on."""

    def __init__(self, context: ServiceContext, insight: Insight) -> None:
        self._context = context
        self._insight = insight

    # --- reading -------------------------------------------------------------------------------

    def cases(self, area: str = "") -> tuple[WarningCase, ...]:
        """Every warning somebody has to look at, most worth it first; `area` narrows them to those
        that stand there now."""
        standing, person = current(self._context), self._context.person
        warnings = self._insight.warnings(area)
        with self._context.read() as session:
            found = read_cases(session, warnings, narrowed=bool(area))
            return seen_by(session, found, standing, person)

    def ended(self) -> tuple[WarningCase, ...]:
        """The warnings that were ended, newest first."""
        standing, person = current(self._context), self._context.person
        with self._context.read() as session:
            return seen_by(session, read_ended(session, MOST_ENDED), standing, person)

    def get(self, key: str) -> WarningCase:
        """One warning with its log.  Raises `NotFound`."""
        found = next((one for one in (*self.cases(), *self.ended()) if one.key == key), None)
        if found is None:
            raise NotFound("warning", key)
        return self.with_log(found)

    def with_log(self, case: WarningCase) -> WarningCase:
        """The same with what was done about it."""
        with self._context.read() as session:
            return replace(case, entries=read_entries(session, case.id) if case.id else ())

    def evidence(self, warning: StandingWarning) -> tuple[IncidentSummary, ...]:
        """The incidents a warning names, newest first."""
        context = self._context
        with context.read() as session:
            query = list_query(session, IncidentFilter(order="-reported"), context.now())
            named = bulk.among(session, col(IncidentRow.number), warning.incidents)
            return query.where(named).all(session)

    def rates(self) -> dict[WarningRule, HitRate]:
        """How the warnings of each rule turned out so far."""
        with self._context.read() as session:
            return read_rates(session)

    # --- steps ---------------------------------------------------------------------------------

    def acknowledge(self, case: WarningCase, draft: WarningDraft) -> None:
        """Somebody has looked at a warning and sees to it.  Raises `InvalidInput`, `NotAllowed`,
        `NotFound`."""
        self._acknowledge(case.key, kept(case.warning), draft)

    @operation("warning.acknowledge")
    def _acknowledge(self, warning_key: str, warning: StandingWarning, draft: WarningDraft) -> None:
        _refuse_other(warning_key, warning)
        self._step(warning, draft, WarningAction.ACKNOWLEDGE, WarningState.ACKNOWLEDGED)

    def act(self, case: WarningCase, draft: WarningDraft) -> None:
        """Something is being done about it.  Raises as `acknowledge`."""
        self._act(case.key, kept(case.warning), draft)

    @operation("warning.act")
    def _act(self, warning_key: str, warning: StandingWarning, draft: WarningDraft) -> None:
        _refuse_other(warning_key, warning)
        self._step(warning, draft, WarningAction.ACT, WarningState.ACTING)

    def _step(
        self,
        warning: StandingWarning,
        draft: WarningDraft,
        action: WarningAction,
        state: WarningState,
    ) -> None:
        plan = check_warning(draft)
        with self._context.write() as unit:
            row = self.case_within(unit, warning, action)
            self._assign(unit, row, plan)
            # Somebody else may be further by now: then only what was said is added.
            before = row.state
            ahead = before == WarningState.ACTING
            change = None if ahead else FieldChange("state", before, state)
            if not ahead:
                row.state = state
            self.note_within(unit, row, action, EventFacts(change=change, remark=plan.note))

    def note(self, case: WarningCase, draft: WarningDraft) -> None:
        """Add a remark.  Raises `InvalidInput`, `NotAllowed`, `NotFound`."""
        self._note(case.key, kept(case.warning), draft)

    @operation("warning.note")
    def _note(self, warning_key: str, warning: StandingWarning, draft: WarningDraft) -> None:
        _refuse_other(warning_key, warning)
        plan = check_warning(draft, reason_needed=True)
        with self._context.write() as unit:
            row = self.case_within(unit, warning, WarningAction.NOTE)
            self.note_within(unit, row, WarningAction.NOTE, EventFacts(remark=plan.note))

    @operation("warning.plan", merge=Merge(draft="draft", version="version", read=_as_it_stands))
    def plan(self, warning_key: str, version: int, draft: WarningAssignment) -> None:
        """Say whose the warning is and until when.  Raises `InvalidInput`, `NotFound` (nobody works
        on it), `Conflict`."""
        owner_id, due_on = check_assignment(draft)
        with self._context.write() as unit:
            row = open_case(unit.session, warning_key)
            if row is None:
                raise NotFound("warning", warning_key)
            if row.version != version:
                raise Conflict("warning", warning_key)
            self._give(unit, row, owner_id)
            if row.due_on != due_on:
                self._refuse_past(due_on)
                change = change_of("due_on", row.due_on, due_on)
                row.due_on = due_on
                self.note_within(unit, row, WarningAction.PLAN, EventFacts(change=change))
            unit.touched("warning", [row.id])

    def close(self, case: WarningCase, outcome: WarningState, draft: WarningDraft) -> None:
        """End a warning: it was right, it was wrong, or it is dismissed; the last two with a
        reason.  It comes again once there is evidence nobody knew of.  Raises `InvalidInput`,
        `NotAllowed`, `NotFound`."""
        self._close(case.key, kept(case.warning), outcome, draft)

    @operation("warning.close")
    def _close(
        self,
        warning_key: str,
        warning: StandingWarning,
        outcome: WarningState,
        draft: WarningDraft,
    ) -> None:
        if outcome not in ENDED:
            raise NotAllowed(WarningAction.CLOSE, outcome)
        _refuse_other(warning_key, warning)
        plan = check_warning(draft, reason_needed=outcome is not WarningState.PROVEN_RIGHT)
        with self._context.write() as unit:
            row = self.case_within(unit, warning, WarningAction.CLOSE)
            change = FieldChange("state", row.state, outcome)
            row.state, row.ended_at, row.reason = outcome, unit.now, plan.note
            facts = EventFacts(change=change, remark=plan.note)
            self.note_within(unit, row, WarningAction.CLOSE, facts)

    def reopen(self, case: WarningCase, draft: WarningDraft) -> None:
        """Take up again what was ended last, with a reason.  Raises `InvalidInput`, `NotAllowed`
        (it is being worked on), `NotFound`."""
        self._reopen(case.key, draft)

    @operation("warning.reopen")
    def _reopen(self, warning_key: str, draft: WarningDraft) -> None:
        plan = check_warning(draft, reason_needed=True)
        with self._context.write() as unit:
            if (standing := open_case(unit.session, warning_key)) is not None:
                raise NotAllowed(WarningAction.REOPEN, standing.state)
            row = last_ended(unit.session, warning_key)
            if row is None:
                raise NotFound("warning", warning_key)
            change = FieldChange("state", row.state, WarningState.ACKNOWLEDGED)
            row.state, row.ended_at, row.reason = WarningState.ACKNOWLEDGED, None, ""
            facts = EventFacts(change=change, remark=plan.note)
            self.note_within(unit, row, WarningAction.REOPEN, facts)

    # --- steps of these ------------------------------------------------------------------------

    def case_within(
        self, unit: UnitOfWork, warning: StandingWarning, action: WarningAction
    ) -> WarningCaseRow:
        """The case of a warning in the transaction of a step, made when nobody had it yet; it keeps
        the figures of now.  Raises `NotAllowed`: what was ended stays so without new evidence."""
        session, key = unit.session, new_key()
        row = open_case(session, warning.key)
        if row is None:
            ended = last_ended(session, warning.key)
            if ended is not None and not comes_again(ended, warning):
                if action is WarningAction.NOTE:
                    return ended
                raise NotAllowed(action, ended.state)
            allow(WarningState.NEW, action)
            row = WarningCaseRow(
                id=key,
                key=warning.key,
                rule=warning.rule,
                state=WarningState.NEW,
                warning=_stored(warning),
                opened_at=unit.now,
            )
            session.add(row)
            session.flush()
            return row
        if not applied_again():
            allow(WarningState(row.state), action)
        if restored(row.warning) != warning:
            row.warning = _stored(warning)
        return row

    def made_within(
        self, unit: UnitOfWork, warning: StandingWarning, made: Reference, called: str
    ) -> None:
        """Note what was made of a warning: from then on somebody acts on it."""
        row = self.case_within(unit, warning, WarningAction.MAKE)
        facts = EventFacts(change=FieldChange(made.kind, "", called), reference=made)
        self.act_within(unit, row, facts)

    def act_within(self, unit: UnitOfWork, row: WarningCaseRow, facts: EventFacts) -> None:
        """Note something that was done about a warning."""
        row.state = WarningState.ACTING
        self.note_within(unit, row, WarningAction.MAKE, facts)

    def note_within(
        self, unit: UnitOfWork, row: WarningCaseRow, action: WarningAction, facts: EventFacts
    ) -> None:
        """One row of the log of a case."""
        unit.session.add(
            WarningEventRow(
                case_id=row.id,
                at=unit.now,
                actor=self._context.actor,
                device=self._context.device,
                action=action,
                **columns_of(facts),
            )
        )
        unit.session.flush()
        unit.touched("warning", [row.id])

    def _assign(self, unit: UnitOfWork, row: WarningCaseRow, plan: WarningPlan) -> None:
        """What was entered with a step; what was left empty stays."""
        if plan.owner_id:
            self._give(unit, row, plan.owner_id)
        if plan.due_on is not None and plan.due_on != row.due_on:
            self._refuse_past(plan.due_on)
            change = change_of("due_on", row.due_on, plan.due_on)
            row.due_on = plan.due_on
            self.note_within(unit, row, WarningAction.PLAN, EventFacts(change=change))

    def _refuse_past(self, due_on: date | None) -> None:
        if due_on is not None and due_on < self._context.today():
            raise InvalidInput.of("due_on", "date.past")

    def _give(self, unit: UnitOfWork, row: WarningCaseRow, owner_id: str) -> None:
        if (row.owner_id or "") == owner_id:
            return
        session = unit.session
        person = session.get(TechnicianRow, owner_id) if owner_id else None
        if owner_id and person is None:
            raise NotFound("technician", owner_id)
        had = session.get(TechnicianRow, row.owner_id) if row.owner_id else None
        row.owner_id = owner_id or None
        names = (one.name if one else "" for one in (had, person))
        facts = EventFacts(
            change=FieldChange("owner", *names),
            reference=Reference("technician", owner_id) if owner_id else None,
        )
        self.note_within(unit, row, WarningAction.PLAN, facts)


def _refuse_other(warning_key: str, warning: StandingWarning) -> None:
    """Whose a warning is was asked by its key: what is done is done to the same one, whatever an
    operation of another computer says.  Both may have been masked.  Raises `NotFound`."""
    if mask_cards(warning.key) != mask_cards(warning_key):
        raise NotFound("warning", warning_key)


def _stored(warning: StandingWarning) -> Any:
    """The warning as a JSON value, with card numbers masked: its names may look like one."""
    return masked("warning", snapshot(warning))
