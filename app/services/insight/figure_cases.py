"""The cases behind every figure, as SQL: which enter it, which of them count, what each adds.

What is printed and the list of rows behind it are made from the same conditions, so that they can
never differ.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased
from sqlmodel import col

from app.domain.faults import FaultClass
from app.domain.incidents.incidents import NOT_THE_TERMINAL, WorkKind
from app.domain.incidents.lifecycle import NOT_COUNTED, OUTSIDE_CONTROL, Action, HoldReason, Impact
from app.domain.insight.figure_kinds import MATURE_AFTER, FigureKind, GroupedBy
from db.durations import hours_between, hours_later
from db.models.incident import IncidentEventRow, IncidentRow, PartUsedRow, WorkEntryRow
from db.models.register import (
    AcquirerRow,
    AreaRow,
    MerchantRow,
    PlacementRow,
    TerminalRow,
)
from db.queries import ACQUIRER, AREA, FAULT_CLASS, merchant_of, present_placement

TALKED_THROUGH = frozenset(
    {FaultClass.OPERATION, FaultClass.BALANCE, FaultClass.FROZEN, FaultClass.SYSTEM}
)
"""Classes that end at a desk: instruction by telephone, the bank, the acquirer's system."""

STOPS_SINCE = timedelta(days=90)
"""How long before the period a stop may have been reported that reaches into it."""
_MOMENT: Any = col(IncidentRow.reported_at).type  # type: ignore[attr-defined]

_DOWN_SINCE: Any = sa.case(
    (col(IncidentRow.confirmed_class).in_(sorted(NOT_THE_TERMINAL)), None),
    (
        sa.and_(
            col(IncidentRow.impact) != Impact.STOPPED,
            col(IncidentRow.down_from) == col(IncidentRow.reported_at),
        ),
        None,
    ),
    else_=col(IncidentRow.down_from),
)
"""`app.domain.incidents.incidents.down_since` as SQL."""

_STARTED_AT: Any = (
    sa.select(sa.func.min(col(IncidentEventRow.at)))
    .where(
        col(IncidentEventRow.incident_id) == col(IncidentRow.id),
        col(IncidentEventRow.action) == Action.START,
    )
    .correlate(IncidentRow)
    .scalar_subquery()
)


