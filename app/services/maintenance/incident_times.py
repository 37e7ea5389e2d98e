"""Minutes that repairs on site take of the days they are handed out for."""

from __future__ import annotations

from datetime import date

import sqlalchemy as sa
from sqlmodel import Session, col

from app.domain.dispatch.dispatches import USUAL_MINUTES, DispatchState
from app.domain.faults import FaultClass
from app.domain.incidents.lifecycle import OPEN_STATES
from app.domain.maintenance.first_days import LEG_MINUTES
from app.domain.maintenance.travel import PER_STOP_MINUTES
from db.models.dispatch import DispatchRow
from db.models.incident import IncidentRow
from db.queries import FAULT_CLASS


def repair_minutes(session: Session, first: date, last: date) -> dict[tuple[str, date], int]:
    """By technician and day the minutes of the open incidents handed out for it, each with the
    way from the last stop and parking; one that a visit takes along is part of that visit."""
    rows = session.execute(
        sa.select(
            col(IncidentRow.technician_id),
            col(DispatchRow.planned_on),
            FAULT_CLASS.label("fault_class"),
        )
        .select_from(IncidentRow)
        .join(DispatchRow, col(DispatchRow.incident_id) == col(IncidentRow.id))
        .where(
            col(DispatchRow.ended_at).is_(None),
            col(DispatchRow.state) != DispatchState.REFUSED,
            col(DispatchRow.planned_on).between(first, last),
            col(DispatchRow.technician_id) == col(IncidentRow.technician_id),
            col(IncidentRow.state).in_(OPEN_STATES),
            col(IncidentRow.visit_id).is_(None),
        )
    )
    found: dict[tuple[str, date], int] = {}
    for technician_id, day, fault_class in rows:
        work = USUAL_MINUTES[FaultClass(fault_class) if fault_class else None]
        taken = found.get((technician_id, day), 0)
        found[technician_id, day] = taken + work + PER_STOP_MINUTES + LEG_MINUTES
    return found
