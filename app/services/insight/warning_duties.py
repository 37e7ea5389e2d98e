"""Reads what the warnings without statistics need: inspections, deadlines, dates that end."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col

from app.domain.insight.duties import (
    LOOK_BACK_DAYS,
    WARRANTY_DAYS,
    OverdueIncidents,
    SerialCheck,
    WarrantyEnd,
    overdue_warnings,
    substitution_warnings,
    warranty_warnings,
)
from app.domain.insight.warnings import MOST_EVIDENCE, StandingWarning
from app.domain.maintenance.checklist_lines import SERIAL_KINDS
from app.domain.register.terminals import TerminalState
from app.services.insight.as_of import AsOf
from db.deadlines import overdue
from db.models.incident import IncidentRow
from db.models.maintenance import (
    ChecklistLineRow,
    ChecklistResultRow,
    ChecklistRunRow,
    OccurrenceRow,
    VisitRow,
)
from db.models.register import (
    AreaRow,
    ManufacturerRow,
    MerchantRow,
    PlacementRow,
    TerminalModelRow,
    TerminalRow,
)
from db.queries import AREA, MANUFACTURER, MODEL, merchant_of, present_placement


def duty_warnings(session: Session, when: AsOf, area: str) -> list[StandingWarning]:
    """Every warning of the rules that need no statistics."""
    return [
        *substitution_warnings(_serial_checks(session, when.moment, area)),
        *overdue_warnings(_overdue(session, when.moment, area)),
        *warranty_warnings(_warranty_ends(session, when.today, area)),
    ]


def _in_area(query: Any, area: str) -> Any:
    return query.where(col(AreaRow.name) == area) if area else query


def _serial_checks(session: Session, now: datetime, area: str) -> Iterator[SerialCheck]:
    """The serial number read first in every checklist finished lately, oldest first."""
    query: Any = (
        sa.select(
            col(ChecklistRunRow.id).label("run_id"),
            col(ChecklistRunRow.finished_at),
            col(TerminalRow.id).label("terminal_id"),
            col(TerminalRow.serial),
            col(ChecklistResultRow.value),
            col(VisitRow.number),
            col(MerchantRow.name).label("merchant_name"),
        )
        .select_from(ChecklistRunRow)
        .join(ChecklistResultRow, col(ChecklistResultRow.run_id) == col(ChecklistRunRow.id))
        .join(
            ChecklistLineRow,
            sa.and_(
                col(ChecklistLineRow.checklist_id) == col(ChecklistRunRow.checklist_id),
                col(ChecklistLineRow.key) == col(ChecklistResultRow.line),
            ),
        )
        .join(TerminalRow, col(TerminalRow.id) == col(ChecklistRunRow.terminal_id))
        .join(OccurrenceRow, col(OccurrenceRow.id) == col(ChecklistRunRow.occurrence_id))
        .outerjoin(VisitRow, col(VisitRow.id) == col(OccurrenceRow.visit_id))
        .outerjoin(*present_placement())
        .outerjoin(*merchant_of(PlacementRow.merchant_id))
        .outerjoin(*AREA)
        .where(
            col(ChecklistRunRow.finished_at) >= now - timedelta(days=LOOK_BACK_DAYS),
            col(ChecklistLineRow.kind).in_(SERIAL_KINDS),
            col(ChecklistResultRow.value) != "",
        )
        .order_by(
            col(ChecklistRunRow.finished_at),
            col(ChecklistRunRow.id),
            col(ChecklistLineRow.position),
        )
    )
    rows: dict[str, Any] = {}
    for row in session.execute(_in_area(query, area)):
        rows.setdefault(row.run_id, row)
    followed = _followed(session, now)
    for run_id, row in rows.items():
        yield SerialCheck(
            terminal_id=row.terminal_id,
            registered=row.serial,
            found=row.value,
            merchant_name=row.merchant_name or "",
            at=row.finished_at,
            records=tuple(filter(None, (row.number, *followed[run_id]))),
        )


def _followed(session: Session, now: datetime) -> dict[str, list[str]]:
    """Numbers of the incidents that checklists finished lately led to, by checklist."""
    query = (
        sa.select(col(ChecklistResultRow.run_id), col(IncidentRow.number))
        .join(IncidentRow, col(IncidentRow.id) == col(ChecklistResultRow.incident_id))
        .join(ChecklistRunRow, col(ChecklistRunRow.id) == col(ChecklistResultRow.run_id))
        .where(col(ChecklistRunRow.finished_at) >= now - timedelta(days=LOOK_BACK_DAYS))
        .order_by(col(IncidentRow.number))
        .distinct()
    )
    found: dict[str, list[str]] = defaultdict(list)
    for run_id, number in session.execute(query):
        found[run_id].append(number)
    return found


def _overdue(session: Session, now: datetime, area: str) -> OverdueIncidents | None:
    query: Any = (
        sa.select(
            col(IncidentRow.number),
            col(IncidentRow.resolve_due_at),
            sa.func.count().over().label("amount"),
        )
        .outerjoin(*merchant_of(IncidentRow.merchant_id))
        .outerjoin(*AREA)
        .where(overdue(now))
        .order_by(col(IncidentRow.resolve_due_at), col(IncidentRow.id))
        .limit(MOST_EVIDENCE)
    )
    rows = session.execute(_in_area(query, area)).all()
    if not rows:
        return None
    return OverdueIncidents(
        count=rows[0].amount,
        numbers=tuple(row.number for row in rows),
        first_due=rows[0].resolve_due_at,
    )


def _warranty_ends(session: Session, today: date, area: str) -> Iterator[WarrantyEnd]:
    """Devices in service whose warranty ends soon, the first to end first."""
    query: Any = (
        sa.select(
            col(TerminalModelRow.id),
            col(ManufacturerRow.name),
            col(TerminalModelRow.name),
            col(TerminalRow.id),
            col(TerminalRow.serial),
        )
        .select_from(TerminalRow)
        .join(*MODEL)
        .join(*MANUFACTURER)
        .outerjoin(*present_placement())
        .outerjoin(*merchant_of(PlacementRow.merchant_id))
        .outerjoin(*AREA)
        .where(
            col(TerminalRow.state) == TerminalState.IN_SERVICE,
            col(TerminalRow.warranty_until).between(today, today + timedelta(days=WARRANTY_DAYS)),
        )
        .order_by(col(TerminalRow.warranty_until), col(TerminalRow.serial))
    )
    for model_id, maker, model, key, serial in session.execute(_in_area(query, area)):
        yield WarrantyEnd(model_id, f"{maker} {model}", key, serial)
