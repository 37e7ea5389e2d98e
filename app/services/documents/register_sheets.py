"""Fills the documents about terminals and merchants: histories, lists, summaries, labels."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col

from app.domain.errors import InvalidInput, NotFound, Problems
from app.domain.incidents.incidents import down_since
from app.domain.incidents.lifecycle import OPEN_STATES
from app.domain.maintenance.occurrences import OccurrenceOutcome
from app.reports.data.sheets import Issuer, Merchant
from app.reports.documents.device_list import DeviceListSheet, Listed
from app.reports.documents.labels import SHEETS, Label, LabelsSheet
from app.reports.documents.merchant_summary import MerchantSummarySheet
from app.reports.documents.terminal_history import (
    HistoryEntry,
    HistoryIncident,
    PlacementLine,
    TerminalHistorySheet,
)
from app.services.core.context import chunks
from app.services.documents.inspection_evidence import visited
from app.services.documents.sheet_sources import (
    DateSpan,
    SheetContext,
    catalogue_words,
    device_of,
    merchant_of,
)
from app.services.register.terminal_queries import TerminalFilter, list_query, read_terminal
from db.models.incident import IncidentRow
from db.models.maintenance import ChecklistRunRow, OccurrenceRow
from db.models.register import AreaRow, MerchantRow, TechnicianRow, TerminalRow
from db.queries import technician_of

MOST_DEVICES = 20_000
"""Devices one list may hold: five hundred pages."""
LONGEST_HISTORY = 2_000


# --- one terminal --------------------------------------------------------------------------------


def terminal_history_sheet(
    session: Session, terminal_id: str, around: SheetContext, now: datetime
) -> TerminalHistorySheet:
    """Everything about one device.  Raises `NotFound`."""
    terminal = read_terminal(session, terminal_id)
    cases = read_cases(session, around, col(IncidentRow.terminal_id) == terminal_id)
    failures = session.execute(
        sa.select(sa.func.count()).where(
            col(IncidentRow.terminal_id) == terminal_id, col(IncidentRow.item_failure).is_(True)
        )
    ).scalar_one()
    return TerminalHistorySheet(
        number="",
        made_at=around.local(now),
        state=terminal.state,
        device=device_of(terminal),
        merchant=merchant_of(terminal),
        stays=tuple(
            PlacementLine(
                serial=p.serial,
                tid=p.tid,
                merchant=p.merchant_name,
                address=p.address,
                acquirer=p.acquirer,
                since=around.local(p.since),
                until=around.perhaps(p.until),
                ended_because=p.ended_because,
            )
            for p in terminal.placements
        ),
        cases=cases,
        log=tuple(
            HistoryEntry(
                at=around.local(entry.at),
                kind=entry.kind,
                detail=entry.remark,
                by=entry.by,
                change=entry.change,
                reason=entry.reason,
            )
            for entry in terminal.log
        ),
        item_failures=failures,
        open_cases=sum(case.state in OPEN_STATES for case in cases),
    )


def read_cases(
    session: Session, around: SheetContext, *conditions: Any
) -> tuple[HistoryIncident, ...]:
    """Incidents as lines of a list, newest first."""
    query = (
        sa.select(IncidentRow, col(TechnicianRow.name), col(TerminalRow.serial))
        .outerjoin(*technician_of(IncidentRow.technician_id))
        .outerjoin(TerminalRow, col(TerminalRow.id) == col(IncidentRow.terminal_id))
        .where(*conditions)
        .order_by(col(IncidentRow.reported_at).desc(), col(IncidentRow.id).desc())
        .limit(LONGEST_HISTORY)
    )
    return tuple(
        _case(row, technician or "", serial or row.unknown_serial, around)
        for row, technician, serial in session.execute(query)
    )


def _case(row: IncidentRow, technician: str, serial: str, around: SheetContext) -> HistoryIncident:
    down_from = down_since(
        row.down_from, row.reported_at, row.impact, row.confirmed_class, row.mode
    )
    return HistoryIncident(
        number=row.number,
        reported_at=around.local(row.reported_at),
        state=row.state,
        code=row.displayed_code,
        symptom=row.symptom,
        fault_class=row.confirmed_class or row.provisional_class or "",
        confirmed=row.confirmed_class is not None,
        cause=catalogue_words(around.knowledge.causes, row.cause),
        work_done=row.work_done,
        technician=technician,
        restored_at=around.perhaps(row.restored_at),
        down_from=around.perhaps(down_from),
        serial=serial,
        tid=row.tid,
    )


# --- one merchant --------------------------------------------------------------------------------


def merchant_summary_sheet(
    session: Session, merchant_id: str, period: DateSpan, around: SheetContext, now: datetime
) -> MerchantSummarySheet:
    """What was done for a merchant in a period.  Raises `NotFound`."""
    row = session.get(MerchantRow, merchant_id)
    if row is None:
        raise NotFound("merchant", merchant_id)
    first, after = period.bounds(around)
    cases = read_cases(
        session,
        around,
        col(IncidentRow.merchant_id) == merchant_id,
        col(IncidentRow.reported_at) >= first,
        col(IncidentRow.reported_at) < after,
    )
    area = session.get(AreaRow, row.area_id) if row.area_id else None
    devices = read_devices(session, TerminalFilter(merchant_id=merchant_id), around, now)
    down = [
        case.restored_at - case.down_from for case in cases if case.restored_at and case.down_from
    ]
    return MerchantSummarySheet(
        number="",
        made_at=around.local(now),
        since=period.since,
        until=period.until,
        merchant=Merchant(
            name=row.name,
            mid=row.mid,
            uscc=row.uscc,
            address=row.address,
            registered_address=row.address,
            area=area.name if area else "",
            contact=row.contact_name,
            phone=row.phone,
            acquirer=_acquirers(session, merchant_id),
        ),
        devices=devices,
        cases=cases,
        visits=visited(session, merchant_id, period.since, period.until),
        open_cases=sum(case.state in OPEN_STATES for case in cases),
        minutes_down=round(sum(down, timedelta()).total_seconds() / 60),
        remarks=row.remarks,
    )


def _acquirers(session: Session, merchant_id: str) -> str:
    summaries = list_query(session, TerminalFilter(merchant_id=merchant_id)).first(session, 200)
    return " · ".join(sorted({item.acquirer for item in summaries if item.acquirer}))


# --- lists ---------------------------------------------------------------------------------------


def device_list_sheet(
    session: Session, wanted: TerminalFilter, scope: str, around: SheetContext, now: datetime
) -> DeviceListSheet:
    """The devices a filter finds, by area."""
    devices = read_devices(session, wanted, around, now)
    return DeviceListSheet("", around.local(now), scope, devices)


def read_devices(
    session: Session, wanted: TerminalFilter, around: SheetContext, now: datetime
) -> tuple[Listed, ...]:
    """Devices with their last inspection, by area and serial number."""
    summaries = list_query(session, wanted).first(session, MOST_DEVICES)
    ids = [item.id for item in summaries]
    facts = _device_facts(session, ids)
    runs = _last_runs(session, ids)
    due = _next_due(session, ids, around.local(now).date())
    devices = [
        Listed(
            manufacturer=item.manufacturer,
            model=item.model,
            serial=item.serial,
            tid=item.tid,
            state=item.state,
            merchant=item.merchant_name,
            address=item.address,
            area=item.area,
            seal_no=facts[item.id][0],
            installed_on=facts[item.id][1],
            inspected_on=around.local(runs[item.id][0]).date() if item.id in runs else None,
            inspection=("passed" if runs[item.id][1] else "failed") if item.id in runs else "",
            next_due=due.get(item.id),
        )
        for item in summaries
    ]
    return tuple(sorted(devices, key=lambda device: (device.area, device.serial)))


def _device_facts(session: Session, ids: list[str]) -> dict[str, tuple[str, date | None]]:
    found: dict[str, tuple[str, date | None]] = {}
    for part in chunks(ids):
        query = sa.select(
            col(TerminalRow.id), col(TerminalRow.seal_no), col(TerminalRow.installed_on)
        ).where(col(TerminalRow.id).in_(part))
        found |= {key: (seal, installed) for key, seal, installed in session.execute(query)}
    return found


def _last_runs(session: Session, ids: list[str]) -> dict[str, tuple[datetime, bool]]:
    """When each device's newest finished checklist was, and whether it passed."""
    found: dict[str, tuple[datetime, bool]] = {}
    for part in chunks(ids):
        query = (
            sa.select(
                col(ChecklistRunRow.terminal_id),
                col(ChecklistRunRow.finished_at),
                col(ChecklistRunRow.passed),
            )
            .where(
                col(ChecklistRunRow.terminal_id).in_(part),
                col(ChecklistRunRow.finished_at).is_not(None),
            )
            .order_by(col(ChecklistRunRow.finished_at), col(ChecklistRunRow.id))
        )
        for terminal_id, finished_at, passed in session.execute(query):
            found[terminal_id] = (finished_at, passed)
    return found


