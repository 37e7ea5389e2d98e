"""Fills the monthly figures: the key figures of a period, defined as everywhere
(`app.services.insight.figures`), with what was reported by day, class, area, model and code, and
what each technician resolved."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col

from app.domain.incidents.lifecycle import NOT_COUNTED
from app.domain.insight.figure_kinds import FigureGroup, FigureKind, GroupedBy
from app.domain.insight.figures import Period
from app.reports.documents.monthly import REST, Count, MonthlySheet, TechnicianLine
from app.reports.documents.printed_figure import printed_figure
from app.services.documents.sheet_sources import DateSpan, SheetContext
from app.services.insight.figures import Asked, figure_report
from db.models.incident import IncidentRow, WorkEntryRow
from db.models.register import (
    AreaRow,
    ManufacturerRow,
    TechnicianRow,
    TerminalModelRow,
    TerminalRow,
)
from db.queries import AREA, FAULT_CLASS, MANUFACTURER, MODEL, merchant_of

MOST_BARS = 8
PRINTED = (
    FigureKind.REPORTED,
    FigureKind.RESOLVED,
    FigureKind.RESOLVED_ON_TIME,
    FigureKind.RESTORATION,
    FigureKind.FIRST_TIME,
    FigureKind.ITEM_FAILURES,
    FigureKind.REOPENED,
    FigureKind.BACKLOG,
)
"""The figures on the cards."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Case:
    """What was reported."""

    reported_at: datetime
    fault_class: str
    code: str
    area: str
    model: str


def monthly_sheet(
    session: Session, period: DateSpan, area: str, around: SheetContext, now: datetime
) -> MonthlySheet:
    """The figures of a period, beside those of the one before."""
    first, after = period.bounds(around)
    length = (period.until - period.since).days + 1
    asked = Asked(Period(period.since, period.until), GroupedBy.TECHNICIAN, area)
    report = figure_report(session, now, around.zone, asked)
    reported = _cases(session, area, first, after)
    return MonthlySheet(
        number="",
        made_at=around.local(now),
        since=period.since,
        until=period.until,
        scope=area,
        measured=tuple(
            printed_figure(report.whole[kind], report.before[kind].value) for kind in PRINTED
        ),
        compared=report.compared,
        before_since=report.before_period.first,
        before_until=report.before_period.last,
        by_day=_by_day(reported, period.since, length, around),
        by_class=_counted((case.fault_class for case in reported), "fault_class"),
        by_area=_counted(case.area for case in reported),
        by_model=_counted(case.model for case in reported),
        by_code=_counted(case.code for case in reported if case.code),
        technicians=_technicians(session, report.groups, _minutes(session, area, first, after)),
    )


_COLUMNS: tuple[Any, ...] = (
    col(IncidentRow.reported_at),
    FAULT_CLASS.label("fault_class"),
    col(IncidentRow.displayed_code).label("code"),
    sa.func.coalesce(col(AreaRow.name), "").label("area"),
    sa.func.coalesce(col(ManufacturerRow.name), "").label("maker"),
    sa.func.coalesce(col(TerminalModelRow.name), "").label("model"),
)


def _cases(session: Session, area: str, first: datetime, after: datetime) -> list[_Case]:
    query: Any = (
        sa.select(*_COLUMNS)
        .select_from(IncidentRow)
        .outerjoin(*merchant_of(IncidentRow.merchant_id))
        .outerjoin(*AREA)
        .outerjoin(TerminalRow, col(TerminalRow.id) == col(IncidentRow.terminal_id))
        .outerjoin(*MODEL)
        .outerjoin(*MANUFACTURER)
        .where(
            col(IncidentRow.reported_at) >= first,
            col(IncidentRow.reported_at) < after,
            col(IncidentRow.state).not_in(NOT_COUNTED),
        )
        .order_by(col(IncidentRow.reported_at), col(IncidentRow.id))
    )
    if area:
        query = query.where(col(AreaRow.name) == area)
    found = []
    for row in session.execute(query):
        values: dict[str, Any] = dict(row._mapping)
        values["model"] = f"{values.pop('maker')} {values['model']}".strip()
        found.append(_Case(**values))
    return found


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
    session: Session, groups: Iterable[FigureGroup], minutes: dict[str, int]
) -> tuple[TechnicianLine, ...]:
    """A line for each person; the code stands behind a name that two of them have."""
    there = [one for one in groups if one[FigureKind.RESOLVED].n]
    query: Any = sa.select(col(TechnicianRow.id), col(TechnicianRow.code))
    codes = {key: code for key, code in session.execute(query)}
    shared = {name for name, count in Counter(one.name for one in there).items() if count > 1}
    lines = [
        TechnicianLine(
            name=f"{one.name} {codes[one.key]}" if one.name in shared else one.name or "—",
            resolved=one[FigureKind.RESOLVED].n,
            minutes=minutes.get(one.key, 0),
            first_time=one[FigureKind.FIRST_TIME].hits or 0,
            reopened=one[FigureKind.REOPENED].hits or 0,
            judged=one[FigureKind.FIRST_TIME].n,
        )
        for one in there
    ]
    return tuple(sorted(lines, key=lambda line: (-line.resolved, line.name)))


def _minutes(session: Session, area: str, first: datetime, after: datetime) -> dict[str, int]:
    """Minutes of work on what was resolved, by the person it was resolved by."""
    query: Any = (
        sa.select(col(IncidentRow.technician_id), sa.func.sum(col(WorkEntryRow.minutes)))
        .join(WorkEntryRow, col(WorkEntryRow.incident_id) == col(IncidentRow.id))
        .where(
            col(IncidentRow.resolved_at) >= first,
            col(IncidentRow.resolved_at) < after,
            col(IncidentRow.state).not_in(NOT_COUNTED),
        )
        .group_by(col(IncidentRow.technician_id))
    )
    if area:
        query = query.join(*merchant_of(IncidentRow.merchant_id)).join(*AREA)
        query = query.where(col(AreaRow.name) == area)
    return {key or "": int(total) for key, total in session.execute(query)}
