"""Vehicles of the company."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from sqlmodel import col

from app.domain.errors import Conflict, InvalidInput, NotFound
from app.domain.register.vehicles import Vehicle, VehicleDraft, check_vehicle
from app.services.core.context import ServiceContext
from app.services.core.operations import Merge, Same, operation
from db.models.company import VehicleRow
from db.models.register import TechnicianRow
from db.queries import technician_of


class Vehicles:
    """Use cases of vehicles."""

    def __init__(self, context: ServiceContext) -> None:
        self._context = context

    def listed(self) -> tuple[Vehicle, ...]:
        """All vehicles, those no longer in use at the end."""
        query: Any = (
            sa.select(VehicleRow, col(TechnicianRow.name))
            .outerjoin(*technician_of(VehicleRow.technician_id))
            .order_by(col(VehicleRow.active).desc(), col(VehicleRow.plate))
        )
        with self._context.read() as session:
            return tuple(
                Vehicle(
                    id=row.id,
                    version=row.version,
                    plate=row.plate,
                    description=row.description,
                    technician_id=row.technician_id or "",
                    technician=name or "",
                    active=row.active,
                )
                for row, name in session.execute(query)
            )

    def by_plate(self, plate: str) -> Vehicle:
        """The vehicle with this plate.  Raises `NotFound`, `InvalidInput`."""
        wanted = check_vehicle(VehicleDraft(plate=plate)).plate
        for found in self.listed():
            if found.plate == wanted:
                return found
        raise NotFound("vehicle", plate)

    def _as_saved(self, given: Mapping[str, Any]) -> tuple[VehicleDraft, int] | None:
        known = [one for one in self.listed() if one.id == given.get("vehicle_id")]
        return (draft_of(known[0]), known[0].version) if known else None

    def _known_by_plate(self, given: Mapping[str, Any]) -> tuple[str, VehicleDraft] | None:
        if given.get("vehicle_id"):
            return None
        new = check_vehicle(given["draft"])
        known = [one.id for one in self.listed() if one.plate == new.plate]
        return (known[0], new) if known else None

    @operation(
        "vehicle.save",
        merge=Merge(draft="draft", version="version", read=_as_saved),
        same=Same(find=_known_by_plate, edit="vehicle.save", key="vehicle_id"),
    )
    def save(self, draft: VehicleDraft, vehicle_id: str = "", version: int = 0) -> str:
        """Add or change a vehicle; returns the id.  Raises `InvalidInput`, `NotFound`,
        `Conflict`."""
        checked = check_vehicle(draft)
        with self._context.write() as unit:
            session = unit.session
            taken = session.execute(
                sa.select(col(VehicleRow.id)).where(col(VehicleRow.plate) == checked.plate)
            ).scalar()
            if taken not in (None, vehicle_id):
                raise InvalidInput.of("plate", "vehicle.plate_taken", value=checked.plate)
            row = session.get(VehicleRow, vehicle_id) if vehicle_id else VehicleRow(plate="")
            if row is None:
                raise NotFound("vehicle", vehicle_id)
            if vehicle_id and row.version != version:
                raise Conflict("vehicle", row.plate)
            who = checked.technician_id or None
            if who is not None and session.get(TechnicianRow, who) is None:
                raise NotFound("technician", who)
            row.plate, row.description = checked.plate, checked.description
            row.technician_id, row.active = who, checked.active
            session.add(row)
            session.flush()
            unit.touched("vehicle", [row.id])
            unit.touched("visit")
            return str(row.id)


def draft_of(vehicle: Vehicle) -> VehicleDraft:
    """The vehicle as entered."""
    return VehicleDraft(
        plate=vehicle.plate,
        description=vehicle.description,
        technician_id=vehicle.technician_id,
        active=vehicle.active,
    )
