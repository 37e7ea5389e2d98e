"""Connections to a PostgreSQL server: kept alive, and one writer at a time."""

from __future__ import annotations

import time
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.engine import URL, Connection, Engine

from app.domain.errors import Unavailable
from db.server import patience

WRITES = "poscare_writes"
"""The execution option of connections that write."""
WRITER_KEY = 0x504F5355
"""The advisory lock of whoever writes."""


def server_engine(url: URL) -> Engine:
    """The connections to a server.  Raises `Unavailable`."""
    try:
        engine = sa.create_engine(url, hide_parameters=True, connect_args=patience(url))
    except ModuleNotFoundError as failure:
        raise Unavailable("db.no_driver", driver=failure.name or url.drivername) from failure
    except sa.exc.NoSuchModuleError as failure:
        raise Unavailable("db.bad_address") from failure
    event.listen(engine, "begin", _begin_on_server)
    event.listen(engine, "checkin", _used)
    event.listen(engine, "checkout", _look_at)
    return engine


UNUSED = 30.0
"""Seconds after which a connection to a server is looked at before it is used again; one round
trip, which a connection used just now is spared."""


def _used(_connection: Any, record: Any) -> None:
    record.info["used"] = time.monotonic()


def _look_at(connection: Any, record: Any, _proxy: object) -> None:
    used = record.info.get("used")
    if used is None or time.monotonic() - used < UNUSED:
        return
    import psycopg

    try:
        connection.execute("SELECT 1")
        connection.rollback()
    except psycopg.Error as lost:
        # The pool makes a new one.
        raise sa.exc.DisconnectionError from lost


_ONE_WRITER = f"SET LOCAL lock_timeout = '15s'; SELECT pg_advisory_xact_lock({WRITER_KEY})"
"""One writer at a time, as SQLite has it: what a transaction read before it wrote still holds."""


def _begin_on_server(connection: Connection) -> None:
    if connection.get_execution_options().get(WRITES, False):
        connection.exec_driver_sql(_ONE_WRITER)
