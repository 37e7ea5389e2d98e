"""Whether the inspection before use was done."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import sqlalchemy as sa
from sqlmodel import Session, col

from app.domain.maintenance.plans import Subject, admits
from app.domain.register.terminals import TerminalEventKind, TerminalState
from app.services.maintenance.plan_queries import read_plans, read_terminals
from db.models.maintenance import ChecklistRunRow
from db.models.register import TerminalEventRow


def inspection_missing(session: Session, terminal_id: str, today: date) -> bool:
    """Whether an active plan asks for an inspection before use, and none was passed since the
    terminal last left service."""
    subjects = read_terminals(session, [terminal_id])
    if not subjects or not _required(session, subjects[0], today):
        return False
    left = session.execute(
        sa.select(sa.func.max(col(TerminalEventRow.at))).where(
            col(TerminalEventRow.terminal_id) == terminal_id,
            col(TerminalEventRow.kind) == TerminalEventKind.STATE,
            col(TerminalEventRow.old) == TerminalState.IN_SERVICE,
        )
    ).scalar()
    passed = sa.select(sa.func.count()).where(
        col(ChecklistRunRow.terminal_id) == terminal_id,
        col(ChecklistRunRow.passed).is_(True),
        col(ChecklistRunRow.gate).is_(True),
    )
    if left is not None:
        passed = passed.where(col(ChecklistRunRow.finished_at) > left)
    return not session.execute(passed).scalar_one()


def _required(session: Session, subject: Subject, today: date) -> bool:
    for plan in read_plans(session, everything=False):
        contents = plan.at(today).contents
        # Whatever state the device is in now: it is about to go into service.
        meant = replace(contents.subjects, states=(subject.state,))
        if contents.gate and contents.starts_on <= today and admits(meant, subject):
            return True
    return False
