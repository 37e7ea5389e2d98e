"""Reminders: worked out from the records, each told once on this computer.

Which were told is kept in this database, not in the log: it concerns one person at one computer.
Whatever happens to the clock or the program meanwhile (sleep, restart, a clock set back), a
reminder that is due and was not told is told at the next look, and one that was told never again.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col

from app.domain.dispatch.reminders import (
    NEVER_QUIET,
    QuietHours,
    Reminder,
    ReminderKind,
    day_begins,
    hold_due,
    promise_due,
    visit_due,
)
from app.domain.incidents.clocks import near_from
from app.domain.incidents.lifecycle import OPEN_STATES, IncidentState
from app.domain.maintenance.visits import FINISHED
from app.services.core.context import ServiceContext
from db.deadlines import STOPPED_SINCE
from db.models.incident import IncidentRow
from db.models.maintenance import VisitRow
from db.models.office import AppStateRow
from db.models.register import MerchantRow, TechnicianRow
from db.queries import merchant_of

LATE = timedelta(days=7)
"""What was due longer ago is not told any more: whoever comes back sees it on his lists."""
_KEPT = timedelta(days=60)
"""How long it is kept that a reminder was told; more than `LATE`, so that none comes twice."""


class Reminders:
    """Use cases of reminders."""

    def __init__(self, context: ServiceContext) -> None:
        self._context = context

    def between(self, first: datetime, last: datetime) -> tuple[Reminder, ...]:
        """The reminders due after `first` and not after `last`, for who works here; for everybody
        when that is nobody of the technicians.  Told or not, in the order they are due."""
        with self._context.read() as session:
            return self._between(session, first, last)

    def take(self, quiet: QuietHours = NEVER_QUIET) -> tuple[Reminder, ...]:
        """The reminders that are due now and were not told yet; from now on they are told.  In
        quiet hours there are none: they come afterwards."""
        now = self._context.now()
        if quiet.holds(now.astimezone(self._context.zone).time()):
            return ()
        with self._context.read() as session:
            due = self._between(session, now - LATE, now)
            told = _told(session, self._name)
        fresh = [one for one in due if one.key not in told]
        if not fresh:
            return ()
        with self._context.write_locally() as unit:
            # Read again in the transaction: another window of the same person may have been first.
            told = _told(unit.session, self._name)
            fresh = [one for one in due if one.key not in told]
            kept = {key: at for key, at in told.items() if at > (now - _KEPT).timestamp()}
            kept |= {one.key: now.timestamp() for one in fresh}
            _keep(unit.session, self._name, kept)
        return tuple(fresh)

    @property
    def _name(self) -> str:
        """What is told is told to a person at a computer."""
        return f"reminders/{self._context.device}/{self._context.actor}"

    def _between(self, session: Session, first: datetime, last: datetime) -> tuple[Reminder, ...]:
        mine = _technician(session, self._context.actor)
        found = (*self._of_incidents(session, mine), *self._of_visits(session, mine, first, last))
        due = [one for one in found if first < one.at <= last]
        return tuple(sorted(due, key=lambda one: (one.at, one.key)))

    def _of_incidents(self, session: Session, technician_id: str) -> Iterator[Reminder]:
        for row in session.execute(_incidents(technician_id)):
            values: dict[str, Any] = {
                "about": row.id,
                "number": row.number,
                "merchant": row.merchant or row.tid,
            }
            if row.promised_at is not None:
                yield Reminder(
                    kind=ReminderKind.PROMISED,
                    at=promise_due(row.promised_at),
                    until=row.promised_at,
                    **values,
                )
            if row.state == IncidentState.ON_HOLD and row.hold_expected_on is not None:
                yield Reminder(
                    kind=ReminderKind.HOLD_ENDS,
                    at=hold_due(row.hold_expected_on, self._context.zone),
                    until=day_begins(row.hold_expected_on, self._context.zone),
                    **values,
                )
            if row.stopped_since is None and row.resolve_due_at is not None:
                yield Reminder(
                    kind=ReminderKind.DEADLINE_NEAR,
                    at=near_from(row.reported_at, row.resolve_due_at),
                    until=row.resolve_due_at,
                    **values,
                )

    def _of_visits(
        self, session: Session, technician_id: str, first: datetime, last: datetime
    ) -> Iterator[Reminder]:
        zone = self._context.zone
        # The day after the reminder, whatever the zone makes of the moment.
        days = first.date() - timedelta(days=1), last.date() + timedelta(days=3)
        for row in session.execute(_visits(technician_id).where(_planned(*days))):
            yield Reminder(
                kind=ReminderKind.VISIT_TOMORROW,
                at=visit_due(row.planned_on, zone),
                about=row.id,
                number=row.number,
                merchant=row.merchant or "",
                until=day_begins(row.planned_on, zone),
            )


def _technician(session: Session, actor: str) -> str:
    query = sa.select(col(TechnicianRow.id)).where(col(TechnicianRow.code) == actor)
    return str(session.execute(query).scalar() or "") if actor else ""


def _incidents(technician_id: str) -> Any:
    query: Any = (
        sa.select(
            col(IncidentRow.id),
            col(IncidentRow.number),
            col(IncidentRow.state),
            col(IncidentRow.tid),
            col(IncidentRow.reported_at),
            col(IncidentRow.promised_at),
            col(IncidentRow.resolve_due_at),
            col(IncidentRow.hold_expected_on),
            col(MerchantRow.name).label("merchant"),
            STOPPED_SINCE.label("stopped_since"),
        )
        .select_from(IncidentRow)
        .outerjoin(*merchant_of(IncidentRow.merchant_id))
        .where(col(IncidentRow.state).in_(OPEN_STATES))
    )
    return query.where(col(IncidentRow.technician_id) == technician_id) if technician_id else query


def _visits(technician_id: str) -> Any:
    query: Any = (
        sa.select(
            col(VisitRow.id),
            col(VisitRow.number),
            col(VisitRow.planned_on),
            col(MerchantRow.name).label("merchant"),
        )
        .select_from(VisitRow)
        .outerjoin(*merchant_of(VisitRow.merchant_id))
        .where(col(VisitRow.state).not_in(FINISHED))
    )
    return query.where(col(VisitRow.technician_id) == technician_id) if technician_id else query


def _planned(first: Any, last: Any) -> Any:
    return col(VisitRow.planned_on).between(first, last)


def _told(session: Session, name: str) -> dict[str, float]:
    """The keys of the reminders told, with when as a time stamp."""
    row = session.get(AppStateRow, name)
    return dict(row.value) if row is not None else {}


def _keep(session: Session, name: str, told: dict[str, float]) -> None:
    row = session.get(AppStateRow, name)
    if row is None:
        session.add(AppStateRow(name=name, value=told))
    else:
        row.value = told
