"""The figures of a period: one service for window, command line and paper."""

from __future__ import annotations

from array import array
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta, tzinfo
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col

from app.domain.insight.figure_kinds import (
    MATURE_AFTER,
    UNITS,
    CaseBehind,
    Figure,
    FigureGroup,
    FigureKind,
    FigureReport,
    FigureUnit,
    GroupedBy,
    available,
    between_failures,
    comparison,
    counted,
    median,
    share,
)
from app.domain.insight.figures import Period
from app.domain.insight.trends import Trends
from app.services.core.context import ServiceContext
from app.services.insight.figure_cases import CASE_RULES, CaseRule, Wanted
from app.services.insight.figure_lists import cases_behind
from app.services.insight.figure_names import group_names
from app.services.insight.figure_rows import downtime, durations, parts, trips
from app.services.insight.insight import check_period, midnight
from app.services.insight.maintenance_kept import maintenance_cases, maintenance_kept
from app.services.insight.running_time import Key, Stay, read_stays, running_time
from app.services.insight.trends import AHEAD, Capacities, read_trends
from db.models.incident import IncidentRow
from db.models.operations import OperationRow

AskCapacities = Callable[[date, date], Capacities]

Found = dict[Key, dict[FigureKind, Figure]]
ROWS_AT_A_TIME = 10_000


class Figures:
    """Use cases of the figures."""

    def __init__(self, context: ServiceContext, capacities: AskCapacities) -> None:
        """`capacities` gives the minutes technicians work between two days: who works when is kept
        with maintenance, which figures do not know."""
        self._context = context
        self._capacities = capacities

    def report(
        self,
        period: Period,
        by: GroupedBy = GroupedBy.NOTHING,
        area: str = "",
        acquirer: str = "",
    ) -> FigureReport:
        """Every figure of a period, of the one before it, and by group, on one snapshot.

        Raises `InvalidInput` for a period that ends before it begins or is too long.
        """
        asked = Asked(period, by, area, acquirer)
        with self._context.read() as session:
            return figure_report(session, self._context.now(), self._context.zone, asked)

    def trends(self, period: Period, area: str = "") -> Trends:
        """What the charts of a period show.  Raises `InvalidInput` as `report` does."""
        check_period(period)
        today = self._context.today()
        room = self._capacities(today, today + AHEAD - timedelta(days=1))
        with self._context.read() as session:
            reader = FigureReader(session, self._context.now(), self._context.zone)
            wanted = reader.wanted(Asked(period, GroupedBy.NOTHING, area))
            stays = read_stays(session, self._context.zone, area)
            return read_trends(session, self._context, wanted, period, stays, room)

    def cases(
        self,
        kind: FigureKind,
        period: Period,
        by: GroupedBy = GroupedBy.NOTHING,
        key: str = "",
        area: str = "",
        acquirer: str = "",
    ) -> tuple[CaseBehind, ...]:
        """The cases behind a figure, of the group `key` when it is one of a group: at most
        `MOST_ROWS`, the latest first."""
        with self._context.read() as session:
            if kind is FigureKind.MAINTENANCE:
                last = min(period.last, self._context.today())
                return maintenance_cases(
                    session, Period(period.first, last), self._context.today(), area, acquirer
                )
            reader = FigureReader(session, self._context.now(), self._context.zone)
            wanted = reader.wanted(Asked(period, by, area, acquirer))
            return cases_behind(session, kind, wanted, key, reader.day)


@dataclass(frozen=True, slots=True)
class Asked:
    """Which figures: of what period, by what, of which part of the estate."""

    period: Period
    by: GroupedBy = GroupedBy.NOTHING
    area: str = ""
    acquirer: str = ""


def figure_report(
    session: Session, now: datetime, zone: tzinfo | None, asked: Asked
) -> FigureReport:
    """The figures in an open session, as window, command line and paper show them."""
    check_period(asked.period)
    reader = FigureReader(session, now, zone)
    compared, before = comparison(asked.period)
    stays = read_stays(session, zone, asked.area, asked.acquirer)
    alone = replace(asked, by=GroupedBy.NOTHING)
    (whole,) = reader.groups(alone, stays)
    (earlier,) = reader.groups(replace(alone, period=before), stays)
    return FigureReport(
        period=asked.period,
        area=asked.area,
        acquirer=asked.acquirer,
        by=asked.by,
        whole=whole,
        compared=compared,
        before_period=before,
        before=earlier,
        groups=reader.groups(asked, stays) if asked.by is not GroupedBy.NOTHING else (),
        known_until=reader.known_until.astimezone(zone).date(),
    )


