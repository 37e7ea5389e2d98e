"""The steps every use case of visits is made of: log it, keep its window and minutes true."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any, Protocol

import sqlalchemy as sa
from sqlmodel import Session, col

from app.domain.campaigns.campaigns import TaskState
from app.domain.errors import NotFound
from app.domain.event_data import NO_FACTS, EventFacts, FieldChange
from app.domain.maintenance.occurrences import OccurrenceOutcome
from app.domain.maintenance.visits import (
    FINISHED,
    VisitAction,
    VisitState,
    combined_minutes,
    common_window,
)
from app.services.core.context import UnitOfWork, chunks
from app.services.core.event_rows import columns_of
from db import bulk
from db.keys import new_key
from db.models.campaigns import CampaignTaskRow
from db.models.maintenance import (
    ChecklistRunRow,
    OccurrenceRow,
    PlanVersionRow,
    VisitEventRow,
    VisitRow,
)
from db.together import together

FURTHER_NUMBER = "further_number"
"""The field of an entry that names a further number of the visit, given by a second computer."""


def load_visit(session: Session, visit_id: str) -> VisitRow:
    """The visit's row.  Raises `NotFound`."""
    row = session.get(VisitRow, visit_id)
    if row is None:
        raise NotFound("visit", visit_id)
    return row


def load_visits(session: Session, visit_ids: list[str]) -> dict[str, VisitRow]:
    """The rows of several visits by id."""
    rows: dict[str, VisitRow] = {}
    for part in chunks(visit_ids):
        found = session.execute(sa.select(VisitRow).where(col(VisitRow.id).in_(part))).scalars()
        rows |= {row.id: row for row in found}
    return rows


class Hands(Protocol):
    """Whose hands these are."""

    @property
    def actor(self) -> str:
        """The technician's code."""

    @property
    def device(self) -> str:
        """The letter of the device."""


class VisitLog:
    """Writes what happened to visits."""

    def __init__(self, hands: Hands) -> None:
        self._hands = hands

    def entry(
        self,
        unit: UnitOfWork,
        visit_id: str,
        action: VisitAction,
        facts: EventFacts = NO_FACTS,
    ) -> dict[str, Any]:
        """One row of the log, to be inserted with others; its reason is one of ``why`` in
        `app.texts`."""
        return {
            "id": new_key(),
            "visit_id": visit_id,
            "at": unit.now,
            "actor": self._hands.actor,
            "device": self._hands.device,
            "action": action,
            **columns_of(facts),
        }

    def note(
        self,
        unit: UnitOfWork,
        visit_id: str,
        action: VisitAction,
        facts: EventFacts = NO_FACTS,
    ) -> None:
        """One row of the log, as `entry`."""
        unit.session.add(VisitEventRow(**self.entry(unit, visit_id, action, facts)))

    def last_reason(self, unit: UnitOfWork, visit_id: str) -> str | None:
        """The code of why the visit last went to somebody or nobody."""
        query = (
            sa.select(col(VisitEventRow.reason))
            .where(
                col(VisitEventRow.visit_id) == visit_id,
                col(VisitEventRow.action) == VisitAction.ASSIGN,
            )
            .order_by(col(VisitEventRow.at).desc(), col(VisitEventRow.id).desc())
            .limit(1)
        )
        found: str | None = unit.session.execute(query).scalar()
        return found

    def refresh(
        self,
        unit: UnitOfWork,
        visit_ids: Iterable[str],
        today: date,
        reason: str = "",
        remark: str = "",
    ) -> None:
        """Bring windows and minutes in line with the open tasks; a planned visit that lost all of
        them is cancelled, for the code `reason` or what a person wrote, unless a campaign wants
        it."""
        session = unit.session
        session.flush()
        for part in chunks(sorted(set(visit_ids))):
            sizes = _SIZES.where(col(VisitRow.id).in_(part)).order_by(col(VisitRow.id))
            asked = (sizes, _tasks_of(part), _for_campaigns(part))
            rows, open_or_not, planned = together(session, *((query, {}) for query in asked))
            tasks, wanted = _open_ones(open_or_not), {str(key) for (key,) in planned}
            fitted, emptied = [], []
            for row in rows:
                found = tasks.get(row.id, [])
                if row.state in FINISHED:
                    continue
                if found:
                    size = _size(found, today)
                    if size != (row.window_from, row.window_until, row.minutes):
                        fitted.append(dict(zip(("key", *_FITTED), (row.id, *size), strict=True)))
                elif row.state == VisitState.PLANNED and row.id not in wanted:
                    emptied.append(row.id)
            if fitted:
                session.execute(_FIT, fitted)
            if emptied:
                session.execute(_CALL_OFF, [{"key": key} for key in emptied])
                facts = EventFacts(change=CALLED_OFF, reason=reason, remark=remark)
                entries = [self.entry(unit, key, VisitAction.CANCEL, facts) for key in emptied]
                session.execute(sa.insert(VisitEventRow.__table__), entries)  # type: ignore[attr-defined]
            unit.touched("visit", part)
        # Rows in hand do not know what was written past them.
        for held in [row for row in session.identity_map.values() if isinstance(row, VisitRow)]:
            session.expire(held)


