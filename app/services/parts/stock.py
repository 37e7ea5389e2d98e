"""The stock of parts: the office store and each technician's van, as a ledger of differences."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col

from app.domain.errors import InvalidInput, NotFound
from app.domain.parts.stock import (
    OFFICE,
    StockCause,
    StockLevel,
    StockMovement,
    check_left,
    check_quantity,
    check_reason,
)
from app.services.core.context import ServiceContext, UnitOfWork
from app.services.core.operations import operation
from app.services.core.running_operation import applied_again, worked_out
from db.models.incident import IncidentRow
from db.models.parts import PartKindRow, StockMovementRow
from db.models.register import TechnicianRow
from db.queries import technician_of

MOST_MOVEMENTS = 300
"""Entries of the ledger that are shown."""

_ENTRY = StockMovementRow.__table__  # type: ignore[attr-defined]


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """An entry to be made in the ledger; `used_id` is the line of the incident it is for."""

    part_id: str
    place: str
    quantity: int
    cause: StockCause
    reason: str = ""
    incident_id: str | None = None
    used_id: str | None = None


class Stock:
    """Use cases of the stock.  A place is `OFFICE` or the key of the technician whose van it is."""

    def __init__(self, context: ServiceContext) -> None:
        self._context = context

    def levels(self, place: str = "", part_id: str = "") -> tuple[StockLevel, ...]:
        """How many of each part are where, by part and place; what came and went and is none now
        is listed with 0.  `place` and `part_id` narrow it."""
        total = sa.func.sum(col(StockMovementRow.quantity))
        query: Any = (
            sa.select(
                col(PartKindRow.id),
                col(PartKindRow.number),
                col(PartKindRow.name).label("part"),
                col(PartKindRow.unit_name),
                col(StockMovementRow.technician_id),
                col(TechnicianRow.name),
                total.label("total"),
                sa.func.max(col(StockMovementRow.at)).label("moved_at"),
            )
            .join(PartKindRow, col(PartKindRow.id) == col(StockMovementRow.part_kind_id))
            .outerjoin(*technician_of(StockMovementRow.technician_id))
            .group_by(
                col(PartKindRow.id),
                col(PartKindRow.number),
                col(PartKindRow.name),
                col(PartKindRow.unit_name),
                col(StockMovementRow.technician_id),
                col(TechnicianRow.name),
            )
            .order_by(col(PartKindRow.number), col(TechnicianRow.name))
        )
        with self._context.read() as session:
            return tuple(
                StockLevel(
                    part_id=row.id,
                    number=row.number,
                    part=row.part,
                    unit_name=row.unit_name,
                    place=row.technician_id or OFFICE,
                    name=row.name or "",
                    quantity=int(row.total),
                    moved_at=row.moved_at,
                )
                for row in session.execute(query.where(*_narrowed(place, part_id)))
            )

    def movements(self, place: str = "", part_id: str = "") -> tuple[StockMovement, ...]:
        """The latest entries of the ledger, newest first."""
        query: Any = (
            sa.select(
                StockMovementRow,
                col(PartKindRow.name),
                col(TechnicianRow.name),
                col(IncidentRow.number),
            )
            .join(PartKindRow, col(PartKindRow.id) == col(StockMovementRow.part_kind_id))
            .outerjoin(*technician_of(StockMovementRow.technician_id))
            .outerjoin(IncidentRow, col(IncidentRow.id) == col(StockMovementRow.incident_id))
            .where(*_narrowed(place, part_id))
            .order_by(col(StockMovementRow.at).desc(), col(StockMovementRow.id).desc())
            .limit(MOST_MOVEMENTS)
        )
        with self._context.read() as session:
            return tuple(
                StockMovement(
                    id=row.id,
                    at=row.at,
                    by=row.actor,
                    part=part,
                    place=row.technician_id or OFFICE,
                    name=name or "",
                    quantity=row.quantity,
                    cause=StockCause(row.cause),
                    reason=row.reason,
                    incident=number or "",
                )
                for row, part, name, number in session.execute(query)
            )

    def own_place(self) -> str:
        """The van of who works here; the office store when that is nobody of the technicians."""
        with self._context.read() as session:
            return own_place(session, self._context.actor)

    @operation("stock.receive", subject="place")
    def receive(self, place: str, part_id: str, quantity: int, reason: str = "") -> None:
        """Parts came in from outside.  Raises `InvalidInput`, `NotFound`."""
        amount, why = check_quantity(quantity), check_reason(reason)
        with self._context.write() as unit:
            entry = Entry(
                part_id=part_id,
                place=place,
                quantity=amount,
                cause=StockCause.RECEIVED,
                reason=why,
            )
            _enter(unit, self._context, entry)

    @operation("stock.load_van", subject="van")
    def load_van(self, van: str, part_id: str, quantity: int, reason: str = "") -> None:
        """Parts go from the office store into a van.  Raises `InvalidInput` (more than the store
        is known to have, and no reason), `NotFound`."""
        out = Entry(
            part_id=part_id,
            place=OFFICE,
            quantity=-quantity,
            cause=StockCause.LOADED,
            reason=reason,
        )
        self._carry(out, van)

    @operation("stock.unload_van", subject="van")
    def unload_van(self, van: str, part_id: str, quantity: int, reason: str = "") -> None:
        """Parts go from a van back to the office store.  Raises as `load_van`."""
        out = Entry(
            part_id=part_id,
            place=van,
            quantity=-quantity,
            cause=StockCause.UNLOADED,
            reason=reason,
        )
        self._carry(out, OFFICE)

    def _carry(self, out: Entry, target: str) -> None:
        """Take from one place what is put into the other."""
        if out.place == target:
            raise InvalidInput.of("place", "stock.same_place")
        amount = check_quantity(-out.quantity)
        out = replace(out, reason=check_reason(out.reason))
        with self._context.write() as unit:
            _refuse_more(unit.session, out, "reason")
            _enter(unit, self._context, out)
            _enter(unit, self._context, replace(out, place=target, quantity=amount))

    @operation("stock.count", subject="place")
    def count(self, place: str, part_id: str, counted: int, reason: str) -> int:
        """So many were counted; the difference to what the ledger says is entered and returned.
        Where others' entries come in later, the difference stays.  Raises `InvalidInput`,
        `NotFound`."""
        amount, why = check_quantity(counted, least=0), check_reason(reason, needed=True)
        with self._context.write() as unit:
            difference: int = worked_out(
                "difference", lambda: amount - level(unit.session, part_id, place)
            )
            if difference:
                entry = Entry(
                    part_id=part_id,
                    place=place,
                    quantity=difference,
                    cause=StockCause.COUNTED,
                    reason=why,
                )
                _enter(unit, self._context, entry)
            else:
                _part_there(unit.session, part_id)
        return difference


def level(session: Session, part_id: str, place: str) -> int:
    """How many of a part are at a place, as far as the ledger here knows."""
    query = sa.select(sa.func.coalesce(sa.func.sum(_ENTRY.c.quantity), 0)).where(
        *_narrowed(place, part_id)
    )
    return int(session.execute(query).scalar_one())


def levels_at(session: Session, place: str) -> dict[str, int]:
    """How many of each part are at a place, by part."""
    query = (
        sa.select(_ENTRY.c.part_kind_id, sa.func.sum(_ENTRY.c.quantity))
        .where(*_narrowed(place, ""))
        .group_by(_ENTRY.c.part_kind_id)
    )
    return {part_id: int(total) for part_id, total in session.execute(query)}


def own_place(session: Session, actor: str) -> str:
    """The van of the technician with this code; the office store when there is none."""
    query = sa.select(col(TechnicianRow.id)).where(col(TechnicianRow.code) == actor)
    found = session.execute(query).scalar() if actor else None
    return str(found) if found else OFFICE


def take_for_incident(unit: UnitOfWork, context: ServiceContext, out: Entry) -> None:
    """An incident takes parts from a place, inside a larger step.  Raises `InvalidInput` (more
    than are known to be there, and no reason), `NotFound`."""
    _refuse_more(unit.session, out, "stock_reason")
    _enter(unit, context, out)


def put_back(unit: UnitOfWork, context: ServiceContext, used_id: str) -> None:
    """What a line of an incident took goes back where it came from, inside a larger step."""
    query = sa.select(StockMovementRow).where(col(StockMovementRow.used_id) == used_id)
    for row in unit.session.execute(query).scalars().all():
        back = Entry(
            part_id=row.part_kind_id,
            place=row.technician_id or OFFICE,
            quantity=-row.quantity,
            cause=StockCause.TAKEN_BACK,
            incident_id=row.incident_id,
            used_id=used_id,
        )
        _enter(unit, context, back)


def _refuse_more(session: Session, out: Entry, field: str) -> None:
    # What was done elsewhere was done; what others took meanwhile may leave less than nothing,
    # which the list of the stock shows.
    if not applied_again():
        left = level(session, out.part_id, out.place)
        check_left(left, -out.quantity, out.reason, field)


def _enter(unit: UnitOfWork, context: ServiceContext, entry: Entry) -> None:
    _part_there(unit.session, entry.part_id)
    if entry.place != OFFICE and unit.session.get(TechnicianRow, entry.place) is None:
        raise NotFound("technician", entry.place)
    unit.session.add(
        StockMovementRow(
            part_kind_id=entry.part_id,
            technician_id=None if entry.place == OFFICE else entry.place,
            quantity=entry.quantity,
            cause=entry.cause,
            at=unit.now,
            actor=context.actor,
            device=context.device,
            reason=entry.reason,
            incident_id=entry.incident_id,
            used_id=entry.used_id,
        )
    )
    unit.touched("stock", [entry.part_id])


def _part_there(session: Session, part_id: str) -> None:
    if session.get(PartKindRow, part_id) is None:
        raise NotFound("part", part_id)


def _narrowed(place: str, part_id: str) -> list[Any]:
    found: list[Any] = []
    if place == OFFICE:
        found.append(_ENTRY.c.technician_id.is_(None))
    elif place:
        found.append(_ENTRY.c.technician_id == place)
    if part_id:
        found.append(_ENTRY.c.part_kind_id == part_id)
    return found
