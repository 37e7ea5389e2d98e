"""A row's cells on their way to fields: what a cell holds, what it may mean, what is in doubt.

A doubt about a field a row can do without is a warning, and the field stays as it is known; about
one it cannot do without, the row is refused.  Nothing doubtful is stored without a word.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import time

from app.domain.errors import BadValue, Problem
from app.domain.register.identifiers import parse_phone
from app.domain.written_times import DayOrder, day_order, read_written
from app.services.core.import_columns import ColumnMapping, RowProblem
from app.tabular.cells import CellDoubt, CellKind, CellMark, FileRow
from app.tabular.reading import Table
from app.tabular.writing import strip_guard


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldKinds:
    """What the fields of a kind of file hold.  `needed`: those a row cannot do without; `exact`:
    numbers and codes of which every digit counts."""

    needed: frozenset[str]
    exact: frozenset[str]
    days: frozenset[str] = frozenset()
    moments: frozenset[str] = frozenset()
    numbers: frozenset[str] = frozenset()
    phones: frozenset[str] = frozenset()


@dataclass(slots=True)
class TakenCells:
    """What a row gives: text by field, and what is wrong or odd."""

    given: dict[str, str] = field(default_factory=dict)
    problems: list[RowProblem] = field(default_factory=list)
    warnings: list[RowProblem] = field(default_factory=list)


_ISO_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_SURE_LENGTH = 18
"""A code of letters and digits up to here has lost nothing to a spreadsheet."""
_EXPONENT = re.compile(r"\s*\d(?:\.\d+)?[Ee]\+\d+\s*")
_LONG_WITH_ZEROS = re.compile(r"[1-9]\d{14}0{4,}")
_PHONE_GAP = re.compile(r"[\s/,;、|或及和&]+")


class CellReader:
    """Reads rows of one table under one mapping."""

    def __init__(self, table: Table, mapping: ColumnMapping, kinds: FieldKinds) -> None:
        self._kinds = kinds
        self._places = tuple((name, place, self._taker(name)) for name, place in mapping.items())
        self.orders = {
            name: day_order(row.cells[place] for row in table.rows if place < len(row.cells))
            for name, place in mapping.items()
            if name in kinds.days or name in kinds.moments
        }
        """By date field, whether its column begins dates with the day."""

    def read(self, row: FileRow) -> TakenCells:
        """A row that is not blank."""
        taken = TakenCells()
        if row.fault is not None:
            value = str(row.fault.params.get("value", ""))
            taken.problems.append(_said(row.number, "row", row.fault, value))
            return taken
        for doubt in row.doubts:
            value = str(doubt.params.get("value", ""))
            taken.warnings.append(_said(row.number, "row", doubt, value, warning=True))
        cells, marks, given = row.cells, row.marks, taken.given
        width = len(cells)
        for name, place, take in self._places:
            if place >= width:
                continue
            raw = cells[place]
            if marks and place in marks:
                raw = self._marked(taken, row.number, name, raw, marks[place])
            if not raw:
                continue
            if raw[0] == "'":
                raw = strip_guard(raw)
            if take is not None:
                raw = take(taken, row.number, name, raw)
            if raw:
                given[name] = raw
        return taken

    def _taker(self, name: str) -> Callable[[TakenCells, int, str, str], str] | None:
        if name in self._kinds.exact:
            return self._exact
        if name in self._kinds.days:
            return self._day
        return self._phone if name in self._kinds.phones else None

    def _doubt(
        self, taken: TakenCells, number: int, name: str, doubt: CellDoubt, value: str
    ) -> None:
        """A warning about a field a row can do without, else a refusal."""
        if name in self._kinds.needed:
            taken.problems.append(_said(number, name, doubt, value))
        else:
            taken.warnings.append(_said(number, name, doubt, value, warning=True))

    def _marked(self, taken: TakenCells, number: int, name: str, raw: str, mark: CellMark) -> str:
        """The text of a special cell; empty when nothing can be taken from it."""
        for doubt in mark.doubts:
            if doubt.code != "cell.digits_lost":
                taken.warnings.append(_said(number, name, doubt, raw, warning=True))
            elif name not in self._kinds.numbers:
                self._doubt(taken, number, name, doubt, raw)
                return ""
        if mark.kind in (CellKind.ERROR, CellKind.FORMULA):
            code = "cell.error"
            if mark.kind is CellKind.FORMULA:
                # A workbook gives a formula without its text; in a table of text it is the text.
                code = "cell.formula_text" if raw else "cell.formula"
            self._doubt(taken, number, name, CellDoubt(code, {"value": raw}), raw)
            return ""
        if mark.kind is CellKind.NUMBER and name in self._kinds.numbers:
            return mark.value
        dated = self._kinds.days | self._kinds.moments
        if mark.kind is CellKind.DATE and name not in dated and name != "notes":
            self._doubt(taken, number, name, CellDoubt("cell.date", {"value": raw}), raw)
            return "" if name in self._kinds.exact else raw
        return raw

    def _exact(self, taken: TakenCells, number: int, name: str, raw: str) -> str:
        if len(raw) <= _SURE_LENGTH and raw.isalnum():
            return raw
        if "+" in raw and _EXPONENT.fullmatch(raw):
            lost = CellDoubt("cell.digits_lost", {"value": raw.strip()})
            self._doubt(taken, number, name, lost, raw)
            return ""
        if _LONG_WITH_ZEROS.fullmatch(raw):
            zeros = CellDoubt("cell.zeros_behind", {"value": raw})
            taken.warnings.append(_said(number, name, zeros, raw, warning=True))
        return raw

    def _day(self, taken: TakenCells, number: int, name: str, raw: str) -> str:
        if _ISO_DAY.fullmatch(raw):
            return raw
        try:
            written = read_written(raw, self.orders[name])
        except BadValue as refusal:
            doubt = CellDoubt(refusal.code, refusal.params)
            if refusal.code in ("date.impossible", "date.out_of_range"):
                # No doubt about it: the cell says a day that cannot be.
                taken.problems.append(_said(number, name, doubt, raw))
            else:
                self._doubt(taken, number, name, doubt, raw)
            return ""
        if written is None:
            return ""
        if written.zone is not None and written.clock not in (None, time(0)):
            zone = CellDoubt("date.zone", {"value": raw.strip(), "day": written.day})
            taken.warnings.append(_said(number, name, zone, raw, warning=True))
        return written.day.isoformat()

    def _phone(self, taken: TakenCells, number: int, name: str, raw: str) -> str:
        """The first number of a cell that holds several; the others are named."""
        if raw.isdigit():
            return raw
        plain = unicodedata.normalize("NFKC", raw).strip()
        parts = [part for part in _PHONE_GAP.split(plain) if _dialled(part)]
        if len(parts) == 1 and "-" in parts[0]:
            pieces = parts[0].split("-")
            parts = pieces if len(pieces) == 2 and all(map(_dialled, pieces)) else parts
        if len(parts) < 2:
            return raw
        try:
            first = parse_phone(parts[0])
        except BadValue:
            return raw
        doubt = CellDoubt("phone.several", {"value": first, "other": ", ".join(parts[1:])})
        taken.warnings.append(_said(number, name, doubt, raw, warning=True))
        return first

    def order_doubts(self) -> tuple[RowProblem, ...]:
        """Date columns whose order was found from their other rows."""
        return tuple(
            RowProblem(0, Problem(name, f"date.{order}"), "", warning=True)
            for name, order in self.orders.items()
            if order is not DayOrder.UNKNOWN
        )


def _dialled(part: str) -> bool:
    """Whether a piece of a cell is long enough for a number of its own."""
    return sum(char.isdigit() for char in part) >= 7


def _said(
    number: int, name: str, doubt: CellDoubt, value: str, *, warning: bool = False
) -> RowProblem:
    return RowProblem(number, Problem(name, doubt.code, dict(doubt.params)), value, warning)


def passable(problems: tuple[Problem, ...], codes: Mapping[str, frozenset[str]]) -> bool:
    """Whether all problems of a row are such that their fields can be left out with a word."""
    return all(problem.code in codes.get(problem.field, ()) for problem in problems)
