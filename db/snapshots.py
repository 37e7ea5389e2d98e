"""The state of a database as a file for another computer, and what a computer keeps of its own.

A snapshot holds every table but those of one computer alone (`db.contents.OF_THIS_COMPUTER`); the
index for searching is not carried but made again.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from app import files
from app.domain.errors import Cancelled
from db import bulk, cipher, migrate
from db.contents import LOG, OF_THIS_COMPUTER, tables
from db.copying import copy_database, explained, opened
from db.engine import Database

_ROWS_AT_ONCE = 2000
_OWN = (*("form_draft", "app_state", "station_person", "station", "sign_in_attempt", "credential"),)
"""What a computer keeps when its database is put together anew, and gives to nobody: passwords
among it."""


_ORPHANS = "DELETE FROM credential WHERE technician_id NOT IN (SELECT id FROM technician)"


def _never() -> bool:
    return False


def write_snapshot(
    database: Database, target: Path, cancelled: Callable[[], bool] = _never
) -> None:
    """The state of an open database as the new SQLite file `target`, nothing of this computer in
    it; that of a server can be `cancelled`.  Raises `db.copying.Damaged`, `Unavailable`, `OSError`,
    `Cancelled`, or the driver's error."""
    if database.is_sqlite:
        copy_database(database, target)
        _forget(target, _OWN)
    else:
        _copy_rows(database, target, cancelled)


def _forget(path: Path, names: tuple[str, ...]) -> None:
    connection = cipher.connect(path, isolation_level=None)
    try:
        connection.execute("PRAGMA secure_delete=ON")
        for name in names:
            connection.execute(f"DELETE FROM {name}")  # noqa: S608 - names of this module
        connection.execute("VACUUM")
    finally:
        connection.close()
    files.sync(path)


def _copy_rows(database: Database, target: Path, cancelled: Callable[[], bool]) -> None:
    """From a server: every row into a new file, in one snapshot of the server."""
    copy = Database(target)
    try:
        migrate.prepare(copy)
        with database.read() as source, copy.write() as into:
            into.connection().exec_driver_sql("PRAGMA defer_foreign_keys=ON")
            for table in tables(without=OF_THIS_COMPUTER):
                if table.name not in LOG:  # which refuses it, and is empty
                    into.execute(sa.delete(table))
                rows = source.execute(sa.select(table)).mappings()
                for part in rows.partitions(_ROWS_AT_ONCE):
                    if cancelled():
                        raise Cancelled
                    bulk.insert(into, table, [dict(row) for row in part])
    finally:
        copy.close()


def carry_own(old: Path, new: Path) -> None:
    """Bring half-filled forms, the facts about this computer and whom it trusts over into its new
    database; nobody has either file open for writing.  Raises `Unavailable`."""
    with explained():
        _carry(old, new)


def _carry(old: Path, new: Path) -> None:
    kept: dict[str, list[Any]] = {}
    with opened(old) as source:
        for name in _OWN:
            kept[name] = source.execute(f"SELECT * FROM {name}").fetchall()  # noqa: S608
    connection = cipher.connect(new, isolation_level=None)
    try:
        connection.execute("BEGIN IMMEDIATE")
        for name, rows in kept.items():
            connection.execute(f"DELETE FROM {name}")  # noqa: S608
            if rows:
                marks = ", ".join("?" * len(rows[0]))
                connection.executemany(f"INSERT INTO {name} VALUES ({marks})", rows)  # noqa: S608
        # Of a person the office does not know: they are let in anew once it does.
        connection.execute(_ORPHANS)
        connection.execute("COMMIT")
    finally:
        connection.close()


def head_in(path: Path) -> tuple[int, str]:
    """The last place in the office's order that a database file nobody has open knows, and the
    hash of the operation there; 0 and empty when there is none.  Raises the driver's errors."""
    query = (
        "SELECT office_seq, hash FROM operation WHERE office_seq IS NOT NULL"
        " ORDER BY office_seq DESC LIMIT 1"
    )
    with opened(path) as connection:
        found = connection.execute(query).fetchone()
    return (found[0], found[1].hex()) if found else (0, "")


def unsent_only_in(old: Path, other: Path) -> int:
    """How many operations of its own computer, which no office has placed in its order, the
    database file `old` holds and `other` does not; nobody has either open.  Raises the driver's
    errors."""
    unsent = (
        "SELECT id FROM operation WHERE office_seq IS NULL"
        " AND station = (SELECT json_extract(value, '$') FROM app_state WHERE name = 'station')"
    )
    with opened(old) as connection:
        there = {key for (key,) in connection.execute(unsent)}
    with opened(other) as connection:
        return len(there - {key for (key,) in connection.execute("SELECT id FROM operation")})
