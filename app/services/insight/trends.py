"""How the charts of a period are read; a grouping query each, on the snapshot of the report."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col

from app.domain.dispatch.dispatches import USUAL_MINUTES
from app.domain.faults import FaultClass
from app.domain.incidents.lifecycle import OPEN_STATES
from app.domain.insight.figure_kinds import GroupedBy
from app.domain.insight.figures import Period
from app.domain.insight.trends import (
    AGES,
    AreaMonths,
    FailureRate,
    GrowthCurve,
    ModeCount,
    TechnicianLoad,
    Trends,
    age_place,
)
from app.domain.maintenance.visits import FINISHED
from app.services.core.context import ServiceContext
from app.services.insight.figure_cases import Wanted
from app.services.insight.figure_names import group_names
from app.services.insight.insight import midnight
from app.services.insight.running_time import Stay, running_time
from db.deadlines import overdue
from db.models.incident import IncidentRow
from db.models.maintenance import VisitRow
from db.models.register import AreaRow, TechnicianRow
from db.queries import AREA, FAULT_CLASS, merchant_of

AHEAD = timedelta(days=14)
"""How far capacity is looked at."""

Capacities = Mapping[str, Mapping[date, int]]
"""Minutes of the days each technician works, by key."""


def read_trends(
    session: Session,
    context: ServiceContext,
    wanted: Wanted,
    period: Period,
    stays: Sequence[Stay],
    capacities: Capacities,
) -> Trends:
    """The charts of a period."""
    months = _months(context, wanted, period)
    return Trends(
        modes=_modes(session, wanted),
        firmware=_firmware(session, wanted, stays),
        areas=_areas(session, wanted, months, stays),
        growth=_growth(session, wanted, period, months, stays),
        loads=_loads(session, context, wanted.area, capacities),
        unfinished=wanted.until < months[-1][1],
    )


Span = tuple[datetime, datetime]


def _months(context: ServiceContext, wanted: Wanted, period: Period) -> list[Span]:
    """When each month of the period begins and ends; the last one whole."""
    firsts = period.months()
    following = (firsts[-1] + timedelta(days=32)).replace(day=1)
    begins = [midnight(context.zone, day) for day in (*firsts, following)]
    begins[0] = wanted.first
    return list(pairwise(begins))


def _place(months: Sequence[Span]) -> Any:
    """The place of the month a case was reported in."""
    if len(months) == 1:
        return sa.literal(0)
    return sa.case(
        *(
            (col(IncidentRow.reported_at) < after, place)
            for place, (_first, after) in enumerate(months[:-1])
        ),
        else_=len(months) - 1,
    )


def _modes(session: Session, wanted: Wanted) -> tuple[ModeCount, ...]:
    query = sa.select(
        FAULT_CLASS.label("fault_class"), col(IncidentRow.mode), sa.func.count().label("n")
    ).select_from(IncidentRow)
    query = wanted.narrowed(query.where(wanted.reported)).group_by(
        "fault_class", col(IncidentRow.mode)
    )
    found = [ModeCount(*row) for row in session.execute(query)]
    return tuple(sorted(found, key=lambda one: (-one.count, one.fault_class, one.mode)))


def _firmware(session: Session, wanted: Wanted, stays: Sequence[Stay]) -> tuple[FailureRate, ...]:
    by = _by(wanted, GroupedBy.FIRMWARE)
    one, two = by.keys()
    query = sa.select(one.label("g_one"), two.label("g_two"), sa.func.count()).select_from(
        IncidentRow
    )
    query = query.where(by.reported, col(IncidentRow.item_failure).is_(True))
    counts = {
        (model or "", firmware or ""): n
        for model, firmware, n in session.execute(by.narrowed(query).group_by("g_one", "g_two"))
    }
    ran = running_time(stays, wanted.first, wanted.until, GroupedBy.FIRMWARE)
    keys = {*counts, *ran}
    models = group_names(session, GroupedBy.MODEL, {(model, "") for model, _firmware in keys})
    found = []
    for model, firmware in keys:
        time = ran.get((model, firmware))
        found.append(
            FailureRate(
                model=models[model, ""],
                firmware=firmware,
                failures=counts.get((model, firmware), 0),
                running_days=time.days if time else 0.0,
                terminals=len(time.terminals) if time else 0,
            )
        )
    return tuple(sorted(found, key=lambda one: (-(one.rate or 0.0), one.model, one.firmware)))


def _by(wanted: Wanted, by: GroupedBy) -> Wanted:
    return replace(wanted, by=by)


def _areas(
    session: Session, wanted: Wanted, months: Sequence[Span], stays: Sequence[Stay]
) -> tuple[AreaMonths, ...]:
    by = _by(wanted, GroupedBy.AREA)
    query = sa.select(
        by.keys()[0].label("g_one"), _place(months).label("place"), sa.func.count()
    ).select_from(IncidentRow)
    query = by.narrowed(query.where(by.reported)).group_by("g_one", "place")
    counts: dict[str, dict[int, int]] = defaultdict(dict)
    for area, place, n in session.execute(query):
        counts[area or ""][place] = n
    running = [
        running_time(stays, first, min(after, wanted.until), GroupedBy.AREA)
        for first, after in months
    ]
    keys = {(key, "") for key in counts} | {key for month in running for key in month}
    names = group_names(session, GroupedBy.AREA, keys)
    found = [
        AreaMonths(
            area=names[key],
            counts=tuple(counts[key[0]].get(place, 0) for place in range(len(months))),
            running_days=tuple(month[key].days if key in month else 0.0 for month in running),
        )
        for key in keys
    ]
    return tuple(sorted(found, key=lambda one: (-sum(one.counts), one.area)))


def _growth(
    session: Session,
    wanted: Wanted,
    period: Period,
    months: Sequence[Span],
    stays: Sequence[Stay],
) -> GrowthCurve:
    query = sa.select(_place(months).label("place"), sa.func.count()).select_from(IncidentRow)
    query = query.where(wanted.reported, col(IncidentRow.item_failure).is_(True))
    rows = session.execute(wanted.narrowed(query).group_by("place"))
    counts = {row[0]: row[1] for row in rows}
    running = [
        running_time(stays, first, min(after, wanted.until), GroupedBy.NOTHING)
        for first, after in months
    ]
    days = [month["", ""].days if ("", "") in month else 0.0 for month in running]
    failures = tuple(counts.get(place, 0) for place in range(len(months)))
    return GrowthCurve(period.months(), failures, tuple(days))


# --- who has how much to do -----------------------------------------------------------------------


def _loads(
    session: Session, context: ServiceContext, area: str, capacities: Capacities
) -> tuple[TechnicianLoad, ...]:
    now, today = context.now(), context.today()
    tomorrow, after = (midnight(context.zone, today + timedelta(days=n)) for n in (1, 2))
    query: Any = (
        sa.select(
            col(IncidentRow.technician_id),
            col(IncidentRow.reported_at),
            col(IncidentRow.resolve_due_at),
            sa.case((overdue(now), 1), else_=0).label("late"),
            FAULT_CLASS.label("fault_class"),
        )
        .outerjoin(*merchant_of(IncidentRow.merchant_id))
        .where(col(IncidentRow.state).in_(sorted(OPEN_STATES)))
    )
    visits: Any = (
        sa.select(col(VisitRow.technician_id), sa.func.sum(col(VisitRow.minutes)))
        .outerjoin(*merchant_of(VisitRow.merchant_id))
        .where(
            col(VisitRow.state).not_in(sorted(FINISHED)),
            col(VisitRow.planned_on).between(today, today + AHEAD - timedelta(days=1)),
        )
        .group_by(col(VisitRow.technician_id))
    )
    if area:
        query = query.join(*AREA).where(col(AreaRow.name) == area)
        visits = visits.join(*AREA).where(col(AreaRow.name) == area)
    planned: dict[str, float] = defaultdict(float)
    for technician, minutes in session.execute(visits):
        planned[technician or ""] += minutes
    ages: dict[str, list[int]] = defaultdict(lambda: [0] * (len(AGES) + 1))
    due: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0])
    for row in session.execute(query):
        who = row.technician_id or ""
        ages[who][age_place((now - row.reported_at) / timedelta(days=1))] += 1
        planned[who] += USUAL_MINUTES[FaultClass(row.fault_class) if row.fault_class else None]
        if row.late:
            due[who][0] += 1
        elif row.resolve_due_at is not None and row.resolve_due_at < after:
            due[who][1 if row.resolve_due_at < tomorrow else 2] += 1
    names: Any = sa.select(col(TechnicianRow.id), col(TechnicianRow.name))
    known = {row[0]: row[1] for row in session.execute(names)}
    found = [
        TechnicianLoad(
            technician_id=who,
            name=known.get(who, ""),
            by_age=tuple(ages[who]),
            late=due[who][0],
            due_today=due[who][1],
            due_tomorrow=due[who][2],
            planned_minutes=round(planned[who]),
            room_minutes=sum(capacities.get(who, {}).values()),
        )
        for who in {*ages, *planned, *capacities}
    ]
    return tuple(sorted(found, key=lambda one: (not one.technician_id, -one.open, one.name)))
