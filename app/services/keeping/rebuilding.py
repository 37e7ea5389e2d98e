"""Rebuilds a database from a series of the journal: its copy, and every operation applied to it."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from app import files
from app.domain import errors
from app.domain.errors import InvalidInput, NotFound, Unavailable
from app.domain.operations.operation import APPLIED, FIRST_HASH, Operation
from app.services import Services
from app.services.core import log_reading
from app.services.core.log_reading import ChainEnd
from app.services.keeping.journal_files import (
    BEGINNING,
    JournalFault,
    OperationLine,
    Series,
    all_series,
)
from app.services.replay import Replay
from app.working_folders import WorkingFolder
from db import copying, migrate
from db.engine import Database

Build = Callable[[Database], Services]
"""Makes services over a database of one's own."""
Cancelled = Callable[[], bool]
"""Says whether to stop."""
Progress = Callable[[int, int], None]
"""Is told how many operations of how many were applied."""


@dataclass(slots=True)
class Rebuilt:
    """What came of rebuilding: how many operations were applied, what is wrong in the files of the
    journal, and the operations that are missing in their chains (station and number), or that came
    out otherwise than when they were done (their keys)."""

    applied: int = 0
    faults: list[JournalFault] = field(default_factory=list)
    gaps: list[tuple[str, int]] = field(default_factory=list)
    differing: list[str] = field(default_factory=list)

    @property
    def is_whole(self) -> bool:
        """Whether nothing is missing and nothing is wrong."""
        return not (self.faults or self.gaps or self.differing)


def never() -> bool:
    """Does not stop."""
    return False


def unmoved(_count: int, _total: int) -> None:
    """Tells nobody."""


def rebuild(
    series: Series,
    target: Path,
    build: Build,
    *,
    further: Iterable[Operation] = (),
    progress: Progress = unmoved,
    cancelled: Cancelled = never,
) -> Rebuilt:
    """Make the new database file `target` of what a series holds, `further` operations added.
    Everything that can be had is in it, also when something is missing.

    Raises `errors.Cancelled`; `Unavailable`, also when the copy the series begins with is lost or
    cannot be read; `OSError`.
    """
    done = Rebuilt()
    wanted = {
        operation.id: _Pending.of(operation, line)
        for operation, line in series.read_with_lines(done.faults)
    }
    wanted |= {one.id: _Pending.of(one, one) for one in further}
    try:
        copying.working_copy(series.beginning, target)
    except Unavailable as failure:
        if failure.code == "db.disk_full":
            raise
        raise Unavailable("journal.unreadable", path=str(series.folder)) from failure
    database = Database(target)
    services: Services | None = None
    try:
        migrate.prepare(database)
        services = build(database)
        with database.read() as session:
            known = log_reading.known_among(session, list(wanted))
            ends = log_reading.stations_in(session)
        fresh = sorted((o for key, o in wanted.items() if key not in known), key=_order)
        done.gaps = _gaps(ends, fresh)
        _apply(services, fresh, done, progress, cancelled)
    finally:
        services.close() if services is not None else database.close()
    return done


@dataclass(frozen=True, slots=True, kw_only=True)
class _Pending:
    """What is held of an operation to be applied: its place in the order and in its chain, and
    where it is read from when its turn comes, or itself.  Payloads are most of a journal."""

    office_seq: int | None
    clock: int
    station: str
    station_seq: int
    prev_hash: bytes
    hash: bytes
    at: datetime
    source: OperationLine | Operation

    @classmethod
    def of(cls, operation: Operation, source: OperationLine | Operation) -> _Pending:
        return cls(
            office_seq=operation.office_seq,
            clock=operation.clock,
            station=sys.intern(operation.station),
            station_seq=operation.station_seq,
            prev_hash=operation.prev_hash,
            hash=operation.hash,
            at=operation.at,
            source=source,
        )

    def read(self, faults: list[JournalFault]) -> Operation | None:
        """The operation; None, with a fault, where its line was changed since it was found."""
        if isinstance(self.source, Operation):
            return self.source
        try:
            return self.source.read()
        except (InvalidInput, ValueError):
            faults.append(self.source.fault)
            return None


def series_to_restore(folder: Path) -> Series:
    """The series `folder` is, or the newest in it.  Raises `NotFound`."""
    if (folder / BEGINNING).is_file():
        return Series(folder)
    found = all_series(folder)
    if not found:
        raise NotFound("journal", str(folder))
    return found[-1]


@contextlib.contextmanager
def rebuilt_beside(live: Path, series: Series, build: Build) -> Iterator[tuple[Path, Rebuilt]]:
    """A database file rebuilt in a folder beside `live`, which is removed afterwards.  Raises
    `Unavailable`."""
    files.private_folder(live.parent)
    try:
        with WorkingFolder("rebuilt", beside=live) as folder:
            target = folder / live.name
            yield target, rebuild(series, target, build)
    except OSError as failure:
        raise files.unavailable(failure, live.parent) from failure


def _order(pending: _Pending) -> tuple[bool, int, int, int]:
    """The office's order first, then as they were done (`operation_log.IN_ORDER`)."""
    placed = pending.office_seq is not None
    return (not placed, pending.office_seq or 0, pending.clock, pending.station_seq)


def _gaps(ends: dict[str, ChainEnd], fresh: Sequence[_Pending]) -> list[tuple[str, int]]:
    found = []
    for one in sorted(fresh, key=lambda one: (one.station, one.station_seq)):
        end = ends.get(one.station, ChainEnd(0, FIRST_HASH))
        if (one.station_seq, one.prev_hash) != (end.seq + 1, end.hash):
            found.append((one.station, end.seq + 1))
        ends[one.station] = ChainEnd(one.station_seq, one.hash)
    return found


def _apply(
    services: Services,
    fresh: Sequence[_Pending],
    done: Rebuilt,
    progress: Progress,
    cancelled: Cancelled,
) -> None:
    replay = Replay(services)
    for pending in fresh:
        if cancelled():
            raise errors.Cancelled
        one = pending.read(done.faults)
        if one is None:
            continue
        if one.outcome != APPLIED:
            replay.keep(one, one.outcome)
        elif replay.apply(one).outcome != APPLIED:
            done.differing.append(one.id)
        done.applied += 1
        progress(done.applied, len(fresh))
    replay.finished(one.at for one in fresh)
