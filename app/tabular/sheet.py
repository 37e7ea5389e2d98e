"""Builds rows from the XML elements of an XLSX sheet, in the order they are read."""

from __future__ import annotations

import functools
from dataclasses import dataclass, field

from app.tabular.cells import CellDoubt, CellKind, CellMark, FileRow, examined
from app.tabular.number_formats import shown_number

MOST_FILLED = 2_000_000
"""Cells filled from merged ones; more come only from a file made to stall."""

TRUE = {"1", "true", "on"}
"""How XML writes yes (``xsd:boolean``, and old writers)."""


@dataclass(frozen=True, slots=True)
class WorkbookSheet:
    """What stands in a sheet.  Columns are counted from 0."""

    rows: tuple[FileRow, ...]
    hidden_columns: frozenset[int]


@dataclass(frozen=True, slots=True)
class Extent:
    """How far a table may reach: rows and columns."""

    rows: int
    columns: int


class Beyond(Exception):
    """A cell lies further out than a table may reach."""

    def __init__(self, cell: str, *, crowded: bool) -> None:
        super().__init__(cell)
        self.cell, self.crowded = cell, crowded


@functools.lru_cache(maxsize=512)
def local_name(name: str) -> str:
    """The name of an element without its name space."""
    return name.rpartition(" ")[2]


def unescaped(text: str) -> str:
    """``_x000D_`` and the like as the characters they stand for (18.4.12, ST_Xstring)."""
    if "_x" not in text:
        return text
    from openpyxl.utils.escape import unescape

    return str(unescape(text)).replace("\r\n", "\n").replace("\r", "\n")


@dataclass(slots=True)
class _SheetLine:
    """A row while it is read."""

    hidden: bool = False
    cells: dict[int, str] = field(default_factory=dict)
    marks: dict[int, CellMark] = field(default_factory=dict)


class SheetReader:
    """Handlers of an XML parser; `sheet` is asked when all was read."""

    def __init__(
        self, shared: list[str], formats: list[str], since_1904: bool, extent: Extent
    ) -> None:
        self._shared, self._formats = shared, formats
        self._since_1904, self._extent = since_1904, extent
        self._lines: dict[int, _SheetLine] = {}
        self._merged: list[tuple[int, int, int, int]] = []
        self._hidden_columns: set[int] = set()
        self._row = self._column = 0
        self._line = _SheetLine()
        self._cell: dict[str, str] = {}
        self._value: list[str] = []
        self._taking = self._spoken = self._formula = False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """An element begins.  Raises `Beyond`, `ValueError`."""
        tag = local_name(name)
        if tag == "c":
            self._cell, self._value, self._formula = attributes, [], False
            reference = attributes.get("r")
            self._column = _column(reference) if reference else self._column + 1
        elif tag == "v" or (tag == "t" and not self._spoken):
            self._taking = True
        elif tag == "f":
            self._formula = True
        elif tag == "row":
            self._row = int(attributes.get("r", self._row + 1))
            self._column = -1
            self._line = self._lines.setdefault(self._row, _SheetLine())
            self._line.hidden = attributes.get("hidden", "") in TRUE
        elif tag == "rPh":
            self._spoken = True
        elif tag == "mergeCell":
            self._merged.append(_range(attributes["ref"]))
        elif tag == "col" and attributes.get("hidden", "") in TRUE:
            last = min(int(attributes["max"]), self._extent.columns)
            self._hidden_columns.update(range(int(attributes["min"]) - 1, last))

    def end(self, name: str) -> None:
        """An element ends."""
        tag = local_name(name)
        if tag in ("v", "t"):
            self._taking = False
        elif tag == "c":
            self._finish()
        elif tag == "rPh":
            self._spoken = False

    def characters(self, text: str) -> None:
        """Text of an element."""
        if self._taking:
            self._value.append(text)

    def _finish(self) -> None:
        raw = "".join(self._value)
        shown, mark = self._read(self._cell.get("t", "n"), raw)
        if not shown and mark is None:
            return
        if self._row > self._extent.rows or self._column >= self._extent.columns:
            crowded = self._column < self._extent.columns and len(self._lines) > self._row // 2
            raise Beyond(self._cell.get("r", f"{self._row}"), crowded=crowded)
        self._line.cells[self._column] = shown
        if mark is not None:
            self._line.marks[self._column] = mark

    def _read(self, kind: str, raw: str) -> tuple[str, CellMark | None]:
        if not raw and self._formula and kind != "str":
            return "", CellMark(CellKind.FORMULA)
        if not raw:
            return "", None
        if kind == "s":
            return examined(self._shared[int(raw)], formulas=False)
        if kind in ("inlineStr", "str"):
            return examined(unescaped(raw), formulas=False)
        if kind == "e":
            return raw, CellMark(CellKind.ERROR)
        if kind == "b":
            return ("TRUE" if raw in TRUE else "FALSE"), CellMark(CellKind.TRUTH)
        if kind == "d":
            shown = raw.replace("T", " ").removesuffix(" 00:00:00")
            return shown, CellMark(CellKind.DATE, shown)
        style = int(self._cell.get("s", 0))
        code = self._formats[style] if style < len(self._formats) else "General"
        return shown_number(raw.strip(), code, since_1904=self._since_1904)

    def sheet(self) -> WorkbookSheet:
        """What was read, with merged cells filled downwards."""
        self._fill()
        written = [number for number, line in self._lines.items() if line.cells]
        rows = []
        for number in range(1, max(written, default=0) + 1):
            line = self._lines.get(number) or _SheetLine()
            last = max(line.cells, default=-1)
            cells = tuple(line.cells.get(place, "") for place in range(last + 1))
            rows.append(
                FileRow(
                    number=number, cells=cells, marks=line.marks, hidden=line.hidden and bool(cells)
                )
            )
        return WorkbookSheet(tuple(rows), frozenset(self._hidden_columns))

    def _fill(self) -> None:
        """A cell merged over several rows holds for each of them; one merged over columns only
        belongs to the first.  A row with nothing else in it stays blank."""
        last = max((number for number, line in self._lines.items() if line.cells), default=0)
        filled = 0
        for top, left, bottom, _right in self._merged:
            source = self._lines.get(top)
            if bottom == top or source is None or not source.cells.get(left, ""):
                continue
            shown, mark = source.cells[left], source.marks.get(left, CellMark())
            doubt = CellDoubt("cell.merged", {"value": shown, "row": top})
            copy = CellMark(mark.kind, mark.value, (*mark.doubts, doubt))
            for number in range(top + 1, min(bottom, last) + 1):
                filled += 1
                if filled > MOST_FILLED:
                    raise ValueError("merged cells")
                line = self._lines.get(number)
                if line is not None and any(line.cells.values()) and left not in line.cells:
                    line.cells[left], line.marks[left] = shown, copy


@functools.lru_cache(maxsize=1024)
def _letters(letters: str) -> int:
    place = 0
    for letter in letters:
        place = place * 26 + ord(letter) - 64
    return place - 1


def _column(reference: str) -> int:
    """``B7`` → 1."""
    return _letters(reference.rstrip("0123456789").upper().replace("$", ""))


def _range(reference: str) -> tuple[int, int, int, int]:
    from openpyxl.utils.cell import range_boundaries

    left, top, right, bottom = range_boundaries(reference)
    if left is None or top is None or right is None or bottom is None:
        raise ValueError(reference)
    return top, left - 1, bottom, right - 1
