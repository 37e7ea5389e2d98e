"""Verified copies of an SQLite database, their rotation, and the way back.

Only SQLite's own backup call reads the live file: plain file access from this process would drop
its locks and can lose committed rows.  A copy counts only after it was opened again, checked, and
its rows counted; the newest verified copy is never deleted.
"""

from __future__ import annotations

import contextlib
import logging
import os
import re
import shutil
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from app.domain.errors import NotFound, Unavailable
from db.engine import APPLICATION_ID, Database
from db.migrate import HEAD, row_counts

log = logging.getLogger(__name__)

_NAME = re.compile(r"poscare-(\d{8}T\d{6})(?:-(\w+))?\.db")
DAILY, WEEKLY, MONTHLY = 7, 4, 12


@dataclass(frozen=True, slots=True)
class Backup:
    """One copy: where it is, when it was made and why."""

    path: Path
    made_at: datetime
    reason: str
    size: int


def make(database: Database, folder: Path, now: datetime, reason: str = "daily") -> Path:
    """A verified copy in `folder`; returns its path.

    Raises `Unavailable`: ``backup.not_a_file`` (a server has its own), ``backup.failed``.
    """
    if database.path is None:
        raise Unavailable("backup.not_a_file")
    final = folder / f"poscare-{now.astimezone(UTC):%Y%m%dT%H%M%S}-{reason}.db"
    partial = final.with_suffix(".tmp")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        counts = _copy(database, partial)
        _verify(partial, counts)
        _sync(partial)
        partial.replace(final)
        _sync(folder)
    except (OSError, sa.exc.DBAPIError) as failure:
        with contextlib.suppress(OSError):
            partial.unlink(missing_ok=True)
        raise Unavailable("backup.failed", path=str(final), detail=str(failure)) from failure
    except Unavailable:
        partial.unlink(missing_ok=True)
        raise
    log.info("backup made: %s", final.name)
    return final


def _copy(database: Database, target: Path) -> dict[str, int]:
    from sqlcipher3 import dbapi2

    target.unlink(missing_ok=True)
    copy = dbapi2.connect(str(target), isolation_level=None)
    try:
        with database.connect() as connection:
            counts = row_counts(connection)
            source: Any = connection.connection.dbapi_connection
            source.backup(copy, pages=2000)
        # The copy is one file: it must not need a log beside it.
        copy.execute("PRAGMA journal_mode=DELETE")
    finally:
        copy.close()
    return counts


def _verify(path: Path, counts: dict[str, int] | None) -> None:
    engine = _plain_engine(path)
    try:
        with engine.connect() as connection:
            verdict = connection.exec_driver_sql("PRAGMA quick_check").scalar_one()
            if verdict != "ok" or (counts is not None and row_counts(connection) != counts):
                raise Unavailable("backup.differs", path=str(path))
    finally:
        engine.dispose()


def _plain_engine(path: Path) -> sa.Engine:
    from sqlcipher3 import dbapi2

    return sa.create_engine(
        sa.engine.URL.create("sqlite", database=str(path)),
        module=dbapi2,
        poolclass=sa.pool.NullPool,
        hide_parameters=True,
    )


def _sync(path: Path) -> None:
    if os.name == "nt" and path.is_dir():
        return
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def existing(folder: Path) -> list[Backup]:
    """The copies in `folder`, newest first."""
    found = []
    for path in folder.glob("poscare-*.db"):
        match = _NAME.fullmatch(path.name)
        if match is not None:
            made_at = datetime.strptime(match[1], "%Y%m%dT%H%M%S").replace(tzinfo=UTC)
            found.append(Backup(path, made_at, match[2] or "", path.stat().st_size))
    return sorted(found, key=lambda item: item.made_at, reverse=True)


def rotate(folder: Path, now: datetime) -> list[Path]:
    """Delete copies that age out: all of two days stay, then seven daily, four weekly, twelve
    monthly ones, and always the newest.  Returns what was deleted."""
    copies = existing(folder)
    keep = {copies[0].path} if copies else set()
    keep |= {copy.path for copy in copies if now - copy.made_at <= timedelta(days=2)}
    for period, amount in (("%Y%m%d", DAILY), ("%G%V", WEEKLY), ("%Y%m", MONTHLY)):
        newest: dict[str, Path] = {}
        for copy in copies:
            newest.setdefault(copy.made_at.strftime(period), copy.path)
        keep |= set(list(newest.values())[:amount])
    gone = [copy.path for copy in copies if copy.path not in keep]
    for path in gone:
        path.unlink(missing_ok=True)
    return gone


def check_file(path: Path) -> str:
    """The revision of a backup file after checking that it is one.

    Raises `NotFound`, `Unavailable` (damaged, another program's, newer than this program).
    """
    if not path.is_file():
        raise NotFound("backup", str(path))
    engine = _plain_engine(path)
    try:
        with engine.connect() as connection:
            owner = connection.exec_driver_sql("PRAGMA application_id").scalar_one()
            version = connection.exec_driver_sql("PRAGMA user_version").scalar_one()
            if owner != APPLICATION_ID or not version:
                raise Unavailable("db.foreign")
            if connection.exec_driver_sql("PRAGMA integrity_check").scalar_one() != "ok":
                raise Unavailable("db.damaged")
    except sa.exc.DBAPIError as failure:
        raise Unavailable("db.not_a_database") from failure
    finally:
        engine.dispose()
    revision = f"{version:04d}"
    if revision > HEAD:
        raise Unavailable("db.newer_schema", found=revision, known=HEAD)
    return revision


def restore(copy: Path, live: Path, now: datetime) -> Path:
    """Put a checked copy in place of the live file, which must be closed everywhere.

    The old file and its write-ahead log are moved away together, never overwritten; returns the
    folder they are in.  Raises `NotFound`, `Unavailable`.
    """
    check_file(copy)
    replaced = live.parent / f"replaced-{now.astimezone(UTC):%Y%m%dT%H%M%S}"
    incoming = live.with_suffix(".incoming")
    try:
        shutil.copyfile(copy, incoming)
        _sync(incoming)
        replaced.mkdir(parents=True)
        for suffix in ("", "-wal", "-shm", "-journal"):
            old = live.with_name(live.name + suffix)
            if old.exists():
                old.replace(replaced / old.name)
        incoming.replace(live)
        _sync(live.parent)
    except OSError as failure:
        incoming.unlink(missing_ok=True)
        raise Unavailable("restore.failed", detail=str(failure)) from failure
    log.info("restored %s; the old file is in %s", copy.name, replaced.name)
    return replaced
