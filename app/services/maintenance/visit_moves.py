"""Where visits go by a decision about many of them: a proposal taken over, a leave entered."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sqlmodel import Session

from app.domain.event_data import FieldChange
from app.domain.maintenance.visits import FINISHED, ScheduleDraft, VisitState
from app.services.core.context import LEFT_OUT, UnitOfWork
from app.services.maintenance.visit_log import load_visits
from app.services.maintenance.visits import Visits

Unchanged = Callable[[Session], None]
"""Raises `Conflict` when what a decision stood on changed before it was written.  Whoever decides
asks it; where the decision is only applied again, each visit is asked for itself."""


def anything(_session: Session) -> None:
    """Nothing is asked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitMove:
    """What becomes of one visit: its new place, or for what it is taken off whoever has it (`off`).
    `no_start` clears the time of day it was fixed for."""

    visit_id: str
    draft: ScheduleDraft | None = None
    off: str = ""
    no_start: bool = False

    @property
    def moves(self) -> bool:
        """Whether it changes its technician or day, and not only its place among the others."""
        draft = self.draft
        return draft is None or (draft.technician_id, draft.planned_on) != (None, None)


def carry_out(unit: UnitOfWork, visits: Visits, moves: Sequence[VisitMove]) -> None:
    """Move visits.  One that was begun or ended meanwhile stays where it is, which is noted for
    whoever decided."""
    rows = load_visits(unit.session, [move.visit_id for move in moves])
    for move in moves:
        row = rows.get(move.visit_id)
        if row is None:
            continue
        if row.state in FINISHED or (move.moves and row.state != VisitState.PLANNED):
            unit.changed(LEFT_OUT, row.id, FieldChange(row.number, "", row.state))
            continue
        if move.draft is None:
            visits.take_off_within(unit, row, move.off)
            continue
        visits.move_within(unit, row, move.draft)
        if move.no_start:
            row.start_minute = None
