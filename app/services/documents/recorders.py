"""Which computer noted that a document left the house or was fixed, and in whose name.

The register of issued documents comes from every computer, so a note proves who made it, not that
what the document says is true.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col

from app.domain.operations.operation import BRING
from app.services.core.operation_log import fact
from db.keys import series_of
from db.models.exchange import StationRow
from db.models.operations import OperationRow
from db.stations import STATION


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorder:
    """`computer` is what people here call it, or the letter it numbers by; `person` the code of
    whoever did it, as that computer says.  `own` when it was this database, or the office of this
    computer: these are not doubted here."""

    computer: str
    person: str
    own: bool


def recorder_of(session: Session, row: str, table: str, person: str) -> Recorder:
    """Who noted the row with this key in a table of the register.

    The key of a row tells the operation that made it; what a computer brought along when it joined
    stands in the operation that brought it.  What no operation tells was here before the log.
    """
    operation = _operation_of(session, row, table)
    station = operation.station if operation is not None else ""
    if station in ("", fact(session, STATION)):
        return Recorder(computer="", person=person, own=True)
    known = session.get(StationRow, station)
    letter = operation.device if operation is not None else ""
    return Recorder(
        computer=known.name if known is not None else letter,
        person=person,
        own=known is not None and known.role == "office",
    )


def revoked_since(session: Session, row: str, table: str) -> datetime | None:
    """Since when the computer that noted a row is trusted no longer; None while it is, and for this
    database itself."""
    operation = _operation_of(session, row, table)
    known = session.get(StationRow, operation.station) if operation is not None else None
    return known.revoked_at if known is not None else None


def _operation_of(session: Session, row: str, table: str) -> OperationRow | None:
    found: OperationRow | None = session.get(OperationRow, series_of(row))
    return found or _brought_by(session, row, table)


def _brought_by(session: Session, row: str, table: str) -> OperationRow | None:
    query = sa.select(OperationRow).where(col(OperationRow.kind) == BRING)
    for operation in session.execute(query).scalars():
        payload: Mapping[str, Any] = operation.payload
        tables = payload["state"]["tables"]
        if any(one["id"] == row for one in tables.get(table, ())):
            found: OperationRow = operation
            return found
    return None
