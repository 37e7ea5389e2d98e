"""Figures whose cases have other rows, too: durations by log and work entries, parts, trips, and
the time terminals were down."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased
from sqlmodel import col

from app.domain.faults import FaultClass
from app.domain.incidents.incidents import WorkKind
from app.domain.incidents.lifecycle import OUTSIDE_CONTROL, Action, HoldReason
from app.domain.insight.figure_kinds import FigureKind
from app.services.insight.figure_cases import (
    CASE_RULES,
    DOWN_SINCE,
    ITEM_FAILURE,
    Wanted,
    within_moments,
)
from db.durations import hours_between
from db.models.incident import IncidentEventRow, IncidentRow, PartUsedRow, WorkEntryRow
from db.queries import FAULT_CLASS

TALKED_THROUGH = frozenset(
    {FaultClass.OPERATION, FaultClass.BALANCE, FaultClass.FROZEN, FaultClass.SYSTEM}
)
"""Classes that end at a desk: instruction by telephone, the bank, the acquirer's system."""

STOPS_SINCE = timedelta(days=90)
"""How long before the period a stop may have been reported that reaches into it."""
_MOMENT: Any = col(IncidentRow.reported_at).type  # type: ignore[attr-defined]


def durations(wanted: Wanted) -> Any:
    """Group, kind, case and amount of every duration of the period, in one selection."""
    parts = [
        *_of_cases(wanted),
        _response(wanted),
        _repair(wanted),
        _logged(wanted),
        _waits(wanted),
    ]
    return sa.union_all(*parts)


def _columns(wanted: Wanted, kind: Any, amount: Any) -> tuple[Any, ...]:
    one, two = wanted.keys()
    return (
        one.label("g_one"),
        two.label("g_two"),
        (sa.literal(kind.value) if isinstance(kind, FigureKind) else kind).label("figure"),
        col(IncidentRow.id).label("case_id"),
        sa.cast(amount, sa.Float).label("amount"),
    )


def _of_cases(wanted: Wanted) -> Sequence[Any]:
    """Restoration of failures, and how long cases took that the terminal did not cause, in one
    pass."""
    failures, others = CASE_RULES[FigureKind.RESTORATION], CASE_RULES[FigureKind.SETTLED]
    assert failures.among is not None
    assert others.among is not None
    kind = sa.case((ITEM_FAILURE, FigureKind.RESTORATION.value), else_=FigureKind.SETTLED.value)
    amount = sa.case((ITEM_FAILURE, failures.amount), else_=others.amount)
    query = sa.select(*_columns(wanted, kind, amount)).select_from(IncidentRow)
    either = sa.or_(failures.among(wanted), others.among(wanted))
    aged = hours_between(col(IncidentRow.reported_at), _moment(wanted.until))
    backlog = sa.select(*_columns(wanted, FigureKind.BACKLOG_AGE, aged / 24)).select_from(
        IncidentRow
    )
    return (
        wanted.narrowed(query.where(wanted.resolved, either)),
        wanted.narrowed(backlog.where(wanted.open_at_end)),
    )


_START: Any = aliased(IncidentEventRow)


def _started(wanted: Wanted, kind: FigureKind, amount: Any) -> Any:
    query = (
        sa.select(*_columns(wanted, kind, amount))
        .select_from(IncidentRow)
        .join(
            _START,
            sa.and_(_START.incident_id == col(IncidentRow.id), _START.action == Action.START),
        )
    )
    return wanted.narrowed(query.where(wanted.resolved))


def _response(wanted: Wanted) -> Any:
    return _started(
        wanted, FigureKind.RESPONSE, hours_between(col(IncidentRow.reported_at), _START.at)
    )


def _repair(wanted: Wanted) -> Any:
    """From the beginning of work until it was resolved, without the holds; of cases that stayed
    resolved."""
    held = (
        sa.select(sa.func.sum(hours_between(col(_HOLD.at), _HOLD_ENDED)))
        .where(_HOLD.incident_id == col(IncidentRow.id), _HOLD.action == Action.HOLD)
        .correlate(IncidentRow)
        .scalar_subquery()
    )
    amount = hours_between(_START.at, col(IncidentRow.resolved_at)) - sa.func.coalesce(held, 0.0)
    query = _started(wanted, FigureKind.REPAIR, amount)
    return query.where(col(IncidentRow.reopen_count) == 0)


_HOLD: Any = aliased(IncidentEventRow)
_NEXT: Any = aliased(IncidentEventRow)
_HOLD_ENDED: Any = (
    sa.select(sa.func.min(_NEXT.at))
    .where(
        _NEXT.incident_id == _HOLD.incident_id,
        _NEXT.seq > _HOLD.seq,
        _NEXT.to_state.is_not(None),
    )
    .correlate(_HOLD)
    .scalar_subquery()
)


