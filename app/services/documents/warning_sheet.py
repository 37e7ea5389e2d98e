"""Fills the warning digest: what the data gives cause to look at, with the records behind."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlmodel import Session, col

from app.domain.register.terminals import TerminalState
from app.languages import LocalizedText
from app.reports.documents.warning_digest import SEVERITIES, WarningDigestSheet, WarningLine
from app.services.documents.inspection_evidence import inspected
from app.services.documents.sheet_sources import SheetContext
from app.services.incidents.deadlines import overdue
from db.models.incident import IncidentRow
from db.models.register import (
    AreaRow,
    ManufacturerRow,
    MerchantRow,
    PlacementRow,
    TerminalModelRow,
    TerminalRow,
)

REPEATS, REPEAT_DAYS = 3, 90
"""Own failures of one terminal within so many days that point at the device, not at chance."""
LOOK_BACK_DAYS = 31
WARRANTY_DAYS = 30
MOST_EVIDENCE = 12


def warning_digest_sheet(
    session: Session, area: str, around: SheetContext, now: datetime
) -> WarningDigestSheet:
    """The warnings that stand now, most serious first."""
    found = [
        *_substituted(session, area, around, now),
        *_overdue(session, area, around, now),
        *_failing_again(session, area, around, now),
        *_warranty(session, area, around, now),
    ]
    found.sort(key=lambda item: SEVERITIES.index(item.severity))
    return WarningDigestSheet("", around.local(now), area, tuple(found))


def _substituted(
    session: Session, area: str, around: SheetContext, now: datetime
) -> Iterator[WarningLine]:
    """An inspection found another serial number than the list has."""
    terminals = _terminals(session, area)
    since = now - timedelta(days=LOOK_BACK_DAYS)
    for item in inspected(session, since, now + timedelta(days=1), set(terminals), around):
        if item.found_serial and item.found_serial.upper() != item.serial.upper():
            yield WarningLine(
                "high",
                LocalizedText("疑似调包", "Suspected substitution"),
                f"{item.serial} {item.merchant}".strip(),
                LocalizedText(
                    f"现场序列号 {item.found_serial} 与台账不一致。",
                    f"Serial number {item.found_serial} found there differs from the list.",
                ),
                tuple(filter(None, (item.number, item.follow_up))),
                LocalizedText(
                    "当天停用并通知收单机构。", "Stop using it today and tell the acquirer."
                ),
                item.at,
            )


def _terminals(session: Session, area: str) -> dict[str, str]:
    query = (
        sa.select(col(TerminalRow.id), col(TerminalRow.serial))
        .outerjoin(
            PlacementRow,
            sa.and_(
                col(PlacementRow.terminal_id) == col(TerminalRow.id),
                col(PlacementRow.until).is_(None),
            ),
        )
        .outerjoin(MerchantRow, col(MerchantRow.id) == col(PlacementRow.merchant_id))
        .outerjoin(AreaRow, col(AreaRow.id) == col(MerchantRow.area_id))
    )
    if area:
        query = query.where(col(AreaRow.name) == area)
    return {key: serial for key, serial in session.execute(query)}


def _overdue(
    session: Session, area: str, around: SheetContext, now: datetime
) -> Iterator[WarningLine]:
    """Open incidents whose deadline has passed, in one warning."""
    query = (
        sa.select(col(IncidentRow.number), col(IncidentRow.resolve_due_at))
        .outerjoin(MerchantRow, col(MerchantRow.id) == col(IncidentRow.merchant_id))
        .outerjoin(AreaRow, col(AreaRow.id) == col(MerchantRow.area_id))
        .where(overdue(now))
        .order_by(col(IncidentRow.resolve_due_at))
    )
    if area:
        query = query.where(col(AreaRow.name) == area)
    rows = session.execute(query).all()
    if rows:
        yield WarningLine(
            "medium",
            LocalizedText("异常事件超期", "Incidents past their deadline"),
            "",
            LocalizedText(f"{len(rows)} 起未在期限内解决。", f"{len(rows)} not resolved in time."),
            tuple(number for number, _ in rows[:MOST_EVIDENCE]),
            LocalizedText("今天逐一落实负责人和时间。", "Settle today who does each, and when."),
            around.local(rows[0][1]),
        )


def _failing_again(
    session: Session, area: str, around: SheetContext, now: datetime
) -> Iterator[WarningLine]:
    """Terminals whose own failures keep coming back."""
    query = (
        sa.select(
            col(TerminalRow.serial),
            col(MerchantRow.name),
            col(IncidentRow.number),
            col(IncidentRow.reported_at),
        )
        .join(TerminalRow, col(TerminalRow.id) == col(IncidentRow.terminal_id))
        .outerjoin(MerchantRow, col(MerchantRow.id) == col(IncidentRow.merchant_id))
        .outerjoin(AreaRow, col(AreaRow.id) == col(MerchantRow.area_id))
        .where(
            col(IncidentRow.item_failure).is_(True),
            col(IncidentRow.reported_at) >= now - timedelta(days=REPEAT_DAYS),
            col(TerminalRow.state) != TerminalState.RETIRED,
        )
        .order_by(col(IncidentRow.reported_at), col(IncidentRow.id))
    )
    if area:
        query = query.where(col(AreaRow.name) == area)
    by_terminal: dict[tuple[str, str], list[tuple[str, datetime]]] = defaultdict(list)
    for serial, merchant, number, reported_at in session.execute(query):
        by_terminal[serial, merchant or ""].append((number, reported_at))
    for (serial, merchant), cases in sorted(by_terminal.items(), key=lambda item: -len(item[1])):
        if len(cases) >= REPEATS:
            yield WarningLine(
                "medium",
                LocalizedText("同一终端反复故障", "The same terminal fails again and again"),
                f"{serial} {merchant}".strip(),
                LocalizedText(
                    f"{REPEAT_DAYS} 天内 {len(cases)} 次自身故障。",
                    f"{len(cases)} failures of its own in {REPEAT_DAYS} days.",
                ),
                tuple(number for number, _ in cases[-MOST_EVIDENCE:]),
                LocalizedText("更换终端并送检。", "Swap the terminal and have it examined."),
                around.local(cases[0][1]),
            )


def _warranty(
    session: Session, area: str, around: SheetContext, now: datetime
) -> Iterator[WarningLine]:
    """Devices in service whose warranty ends soon, by model."""
    today = around.local(now).date()
    query = (
        sa.select(
            col(ManufacturerRow.name),
            col(TerminalModelRow.name),
            col(TerminalRow.id),
            col(TerminalRow.serial),
        )
        .join(TerminalModelRow, col(TerminalModelRow.id) == col(TerminalRow.model_id))
        .join(ManufacturerRow, col(ManufacturerRow.id) == col(TerminalModelRow.manufacturer_id))
        .where(
            col(TerminalRow.state) == TerminalState.IN_SERVICE,
            col(TerminalRow.warranty_until).between(today, today + timedelta(days=WARRANTY_DAYS)),
        )
        .order_by(col(TerminalRow.warranty_until), col(TerminalRow.serial))
    )
    inside = set(_terminals(session, area)) if area else None
    by_model: dict[str, list[str]] = defaultdict(list)
    for maker, model, terminal_id, serial in session.execute(query):
        if inside is None or terminal_id in inside:
            by_model[f"{maker} {model}"].append(serial)
    for model, serials in sorted(by_model.items(), key=lambda item: -len(item[1])):
        yield WarningLine(
            "low",
            LocalizedText("保修即将到期", "Warranty ends soon"),
            model,
            LocalizedText(
                f"{len(serials)} 台在 {WARRANTY_DAYS} 天内到期。",
                f"{len(serials)} within {WARRANTY_DAYS} days.",
            ),
            tuple(serials[:MOST_EVIDENCE]),
            LocalizedText("到期前安排一次检测。", "Have them examined before it ends."),
        )
