"""Checklists at work: answer by answer, a failure never silent, an alarm an incident at once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime

import sqlalchemy as sa
from sqlmodel import Session, col

from app.domain import text
from app.domain.errors import InvalidInput, NotAllowed, NotFound, Problem, as_problem
from app.domain.faults import FaultClass
from app.domain.incidents.drafts import IncidentDraft
from app.domain.incidents.lifecycle import Detection, Impact, Urgency
from app.domain.maintenance.checklist_lines import (
    AnswerDraft,
    ChecklistLine,
    LineVerdict,
    judge,
)
from app.domain.maintenance.checklists import (
    Checklist,
    FollowUp,
    LineResult,
    missing,
    passed,
    unsettled,
)
from app.domain.maintenance.occurrences import OccurrenceOutcome, Timing, timing
from app.i18n import Translator, translator
from app.languages import DOCUMENT_LANGUAGES
from app.services.core.context import ServiceContext, UnitOfWork
from app.services.core.operations import operation
from app.services.incidents.incidents import Incidents
from app.services.maintenance.checklist_answers import (
    answer_row,
    line_result,
    look_for_run,
    results_asked,
    with_incident,
)
from app.services.maintenance.completion import complete, contents_of, load_open
from app.services.maintenance.line_failures import ToldFailure, tampered, tell
from app.services.maintenance.plan_queries import newest_checklist, read_checklist
from app.services.maintenance.visit_log import load_visit
from app.services.maintenance.visits import Visits
from app.services.register.terminals import Terminals
from db.keys import derived_key
from db.models.incident import IncidentRow
from db.models.maintenance import ChecklistResultRow, ChecklistRunRow, OccurrenceRow
from db.models.register import PlacementRow, TerminalRow
from db.queries import PLACED_NOW
from db.together import together


@dataclass(frozen=True, slots=True, kw_only=True)
class ChecklistRun:
    """A checklist being worked through, or worked through."""

    id: str
    occurrence_id: str
    visit_id: str
    terminal_id: str
    serial: str
    checklist: Checklist
    results: Mapping[str, LineResult]
    started_at: datetime
    finished_at: datetime | None
    actor: str
    passed: bool
    gate: bool
    timing: Timing

    @property
    def open_lines(self) -> tuple[ChecklistLine, ...]:
        """Required lines without an answer."""
        return missing(self.checklist, self.results)

    @property
    def unsettled(self) -> tuple[LineResult, ...]:
        """Failed lines about which nothing was decided."""
        return unsettled(tuple(self.results.values()))


class Checklists:
    """Use cases of working through checklists."""

    def __init__(
        self, context: ServiceContext, visits: Visits, incidents: Incidents, terminals: Terminals
    ) -> None:
        self._context = context
        self._visits = visits
        self._incidents = incidents
        self._terminals = terminals

    @operation("checklist.begin")
    def begin(self, occurrence_id: str) -> ChecklistRun:
        """Open the checklist of a task, beginning its visit; one already open is gone on with.

        Raises `NotFound`, `NotAllowed`, `InvalidInput` (the plan has no checklist).
        """
        with self._context.write() as unit:
            session = unit.session
            found = session.execute(
                sa.select(ChecklistRunRow).where(
                    col(ChecklistRunRow.occurrence_id) == occurrence_id
                )
            ).scalar()
            if found is None:
                found = self._new_run(unit, load_open(session, occurrence_id))
            return self._read(session, found)

    def _new_run(self, unit: UnitOfWork, task: OccurrenceRow) -> ChecklistRunRow:
        session = unit.session
        contents = contents_of(session, task)
        edition = newest_checklist(session, contents.checklist) if contents.checklist else None
        if edition is None:
            raise InvalidInput.of("checklist", "checklist.none")
        if task.visit_id:
            self._visits.start_within(unit, load_visit(session, task.visit_id))
        terminal = session.get(TerminalRow, task.terminal_id) if task.terminal_id else None
        run = ChecklistRunRow(
            id=_run_key(session, task.id),
            occurrence_id=task.id,
            checklist_id=edition,
            terminal_id=task.terminal_id,
            serial=terminal.serial if terminal else "",
            started_at=unit.now,
            actor=self._context.actor,
            gate=contents.gate,
        )
        session.add(run)
        session.flush()
        unit.touched("occurrence", [task.id])
        return run

    def get(self, occurrence_id: str) -> ChecklistRun:
        """The checklist of a task.  Raises `NotFound`."""
        with self._context.read() as session:
            found = session.execute(
                sa.select(ChecklistRunRow).where(
                    col(ChecklistRunRow.occurrence_id) == occurrence_id
                )
            ).scalar()
            if found is None:
                raise NotFound("checklist", occurrence_id)
            return self._read(session, found)

    # --- answering -----------------------------------------------------------------------------

    def answer(self, run_id: str, line_key: str, draft: AnswerDraft) -> LineResult:
        """Answer a line; answering again corrects it.  A failed line that raises an alarm opens
        its incident in the same step.  Raises `InvalidInput`, `NotAllowed`, `NotFound`."""
        with self._context.read() as session:
            line, run, _ = self._line(session, run_id, line_key)
            answer = judge(line, draft, run.serial)
            told = ToldFailure()
            if answer.verdict is LineVerdict.FAIL and line.alarm is not None:
                title = read_checklist(session, run.checklist_id).title
                told = tell(self._words, title, line, line.alarm, (answer.value, answer.remark))
        return self._answer(run_id, line_key, draft, self._with_stops(told))

    @operation("checklist.answer", promises=True)
    def _answer(
        self, run_id: str, line_key: str, draft: AnswerDraft, told: ToldFailure
    ) -> LineResult:
        with self._context.write() as unit:
            run = self._open_run(unit.session, run_id)
            line = read_checklist(unit.session, run.checklist_id).line(line_key)
            answer = judge(line, draft, run.serial)
            row = self._result_row(unit, run, line.key)
            row.verdict, row.value, row.number = answer.verdict, answer.value, answer.number
            row.remark, row.at, row.actor = answer.remark, unit.now, self._context.actor
            if answer.verdict is not LineVerdict.FAIL:
                row.follow_up, row.note = None, ""
            elif line.alarm is not None and row.incident_id is None:
                row.incident_id = self._open_incident(unit, run, line, line.alarm, told)
                row.follow_up = FollowUp.INCIDENT
            unit.session.add(row)
            unit.session.flush()
            unit.touched("checklist", [run.id])
            return with_incident(unit.session, row)

    def follow_up(
        self,
        run_id: str,
        line_key: str,
        how: FollowUp,
        note: str = "",
        fault_class: FaultClass | None = None,
    ) -> LineResult:
        """Decide about a failed line: put right now (say how), or an incident, opened here, of the
        line's class unless another is given.  Raises `InvalidInput`, `NotAllowed` (no failed line;
        an alarm cannot be waved off)."""
        with as_problem("note"):
            written = text.note(note, 4_000)
        with self._context.read() as session:
            line, run, row = self._line(session, run_id, line_key)
            fault_class = fault_class or line.failure_class
            told = ToldFailure()
            if how is FollowUp.INCIDENT and row is not None:
                title = read_checklist(session, run.checklist_id).title
                told = tell(self._words, title, line, fault_class, (row.value, row.remark, written))
        told = self._with_stops(told)
        return self._follow_up(run_id, line_key, how, written, fault_class, told)

    @operation("checklist.follow_up", promises=True)
    def _follow_up(
        self,
        run_id: str,
        line_key: str,
        how: FollowUp,
        note: str,
        fault_class: FaultClass | None,
        told: ToldFailure,
    ) -> LineResult:
        with self._context.write() as unit:
            run = self._open_run(unit.session, run_id)
            line = read_checklist(unit.session, run.checklist_id).line(line_key)
            row = self._result_row(unit, run, line_key)
            if row.verdict != LineVerdict.FAIL or row.incident_id is not None:
                raise NotAllowed("follow_up", row.verdict or "open")
            if how is FollowUp.FIXED_NOW and not note:
                raise InvalidInput.of("note", "checklist.say_how_fixed")
            row.follow_up, row.note = how, note
            if how is FollowUp.INCIDENT:
                row.incident_id = self._open_incident(unit, run, line, fault_class, told)
            unit.session.flush()
            unit.touched("checklist", [run.id])
            return with_incident(unit.session, row)

    @operation("checklist.finish")
    def finish(
        self,
        run_id: str,
        *,
        done_on: date | None = None,
        accept_early: bool = False,
        why_partial: str = "",
    ) -> OccurrenceOutcome:
        """End a checklist and settle its task; with lines missing it counts as partly done and
        needs a reason.  A passed inspection before use lets the terminal into service.

        Raises `InvalidInput` naming the lines still open, `NotAllowed`.
        """
        day = done_on or self._context.today()
        if day > self._context.today():
            raise InvalidInput.of("done_on", "date.in_future")
        with self._context.write() as unit:
            session = unit.session
            row = self._open_run(session, run_id)
            look_for_run(session, row)
            task = load_open(session, row.occurrence_id)
            run = self._read(session, row)
            with as_problem("why_partial"):
                reason = text.note(why_partial, 2_000)
            self._refuse_unfinished(run, reason)
            row.finished_at = unit.now
            row.passed = passed(run.checklist, run.results)
            whole = not run.open_lines
            settled = complete(
                unit, task, day, self._context.actor, whole=whole, accept_early=accept_early
            )
            settled.reason = reason
            row.occurrence_id = settled.id
            session.flush()
            if row.gate and row.passed and row.terminal_id:
                self._terminals.release_within(unit, row.terminal_id)
            return OccurrenceOutcome(settled.outcome)

    def _refuse_unfinished(self, run: ChecklistRun, reason: str) -> None:
        problems = [Problem(result.line, "checklist.follow_up_missing") for result in run.unsettled]
        if not reason:
            problems += [Problem(line.key, "checklist.answer_missing") for line in run.open_lines]
        if problems:
            raise InvalidInput(problems)

    # --- steps ---------------------------------------------------------------------------------

    @property
    def _words(self) -> Translator:
        """The language this laptop writes documents in; an incident is written in it."""
        return translator(DOCUMENT_LANGUAGES[self._context.letterhead.language][0])

    def _open_run(self, session: Session, run_id: str) -> ChecklistRunRow:
        row = session.get(ChecklistRunRow, run_id)
        if row is None:
            raise NotFound("checklist", run_id)
        if row.finished_at is not None:
            raise NotAllowed("answer", "done")
        return row

    def _result_row(
        self, unit: UnitOfWork, run: ChecklistRunRow, line_key: str
    ) -> ChecklistResultRow:
        found = answer_row(unit.session, run.id, line_key)
        return found or ChecklistResultRow(run_id=run.id, line=line_key, verdict="", at=unit.now)

    def _open_incident(
        self,
        unit: UnitOfWork,
        run: ChecklistRunRow,
        line: ChecklistLine,
        fault_class: FaultClass | None,
        told: ToldFailure,
    ) -> str:
        """An incident about a failed line, linked to the visit."""
        task = unit.session.get(OccurrenceRow, run.occurrence_id)
        assert task is not None
        terminal_id = run.terminal_id or self._some_terminal(unit.session, task)
        if not terminal_id:
            raise InvalidInput.of("follow_up", "checklist.no_terminal")
        opened = self._incidents.open_within(
            unit,
            IncidentDraft(
                terminal_id=terminal_id,
                symptom=told.symptom,
                detection=Detection.INSPECTION,
                impact=Impact.STOPPED if tampered(line, fault_class) else Impact.TRADING,
                urgency=Urgency.HIGH if line.alarm is not None else Urgency.NORMAL,
                visit_id=task.visit_id or "",
            ),
            stops=told.stops,
        )
        incident = unit.session.get(IncidentRow, opened)
        assert incident is not None
        incident.provisional_class = fault_class
        return opened

    def _line(
        self, session: Session, run_id: str, line_key: str
    ) -> tuple[ChecklistLine, ChecklistRunRow, ChecklistResultRow | None]:
        """A line of a checklist being worked through, with its answer so far."""
        run = self._open_run(session, run_id)
        line = read_checklist(session, run.checklist_id).line(line_key)
        return line, run, answer_row(session, run.id, line_key)

    def _with_stops(self, told: ToldFailure) -> ToldFailure:
        if not told.said:
            return told
        stops = self._incidents.stops_in(IncidentDraft(symptom=told.said))
        return replace(told, said="", stops=stops)

    def _some_terminal(self, session: Session, task: OccurrenceRow) -> str:
        """A terminal at the merchant, for tasks about the merchant as a whole."""
        found = session.execute(
            sa.select(col(PlacementRow.terminal_id))
            .where(col(PlacementRow.merchant_id) == task.merchant_id, PLACED_NOW)
            .order_by(col(PlacementRow.tid))
            .limit(1)
        ).scalar()
        return found or ""

    def _read(self, session: Session, row: ChecklistRunRow) -> ChecklistRun:
        look_for_run(session, row)
        task = session.get(OccurrenceRow, row.occurrence_id)
        assert task is not None
        (rows,) = together(session, results_asked(row.id))
        day = task.done_on or self._context.today()
        return ChecklistRun(
            id=row.id,
            occurrence_id=row.occurrence_id,
            visit_id=task.visit_id or "",
            terminal_id=row.terminal_id or "",
            serial=row.serial,
            checklist=read_checklist(session, row.checklist_id),
            results={one.line: line_result(one, one.incident_number or "") for one in rows},
            started_at=row.started_at,
            finished_at=row.finished_at,
            actor=row.actor,
            passed=row.passed,
            gate=row.gate,
            timing=timing(day, (task.window_from, task.window_until)),
        )


def _run_key(session: Session, occurrence_id: str) -> str:
    """The key of the checklist of a task: the same whoever opens it first.  One that went on with
    the extra task it was done early for leaves room for a further one."""
    before = 0
    while True:
        key = derived_key("checklist_run", occurrence_id, str(before))
        if session.get(ChecklistRunRow, key) is None:
            return key
        before += 1
