"""Works out the monthly figures from the incidents of a period and of the one before.

Every figure has one definition, printed beside it.  Only classes that are the terminal's own
failure enter reliability; everything else is workload.
"""

from __future__ import annotations

import statistics
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col

from app.domain.incidents.clocks import is_missed
from app.domain.incidents.incidents import down_since
from app.domain.incidents.lifecycle import NOT_COUNTED, Action
from app.reports.documents.monthly import REST, Count, KeyFigure, MonthlySheet, TechnicianLine
from app.services.core.context import chunks
from app.services.documents.sheet_sources import DateSpan, SheetContext
from db.models.incident import IncidentEventRow, IncidentRow, WorkEntryRow
from db.models.register import (
    AreaRow,
    ManufacturerRow,
    TechnicianRow,
    TerminalModelRow,
    TerminalRow,
)
from db.queries import AREA, FAULT_CLASS, MANUFACTURER, MODEL, merchant_of, technician_of

REPEAT_WITHIN = timedelta(days=30)
"""A case of the same class on the same terminal within this time means the first fix did not
hold."""
MOST_BARS = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class _Case:
    """What the figures need of one incident."""

    id: str
    reported_at: datetime
    resolved_at: datetime | None
    due_at: datetime | None
    down_from: datetime | None
    restored_at: datetime | None
    impact: str
    confirmed_class: str | None
    mode: str
    fault_class: str
    item_failure: bool
    reopened: int
    code: str
    terminal_id: str
    area: str
    model: str
    person: str
    technician: str


def monthly_sheet(
    session: Session, period: DateSpan, area: str, around: SheetContext, now: datetime
) -> MonthlySheet:
    """The figures of a period, beside those of the same length before it."""
    first, after = period.bounds(around)
    length = (period.until - period.since).days + 1
    before = _before(period, length)
    reported = _cases(session, area, _between(IncidentRow.reported_at, first, after))
    resolved = _cases(session, area, _between(IncidentRow.resolved_at, first, after))
    figures = _figures(session, period, area, around, (reported, resolved))
    past = _figures(session, before, area, around)
    return MonthlySheet(
        number="",
        made_at=around.local(now),
        since=period.since,
        until=period.until,
        scope=area,
        figures=tuple(
            KeyFigure(
                id=key,
                value=_measured(value),
                before=_measured(past[key]),
                unit=UNITS.get(key, "count"),
            )
            for key, value in figures.items()
        ),
        by_day=_by_day(reported, period.since, length, around),
        by_class=_counted((case.fault_class for case in reported), "fault_class"),
        by_area=_counted(case.area for case in reported),
        by_model=_counted(case.model for case in reported),
        by_code=_counted(case.code for case in reported if case.code),
        technicians=_technicians(session, resolved, _repeated(session, resolved)),
    )


def _before(period: DateSpan, length: int) -> DateSpan:
    """The month before a whole month, else as many days."""
    last = period.since - timedelta(days=1)
    whole = period.since.day == 1 and (period.until + timedelta(days=1)).day == 1
    return DateSpan(last.replace(day=1) if whole else last - timedelta(days=length - 1), last)


def _between(column: Any, first: datetime, after: datetime) -> Any:
    return sa.and_(col(column) >= first, col(column) < after)


_COLUMNS: tuple[Any, ...] = (
    col(IncidentRow.id),
    col(IncidentRow.reported_at),
    col(IncidentRow.resolved_at),
    col(IncidentRow.resolve_due_at).label("due_at"),
    col(IncidentRow.down_from),
    col(IncidentRow.restored_at),
    col(IncidentRow.impact),
    col(IncidentRow.confirmed_class),
    col(IncidentRow.mode),
    FAULT_CLASS.label("fault_class"),
    col(IncidentRow.item_failure),
    col(IncidentRow.reopen_count).label("reopened"),
    col(IncidentRow.displayed_code).label("code"),
    col(IncidentRow.terminal_id),
    sa.func.coalesce(col(AreaRow.name), "").label("area"),
    sa.func.coalesce(col(ManufacturerRow.name), "").label("maker"),
    sa.func.coalesce(col(TerminalModelRow.name), "").label("model"),
    sa.func.coalesce(col(TechnicianRow.code), "").label("person"),
    sa.func.coalesce(col(TechnicianRow.name), "").label("technician"),
)


def _cases(session: Session, area: str, condition: Any) -> list[_Case]:
    query: Any = (
        sa.select(*_COLUMNS)
        .select_from(IncidentRow)
        .outerjoin(*merchant_of(IncidentRow.merchant_id))
        .outerjoin(*AREA)
        .outerjoin(TerminalRow, col(TerminalRow.id) == col(IncidentRow.terminal_id))
        .outerjoin(*MODEL)
        .outerjoin(*MANUFACTURER)
        .outerjoin(*technician_of(IncidentRow.technician_id))
        .where(condition, col(IncidentRow.state).not_in(NOT_COUNTED))
        .order_by(col(IncidentRow.reported_at), col(IncidentRow.id))
    )
    if area:
        query = query.where(col(AreaRow.name) == area)
    found = []
    for row in session.execute(query):
        values: dict[str, Any] = dict(row._mapping)
        values["model"] = f"{values.pop('maker')} {values['model']}".strip()
        values["terminal_id"] = values["terminal_id"] or ""
        found.append(_Case(**values))
    return found


