"""Waits for the write lock of an SQLite file so that everybody gets a turn.

SQLite's own waiting sleeps longer the longer it waited, up to a tenth of a second, while others
come and take the lock between; of eight programs that save without a pause some wait in vain.
Everybody who waits here asks equally often, at moments that do not fall together.
"""

from __future__ import annotations

import random
import time
from typing import Any

from sqlalchemy.engine import Connection

from db.durability import set_level
from db.server_engine import WRITES

WAIT = 30.0
"""Seconds; a program that keeps the lock longer does more than save."""
_PAUSE = (0.002, 0.010)
"""Seconds between two attempts, drawn anew each time."""

_OWN_WAIT = "poscare_own_wait"
"""Under this name a connection keeps how long SQLite itself waits on it, in milliseconds."""


def begin(connection: Connection) -> None:
    """Begin the transaction of a connection; one that writes takes its lock before it reads.

    Raises `OperationalError` with the driver's reason: ``database is locked`` when somebody else
    kept the lock for `WAIT` seconds.
    """
    if connection.get_execution_options().get(WRITES, False):
        set_level(connection)
        _wait_for_turn(connection)
    else:
        connection.exec_driver_sql("BEGIN")


def _wait_for_turn(connection: Connection) -> None:
    driver: Any = connection.connection.dbapi_connection
    own_wait = connection.info.get(_OWN_WAIT)
    if own_wait is None:
        (own_wait,) = driver.execute("PRAGMA busy_timeout").fetchone()
        connection.info[_OWN_WAIT] = own_wait
    driver.execute("PRAGMA busy_timeout=0")
    try:
        until = time.monotonic() + WAIT
        while True:
            try:
                driver.execute("BEGIN IMMEDIATE")
            except driver.OperationalError as failure:
                if time.monotonic() >= until or "locked" not in str(failure):
                    break
                time.sleep(random.uniform(*_PAUSE))
            else:
                return
        # Once more through SQLAlchemy, which makes of the failure an error others know.
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    finally:
        driver.execute(f"PRAGMA busy_timeout={own_wait}")