def _known_until(session: Session) -> datetime | None:
    """Until when the office knows what was reported: the last report, or later work on an incident
    that came here.  Taking in a history is none: it tells nothing of the days after it."""
    worked: Any = (
        sa.select(col(OperationRow.at))
        .where(
            col(OperationRow.kind).like("incident.%"),
            col(OperationRow.kind) != "incident.import",
            col(OperationRow.suspect).is_(False),
        )
        .order_by(col(OperationRow.clock).desc())
        .limit(1)
    )
    asked = (sa.select(sa.func.max(col(IncidentRow.reported_at))), worked)
    moments = [session.execute(query).scalar() for query in asked]
    return max((one for one in moments if one is not None), default=None)


class FigureReader:
    """Reads figures on one snapshot, as of a moment."""

    def __init__(self, session: Session, now: datetime, zone: tzinfo | None) -> None:
        self._session, self._now, self._zone = session, now, zone
        self.known_until = min(_known_until(session) or now, now)

    def day(self, moment: datetime) -> date:
        """The day of a moment where the work happens."""
        return moment.astimezone(self._zone).date()

    def wanted(self, asked: Asked) -> Wanted:
        """The moments of the period, and what narrows it."""
        after = midnight(self._zone, asked.period.last + timedelta(days=1))
        return Wanted(
            first=midnight(self._zone, asked.period.first),
            after=after,
            until=min(after, self._now),
            mature_until=self.known_until - MATURE_AFTER,
            by=asked.by,
            area=asked.area,
            acquirer=asked.acquirer,
        )

    def groups(self, asked: Asked, stays: tuple[Stay, ...]) -> tuple[FigureGroup, ...]:
        """The figures of each group, the one with the most cases first."""
        session, wanted = self._session, self.wanted(asked)
        found: Found = defaultdict(dict)
        _counted_over(session, wanted, found)
        _medians(session, wanted, found)
        _sums(session, wanted, found)
        self._maintenance(asked, found)
        running = running_time(stays, wanted.first, wanted.until, wanted.by)
        down = _downtime(session, wanted)
        keys = {*found, *running} if wanted.by is not GroupedBy.NOTHING else {("", "")}
        names = group_names(session, wanted.by, keys)
        made = []
        for group in keys:
            ran = running.get(group)
            days = ran.days if ran and wanted.by is not GroupedBy.TECHNICIAN else 0.0
            figures = found[group]
            failures = figures.get(FigureKind.ITEM_FAILURES)
            figures[FigureKind.MTBF] = between_failures(failures.n if failures else 0, days)
            figures[FigureKind.AVAILABILITY] = available(*down.get(group, (0, 0.0)), days)
            made.append(
                FigureGroup(
                    key="|".join(group).removesuffix("|"),
                    name=names[group],
                    terminals=len(ran.terminals) if ran else 0,
                    running_days=days,
                    figures={kind: figures.get(kind) or _nothing(kind) for kind in FigureKind},
                )
            )
        return tuple(sorted(made, key=lambda one: (-one[FigureKind.REPORTED].n, one.name, one.key)))

    def _maintenance(self, asked: Asked, found: Found) -> None:
        today = self._now.astimezone(self._zone).date()
        span = Period(asked.period.first, min(asked.period.last, today))
        kept = maintenance_kept(self._session, span, today, asked.by, asked.area, asked.acquirer)
        for group, (on_time, closed) in kept.items():
            found[group][FigureKind.MAINTENANCE] = share(FigureKind.MAINTENANCE, on_time, closed)


def _nothing(kind: FigureKind) -> Figure:
    """A figure without a case."""
    zero = UNITS[kind] in (FigureUnit.COUNT, FigureUnit.CENTS)
    return Figure(kind=kind, value=0.0 if zero else None, n=0)


def _key(row: Any) -> Key:
    return row.g_one or "", row.g_two or ""


