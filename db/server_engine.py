"""Connections to a PostgreSQL server: kept alive, few round trips, one writer at a time."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.engine import URL, Connection, Engine

from app.domain.errors import Unavailable
from db.dialects import create_engine
from db.prepared import LATER
from db.server import connection_arguments
from db.server_refusals import OLDEST_SERVER
from db.together import AHEAD

if TYPE_CHECKING:
    from db.pipeline import PipelinedConnection, PipelinedCursor

WRITES = "poscare_writes"
"""The execution option of connections that write."""
READS = "poscare_reads"
"""The execution option of connections that read one snapshot and write nothing."""


def server_engine(url: URL) -> Engine:
    """The connections to a server.  Raises `Unavailable`."""
    try:
        engine = create_engine(
            url,
            connect_args=connection_arguments(url),
            # A transaction that ended needs no rollback, which would be a round trip (`_reset`).
            pool_reset_on_return=None,
            # Asking for a type nobody uses is another one.
            use_native_hstore=False,
        )
    except ModuleNotFoundError as failure:
        raise Unavailable("db.no_driver", driver=failure.name or url.drivername) from failure
    except (sa.exc.NoSuchModuleError, TypeError) as failure:
        raise Unavailable("db.bad_address") from failure
    event.listen(engine, "do_connect", _connect)
    event.listen(engine, "begin", _begin_on_server)
    event.listen(engine, "before_cursor_execute", _mark)
    event.listen(engine, "reset", _reset)
    event.listen(engine, "checkin", _used)
    event.listen(engine, "checkout", _look_at)
    return engine


def _connect(_dialect: object, _record: object, positional: Any, named: Any) -> Any:
    from db.pipeline import PipelinedConnection, PipelinedCursor

    # Transactions are begun here (`_begin_on_server`), not by the driver, which would wait for it.
    made = PipelinedConnection.connect(
        *positional, **named, autocommit=True, cursor_factory=PipelinedCursor
    )
    version = made.info.server_version // 10000
    if version < OLDEST_SERVER:
        place = {"server": f"{made.info.host}:{made.info.port}"}
        made.close()
        raise Unavailable("db.old_server", **place, version=version)
    return made


def _driver(connection: Connection) -> PipelinedConnection:
    found: Any = connection.connection.dbapi_connection
    return found  # type: ignore[no-any-return]


_ONE_WRITER = (
    "SELECT set_config('lock_timeout', '15s', true)",
    "LOCK TABLE app_state IN EXCLUSIVE MODE",
)
"""One writer at a time, as SQLite has it: what a transaction read before it wrote still holds.
Everybody goes on reading.  It is the lock of a table and no advisory lock, which every login of the
server could hold, also that of a laptop where the exchange has its schema in this database."""


def _begin_on_server(connection: Connection) -> None:
    import psycopg

    try:
        _begin(connection.get_execution_options(), _driver(connection))
    except psycopg.Error as lost:
        # The library makes an error of its own of what the driver raises, but not here.  Nothing
        # was done yet, and the other connections to that server are lost, too.
        connection.invalidate(lost)
        connection.engine.dispose()
        raise sa.exc.OperationalError("BEGIN", None, lost) from lost


def _begin(options: Mapping[str, Any], driver: PipelinedConnection) -> None:
    if options.get(WRITES, False):
        driver.begin("BEGIN", *_ONE_WRITER)
    elif options.get(READS, False):
        driver.begin("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY", writes=False)
    else:
        driver.begin("BEGIN", waiting=True)


def _mark(
    _connection: object,
    cursor: PipelinedCursor,
    statement: str,
    _values: object,
    context: Any,
    _many: object,
) -> None:
    """Say whose answer nobody needs: rows that are stored without giving anything back."""
    if not hasattr(cursor, "ahead"):  # one that lives on the server
        return
    options = context.execution_options if context else {}
    cursor.ahead = bool(options.get(AHEAD, False))
    stores = statement.startswith("INSERT ") and " RETURNING " not in statement
    cursor.later = stores or bool(options.get(LATER, False))


def _reset(connection: PipelinedConnection, _record: object, _state: object) -> None:
    if connection.begun and not connection.closed:
        connection.rollback()


UNUSED = 30.0
"""Seconds after which a connection to a server is looked at before it is used again; one round
trip, which a connection used just now is spared."""


def _used(_connection: Any, record: Any) -> None:
    record.info["used"] = time.monotonic()


def _look_at(connection: PipelinedConnection, record: Any, _proxy: object) -> None:
    used = record.info.get("used")
    if used is None or time.monotonic() - used < UNUSED:
        return
    import psycopg

    try:
        connection.ping()
    except psycopg.Error as lost:
        # The pool makes a new one.
        raise sa.exc.DisconnectionError from lost
