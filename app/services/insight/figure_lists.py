"""The list of cases behind a figure."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col

from app.domain.insight.figure_kinds import CaseBehind, FigureKind, GroupedBy
from app.services.insight.figure_cases import CASE_RULES, Wanted
from app.services.insight.figure_rows import downtime, durations, parts, trips
from db.models.incident import IncidentRow
from db.models.register import MerchantRow, TechnicianRow, TerminalRow
from db.queries import FAULT_CLASS, merchant_of, technician_of

MOST_ROWS = 2_000
"""So many cases behind a figure are listed; how many there are is said beside them."""


def cases_behind(
    session: Session,
    kind: FigureKind,
    wanted: Wanted,
    key: str,
    day: Callable[[datetime], date],
) -> tuple[CaseBehind, ...]:
    """The cases behind a figure, of the group `key` when it is one of a group: at most
    `MOST_ROWS`, the latest first.  `day` gives the day of a moment where the work happens."""
    rows = _source(kind, wanted).subquery()
    query: Any = (
        sa.select(
            col(IncidentRow.id),
            col(IncidentRow.number),
            col(IncidentRow.reported_at),
            col(IncidentRow.resolved_at),
            col(TerminalRow.serial),
            col(IncidentRow.unknown_serial),
            col(MerchantRow.name).label("merchant"),
            col(TechnicianRow.name).label("technician"),
            FAULT_CLASS.label("fault_class"),
            rows.c.g_one,
            rows.c.g_two,
            rows.c.amount,
            rows.c.hit,
        )
        .select_from(rows)
        .join(IncidentRow, col(IncidentRow.id) == rows.c.case_id)
        .outerjoin(TerminalRow, col(TerminalRow.id) == col(IncidentRow.terminal_id))
        .outerjoin(*merchant_of(IncidentRow.merchant_id))
        .outerjoin(*technician_of(IncidentRow.technician_id))
        .order_by(col(IncidentRow.reported_at).desc(), col(IncidentRow.id))
    )
    if wanted.by is not GroupedBy.NOTHING:
        one, _bar, two = key.partition("|")
        for column, value in ((rows.c.g_one, one), (rows.c.g_two, two)):
            same = column.is_(None) if not value else column == value
            query = query.where(sa.or_(same, column == "") if column is rows.c.g_two else same)
    return tuple(
        CaseBehind(
            id=row.id,
            number=row.number,
            reported_on=day(row.reported_at),
            resolved_on=None if row.resolved_at is None else day(row.resolved_at),
            serial=row.serial or row.unknown_serial,
            merchant=row.merchant or "",
            technician=row.technician or "",
            fault_class=row.fault_class,
            amount=None if row.amount is None else float(row.amount),
            hit=None if row.hit is None else bool(row.hit),
        )
        for row in session.execute(query.limit(MOST_ROWS))
    )


def _source(kind: FigureKind, wanted: Wanted) -> Any:
    """Group, case, amount and hit of every case behind a figure."""
    rule = CASE_RULES.get(kind)
    if kind in (FigureKind.REPEATED, FigureKind.AVOIDABLE):
        return trips(wanted, kind)
    if rule is None:
        made = {FigureKind.PARTS: parts, FigureKind.AVAILABILITY: downtime}.get(kind, durations)
        rows = made(wanted).subquery()
        return sa.select(
            rows.c.g_one, rows.c.g_two, rows.c.case_id, rows.c.amount, sa.null().label("hit")
        ).where(rows.c.figure == kind.value)
    one, two = wanted.keys()
    hit = sa.null() if rule.hit is None else sa.case((rule.hit, 1), else_=0)
    query = sa.select(
        one.label("g_one"),
        two.label("g_two"),
        col(IncidentRow.id).label("case_id"),
        (sa.null() if rule.amount is None else rule.amount).label("amount"),
        hit.label("hit"),
    ).select_from(IncidentRow)
    query = query.where(rule.base(wanted))
    return wanted.narrowed(query if rule.among is None else query.where(rule.among(wanted)))
