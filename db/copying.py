"""Copies of an SQLite database that are proved to be the database: every row, every reference.

Only SQLite's own backup call reads the live file: plain file access from this process would drop
its locks and can lose committed rows.  A copy counts only after every page of it was checked and
every row compared with the source, both seen in one snapshot; its SHA-256 is kept beside it, so
that what happens to it later is noticed too.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import logging
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from app import files
from app.domain.errors import NotFound, Unavailable
from db import cipher, storage
from db.driver_errors import cause_of
from db.engine import APPLICATION_ID, Database
from db.migrate import HEAD

log = logging.getLogger(__name__)

_ROWS_AT_ONCE = 1000


class Damaged(Exception):
    """What is wrong with a database or a copy, in SQLite's words."""


class NotWritten(OSError):
    """A copy that could not be written, though what was to be copied is sound: why, and where."""


def copy_database(database: Database, target: Path) -> None:
    """A proved copy of the open database as the new file `target`.

    Raises `NotWritten` when it could not be written, `Damaged` or the driver's error when the
    database is not sound or cannot be read, `Unavailable`, `OSError`.
    """
    assert database.path is not None, "a server is copied row by row"
    with database.connect() as connection:
        source: Any = connection.connection.dbapi_connection
        # One snapshot for the copy and the comparison, whatever others write meanwhile.
        connection.exec_driver_sql("SELECT count(*) FROM sqlite_master").fetchall()
        with _lossless(source):
            _copy(source, database.path, target)


def copy_file(source: Path, target: Path) -> None:
    """A proved copy of a database file nobody has open, its write-ahead log included.

    Raises as `copy_database`.
    """
    with opened(source) as connection:
        connection.execute("BEGIN")
        _copy(connection, source, target)


def working_copy(source: Path, target: Path) -> None:
    """A copy, not proved, of a database file nobody has open: to work on, and proved when what
    was made of it is kept.  Raises `Unavailable`."""
    with explained(), opened(source) as connection:
        _copy_content(connection, source, target)


@contextlib.contextmanager
def explained() -> Iterator[None]:
    """Failures of the disk, of the driver's or of the system's, as `Unavailable`."""
    from sqlcipher3 import dbapi2

    try:
        yield
    except NotWritten as failure:
        raise files.unavailable(failure, Path(failure.filename)) from failure
    except (OSError, dbapi2.Error) as failure:
        full = isinstance(failure, OSError) and failure.errno in {errno.ENOSPC, errno.EDQUOT}
        code = "db.disk_full" if full else cause_of(str(failure))
        raise Unavailable(code or "db.storage_failed") from failure


def plain_copy(source: Path, target: Path) -> None:
    """A copy, not proved, that is never encrypted: for a package, which another computer opens with
    keys of its own.  Raises `Unavailable`."""
    with explained(), opened(source) as connection:
        _copy_content(connection, source, target, plain=True)


def _copy(source: Any, path: Path, target: Path) -> None:
    _copy_content(source, path, target)
    with _told_apart(source, target), opened(target) as copy:
        examine(copy)
        _compare(source, copy)


@contextlib.contextmanager
def _told_apart(source: Any, target: Path) -> Iterator[None]:
    """Which of two files failed: SQLite does not say, and calls what it could not write damaged.
    Raises `NotWritten` unless it was the `source`."""
    from sqlcipher3 import dbapi2

    try:
        yield
    except (Damaged, dbapi2.Error) as failure:
        try:
            examine(source)
        except (Damaged, dbapi2.Error):
            raise failure from None
        raise not_written(target, failure) from failure


def not_written(target: Path, failure: Exception) -> NotWritten:
    """Why SQLite could not write a file, as the system says when it is asked for more room; the
    file is to be thrown away."""
    number = errno.EIO
    try:
        files.append(target, bytes(storage.ROOM_TO_BREATHE))
    except OSError as refusal:
        number = refusal.errno or errno.EIO
    why = os.strerror(number)
    log.warning("%s could not be written: %s (%s)", target, why, failure)
    return NotWritten(number, why, str(target))


def _copy_content(source: Any, path: Path, target: Path, *, plain: bool = False) -> None:
    """Everything in the open database file `path` into the new file `target`, which is encrypted
    when new files are, unless it is to be `plain`.  Raises as `copy_database`."""
    files.create_private(target)
    with _told_apart(source, target):
        _fill(source, path, target, plain=plain)


def _fill(source: Any, path: Path, target: Path, *, plain: bool) -> None:
    copy = cipher.connect(target, plain=plain, isolation_level=None)
    try:
        # When anything fails the copy is thrown away, so it needs no journal, and leaves none.
        copy.execute("PRAGMA journal_mode=OFF")
        copy.execute("PRAGMA synchronous=OFF")
        if cipher.is_encrypted(source) == cipher.is_encrypted(copy):
            source.backup(copy, pages=2000)
            # Says in the header that the copy is one file, without a log beside it; and makes none
            # while that is written.
            copy.execute("PRAGMA journal_mode=MEMORY")
        else:
            _export(source, path, copy)
    finally:
        copy.close()


def _export(source: Any, path: Path, copy: Any) -> None:
    """Pages of an encrypted file hold less than those of a plain one, so it is written anew."""
    with cipher.attached(copy, path) as name:
        copy.execute("SELECT sqlcipher_export('main', ?)", (name,)).fetchall()
    for mark in ("application_id", "user_version"):
        (value,) = source.execute(f"PRAGMA {mark}").fetchone()
        copy.execute(f"PRAGMA {mark}={value:d}")


