"""A database rebuilt from the journal beside the one in use: what it would give, before it is put
in its place, and whether it is that afterwards."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from app import files
from app.domain.errors import Unavailable
from app.services.core.backups import FILES, Backups, Restored
from app.services.core.context import ServiceContext
from app.services.core.rights import require
from app.services.keeping.journal import Journal
from app.services.keeping.proof import RowDifference, differing_rows
from app.services.keeping.rebuilding import (
    Build,
    Cancelled,
    Progress,
    Rebuilt,
    never,
    rebuild,
    series_to_restore,
    unmoved,
)
from app.services.keeping.rehearsal import TableCount
from app.working_folders import WorkingFolder
from db import contents
from db.engine import Database


@dataclass(frozen=True, slots=True, kw_only=True)
class RebuiltDatabase:
    """What the newest series of the journal gives: since when it was kept, what was applied and is
    missing (`rebuilt`), the rows by table, and the rows that differ from those in use.

    The file lies in a folder beside the database until `close`.
    """

    since: datetime
    rebuilt: Rebuilt
    counts: tuple[TableCount, ...]
    differences: tuple[RowDifference, ...]
    path: Path
    folder: WorkingFolder

    def close(self) -> None:
        """Throw the file away."""
        self.folder.close()


def rebuilt_from_journal(
    context: ServiceContext,
    journal: Journal,
    build: Build,
    progress: Progress = unmoved,
    cancelled: Cancelled = never,
) -> RebuiltDatabase:
    """Rebuild from the newest series; the database in use stays as it is.

    Raises `NotFound` when there is no journal, `NotPermitted`, `Unavailable`,
    `app.domain.errors.Cancelled`.
    """
    require(context, "backup.restore")
    live = context.database.path
    if live is None:
        raise Unavailable("backup.not_a_file")
    journal.catch_up(begin=False)
    series = series_to_restore(journal.folder)
    try:
        folder = WorkingFolder("rebuilt", beside=live)
    except OSError as failure:
        raise files.unavailable(failure, live.parent) from failure
    try:
        path = folder.path / live.name
        done = rebuild(series, path, build, progress=progress, cancelled=cancelled)
        counts, differences = _compared(context.database, path)
    except OSError as failure:
        folder.close()
        raise files.unavailable(failure, live.parent) from failure
    except BaseException:
        folder.close()
        raise
    since = datetime.strptime(series.folder.name[:15], "%Y%m%dT%H%M%S").replace(tzinfo=UTC)
    return RebuiltDatabase(
        since=since,
        rebuilt=done,
        counts=counts,
        differences=differences,
        path=path,
        folder=folder,
    )


def _compared(
    live: Database, path: Path
) -> tuple[tuple[TableCount, ...], tuple[RowDifference, ...]]:
    made = Database(path)
    try:
        with live.connect() as connection:
            here = contents.row_counts(connection)
        with made.connect() as connection:
            there = contents.row_counts(connection)
        differences = tuple(differing_rows(live, made))
    finally:
        made.close()
    counts = (
        TableCount(table=table, backup=there.get(table, 0), now=here.get(table, 0))
        for table in sorted(here.keys() | there.keys())
    )
    return tuple(counts), differences


def put_in_place(
    context: ServiceContext, backups: Backups, made: RebuiltDatabase
) -> tuple[Restored, bool]:
    """Put what was rebuilt in the place of the database, and count its rows there; whether they are
    what was announced.  The program must be started again.

    Raises `NotPermitted`, `Unavailable`, also while any other program has the database open.
    """
    done = backups.restore(made.path, kept=backups.folder / FILES)
    with context.database.connect() as connection:
        rows = contents.row_counts(connection)
    return done, rows == {one.table: one.backup for one in made.counts if one.backup}
