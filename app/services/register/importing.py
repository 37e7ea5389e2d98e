"""Imports an acquirer's terminal export as it is: look first, then all or nothing.

`preview` reads the file, guesses which column is which, checks every row and says what each would
do, row by row.  `commit` does it in one transaction, skipping bad rows only when told to.  The
same file imported twice changes nothing the second time.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from app.domain.errors import InvalidInput, Problem
from app.domain.register.identifiers import iccid_doubtful, serial_key, uscc_valid
from app.domain.register.opening_hours import hours_understood
from app.domain.register.terminal_field import FieldKind
from app.domain.register.terminal_fields import DRAFT_FIELDS, TERMINAL_FIELDS
from app.domain.register.terminals import TerminalRecord, check_cells, days_ahead
from app.services.core.context import ServiceContext, UnitOfWork
from app.services.core.import_cells import CellReader, FieldKinds, passable
from app.services.core.import_columns import (
    ColumnMapping,
    ImportResult,
    RowProblem,
    UnusedColumn,
    file_doubts,
    map_columns,
    recognising,
    refuse_undecided,
    unused_columns,
)
from app.services.core.import_columns import Progress as Progress
from app.services.core.import_columns import stopping as stopping
from app.services.core.operations import operation
from app.services.register.batch_plan import PlannedRecord, RecordEffect, merged_merchants, plan
from app.services.register.batch_write import apply
from app.services.register.origin import WriteOrigin
from app.services.register.same_devices import note_places_lost, plan_to_write
from app.tabular.cells import FileRow
from app.tabular.reading import ReadingChoice, Table, read_table
from app.tabular.writing import csv_bytes, xlsx_bytes
from db.models.register import ImportRunRow

HEADERS: dict[str, tuple[str, ...]] = {
    item.name: (*item.aliases, item.label) for item in TERMINAL_FIELDS
}
"""Names under which each field is known in exports.  To teach a new one, add it to its line in
`app.domain.register.terminal_fields`."""


def _of_kind(kind: FieldKind) -> frozenset[str]:
    return frozenset(item.name for item in TERMINAL_FIELDS if item.kind is kind)


KINDS = FieldKinds(
    needed=frozenset(item.name for item in TERMINAL_FIELDS if item.needed),
    exact=_of_kind(FieldKind.EXACT),
    days=_of_kind(FieldKind.DAY),
    numbers=_of_kind(FieldKind.NUMBER),
    phones=_of_kind(FieldKind.PHONE),
)
_NOT_TAKEN = {item.name: item.passable for item in TERMINAL_FIELDS if item.passable}
"""What is wrong with a field a terminal can do without: it is left out, the row is taken."""

_OF_A_PLACE = tuple(item.name for item in TERMINAL_FIELDS if item.of_place and not item.with_place)
"""Facts of a merchant or a place, which a device in stock has nowhere to keep."""


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
    """The rows of a file that were found good, and the file; `refused` of its rows were not."""

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
        """Do what the preview showed, in one transaction.

        Every row is planned again against the register as it is now.  Raises `InvalidInput` when
        rows are bad and `skip_bad` is false or when the file's encoding is in doubt and nobody has
        chosen it, `Cancelled`; then nothing was changed.
        """
        refuse_undecided(preview.table)
        rows, table = preview.checked, preview.table
        if rows.problems and not skip_bad:
            with self._context.read() as session:
                found = rows.problems + rows.refused_by(plan(session, rows.records))
            raise InvalidInput([item.problem for item in found])
        batch = TerminalBatch(
            records=tuple(rows.records),
            file_name=table.file_name[:200],
            sha256=table.sha256,
            refused=len({item.row for item in rows.problems}),
            skip_bad=skip_bad,
        )
        return replace(self._take_in(batch, progress, cancelled), blank=rows.blank)

    @operation("register.import")
    def _take_in(
        self,
        batch: TerminalBatch,
        progress: Progress | None = None,
        cancelled: Callable[[], bool] | None = None,
    ) -> ImportResult:
        place = self._context
        with place.write() as unit:
            planned = plan_to_write(unit, batch.records)
            problems = [problem for item in planned for problem in item.problems]
            if problems and not batch.skip_bad:
                raise InvalidInput(problems)
            origin = WriteOrigin(place.actor, place.device, "imported")
            ids = apply(unit, planned, origin, stopping(progress, cancelled))
            note_places_lost(unit, batch.records, planned, ids)
            counts = _counts(planned)
            skipped = batch.refused + sum(bool(item.problems) for item in planned)
            unit.session.add(_run_row(unit, place.actor, batch, counts, skipped))
            unit.touched("import")
        return ImportResult(
            counts[RecordEffect.ADD],
            counts[RecordEffect.UPDATE],
            counts[RecordEffect.UNCHANGED],
            skipped,
            0,
        )


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


class CheckedRows:
    """A table's rows as records, and what is wrong with the others.  Needs no database."""

    def __init__(
        self,
        table: Table,
        mapping: ColumnMapping,
        today: date,
        progress: Progress | None,
        cancelled: Callable[[], bool] | None,
    ) -> None:
        self._today = today
        self.problems: list[RowProblem] = []
        self.warnings: list[RowProblem] = []
        self.records: list[TerminalRecord] = []
        self.blank = 0
        fields = {name: place for name, place in mapping.items() if name in DRAFT_FIELDS}
        self.reader = CellReader(table, fields, KINDS)
        self._numbers: list[int] = []
        self._seen: dict[str, int] = {}
        step = stopping(progress, cancelled)
        for done, row in enumerate(table.rows):
            if done % 200 == 0:
                step(done, len(table.rows))
            self._read(row)
        step(len(table.rows), len(table.rows))
        self._warn_of_conflicting_merchants()

    def _read(self, row: FileRow) -> None:
        if row.blank:
            self.blank += 1
            return
        taken = self.reader.read(row)
        self.warnings += taken.warnings
        record = self._record(row.number, taken.given, taken.problems)
        if record is None:
            return
        key = serial_key(record.serial)
        first = self._seen.setdefault(key, row.number)
        if first != row.number:
            twice = Problem("serial", "serial.twice", {"value": record.serial, "row": first})
            self._refuse(row.number, twice, record.serial)
            return
        ahead: dict[str, Any] = {}
        for problem in days_ahead(record, self._today):
            value = str(getattr(record, problem.field))
            self.warnings.append(RowProblem(row.number, problem, value, warning=True))
            ahead[problem.field] = None
        record = replace(record, **ahead) if ahead else record
        self.records.append(record)
        self._numbers.append(row.number)
        self._warn(row.number, record)

    def _record(
        self, number: int, given: dict[str, str], problems: list[RowProblem]
    ) -> TerminalRecord | None:
        """The row checked, without the fields it can do without that are wrong."""
        try:
            record = check_cells(given)
        except InvalidInput as refusal:
            if not problems and passable(refusal.problems, _NOT_TAKEN):
                for problem in refusal.problems:
                    value = given.pop(problem.field)
                    self.warnings.append(RowProblem(number, problem, value, warning=True))
                return self._record(number, given, problems)
            named = {item.problem.field for item in problems}
            problems += [
                RowProblem(number, problem, given.get(problem.field, ""))
                for problem in refusal.problems
                if problem.field not in named
            ]
        self.problems += problems
        return None if problems else record

    def _refuse(self, number: int, problem: Problem, value: str) -> None:
        self.problems.append(RowProblem(number, problem, value))

    def _warn(self, number: int, record: TerminalRecord) -> None:
        if iccid_doubtful(record.iccid):
            self._doubt(number, "iccid", "iccid.doubtful", record.iccid)
        if record.uscc and not uscc_valid(record.uscc):
            self._doubt(number, "uscc", "uscc.check", record.uscc)
        if not hours_understood(record.opening_hours):
            self._doubt(number, "opening_hours", "hours.not_understood", record.opening_hours)
        if not record.placed:
            for name in _OF_A_PLACE:
                if (value := getattr(record, name)) not in ("", None):
                    self._doubt(number, name, "stock.not_kept", str(value))

    def _doubt(self, number: int, field_name: str, code: str, value: str) -> None:
        problem = Problem(field_name, code, {"value": value})
        self.warnings.append(RowProblem(number, problem, value, warning=True))

    def _warn_of_conflicting_merchants(self) -> None:
        merged = merged_merchants(self.records)
        for number, record in zip(self._numbers, self.records, strict=True):
            name = merged.get(record.mid, {}).get("merchant_name", "")
            if record.mid and record.merchant_name != name:
                problem = Problem(
                    "merchant_name",
                    "merchant.conflicting",
                    {"value": record.merchant_name, "other": name},
                )
                self.warnings.append(
                    RowProblem(number, problem, record.merchant_name, warning=True)
                )

    def refused_by(self, planned: Sequence[PlannedRecord]) -> list[RowProblem]:
        """What planning against the register found, by row."""
        return [
            RowProblem(number, problem, str(getattr(item.record, problem.field)))
            for number, item in zip(self._numbers, planned, strict=True)
            for problem in item.problems
        ]

    def kept_by(self, planned: Sequence[PlannedRecord]) -> list[RowProblem]:
        """Older days that do not take the place of newer ones, by row."""
        return [
            RowProblem(number, problem, str(problem.params["value"]), warning=True)
            for number, item in zip(self._numbers, planned, strict=True)
            for problem in item.kept
        ]


def template(kind: str, titles: Mapping[str, str]) -> bytes:
    """An empty spreadsheet (``csv`` or ``xlsx``) with the columns an import knows."""
    header = [titles[name] for name in HEADERS]
    return csv_bytes(header, []) if kind == "csv" else xlsx_bytes("terminals", header, [])