def _counts(column: Any, first: datetime, after: datetime) -> Any:
    return sa.and_(col(column) >= first, col(column) < after)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which cases: moments of the period, and what narrows it.  `until` is its end, or now while it
    lasts; `mature_until` is the last moment at which something resolved can be judged by what came
    after it."""

    first: datetime
    after: datetime
    until: datetime
    mature_until: datetime
    by: GroupedBy = GroupedBy.NOTHING
    area: str = ""
    acquirer: str = ""

    @property
    def reported(self) -> Any:
        """Reported in the period."""
        return _counts(IncidentRow.reported_at, self.first, self.after)

    @property
    def resolved(self) -> Any:
        """Resolved in the period."""
        return _counts(IncidentRow.resolved_at, self.first, self.after)

    @property
    def open_at_end(self) -> Any:
        """Reported before the period ended, and not resolved by then."""
        still = sa.or_(
            col(IncidentRow.resolved_at).is_(None), col(IncidentRow.resolved_at) >= self.after
        )
        return sa.and_(col(IncidentRow.reported_at) < self.after, still)

    def keys(self) -> tuple[Any, Any]:
        """The two columns a group is told by."""
        return _KEYS[self.by]

    def narrowed(self, query: Any) -> Any:
        """A query of incidents, with the joins its groups need and the cases that count."""
        query = query.where(col(IncidentRow.state).not_in(sorted(NOT_COUNTED)))
        if self.by is GroupedBy.AREA or self.area:
            query = query.outerjoin(*merchant_of(IncidentRow.merchant_id))
        if self.by in (GroupedBy.MODEL, GroupedBy.FIRMWARE):
            about = col(TerminalRow.id) == col(IncidentRow.terminal_id)
            query = query.outerjoin(TerminalRow, about)
        if self.by is GroupedBy.ACQUIRER or self.acquirer:
            query = query.outerjoin(*present_placement(IncidentRow.terminal_id))
        if self.area:
            query = query.join(*AREA).where(col(AreaRow.name) == self.area)
        if self.acquirer:
            query = query.join(*ACQUIRER).where(col(AcquirerRow.name) == self.acquirer)
        return query


FIRMWARE_THEN: Any = sa.func.coalesce(
    sa.func.nullif(col(IncidentRow.firmware_before), ""), col(TerminalRow.firmware), ""
)
"""The firmware a case was reported under; that of today where nobody noted it."""
_ALL: Any = sa.literal("", sa.Text())
_KEYS: dict[GroupedBy, tuple[Any, Any]] = {
    GroupedBy.NOTHING: (_ALL, _ALL),
    GroupedBy.MODEL: (col(TerminalRow.model_id), _ALL),
    GroupedBy.FIRMWARE: (col(TerminalRow.model_id), FIRMWARE_THEN),
    GroupedBy.AREA: (col(MerchantRow.area_id), _ALL),
    GroupedBy.TECHNICIAN: (col(IncidentRow.technician_id), _ALL),
    GroupedBy.ACQUIRER: (col(PlacementRow.acquirer_id), _ALL),
}


@dataclass(frozen=True, slots=True)
class CaseRule:
    """How cases enter a figure: `base` chooses them by time, `among` narrows, `hit` says which
    count for a share, `amount` what each adds; both as functions of what is wanted."""

    kind: FigureKind
    base: Callable[[Wanted], Any]
    among: Callable[[Wanted], Any] | None = None
    hit: Any = None
    amount: Any = None


def _reported(wanted: Wanted) -> Any:
    return wanted.reported


def _resolved(wanted: Wanted) -> Any:
    return wanted.resolved


def _open(wanted: Wanted) -> Any:
    return wanted.open_at_end


_LATER: Any = aliased(IncidentRow)
_HOLDS = MATURE_AFTER.total_seconds() / 3600
_CAME_BACK = sa.exists(
    sa.select(sa.literal(1))
    .select_from(_LATER)
    .where(
        _LATER.terminal_id == col(IncidentRow.terminal_id),
        _LATER.reported_at > col(IncidentRow.resolved_at),
        _LATER.reported_at <= hours_later(col(IncidentRow.resolved_at), sa.literal(_HOLDS)),
        _LATER.state.not_in(sorted(NOT_COUNTED)),
        sa.func.coalesce(_LATER.confirmed_class, _LATER.provisional_class, "") == FAULT_CLASS,
    )
    .correlate(IncidentRow)
)
"""Whether the same class was reported on the same terminal again within the time in which a repair
has to hold."""
_FEES = (
    col(IncidentRow.fee_cents)
    + col(IncidentRow.callout_fee_cents)
    + col(IncidentRow.labour_fee_cents)
)
_ITEM = col(IncidentRow.item_failure).is_(True)

CASE_RULES: dict[FigureKind, CaseRule] = {
    rule.kind: rule
    for rule in (
        CaseRule(FigureKind.REPORTED, _reported),
        CaseRule(FigureKind.ITEM_FAILURES, _reported, lambda _w: _ITEM),
        CaseRule(FigureKind.MTBF, _reported, lambda _w: _ITEM),
        CaseRule(FigureKind.RESOLVED, _resolved),
        CaseRule(
            FigureKind.RESTORATION,
            _resolved,
            lambda _w: sa.and_(
                _ITEM, _DOWN_SINCE.is_not(None), col(IncidentRow.restored_at).is_not(None)
            ),
            amount=hours_between(_DOWN_SINCE, col(IncidentRow.restored_at)),
        ),
        CaseRule(
            FigureKind.SETTLED,
            _resolved,
            lambda _w: sa.not_(_ITEM),
            amount=hours_between(col(IncidentRow.reported_at), col(IncidentRow.resolved_at)),
        ),
        CaseRule(
            FigureKind.RESPONSE_ON_TIME,
            _resolved,
            lambda _w: sa.and_(
                col(IncidentRow.response_due_at).is_not(None), _STARTED_AT.is_not(None)
            ),
            hit=col(IncidentRow.response_due_at) >= _STARTED_AT,
        ),
        CaseRule(
            FigureKind.RESOLVED_ON_TIME,
            _resolved,
            lambda _w: col(IncidentRow.resolve_due_at).is_not(None),
            hit=col(IncidentRow.resolved_at) <= col(IncidentRow.resolve_due_at),
        ),
        CaseRule(
            FigureKind.FIRST_TIME,
            _resolved,
            lambda wanted: sa.and_(
                col(IncidentRow.terminal_id).is_not(None),
                col(IncidentRow.resolved_at) <= wanted.mature_until,
            ),
            hit=sa.and_(col(IncidentRow.reopen_count) == 0, sa.not_(_CAME_BACK)),
        ),
        CaseRule(FigureKind.REOPENED, _resolved, hit=col(IncidentRow.reopen_count) > 0),
        CaseRule(
            FigureKind.CLASS_AGREED,
            _resolved,
            lambda _w: sa.and_(
                col(IncidentRow.provisional_class).is_not(None),
                col(IncidentRow.confirmed_class).is_not(None),
            ),
            hit=col(IncidentRow.provisional_class) == col(IncidentRow.confirmed_class),
        ),
        CaseRule(FigureKind.FEES, _resolved, lambda _w: _FEES > 0, amount=_FEES),
        CaseRule(FigureKind.BACKLOG, _open),
    )
}
"""The figures that are counted over the rows of incidents alone."""


# --- figures whose cases have other rows, too ---------------------------------------------------


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
    kind = sa.case((_ITEM, FigureKind.RESTORATION.value), else_=FigureKind.SETTLED.value)
    amount = sa.case((_ITEM, failures.amount), else_=others.amount)
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
    start: Any = sa.case((wanted.first < _DOWN_SINCE, _DOWN_SINCE), else_=_moment(wanted.first))
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
            _counts(IncidentRow.reported_at, wanted.first - STOPS_SINCE, wanted.after),
            wanted.after > _DOWN_SINCE,
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
