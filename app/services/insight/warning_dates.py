"""Reads dates warnings are about: maintenance not done in its window, and what ends soon."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa
from dateutil.relativedelta import relativedelta
from sqlmodel import Session, col

from app.domain.insight.duties import ENDING_DAYS, Ending, EndingDate, UndoneDate
from app.domain.maintenance.occurrences import OccurrenceOutcome
from app.domain.maintenance.plans import Confidence
from app.domain.register.terminals import TerminalState
from app.services.insight.as_of import AsOf, earlier_values
from db.models.incident import IncidentRow
from db.models.maintenance import OccurrenceRow, PlanVersionRow
from db.models.register import (
    AreaRow,
    PlacementRow,
    TerminalModelRow,
    TerminalRow,
)
from db.queries import AREA, MODEL, merchant_of, present_placement

FAILED_LATELY_DAYS = 90
"""How long ago a failure makes the maintenance of a terminal more urgent."""


def late_dates(session: Session, when: AsOf, area: str) -> list[UndoneDate]:
    """Dates somebody had committed to whose window closed without them being done."""
    failures = _failures(session, when)
    not_done = col(OccurrenceRow.outcome) == OccurrenceOutcome.OPEN
    if when.past:
        not_done = sa.or_(not_done, col(OccurrenceRow.done_on) > when.today)
    query: Any = (
        sa.select(
            col(OccurrenceRow.terminal_id),
            col(TerminalRow.serial),
            col(OccurrenceRow.window_until),
            col(PlanVersionRow.confidence),
        )
        .select_from(OccurrenceRow)
        .join(PlanVersionRow, col(PlanVersionRow.id) == col(OccurrenceRow.version_id))
        .outerjoin(TerminalRow, col(TerminalRow.id) == col(OccurrenceRow.terminal_id))
        .outerjoin(*merchant_of(OccurrenceRow.merchant_id))
        .outerjoin(*AREA)
        .where(col(OccurrenceRow.window_until) < when.today, not_done)
        .order_by(col(OccurrenceRow.window_until), col(OccurrenceRow.id))
    )
    if area:
        query = query.where(col(AreaRow.name) == area)
    return [
        UndoneDate(
            terminal_id=row.terminal_id or "",
            serial=row.serial or "",
            closed_on=row.window_until,
            confirmed=row.confidence == Confidence.CONFIRMED,
            failures=failures.get(row.terminal_id, 0),
        )
        for row in session.execute(query)
    ]


def _failures(session: Session, when: AsOf) -> dict[str, int]:
    """Failures of its own each terminal had lately."""
    query: Any = (
        sa.select(col(IncidentRow.terminal_id), sa.func.count())
        .where(
            col(IncidentRow.reported_at).between(when.days_ago(FAILED_LATELY_DAYS), when.moment),
            col(IncidentRow.item_failure).is_(True),
            col(IncidentRow.terminal_id).in_(
                sa.select(col(OccurrenceRow.terminal_id)).where(
                    col(OccurrenceRow.window_until) < when.today
                )
            ),
        )
        .group_by(col(IncidentRow.terminal_id))
    )
    return {key: amount for key, amount in session.execute(query)}


def ending_dates(session: Session, when: AsOf, area: str) -> Iterator[EndingDate]:
    """What ends soon, or has ended, of devices in service; of those in stock whether they may still
    be put into service."""
    query: Any = (
        sa.select(
            col(TerminalRow.id),
            col(TerminalRow.serial),
            col(TerminalRow.state),
            col(TerminalRow.installed_on),
            col(TerminalRow.warranty_until),
            col(TerminalRow.contract_until),
            col(TerminalRow.certificate_until),
            col(TerminalRow.sim_until),
            col(TerminalModelRow.pts_expires_on),
            col(TerminalModelRow.pts_use_until),
            col(TerminalModelRow.battery_life_months),
        )
        .select_from(TerminalRow)
        .join(*MODEL)
        .where(
            sa.true() if when.past else col(TerminalRow.state).in_(_LOOKED_AT),
            _may_end(when),
            sa.or_(
                col(TerminalRow.installed_on).is_(None),
                col(TerminalRow.installed_on) <= when.today,
            ),
        )
    )
    if area:
        query = (
            query.outerjoin(*present_placement())
            .outerjoin(*merchant_of(PlacementRow.merchant_id))
            .outerjoin(*AREA)
            .where(col(AreaRow.name) == area)
        )
    states = earlier_values(session, when, "state")
    for row in session.connection().execute(query):
        for what, on in _dates(row, states.get(row.id, row.state)):
            first = when.today if what is Ending.WARRANTY else _LONG_AGO
            if on is not None and first <= on <= when.today + timedelta(days=ENDING_DAYS[what]):
                yield EndingDate(what, on, row.id, row.serial)


def _may_end(when: AsOf) -> Any:
    """Whether a device has a date that is near; when a battery is old is worked out afterwards."""

    def near(column: Any, what: Ending) -> Any:
        until = when.today + timedelta(days=ENDING_DAYS[what])
        return column.between(when.today, until) if what is Ending.WARRANTY else column <= until

    return sa.or_(
        near(col(TerminalRow.warranty_until), Ending.WARRANTY),
        near(col(TerminalRow.contract_until), Ending.CONTRACT),
        near(col(TerminalRow.certificate_until), Ending.CERTIFICATE),
        near(col(TerminalRow.sim_until), Ending.SIM),
        near(col(TerminalModelRow.pts_expires_on), Ending.PTS_NEW),
        near(col(TerminalModelRow.pts_use_until), Ending.PTS_USE),
        col(TerminalModelRow.battery_life_months).is_not(None),
    )


_LONG_AGO = date.min
"""A warranty that ended is no use any more; what else ended is still to be seen to."""


_LOOKED_AT = (TerminalState.IN_SERVICE, TerminalState.SPARE)


def _dates(row: Any, state: str) -> tuple[tuple[Ending, date | None], ...]:
    if state not in _LOOKED_AT:
        return ()
    if state == TerminalState.SPARE:
        return ((Ending.PTS_NEW, row.pts_expires_on),)
    battery = None
    if row.battery_life_months and row.installed_on:
        battery = row.installed_on + relativedelta(months=row.battery_life_months)
    return (
        (Ending.WARRANTY, row.warranty_until),
        (Ending.PTS_USE, row.pts_use_until),
        (Ending.BATTERY, battery),
        (Ending.CERTIFICATE, row.certificate_until),
        (Ending.SIM, row.sim_until),
        (Ending.CONTRACT, row.contract_until),
    )