def _next_due(session: Session, ids: list[str], today: date) -> dict[str, date]:
    """The next day somebody has committed to for each device."""
    found: dict[str, date] = {}
    for part in chunks(ids):
        query = (
            sa.select(col(OccurrenceRow.terminal_id), sa.func.min(col(OccurrenceRow.due_on)))
            .where(
                col(OccurrenceRow.terminal_id).in_(part),
                col(OccurrenceRow.outcome) == OccurrenceOutcome.OPEN,
                col(OccurrenceRow.due_on) >= today,
            )
            .group_by(col(OccurrenceRow.terminal_id))
        )
        for terminal_id, day in session.execute(query):
            found[terminal_id] = day if isinstance(day, date) else date.fromisoformat(day)
    return found


# --- labels --------------------------------------------------------------------------------------

LABEL_FIELDS = ("serial", "tid", "merchant", "model", "address", "area", "company", "phone")
"""What a label may say, besides its title."""
LABEL_TITLES = ("tid", "serial", "merchant")
LABEL_CODES = ("full", "serial", "tid", "none")
"""What its QR code may say: everything a scanner needs, one number, or nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelChoice:
    """How labels are wanted; `most` of them, or all when it is 0."""

    stickers: str = "a4-24"
    start: int = 1
    title: str = "tid"
    fields: tuple[str, ...] = ("serial", "merchant", "phone")
    code: str = "full"
    outlines: bool = False
    most: int = 0


def check_labels(choice: LabelChoice) -> LabelChoice:
    """The choice, if it is one.  Raises `InvalidInput`."""
    problems = Problems()
    for name, value, known in (
        ("stickers", choice.stickers, SHEETS),
        ("title", choice.title, LABEL_TITLES),
        ("code", choice.code, LABEL_CODES),
        *(("fields", field, LABEL_FIELDS) for field in choice.fields),
    ):
        if value not in known:
            problems.add(name, "choice.unknown", value=value)
    sheet = SHEETS.get(choice.stickers)
    if sheet is not None and not 1 <= choice.start <= sheet.count:
        problems.add("start", "number.out_of_range", value=choice.start, least=1, most=sheet.count)
    problems.raise_if_any()
    return choice


def labels_sheet(
    session: Session,
    wanted: TerminalFilter,
    choice: LabelChoice,
    house: Issuer,
    around: SheetContext,
    now: datetime,
) -> LabelsSheet:
    """Labels for the devices a filter finds.  Raises `InvalidInput`."""
    check_labels(choice)
    devices = read_devices(session, wanted, around, now)
    if not devices:
        raise InvalidInput.of("words", "document.nothing_selected")
    return LabelsSheet(
        number="",
        made_at=around.local(now),
        stickers=choice.stickers,
        labels=tuple(_label(device, choice, house) for device in devices[: choice.most or None]),
        start=choice.start,
        outlines=choice.outlines,
    )


def _label(device: Listed, choice: LabelChoice, house: Issuer) -> Label:
    texts = {
        "serial": device.serial,
        "tid": device.tid,
        "merchant": device.merchant,
        "model": f"{device.manufacturer} {device.model}".strip(),
        "address": device.address,
        "area": device.area,
        "company": house.company,
        "phone": house.phone,
    }
    codes = {
        "full": f"POSCARE;T;{device.serial};{device.tid}",
        "serial": device.serial,
        "tid": device.tid,
        "none": "",
    }
    title = texts[choice.title] or device.serial
    lines: Sequence[str] = [texts[name] for name in choice.fields if texts[name] != title]
    return Label(title, tuple(line for line in lines if line), codes[choice.code])
