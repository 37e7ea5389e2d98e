"""Reads what was inspected: the visits at a merchant, every finished checklist of a period."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from sqlmodel import Session, col

from app.domain.maintenance.checklist_lines import SERIAL_KINDS, LineVerdict
from app.domain.maintenance.visits import VisitState
from app.languages import COMMA, LocalizedText
from app.reports.documents.device_list import Inspected
from app.reports.documents.merchant_summary import Visited
from app.services.core.context import chunks
from app.services.documents.attachments import counts
from app.services.documents.sheet_sources import SheetContext
from db.models.documents import SignatureRow
from db.models.incident import IncidentRow
from db.models.maintenance import (
    ChecklistLineRow,
    ChecklistResultRow,
    ChecklistRunRow,
    OccurrenceRow,
    PlanVersionRow,
    VisitRow,
)
from db.models.register import MerchantRow, TechnicianRow, TerminalRow
from db.queries import merchant_of, technician_of


@dataclass(frozen=True, slots=True)
class Answered:
    """One answered line of a checklist."""

    text: LocalizedText
    kind: str
    verdict: str
    value: str
    incident: str


def visited(session: Session, merchant_id: str, since: date, until: date) -> tuple[Visited, ...]:
    """The visits at a merchant in a period, newest first."""
    query = (
        sa.select(VisitRow, col(TechnicianRow.name))
        .outerjoin(*technician_of(VisitRow.technician_id))
        .where(
            col(VisitRow.merchant_id) == merchant_id,
            col(VisitRow.planned_on).between(since, until),
            col(VisitRow.state).in_((VisitState.DONE, VisitState.PARTIAL)),
        )
        .order_by(col(VisitRow.planned_on).desc(), col(VisitRow.number).desc())
    )
    rows = session.execute(query).all()
    plans, runs = _tasks_of(session, [row.id for row, _ in rows])
    answers = _answers(session, [run for ids in runs.values() for run in ids])
    found = []
    for row, technician in rows:
        failed = [
            answer.text
            for run in runs[row.id]
            for answer in answers[run]
            if answer.verdict == LineVerdict.FAIL
        ]
        names = list(dict.fromkeys(plans[row.id]))
        # A visit at which no checklist was gone through has no outcome to print.
        answered = any(answers[run] for run in runs[row.id])
        result = "failed" if failed else "passed" if answered else ""
        found.append(
            Visited(
                number=row.number,
                on=row.planned_on,
                what=LocalizedText.joined(names, COMMA),
                technician=technician or "",
                result=result,
                findings=LocalizedText.joined(failed, COMMA),
            )
        )
    return tuple(found)


def _tasks_of(
    session: Session, visit_ids: list[str]
) -> tuple[dict[str, list[LocalizedText]], dict[str, list[str]]]:
    """Names of the plans and ids of the checklists of each visit."""
    plans: dict[str, list[LocalizedText]] = defaultdict(list)
    runs: dict[str, list[str]] = defaultdict(list)
    for part in chunks(visit_ids):
        query = (
            sa.select(
                col(OccurrenceRow.visit_id),
                col(PlanVersionRow.name_zh),
                col(PlanVersionRow.name_en),
                col(ChecklistRunRow.id),
            )
            .join(PlanVersionRow, col(PlanVersionRow.id) == col(OccurrenceRow.version_id))
            .outerjoin(ChecklistRunRow, col(ChecklistRunRow.occurrence_id) == col(OccurrenceRow.id))
            .where(col(OccurrenceRow.visit_id).in_(part))
            .order_by(col(OccurrenceRow.id))
        )
        for visit_id, zh, en, run_id in session.execute(query):
            plans[visit_id].append(LocalizedText(zh, en))
            if run_id is not None:
                runs[visit_id].append(run_id)
    return plans, runs


def inspected(
    session: Session,
    since: datetime,
    after: datetime,
    terminal_ids: set[str],
    around: SheetContext,
) -> tuple[Inspected, ...]:
    """Every finished checklist of these devices between two moments, oldest first."""
    query = (
        sa.select(
            ChecklistRunRow,
            col(TerminalRow.serial),
            col(VisitRow.id),
            col(VisitRow.number),
            col(MerchantRow.name),
        )
        .join(OccurrenceRow, col(OccurrenceRow.id) == col(ChecklistRunRow.occurrence_id))
        .join(TerminalRow, col(TerminalRow.id) == col(ChecklistRunRow.terminal_id))
        .outerjoin(VisitRow, col(VisitRow.id) == col(OccurrenceRow.visit_id))
        .outerjoin(*merchant_of(OccurrenceRow.merchant_id))
        .where(col(ChecklistRunRow.finished_at) >= since, col(ChecklistRunRow.finished_at) < after)
        .order_by(col(ChecklistRunRow.finished_at), col(ChecklistRunRow.id))
    )
    rows = [row for row in session.execute(query) if row[0].terminal_id in terminal_ids]
    answers = _answers(session, [run.id for run, *_ in rows])
    visits = {visit_id for _, _, visit_id, *_ in rows if visit_id}
    photos, signed = counts(session, visits), _signed_visits(session, visits)
    found = []
    for run, serial, visit_id, number, merchant in rows:
        lines = answers[run.id]
        failed = tuple(line.text for line in lines if line.verdict == LineVerdict.FAIL)
        incidents = dict.fromkeys(line.incident for line in lines if line.incident)
        typed = [line.value for line in lines if line.kind in SERIAL_KINDS and line.value]
        found.append(
            Inspected(
                at=around.local(run.finished_at),
                number=number or "",
                serial=serial,
                found_serial=typed[0] if typed else "",
                merchant=merchant or "",
                technician=run.actor,
                result="failed" if failed else "passed",
                failed=failed,
                follow_up=tuple(incidents),
                photos=photos.get(visit_id, 0),
                signed=visit_id in signed,
            )
        )
    return tuple(found)


def _answers(session: Session, run_ids: list[str]) -> dict[str, list[Answered]]:
    """The answered lines of checklists, in their order."""
    found: dict[str, list[Answered]] = defaultdict(list)
    for part in chunks(run_ids):
        query = (
            sa.select(
                col(ChecklistResultRow.run_id),
                col(ChecklistLineRow.text_zh),
                col(ChecklistLineRow.text_en),
                col(ChecklistLineRow.kind),
                col(ChecklistResultRow.verdict),
                col(ChecklistResultRow.value),
                col(IncidentRow.number),
            )
            .join(ChecklistRunRow, col(ChecklistRunRow.id) == col(ChecklistResultRow.run_id))
            .join(
                ChecklistLineRow,
                sa.and_(
                    col(ChecklistLineRow.checklist_id) == col(ChecklistRunRow.checklist_id),
                    col(ChecklistLineRow.key) == col(ChecklistResultRow.line),
                ),
            )
            .outerjoin(IncidentRow, col(IncidentRow.id) == col(ChecklistResultRow.incident_id))
            .where(col(ChecklistResultRow.run_id).in_(part))
            .order_by(col(ChecklistLineRow.position))
        )
        for run_id, zh, en, kind, verdict, value, number in session.execute(query):
            found[run_id].append(
                Answered(LocalizedText(zh, en), kind, verdict, value, number or "")
            )
    return found


def _signed_visits(session: Session, visit_ids: set[str]) -> set[str]:
    found: set[str] = set()
    for part in chunks(sorted(visit_ids)):
        query = sa.select(col(SignatureRow.visit_id)).where(
            col(SignatureRow.visit_id).in_(part), col(SignatureRow.ink).is_not(None)
        )
        found.update(str(visit_id) for visit_id in session.execute(query).scalars())
    return found
