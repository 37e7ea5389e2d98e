"""Compliance figures and the cases behind them.

The evidence itself (device list, inspections of PCI DSS 9.5.1) is a document of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlmodel import Session, col

from app.domain.maintenance.compliance import COUNTED, Compliance, tally
from app.domain.maintenance.occurrences import Occurrence, OccurrenceOutcome, OccurrenceState
from app.services.core.context import ServiceContext
from app.services.maintenance.occurrence_queries import (
    ALL,
    OccurrenceFilter,
    narrowed,
    read_stored,
    stored_query,
)
from db.models.maintenance import OccurrenceRow, PlanVersionRow
from db.models.register import TechnicianRow

GROUPINGS: dict[str, Callable[[Occurrence, Mapping[str, str]], str]] = {
    "plan": lambda item, _names: item.plan_key,
    "area": lambda item, _names: item.area,
    "technician": lambda item, names: names.get(item.done_by, item.done_by) or item.technician,
}
"""By what the figures can be broken down; the names are those of technicians by their code."""


@dataclass(frozen=True, slots=True)
class ComplianceView:
    """Figures of a period: all together, by group, and the cases that were not on time."""

    first: date
    last: date
    total: Compliance
    groups: tuple[Compliance, ...]
    not_on_time: tuple[Occurrence, ...]


class ComplianceBook:
    """Use cases of compliance."""

    def __init__(self, context: ServiceContext) -> None:
        self._context = context

    def view(
        self, first: date, last: date, by: str = "plan", wanted: OccurrenceFilter = ALL
    ) -> ComplianceView:
        """The figures of the windows that closed between two days (today at the latest)."""
        with self._context.read() as session:
            return compliance_view(session, self._context.today(), first, last, by, wanted)


def compliance_view(
    session: Session, today: date, first: date, last: date, by: str, wanted: OccurrenceFilter
) -> ComplianceView:
    """The same in an open session."""
    group = GROUPINGS[by]
    query = stored_query().where(
        col(OccurrenceRow.outcome).in_(COUNTED),
        # Overdue already when the plan came to ask for it: nobody missed that window.
        col(OccurrenceRow.window_until) >= col(PlanVersionRow.valid_from),
        col(OccurrenceRow.window_until).between(first, min(last, today)),
    )
    # A window that closes today is still open for the rest of the day unless it is settled.
    states = [
        (item, item.state(today))
        for item in read_stored(session, narrowed(query, wanted))
        if item.window_until < today or item.outcome is not OccurrenceOutcome.OPEN
    ]
    rows = session.execute(sa.select(col(TechnicianRow.code), col(TechnicianRow.name)))
    names = {code: name for code, name in rows}
    groups = tally((group(item, names), state) for item, state in states)
    (total, *_) = (*tally(("", state) for _, state in states), Compliance(key=""))
    late = tuple(item for item, state in states if state is not OccurrenceState.DONE)
    return ComplianceView(first, last, total, groups, late)
