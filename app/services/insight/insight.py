"""What the estate tells: incidents over time, by area and by model, and terminals that keep
failing.  One grouping query each, the same on both engines; days are those of the service zone."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col

from app.domain.errors import InvalidInput
from app.domain.faults import FaultClass
from app.domain.incidents.lifecycle import NOT_COUNTED
from app.domain.insight.figures import (
    GroupCount,
    InsightReport,
    MonthCount,
    Period,
)
from app.domain.insight.warnings import StandingWarning
from app.domain.register.terminal_states import IN_USE
from app.services.core.context import ServiceContext
from app.services.core.rights import current
from app.services.insight.as_of import as_of
from app.services.insight.warning_memory import WarningMemory
from app.services.insight.warnings import failing_terminals, standing_warnings
from db.models.incident import IncidentRow
from db.models.register import (
    AreaRow,
    ManufacturerRow,
    MerchantRow,
    PlacementRow,
    TerminalModelRow,
    TerminalRow,
)
from db.queries import (
    AREA,
    FAULT_CLASS,
    MANUFACTURER,
    PLACED_NOW,
    merchant_of,
    present_placement,
)

MOST_MONTHS = 120
"""A longer period is refused: nobody reads such a chart."""

_COUNTED = col(IncidentRow.state).not_in(NOT_COUNTED)
_FAILURES = sa.func.sum(sa.case((col(IncidentRow.item_failure).is_(True), 1), else_=0))


class Insight:
    """Use cases of the figures."""

    def __init__(self, context: ServiceContext) -> None:
        self._context = context
        self._memory = WarningMemory(context)

    def report(self, period: Period, area: str = "") -> InsightReport:
        """Every figure of a period, on one snapshot; `area` narrows all of them.

        Warnings look back from the end of the period.  Raises `InvalidInput` when the period ends
        before it begins or is longer than `MOST_MONTHS`.
        """
        check_period(period)
        with self._context.read() as session:
            return InsightReport(
                period=period,
                area=area,
                months=self._over_time(session, period, area),
                areas=self._by_area(session, period, area),
                models=self._by_model(session, period, area),
                warnings=failing_terminals(session, self._as_of(period), area),
            )

    def warnings(self, area: str = "", day: date | None = None) -> tuple[StandingWarning, ...]:
        """Everything the data warns of now, or warned of at the end of a day, most serious first;
        `area` narrows it.

        The one source of Today, the command line and the printed digest."""
        context, for_leads = self._context, current(self._context).leads
        with self._memory.lock, context.read() as session:
            return standing_warnings(
                session,
                as_of(context, day),
                area,
                for_leads=for_leads,
                known=self._memory.known,
            )

    # --- queries -------------------------------------------------------------------------------

    def _over_time(self, session: Session, period: Period, area: str) -> tuple[MonthCount, ...]:
        months = period.months()
        # The borders are local midnights; so a month is the same on any engine and in any zone.
        bucket = (
            sa.case(
                *(
                    (col(IncidentRow.reported_at) < self._midnight(following), place)
                    for place, following in enumerate(months[1:])
                ),
                else_=len(months) - 1,
            )
            if len(months) > 1
            else sa.literal(0)
        )
        query = self._reported(
            period,
            area,
            bucket.label("bucket"),
            FAULT_CLASS.label("class"),
            sa.func.count(),
            _FAILURES,
        ).group_by("bucket", "class")
        by_class: list[dict[FaultClass | None, int]] = [{} for _ in months]
        failures = [0] * len(months)
        for place, name, amount, failed in session.execute(query):
            by_class[place][FaultClass(name) if name else None] = amount
            failures[place] += int(failed or 0)
        return tuple(map(MonthCount, months, by_class, failures))

    def _by_area(self, session: Session, period: Period, area: str) -> tuple[GroupCount, ...]:
        query = self._reported(
            period, area, col(MerchantRow.area_id), sa.func.count(), _FAILURES
        ).group_by(col(MerchantRow.area_id))
        counted = {row[0]: (row[1], int(row[2] or 0)) for row in session.execute(query)}
        there: Any = (
            sa.select(col(MerchantRow.area_id), sa.func.count())
            .select_from(PlacementRow)
            .join(*merchant_of(PlacementRow.merchant_id))
            .where(PLACED_NOW)
            .group_by(col(MerchantRow.area_id))
        )
        terminals = {row[0]: row[1] for row in session.execute(there)}
        names: Any = sa.select(col(AreaRow.id), col(AreaRow.name))
        known = {row[0]: row[1] for row in session.execute(names)}
        made = [
            GroupCount(known.get(key, ""), *counted.get(key, (0, 0)), terminals.get(key, 0))
            for key in counted.keys() | terminals.keys()
            if area in ("", known.get(key))
        ]
        return tuple(sorted(made, key=lambda g: (-g.incidents, g.name)))

    def _by_model(self, session: Session, period: Period, area: str) -> tuple[GroupCount, ...]:
        query = (
            self._reported(period, area, col(TerminalRow.model_id), sa.func.count(), _FAILURES)
            .join(TerminalRow, col(TerminalRow.id) == col(IncidentRow.terminal_id))
            .group_by(col(TerminalRow.model_id))
        )
        counted = {row[0]: (row[1], int(row[2] or 0)) for row in session.execute(query)}
        terminals = {row[0]: row[1] for row in session.execute(_in_use_by_model(area))}
        names: Any = sa.select(
            col(TerminalModelRow.id), col(TerminalModelRow.name), col(ManufacturerRow.name)
        ).join(*MANUFACTURER)
        made = [
            GroupCount(name, *counted.get(key, (0, 0)), terminals.get(key, 0), maker)
            for key, name, maker in session.execute(names)
            if key in counted or key in terminals
        ]
        return tuple(
            sorted(made, key=lambda g: (-(g.per_100 or 0.0), -g.incidents, g.manufacturer, g.name))
        )

    def _reported(self, period: Period, area: str, *columns: Any) -> Any:
        query = (
            sa.select(*columns)
            .select_from(IncidentRow)
            .outerjoin(*merchant_of(IncidentRow.merchant_id))
            .where(
                _COUNTED,
                col(IncidentRow.reported_at) >= self._midnight(period.first),
                col(IncidentRow.reported_at) < self._midnight(period.last + timedelta(days=1)),
            )
        )
        if area:
            query = query.join(*AREA).where(col(AreaRow.name) == area)
        return query

    def _as_of(self, period: Period) -> datetime:
        return min(self._midnight(period.last + timedelta(days=1)), self._context.now())

    def _midnight(self, day: date) -> datetime:
        return midnight(self._context.zone, day)


def check_period(period: Period) -> None:
    """Raises `InvalidInput` when a period ends before it begins or is longer than
    `MOST_MONTHS`."""
    if period.last < period.first:
        raise InvalidInput.of("last", "date.before", other=period.first)
    months = len(period.months())
    if months > MOST_MONTHS:
        raise InvalidInput.of(
            "first", "number.out_of_range", value=months, least=1, most=MOST_MONTHS
        )


def midnight(zone: tzinfo | None, day: date) -> datetime:
    """When a day begins where the work happens."""
    start = datetime.combine(day, time(), zone) if zone else datetime.combine(day, time())
    return start.astimezone(UTC)


def _in_use_by_model(area: str) -> Any:
    query: Any = (
        sa.select(col(TerminalRow.model_id), sa.func.count())
        .where(col(TerminalRow.state).in_(IN_USE))
        .group_by(col(TerminalRow.model_id))
    )
    if area:
        query = (
            query.join(*present_placement())
            .join(*merchant_of(PlacementRow.merchant_id))
            .join(*AREA)
            .where(col(AreaRow.name) == area)
        )
    return query
