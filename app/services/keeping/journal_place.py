"""How far a journal is: the last operation in the office's order, and the last of this computer."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session

from app.domain.operations.operation import Operation
from app.services.core import log_reading, operation_log
from app.services.core.log_reading import ChainEnd, Head
from db.models.operations import OperationRow
from db.stations import STATION

_OPERATION: Any = OperationRow.__table__  # type: ignore[attr-defined]

UNREADABLE = (SQLAlchemyError, ValueError, TypeError, KeyError, OverflowError, zlib.error)
"""What reading a row raises in which something was changed that no program would write."""


@dataclass(frozen=True, slots=True, kw_only=True)
class JournalPlace:
    """Which operations a journal holds: those up to `office` in the office's order, and those of
    the `station` up to `own`."""

    station: str
    office: Head
    own: ChainEnd

    def after(self, operation: Operation) -> JournalPlace:
        """The place behind one more operation."""
        found = self
        if (operation.office_seq or 0) > found.office.seq:
            head = Head(operation.office_seq or 0, operation.hash.hex())
            found = replace(found, office=head)
        if operation.station == found.station and operation.station_seq > found.own.seq:
            found = replace(found, own=ChainEnd(operation.station_seq, operation.hash))
        return found

    def after_all(self, operations: Iterable[Operation]) -> JournalPlace:
        """The place behind more operations."""
        found = self
        for one in operations:
            found = found.after(one)
        return found

    def as_json(self) -> dict[str, Any]:
        """As JSON values."""
        return {
            "station": self.station,
            "office": [self.office.seq, self.office.hash],
            "own": [self.own.seq, self.own.hash.hex()],
        }


def place_in_json(value: Mapping[str, Any]) -> JournalPlace:
    """The place that stands in JSON.  Raises `ValueError`, `KeyError`, `TypeError`."""
    (office, office_hash), (own, own_hash) = value["office"], value["own"]
    return JournalPlace(
        station=str(value["station"]),
        office=Head(int(office), str(office_hash)),
        own=ChainEnd(int(own), bytes.fromhex(own_hash)),
    )


def end_of(session: Session) -> JournalPlace:
    """The end of the log of a database."""
    station = operation_log.fact(session, STATION) or ""
    own = log_reading.end_of_chain(session, station) if station else ChainEnd()
    return JournalPlace(station=station, office=log_reading.head_of(session), own=own)


def holds(session: Session, place: JournalPlace) -> bool:
    """Whether a log holds what a journal that is so far holds, as far as one look tells: chains
    make everything before the last operation follow from it."""
    if place.station != (operation_log.fact(session, STATION) or ""):
        return False
    if place.office.seq and log_reading.hash_at(session, place.office.seq) != place.office.hash:
        return False
    if not place.own.seq:
        return True
    query = sa.select(_OPERATION.c.hash).where(
        _OPERATION.c.station == place.station, _OPERATION.c.station_seq == place.own.seq
    )
    return session.execute(query).scalar() == place.own.hash


def office_moved(session: Session, place: JournalPlace) -> bool:
    """Whether the office gave other places since: but for the office itself, that means that the
    own work was applied anew."""
    is_office = operation_log.fact(session, operation_log.OFFICE) is not None
    return end_of(session).office.seq != place.office.seq and not is_office


def behind(session: Session, place: JournalPlace) -> Iterator[Operation]:
    """The operations of a log behind a place, in the order in which they are applied."""
    yield from operation_log.read_operations(session, _OPERATION.c.office_seq > place.office.seq)
    yield from operation_log.read_operations(
        session,
        _OPERATION.c.office_seq.is_(None),
        _OPERATION.c.station == place.station,
        _OPERATION.c.station_seq > place.own.seq,
    )
