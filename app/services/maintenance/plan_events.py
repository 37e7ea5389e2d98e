"""Occasions for maintenance other than dates: what happened to terminals since the last look."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col

from app.domain.incidents.lifecycle import Action
from app.domain.maintenance.plans import EventRule, Plan, PlanEvent, PlanVersion, Scope
from app.domain.register.terminals import TerminalEventKind, TerminalState
from app.services.core.context import ServiceContext
from db.models.incident import IncidentEventRow, IncidentRow
from db.models.maintenance import PlanVersionRow
from db.models.register import TerminalEventRow
from db.queries import FAULT_CLASS

_KIND, _OLD, _NEW = (
    col(TerminalEventRow.kind),
    col(TerminalEventRow.old),
    col(TerminalEventRow.new),
)
_INTO_SERVICE = sa.and_(_KIND == TerminalEventKind.STATE, _NEW == TerminalState.IN_SERVICE)
_TERMINAL_EVENTS: dict[PlanEvent, Any] = {
    PlanEvent.INSTALLED: _KIND == TerminalEventKind.REGISTERED,
    PlanEvent.SWAPPED: _KIND.in_(
        (TerminalEventKind.SWAPPED_IN, TerminalEventKind.SWAPPED_IN_UPDATE)
    ),
    PlanEvent.RELOCATED: _KIND == TerminalEventKind.RELOCATED,
    PlanEvent.REPAIRED: sa.and_(_INTO_SERVICE, _OLD == TerminalState.IN_REPAIR),
    PlanEvent.RETURNED: sa.and_(
        _INTO_SERVICE, _OLD.in_((TerminalState.SUSPENDED, TerminalState.SPARE))
    ),
    PlanEvent.UPDATED: sa.and_(
        _KIND.in_((TerminalEventKind.EDITED_UPDATE, TerminalEventKind.IMPORTED_UPDATE)),
        col(TerminalEventRow.field).in_(("firmware", "app_version")),
    ),
}
"""How the register's log speaks of each event."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanOccasion:
    """One occasion for one plan."""

    plan: Plan
    version: PlanVersion
    terminal_id: str
    merchant_id: str
    ref: str
    on: date


def happened(
    session: Session, context: ServiceContext, plans: Iterable[Plan], since: datetime
) -> Iterator[PlanOccasion]:
    """What happened since a moment that makes a plan due, oldest first; never from before the plan
    was given the rule."""
    today = context.today()
    made = _made_at(session)
    for plan in plans:
        version = plan.at(today)
        contents = version.contents
        if contents.starts_on > today or (contents.ends_on and contents.ends_on < today):
            continue
        for rule in contents.events:
            begin = max(since, _asked_since(plan, version, rule, made))
            for terminal_id, merchant_id, ref, at in _found(session, rule, begin):
                day = at.astimezone(context.zone).date()
                yield PlanOccasion(
                    plan=plan,
                    version=version,
                    terminal_id=terminal_id,
                    merchant_id=merchant_id,
                    ref=ref,
                    on=day,
                )


def _asked_since(
    plan: Plan, version: PlanVersion, rule: EventRule, made: dict[str, datetime]
) -> datetime:
    """Since when the plan has had this rule; what happened before it was given does not count."""
    begin = made[version.id]
    for earlier in reversed(plan.versions[: plan.versions.index(version)]):
        if rule not in earlier.contents.events:
            break
        begin = made[earlier.id]
    return begin


def _made_at(session: Session) -> dict[str, datetime]:
    rows = session.execute(sa.select(col(PlanVersionRow.id), col(PlanVersionRow.made_at)))
    return {version_id: made_at for version_id, made_at in rows}


def _found(
    session: Session, rule: EventRule, since: datetime
) -> Iterator[tuple[str, str, str, datetime]]:
    if rule.event is PlanEvent.INCIDENTS:
        yield from _repeated(session, rule, since)
        return
    rows = session.execute(
        sa.select(
            col(TerminalEventRow.terminal_id), col(TerminalEventRow.id), col(TerminalEventRow.at)
        )
        .where(col(TerminalEventRow.at) >= since, _TERMINAL_EVENTS[rule.event])
        .order_by(col(TerminalEventRow.at), col(TerminalEventRow.id))
    )
    # What was done at once, to several fields, is one occasion.
    done: set[tuple[str, datetime]] = set()
    for terminal_id, ref, at in rows:
        if (terminal_id, at) not in done:
            done.add((terminal_id, at))
            yield terminal_id, "", ref, at
    if rule.event is PlanEvent.REPAIRED:
        yield from _repaired(session, since)


def _repaired(session: Session, since: datetime) -> Iterator[tuple[str, str, str, datetime]]:
    """Incidents resolved as a failure of the terminal itself."""
    rows = session.execute(
        sa.select(
            col(IncidentRow.terminal_id),
            col(IncidentRow.merchant_id),
            col(IncidentEventRow.id),
            col(IncidentEventRow.at),
        )
        .join(IncidentEventRow, col(IncidentEventRow.incident_id) == col(IncidentRow.id))
        .where(
            col(IncidentEventRow.at) >= since,
            col(IncidentEventRow.action) == Action.RESOLVE,
            col(IncidentRow.item_failure).is_(True),
            col(IncidentRow.result) == "solved",
            col(IncidentRow.terminal_id).is_not(None),
        )
        .order_by(col(IncidentEventRow.at), col(IncidentEventRow.id))
    )
    for terminal_id, merchant_id, ref, at in rows:
        yield terminal_id, merchant_id or "", ref, at


def _repeated(
    session: Session, rule: EventRule, since: datetime
) -> Iterator[tuple[str, str, str, datetime]]:
    """The incident that makes it `times` within the days; the count then begins anew."""
    window = timedelta(days=rule.within_days)
    fault = FAULT_CLASS
    query: Any = (
        sa.select(
            col(IncidentRow.terminal_id),
            col(IncidentRow.merchant_id),
            col(IncidentRow.id),
            col(IncidentRow.reported_at),
        )
        .where(
            col(IncidentRow.reported_at) >= since - window,
            col(IncidentRow.terminal_id).is_not(None),
            col(IncidentRow.state).not_in(("cancelled", "duplicate")),
        )
        .order_by(col(IncidentRow.reported_at), col(IncidentRow.id))
    )
    if rule.classes:
        query = query.where(fault.in_(rule.classes))
    recent: dict[str, list[datetime]] = {}
    for terminal_id, merchant_id, ref, at in session.execute(query):
        before = [moment for moment in recent.get(terminal_id, ()) if at - moment <= window]
        before.append(at)
        if len(before) >= rule.times:
            before = []
            if at >= since:
                yield terminal_id, merchant_id or "", ref, at
        recent[terminal_id] = before


def subject_key(event: PlanOccasion) -> str:
    """The subject an occasion is about."""
    scope = event.version.contents.scope
    return event.terminal_id if scope is Scope.TERMINAL else event.merchant_id
