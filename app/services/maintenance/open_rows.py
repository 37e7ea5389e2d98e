"""Undecided rows as generation sees them.

Rows of years nobody worked off are not read one by one: what was due before today and has its visit
needs nothing, unless its terminal moved or left.  Of those only who they are about is looked at.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col

from app.domain.maintenance.occurrences import Occasion, OccurrenceOutcome
from app.services.core.context import chunks
from db import bulk
from db.models.maintenance import OccurrenceRow, VisitRow


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenRow:
    """An undecided row as generation sees it."""

    id: str
    version: int
    plan_id: str
    version_id: str
    subject: str
    slot: str
    occasion: str
    due_on: date
    merchant_id: str
    visit_id: str
    visit_state: str
    visit_merchant: str


_NAMES = [item.name for item in fields(OpenRow)]
_OPEN = col(OccurrenceRow.outcome) == OccurrenceOutcome.OPEN
_ABOUT = (
    col(OccurrenceRow.plan_id),
    col(OccurrenceRow.version_id),
    col(OccurrenceRow.subject),
    col(OccurrenceRow.occasion),
    col(OccurrenceRow.merchant_id),
    col(VisitRow.state),
    col(VisitRow.merchant_id),
)


def read_ahead(session: Session, today: date, terminal_ids: Sequence[str]) -> list[OpenRow]:
    """The rows of these terminals that are due today or later."""
    theirs = bulk.among(session, col(OccurrenceRow.terminal_id), terminal_ids)
    return _rows(session, sa.and_(theirs, col(OccurrenceRow.due_on) >= today))


def read_others(
    session: Session, today: date, unsettled: Callable[[OpenRow], bool]
) -> list[OpenRow]:
    """The rows something may have to be done about and that are not ahead of a terminal: those of
    merchants and the estate that are, and what was due before today.  `unsettled` says whether
    something is to be done about a row that was due before today and has its visit."""
    ahead = sa.and_(col(OccurrenceRow.terminal_id).is_(None), col(OccurrenceRow.due_on) >= today)
    before = col(OccurrenceRow.due_on) < today
    needed = sa.or_(
        col(OccurrenceRow.visit_id).is_(None), col(OccurrenceRow.occasion) == Occasion.EVENT
    )
    found = [*_rows(session, ahead), *_rows(session, sa.and_(before, needed))]
    passed = sa.and_(
        before,
        col(OccurrenceRow.visit_id).is_not(None),
        col(OccurrenceRow.occasion) != Occasion.EVENT,
    )
    subjects = {row.subject for row in _about(session, passed, today) if unsettled(row)}
    for part in chunks(sorted(subjects)):
        found += _rows(session, sa.and_(passed, col(OccurrenceRow.subject).in_(part)))
    return found


def _rows(session: Session, wanted: Any) -> list[OpenRow]:
    rows = session.execute(
        sa.select(
            col(OccurrenceRow.id),
            col(OccurrenceRow.version),
            col(OccurrenceRow.plan_id),
            col(OccurrenceRow.version_id),
            col(OccurrenceRow.subject),
            col(OccurrenceRow.slot),
            col(OccurrenceRow.occasion),
            col(OccurrenceRow.due_on),
            col(OccurrenceRow.merchant_id),
            col(OccurrenceRow.visit_id),
            col(VisitRow.state),
            col(VisitRow.merchant_id),
        )
        .outerjoin(VisitRow, col(VisitRow.id) == col(OccurrenceRow.visit_id))
        .where(_OPEN, wanted)
    )
    values: list[list[Any]] = [[value or "" for value in row] for row in rows]
    return [OpenRow(**dict(zip(_NAMES, row, strict=True))) for row in values]


def _about(session: Session, passed: Any, today: date) -> list[OpenRow]:
    """One row for all that are about the same, whatever their dates."""
    rows = session.execute(
        sa.select(*_ABOUT)
        .join(VisitRow, col(VisitRow.id) == col(OccurrenceRow.visit_id))
        .where(_OPEN, passed)
        .distinct()
    )
    return [
        OpenRow(
            id="",
            version=0,
            plan_id=plan_id,
            version_id=version_id,
            subject=subject,
            slot="",
            occasion=occasion,
            due_on=today,
            merchant_id=merchant_id or "",
            visit_id="",
            visit_state=state,
            visit_merchant=visit_merchant or "",
        )
        for plan_id, version_id, subject, occasion, merchant_id, state, visit_merchant in rows
    ]
