"""Tables: thin rules, repeated heads, rows that may be taller than a page."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from app.reports.typeset.bilingual import Words
from app.reports.typeset.canvas import PageCanvas
from app.reports.typeset.flow import Flow, FlowCell, FlowItem, row_items
from app.reports.typeset.line_breaking import (
    RichText,
    TextSpan,
    break_lines,
    measure,
    spans_of,
    widest_word,
)
from app.reports.typeset.structure import TABLE_COLUMN, Element, spanning
from app.reports.typeset.style import BODY, INK, LABEL, LINE, MM, QUIET, SMALL, STRONG, THIN, Style

_ROOMY = 2.2 * MM
"""Space above and below a row that is filled in by hand: 9 mm with its line, and 8 mm where a page
is drawn a tenth smaller."""


@dataclass(frozen=True, slots=True)
class TableSize:
    """How large the type of a table is at most, with its leading, and the space around cells, in
    points."""

    size: float
    leading: float
    pad_x: float
    pad_y: float
    number_mm: float
    """Width of the column of running numbers up to 99, in millimetres."""

    def of(self, style: Style) -> Style:
        """A style at this size; what is smaller already stays."""
        if style.size <= self.size and style.leading <= self.leading:
            return style
        return Style(min(style.size, self.size), self.leading, style.bold, style.colour)


PLAIN = TableSize(9, 13, 1.5 * MM, 0.85 * MM, 8)
SMALLER = TableSize(8, 11, 1.5 * MM, 0.85 * MM, 8)
"""For wide tables."""
CLOSE = TableSize(8, 10, 1.5 * MM, 0.6 * MM, 8)
"""For a page of figures."""
TIGHT = TableSize(7, 9.2, 0.7 * MM, 0.4 * MM, 6)
"""For a row a terminal of a whole estate."""
FINE = TableSize(6.3, 8.2, 0.7 * MM, 0.35 * MM, 6)
"""For what is to be seen on one page; on A3 as large as plain type on A4."""
FINEST = TableSize(5.6, 7.2, 0.6 * MM, 0.3 * MM, 6)
"""The smallest that is read on a wall."""


@dataclass(frozen=True, slots=True)
class PrintColumn:
    """A column: `mm` fixes its width, `weight` shares what is left."""

    title: Words
    weight: float = 1
    mm: float = 0
    align: str = "left"
    style: Style = BODY


@dataclass(frozen=True, slots=True)
class RowGroup:
    """A heading across the table, such as an area or a technician; repeated with the heads."""

    title: RichText


Row = Sequence[RichText] | RowGroup

_ANY = 0.1
"""A height every row has: the last one is held to the row before it."""


def table(
    flow: Flow,
    columns: Sequence[PrintColumn],
    rows: Sequence[Row],
    *,
    empty: Words | None = None,
    size: TableSize = PLAIN,
    numbered: bool = False,
) -> None:
    """A table whose heads come again on every page.

    `empty` is said when there are no rows; `numbered` puts a running number before each.
    """
    if numbered:
        digits = len(str(len(rows)))
        wide = size.number_mm + 1.6 * max(digits - 2, 0)
        columns = [PrintColumn(Words("#"), mm=wide, align="right", style=QUIET), *columns]
    widths = _widths(columns, flow.width)
    if flow.whole_words:
        needed = _needed(columns[int(numbered) :], rows, size)
        shared = [not column.mm for column in columns]
        widths = _widened(widths, [*[0.0] * int(numbered), *needed], shared)
    body = _Body(flow, columns, widths, size)
    flow.add(body.head)
    heads: tuple[FlowItem, ...] = (body.head,)
    if not rows and empty is not None:
        body.say("\n".join(empty.lines), heads)
    count = 0
    for i, row in enumerate(rows):
        if isinstance(row, RowGroup):
            band = body.band(row.title)
            again = [*spans_of(row.title, STRONG), TextSpan(flow.continued, QUIET)]
            heads = (body.head, body.band(again))
            flow.add(band)
            continue
        count += 1
        if i == len(rows) - 1:
            flow.hold_last(_ANY)
        body.add([str(count), *row] if numbered else row, heads)


def size_that_fits(
    flow: Flow,
    columns: Sequence[PrintColumn],
    rows: Sequence[Row],
    sizes: Sequence[TableSize],
    room: float,
) -> TableSize | None:
    """The first of these sizes, the largest first, at which a table is at most `room` high."""
    for size in sizes:
        trial = Flow(
            width=flow.width,
            tallest=math.inf,
            handwriting=flow.handwriting,
            whole_words=flow.whole_words,
        )
        table(trial, columns, rows, size=size)
        if trial.height <= room:
            return size
    return None


class _Body:
    """The rows of one table."""

    def __init__(
        self, flow: Flow, columns: Sequence[PrintColumn], widths: Sequence[float], size: TableSize
    ) -> None:
        self._flow = flow
        self._columns = columns
        self._widths = widths
        self._size = size
        self._element = Element("Table")
        self.head = _head(columns, widths, size, Element("TR", self._element))

    def band(self, title: RichText) -> FlowItem:
        """A heading across the table."""
        row = Element("TR", self._element)
        heading = Element("TH", row, attributes=spanning(len(self._columns)), fixed=True)
        return _band(title, self._flow.width, self._size.pad_x, self.head, heading)

    def say(self, text: str, heads: tuple[FlowItem, ...]) -> None:
        """A sentence across the table instead of rows."""
        size, row = self._size, Element("TR", self._element)
        room = self._flow.width - 2 * size.pad_x
        style = size.of(BODY)
        cell = Element("TD", row, attributes=spanning(len(self._columns), scope=""), fixed=True)
        self._extend(
            [FlowCell(size.pad_x, room, break_lines(text, room, style), element=cell)], heads, row
        )

    def add(self, row: Sequence[RichText], heads: tuple[FlowItem, ...]) -> None:
        """One row, with a rule below."""
        size = self._size
        element = Element("TR", self._element)
        cells = []
        x = 0.0
        for text, column, width in zip(row, self._columns, self._widths, strict=True):
            room = width - 2 * size.pad_x
            style = size.of(column.style)
            shown = [replace(s, style=size.of(s.style)) for s in spans_of(text, style)]
            lines = break_lines(shown, room, style)
            cell = Element("TD", element, fixed=True)
            cells.append(FlowCell(x + size.pad_x, room, lines, column.align, cell))
            x += width
        self._extend(cells, heads, element)

    def _extend(self, cells: Sequence[FlowCell], heads: tuple[FlowItem, ...], row: Element) -> None:
        flow = self._flow
        padding = _ROOMY if flow.handwriting else self._size.pad_y

        def under(canvas: PageCanvas, left: float, top: float) -> None:
            canvas.rule(left, top, flow.width)

        flow.extend(
            row_items(
                cells,
                padding=padding,
                under=under,
                heads=heads,
                tallest=flow.tallest,
                element=row,
            )
        )


def _widths(columns: Sequence[PrintColumn], room: float) -> list[float]:
    fixed = sum(column.mm * MM for column in columns)
    shares = sum(column.weight for column in columns if not column.mm)
    share = max(room - fixed, 0) / shares if shares else 0
    return [column.mm * MM if column.mm else column.weight * share for column in columns]


_WORD = re.compile(r"(?<![0-9A-Za-z.,:-])[0-9A-Za-z.,:-]{1,24}(?![0-9A-Za-z.,:-])")
"""A word, a date, a number or a serial number; longer ones (hashes) may be cut."""


def _needed(columns: Sequence[PrintColumn], rows: Sequence[Row], size: TableSize) -> list[float]:
    """How wide each column has to be for no word in it to be cut."""
    head = _head_style(size)
    found = []
    for i, column in enumerate(columns):
        title = max(widest_word(text, head) for text in column.title.lines)
        longest, style = "", column.style
        for row in rows:
            if isinstance(row, RowGroup):
                continue
            for span in spans_of(row[i], column.style):
                for word in _WORD.findall(span.text):
                    if len(word) > len(longest):
                        longest, style = word, span.style
        found.append(max(title, measure(longest, size.of(style))) + 2 * size.pad_x + 0.1)
    return found


def _widened(widths: list[float], needed: list[float], shared: list[bool]) -> list[float]:
    """The widths with what columns need taken from those that have more and are `shared`; as they
    were, where there is not enough."""
    lacking = sum(max(need - width, 0) for width, need in zip(widths, needed, strict=True))
    spare = [
        max(width - need, 0) if open_ else 0.0
        for width, need, open_ in zip(widths, needed, shared, strict=True)
    ]
    if not lacking or lacking > sum(spare):
        return widths
    share = lacking / sum(spare)
    return [
        max(width - left * share, need) if open_ else max(width, need)
        for width, need, left, open_ in zip(widths, needed, spare, shared, strict=True)
    ]


def _head_style(size: TableSize) -> Style:
    return LABEL if size is PLAIN else Style(min(7.5, size.size), 10, colour=LABEL.colour)


def _head(
    columns: Sequence[PrintColumn], widths: Sequence[float], size: TableSize, row: Element
) -> FlowItem:
    style = _head_style(size)
    pad_x, pad_y = size.pad_x, PLAIN.pad_y
    cells = []
    x = 0.0
    for column, width in zip(columns, widths, strict=True):
        text = column.title.spans(style)
        if measure(text) > width - 2 * pad_x and column.title.second:
            lines = [
                line
                for part in column.title.lines
                for line in break_lines(part, width - 2 * pad_x, style)
            ]
        else:
            lines = break_lines(text, width - 2 * pad_x, style)
        heading = Element("TH", row, attributes=TABLE_COLUMN, fixed=True)
        cells.append(FlowCell(x + pad_x, width - 2 * pad_x, lines, column.align, heading))
        x += width
    tall = max(cell.height for cell in cells)
    height = tall + 2 * pad_y
    whole = sum(widths)

    def draw(canvas: PageCanvas, left: float, top: float) -> None:
        for cell in cells:
            cell.draw(canvas, left, top + pad_y + (tall - cell.height))
        canvas.rule(left, top + height, whole, width=0.8, colour=INK)

    return FlowItem(height=height, draw=draw, keep=True, element=row)


def _band(
    title: RichText, width: float, pad_x: float, head: FlowItem, heading: Element
) -> FlowItem:
    lines = break_lines(title, width - 2 * pad_x, STRONG)
    height = sum(line.leading for line in lines) + 1.6 * MM

    def draw(canvas: PageCanvas, x: float, top: float) -> None:
        y = top + 1.2 * MM
        for line in lines:
            line.draw(canvas, x + pad_x, y)
            y += line.leading
        canvas.rule(x, top + height, width, width=THIN, colour=LINE)

    return FlowItem(
        height=height, draw=draw, keep=True, before=1 * MM, heads=(head,), element=heading
    )


def total(flow: Flow, text: RichText) -> None:
    """A closing line under a table."""
    flow.text(text, SMALL, before=1 * MM)
