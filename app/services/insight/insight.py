"""What the estate tells: incidents over time, by area and by model, and terminals that keep
failing.  One grouping query each, the same on both engines; days are those of the workplace."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col

from app.domain.errors import InvalidInput
from app.domain.faults import FaultClass
from app.domain.insight.figures import (
    NOT_COUNTED,
    REPEAT_DAYS,
    REPEAT_RULES,
    FailingTerminal,
    Failure,
    GroupCount,
    InsightReport,
    MonthCount,
    Period,
    RepeatWarning,
    group_failures,
    repeat_warnings,
)
from app.domain.register.terminal_states import IN_USE
from app.services.core.context import ServiceContext
from db.models.incident import IncidentRow
from db.models.register import (
    AreaRow,
    ManufacturerRow,
    MerchantRow,
    PlacementRow,
    TerminalModelRow,
    TerminalRow,
)

MOST_MONTHS = 120
"""A longer period is refused: nobody reads such a chart."""

_COUNTED = col(IncidentRow.state).not_in(NOT_COUNTED)
_CLASS = sa.func.coalesce(col(IncidentRow.confirmed_class), col(IncidentRow.provisional_class))
_FAILURES = sa.func.sum(sa.case((col(IncidentRow.item_failure).is_(True), 1), else_=0))


class Insight:
    """Use cases of the figures."""

    def __init__(self, context: ServiceContext) -> None:
        self._context = context

    def report(self, period: Period, area: str = "") -> InsightReport:
        """Every figure of a period, on one snapshot; `area` narrows all of them.

        Warnings look back from the end of the period.  Raises `InvalidInput` when the period ends
        before it begins or is longer than `MOST_MONTHS`.
        """
        if period.last < period.first:
            raise InvalidInput.of("last", "date.before", other=period.first)
        if len(period.months()) > MOST_MONTHS:
            raise InvalidInput.of(
                "first",
                "number.out_of_range",
                value=len(period.months()),
                least=1,
                most=MOST_MONTHS,
            )
        with self._context.read() as session:
            return InsightReport(
                period,
                area,
                self._over_time(session, period, area),
                self._by_area(session, period, area),
                self._by_model(session, period, area),
                self._warnings(session, period, area),
            )

    def warnings(self) -> tuple[RepeatWarning, ...]:
        """Terminals that keep failing, as of now."""
        today = self._context.today()
        with self._context.read() as session:
            return self._warnings(session, Period(today, today), "")

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
            period, area, bucket.label("bucket"), _CLASS.label("class"), sa.func.count(), _FAILURES
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
            .join(MerchantRow, col(MerchantRow.id) == col(PlacementRow.merchant_id))
            .where(col(PlacementRow.until).is_(None))
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
        ).join(ManufacturerRow, col(ManufacturerRow.id) == col(TerminalModelRow.manufacturer_id))
        made = [
            GroupCount(name, *counted.get(key, (0, 0)), terminals.get(key, 0), maker)
            for key, name, maker in session.execute(names)
            if key in counted or key in terminals
        ]
        return tuple(
            sorted(made, key=lambda g: (-(g.per_100 or 0.0), -g.incidents, g.manufacturer, g.name))
        )

    def _warnings(self, session: Session, period: Period, area: str) -> tuple[RepeatWarning, ...]:
        as_of = min(self._midnight(period.last + timedelta(days=1)), self._context.now())
        recent = [
            _COUNTED,
            col(IncidentRow.item_failure).is_(True),
            col(IncidentRow.reported_at) >= as_of - timedelta(days=REPEAT_DAYS),
            col(IncidentRow.reported_at) <= as_of,
        ]
        several = (
            sa.select(col(IncidentRow.terminal_id))
            .where(*recent)
            .group_by(col(IncidentRow.terminal_id))
            .having(sa.func.count() >= min(rule.times for rule in REPEAT_RULES))
        )
        query = _failing().where(*recent, col(IncidentRow.terminal_id).in_(several))
        if area:
            query = query.where(col(AreaRow.name) == area)
        return repeat_warnings(group_failures([_row(row) for row in session.execute(query)]), as_of)

    def _reported(self, period: Period, area: str, *columns: Any) -> Any:
        query = (
            sa.select(*columns)
            .select_from(IncidentRow)
            .outerjoin(MerchantRow, col(MerchantRow.id) == col(IncidentRow.merchant_id))
            .where(
                _COUNTED,
                col(IncidentRow.reported_at) >= self._midnight(period.first),
                col(IncidentRow.reported_at) < self._midnight(period.last + timedelta(days=1)),
            )
        )
        if area:
            query = query.join(AreaRow, col(AreaRow.id) == col(MerchantRow.area_id)).where(
                col(AreaRow.name) == area
            )
        return query

    def _midnight(self, day: date) -> datetime:
        zone = self._context.zone
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
            query.join(
                PlacementRow,
                sa.and_(
                    col(PlacementRow.terminal_id) == col(TerminalRow.id),
                    col(PlacementRow.until).is_(None),
                ),
            )
            .join(MerchantRow, col(MerchantRow.id) == col(PlacementRow.merchant_id))
            .join(AreaRow, col(AreaRow.id) == col(MerchantRow.area_id))
            .where(col(AreaRow.name) == area)
        )
    return query


def _failing() -> Any:
    return (
        sa.select(
            col(TerminalRow.id).label("terminal_id"),
            col(TerminalRow.serial),
            col(PlacementRow.tid),
            col(ManufacturerRow.name).label("manufacturer"),
            col(TerminalModelRow.name).label("model"),
            col(MerchantRow.name).label("merchant_name"),
            col(AreaRow.name).label("area"),
            col(IncidentRow.id).label("incident_id"),
            col(IncidentRow.number),
            col(IncidentRow.reported_at),
            _CLASS.label("fault_class"),
            col(IncidentRow.displayed_code),
            col(IncidentRow.symptom),
            col(IncidentRow.remedy),
        )
        .select_from(IncidentRow)
        .join(TerminalRow, col(TerminalRow.id) == col(IncidentRow.terminal_id))
        .join(TerminalModelRow, col(TerminalModelRow.id) == col(TerminalRow.model_id))
        .join(ManufacturerRow, col(ManufacturerRow.id) == col(TerminalModelRow.manufacturer_id))
        .outerjoin(
            PlacementRow,
            sa.and_(
                col(PlacementRow.terminal_id) == col(TerminalRow.id),
                col(PlacementRow.until).is_(None),
            ),
        )
        .outerjoin(MerchantRow, col(MerchantRow.id) == col(PlacementRow.merchant_id))
        .outerjoin(AreaRow, col(AreaRow.id) == col(MerchantRow.area_id))
        .order_by(col(TerminalRow.id), col(IncidentRow.reported_at).desc(), col(IncidentRow.id))
    )


def _row(row: Any) -> tuple[FailingTerminal, Failure]:
    terminal = FailingTerminal(
        row.terminal_id,
        row.serial,
        row.tid or "",
        row.manufacturer,
        row.model,
        row.merchant_name or "",
        row.area or "",
        (),
    )
    failure = Failure(
        row.incident_id,
        row.number,
        row.reported_at,
        FaultClass(row.fault_class) if row.fault_class else None,
        row.displayed_code,
        row.symptom,
        row.remedy,
    )
    return terminal, failure
