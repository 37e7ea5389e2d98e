"""Puts a backup in the place of a database, in one step that can be interrupted anywhere.

The proved copy waits as ``NAME.incoming``.  Then ``NAME.restoring`` is written, which names the
folder for what is replaced: from that moment on the restore is decided, and whoever opens the
database next finishes it; before, nothing has happened.  The old file and its write-ahead log are
moved away together, never overwritten, for SQLite would replay the log over the new file.
"""

from __future__ import annotations

import contextlib
import glob
import itertools
import logging
import shutil
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

from app import files, working_folders
from app.domain.errors import Unavailable
from db import cipher, counters, stations, storage
from db.copying import Damaged, check_file, copy_file, explained, not_written
from db.driver_errors import cause_of
from db.locking import DatabaseLock

log = logging.getLogger(__name__)

_PARTS = ("", "-wal", "-shm", "-journal")


def incoming(live: Path) -> Path:
    """The path of the verified copy that will become `live`."""
    return live.with_suffix(".incoming")


def confirmed(live: Path) -> Path:
    """The file beside a laptop's database with the state the office last confirmed."""
    return live.with_suffix(".confirmed")


def incoming_confirmed(live: Path) -> Path:
    """The verified file that will become `confirmed` together with the database."""
    return live.with_suffix(".confirmed-incoming")


def _decision(live: Path) -> Path:
    return live.with_suffix(".restoring")


def restore(
    copy: Path, lock: DatabaseLock, now: datetime, known: Iterable[Path] = ()
) -> Path | None:
    """Put a copy in place of the database whose `lock` is held alone, every connection closed.
    Numbers go on above the highest that the old file or one of the `known` ones gave out.

    Returns the folder the old file is in, None when there was none.  Raises `NotFound`;
    `Unavailable`: ``restore.failed`` with the old database in place, ``restore.unfinished`` when
    the next start will finish it, and all of `check_file`.
    """
    assert lock.is_alone, "somebody could be working on the file that is moved away"
    live = lock.database
    if copy.exists() and live.exists() and copy.samefile(live):
        raise Unavailable("restore.same_file", path=str(copy))
    check_file(copy)
    try:
        _bring(copy, live, now, counters.highest([live, *known]), restored=True)
    except OSError as failure:
        _discard(live)
        raise Unavailable("restore.failed", detail=failure.strerror or "") from failure
    replaced = live.parent / _decision(live).read_text(encoding="utf-8")
    try:
        _place(live)
    except OSError as failure:
        _put_back(live, replaced, failure)
        raise Unavailable("restore.failed", detail=failure.strerror or "") from failure
    log.info("restored %s; the old file is in %s", copy.name, replaced.name)
    return replaced if replaced.is_dir() else None


def replace(
    prepared: Path, prepared_confirmed: Path, lock: DatabaseLock, now: datetime, *, keep: bool
) -> Path | None:
    """Put a database and the state the office confirmed in the place of the old ones, both or
    neither; the `lock` is held alone, every connection closed.  Numbers go on above the highest
    that the old file gave out.

    Returns the folder the old file is in when it is to be kept.  Raises `Unavailable`:
    ``restore.unfinished`` when the next start will finish it; as `files.unavailable` with the old
    files in place, for whoever reads it restored nothing.
    """
    assert lock.is_alone, "somebody could be working on the file that is moved away"
    live = lock.database
    try:
        if _decision(live).exists():
            _place(live)
        _copy_to(prepared_confirmed, incoming_confirmed(live))
        _bring(prepared, live, now, counters.highest([live]), restored=False)
    except OSError as failure:
        _discard(live)
        raise files.unavailable(failure, live) from failure
    except BaseException:
        _discard(live)
        raise
    replaced = live.parent / _decision(live).read_text(encoding="utf-8")
    try:
        _place(live)
    except OSError as failure:
        _put_back(live, replaced, failure)
        raise files.unavailable(failure, live) from failure
    if keep:
        return replaced if replaced.is_dir() else None
    shutil.rmtree(replaced, ignore_errors=True)
    return None


def convert(lock: DatabaseLock, now: datetime) -> bool:
    """Write the database and the state the office confirmed anew, encrypted with the current key or
    plain while there is none, and remove the old files; the `lock` is held alone, every connection
    closed.  Returns whether that was to do.

    Raises `Unavailable`: ``restore.failed`` with the old files in place, ``restore.unfinished``
    when the next start will finish it.
    """
    assert lock.is_alone, "somebody could be working on the file that is moved away"
    live = lock.database
    try:
        if _decision(live).exists():
            _place(live)
        there = [path for path in (live, confirmed(live)) if path.is_file()]
        if all(cipher.is_as_wanted(path) for path in there):
            return False
        storage.check_space(live, 2)
        if confirmed(live).is_file():
            _copy_to(confirmed(live), incoming_confirmed(live))
        _copy_to(live, incoming(live))
        name = _free_name(live.parent, now, _converted_prefix(live))
        files.write(_decision(live), name.encode("utf-8"))
    except OSError as failure:
        _discard(live)
        raise Unavailable("restore.failed", detail=failure.strerror or "") from failure
    except BaseException:
        _discard(live)
        raise
    try:
        _place(live)
    except OSError as failure:
        _put_back(live, live.parent / name, failure)
        raise Unavailable("restore.failed", detail=failure.strerror or "") from failure
    _sweep_converted(live)
    return True


def convert_aside(path: Path) -> bool:
    """Write a database file that was moved aside anew, as `convert` does; nobody has it open.
    Returns whether that was to do.  Raises `Unavailable`, `OSError`; it is as it was then."""
    if cipher.is_as_wanted(path):
        return False
    with explained():
        # What its log holds goes into the file first: beside another one it would be replayed.
        connection = cipher.connect(path)
        try:
            connection.execute("PRAGMA journal_mode=DELETE").fetchone()
        finally:
            connection.close()
    _copy_to(path, path)
    return True


