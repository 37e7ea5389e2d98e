"""Reads text with separators (RFC 4180 and what people make of it) line by line.

A quotation mark that is opened and not closed must not swallow the rows behind it: the line where
it opens becomes a faulty row, and reading goes on behind that line.
"""

from __future__ import annotations

import contextlib
import csv
import io
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from app.tabular.cells import CellDoubt, CellMark, FileRow, examined, may_be_special

SEPARATORS = ",;\t|"
MOST_CELL = 1_000_000
"""Characters in one cell; a longer one is a file that is no table."""
_LOOKED_AT = 200
_SEP_LINE = re.compile(r'"?sep=(.)"?', re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Lines:
    """A text cut into rows."""

    separator: str
    rows: tuple[FileRow, ...]


def read_lines(text: str) -> Lines:
    """Every line of a text as a row; one that cannot be cut safely has a fault."""
    lines = list(io.StringIO(text, newline=""))
    told = _SEP_LINE.fullmatch(lines[0].strip("\r\n")) if lines else None
    separator = told[1] if told else _likely_separator(lines[:_LOOKED_AT])
    before = csv.field_size_limit(MOST_CELL)
    try:
        records = _Records(lines, separator, 1 if told else 0, special=may_be_special(text))
        rows = tuple(records.rows())
    finally:
        csv.field_size_limit(before)
    return Lines(separator, rows)


def usual_width(widths: list[int]) -> int:
    """The number of cells most rows have."""
    counted = Counter(widths).most_common(1)
    return counted[0][0] if counted else 0


def _likely_separator(lines: list[str]) -> str:
    """The separator that cuts most lines into the same number of cells, more than one."""

    def score(separator: str) -> tuple[float, int]:
        widths = [len(cells) for cells in _cut(lines, separator) if any(cells)]
        usual = usual_width([width for width in widths if width > 1])
        return round(widths.count(usual) / max(1, len(widths)), 1), usual

    return max(SEPARATORS, key=score)


def _cut(lines: list[str], separator: str) -> Iterator[list[str]]:
    try:
        yield from csv.reader(lines, delimiter=separator)
    except csv.Error:
        # Only looked at to choose a separator; the fault is told when rows are read.
        return


def _record_width(lines: list[str], separator: str) -> int:
    """The number of cells most rows have that stand in one line, the header among them: those
    are not touched by a quotation mark left open."""
    reader = csv.reader(lines, delimiter=separator)
    single, every = [], []
    before = 0
    with contextlib.suppress(csv.Error):
        for cells in reader:
            if cells:
                every.append(len(cells))
                if reader.line_num == before + 1:
                    single.append(len(cells))
            before = reader.line_num
    return usual_width(single or every)


class _Feed:
    """Lines for a `csv.reader`, which can be sent back."""

    def __init__(self, lines: list[str], place: int) -> None:
        self._lines = lines
        self.place = place

    def __iter__(self) -> _Feed:
        return self

    def __next__(self) -> str:
        if self.place >= len(self._lines):
            raise StopIteration
        self.place += 1
        return self._lines[self.place - 1]


class _Records:
    """Rows of a text, one after the other."""

    def __init__(self, lines: list[str], separator: str, first: int, *, special: bool) -> None:
        self._lines, self._separator, self._special = lines, separator, special
        self._feed = _Feed(lines, first)
        self._number = first
        self._width = _record_width(lines[first:_LOOKED_AT], separator)

    def rows(self) -> Iterator[FileRow]:
        """All of them."""
        reader = csv.reader(self._feed, delimiter=self._separator, strict=True)
        feed = self._feed
        while True:
            start = feed.place
            try:
                cells = next(reader)
            except StopIteration:
                return
            except csv.Error:
                code = "row.quote_stray" if feed.place == start + 1 else "row.quote_open"
                if code == "row.quote_stray" and self._unclosed(start):
                    code = "row.quote_open"
                yield self._faulty(start, code, start)
                feed.place = start + 1
                continue
            if feed.place - start > 1:
                swallowed = self._looks_swallowed(start, feed.place)
                if swallowed and len(cells) != self._width:
                    yield self._faulty(start, "row.quote_open", start)
                    feed.place = start + 1
                    continue
                if swallowed:
                    for place in range(start, feed.place):
                        yield self._faulty(place, "row.behind_quote", start)
                    continue
            yield self._row(cells, start)

    def _unclosed(self, place: int) -> bool:
        """Whether the file ends inside the quotation mark of its last line."""
        return place == len(self._lines) - 1 and self._lines[place].count('"') % 2 == 1

    def _looks_swallowed(self, start: int, end: int) -> bool:
        """Whether lines inside a quoted cell look like rows of their own.  The first and the last
        line of such a cell are cut in the middle, so they count only together."""
        whole = [
            self._width > 1 and line.count(self._separator) + 1 >= self._width
            for line in self._lines[start:end]
        ]
        return any(whole[1:-1]) or (whole[0] and whole[-1])

    def _faulty(self, place: int, code: str, opened: int) -> FileRow:
        self._number += 1
        line = self._lines[place].rstrip("\r\n")
        cells = tuple(line.split(self._separator))
        return FileRow(
            number=self._number,
            cells=cells,
            fault=CellDoubt(code, {"value": line[:80], "line": opened + 1}),
        )

    def _row(self, cells: list[str], start: int) -> FileRow:
        self._number += 1
        if not self._special or not any(map(may_be_special, self._lines[start : self._feed.place])):
            return FileRow(number=self._number, cells=tuple(cells))
        marks: dict[int, CellMark] = {}
        for place, cell in enumerate(cells):
            shown, mark = examined(cell, formulas=True)
            cells[place] = shown
            if mark is not None:
                marks[place] = mark
        return FileRow(number=self._number, cells=tuple(cells), marks=marks)
