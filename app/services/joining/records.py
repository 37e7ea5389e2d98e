"""The records of a computer as they are brought to an office, and what makes two the same."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session

from db import contents
from db.models.everything import metadata
from db.types import DayText, Moment

SAME_BY: Mapping[str, tuple[str, ...]] = {
    "area": ("name",),
    "acquirer": ("name",),
    "manufacturer": ("name",),
    "terminal_model": ("manufacturer_id", "name"),
    "merchant": ("mid",),
    "terminal": ("serial_key",),
    "placement": (),
    "custody": (),
    "terminal_event": (),
    "technician": ("code",),
    "technician_area": ("technician_id", "area_id"),
    "technician_skill": ("technician_id", "skill"),
    "absence": ("technician_id", "first_on", "last_on"),
    "working_week": ("technician_id", "weekday"),
    "support_contact": ("role", "organisation", "phone"),
    "service_agreement": ("name",),
    "import_run": (),
    "calendar_day": ("day",),
    "company_day": ("day",),
    "territory_site": ("merchant_id",),
    "vehicle": ("plate",),
    "incident": (),
    "incident_event": (),
    "work_entry": (),
    "part_kind": ("number",),
    "part_fits": ("part_kind_id", "model_id"),
    "part_used": (),
    "stock_movement": (),
    "incident_test": (),
    "diagnosis": (),
    "diagnosis_evidence": (),
    "knowledge_edit": (),
    "plan": ("key",),
    "plan_version": ("plan_id", "number"),
    "checklist": ("key", "edition"),
    "checklist_line": ("checklist_id", "key"),
    "maintenance_anchor": ("subject",),
    "generation": (),
    "visit": (),
    "visit_event": (),
    "visit_companion": ("visit_id",),
    "dispatch": (),
    "campaign": (),
    "campaign_task": ("campaign_id", "terminal_id"),
    "warning_case": (),
    "warning_event": (),
    "occurrence": ("version_id", "subject", "slot"),
    "checklist_run": ("occurrence_id",),
    "checklist_result": ("run_id", "line"),
    "meter_reading": ("terminal_id", "kind", "read_on"),
    "attachment": (),
    "paper_key": ("public",),
    "signature": (),
    "issued_document": (),
    "hand_out": (),
    "calendar_entry": ("technician_id", "visit_id"),
}
"""The tables that are brought, parents before children, and by which columns a row is the same as
one that is there already, whatever its key; by its key alone where there are none."""

COUNTED = ("terminal", "merchant", "incident", "visit", "attachment")
"""The records people are told the number of."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BroughtState:
    """Everything a computer holds but its log: the rows of each table as JSON values by column, and
    the last number given out by device and kind of document.

    `until` is the number of the last operation of the computer whose effect the rows have.
    """

    until: int
    tables: Mapping[str, tuple[Mapping[str, Any], ...]]
    counters: tuple[tuple[str, str, int], ...] = ()


def read_state(session: Session, until: int) -> BroughtState:
    """The records of an open database."""
    connection = session.connection()
    rows = {name: tuple(contents.rows_of(connection, table_of(name))) for name in SAME_BY}
    counters = sa.select(metadata.tables["counter"]).order_by(sa.text("device, kind"))
    return BroughtState(
        until=until,
        tables={name: found for name, found in rows.items() if found},
        counters=tuple((row.device, row.kind, row.last) for row in session.execute(counters)),
    )


def table_of(name: str) -> sa.Table:
    """The table of this name."""
    return metadata.tables[name]


def as_stored(table: sa.Table, row: Mapping[str, Any]) -> dict[str, Any]:
    """A row of JSON values as the database takes it."""
    return {
        column.name: _stored(column.type, row[column.name])
        for column in table.c
        if column.name in row
    }


def _stored(kind: Any, value: Any) -> Any:
    if value is None:
        return None
    if isinstance(kind, Moment):
        return datetime.fromisoformat(value)
    return date.fromisoformat(value) if isinstance(kind, DayText) else value
