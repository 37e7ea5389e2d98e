"""Compliance figures, and the evidence behind them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col

from app.domain.assets import TerminalState
from app.domain.compliance import COUNTED, Compliance, tally
from app.domain.occurrences import Occurrence, Outcome
from app.services.occurrence_queries import (
    OccurrenceFilter,
    narrowed,
    read_stored,
    stored_query,
)
from app.services.plan_queries import read_terminals
from app.services.workplace import Workplace, chunks
from db.models.incident import IncidentRow
from db.models.maintenance import (
    ChecklistResultRow,
    ChecklistRow,
    ChecklistRunRow,
    OccurrenceRow,
    PlanRow,
)
from db.models.register import MerchantRow, TerminalRow

GROUPINGS: dict[str, Callable[[Occurrence], str]] = {
    "plan": lambda item: item.plan_key,
    "area": lambda item: item.area,
    "technician": lambda item: item.done_by or item.technician,
}
"""By what the figures can be broken down."""


@dataclass(frozen=True, slots=True)
class ComplianceView:
    """Figures of a period: all together, by group, and the cases that were not on time."""

    first: date
    last: date
    total: Compliance
    groups: tuple[Compliance, ...]
    not_on_time: tuple[Occurrence, ...]


@dataclass(frozen=True, slots=True)
class Device:
    """One line of the device list of PCI DSS 9.5.1.1."""

    serial: str
    manufacturer: str
    model: str
    tid: str
    merchant_name: str
    address: str
    area: str
    state: TerminalState
    last_inspected_on: date | None
    next_due_on: date | None


@dataclass(frozen=True, slots=True)
class Inspection:
    """One inspection of PCI DSS 9.5.1.2: who compared what when, and what came of it."""

    serial: str
    found_serial: str
    merchant_name: str
    checklist_zh: str
    checklist_en: str
    finished_at: datetime
    by: str
    passed: bool
    failed_lines: tuple[str, ...]
    incidents: tuple[str, ...]


class ComplianceBook:
    """Use cases of compliance."""

    def __init__(self, workplace: Workplace) -> None:
        self._workplace = workplace

    def view(
        self, first: date, last: date, by: str = "plan", wanted: OccurrenceFilter | None = None
    ) -> ComplianceView:
        """The figures of the windows that closed between two days (today at the latest)."""
        today = self._workplace.today()
        until = min(last, today)
        group = GROUPINGS[by]
        with self._workplace.read() as session:
            query = stored_query().where(
                col(OccurrenceRow.outcome).in_(COUNTED),
                col(OccurrenceRow.window_until).between(first, until),
            )
            found = read_stored(session, narrowed(query, wanted or OccurrenceFilter()))
        # A window that closes today is still open for the rest of the day unless it is settled.
        closed = [
            item for item in found
            if item.window_until < today or item.outcome is not Outcome.OPEN
        ]  # fmt: skip
        states = [(item, item.state(today)) for item in closed]
        groups = tally((group(item), state) for item, state in states)
        (total, *_) = (*tally(("", state) for _, state in states), Compliance(""))
        return ComplianceView(
            first, last, total, groups,
            tuple(item for item, state in states if state.value != "done"),
        )  # fmt: skip

    def devices(self, plan_key: str = "tamper") -> tuple[Device, ...]:
        """The device list: make, model, serial number, place, and when it was last inspected."""
        with self._workplace.read() as session:
            done = self._last_done(session, plan_key)
            upcoming = self._next_due(session, plan_key)
            return tuple(
                Device(
                    t.serial, t.manufacturer, t.model, t.tid, t.merchant_name, t.address, t.area,
                    t.state, done.get(t.key), upcoming.get(t.key),
                )
                for t in sorted(read_terminals(session), key=lambda t: (t.area, t.serial))
            )  # fmt: skip

    def _last_done(self, session: Session, plan_key: str) -> dict[str, date]:
        rows = session.execute(
            sa.select(col(OccurrenceRow.subject), sa.func.max(col(OccurrenceRow.done_on)))
            .join(PlanRow, col(PlanRow.id) == col(OccurrenceRow.plan_id))
            .where(col(PlanRow.key) == plan_key, col(OccurrenceRow.outcome) == Outcome.DONE)
            .group_by(col(OccurrenceRow.subject))
        )
        return {subject: day for subject, day in rows}

    def _next_due(self, session: Session, plan_key: str) -> dict[str, date]:
        rows = session.execute(
            sa.select(col(OccurrenceRow.subject), sa.func.min(col(OccurrenceRow.due_on)))
            .join(PlanRow, col(PlanRow.id) == col(OccurrenceRow.plan_id))
            .where(col(PlanRow.key) == plan_key, col(OccurrenceRow.outcome) == Outcome.OPEN)
            .group_by(col(OccurrenceRow.subject))
        )
        return {subject: day for subject, day in rows}

    def inspections(
        self, first: date, last: date, plan_key: str = "tamper"
    ) -> tuple[Inspection, ...]:
        """The inspections done between two days, as evidence."""
        query: Any = (
            sa.select(
                col(ChecklistRunRow.id), col(OccurrenceRow.id), col(TerminalRow.serial),
                col(ChecklistRow.title_zh), col(ChecklistRow.title_en),
                col(ChecklistRunRow.finished_at), col(ChecklistRunRow.actor),
                col(ChecklistRunRow.passed), col(MerchantRow.name),
            )
            .join(OccurrenceRow, col(OccurrenceRow.id) == col(ChecklistRunRow.occurrence_id))
            .join(PlanRow, col(PlanRow.id) == col(OccurrenceRow.plan_id))
            .join(ChecklistRow, col(ChecklistRow.id) == col(ChecklistRunRow.checklist_id))
            .outerjoin(TerminalRow, col(TerminalRow.id) == col(ChecklistRunRow.terminal_id))
            .outerjoin(MerchantRow, col(MerchantRow.id) == col(OccurrenceRow.merchant_id))
            .where(
                col(PlanRow.key) == plan_key,
                col(OccurrenceRow.done_on).between(first, last),
                col(ChecklistRunRow.finished_at).is_not(None),
            )
            .order_by(col(ChecklistRunRow.finished_at), col(ChecklistRunRow.id))
        )  # fmt: skip
        with self._workplace.read() as session:
            rows = session.execute(query).all()
            results = self._results(session, [row[0] for row in rows])
        return tuple(_inspection(row, results.get(row[0], [])) for row in rows)

    def _results(
        self, session: Session, run_ids: list[str]
    ) -> dict[str, list[tuple[str, str, str, str]]]:
        query: Any = sa.select(
            col(ChecklistResultRow.run_id), col(ChecklistResultRow.line),
            col(ChecklistResultRow.verdict), col(ChecklistResultRow.value),
            col(IncidentRow.number),
        )  # fmt: skip
        query = query.outerjoin(
            IncidentRow, col(IncidentRow.id) == col(ChecklistResultRow.incident_id)
        )
        found: dict[str, list[tuple[str, str, str, str]]] = {}
        for part in chunks(run_ids):
            rows = session.execute(query.where(col(ChecklistResultRow.run_id).in_(part)))
            for run_id, line, verdict, value, number in rows:
                found.setdefault(run_id, []).append((line, verdict, value, number or ""))
        return found


def _inspection(row: Any, results: list[tuple[str, str, str, str]]) -> Inspection:
    _, _, serial, zh, en, finished_at, by, passed, merchant = row
    return Inspection(
        serial=serial or "",
        found_serial=next((value for line, _, value, _ in results if line == "serial"), ""),
        merchant_name=merchant or "",
        checklist_zh=zh,
        checklist_en=en,
        finished_at=finished_at,
        by=by,
        passed=passed,
        failed_lines=tuple(line for line, verdict, _, _ in results if verdict == "fail"),
        incidents=tuple(number for *_, number in results if number),
    )
