"""Occurrences for what happened to terminals: one open occasion per plan and subject is enough."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime

import sqlalchemy as sa
from sqlmodel import Session, col

from app.domain.maintenance.occurrences import (
    Occasion,
    Occurrence,
    OccurrenceOutcome,
    event_slot,
    window,
)
from app.domain.maintenance.plans import Scope, Subject
from app.services.core.context import ServiceContext
from app.services.maintenance.due_dates import DueDates
from app.services.maintenance.plan_events import PlanOccasion, happened, subject_key
from db.models.maintenance import OccurrenceRow

Who = tuple[str, str]
"""Plan and subject."""


def occasions(
    session: Session,
    context: ServiceContext,
    due_dates: DueDates,
    subjects: Mapping[str, Subject],
    since: datetime,
) -> list[Occurrence]:
    """Occurrences for what happened since a moment, unless one is open already."""
    events = list(happened(session, context, due_dates.plans, since))
    known, worked = _known(session, events)
    taken, found = _busy(session, events), []
    for event in events:
        terminal = subjects.get(event.terminal_id)
        if event.version.contents.scope is Scope.MERCHANT and not event.merchant_id:
            event = _at_merchant(event, terminal)
        subject = subjects.get(subject_key(event))
        key = (event.plan.id, subject_key(event))
        if subject is None or key in taken or (*key, event_slot(event.ref)) in known:
            continue
        # Work for an earlier occasion that was done on a later day was for both.
        if any(due <= event.on < done for due, done in worked.get(key, ())):
            continue
        taken.add(key)
        found.append(_occasion(event, subject))
    return found


def _busy(session: Session, events: Sequence[PlanOccasion]) -> set[Who]:
    """Which plans have an open occasion for which subject, as far as these plans go."""
    plans = {event.plan.id for event in events}
    if not plans:
        return set()
    rows = session.execute(
        sa.select(col(OccurrenceRow.plan_id), col(OccurrenceRow.subject)).where(
            col(OccurrenceRow.plan_id).in_(sorted(plans)),
            col(OccurrenceRow.outcome) == OccurrenceOutcome.OPEN,
            col(OccurrenceRow.occasion) == Occasion.EVENT,
        )
    )
    return {(plan_id, subject) for plan_id, subject in rows}


def _at_merchant(event: PlanOccasion, terminal: Subject | None) -> PlanOccasion:
    merchant = "" if terminal is None else terminal.merchant_id
    return PlanOccasion(
        plan=event.plan,
        version=event.version,
        terminal_id=event.terminal_id,
        merchant_id=merchant,
        ref=event.ref,
        on=event.on,
    )


def _known(
    session: Session, events: Sequence[PlanOccasion]
) -> tuple[set[tuple[str, str, str]], dict[Who, list[tuple[date, date]]]]:
    """The occasions that have a row, and per plan and subject when occasions were due and done."""
    if not events:
        return set(), {}
    oldest = min(event.on for event in events)
    known: set[tuple[str, str, str]] = set()
    worked: dict[Who, list[tuple[date, date]]] = {}
    for plan_id, subject, slot, due_on, done_on in session.execute(
        sa.select(
            col(OccurrenceRow.plan_id),
            col(OccurrenceRow.subject),
            col(OccurrenceRow.slot),
            col(OccurrenceRow.due_on),
            col(OccurrenceRow.done_on),
        ).where(
            col(OccurrenceRow.occasion) == Occasion.EVENT,
            sa.or_(col(OccurrenceRow.due_on) >= oldest, col(OccurrenceRow.done_on) >= oldest),
        )
    ):
        known.add((plan_id, subject, slot))
        if done_on is not None:
            worked.setdefault((plan_id, subject), []).append((due_on, done_on))
    return known, worked


def _occasion(event: PlanOccasion, subject: Subject) -> Occurrence:
    contents = event.version.contents
    opens, closes = window(event.on, 0, contents.event_late_days)
    return Occurrence(
        id="",
        plan_id=event.plan.id,
        plan_key=event.plan.key,
        plan_name=contents.name,
        version_id=event.version.id,
        scope=contents.scope,
        place=contents.place,
        subject=subject.key,
        slot=event_slot(event.ref),
        n=0,
        occasion=Occasion.EVENT,
        nominal_on=event.on,
        due_on=event.on,
        window_from=opens,
        window_until=closes,
        minutes=contents.minutes,
        terminal_id=subject.terminal_id,
        merchant_id=subject.merchant_id,
        merchant_name=subject.merchant_name,
        serial=subject.serial,
        tid=subject.tid,
        area=subject.area,
    )
