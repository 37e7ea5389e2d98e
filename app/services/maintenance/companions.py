"""Writes who comes along on a visit for two."""

from __future__ import annotations

import sqlalchemy as sa
from sqlmodel import Session, col

from app.domain.errors import NotFound
from app.domain.event_data import EventFacts, FieldChange, Reference
from app.domain.maintenance.visits import ScheduleDraft, VisitAction
from app.services.core.context import UnitOfWork
from app.services.maintenance.visit_log import VisitLog
from db.models.dispatch import VisitCompanionRow
from db.models.maintenance import VisitRow
from db.models.register import TechnicianRow


def set_companion(unit: UnitOfWork, log: VisitLog, row: VisitRow, draft: ScheduleDraft) -> None:
    """Let somebody come along, or nobody; the visit's log says so.  Raises `NotFound`."""
    if draft.companion_id is None:
        return
    session = unit.session
    known = session.execute(
        sa.select(VisitCompanionRow).where(col(VisitCompanionRow.visit_id) == row.id)
    ).scalar()
    had = known.technician_id if known is not None else ""
    if known is not None:
        known.day_order = draft.companion_order
    if had == draft.companion_id:
        return
    names = _name(session, had), _name(session, draft.companion_id)
    if known is not None:
        session.delete(known)
        session.flush()
    given = None
    if draft.companion_id:
        session.add(
            VisitCompanionRow(
                visit_id=row.id,
                technician_id=draft.companion_id,
                day_order=draft.companion_order,
            )
        )
        given = Reference("technician", draft.companion_id)
    change = FieldChange("companion", *names)
    facts = EventFacts(reason=draft.cause, remark=draft.reason, change=change, reference=given)
    log.note(unit, row.id, VisitAction.ASSIGN, facts)


def _name(session: Session, technician_id: str) -> str:
    if not technician_id:
        return ""
    person = session.get(TechnicianRow, technician_id)
    if person is None:
        raise NotFound("technician", technician_id)
    return person.name
