"""The daily journal: every operation, written beside the backups soon after it was done.

It is what a database is rebuilt from whose file is lost or damaged, and what shows that rows or the
log were changed by something else (`app.services.keeping.proof`).  A series begins with a copy of
the database and goes on with its operations, until the database becomes another one: put back from
a backup, put together anew with what the office sent, or brought to another version.
"""

from __future__ import annotations

import contextlib
import itertools
import logging
import shutil
import threading
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from sqlmodel import Session

from app import __version__, files
from app.domain.errors import InvalidInput, Unavailable
from app.domain.operations.operation import Operation
from app.services.core import log_reading, operation_log
from app.services.core.context import ServiceContext
from app.services.core.log_beginning import RESTORED_COPY
from app.services.core.outside_memory import OutsideMemory
from app.services.keeping.journal_files import Began, DayHead, Series, all_series
from app.services.keeping.journal_place import (
    UNREADABLE,
    JournalPlace,
    behind,
    end_of,
    holds,
    office_moved,
)
from db import cipher, copying
from db.driver_errors import cause_of
from db.keys import new_key
from db.migrate import HEAD
from db.stations import JOURNAL, STATION

log = logging.getLogger(__name__)

_KEPT = 3
"""Series that stay; the copies they begin with are as large as backups."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _NewestFile:
    """What the newest file of a series says, and how long it was then."""

    series: Series
    head: DayHead
    place: JournalPlace
    newest: Path
    size: int


class Journal:
    """The journal of one database.  May be used by several threads and programs at once.  A
    database on a server has none: the server keeps its own."""

    def __init__(
        self, context: ServiceContext, folder: Path, memory: OutsideMemory | None = None
    ) -> None:
        self._context = context
        self.folder = folder
        self._memory = memory or OutsideMemory()
        self._lock = threading.Lock()
        self._written: _NewestFile | None = None

    @property
    def series(self) -> list[Series]:
        """The series there are, oldest first.  Raises `OSError`."""
        return all_series(self.folder)

    def catch_up(self, *, begin: bool = True) -> int:
        """Write what the log holds and the journal does not; returns how many operations.  Without
        `begin` nothing is written where a series would have to begin, which copies the database.

        Raises `Unavailable`.
        """
        database = self._context.database
        if database.lock is None:
            return 0
        try:
            with self._lock:
                with database.lock.gate():
                    done = self._go_on()
                # Not inside the gate: copying takes longer than others may wait to open it.
                if isinstance(done, Began) and begin:
                    self._begin(done)
                return 0 if isinstance(done, Began) else done
        except OSError as failure:
            raise files.unavailable(failure, self.folder) from failure

    def lost(self) -> str:
        """The name of a series this database knows and the folder has not, also when others began
        since; empty when there is none.  What was changed meanwhile no series shows."""
        if self._context.database.lock is None:
            return ""
        with self._context.read() as session:
            kept = operation_log.fact(session, JOURNAL)
            remembered = kept if isinstance(kept, dict) else {}
            station = operation_log.fact(session, STATION) or ""
            restored = len(log_reading.keys_of_kind(session, RESTORED_COPY))
        outside = self._memory.recall(station)
        if outside.get("restored") != restored:
            # A copy that was put back, as its log says, begins with a journal of its own.
            outside = {}
        there = [one.folder.name for one in self.series]
        # Who took the journal away can have taken the fact out of the database, too.
        for known in (remembered, outside):
            if known.get("lost"):
                return str(known["lost"])
            name = str(known.get("series", ""))
            # Of older series only the newest stay (`_rotate`).
            if name and name not in there and sum(one > name for one in there) < _KEPT:
                return name
        return ""

    def begin_another(self) -> None:
        """Begin a series after the one before was proved, so that proving stays short; a `lost`
        one is not missed any more.  Raises `Unavailable`."""
        try:
            with self._lock:
                self._begin(Began.PROVED)
        except OSError as failure:
            raise files.unavailable(failure, self.folder) from failure

    def begin_after_conversion(self, folder: Path) -> None:
        """Begin a series because the files were encrypted, or made plain; earlier ones in `folder`,
        which are still as they were, are removed.  Raises `Unavailable`."""
        try:
            with self._lock:
                if all(not cipher.is_as_wanted(one.beginning) for one in self.series):
                    self._begin(Began.CONVERTED)
            for old in all_series(folder):
                if not cipher.is_as_wanted(old.beginning):
                    shutil.rmtree(old.folder)
        except OSError as failure:
            raise files.unavailable(failure, self.folder) from failure

    def _go_on(self) -> int | Began:
        """Append to the newest series, or say why another has to begin."""
        written = self._so_far()
        if isinstance(written, Began):
            return written
        with self._context.read() as session:
            why = _interruption(session, written)
            is_known = operation_log.fact(session, JOURNAL) is not None
            done = why or self._append(written, _fresh(session, written.place))
        if not is_known:
            self._remember(written.series.folder.name, "")
        return done

    def _so_far(self) -> _NewestFile | Began:
        """How far the newest series is, or why another has to begin."""
        found = self.series
        if not found:
            return Began.FIRST
        series, known = found[-1], self._written
        days = series.days()
        if known and days and known.newest == days[-1] and known.size == days[-1].stat().st_size:
            return known
        try:
            head, operations = series.newest_lines()
        except (InvalidInput, ValueError):
            log.warning("the journal is not what was written: %s", series.folder)
            return Began.JOURNAL_CHANGED
        return _NewestFile(
            series=series,
            head=head,
            place=head.place.after_all(operations),
            newest=days[-1],
            size=days[-1].stat().st_size,
        )

    def _append(self, written: _NewestFile, fresh: list[Operation]) -> int:
        if fresh:
            series = written.series
            previous = series.hash_before(written.newest)
            head = replace(written.head, place=written.place, previous=previous)
            path = series.append(f"{self._context.today():%Y%m%d}", head, fresh)
            place = written.place.after_all(fresh)
            written = replace(written, place=place, newest=path, size=path.stat().st_size)
        self._written = written
        return len(fresh)

    def _begin(self, why: Began) -> None:
        """Begin a series with a copy of the database; nothing of it is left when that fails."""
        from sqlcipher3 import dbapi2

        lock = self._context.database.lock
        assert lock is not None  # a database on a server has no journal
        lost = "" if why is Began.PROVED else self.lost()
        partial = self.folder / f".{new_key()}.{files.owned()}-.tmp"
        files.private_folder(self.folder)
        files.remove_abandoned(self.folder, ".*.tmp")
        with self._context.write_locally() as unit:
            operation_log.station_of(unit.session)
            place = end_of(unit.session)
        try:
            files.private_folder(partial)
            made = Series(partial)
            copying.copy_database(self._context.database, made.beginning)
            files.sync(made.beginning)
            line = copying.hash_line(made.beginning, made.beginning.name)
            files.write(copying.hash_file(made.beginning), line)
            head = DayHead(
                place=place,
                previous=made.hash_before(None),
                program=__version__,
                schema=HEAD,
                began=why,
            )
            made.append(f"{self._context.today():%Y%m%d}", head, [])
            with lock.gate():  # another program may begin one, too
                name = self._free_name()
                files.move(partial, self.folder / name)
        except copying.NotWritten as failure:
            raise files.unavailable(failure, self.folder) from failure
        except (copying.Damaged, dbapi2.Error) as failure:
            if cause_of(str(failure)) == "db.disk_full":
                raise Unavailable("files.disk_full", path=str(self.folder)) from failure
            raise Unavailable("journal.not_begun", detail=str(failure)) from failure
        finally:
            shutil.rmtree(partial, ignore_errors=True)
        self._remember(name, lost)
        self._written = None
        log.info("a series of the journal begins (%s): %s", why, name)
        self._rotate()

    def _remember(self, name: str, lost: str) -> None:
        fact = {"series": name, "lost": lost}
        with self._context.write_locally() as unit:
            operation_log.keep_fact(unit.session, JOURNAL, fact)
            station = operation_log.station_of(unit.session)
            restored = len(log_reading.keys_of_kind(unit.session, RESTORED_COPY))
        self._memory.keep(station, fact | {"restored": restored})

    def _free_name(self) -> str:
        """A name greater than every other, also after the clock was set back."""
        last = self.series[-1].folder.name[:15] if self.series else ""
        stem = max(f"{self._context.now():%Y%m%dT%H%M%S}", last)
        names = (stem if number == 1 else f"{stem}_{number}" for number in itertools.count(1))
        return next(name for name in names if not (self.folder / name).exists())

    def _rotate(self) -> None:
        """Remove old series whose every operation is in the database."""
        with self._context.read() as session:
            for old in self.series[:-_KEPT]:
                with contextlib.suppress(InvalidInput, ValueError, OSError):
                    head, operations = old.newest_lines()
                    if holds(session, head.place.after_all(operations)):
                        shutil.rmtree(old.folder)

    def copy_to(self, folder: Path) -> None:
        """Bring the copy of the journal in another folder up to date: of what is here, nothing is
        ever shorter there.  Raises `Unavailable`."""
        try:
            for series in self.series:
                for path in _files_of(series):
                    target = folder / series.folder.name / path.name
                    if target.exists() and target.stat().st_size == path.stat().st_size:
                        continue
                    files.private_folder(target.parent)
                    with files.replacing(target) as partial:
                        files.copy(path, partial)
        except OSError as failure:
            raise files.unavailable(failure, folder) from failure


def _files_of(series: Series) -> Iterator[Path]:
    yield series.beginning
    yield copying.hash_file(series.beginning)
    yield from series.days()


def _interruption(session: Session, written: _NewestFile) -> Began | None:
    """Why the log does not go on where the journal is; None when it does."""
    if not holds(session, written.place):
        if _was_restored(session, written.series):
            return Began.RESTORED
        end = end_of(session)
        # The exchange gives this computer another name in the log when two bear the same.
        renamed = end.station != written.place.station and end.office.seq > 0
        return Began.EXCHANGE if renamed else Began.LOG_LACKS
    if (written.head.program, written.head.schema) != (__version__, HEAD):
        return Began.VERSION
    return Began.EXCHANGE if office_moved(session, written.place) else None


def _fresh(session: Session, place: JournalPlace) -> list[Operation]:
    try:
        return list(behind(session, place))
    except UNREADABLE as failure:
        raise Unavailable("db.damaged") from failure


def _was_restored(session: Session, series: Series) -> bool:
    """Whether a log says, and the journal does not know yet, that a copy was put back."""
    known = {one.id for one in series.read([])} | series.restored_before()
    return bool(log_reading.keys_of_kind(session, RESTORED_COPY) - known)
