"""What a laptop had before it joined an office: whether there is any, and the operation that brings
it there.

An operation of this computer that stands in its log travels by itself.  But a log may begin with a
state that was there before it (an upgrade), or hold what was done under another identity (a
database taken over from another computer): that is brought as records.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col

from app.domain.errors import InvalidInput
from app.domain.operations.operation import APPLIED, BRING, Operation
from app.services.core import log_reading, operation_log
from app.services.core.context import ServiceContext
from app.services.core.operations import operation
from app.services.core.running_operation import running_operation
from app.services.joining.bringing import Bringing
from app.services.joining.records import COUNTED, BroughtState, read_state, table_of
from db.models.operations import OperationRow

GENESIS = "database.genesis"


@operation(BRING)
def bring(place: ServiceContext, state: BroughtState) -> None:
    """Bring the records of a computer that joins.  On that computer they are there already.

    Raises `InvalidInput` (``joining.twice``) when it brought some before.
    """
    running = running_operation()
    stored = running.stored if running is not None else None
    with place.write() as unit:
        if stored is not None:
            if _has_brought(unit.session, stored.station):
                raise InvalidInput.of("database", "joining.twice")
            Bringing(place, unit, state).carry_out()
        unit.touched("exchange")


def is_due(session: Session) -> bool:
    """Whether this database holds more than its operations tell an office."""
    station = operation_log.station_of(session)
    if _has_brought(session, station):
        return False
    more = sa.or_(col(OperationRow.kind) == GENESIS, col(OperationRow.station) != station)
    return _any(session, more)


def _has_brought(session: Session, station: str) -> bool:
    return _any(
        session,
        col(OperationRow.kind) == BRING,
        col(OperationRow.station) == station,
        col(OperationRow.outcome) == APPLIED,
    )


def _any(session: Session, *conditions: Any) -> bool:
    rows = sa.select(sa.literal(1)).select_from(OperationRow).where(*conditions).limit(1)
    return session.execute(rows).first() is not None


def counted(session: Session) -> Mapping[str, int]:
    """How many records of each sort people know would be brought."""
    found = {}
    for name in COUNTED:
        query = sa.select(sa.func.count()).select_from(table_of(name))
        found[name] = int(session.execute(query).scalar_one())
    return {name: amount for name, amount in found.items() if amount}


def bring_own(place: ServiceContext, *, leave: bool = False) -> None:
    """Append the operation that brings the records of this computer, or with `leave` says that they
    are left behind.  Raises `Unavailable`."""
    with place.read() as session:
        until = log_reading.end_of_chain(session, operation_log.station_of(session)).seq
        state = read_state(session, until)
    if leave:
        # The numbers given out stay given out: they may stand on paper.
        state = replace(state, tables={})
    bring(place, state)


def _brought(operation: Operation) -> Mapping[str, Any]:
    """The state an operation brings, as it is written there; empty where it is none."""
    state = operation.payload.get("state")
    return state if isinstance(state, Mapping) else {}


def brought_rows(operation: Operation, table: str) -> list[Any]:
    """The rows of a table that an operation brings, as they are written there."""
    tables = _brought(operation).get("tables")
    rows = tables.get(table) if isinstance(tables, Mapping) else None
    return rows if isinstance(rows, list) else []


def carried(operations: tuple[Operation, ...] | list[Operation]) -> frozenset[str]:
    """The operations whose effect comes with records that are brought after them."""
    last: dict[str, int] = {}
    for one in operations:
        if one.kind == BRING:
            # Never what comes after it: under a new identity operations are numbered anew.
            until = _brought(one).get("until")
            if isinstance(until, int):
                before = min(until, one.station_seq - 1)
                last[one.station] = max(last.get(one.station, 0), before)
    return frozenset(
        one.id
        for one in operations
        if one.kind != BRING and one.station_seq <= last.get(one.station, 0)
    )
