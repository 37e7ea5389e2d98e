"""What an incident may be found by, kept for the search."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col

from app.services.core.context import chunks
from app.services.register.batch_write import index_terminals
from app.services.register.terminal_queries import Position, look_for_position, read_position
from db import bulk, search
from db.engine import Database
from db.models.incident import IncidentRow
from db.models.register import TerminalRow

CALLED = (
    "number",
    "tid",
    "unknown_serial",
    "displayed_code",
    "symptom",
    "reporter_name",
    "reporter_phone",
    "work_done",
)
"""What an incident itself says that it may be found by."""


def index_incident(
    session: Session, incident_id: str, called: Iterable[str], position: Position | None
) -> None:
    """Make an incident findable by everything people call it and the terminal it is about."""
    about = (position.serial, position.merchant_name, position.contact_phone) if position else ()
    words = " ".join(filter(None, (*called, *about)))
    search.put(session, "incident", {incident_id: words})


_FOUND_BY = "poscare_called"
"""Under this name a session keeps what its incidents were called when they were read."""


def remember_called(session: Session, row: IncidentRow) -> None:
    """Keep what an incident is called before anything of it is changed."""
    session.info.setdefault(_FOUND_BY, {}).setdefault(row.id, _called(row))


def store(session: Session, row: IncidentRow) -> None:
    """Store an incident that was changed, and make it findable where it is called otherwise now, or
    is about another terminal."""
    now = _called(row)
    same = session.info.get(_FOUND_BY, {}).get(row.id) == now
    alone = all(one is row for one in (*session.dirty, *session.new))
    if row.terminal_id and alone and not same:
        # Nothing that is stored now moves the terminal.
        look_for_position(session, row.terminal_id)
    session.flush()
    if same:
        return
    position = read_position(session, row.terminal_id) if row.terminal_id else None
    index_incident(session, row.id, now[1:], position)


def _called(row: IncidentRow) -> list[str]:
    return [row.terminal_id or "", *(getattr(row, name) for name in CALLED)]


_PHRASES_SINCE = "0040"
"""The revision since which a server's search documents keep every word in its place."""


def index_upgraded(database: Database, before: str | None) -> None:
    """Write the search documents of a server anew that was at the revision `before`, where they
    were without the places of words: phrases are found by those."""
    if before is not None and before < _PHRASES_SINCE:
        with database.write() as session:
            index_everything(session)


def index_everything(session: Session) -> None:
    """Make every terminal and incident of a database findable whose index was not brought
    along."""
    terminals = list(session.execute(sa.select(col(TerminalRow.id))).scalars())
    incidents = list(session.execute(sa.select(col(IncidentRow.id))).scalars())
    index_records(session, terminals, incidents)


def index_records(session: Session, terminals: list[str], incidents: list[str]) -> None:
    """Make terminals and incidents findable."""
    for part in chunks(terminals):
        index_terminals(session, part)
    positions: dict[str, Position] = {}
    columns = [getattr(IncidentRow, name) for name in CALLED]
    query: Any = sa.select(col(IncidentRow.id), col(IncidentRow.terminal_id), *columns)
    wanted = query.where(bulk.among(session, col(IncidentRow.id), incidents))
    for key, terminal_id, *called in session.execute(wanted).all():
        if terminal_id and terminal_id not in positions:
            positions[terminal_id] = read_position(session, terminal_id)
        index_incident(session, key, called, positions.get(terminal_id))
