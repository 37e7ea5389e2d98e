"""The moment warnings are asked about, and what was known then.

Asked about the past, a row counts as it was: an incident only once it was in the log, in the class
it was held to be of, withdrawn only once somebody had withdrawn it; a terminal where it stood, with
the firmware it had."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col

from app.domain.incidents.lifecycle import Action
from app.services.core.context import ServiceContext
from db.models.incident import IncidentEventRow
from db.models.register import TerminalEventRow


@dataclass(frozen=True, slots=True)
class AsOf:
    """A moment, the calendar day it is in, the zone of that day, and whether it is past."""

    moment: datetime
    today: date
    zone: tzinfo | None
    past: bool = False

    def midnight(self, day: date) -> datetime:
        """The first moment of a day."""
        return datetime.combine(day, time(), self.zone).astimezone(self.zone)

    def days_ago(self, days: int) -> datetime:
        """The first moment of the day so many days ago: what counts from then on stays the same
        until midnight."""
        return self.midnight(self.today - timedelta(days=days))

    def day_of(self, moment: datetime) -> date:
        """The day of a moment."""
        return moment.astimezone(self.zone).date()


def as_of(context: ServiceContext, day: date | None = None) -> AsOf:
    """The end of a day, or now where that is still to come or no day is given."""
    now, today = context.now(), context.today()
    if day is None or day >= today:
        return AsOf(now, today, context.zone)
    there = AsOf(now, day, context.zone, past=True)
    end = there.midnight(day + timedelta(days=1)) - timedelta(microseconds=1)
    return AsOf(end, day, context.zone, past=True)


@dataclass(frozen=True, slots=True)
class Later:
    """Incidents something happened to after a moment: those nobody knew of then, those not yet
    resolved, not yet triaged, and not yet withdrawn."""

    unknown: frozenset[str] = frozenset()
    unresolved: frozenset[str] = frozenset()
    untriaged: frozenset[str] = frozenset()
    standing: frozenset[str] = frozenset()

    def class_then(self, key: str, confirmed: str | None, provisional: str | None) -> str:
        """The class an incident was held to be of."""
        if key in self.unresolved:
            confirmed = None
        if key in self.untriaged:
            provisional = None
        return confirmed or provisional or ""


NOTHING_LATER = Later()
_FIRST = {
    Action.REPORT: "unknown",
    Action.RESOLVE: "unresolved",
    Action.TRIAGE: "untriaged",
    Action.CANCEL: "standing",
    Action.MARK_DUPLICATE: "standing",
}


def later(session: Session, when: AsOf) -> Later:
    """What happened to incidents since; nothing when `when` is now."""
    if not when.past:
        return NOTHING_LATER
    first: Any = (
        sa.select(
            col(IncidentEventRow.incident_id),
            col(IncidentEventRow.action),
            sa.func.min(col(IncidentEventRow.at)).label("first_at"),
        )
        .where(col(IncidentEventRow.action).in_(sorted(_FIRST)))
        .group_by(col(IncidentEventRow.incident_id), col(IncidentEventRow.action))
        .having(sa.func.min(col(IncidentEventRow.at)) > when.moment)
    )
    found: dict[str, set[str]] = {name: set() for name in _FIRST.values()}
    for key, action, _at in session.execute(first):
        found[_FIRST[Action(action)]].add(key)
    return Later(**{name: frozenset(keys) for name, keys in found.items()})


def earlier_values(session: Session, when: AsOf, field: str) -> dict[str, str]:
    """By terminal, what a fact of it was then where it was changed since."""
    if not when.past:
        return {}
    query: Any = (
        sa.select(col(TerminalEventRow.terminal_id), col(TerminalEventRow.old))
        .where(col(TerminalEventRow.field) == field, col(TerminalEventRow.at) > when.moment)
        .order_by(col(TerminalEventRow.at).desc(), col(TerminalEventRow.id).desc())
    )
    return {key: old for key, old in session.execute(query)}
