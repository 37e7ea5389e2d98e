"""Tables: thin rules, repeated heads, rows that may be taller than a page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from app.reports.typeset.bilingual import Words
from app.reports.typeset.canvas import PageCanvas
from app.reports.typeset.flow import Flow, FlowCell, FlowItem, row_items
from app.reports.typeset.line_breaking import RichText, TextSpan, break_lines, measure, spans_of
from app.reports.typeset.style import BODY, INK, LABEL, LINE, MM, QUIET, SMALL, STRONG, THIN, Style

_PAD_X = 1.5 * MM
_PAD_Y = 0.85 * MM
_ROOMY = 1.6 * MM


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


def table(
    flow: Flow,
    columns: Sequence[PrintColumn],
    rows: Sequence[Row],
    *,
    empty: Words | None = None,
    small: bool = False,
    numbered: bool = False,
) -> None:
    """A table whose heads come again on every page.

    `empty` is said when there are no rows; `numbered` puts a running number before each;
    `small` uses the small type for wide tables.
    """
    if numbered:
        digits = len(str(len(rows)))
        wide = 8 + 1.6 * max(digits - 2, 0)
        columns = [PrintColumn(Words("#"), mm=wide, align="right", style=QUIET), *columns]
    body = _Body(
        flow,
        columns,
        _widths(columns, flow.width),
        small,
        _ROOMY if flow.handwriting else _PAD_Y,
    )
    flow.add(body.head)
    heads: tuple[FlowItem, ...] = (body.head,)
    if not rows and empty is not None:
        _Body(flow, [PrintColumn(Words(""))], [flow.width], small, _PAD_Y).add(
            ["\n".join(empty.lines)], heads
        )
    count = 0
    for row in rows:
        if isinstance(row, RowGroup):
            band = _band(row, flow.width, body.head)
            heads = (body.head, band)
            flow.add(band)
            continue
        count += 1
        body.add([str(count), *row] if numbered else row, heads)


class _Body:
    """The rows of one table."""

    def __init__(
        self,
        flow: Flow,
        columns: Sequence[PrintColumn],
        widths: Sequence[float],
        small: bool,
        padding: float,
    ) -> None:
        self._flow = flow
        self._columns = columns
        self._widths = widths
        self._small = small
        self._padding = padding
        self.head = _head(columns, widths, small=small)

    def add(self, row: Sequence[RichText], heads: tuple[FlowItem, ...]) -> None:
        """One row, with a rule below."""
        flow = self._flow
        cells = []
        x = 0.0
        for text, column, width in zip(row, self._columns, self._widths, strict=True):
            room = width - 2 * _PAD_X
            style = _small(column.style) if self._small else column.style
            shown = (
                [TextSpan(s.text, _small(s.style)) for s in spans_of(text, style)]
                if self._small
                else text
            )
            cells.append(FlowCell(x + _PAD_X, room, break_lines(shown, room, style), column.align))
            x += width

        def under(canvas: PageCanvas, left: float, top: float) -> None:
            canvas.rule(left, top, flow.width)

        flow.extend(
            row_items(cells, padding=self._padding, under=under, heads=heads, tallest=flow.tallest)
        )


def _small(style: Style) -> Style:
    return Style(min(style.size, 8), 11, style.bold, style.colour)


def _widths(columns: Sequence[PrintColumn], room: float) -> list[float]:
    fixed = sum(column.mm * MM for column in columns)
    shares = sum(column.weight for column in columns if not column.mm)
    share = max(room - fixed, 0) / shares if shares else 0
    return [column.mm * MM if column.mm else column.weight * share for column in columns]


def _head(columns: Sequence[PrintColumn], widths: Sequence[float], *, small: bool) -> FlowItem:
    style = LABEL if not small else Style(7.5, 10, colour=LABEL.colour)
    cells = []
    x = 0.0
    for column, width in zip(columns, widths, strict=True):
        text = column.title.spans(style)
        if measure(text) > width - 2 * _PAD_X and column.title.second:
            lines = [
                line
                for part in column.title.lines
                for line in break_lines(part, width - 2 * _PAD_X, style)
            ]
        else:
            lines = break_lines(text, width - 2 * _PAD_X, style)
        cells.append(FlowCell(x + _PAD_X, width - 2 * _PAD_X, lines, column.align))
        x += width
    tall = max(cell.height for cell in cells)
    height = tall + 2 * _PAD_Y
    whole = sum(widths)

    def draw(canvas: PageCanvas, left: float, top: float) -> None:
        for cell in cells:
            cell.draw(canvas, left, top + _PAD_Y + (tall - cell.height))
        canvas.rule(left, top + height, whole, width=0.8, colour=INK)

    return FlowItem(height=height, draw=draw, keep=True)


def _band(group: RowGroup, width: float, head: FlowItem) -> FlowItem:
    lines = break_lines(group.title, width - 2 * _PAD_X, STRONG)
    height = sum(line.leading for line in lines) + 1.6 * MM

    def draw(canvas: PageCanvas, x: float, top: float) -> None:
        y = top + 1.2 * MM
        for line in lines:
            line.draw(canvas, x + _PAD_X, y)
            y += line.leading
        canvas.rule(x, top + height, width, width=THIN, colour=LINE)

    return FlowItem(height=height, draw=draw, keep=True, before=1 * MM, heads=(head,))


def total(flow: Flow, text: RichText) -> None:
    """A closing line under a table."""
    flow.text(text, SMALL, before=1 * MM)
