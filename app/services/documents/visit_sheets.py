"""Fills inspection sheets and blank checklists from visits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from app.domain.diagnosis.knowledge import Knowledge
from app.domain.documents import Signature, SignerRole
from app.domain.errors import NotFound
from app.domain.incidents.lifecycle import stop_of
from app.domain.maintenance.checklist_lines import SERIAL_KINDS, ChecklistLine, LineVerdict
from app.domain.maintenance.checklists import FollowUp
from app.domain.maintenance.occurrences import OccurrenceOutcome
from app.languages import COMMA, LocalizedText
from app.reports.data.content import plain
from app.reports.data.sheets import Device, SignedBlock
from app.reports.data.signable import visit_hashes
from app.reports.documents.inspection import InspectionLine, InspectionSheet, UnfinishedTask
from app.services.documents.attachments import Owner, read_attachments
from app.services.documents.sheet_sources import (
    SheetContext,
    device_of,
    kept_of,
    merchant_by_id,
    merchant_of,
    photos_of,
    signed_of,
    stops_on_paper,
)
from app.services.documents.signatures import read_signatures
from app.services.incidents.incident_reading import read_incidents
from app.services.incidents.terminal_stops import StopLogs, what_to_do
from app.services.maintenance.plan_queries import checklist_line
from app.services.register.terminal_queries import read_terminal
from app.texts.checklists import answer_in_words, standard_in_words
from db.models.documents import SignatureRow
from db.models.incident import IncidentRow
from db.models.maintenance import (
    ChecklistLineRow,
    ChecklistResultRow,
    ChecklistRow,
    ChecklistRunRow,
    OccurrenceRow,
    PlanVersionRow,
    VisitRow,
)
from db.models.register import TechnicianRow

_RESULTS = {
    LineVerdict.PASS: "passed",
    LineVerdict.FAIL: "failed",
    LineVerdict.NOT_APPLICABLE: "na",
}


def visit_by_number(session: Session, number: str) -> VisitRow:
    """The visit with this number.  Raises `NotFound`."""
    wanted = number.strip().upper()
    row: VisitRow | None = session.execute(
        sa.select(VisitRow).where(col(VisitRow.number) == wanted)
    ).scalar_one_or_none()
    if row is None:
        raise NotFound("visit", number)
    return row


def inspection_sheets(
    session: Session, visit_id: str, around: SheetContext, *, blank: bool = False
) -> list[InspectionSheet]:
    """A sheet for every terminal of a visit and one for its tasks about the shop as a whole, filled
    in or blank.  Raises `NotFound`."""
    visit = session.get(VisitRow, visit_id)
    if visit is None:
        raise NotFound("visit", visit_id)
    technician = session.get(TechnicianRow, visit.technician_id) if visit.technician_id else None
    signatures = {} if blank else read_signatures(session, col(SignatureRow.visit_id) == visit_id)
    files = () if blank else read_attachments(session, Owner(visit_id=visit_id))
    photos, kept = photos_of(files, around), kept_of(files)
    tasks = _tasks(session, visit_id)
    sheets = []
    for i, (terminal_id, runs) in enumerate(tasks.items()):
        terminal = read_terminal(session, terminal_id) if terminal_id else None
        lines = [line for task in runs for line in _lines(session, task, blank=blank)]
        started = [task.started_at for task in runs if task.started_at]
        finished = [task.finished_at for task in runs if task.finished_at]
        sheet = InspectionSheet(
            number=visit.number,
            made_at=_made_at(visit, signatures, around),
            title=LocalizedText.joined(dict.fromkeys(task.plan for task in runs), COMMA),
            blank=blank,
            merchant=merchant_of(terminal)
            if terminal
            else merchant_by_id(session, visit.merchant_id),
            device=device_of(terminal) if terminal else Device(),
            found_serial="" if blank else _found_serial(lines),
            due_on=visit.planned_on,
            visited_at=None if blank else around.perhaps(min(started, default=visit.started_at)),
            finished_at=None if blank else around.perhaps(max(finished, default=visit.finished_at)),
            technician=technician.name if technician else "",
            technician_code=technician.code if technician else "",
            lines=tuple(line for line, _ in lines),
            problems=()
            if blank
            else tuple(dict.fromkeys(line.follow_up for line, _ in lines if line.follow_up)),
            photos=photos if i == 0 else (),
            kept=kept if i == 0 else (),
            unfinished=() if blank else _unfinished(runs),
            stops=() if blank else _stops(session, runs, around.knowledge),
            terminal_stops=_terminal_stops(session, visit, terminal_id, runs, around.knowledge),
        )
        sheets.append(sheet)
    return _signed(sheets, signatures, around)


def signable_sheets(sheets: Sequence[InspectionSheet]) -> tuple[str, ...]:
    """The hashes that stand for these sheets of a visit, of what is signed now first: one
    signature, all its devices."""
    return visit_hashes([plain(sheet) for sheet in sheets])


class _Task:
    """One occurrence of a visit with its checklist, worked through or not."""

    def __init__(self, row: Any) -> None:
        (
            terminal_id,
            self.checklist_key,
            name_zh,
            name_en,
            self.run_id,
            self.checklist_id,
            self.started_at,
            self.finished_at,
            self.outcome,
            self.reason,
        ) = row
        self.terminal_id: str = terminal_id or ""
        self.plan = LocalizedText(name_zh, name_en)


_LEFT = (OccurrenceOutcome.OPEN, OccurrenceOutcome.PARTIAL, OccurrenceOutcome.SKIPPED)
"""Outcomes of tasks that were not done whole."""


def _tasks(session: Session, visit_id: str) -> dict[str, list[_Task]]:
    """The tasks of a visit by terminal, those about no single terminal last, under "".  A task
    that a longer plan of the visit took over counts when its checklist was begun."""
    longer = aliased(OccurrenceRow)
    query = (
        sa.select(
            col(OccurrenceRow.terminal_id),
            col(PlanVersionRow.checklist),
            col(PlanVersionRow.name_zh),
            col(PlanVersionRow.name_en),
            col(ChecklistRunRow.id),
            col(ChecklistRunRow.checklist_id),
            col(ChecklistRunRow.started_at),
            col(ChecklistRunRow.finished_at),
            col(OccurrenceRow.outcome),
            col(OccurrenceRow.reason),
        )
        .join(PlanVersionRow, col(PlanVersionRow.id) == col(OccurrenceRow.version_id))
        .outerjoin(ChecklistRunRow, col(ChecklistRunRow.occurrence_id) == col(OccurrenceRow.id))
        .outerjoin(longer, col(longer.id) == col(OccurrenceRow.replaced_by_id))
        .where(
            sa.or_(
                col(OccurrenceRow.visit_id) == visit_id,
                sa.and_(col(longer.visit_id) == visit_id, col(ChecklistRunRow.id).is_not(None)),
            )
        )
        .order_by(col(OccurrenceRow.id))
    )
    tasks = map(_Task, session.execute(query))
    found: dict[str, list[_Task]] = {}
    for task in sorted(tasks, key=lambda task: (not task.terminal_id, task.terminal_id)):
        found.setdefault(task.terminal_id, []).append(task)
    return found


def _unfinished(tasks: Sequence[_Task]) -> tuple[UnfinishedTask, ...]:
    return tuple(
        UnfinishedTask(task=task.plan, state=task.outcome, reason=task.reason)
        for task in tasks
        if task.outcome in _LEFT
    )


def _terminal_stops(
    session: Session,
    visit: VisitRow,
    terminal_id: str,
    tasks: Sequence[_Task],
    knowledge: Knowledge,
) -> tuple[LocalizedText, ...]:
    """The safety stops that stood at the terminal when the visit ended, or stand now, besides those
    its own checklists called for."""
    if not terminal_id:
        return ()
    own = _opened_by(session, tasks)
    found = StopLogs(session, (terminal_id,)).standing(
        terminal_id=terminal_id, at=visit.finished_at
    )
    return stops_on_paper((stop for stop in found if stop.incident_id not in own), knowledge)


def _opened_by(session: Session, tasks: Sequence[_Task]) -> frozenset[str]:
    """The incidents that the checklists of these tasks opened."""
    query = sa.select(col(ChecklistResultRow.incident_id)).where(
        col(ChecklistResultRow.run_id).in_([task.run_id for task in tasks if task.run_id]),
        col(ChecklistResultRow.incident_id).is_not(None),
    )
    return frozenset(session.execute(query).scalars())


def _stops(
    session: Session, tasks: Sequence[_Task], knowledge: Knowledge
) -> tuple[LocalizedText, ...]:
    """The safety stops of the incidents that the checklists opened, each once, and below each what
    it asks for."""
    ids = sorted(_opened_by(session, tasks))
    found = (stop_of(incident.events) for incident in read_incidents(session, ids))
    return tuple(
        LocalizedText.joined(filter(None, (stop, what_to_do(stop, knowledge))), "\n")
        for stop in dict.fromkeys(found)
        if stop
    )


def _lines(session: Session, task: _Task, *, blank: bool) -> list[tuple[InspectionLine, str]]:
    """The lines of a task's checklist with their answers, each with its kind."""
    checklist_id = task.checklist_id or _newest_edition(session, task.checklist_key)
    if checklist_id is None:
        return []
    results = {} if blank or task.run_id is None else _results(session, task.run_id)
    rows = session.execute(
        sa.select(ChecklistLineRow)
        .where(col(ChecklistLineRow.checklist_id) == checklist_id)
        .order_by(col(ChecklistLineRow.position))
    ).scalars()
    return [
        (_line(line, results.get(line.key), task.plan), line.kind)
        for line in map(checklist_line, rows)
        if line.type.listed
    ]


