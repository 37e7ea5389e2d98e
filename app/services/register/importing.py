"""Imports an acquirer's terminal export as it is: look first, then all rows that were shown.

`preview` reads the file, guesses which column is which, checks every row and says what each would
do, row by row.  `commit` does it piece by piece, skipping bad rows only when told to.  The same
file imported twice changes nothing the second time.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from app.domain.errors import InvalidInput, Problem
from app.domain.register.identifiers import serial_key
from app.domain.register.terminal_fields import TERMINAL_FIELDS
from app.domain.register.terminals import TerminalRecord
from app.services.core.context import ServiceContext, UnitOfWork
from app.services.core.import_columns import (
    ColumnMapping,
    ImportResult,
    Progress,
    RowProblem,
    UnusedColumn,
    file_doubts,
    map_columns,
    recognising,
    refuse_undecided,
    stopping,
    unused_columns,
)
from app.services.core.import_pieces import in_pieces, pieces_together
from app.services.core.operations import operation
from app.services.register.batch_plan import PlannedRecord, RecordEffect, plan
from app.services.register.batch_write import apply
from app.services.register.checked_rows import CheckedRows
from app.services.register.origin import WriteOrigin
from app.services.register.same_devices import note_places_lost, plan_to_write
from app.tabular.reading import ReadingChoice, Table, read_table
from app.tabular.writing import csv_bytes, xlsx_bytes
from db.models.register import ImportRunRow

HEADERS: dict[str, tuple[str, ...]] = {
    item.name: (*item.aliases, item.label) for item in TERMINAL_FIELDS
}
"""Names under which each field is known in exports.  To teach a new one, add it to its line in
`app.domain.register.terminal_fields`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportPreview:
    """What a file would do, before anything is written."""

    table: Table
    mapping: dict[str, int]
    blank: int
    added: int
    updated: int
    unchanged: int
    problems: tuple[RowProblem, ...]
    warnings: tuple[RowProblem, ...]
    doubts: tuple[RowProblem, ...]
    unused: tuple[UnusedColumn, ...]
    checked: CheckedRows

    @property
    def refused(self) -> int:
        """How many rows cannot be imported."""
        return len({item.row for item in self.problems})

    @property
    def good(self) -> int:
        """How many rows can."""
        return self.added + self.updated + self.unchanged


@dataclass(frozen=True, slots=True, kw_only=True)
class TerminalBatch:
    """Rows of a file that were found good, and the file; `refused` of its rows were not, counted
    with its first piece."""

    records: tuple[TerminalRecord, ...]
    file_name: str
    sha256: str
    refused: int
    skip_bad: bool


def guess_mapping(
    header: Sequence[str], known_as: Mapping[str, Sequence[str]] = HEADERS
) -> dict[str, int]:
    """Field → column, from the headers of a file of terminals."""
    return map_columns(header, known_as)


