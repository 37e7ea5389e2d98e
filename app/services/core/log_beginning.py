"""What the log of a database begins with: the state it had before there was a log, and from which
copy it was restored.

Both are appended when the database is opened, for they are done by nobody's use case: the one by
an upgrade, the other by putting a file in the place of another.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session

from app.domain.errors import InvalidInput
from app.services.core.context import ServiceContext
from app.services.core.operation_log import drop_fact, fact
from app.services.core.operations import append_done, operation
from db import migrate
from db.stations import RESTORED
from db.together import send_ahead, together


@dataclass(frozen=True, slots=True, kw_only=True)
class LoggedState:
    """A state as the log names it: the revision of the schema, the SHA-256 of every row
    (`db.contents.digest`), and how many rows each table has that has any."""

    schema: str
    digest: str
    rows: dict[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class RestoredCopy:
    """The name of the file a database was restored from and when, and the station it is with
    the number of its last operation in the copy; no station when it had no log."""

    copy: str
    at: datetime
    station: str = ""
    station_seq: int = 0


@operation("database.genesis")
def _genesis(place: ServiceContext, state: LoggedState) -> None:
    """Applied again where a log is applied to a copy of the state it began with; anywhere else it
    is refused.  Raises `InvalidInput`."""
    with place.write() as unit:
        if not _is_same(_state(unit.session), state):
            raise InvalidInput.of("database", "log.other_state")
        unit.touched("database")


def _is_same(here: LoggedState, there: LoggedState) -> bool:
    """Whether two states are one; after an upgrade of the schema rows look different, but none
    may be gone."""
    if here.schema == there.schema:
        return here == there
    return all(here.rows.get(table, 0) >= rows for table, rows in there.rows.items())


RESTORED_COPY = "database.restored"
"""The kind of operation that says that the database was put back from a copy."""


@operation(RESTORED_COPY)
def _restored(place: ServiceContext, source: RestoredCopy) -> None:
    """Changes nothing: what the copy lacked has not been done here."""
    with place.write() as unit:
        unit.touched("database")


def begin_log(place: ServiceContext) -> None:
    """Let the log of a database that was just opened begin, when it has rows but no operation yet;
    and say in it that the database was restored, when that was done since it was open last.

    Raises `Unavailable`.
    """
    with place.read() as session:
        if not _is_due(session):
            return
    # The state is read in the transaction in which it is written down: nobody can change it in
    # between, and nobody waits, for no other program of this version has begun its work.
    with place.write_locally() as unit:
        session = unit.session
        if _has_no_log(session):
            append_done(_genesis, place, session, state=_state(session))
        copy = fact(session, RESTORED)
        if copy is not None:
            copy["at"] = datetime.fromisoformat(copy["at"])
            append_done(_restored, place, session, source=RestoredCopy(**copy))
            drop_fact(session, RESTORED)


def _is_due(session: Session) -> bool:
    send_ahead(session, (_ANY_OPERATION, {}))
    return fact(session, RESTORED) is not None or _has_no_log(session)


_ANY_OPERATION = sa.text("SELECT 1 FROM operation LIMIT 1")


def _has_no_log(session: Session) -> bool:
    """Whether there are rows but no operation."""
    (found,) = together(session, (_ANY_OPERATION, {}))
    if found:
        return False
    from db import contents

    return contents.has_rows(session.connection())


def _state(session: Session) -> LoggedState:
    from db import contents

    connection = session.connection()
    return LoggedState(
        schema=migrate.HEAD,
        digest=contents.digest(connection),
        rows=contents.row_counts(connection),
    )
