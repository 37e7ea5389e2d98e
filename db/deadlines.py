"""When the clock of an incident stands still and when it is overdue, as SQL: the rule of
`app.domain.incidents.lifecycle.is_overdue`, made of the same states and reasons."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import col

from app.domain.incidents.lifecycle import OPEN_STATES, OUTSIDE_CONTROL, IncidentState
from db.models.incident import IncidentEventRow, IncidentRow

_LAST_HOLD = (
    sa.select(col(IncidentEventRow.at))
    .where(
        col(IncidentEventRow.incident_id) == col(IncidentRow.id),
        col(IncidentEventRow.to_state) == IncidentState.ON_HOLD,
    )
    .order_by(col(IncidentEventRow.seq).desc())
    .limit(1)
    .correlate(IncidentRow)
    .scalar_subquery()
)

STOPPED_SINCE: Any = sa.case(
    (
        sa.and_(
            col(IncidentRow.state) == IncidentState.ON_HOLD,
            col(IncidentRow.hold_reason).in_(sorted(OUTSIDE_CONTROL)),
        ),
        _LAST_HOLD,
    ),
    else_=sa.null(),
)
"""When the clock of an open incident stopped; NULL while it runs.  The log is asked only about
incidents that are on hold."""


def overdue(now: datetime) -> Any:
    """Whether an incident is overdue at a moment, as a condition."""
    return sa.and_(
        col(IncidentRow.state).in_(OPEN_STATES),
        sa.func.coalesce(STOPPED_SINCE, sa.literal(now, IncidentRow.resolve_due_at.type))  # type: ignore[attr-defined]
        > col(IncidentRow.resolve_due_at),
    )