def _waits(wanted: Wanted) -> Any:
    """The holds of each case, by why it waited."""
    kind = sa.case(
        (_HOLD.reason == HoldReason.PARTS, FigureKind.WAIT_PARTS.value),
        (_HOLD.reason.in_(sorted(OUTSIDE_CONTROL)), FigureKind.WAIT_OUTSIDE.value),
        else_=FigureKind.WAIT_OTHER.value,
    )
    return _summed(
        wanted,
        kind,
        hours_between(_HOLD.at, _HOLD_ENDED),
        _HOLD,
        sa.and_(_HOLD.incident_id == col(IncidentRow.id), _HOLD.action == Action.HOLD),
    )


def _logged(wanted: Wanted) -> Any:
    """Travel and diagnosis as the work log has them, of each case that has any."""
    kind = sa.case(
        (col(WorkEntryRow.kind) == WorkKind.TRAVEL, FigureKind.TRAVEL.value),
        else_=FigureKind.DIAGNOSIS.value,
    )
    told = (WorkKind.TRAVEL, WorkKind.CHECK, WorkKind.MEASURE)
    return _summed(
        wanted,
        kind,
        col(WorkEntryRow.minutes) / 60.0,
        WorkEntryRow,
        sa.and_(
            col(WorkEntryRow.incident_id) == col(IncidentRow.id),
            col(WorkEntryRow.kind).in_(told),
            col(WorkEntryRow.minutes) > 0,
        ),
    )


def _summed(wanted: Wanted, kind: Any, amount: Any, rows: Any, joined: Any) -> Any:
    columns = _columns(wanted, kind, sa.func.sum(amount))
    query = sa.select(*columns).select_from(IncidentRow).join(rows, joined)
    return _by_case(wanted, query)


def _by_case(wanted: Wanted, query: Any) -> Any:
    """One row for each resolved case.  Grouped by the names of the columns: a server takes the same
    expression with other parameters for another one."""
    return wanted.narrowed(query.where(wanted.resolved)).group_by(
        "g_one", "g_two", "figure", "case_id"
    )


def parts(wanted: Wanted) -> Any:
    """What the parts of each resolved case cost at the price noted, with group."""
    cost = sa.func.sum(col(PartUsedRow.quantity) * col(PartUsedRow.unit_price_cents))
    query = (
        sa.select(*_columns(wanted, FigureKind.PARTS, cost))
        .select_from(IncidentRow)
        .join(PartUsedRow, col(PartUsedRow.incident_id) == col(IncidentRow.id))
    )
    return _by_case(wanted, query)


def trips(wanted: Wanted, kind: FigureKind) -> Any:
    """Each resolved case somebody went to, with the number of trips; `hit` says whether one of them
    was one too many: a further one, or one to a case that ends at a desk."""
    amount = sa.func.count()
    hit = (
        sa.case((amount > 1, 1), else_=0)
        if kind is FigureKind.REPEATED
        else sa.func.max(sa.case((FAULT_CLASS.in_(sorted(TALKED_THROUGH)), 1), else_=0))
    )
    query = (
        sa.select(*_columns(wanted, kind, amount), hit.label("hit"))
        .select_from(IncidentRow)
        .join(
            WorkEntryRow,
            sa.and_(
                col(WorkEntryRow.incident_id) == col(IncidentRow.id),
                col(WorkEntryRow.kind) == WorkKind.TRAVEL,
            ),
        )
    )
    return _by_case(wanted, query)


def downtime(wanted: Wanted) -> Any:
    """Of each stop that reaches into the period: group, case, and from when until when the terminal
    was down in it, what an earlier stop of the same terminal covers already left out."""
    start: Any = sa.case((wanted.first < DOWN_SINCE, DOWN_SINCE), else_=_moment(wanted.first))
    ended: Any = sa.case(
        (col(IncidentRow.restored_at) < wanted.until, col(IncidentRow.restored_at)),
        else_=_moment(wanted.until),
    )
    one, two = wanted.keys()
    query = (
        sa.select(
            one.label("g_one"),
            two.label("g_two"),
            col(IncidentRow.id).label("case_id"),
            start.label("start"),
            ended.label("ended"),
            sa.func.max(ended)
            .over(
                partition_by=col(IncidentRow.terminal_id),
                order_by=(start, col(IncidentRow.id)),
                rows=(None, -1),
            )
            .label("covered"),
        )
        .select_from(IncidentRow)
        .where(
            col(IncidentRow.terminal_id).is_not(None),
            within_moments(IncidentRow.reported_at, wanted.first - STOPS_SINCE, wanted.after),
            wanted.after > DOWN_SINCE,
            sa.or_(
                col(IncidentRow.restored_at).is_(None),
                col(IncidentRow.restored_at) > wanted.first,
            ),
        )
    )
    found = wanted.narrowed(query).subquery()
    begun = sa.case((found.c.covered > found.c.start, found.c.covered), else_=found.c.start)
    down = sa.case((begun < found.c.ended, hours_between(begun, found.c.ended) / 24), else_=0.0)
    return sa.select(
        found.c.g_one,
        found.c.g_two,
        sa.literal(FigureKind.AVAILABILITY.value).label("figure"),
        found.c.case_id,
        down.label("amount"),
    )


def _moment(value: datetime) -> Any:
    return sa.literal(value, _MOMENT)
