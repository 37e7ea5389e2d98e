"""SQL of when the clock of an incident stands still and whether it is overdue, made from the rule
in `app.domain.incidents.clocks`."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased
from sqlmodel import col

from app.domain.incidents import clocks
from db.models.incident import IncidentEventRow, IncidentRow


class SqlOperators:
    """The rule read as SQL; a condition about NULL is NULL, which a filter takes for no."""

    def one_of(self, value: Any, members: Collection[str]) -> Any:
        """``IN``, with the members in a fixed order so that statements are cached."""
        return value.in_(sorted(members))

    def both(self, one: Any, other: Any) -> Any:
        """``AND``."""
        return sa.and_(one, other)

    def negated(self, condition: Any) -> Any:
        """``NOT``."""
        return sa.not_(condition)

    def first_known(self, value: Any, otherwise: Any) -> Any:
        """``COALESCE``."""
        return sa.func.coalesce(value, otherwise)

    def later(self, moment: Any, than: Any) -> Any:
        """``>``."""
        return moment > than


_SQL = SqlOperators()


def _stop_in_log() -> Any:
    """When the clock stopped for the last time: the first step of the log after the last one with
    which it ran."""
    step, running = aliased(IncidentEventRow), aliased(IncidentEventRow)
    last_running = (
        sa.select(sa.func.max(running.seq))
        .where(
            col(running.incident_id) == col(IncidentRow.id),
            col(running.to_state).is_not(None),
            clocks.runs(_SQL, running.to_state, running.reason),
        )
        .correlate(IncidentRow)
        .scalar_subquery()
    )
    return (
        sa.select(col(step.at))
        .where(
            col(step.incident_id) == col(IncidentRow.id),
            col(step.to_state).is_not(None),
            col(step.seq) > sa.func.coalesce(last_running, 0),
        )
        .order_by(col(step.seq))
        .limit(1)
        .correlate(IncidentRow)
        .scalar_subquery()
    )


STOPPED_SINCE: Any = sa.case(
    (
        clocks.stands_still(_SQL, col(IncidentRow.state), col(IncidentRow.hold_reason)),
        _stop_in_log(),
    )
)
"""When the clock of an open incident stopped; NULL while it runs.  The log is asked only about
incidents that are on hold."""


def overdue(now: datetime) -> Any:
    """Whether an incident is overdue at a moment, as a condition."""
    due_at: Any = col(IncidentRow.resolve_due_at)
    moment = sa.literal(now, due_at.type)
    return clocks.overdue(_SQL, col(IncidentRow.state), due_at, STOPPED_SINCE, moment)
