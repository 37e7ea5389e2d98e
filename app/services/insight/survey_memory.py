"""The survey of the estate kept in memory while the program runs, and brought up to what the log
says: after an incident its terminal alone is read again.

Nothing of it is stored.  It is made anew at the start, each day, and whenever the register changed,
or operations were appended of which this program does not know what they changed: those of another
seat, of a package, of a file put in the place of this one."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from sqlmodel import Session, col

from app.services.core.changes import MOST_DONE
from app.services.core.context import ServiceContext, chunks
from app.services.core.operation_log import appended, log_ends
from app.services.insight.as_of import AsOf
from app.services.insight.warning_records import EstateSurvey, surveyed_anew
from db.models.incident import IncidentRow

_INCIDENT = "incident"
_OTHERS = frozenset(
    {
        *("attachment", "calendar", "campaign", "checklist", "conflict", "contact", "database"),
        *("dispatch", "document", "exchange", "knowledge", "occurrence", "operation"),
        *("paper_key", "part", "plan", "signature", "stock", "technician", "vehicle", "visit"),
        *("warning", "wording"),
    }
)
"""Kinds of records the survey does not look at."""


@dataclass(frozen=True, slots=True)
class _Kept:
    survey: EstateSurvey
    today: date
    ends: dict[str, int]
    next_at: datetime | None
    """When the first incident that is reported later than now begins to count."""


class SurveyMemory:
    """The survey of the present; of the past it is made anew each time.  One thread at a time may
    ask it and use what it gives: that one holds the `lock`."""

    def __init__(self, context: ServiceContext) -> None:
        self._context = context
        self.lock = threading.Lock()
        self._kept: _Kept | None = None

    def surveyed(self, session: Session, when: AsOf) -> EstateSurvey | None:
        """The estate as the session sees it."""
        if when.past:
            return surveyed_anew(session, when)
        ends = log_ends(session)
        kept, changed = self._kept, self._changed(session, when, ends)
        # Whoever fails half-way leaves none behind, and there are never two in memory.
        self._kept = None
        survey: EstateSurvey | None
        if kept is None or changed is None:
            survey = surveyed_anew(session, when)
            next_at = _next_at(session, when)
        else:
            survey, next_at = kept.survey, kept.next_at
            if changed:
                survey.read_again(session, when, changed)
                next_at = _next_at(session, when)
        if survey is not None:
            self._kept = _Kept(survey, when.today, ends, next_at)
        return survey

    def _changed(self, session: Session, when: AsOf, ends: dict[str, int]) -> list[str] | None:
        """The terminals whose incidents are to be read again; None when all are."""
        kept = self._kept
        if kept is None or kept.today != when.today:
            return None
        if kept.next_at is not None and kept.next_at <= when.moment:
            return None
        keys = appended(session, kept.ends, ends, MOST_DONE)
        if keys is None:
            return None
        incidents: set[str] = set()
        for key in keys:
            touched = self._context.done_here.get(key)
            if touched is None or _INCIDENT in touched.unnamed:
                return None
            if not touched.kinds <= _OTHERS | {_INCIDENT}:
                return None
            incidents |= touched.named.get(_INCIDENT, frozenset())
        terminals = _terminals_of(session, incidents)
        known = kept.survey.knows
        return terminals if all(map(known, terminals)) else None


def _terminals_of(session: Session, incidents: set[str]) -> list[str]:
    found: set[str] = set()
    for piece in chunks(sorted(incidents)):
        query = sa.select(col(IncidentRow.terminal_id)).where(
            col(IncidentRow.id).in_(piece), col(IncidentRow.terminal_id).is_not(None)
        )
        found.update(map(str, session.execute(query).scalars()))
    return sorted(found)


def _next_at(session: Session, when: AsOf) -> datetime | None:
    found: datetime | None = session.execute(
        sa.select(sa.func.min(col(IncidentRow.reported_at))).where(
            col(IncidentRow.reported_at) > when.moment
        )
    ).scalar()
    return found
