"""When a transaction is safe from a power failure: at its end, or together with one that follows.

SQLite in its write-ahead mode keeps a database sound either way, but with ``synchronous=NORMAL``
its last transactions may be missing after the power failed (https://sqlite.org/pragma.html).  One
that ends with ``FULL`` flushes the log, and with it everything before.
"""

from __future__ import annotations

import contextlib
import contextvars
from collections.abc import Iterator

from sqlalchemy.engine import Connection

_together: contextvars.ContextVar[bool] = contextvars.ContextVar("together", default=False)


@contextlib.contextmanager
def flushed_together() -> Iterator[None]:
    """Transactions of this thread inside are not flushed one by one: for thousands that are simply
    done again when they are missing.  Whoever tells others that they are done writes one more
    transaction first, outside."""
    token = _together.set(True)
    try:
        yield
    finally:
        _together.reset(token)


def set_level(connection: Connection) -> None:
    """Before a transaction that writes begins on a connection to a file."""
    level = "NORMAL" if _together.get() else "FULL"
    if connection.info.get("synchronous", "FULL") != level:
        connection.exec_driver_sql(f"PRAGMA synchronous={level}")
        connection.info["synchronous"] = level
