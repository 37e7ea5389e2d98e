"""Proof that the database is what the operations made of it: rebuilt from the journal it is the
same, row by row.

What another program changed in the file, a flipped bit or a deleted line of the log is a row that
differs.  The journal says what was written; whoever changes the database would have to change the
journal and its copies alike.
"""

from __future__ import annotations

import contextlib
import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import zip_longest
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from app import __version__, files
from app.domain.errors import Unavailable
from app.domain.operations.operation import Operation
from app.services.core.context import ServiceContext
from app.services.keeping.journal import Journal
from app.services.keeping.journal_files import Began, DayHead, Series
from app.services.keeping.journal_place import UNREADABLE, behind, end_of, holds, office_moved
from app.services.keeping.rebuilding import Build, Cancelled, Rebuilt, never, rebuild
from app.working_folders import WorkingFolder
from db import contents, copying, migrate
from db.engine import Database
from db.migrate import HEAD

_IN_A_FILE = 1_000
"""Operations in a file, where the log is written to be applied to a backup."""
_NAMES = ("number", "serial", "code", "key", "name")
"""Columns by which people know a record, the best one first."""
_OWNERS = ("incident_id", "visit_id", "terminal_id", "operation_id", "plan_id")
"""Columns that say which record a row is part of."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RowDifference:
    """A row that is not what the operations made of it: ``changed`` in `columns`, ``missing`` or
    ``extra``; `record` is what people call it or the record it is part of, else its key."""

    table: str
    record: str
    how: str
    columns: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """What the comparison found: rows that differ, lines of the log among them, and what is wrong
    with the journal itself.  `since` is the name of the series it rests on: what was changed before
    is not seen."""

    since: str
    operations: int
    differences: tuple[RowDifference, ...]
    rebuilt: Rebuilt
    began: Began

    @property
    def holds(self) -> bool:
        """Whether database and journal say the same."""
        return not self.differences and self.journal_is_whole

    @property
    def journal_is_whole(self) -> bool:
        """Whether the journal is what was written, and the log went on where it was."""
        never = (Began.LOG_LACKS, Began.JOURNAL_CHANGED)
        return self.rebuilt.is_whole and self.began not in never


def prove(
    context: ServiceContext,
    journal: Journal,
    build: Build,
    cancelled: Cancelled = never,
    *,
    copy: Path | None = None,
) -> Proof | None:
    """Rebuild the database from the newest series of the journal, or from the backup `copy` and
    the log where that goes on, and compare; None on a server, which has no journal.

    Raises `Unavailable`: also ``journal.unreadable`` when the series cannot be rebuilt;
    `app.domain.errors.Cancelled`.
    """
    if context.database.path is None:
        return None
    journal.catch_up()
    try:
        with WorkingFolder("proof") as folder:
            series = journal.series[-1]
            if copy is not None:
                series = _series_of(copy, folder, context) or series
            return _compared(context, series, folder, build, cancelled)
    except OSError as failure:
        raise files.unavailable(failure, journal.folder) from failure


def _series_of(copy: Path, folder: Path, context: ServiceContext) -> Series | None:
    """A backup as a series that goes on with the log; None when the log does not go on where the
    backup is.  Raises `Unavailable`, `OSError`."""
    made = Series(folder / copy.stem)
    files.private_folder(made.folder)
    copying.working_copy(copy, made.beginning)
    database = Database(made.beginning)
    try:
        migrate.prepare(database)
        with database.read() as session:
            place = end_of(session)
    finally:
        database.close()
    head = DayHead(
        place=place,
        previous=made.hash_before(None),
        program=__version__,
        schema=HEAD,
        began=Began.FIRST,
    )
    with context.read() as session:
        if not holds(session, place) or office_moved(session, place):
            return None
        _go_on(made, head, _readable(behind(session, place)))
    return made


def _go_on(series: Series, head: DayHead, operations: Iterator[Operation]) -> None:
    """Write a log of any length as files of a series, of which none is held whole."""
    for number in itertools.count():
        part = list(itertools.islice(operations, _IN_A_FILE))
        path = series.append(f"{number:08d}", head, part)
        if len(part) < _IN_A_FILE:
            return
        head = replace(head, place=head.place.after_all(part), previous=series.hash_before(path))


def _compared(
    context: ServiceContext, series: Series, folder: Path, build: Build, cancelled: Cancelled
) -> Proof:
    head, newest = series.newest_lines()
    live, target = folder / "live.db", folder / "rebuilt.db"
    try:
        with copying.explained():
            copying.copy_database(context.database, live)
    except copying.Damaged as failure:
        raise Unavailable("db.damaged") from failure
    now = Database(live)
    try:
        with now.read() as session:
            further = list(_readable(behind(session, head.place.after_all(newest))))
        rebuilt = rebuild(series, target, build, further=further, cancelled=cancelled)
        made = Database(target)
        try:
            differences = tuple(differing_rows(now, made))
        finally:
            made.close()
    finally:
        now.close()
    return Proof(
        since=series.folder.name,
        operations=rebuilt.applied,
        differences=differences,
        rebuilt=rebuilt,
        began=head.began,
    )


def _readable(operations: Iterator[Operation]) -> Iterator[Operation]:
    """The operations as far as they can be read: what stops it is a row that differs."""
    with contextlib.suppress(*UNREADABLE):
        yield from operations


def differing_rows(now: Database, made: Database) -> Iterator[RowDifference]:
    """The rows of the state in which two databases differ; `now` may be damaged.

    Both are read side by side in one order, and only rows without their counterpart yet are held:
    a table of millions takes no more memory than a short one, as long as they are the same."""
    with now.connect() as here, made.connect() as there:
        for table in contents.tables():
            try:
                differences = _in_table(table, _Readable(_rows(here, table)), _rows(there, table))
            except _DamagedRow:
                yield RowDifference(table=table.name, record="", how="unreadable")
                continue
            yield from differences


class _DamagedRow(Exception):
    """A row of the database that is compared cannot be read."""


class _Readable(Iterator[dict[str, Any]]):
    """Rows; raises `_DamagedRow` at the first that cannot be read."""

    def __init__(self, rows: Iterator[dict[str, Any]]) -> None:
        self._rows = rows

    def __next__(self) -> dict[str, Any]:
        try:
            return next(self._rows)
        except UNREADABLE as failure:
            raise _DamagedRow from failure


def _rows(connection: sa.Connection, table: sa.Table) -> Iterator[dict[str, Any]]:
    return contents.rows_of(connection, table, as_stored=True)


def _key(row: Mapping[str, Any], names: Sequence[str]) -> tuple[str, ...]:
    return tuple(str(row[name]) for name in names)


def _in_table(
    table: sa.Table, now: Iterator[dict[str, Any]], made: Iterator[dict[str, Any]]
) -> list[RowDifference]:
    """What differs in one table, by key.  A damaged index may give rows in any order: whatever
    that is, each row is compared with the one of its key."""
    names = tuple(column.name for column in table.primary_key.columns)
    found: dict[tuple[str, ...], RowDifference] = {}
    alone: tuple[dict[tuple[str, ...], dict[str, Any]], ...] = ({}, {})
    for pair in zip_longest(now, made):
        for side, row in enumerate(pair):
            if row is None:
                continue
            key = _key(row, names)
            other = alone[1 - side].pop(key, None)
            if other is None:
                alone[side][key] = row
            elif row != other:
                mine, theirs = (other, row) if side else (row, other)
                found[key] = _difference(table, key, mine, theirs)
    for key, row in alone[0].items():
        found[key] = _difference(table, key, row, {})
    for key, row in alone[1].items():
        found[key] = _difference(table, key, {}, row)
    return [found[key] for key in sorted(found)]


def _difference(
    table: sa.Table, key: tuple[str, ...], mine: Mapping[str, Any], theirs: Mapping[str, Any]
) -> RowDifference:
    how = "changed" if mine and theirs else "extra" if mine else "missing"
    both = mine.keys() & theirs.keys()
    return RowDifference(
        table=table.name,
        record=_called(mine or theirs) or key[0],
        how=how,
        columns=tuple(name for name in mine if name in both and mine[name] != theirs[name]),
    )


def _called(row: Mapping[str, Any]) -> str:
    return next((str(row[name]) for name in (*_NAMES, *_OWNERS) if row.get(name)), "")