def _newest_edition(session: Session, key: str) -> str | None:
    return session.execute(
        sa.select(col(ChecklistRow.id))
        .where(col(ChecklistRow.key) == key)
        .order_by(col(ChecklistRow.edition).desc())
        .limit(1)
    ).scalar()


def _results(session: Session, run_id: str) -> dict[str, tuple[ChecklistResultRow, str]]:
    query = (
        sa.select(ChecklistResultRow, col(IncidentRow.number))
        .outerjoin(IncidentRow, col(IncidentRow.id) == col(ChecklistResultRow.incident_id))
        .where(col(ChecklistResultRow.run_id) == run_id)
    )
    return {row.line: (row, number or "") for row, number in session.execute(query)}


def _line(
    line: ChecklistLine, result: tuple[ChecklistResultRow, str] | None, plan: LocalizedText
) -> InspectionLine:
    given, incident = result if result is not None else (None, "")
    return InspectionLine(
        item=line.text,
        standard=standard_in_words(line),
        result=_said_of(line, LineVerdict(given.verdict)) if given else "",
        value=answer_in_words(line, given.value) if given else LocalizedText(),
        remark="；".join(filter(None, (given.remark, _done(given)))) if given else "",
        follow_up=incident,
        group=plan,
    )


def _said_of(line: ChecklistLine, verdict: LineVerdict) -> str:
    noted = line.only_notes and verdict is LineVerdict.PASS
    return "noted" if noted else _RESULTS[verdict]