def _converted_prefix(live: Path) -> str:
    """How the names of folders begin that hold what was written anew, until it is removed."""
    return f".{live.stem}-converted"


def _sweep_converted(live: Path) -> None:
    """Remove the old files that were written anew."""
    if not _decision(live).exists():
        for folder in live.parent.glob(f"{glob.escape(_converted_prefix(live))}-*"):
            shutil.rmtree(folder, ignore_errors=True)


def _copy_to(copy: Path, target: Path) -> None:
    from sqlcipher3 import dbapi2

    try:
        with files.replacing(target) as partial:
            copy_file(copy, partial)
    except (Damaged, dbapi2.Error) as failure:
        code = cause_of(str(failure)) or "restore.failed"
        raise Unavailable(code, path=str(target), detail=str(failure)) from failure


def _bring(
    copy: Path, live: Path, now: datetime, given_out: counters.Counters, *, restored: bool
) -> None:
    """The copy beside the database, ready to take its place; one that was `restored` says so in
    its log."""
    from sqlcipher3 import dbapi2

    try:
        files.private_folder(live.parent)
        with files.replacing(incoming(live)) as partial:
            copy_file(copy, partial)
            try:
                counters.carry(given_out, partial)
                if restored:
                    stations.note_restored(partial, copy.name, now)
            except dbapi2.Error as failure:
                if cause_of(str(failure)) is None:
                    raise
                # The copy was proved to be sound.
                raise not_written(partial, failure) from failure
    except Damaged as failure:
        raise Unavailable("backup.damaged", path=str(copy)) from failure
    except dbapi2.Error as failure:
        raise Unavailable(cause_of(str(failure)) or "backup.damaged", path=str(copy)) from failure
    files.write(_decision(live), _free_name(live.parent, now).encode("utf-8"))


def _free_name(folder: Path, now: datetime, kind: str = "replaced") -> str:
    stem = f"{kind}-{now.astimezone(UTC):%Y%m%dT%H%M%S}"
    names = (stem if number == 1 else f"{stem}_{number}" for number in itertools.count(1))
    return next(name for name in names if not (folder / name).exists())


def set_aside(lock: DatabaseLock, now: datetime) -> None:
    """Move away what is left of a database whose `lock` is held alone, to begin another.

    Raises `Unavailable` (``restore.failed``).
    """
    assert lock.is_alone, "somebody could be working on the file that is moved away"
    live = lock.database
    names = [*(live.name + part for part in _PARTS), incoming(live).name]
    try:
        _move(live.parent, live.parent / _free_name(live.parent, now), names)
    except OSError as failure:
        raise Unavailable("restore.failed", detail=failure.strerror or "") from failure


def _place(live: Path) -> None:
    """Carry out what was decided; may be called again after it was interrupted anywhere."""
    replaced = live.parent / _decision(live).read_text(encoding="utf-8")
    if incoming(live).exists():
        _move(live.parent, replaced, [live.name + part for part in _PARTS])
        files.move(incoming(live), live)
    if incoming_confirmed(live).exists():
        files.move(incoming_confirmed(live), confirmed(live))
    _decision(live).unlink()
    files.sync(live.parent)


def _move(source: Path, target: Path, names: list[str]) -> None:
    there = [name for name in names if (source / name).exists()]
    if not there:
        return
    files.private_folder(target)
    for name in there:
        files.move(source / name, target / name)


def _put_back(live: Path, replaced: Path, failure: OSError) -> None:
    """The old database back in its place, the log before the file it belongs to."""
    try:
        if incoming(live).exists():
            if replaced.is_dir():
                _move(replaced, live.parent, [live.name + part for part in reversed(_PARTS)])
                replaced.rmdir()
            _discard(live)
            return
    except OSError:
        log.exception("the old database could not be put back")
    raise Unavailable("restore.unfinished", detail=failure.strerror or "") from failure


def _discard(live: Path) -> None:
    """Decide against it: the decision goes first, else the next start would carry it out."""
    with contextlib.suppress(OSError):
        _decision(live).unlink(missing_ok=True)
        incoming(live).unlink(missing_ok=True)
        incoming_confirmed(live).unlink(missing_ok=True)


def _sweep(live: Path) -> None:
    """Remove the half copies of a restore whose process was killed while it copied."""
    for partial in live.parent.glob(f".{glob.escape(live.stem)}.*.tmp"):
        with contextlib.suppress(OSError):
            partial.unlink()
    working_folders.sweep(beside=live)
    _sweep_converted(live)


def finish(lock: DatabaseLock) -> bool:
    """Finish a restore that was interrupted, if there is one; returns whether there was.  To be
    called inside `DatabaseLock.gate`, so that no restore is running now.

    Raises `Unavailable` when it cannot be finished now, or somebody has the database open.
    """
    live = lock.database
    _sweep(live)
    decided = _decision(live).exists()
    waiting = incoming(live).exists() or incoming_confirmed(live).exists()
    if not decided and not (waiting and live.exists()):
        return False
    with lock.alone():
        try:
            if not _decision(live).exists():
                # Copied but never decided on: the database is the old one, and complete.
                incoming(live).unlink(missing_ok=True)
                incoming_confirmed(live).unlink(missing_ok=True)
                return False
            _place(live)
            _sweep_converted(live)
        except OSError as failure:
            detail = failure.strerror or ""
            raise Unavailable("restore.unfinished", detail=detail) from failure
    log.warning("finished a restore that was interrupted")
    return True