@contextlib.contextmanager
def changing(copy: Path) -> Iterator[Any]:
    """A connection to a copy that is not in use yet; what is changed is on the disk afterwards.
    Raises the driver's errors and `OSError`, and the copy is to be thrown away: therefore it needs
    no journal, and a process that is killed leaves none."""
    connection = cipher.connect(copy)
    try:
        connection.execute("PRAGMA journal_mode=OFF")
        yield connection
        connection.commit()
    finally:
        connection.close()
    files.sync(copy)


def examine(connection: Any) -> None:
    """Read every page and follow every reference.  Raises `Damaged`, or the driver's error."""
    verdict = connection.execute("PRAGMA integrity_check(1)").fetchone()[0]
    if verdict != "ok":
        raise Damaged(" ".join(verdict.split()))
    orphan = connection.execute("PRAGMA foreign_key_check").fetchone()
    if orphan is not None:
        raise Damaged(f"{orphan[0]} → {orphan[2]}")


def _compare(source: Any, copy: Any) -> None:
    """Every table row by row: an index check does not look at text outside of indexes."""
    schema = "SELECT type, name, tbl_name, sql FROM sqlite_master ORDER BY type, name"
    _compare_rows(source, copy, schema, "sqlite_master")
    tables = source.execute(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND rootpage > 0"
    ).fetchall()
    for (name,) in tables:
        quoted = '"' + name.replace('"', '""') + '"'
        _compare_rows(source, copy, f"SELECT * FROM {quoted} NOT INDEXED", name)  # noqa: S608


def _compare_rows(source: Any, copy: Any, query: str, table: str) -> None:
    with _undecoded(source), _undecoded(copy):
        ours, theirs = source.execute(query), copy.execute(query)
        _compare_read(ours, theirs, table)


def _compare_read(ours: Any, theirs: Any, table: str) -> None:
    while True:
        rows = ours.fetchmany(_ROWS_AT_ONCE)
        if rows != theirs.fetchmany(_ROWS_AT_ONCE):
            raise Damaged(table)
        if not rows:
            return


@contextlib.contextmanager
def opened(path: Path) -> Iterator[Any]:
    """A driver connection that only reads a database file.  Raises as `db.cipher.connect`."""
    uri = f"{path.absolute().as_uri()}?mode=ro"
    connection = cipher.connect(path, uri, uri=True, isolation_level=None)
    try:
        with _lossless(connection):
            yield connection
    finally:
        connection.close()


def _lossless(connection: Any) -> contextlib.AbstractContextManager[None]:
    """Text that a flipped bit made invalid is read too: it is to be found, not to be a crash."""
    return _reading_text(connection, _text)


def _undecoded(connection: Any) -> contextlib.AbstractContextManager[None]:
    """Text as its bytes: to be compared it need not be decoded."""
    return _reading_text(connection, bytes)


@contextlib.contextmanager
def _reading_text(connection: Any, read: Callable[[bytes], Any]) -> Iterator[None]:
    before = connection.text_factory
    connection.text_factory = read
    try:
        yield
    finally:
        connection.text_factory = before


def _text(content: bytes) -> str:
    return content.decode("utf-8", "surrogateescape")


# --- later -------------------------------------------------------------------------------------


def hash_file(path: Path) -> Path:
    """Where the SHA-256 of a copy stands, as ``sha256sum --check`` reads it."""
    return path.with_name(path.name + ".sha256")


def hash_line(content: Path, name: str) -> bytes:
    """The line of a `hash_file` for a file that will be called `name`.  Raises `OSError`."""
    return f"{_hash_of(content)}  {name}\n".encode()


def is_unchanged(path: Path) -> bool:
    """Whether a copy is, byte for byte, what was verified; for one without a hash, whether it is
    a database at all."""
    try:
        noted = hash_file(path).read_text(encoding="ascii", errors="replace").split()
        return bool(noted) and noted[0] == _hash_of(path)
    except FileNotFoundError:
        with contextlib.suppress(OSError):
            return cipher.is_database(path)
    except OSError:
        pass
    return False


def _hash_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def check_file(path: Path) -> str:
    """The revision of a backup file after checking that it is one, whole and unchanged.

    Raises `NotFound`; `Unavailable`: ``backup.altered``, ``backup.damaged``, ``db.foreign``,
    ``db.not_a_database``, ``db.newer_schema`` and what the driver says.
    """
    from sqlcipher3 import dbapi2

    try:
        present = path.is_file() and path.stat().st_size > 0
    except OSError as failure:
        raise Unavailable("file.unreadable", name=str(path)) from failure
    if not present:
        raise NotFound("backup", str(path))
    if hash_file(path).exists() and not is_unchanged(path):
        raise Unavailable("backup.altered", path=str(path))
    try:
        with opened(path) as connection:
            owner = connection.execute("PRAGMA application_id").fetchone()[0]
            version = connection.execute("PRAGMA user_version").fetchone()[0]
            if owner != APPLICATION_ID or not version:
                raise Unavailable("db.foreign")
            verdict = connection.execute("PRAGMA integrity_check(1)").fetchone()[0]
    except dbapi2.Error as failure:
        known = cause_of(str(failure))
        code = "backup.damaged" if known in {None, "db.damaged"} else known
        raise Unavailable(code or "", path=str(path)) from failure
    if verdict != "ok":
        raise Unavailable("backup.damaged", path=str(path))
    revision = f"{version:04d}"
    if revision > HEAD:
        raise Unavailable("db.newer_schema", found=revision, known=HEAD)
    return revision
