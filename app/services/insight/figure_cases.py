"""The cases behind every figure, as SQL: which enter it, which of them count, what each adds.

What is printed and the list of rows behind it are made from the same conditions, so that they can
never differ.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased
from sqlmodel import col

from app.domain.incidents.incidents import NOT_THE_TERMINAL
from app.domain.incidents.lifecycle import NOT_COUNTED, Action, Impact
from app.domain.insight.figure_kinds import MATURE_AFTER, FigureKind, GroupedBy
from db.durations import hours_between, hours_later
from db.models.incident import IncidentEventRow, IncidentRow
from db.models.register import (
    AcquirerRow,
    AreaRow,
    MerchantRow,
    PlacementRow,
    TerminalRow,
)
from db.queries import ACQUIRER, AREA, FAULT_CLASS, FIRMWARE_THEN, merchant_of, present_placement

DOWN_SINCE: Any = sa.case(
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


def within_moments(column: Any, first: datetime, after: datetime) -> Any:
    """Whether a column lies in a period: from `first` on, before `after`."""
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
        return within_moments(IncidentRow.reported_at, self.first, self.after)

    @property
    def resolved(self) -> Any:
        """Resolved in the period."""
        return within_moments(IncidentRow.resolved_at, self.first, self.after)

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
ITEM_FAILURE = col(IncidentRow.item_failure).is_(True)

CASE_RULES: dict[FigureKind, CaseRule] = {
    rule.kind: rule
    for rule in (
        CaseRule(FigureKind.REPORTED, _reported),
        CaseRule(FigureKind.ITEM_FAILURES, _reported, lambda _w: ITEM_FAILURE),
        CaseRule(FigureKind.MTBF, _reported, lambda _w: ITEM_FAILURE),
        CaseRule(FigureKind.RESOLVED, _resolved),
        CaseRule(
            FigureKind.RESTORATION,
            _resolved,
            lambda _w: sa.and_(
                ITEM_FAILURE, DOWN_SINCE.is_not(None), col(IncidentRow.restored_at).is_not(None)
            ),
            amount=hours_between(DOWN_SINCE, col(IncidentRow.restored_at)),
        ),
        CaseRule(
            FigureKind.SETTLED,
            _resolved,
            lambda _w: sa.not_(ITEM_FAILURE),
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
