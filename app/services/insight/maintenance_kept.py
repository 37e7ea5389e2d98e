"""Maintenance done while its window was open, of the windows that closed in a period: the formula
of `app.domain.maintenance.compliance`, by the groups of the figures."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col

from app.domain.insight.figure_kinds import CaseBehind, GroupedBy
from app.domain.insight.figures import Period
from app.domain.maintenance.compliance import COUNTED
from app.domain.maintenance.occurrences import OccurrenceOutcome, OccurrenceState, state_of
from app.services.insight.running_time import Key
from db.models.maintenance import OccurrenceRow, PlanRow, PlanVersionRow
from db.models.register import (
    AcquirerRow,
    AreaRow,
    MerchantRow,
    PlacementRow,
    TechnicianRow,
    TerminalRow,
)
from db.queries import ACQUIRER, AREA, merchant_of, present_placement


def maintenance_kept(
    session: Session, period: Period, today: Any, by: GroupedBy, area: str, acquirer: str
) -> dict[Key, tuple[int, int]]:
    """How many were done on time and how many windows closed, by group."""
    found: dict[Key, tuple[int, int]] = defaultdict(lambda: (0, 0))
    for row in session.execute(_closed(period, area, acquirer)):
        state = _state(row, today)
        if state is None:
            continue
        on_time, closed = found[_group(row, by)]
        found[_group(row, by)] = (on_time + (state is OccurrenceState.DONE), closed + 1)
    return dict(found)


def maintenance_cases(
    session: Session, period: Period, today: Any, area: str, acquirer: str
) -> tuple[CaseBehind, ...]:
    """The windows behind the figure, those not kept first."""
    made = []
    for row in session.execute(_closed(period, area, acquirer)):
        state = _state(row, today)
        if state is not None:
            made.append(
                CaseBehind(
                    id=row.id,
                    number=row.plan,
                    reported_on=row.window_until,
                    resolved_on=row.done_on,
                    serial=row.serial or "",
                    merchant=row.merchant or "",
                    technician=row.done_by,
                    fault_class="",
                    amount=None,
                    hit=state is OccurrenceState.DONE,
                )
            )
    return tuple(sorted(made, key=lambda one: (bool(one.hit), one.reported_on)))


def _closed(period: Period, area: str, acquirer: str) -> Any:
    query: Any = (
        sa.select(
            col(OccurrenceRow.id),
            col(OccurrenceRow.outcome),
            col(OccurrenceRow.window_from),
            col(OccurrenceRow.window_until),
            col(OccurrenceRow.done_on),
            col(OccurrenceRow.done_by),
            col(PlanRow.key).label("plan"),
            col(TerminalRow.model_id),
            col(TerminalRow.firmware),
            col(TerminalRow.serial),
            col(MerchantRow.area_id),
            col(MerchantRow.name).label("merchant"),
            col(PlacementRow.acquirer_id),
            col(TechnicianRow.id).label("technician_id"),
        )
        .select_from(OccurrenceRow)
        .join(PlanVersionRow, col(PlanVersionRow.id) == col(OccurrenceRow.version_id))
        .join(PlanRow, col(PlanRow.id) == col(OccurrenceRow.plan_id))
        .outerjoin(TerminalRow, col(TerminalRow.id) == col(OccurrenceRow.terminal_id))
        .outerjoin(*merchant_of(OccurrenceRow.merchant_id))
        .outerjoin(*present_placement(OccurrenceRow.terminal_id))
        .outerjoin(TechnicianRow, col(TechnicianRow.code) == col(OccurrenceRow.done_by))
        .where(
            col(OccurrenceRow.outcome).in_(sorted(COUNTED)),
            col(OccurrenceRow.window_until) >= col(PlanVersionRow.valid_from),
            col(OccurrenceRow.window_until).between(period.first, period.last),
        )
    )
    if area:
        query = query.join(*AREA).where(col(AreaRow.name) == area)
    if acquirer:
        query = query.join(*ACQUIRER).where(col(AcquirerRow.name) == acquirer)
    return query


def _state(row: Any, today: Any) -> OccurrenceState | None:
    """How it ended; None while its last day lasts."""
    outcome = OccurrenceOutcome(row.outcome)
    if row.window_until >= today and outcome is OccurrenceOutcome.OPEN:
        return None
    return state_of(outcome, (row.window_from, row.window_until), today, done_on=row.done_on)


def _group(row: Any, by: GroupedBy) -> Key:
    return {
        GroupedBy.NOTHING: ("", ""),
        GroupedBy.MODEL: (row.model_id or "", ""),
        GroupedBy.FIRMWARE: (row.model_id or "", row.firmware or ""),
        GroupedBy.AREA: (row.area_id or "", ""),
        GroupedBy.TECHNICIAN: (row.technician_id or "", ""),
        GroupedBy.ACQUIRER: (row.acquirer_id or "", ""),
    }[by]
