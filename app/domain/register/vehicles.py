"""Vehicles of the company: whose they are, or shared."""

from __future__ import annotations

from dataclasses import dataclass

from app.domain import text
from app.domain.errors import Problems


@dataclass(frozen=True, slots=True, kw_only=True)
class Vehicle:
    """A vehicle; without a technician it is shared."""

    id: str
    version: int
    plate: str
    description: str
    technician_id: str
    technician: str
    active: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class VehicleDraft:
    """A vehicle as entered."""

    plate: str = ""
    description: str = ""
    technician_id: str = ""
    active: bool = True


def check_vehicle(draft: VehicleDraft) -> VehicleDraft:
    """The draft cleaned.  Raises `InvalidInput`."""
    problems = Problems()
    plate = description = ""
    with problems.field("plate"):
        plate = text.required(text.compact(draft.plate).upper()[:20])
    with problems.field("description"):
        description = text.line(draft.description)
    problems.raise_if_any()
    return VehicleDraft(
        plate=plate,
        description=description,
        technician_id=draft.technician_id,
        active=draft.active,
    )