CALLED_OFF = FieldChange("state", VisitState.PLANNED, VisitState.CANCELLED)

_SIZES = sa.select(
    col(VisitRow.id),
    col(VisitRow.state),
    col(VisitRow.window_from),
    col(VisitRow.window_until),
    col(VisitRow.minutes),
)
_FITTED = ("opens", "closes", "length")


def _size(tasks: list[tuple[date, date, int]], today: date) -> tuple[date, date, int]:
    opens, closes = common_window([(first, last) for first, last, _ in tasks], today)
    return opens, closes, combined_minutes([minutes for *_, minutes in tasks])


_FIT = bulk.change(
    VisitRow,
    window_from=sa.bindparam("opens"),
    window_until=sa.bindparam("closes"),
    minutes=sa.bindparam("length"),
)
_CALL_OFF = bulk.change(VisitRow, state=str(VisitState.CANCELLED))


def _tasks_of(visit_ids: list[str]) -> Any:
    return (
        sa.select(
            col(OccurrenceRow.visit_id),
            col(OccurrenceRow.window_from),
            col(OccurrenceRow.window_until),
            col(PlanVersionRow.minutes),
            col(OccurrenceRow.outcome),
        )
        .join(PlanVersionRow, col(PlanVersionRow.id) == col(OccurrenceRow.version_id))
        .where(col(OccurrenceRow.visit_id).in_(visit_ids))
    )


def _open_ones(rows: Iterable[Any]) -> dict[str, list[tuple[date, date, int]]]:
    found: dict[str, list[tuple[date, date, int]]] = {}
    # The outcome is looked at here: asked of the database, it would go through all that is open.
    for visit_id, opens, closes, minutes, outcome in rows:
        if outcome == OccurrenceOutcome.OPEN:
            found.setdefault(visit_id, []).append((opens, closes, minutes))
    return found


def _for_campaigns(visit_ids: list[str]) -> Any:
    """Asks which of the visits were planned for a campaign that still has work there."""
    return sa.select(col(CampaignTaskRow.visit_id)).where(
        col(CampaignTaskRow.visit_id).in_(visit_ids),
        col(CampaignTaskRow.state) == TaskState.OPEN,
    )


_VOID = bulk.change(
    OccurrenceRow, outcome=str(OccurrenceOutcome.VOID), reason=sa.bindparam("why"), visit_id=None
)


def retract(unit: UnitOfWork, log: VisitLog, where: Iterable[Any], today: date, reason: str) -> int:
    """Make open occurrences void, take them off their visits; returns how many there were.  What
    somebody is working on stays: a visit that was begun, a checklist that was opened."""
    session = unit.session
    rows = session.execute(
        sa.select(col(OccurrenceRow.id), col(OccurrenceRow.visit_id))
        .outerjoin(VisitRow, col(VisitRow.id) == col(OccurrenceRow.visit_id))
        .where(
            col(OccurrenceRow.outcome) == OccurrenceOutcome.OPEN,
            sa.or_(col(VisitRow.id).is_(None), col(VisitRow.state) != VisitState.IN_PROGRESS),
            col(OccurrenceRow.id).not_in(sa.select(col(ChecklistRunRow.occurrence_id))),
            *where,
        )
    ).all()
    if rows:
        session.execute(_VOID, [{"key": key, "why": reason} for key, _ in rows])
        unit.touched("occurrence")
    log.refresh(unit, [visit_id for _, visit_id in rows if visit_id], today, reason)
    return len(rows)
