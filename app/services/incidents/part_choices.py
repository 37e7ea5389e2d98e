"""What one may fit on an incident: the parts for its device, how many are in one's van, and whether
they are under warranty."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col

from app.domain.parts.catalogue import PartKind, fits_model
from app.domain.parts.stock import Warranty, warranty_now
from app.services.core.context import ServiceContext
from app.services.incidents.incident_reading import load
from app.services.parts.catalogue import read_parts
from app.services.parts.stock import levels_at, own_place
from db.models.incident import IncidentRow, PartUsedRow
from db.models.register import TerminalRow


@dataclass(frozen=True, slots=True)
class PartChoice:
    """A part that fits; `left` is how many are at the place it would be taken from."""

    part: PartKind
    left: int
    warranty: Warranty


@dataclass(frozen=True, slots=True)
class PartChoices:
    """What may be fitted; `place` is where it is taken from: one's own van, else the store.
    `device` says whether a part that is not in the catalogue is under warranty."""

    place: str
    choices: tuple[PartChoice, ...]
    device: Warranty


def part_choices(context: ServiceContext, incident_id: str) -> PartChoices:
    """The parts in use that fit the device of an incident: those made for its model first, then
    those at hand.  Raises `NotFound`."""
    today = context.today()
    with context.read() as session:
        incident = load(session, incident_id)
        device = session.get(TerminalRow, incident.terminal_id) if incident.terminal_id else None
        place = own_place(session, context.actor)
        left = levels_at(session, place)
        fitted = _fitted_before(session, incident.terminal_id, context) if device else {}
        until = device.warranty_until if device else None
        model = device.model_id if device else ""
        found = [
            PartChoice(
                part,
                left.get(part.id, 0),
                warranty_now(today, until, fitted.get(part.id), part.warranty_months),
            )
            for part in read_parts(session, everything=False)
            if fits_model(part.models, model)
        ]
    found.sort(key=lambda one: (not one.part.models, one.left <= 0, one.part.number))
    return PartChoices(place, tuple(found), warranty_now(today, until))


def _fitted_before(
    session: Session, terminal_id: str | None, context: ServiceContext
) -> dict[str, date]:
    """When each part was last fitted into a device, by incidents that were resolved."""
    query: Any = (
        sa.select(col(PartUsedRow.part_kind_id), sa.func.max(col(IncidentRow.resolved_at)))
        .join(IncidentRow, col(IncidentRow.id) == col(PartUsedRow.incident_id))
        .where(
            col(IncidentRow.terminal_id) == terminal_id,
            col(PartUsedRow.part_kind_id).is_not(None),
            col(IncidentRow.resolved_at).is_not(None),
        )
        .group_by(col(PartUsedRow.part_kind_id))
    )
    return {part_id: at.astimezone(context.zone).date() for part_id, at in session.execute(query)}
