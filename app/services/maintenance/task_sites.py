"""Open tasks follow their terminal: they are done where it stands now."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa
from sqlmodel import col

from app.domain.maintenance.occurrences import OccurrenceOutcome
from app.domain.maintenance.visits import VisitState
from app.services.core.context import UnitOfWork, chunks
from app.services.maintenance.visit_log import Hands, VisitLog
from db.models.maintenance import OccurrenceRow, VisitRow
from db.models.register import PlacementRow
from db.queries import present_placement


def follow(unit: UnitOfWork, hands: Hands, terminal_ids: Sequence[str]) -> None:
    """Take the open tasks of terminals that moved, or left, off visits elsewhere, and give them
    the merchant at which the terminal stands now.  The next generation finds them a visit, or
    calls them off.  What is being worked on is left alone."""
    session, table = unit.session, OccurrenceRow.__table__  # type: ignore[attr-defined]
    visits: set[str] = set()
    for part in chunks(list(terminal_ids)):
        rows = session.execute(
            sa.select(
                col(OccurrenceRow.id),
                col(OccurrenceRow.merchant_id),
                col(OccurrenceRow.visit_id),
                col(VisitRow.merchant_id),
                col(PlacementRow.merchant_id),
            )
            .outerjoin(VisitRow, col(VisitRow.id) == col(OccurrenceRow.visit_id))
            .outerjoin(*present_placement(OccurrenceRow.terminal_id))
            .where(
                col(OccurrenceRow.terminal_id).in_(part),
                col(OccurrenceRow.outcome) == OccurrenceOutcome.OPEN,
                sa.or_(col(VisitRow.id).is_(None), col(VisitRow.state) == VisitState.PLANNED),
            )
        ).all()
        for key, merchant_id, visit_id, visited, here in rows:
            stays = visit_id if visited == here else None
            if (merchant_id, visit_id) == (here or merchant_id, stays):
                continue
            visits |= {visit_id} - {None, stays}
            session.execute(
                sa.update(table)
                .where(table.c.id == key)
                .values(
                    merchant_id=here or merchant_id, visit_id=stays, version=table.c.version + 1
                )
            )
            unit.touched("occurrence")
    VisitLog(hands).refresh(unit, visits, unit.today, "terminal.moved")
