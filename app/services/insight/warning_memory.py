"""What warnings are made of, kept in memory while the program runs and brought up to what the log
says: after an incident its terminal alone is read again.

Nothing of it is stored.  It is made anew at the start, each day, and whenever the register changed,
or operations were appended of which this program does not know what they changed: those of another
seat, or of a file put in the place of this one."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col

from app.domain.incidents.lifecycle import NOT_COUNTED
from app.services.core.changes import MOST_DONE, Touched
from app.services.core.context import ServiceContext, chunks
from app.services.core.operation_log import appended, log_ends
from app.services.insight.as_of import AsOf
from app.services.insight.warning_duties import FAILURE, PART, REOPENING, KnownDuties
from app.services.insight.warning_records import EstateSurvey, surveyed_anew
from app.services.insight.warnings import Known, known_anew
from db.models.incident import IncidentRow

_INCIDENT = "incident"
_DUTIES_ONLY = frozenset({"checklist", "occurrence", PART, "plan", "visit"})
"""Kinds the survey does not look at, but rules without statistics do."""
_NEITHER = frozenset(
    {
        *("attachment", "calendar", "campaign", "conflict", "contact", "database", "dispatch"),
        *("document", "exchange", "knowledge", "operation", "paper_key", "part", "signature"),
        *("stock", "technician", "vehicle", "warning", "wording"),
    }
)
"""Kinds no warning is made of."""


@dataclass(frozen=True, slots=True)
class _Kept:
    survey: EstateSurvey
    duties: KnownDuties
    today: date
    ends: dict[str, int]
    next_at: datetime | None
    """When the first incident that is reported later than now begins to count."""


@dataclass(frozen=True, slots=True)
class _Changed:
    """The terminals whose incidents are to be read again, and what changed besides."""

    terminal_ids: Sequence[str] = ()
    kinds: frozenset[str] = frozenset()


class WarningMemory:
    """What is known of the present; of the past it is read anew each time.  One thread at a time
    may ask it and use what it gives: that one holds the `lock`."""

    def __init__(self, context: ServiceContext) -> None:
        self._context = context
        self.lock = threading.Lock()
        self._kept: _Kept | None = None

    def known(self, session: Session, when: AsOf) -> Known:
        """The estate as the session sees it."""
        if when.past:
            return known_anew(session, when)
        ends = log_ends(session)
        kept, changed = self._kept, self._changed(session, when, ends)
        # Whoever fails half-way leaves none behind, and there are never two in memory.
        self._kept = None
        if kept is None or changed is None:
            kept = None
            survey, duties = surveyed_anew(session, when), KnownDuties()
            next_at = _next_at(session, when)
        else:
            survey, duties, next_at = kept.survey, kept.duties, kept.next_at
            duties.forget(changed.kinds)
            if changed.terminal_ids:
                kept.survey.read_again(session, when, changed.terminal_ids)
                next_at = _next_at(session, when)
        if survey is not None:
            self._kept = _Kept(survey, duties, when.today, ends, next_at)
        return survey, duties

    def _changed(self, session: Session, when: AsOf, ends: dict[str, int]) -> _Changed | None:
        """What changed since; None when anything may have."""
        kept = self._kept
        if kept is None or kept.today != when.today:
            return None
        if kept.next_at is not None and kept.next_at <= when.moment:
            return None
        keys = appended(session, kept.ends, ends, MOST_DONE)
        if keys is None:
            return None
        done = [self._context.done_here.get(key) for key in keys]
        touched = [one for one in done if one is not None]
        if len(touched) < len(keys) or not all(map(_is_followed, touched)):
            return None
        kinds = frozenset[str]().union(*(one.kinds for one in touched))
        incidents = {key for one in touched for key in one.named.get(_INCIDENT, ())}
        rows = _incidents(session, incidents)
        terminals = sorted({row.terminal_id for row in rows if row.terminal_id})
        if not all(map(kept.survey.knows, terminals)):
            return None
        # Which were failures before is not known: those that could have been count as changed.
        if any(row.item_failure or row.reopened or row.state in NOT_COUNTED for row in rows):
            kinds |= {FAILURE}
        if any(row.reopened for row in rows):
            kinds |= {REOPENING}
        return _Changed(terminals, kinds)


def _is_followed(touched: Touched) -> bool:
    """Whether what an operation changed can be read again by itself."""
    return _INCIDENT not in touched.unnamed and touched.kinds <= _DUTIES_ONLY | _NEITHER | {
        _INCIDENT
    }


def _incidents(session: Session, keys: set[str]) -> list[Any]:
    found: list[Any] = []
    for piece in chunks(sorted(keys)):
        query: Any = sa.select(
            col(IncidentRow.terminal_id),
            col(IncidentRow.state),
            col(IncidentRow.item_failure),
            col(IncidentRow.reopen_count).label("reopened"),
        ).where(col(IncidentRow.id).in_(piece))
        found += session.execute(query)
    return found


def _next_at(session: Session, when: AsOf) -> datetime | None:
    found: datetime | None = session.execute(
        sa.select(sa.func.min(col(IncidentRow.reported_at))).where(
            col(IncidentRow.reported_at) > when.moment
        )
    ).scalar()
    return found
