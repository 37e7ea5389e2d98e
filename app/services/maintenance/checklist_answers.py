"""How the answers of a checklist that is worked through are read."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col

from app.domain.maintenance.checklist_lines import LineAnswer, LineVerdict
from app.domain.maintenance.checklists import FollowUp, LineResult
from app.services.maintenance.plan_queries import checklist_asked
from db.models.incident import IncidentRow
from db.models.maintenance import ChecklistResultRow, ChecklistRunRow
from db.together import Asked, send_ahead

_RESULT: Any = ChecklistResultRow.__table__  # type: ignore[attr-defined]


def look_for_run(session: Session, row: ChecklistRunRow) -> None:
    """Ask what a run consists of with the next query: its lines and the answers."""
    send_ahead(session, results_asked(row.id), *checklist_asked(row.checklist_id))


def results_asked(run_id: str) -> Asked:
    """The answers of a run, each with the number of its incident as ``incident_number``."""
    query: Any = sa.select(_RESULT, col(IncidentRow.number).label("incident_number"))
    known = query.select_from(_RESULT).outerjoin(
        IncidentRow, col(IncidentRow.id) == _RESULT.c.incident_id
    )
    return known.where(_RESULT.c.run_id == run_id), {}


def answer_row(session: Session, run_id: str, line_key: str) -> ChecklistResultRow | None:
    """The row of the answer to a line; None when it was not answered yet."""
    query = sa.select(ChecklistResultRow).where(
        col(ChecklistResultRow.run_id) == run_id, col(ChecklistResultRow.line) == line_key
    )
    found: ChecklistResultRow | None = session.execute(query).scalar()
    return found


def with_incident(session: Session, row: ChecklistResultRow) -> LineResult:
    """An answer and the number of the incident it led to."""
    incident = session.get(IncidentRow, row.incident_id) if row.incident_id else None
    return line_result(row, incident.number if incident else "")


def line_result(row: Any, incident_number: str) -> LineResult:
    """A stored answer."""
    return LineResult(
        line=row.line,
        answer=LineAnswer(LineVerdict(row.verdict), row.value, row.number, row.remark),
        follow_up=None if row.follow_up is None else FollowUp(row.follow_up),
        note=row.note,
        incident_id=row.incident_id or "",
        incident_number=incident_number,
    )