def _figures(
    session: Session,
    period: DateSpan,
    area: str,
    around: SheetContext,
    known: tuple[list[_Case], list[_Case]] | None = None,
) -> dict[str, float | None]:
    first, after = period.bounds(around)
    reported, resolved = known or (
        _cases(session, area, _between(IncidentRow.reported_at, first, after)),
        _cases(session, area, _between(IncidentRow.resolved_at, first, after)),
    )
    promised = [case for case in resolved if case.due_at is not None]
    on_time = sum(
        case.resolved_at is not None and not is_missed(case.due_at, case.resolved_at)
        for case in promised
    )
    repeated = _repeated(session, resolved)
    held = sum(case.reopened == 0 and case.id not in repeated for case in resolved)
    others = sum(not case.item_failure for case in resolved)
    down = [
        (case.restored_at - since).total_seconds() / 3600
        for case in resolved
        if case.restored_at
        and (
            since := down_since(
                case.down_from, case.reported_at, case.impact, case.confirmed_class, case.mode
            )
        )
    ]
    still_open = sa.and_(
        col(IncidentRow.reported_at) < after,
        sa.or_(col(IncidentRow.resolved_at).is_(None), col(IncidentRow.resolved_at) >= after),
    )
    return {
        "reported": len(reported),
        "resolved": len(resolved),
        "on_time": _share(on_time, len(promised)),
        "restoration": round(statistics.median(down), 2) if down else None,
        "first_time": _share(held, len(resolved)),
        "not_item": _share(others, len(resolved)),
        "reopened": _reopened(session, area, first, after),
        "open": len(_cases(session, area, still_open)),
    }


def _share(part: int, whole: int) -> float | None:
    """A percentage; none where there is nothing to divide by."""
    return round(100 * part / whole, 2) if whole else None


def _reopened(session: Session, area: str, first: datetime, after: datetime) -> int:
    query: Any = (
        sa.select(sa.func.count())
        .select_from(IncidentEventRow)
        .join(IncidentRow, col(IncidentRow.id) == col(IncidentEventRow.incident_id))
        .outerjoin(*merchant_of(IncidentRow.merchant_id))
        .outerjoin(*AREA)
        .where(
            col(IncidentEventRow.action) == Action.REOPEN,
            _between(IncidentEventRow.at, first, after),
        )
    )
    if area:
        query = query.where(col(AreaRow.name) == area)
    return int(session.execute(query).scalar_one())


def _repeated(session: Session, resolved: list[_Case]) -> set[str]:
    """Resolved cases after which the same class came back on the same terminal too soon."""
    times = [case.resolved_at for case in resolved if case.resolved_at and case.terminal_id]
    if not times:
        return set()
    query = sa.select(
        col(IncidentRow.id),
        col(IncidentRow.terminal_id),
        col(IncidentRow.reported_at),
        FAULT_CLASS,
    ).where(
        col(IncidentRow.terminal_id).is_not(None),
        col(IncidentRow.reported_at) > min(times),
        col(IncidentRow.reported_at) <= max(times) + REPEAT_WITHIN,
        col(IncidentRow.state).not_in(NOT_COUNTED),
    )
    later: dict[tuple[str, str], list[datetime]] = {}
    for _, terminal_id, reported_at, fault_class in session.execute(query):
        later.setdefault((terminal_id, fault_class), []).append(reported_at)
    return {
        case.id
        for case in resolved
        if case.resolved_at is not None
        and any(
            case.resolved_at < at <= case.resolved_at + REPEAT_WITHIN
            for at in later.get((case.terminal_id, case.fault_class), ())
        )
    }


def _by_day(cases: list[_Case], since: date, length: int, around: SheetContext) -> tuple[int, ...]:
    counted = Counter((around.local(case.reported_at).date() - since).days for case in cases)
    return tuple(counted[day] for day in range(length))


def _counted(names: Iterable[str], kind: str = "") -> tuple[Count, ...]:
    counted = Counter(names)
    ordered = sorted(counted.items(), key=lambda item: (-item[1], item[0]))
    shown = [Count(name, count, kind if name else "") for name, count in ordered[:MOST_BARS]]
    if rest := ordered[MOST_BARS:]:
        shown.append(Count(str(len(rest)), sum(count for _name, count in rest), REST))
    return tuple(shown)


def _technicians(
    session: Session, resolved: list[_Case], repeated: set[str]
) -> tuple[TechnicianLine, ...]:
    """A line for each person; the code stands behind a name that two of them have."""
    minutes = _minutes(session, [case.id for case in resolved])
    by_person: dict[str, list[_Case]] = {}
    for case in resolved:
        by_person.setdefault(case.person, []).append(case)
    names = {person: cases[0].technician or "—" for person, cases in by_person.items()}
    shared = {name for name, count in Counter(names.values()).items() if count > 1}
    lines = [
        (f"{names[person]} {person}" if names[person] in shared else names[person], cases)
        for person, cases in by_person.items()
    ]
    return tuple(
        TechnicianLine(
            name=name,
            resolved=len(cases),
            minutes=sum(minutes.get(case.id, 0) for case in cases),
            first_time=sum(case.reopened == 0 and case.id not in repeated for case in cases),
            reopened=sum(case.reopened for case in cases),
        )
        for name, cases in sorted(lines, key=lambda line: (-len(line[1]), line[0]))
    )


def _minutes(session: Session, ids: list[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for part in chunks(ids):
        query = (
            sa.select(col(WorkEntryRow.incident_id), sa.func.sum(col(WorkEntryRow.minutes)))
            .where(col(WorkEntryRow.incident_id).in_(part))
            .group_by(col(WorkEntryRow.incident_id))
        )
        found |= {key: int(total) for key, total in session.execute(query)}
    return found


def _measured(value: float | None) -> float | None:
    """A count is a measure too: what is read back from the file's own data is a float again."""
    return None if value is None else float(value)


UNITS = {
    "on_time": "percent",
    "restoration": "hours",
    "first_time": "percent",
    "not_item": "percent",
}
"""What is not a count."""
