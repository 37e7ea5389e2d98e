"""Whose an incident is: the row, the dispatch that asks for an answer, and what the log tells."""

from __future__ import annotations

from app.domain.dispatch.dispatches import WorkType
from app.domain.event_data import EventFacts, FieldChange, Reference
from app.services.core.context import UnitOfWork
from app.services.core.dispatches import HasCode, Terms, hand_out
from db.models.incident import IncidentRow
from db.models.register import TechnicianRow


def given(
    unit: UnitOfWork, row: IncidentRow, technician: HasCode, by: str, terms: Terms | None = None
) -> EventFacts:
    """Give an incident to a technician, who is asked whether they take it; what the log tells.
    Without `terms` it is given by hand, by the person of code `by`."""
    had = unit.session.get(TechnicianRow, row.technician_id) if row.technician_id else None
    row.technician_id = technician.id
    agreed = terms or Terms(by=by)
    hand_out(unit, WorkType.INCIDENT, row.id, technician, agreed)
    return EventFacts(
        change=FieldChange("technician", had.name if had else "", technician.name),
        reference=Reference("technician", technician.id),
        remark=agreed.overruling,
    )
