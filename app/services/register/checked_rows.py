"""Rows of an acquirer's export checked: each as a terminal's record, or what is wrong with it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from app.domain.errors import InvalidInput, Problem
from app.domain.register.identifiers import iccid_doubtful, serial_key, uscc_valid
from app.domain.register.opening_hours import hours_understood
from app.domain.register.terminal_field import FieldKind
from app.domain.register.terminal_fields import DRAFT_FIELDS, TERMINAL_FIELDS
from app.domain.register.terminals import TerminalRecord, check_cells, days_ahead
from app.services.core.import_cells import CellReader, FieldKinds, passable
from app.services.core.import_columns import ColumnMapping, Progress, RowProblem, stopping
from app.services.register.batch_plan import PlannedRecord, merged_merchants
from app.tabular.cells import FileRow
from app.tabular.reading import Table


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
