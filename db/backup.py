"""Verified copies of an SQLite database, and their rotation.

A copy that fails never takes the place of one that did not, and no date is trusted that lies in the
future: a clock that ran ahead must neither stop the backups nor age out the good ones.
"""

from __future__ import annotations

import contextlib
import errno
import logging
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from app import files
from app.domain.errors import Unavailable
from db import cipher
from db.copying import (
    Damaged,
    copy_database,
    copy_file,
    hash_file,
    hash_line,
    is_unchanged,
)
from db.driver_errors import cause_of
from db.engine import Database

log = logging.getLogger(__name__)

_NAME = re.compile(r"poscare-(\d{8}T\d{6})(?:-(\w+))?\.db")
_STAMP = "%Y%m%dT%H%M%S"
DAILY, WEEKLY, MONTHLY = 7, 4, 12
_DAMAGED_KEPT = 2

SLACK = timedelta(minutes=5)
"""How far a clock may be set back by the time service without a copy counting as a future one."""


@dataclass(frozen=True, slots=True)
class Backup:
    """One copy: where it is, when it was made and why."""

    path: Path
    made_at: datetime
    reason: str
    size: int


def make(database: Database, folder: Path, now: datetime, reason: str = "daily") -> Path:
    """A verified copy in `folder`; returns its path.  When it fails, no trace of it stays.

    Raises `Unavailable`: ``backup.not_a_file`` (a server has its own), ``backup.disk_full``,
    ``backup.unwritable``, ``backup.failed``; ``backup.source_damaged`` when the
    database itself is damaged, of which a copy is kept that counts as none.
    """
    if database.path is None:
        raise Unavailable("backup.not_a_file")
    final = _free(folder, now, reason)
    with _explained(final):
        files.private_folder(folder)
        sweep(folder)
        try:
            _write(database, final)
        except BaseException:
            for trace in (hash_file(final), final):
                with contextlib.suppress(OSError):
                    trace.unlink(missing_ok=True)
            raise
    log.info("backup made: %s", final.name)
    return final


def _write(database: Database, final: Path) -> None:
    with files.replacing(final) as partial:
        try:
            copy_database(database, partial)
        except Damaged as failure:
            raise _damaged(failure, partial, final) from failure
        files.write(hash_file(final), hash_line(partial, final.name))


def _free(folder: Path, now: datetime, reason: str) -> Path:
    """A name no other copy has, were they made in one second or was the clock set back."""
    moment = now.astimezone(UTC)
    while True:
        path = folder / f"poscare-{moment.strftime(_STAMP)}-{reason}.db"
        if not path.exists():
            return path
        moment += timedelta(seconds=1)


def _damaged(failure: Damaged, partial: Path, final: Path) -> Unavailable:
    """The database itself is damaged; a copy of a damaged one is still better than none."""
    kept = final.with_name(final.name.replace("poscare-", "damaged-", 1))
    files.sync(partial)
    files.move(partial, kept)
    for old in sorted(final.parent.glob("damaged-*.db"), reverse=True)[_DAMAGED_KEPT:]:
        old.unlink(missing_ok=True)
    return Unavailable("backup.source_damaged", detail=str(failure), path=str(kept))


@contextlib.contextmanager
def _explained(final: Path) -> Iterator[None]:
    """Failures of the disk, of SQLite's or of the system's, as `Unavailable`."""
    from sqlcipher3 import dbapi2

    try:
        yield
    except (OSError, dbapi2.Error) as failure:
        raise _meaning(failure, final) from failure
    except Unavailable as failure:
        if failure.code.startswith("backup."):
            raise
        # What SQLAlchemy ran into while it read the source.
        raise Unavailable("backup.source_unreadable", detail=failure.code) from failure


def _meaning(failure: Exception, final: Path) -> Unavailable:
    number = failure.errno if isinstance(failure, OSError) else None
    known = cause_of(str(failure))
    if number in {errno.ENOSPC, errno.EDQUOT} or known == "db.disk_full":
        return Unavailable("backup.disk_full", path=str(final.parent))
    if number in {errno.EACCES, errno.EPERM, errno.EROFS} or known in {
        "db.read_only",
        "db.cannot_open",
    }:
        return Unavailable("backup.unwritable", path=str(final.parent))
    if known in {"db.damaged", "db.not_a_database"}:
        return Unavailable("backup.source_damaged", detail=str(failure), path="-")
    detail = (failure.strerror or "") if isinstance(failure, OSError) else str(failure)
    return Unavailable("backup.failed", path=str(final), detail=detail)


