"""The steps every use case of visits is made of: log it, keep its window and minutes true."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col

from app.domain.errors import NotFound
from app.domain.occurrences import Outcome
from app.domain.visits import (
    FINISHED,
    VisitAction,
    VisitState,
    combined_minutes,
    common_window,
)
from app.services.workplace import Workplace, Writing, chunks
from db.models.maintenance import OccurrenceRow, PlanVersionRow, VisitEventRow, VisitRow
from db.models.shape import new_key


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


class VisitLog:
    """Writes what happened to visits."""

    def __init__(self, workplace: Workplace) -> None:
        self._workplace = workplace

    def entry(
        self, writing: Writing, visit_id: str, action: VisitAction, detail: str = "",
        reason: str = "",
    ) -> dict[str, Any]:  # fmt: skip
        """One row of the log, to be inserted with others."""
        return {
            "id": new_key(), "visit_id": visit_id, "at": writing.now,
            "actor": self._workplace.actor, "device": self._workplace.device,
            "action": action, "detail": detail[:200], "reason": reason,
        }  # fmt: skip

    def note(
        self, writing: Writing, visit_id: str, action: VisitAction, detail: str = "",
        reason: str = "",
    ) -> None:  # fmt: skip
        """One row of the log."""
        writing.session.add(VisitEventRow(**self.entry(writing, visit_id, action, detail, reason)))

    def refresh(
        self, writing: Writing, visit_ids: Iterable[str], today: date, reason: str = ""
    ) -> None:
        """Bring windows and minutes in line with the open tasks; a planned visit that lost all of
        them is cancelled."""
        writing.session.flush()
        for part in chunks(sorted(set(visit_ids))):
            tasks = _open_tasks(writing.session, part)
            rows = writing.session.execute(
                sa.select(VisitRow).where(col(VisitRow.id).in_(part))
            ).scalars()
            for row in rows:
                if row.state in FINISHED:
                    continue
                found = tasks.get(row.id, [])
                if found:
                    row.window_from, row.window_until = common_window(
                        [(opens, closes) for opens, closes, _ in found], today
                    )
                    row.minutes = combined_minutes([minutes for *_, minutes in found])
                elif row.state == VisitState.PLANNED:
                    row.state = VisitState.CANCELLED
                    self.note(writing, row.id, VisitAction.CANCEL, "", reason)
            writing.touched("visit", part)
        writing.session.flush()


def _open_tasks(session: Session, visit_ids: list[str]) -> dict[str, list[tuple[date, date, int]]]:
    query = (
        sa.select(
            col(OccurrenceRow.visit_id), col(OccurrenceRow.window_from),
            col(OccurrenceRow.window_until), col(PlanVersionRow.minutes),
        )
        .join(PlanVersionRow, col(PlanVersionRow.id) == col(OccurrenceRow.version_id))
        .where(
            col(OccurrenceRow.visit_id).in_(visit_ids),
            col(OccurrenceRow.outcome) == Outcome.OPEN,
        )
    )  # fmt: skip
    found: dict[str, list[tuple[date, date, int]]] = {}
    for visit_id, opens, closes, minutes in session.execute(query):
        found.setdefault(visit_id, []).append((opens, closes, minutes))
    return found


def retract(writing: Writing, log: VisitLog, where: Iterable[Any], today: date, reason: str) -> int:
    """Make open occurrences void, take them off their visits; returns how many there were."""
    session = writing.session
    rows = session.execute(
        sa.select(OccurrenceRow).where(col(OccurrenceRow.outcome) == Outcome.OPEN, *where)
    ).scalars().all()  # fmt: skip
    visits = [row.visit_id for row in rows if row.visit_id]
    for row in rows:
        row.outcome, row.reason, row.visit_id = Outcome.VOID, reason, None
    log.refresh(writing, visits, today, reason)
    return len(rows)
