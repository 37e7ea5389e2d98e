"""Dates missed more than once: found, and decided about by the thousand in one transaction."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col

from app.domain.maintenance.occurrences import (
    Backlog,
    CatchUp,
    Occasion,
    OccurrenceOutcome,
    backlogs,
)
from app.services.core.context import UnitOfWork, chunks
from app.services.maintenance.occurrence_queries import read_stored, stored_query
from app.services.maintenance.visit_log import VisitLog
from db import bulk
from db.models.maintenance import OccurrenceRow

KEPT = "catch_up.keep"
"""Why an occurrence stays open although it was missed several times: somebody decided so."""

Step = Callable[[int, int], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class MissedDates:
    """Keys of missed dates of one plan and subject: the newest, and those before it."""

    into: str
    ids: tuple[str, ...]


def _missed(today: date) -> Any:
    return sa.and_(
        col(OccurrenceRow.outcome) == OccurrenceOutcome.OPEN,
        col(OccurrenceRow.window_until) < today,
        col(OccurrenceRow.occasion) == Occasion.CALENDAR,
        col(OccurrenceRow.reason) != KEPT,
    )


def count_backlogs(session: Session, today: date) -> int:
    """How many plans and subjects have more than one missed date nobody has decided about."""
    several = (
        sa.select(col(OccurrenceRow.plan_id))
        .where(_missed(today))
        .group_by(col(OccurrenceRow.plan_id), col(OccurrenceRow.subject))
        .having(sa.func.count() > 1)
        .subquery()
    )
    return int(session.execute(sa.select(sa.func.count()).select_from(several)).scalar_one())


def read_backlogs(session: Session, today: date) -> tuple[Backlog, ...]:
    """Plans and subjects with more than one missed date nobody has decided about."""
    return backlogs(read_stored(session, stored_query().where(_missed(today))), today)


def settle(
    unit: UnitOfWork,
    log: VisitLog,
    today: date,
    chosen: Sequence[MissedDates],
    how: CatchUp,
    step: Step,
) -> int:
    """Merge missed dates into the newest one, or keep them all; those decided meanwhile are left
    alone.  `step` is told how far it is and may stop it."""
    newest = _there(unit.session, [missed.into for missed in chosen])
    known = [missed for missed in chosen if missed.into in newest]
    into = {key: missed.into for missed in known for key in missed.ids}
    if how is CatchUp.KEEP:
        into |= {missed.into: "" for missed in known}
    total, done, decided = 2 * len(into), 0, 0
    visits: set[str] = set()
    for part in chunks(list(into)):
        rows = _still_open(unit.session, part)
        if rows and how is CatchUp.KEEP:
            unit.session.execute(_KEEP, [{"key": key} for key, _ in rows])
        elif rows:
            unit.session.execute(_MERGE, [{"key": key, "into": into[key]} for key, _ in rows])
            visits.update(visit_id for _, visit_id in rows if visit_id)
        decided, done = decided + len(rows), done + len(part)
        step(done, total)
    for part in chunks(sorted(visits)):
        log.refresh(unit, part, today, "catch_up.merged")
        done = min(total, done + len(part))
        step(done, total)
    unit.touched("occurrence")
    step(total, total)
    return decided


def _there(session: Session, keys: list[str]) -> set[str]:
    found: set[str] = set()
    for part in chunks(keys):
        query = sa.select(col(OccurrenceRow.id)).where(col(OccurrenceRow.id).in_(part))
        found.update(session.execute(query).scalars())
    return found


def _still_open(session: Session, keys: list[str]) -> list[tuple[str, str | None]]:
    # The outcome is looked at here: asked of the database, it would go through all that is open.
    rows = session.execute(
        sa.select(
            col(OccurrenceRow.id), col(OccurrenceRow.visit_id), col(OccurrenceRow.outcome)
        ).where(col(OccurrenceRow.id).in_(keys))
    )
    return [(key, visit_id) for key, visit_id, outcome in rows if outcome == OccurrenceOutcome.OPEN]


_KEEP = bulk.change(OccurrenceRow, reason=KEPT)
_MERGE = bulk.change(
    OccurrenceRow,
    outcome=str(OccurrenceOutcome.MERGED),
    replaced_by_id=sa.bindparam("into"),
    visit_id=None,
)