def _counted_over(session: Session, wanted: Wanted, found: Found) -> None:
    """Counts, shares and fees: one pass over the cases of each base."""
    bases: dict[Any, list[CaseRule]] = defaultdict(list)
    for rule in CASE_RULES.values():
        counted_alone = rule.amount is None or rule.kind is FigureKind.FEES
        if counted_alone and rule.kind is not FigureKind.MTBF:
            bases[rule.base].append(rule)
    one, two = wanted.keys()
    for base, rules in bases.items():
        columns = [column for rule in rules for column in _columns_of(rule, wanted)]
        query = sa.select(one.label("g_one"), two.label("g_two"), *columns).select_from(IncidentRow)
        query = wanted.narrowed(query.where(base(wanted))).group_by("g_one", "g_two")
        for row in session.execute(query):
            values = dict(row._mapping)
            for rule in rules:
                found[_key(row)][rule.kind] = _figure(rule, values)


def _columns_of(rule: CaseRule, wanted: Wanted) -> Iterable[Any]:
    among = rule.among(wanted) if rule.among is not None else sa.true()
    yield _sum(among).label(f"{rule.kind}_n")
    if rule.hit is not None:
        yield _sum(sa.and_(among, rule.hit)).label(f"{rule.kind}_hits")
    if rule.amount is not None:
        total = sa.func.sum(sa.case((among, rule.amount), else_=0))
        yield total.label(f"{rule.kind}_amount")
    if rule.kind is FigureKind.FIRST_TIME:
        young = sa.and_(
            col(IncidentRow.terminal_id).is_not(None),
            col(IncidentRow.resolved_at) > wanted.mature_until,
        )
        yield _sum(young).label(f"{rule.kind}_young")


def _sum(condition: Any) -> Any:
    return sa.func.sum(sa.case((condition, 1), else_=0))


def _figure(rule: CaseRule, values: Mapping[str, Any]) -> Figure:
    n = int(values[f"{rule.kind}_n"])
    if rule.hit is not None:
        young = int(values.get(f"{rule.kind}_young", 0))
        return share(rule.kind, int(values[f"{rule.kind}_hits"]), n, young)
    if rule.amount is not None:
        return Figure(kind=rule.kind, value=float(values[f"{rule.kind}_amount"]), n=n)
    return counted(rule.kind, n)


def _medians(session: Session, wanted: Wanted, found: Found) -> None:
    """The median of every duration with the interval of its order statistics, and the mean."""
    values: dict[tuple[Key, str], array[float]] = defaultdict(lambda: array("d"))
    # Many at a time: by the row, fetching them takes longer than reading them.
    for part in session.connection().execute(durations(wanted)).partitions(ROWS_AT_A_TIME):
        for one, two, kind, _case, amount in part:
            values[(one or "", two or ""), kind].append(amount)
    for (group, kind), amounts in values.items():
        found[group][FigureKind(kind)] = median(FigureKind(kind), amounts)


def _sums(session: Session, wanted: Wanted, found: Found) -> None:
    """What was spent on parts, and the trips that need not have been."""
    for kind in (FigureKind.REPEATED, FigureKind.AVOIDABLE):
        told = trips(wanted, kind).subquery()
        counts = sa.select(
            told.c.g_one, told.c.g_two, sa.func.count().label("n"), sa.func.sum(told.c.hit)
        ).group_by(told.c.g_one, told.c.g_two)
        for one, two, n, hits in session.execute(counts):
            found[one or "", two or ""][kind] = share(kind, int(hits), int(n))
    rows = parts(wanted).subquery()
    query = sa.select(
        rows.c.g_one,
        rows.c.g_two,
        sa.func.count().label("n"),
        sa.func.sum(rows.c.amount).label("total"),
    ).group_by(rows.c.g_one, rows.c.g_two)
    for row in session.execute(query):
        found[_key(row)][FigureKind.PARTS] = Figure(
            kind=FigureKind.PARTS, value=float(row.total), n=int(row.n)
        )


def _downtime(session: Session, wanted: Wanted) -> dict[Key, tuple[int, float]]:
    """The number of stops and the days lost, by group."""
    rows = downtime(wanted).subquery()
    query = sa.select(
        rows.c.g_one,
        rows.c.g_two,
        sa.func.count().label("n"),
        sa.func.sum(rows.c.amount).label("total"),
    ).group_by(rows.c.g_one, rows.c.g_two)
    return {_key(row): (int(row.n), float(row.total or 0)) for row in session.execute(query)}
