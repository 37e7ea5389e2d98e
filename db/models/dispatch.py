"""The table of work handed to technicians.

Not to be given ``from __future__ import annotations``: SQLModel reads the annotations.
"""

from datetime import date, datetime

import sqlalchemy as sa

from app.domain.dispatch.dispatches import DispatchState
from db.models.shape import (
    Row,
    Versioned,
    lines,
    moment,
    notes,
    one_of,
    optional_day,
    optional_moment,
    optional_reference,
    reference,
    required_words,
    table,
    within,
    words,
)

_STANDS = sa.text("ended_at IS NULL")


class DispatchRow(Versioned, table=True):
    """派单: an incident or a visit handed to a technician, with the answer.

    It stands until the work is handed to somebody else or taken back (`ended_at`); a refused one
    stands, too, and says why nobody has the work.  `planned_on` is the day an incident is planned
    for; a visit has its own.
    """

    __tablename__ = "dispatch"
    __table_args__ = table(
        lines("given_by"),
        notes("overruling", "refusal"),
        one_of("state", DispatchState),
        sa.CheckConstraint("(incident_id IS NULL) <> (visit_id IS NULL)", name="about"),
        sa.Index("uq_dispatch_incident_stands", "incident_id", unique=True, sqlite_where=_STANDS),
        sa.Index("uq_dispatch_visit_stands", "visit_id", unique=True, sqlite_where=_STANDS),
        sa.Index("ix_dispatch_technician_id_state", "technician_id", "state"),
    )

    incident_id: str | None = optional_reference("incident.id")
    visit_id: str | None = optional_reference("visit.id")
    technician_id: str = reference("technician.id", index=False)
    planned_on: date | None = optional_day()
    state: str = required_words()
    given_at: datetime = moment()
    given_by: str = required_words()
    overruling: str = words()
    seen_at: datetime | None = optional_moment()
    answered_at: datetime | None = optional_moment()
    refusal: str = words()
    ended_at: datetime | None = optional_moment()


class VisitCompanionRow(Row, table=True):
    """The second person of a visit for two, and which stop of their own day it is."""

    __tablename__ = "visit_companion"
    __table_args__ = table(within("day_order", 0, 10_000), sa.UniqueConstraint("visit_id"))

    visit_id: str = reference("visit.id", index=False)
    technician_id: str = reference("technician.id")
    day_order: int = 0
