"""Driver errors as our own: from an explicit list of known causes; an unknown one stays a bug."""

from __future__ import annotations

import contextlib
import logging
import re
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import exc
from sqlalchemy.engine import URL
from sqlalchemy.orm.exc import StaleDataError

from app.domain.errors import AppError, Cancelled, Conflict, InvalidInput, Unavailable
from db import storage
from db.server import place_of, refusal_of

log = logging.getLogger(__name__)

_KNOWN_SQLITE = (
    ("database is locked", "db.locked"),
    ("database table is locked", "db.locked"),
    ("database or disk is full", "db.disk_full"),
    ("attempt to write a readonly database", "db.read_only"),
    ("unable to open database file", "db.cannot_open"),
    ("file is not a database", "db.not_a_database"),
    ("database disk image is malformed", "db.damaged"),
    ("malformed database schema", "db.damaged"),
    ("could not decode to utf-8", "db.damaged"),
    # The index for searching, which has a file format of its own.
    ("vtable constructor failed", "db.damaged"),
    ("fts5: ", "db.damaged"),
    ("invalid fts5 file format", "db.damaged"),
    ("disk i/o error", "db.storage_failed"),
)
_KNOWN_POSTGRES = (
    ("08", "db.no_connection"),
    ("57P", "db.no_connection"),
    ("53100", "db.disk_full"),
    ("55P03", "db.locked"),
    ("40001", "db.locked"),
    ("40P01", "db.locked"),
    ("25006", "db.read_only"),
    ("3D000", "db.no_such_database"),
    ("53300", "db.server_full"),
    ("42501", "db.no_privilege"),
    ("42704", "db.no_such_role"),
    ("28", "db.refused"),
)


_TABLE = re.compile(r"on table '(\w+)'")
"""Where the mapper says which rows were changed by somebody else first."""
_RECORDS = frozenset(
    {"terminal", "incident", "technician", "support_contact", "terminal_model", "merchant", "visit"}
)


def _named(table: str) -> str:
    """What people call a row of a table; its parts are a record to them."""
    return table if table in _RECORDS else "record"


@contextlib.contextmanager
def translated(url: URL) -> Iterator[None]:
    """Raise driver errors of the database at `url` as `Unavailable` or `Conflict`; a query given up
    as `Cancelled`."""
    try:
        yield
    except StaleDataError as stale:
        raise Conflict(_named("".join(_TABLE.findall(str(stale)))), "") from stale
    except UnicodeEncodeError as failure:
        # A key or a search with half a character: there is nothing of that name.
        raise InvalidInput.of("", "text.not_storable") from failure
    except exc.DBAPIError as failure:
        if str(failure.orig) == "interrupted":
            raise Cancelled from failure
        known = known_cause(failure, url)
        if known is None:
            raise
        log.warning("database unavailable: %s", known.code)
        raise known from failure
    except UnicodeDecodeError as failure:
        # The driver's own: a message or a name of a damaged file that is no text any more.
        raise Unavailable("db.damaged") from failure
    except exc.StatementError as failure:
        # A column type refused a value (`db.types.Guarded`); the wrapper would show the statement.
        if isinstance(failure.orig, AppError):
            raise failure.orig from None
        raise


def known_cause(failure: exc.DBAPIError, url: URL | None = None) -> Unavailable | Conflict | None:
    """The foreseen meaning of a driver error, or None for a bug.  `url` says which server is
    meant."""
    state = getattr(failure.orig, "sqlstate", None)
    if isinstance(failure, exc.IntegrityError):
        # Two stations stored the same thing at once; SQLite's lock lets no two in.
        if state != "23505":
            return None
        table = getattr(getattr(failure.orig, "diag", None), "table_name", None)
        return Conflict(_named(table or ""), "")
    if state is not None:
        for prefix, code in _KNOWN_POSTGRES:
            if state.startswith(prefix):
                return Unavailable(code, **(place_of(url) if url is not None else {}))
        return None
    found = cause_of(str(failure.orig))
    if found == "db.storage_failed" and url is not None and _on_full_disk(url):
        # SQLite calls it an error of the disk when there is no room for its shared memory.
        found = "db.disk_full"
    if found is not None:
        return Unavailable(found)
    if isinstance(failure, exc.OperationalError) and url is not None:
        return _no_connection(failure, url)
    return None


def _on_full_disk(url: URL) -> bool:
    return bool(url.database) and storage.is_full(Path(url.database or "").absolute())


def _no_connection(failure: exc.OperationalError, url: URL) -> Unavailable | None:
    """Why a server does not answer, in words of ours; None for SQLite, which has no server."""
    if url.get_backend_name() == "sqlite":
        return None
    return refusal_of(str(failure.orig), url)


def cause_of(message: str) -> str | None:
    """The code of what SQLite says, or None when it is not foreseen."""
    return next((code for said, code in _KNOWN_SQLITE if said in message.lower()), None)
