"""Short notices between those who have one database open: sent with a transaction, heard once it is
stored.  PostgreSQL carries them (NOTIFY); who shares a file asks whether there is something new.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session

from app.domain.errors import Unavailable
from db.engine import Database
from db.prepared import LATER
from db.server import connection_arguments

_CHANNEL = "poscare_change"
_NOTIFY = sa.select(sa.func.pg_notify(_CHANNEL, sa.bindparam("notice", type_=sa.Text)))
LONGEST = 7_000
"""Bytes a notice may have; PostgreSQL refuses 8 000."""

Hear = Callable[[float], tuple[str, ...]]
"""Waits at most so many seconds and gives the notices that came.  Raises `Unavailable`."""


def announce(session: Session, notice: str) -> None:
    """Tell `notice` to everybody once the transaction of a session on a server is stored."""
    session.connection().execute(_NOTIFY, {"notice": notice}, execution_options={LATER: True})


@contextlib.contextmanager
def listening(database: Database) -> Iterator[Hear]:
    """A connection of its own to the server that hears what is announced from now on.

    Raises `Unavailable`.
    """
    import psycopg

    positional, named = database.engine.dialect.create_connect_args(database.url)
    given: dict[str, Any] = {**named, **connection_arguments(database.url), "autocommit": True}
    try:
        with psycopg.connect(*positional, **given) as connection:
            connection.execute(f"LISTEN {_CHANNEL}")

            def hear(seconds: float) -> tuple[str, ...]:
                found = connection.notifies(timeout=seconds, stop_after=1)
                return tuple(notice.payload for notice in found)

            yield hear
    except psycopg.Error as lost:
        raise Unavailable("db.no_connection") from lost