class TerminalImport:
    """Use cases of importing terminals."""

    def __init__(self, context: ServiceContext) -> None:
        self._context = context

    def read(
        self, path: Path, encoding: str | None = None, choice: ReadingChoice | None = None
    ) -> Table:
        """The file as a table, before anything is asked of it; `choice` corrects what is found.
        Raises `Unavailable`, `InvalidInput` (no such sheet or header row)."""
        return read_table(path, encoding, choice=choice, recognise=recognising(HEADERS))

    def preview(
        self,
        path: Path,
        mapping: ColumnMapping | None = None,
        encoding: str | None = None,
        progress: Progress | None = None,
        cancelled: Callable[[], bool] | None = None,
    ) -> ImportPreview:
        """Read and check a file without changing anything.

        Raises `Unavailable` (the file), `InvalidInput` (no column for a required field),
        `Cancelled`.
        """
        table = self.read(path, encoding)
        return self.check(table, mapping or guess_mapping(table.header), progress, cancelled)

    def check(
        self,
        table: Table,
        mapping: ColumnMapping,
        progress: Progress | None = None,
        cancelled: Callable[[], bool] | None = None,
    ) -> ImportPreview:
        """Check a table already read, under a mapping corrected by hand."""
        _require_columns(mapping)
        rows = CheckedRows(table, mapping, self._context.today(), progress, cancelled)
        with self._context.read() as session:
            planned = plan(session, rows.records)
        problems = rows.problems + rows.refused_by(planned)
        counts = _counts(planned)
        return ImportPreview(
            table=table,
            mapping=dict(mapping),
            blank=rows.blank,
            added=counts[RecordEffect.ADD],
            updated=counts[RecordEffect.UPDATE],
            unchanged=counts[RecordEffect.UNCHANGED],
            problems=tuple(sorted(problems, key=lambda item: item.row)),
            warnings=tuple(
                sorted(rows.warnings + rows.kept_by(planned), key=lambda item: item.row)
            ),
            doubts=(*file_doubts(table, mapping, HEADERS), *rows.reader.order_doubts()),
            unused=unused_columns(table, mapping),
            checked=rows,
        )

    def commit(
        self,
        preview: ImportPreview,
        *,
        skip_bad: bool,
        progress: Progress | None = None,
        cancelled: Callable[[], bool] | None = None,
    ) -> ImportResult:
        """Do what the preview showed, piece by piece.

        Every row is planned again against the register as it is now.  Raises `InvalidInput` when
        rows are bad and `skip_bad` is false or when the file's encoding is in doubt and nobody has
        chosen it, `Cancelled`; then nothing was changed.
        """
        refuse_undecided(preview.table)
        rows, table = preview.checked, preview.table
        with self._context.read() as session:
            planned = plan(session, rows.records)
        problems = rows.problems + rows.refused_by(planned)
        if problems and not skip_bad:
            raise InvalidInput([item.problem for item in problems])
        whole = TerminalBatch(
            records=tuple(rows.records),
            file_name=table.file_name[:200],
            sha256=table.sha256,
            refused=len({item.row for item in rows.problems}),
            skip_bad=skip_bad,
        )
        if not planned:
            return replace(self._take_in(whole), blank=rows.blank)
        rest = whole

        def take(piece: Sequence[TerminalRecord]) -> ImportResult:
            nonlocal rest
            batch, rest = replace(rest, records=tuple(piece)), replace(rest, refused=0)
            return self._take_in(batch)

        step = stopping(progress, cancelled)
        pieces = pieces_together(rows.records, _bonds(planned))
        results, left = in_pieces(pieces, len(rows.records), take, step)
        return ImportResult(
            added=sum(one.added for one in results),
            updated=sum(one.updated for one in results),
            unchanged=sum(one.unchanged for one in results),
            skipped=sum(one.skipped for one in results),
            blank=rows.blank,
            left=left,
        )

    @operation("register.import")
    def _take_in(self, batch: TerminalBatch) -> ImportResult:
        place = self._context
        with place.write() as unit:
            planned = plan_to_write(unit, batch.records)
            problems = [problem for item in planned for problem in item.problems]
            if problems and not batch.skip_bad:
                raise InvalidInput(problems)
            origin = WriteOrigin(place.actor, place.device, "imported")
            ids = apply(unit, planned, origin)
            note_places_lost(unit, batch.records, planned, ids)
            counts = _counts(planned)
            skipped = batch.refused + sum(bool(item.problems) for item in planned)
            unit.session.add(_run_row(unit, place.actor, batch, counts, skipped))
            unit.touched("import")
        return ImportResult(
            added=counts[RecordEffect.ADD],
            updated=counts[RecordEffect.UPDATE],
            unchanged=counts[RecordEffect.UNCHANGED],
            skipped=skipped,
            blank=0,
        )


def _bonds(planned: Sequence[PlannedRecord]) -> Callable[[TerminalRecord], Iterator[Hashable]]:
    """What keeps a record in one piece with others: its merchant, whose facts its records complete
    together; its TID; and the TID it gives up, which another record may be taking."""
    given_up = {
        serial_key(item.record.serial): item.known.position["tid"]
        for item in planned
        if item.known is not None and item.known.position.get("tid")
    }

    def bonds(record: TerminalRecord) -> Iterator[Hashable]:
        if record.mid:
            yield "mid", record.mid
        for tid in (record.tid, given_up.get(serial_key(record.serial))):
            if tid:
                yield "tid", tid

    return bonds


def _counts(planned: Sequence[PlannedRecord]) -> dict[RecordEffect, int]:
    counts = dict.fromkeys(RecordEffect, 0)
    for item in planned:
        if not item.problems:
            counts[item.effect] += 1
    return counts


def _run_row(
    unit: UnitOfWork,
    actor: str,
    batch: TerminalBatch,
    counts: dict[RecordEffect, int],
    skipped: int,
) -> ImportRunRow:
    return ImportRunRow(
        at=unit.now,
        actor=actor,
        kind="terminals",
        file_name=batch.file_name,
        sha256=batch.sha256,
        added=counts[RecordEffect.ADD],
        updated=counts[RecordEffect.UPDATE],
        unchanged=counts[RecordEffect.UNCHANGED],
        skipped=skipped,
    )


REQUIRED = tuple(item.name for item in TERMINAL_FIELDS if item.required)
"""Fields without whose column a file is no list of terminals."""


def _require_columns(mapping: ColumnMapping) -> None:
    missing = [name for name in REQUIRED if name not in mapping]
    if missing:
        raise InvalidInput([Problem(name, "import.column_missing") for name in missing])


def template(kind: str, titles: Mapping[str, str]) -> bytes:
    """An empty spreadsheet (``csv`` or ``xlsx``) with the columns an import knows."""
    header = [titles[name] for name in HEADERS]
    return csv_bytes(header, []) if kind == "csv" else xlsx_bytes("terminals", header, [])
