"""The inspection before use: whether a terminal may go into service."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Protocol

import sqlalchemy as sa
from sqlmodel import Session, col

from app.domain.plans import Subject, admits
from app.services.plan_queries import read_plans, read_terminals
from app.services.workplace import Workplace, Writing
from db.models.maintenance import ChecklistRunRow
from db.models.register import TerminalEventRow


class Gate(Protocol):
    """What the register asks before a terminal goes into service."""

    def missing(self, writing: Writing, terminal_id: str) -> bool:
        """Whether an inspection is required and was not passed."""


class _Open:
    def missing(self, writing: Writing, terminal_id: str) -> bool:
        """Nothing is required."""
        return False


OPEN_GATE: Gate = _Open()


class InspectionGate:
    """Requires what the active plans marked as a gate ask for.

    An inspection counts from the time the device last left service: one passed before a repair says
    nothing about the device after it.
    """

    def __init__(self, workplace: Workplace) -> None:
        self._workplace = workplace

    def missing(self, writing: Writing, terminal_id: str) -> bool:
        """Whether an inspection is required and was not passed since the device left service."""
        session = writing.session
        subjects = read_terminals(session, [terminal_id])
        if not subjects or not _required(session, subjects[0], self._workplace.today()):
            return False
        left = session.execute(
            sa.select(sa.func.max(col(TerminalEventRow.at))).where(
                col(TerminalEventRow.terminal_id) == terminal_id,
                col(TerminalEventRow.kind) == "state",
                col(TerminalEventRow.detail).startswith("in_service → "),
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