def _done(result: ChecklistResultRow) -> str:
    return result.note if result.follow_up == FollowUp.FIXED_NOW else ""


def _found_serial(lines: Sequence[tuple[InspectionLine, str]]) -> str:
    """The serial number somebody read off the device; never the one the register has."""
    typed = [line.value.zh for line, kind in lines if kind in SERIAL_KINDS and line.value]
    return typed[0] if typed else ""


def _made_at(
    visit: VisitRow, signatures: Mapping[SignerRole, Signature], around: SheetContext
) -> datetime:
    """The moment of the newest fact; a visit not begun has the start of its day."""
    moments = [m for m in (visit.started_at, visit.finished_at) if m is not None]
    moments += [signature.at for signature in signatures.values()]
    return around.local(max(moments)) if moments else around.midnight(visit.planned_on)


def _signed(
    sheets: list[InspectionSheet], signatures: Mapping[SignerRole, Signature], around: SheetContext
) -> list[InspectionSheet]:
    """The sheets with who signed.  A signature from before there were sheets about the shop stands
    for what was signed, under the sheets of the devices alone."""
    if not signatures:
        return sheets
    contents = signable_sheets(sheets)

    def shown(sheet: InspectionSheet, role: SignerRole) -> SignedBlock | None:
        found = signatures.get(role)
        if found is None:
            return None
        known = found.content_sha256 if found.content_sha256 in contents else contents[0]
        if known != contents[0] and not sheet.device.serial:
            return None
        return signed_of(found, known, around)

    return [
        replace(
            sheet,
            merchant_signed=shown(sheet, SignerRole.MERCHANT),
            technician_signed=shown(sheet, SignerRole.TECHNICIAN),
        )
        for sheet in sheets
    ]