def convert(copy: Path) -> bool:
    """Encrypt a copy with the current key, or make it plain while there is none; returns whether
    that was to do.  Broken off anywhere it is the old or the new copy.

    Raises as `make`; ``backup.altered`` when it is no longer what was verified; the copy is as it
    was then.
    """
    with _explained(copy):
        if cipher.is_as_wanted(copy):
            if not hash_file(copy).exists():
                files.write(hash_file(copy), hash_line(copy, copy.name))
            return False
        if not is_unchanged(copy):
            raise Unavailable("backup.altered", path=str(copy))
        seen = copy.stat()
        with files.replacing(copy) as partial:
            try:
                copy_file(copy, partial)
            except Damaged as failure:
                raise Unavailable("backup.damaged", path=str(copy)) from failure
            os.utime(partial, ns=(seen.st_atime_ns, seen.st_mtime_ns))
            line = hash_line(partial, copy.name)
            # Without one it counts as a copy of before there were hashes; with that of the other
            # content it would count as altered.
            hash_file(copy).unlink(missing_ok=True)
        files.write(hash_file(copy), line)
    return True


def sweep(folder: Path) -> None:
    """Remove what a backup left behind whose process was killed."""
    files.remove_abandoned(folder, ".poscare-*.tmp")


def existing(folder: Path) -> list[Backup]:
    """The copies in `folder`, newest first."""
    found = []
    for path in folder.glob("poscare-*.db"):
        match = _NAME.fullmatch(path.name)
        # A name that is no date, or a file another program took away meanwhile, is no copy.
        with contextlib.suppress(ValueError, OSError):
            if match is not None:
                made_at = datetime.strptime(match[1], _STAMP).replace(tzinfo=UTC)
                found.append(Backup(path, made_at, match[2] or "", path.stat().st_size))
    return sorted(found, key=lambda item: item.made_at, reverse=True)


def until(copies: list[Backup], now: datetime) -> list[Backup]:
    """Those of `copies` whose date can be true: not the ones from the future."""
    return [copy for copy in copies if copy.made_at <= now + SLACK]


def is_whole(copy: Backup) -> bool:
    """Whether a copy is still, byte for byte, what was verified."""
    return is_unchanged(copy.path)


def rotate(folder: Path, now: datetime) -> list[Path]:
    """Delete copies that age out: all of two days stay, then seven daily, four weekly, twelve
    monthly ones, and always the newest that is still whole.  What is dated in the future stays
    until its day has come.  Returns what was deleted."""
    copies = until(existing(folder), now)
    whole: dict[Path, bool] = {}
    keep = {copy.path for copy in copies if now - copy.made_at <= timedelta(days=2)}
    keep |= {_best(copies, whole).path} if copies else set()
    for period, amount in (("%Y%m%d", DAILY), ("%G%V", WEEKLY), ("%Y%m", MONTHLY)):
        groups: dict[str, list[Backup]] = {}
        for copy in copies:
            groups.setdefault(copy.made_at.strftime(period), []).append(copy)
        keep |= {_best(group, whole).path for group in list(groups.values())[:amount]}
    gone = [copy.path for copy in copies if copy.path not in keep]
    return [path for path in gone if _removed(path)]


def _best(copies: list[Backup], whole: dict[Path, bool]) -> Backup:
    """The newest copy that is still what was verified; the newest when none is."""
    for copy in copies if len(copies) > 1 else ():
        if copy.path not in whole:
            whole[copy.path] = is_unchanged(copy.path)
        if whole[copy.path]:
            return copy
    return copies[0]


def _removed(path: Path) -> bool:
    try:
        path.unlink(missing_ok=True)
        hash_file(path).unlink(missing_ok=True)
    except OSError as failure:
        log.warning("an old backup could not be removed: %s", failure)
        return False
    return True
