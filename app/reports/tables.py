"""Tables: quiet rules, repeated heads, rows that may be taller than a page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from app.reports.pen import Pen
from app.reports.story import Cell, Story, Strip, row_strips
from app.reports.style import BODY, INK, LABEL, LINE, MM, QUIET, SMALL, STRONG, THIN, Style
from app.reports.text import Rich, Span, lay, measure, spans_of
from app.reports.words import Words

_PAD_X = 1.5 * MM
_PAD_Y = 0.85 * MM
_ROOMY = 1.6 * MM


@dataclass(frozen=True, slots=True)
class Column:
    """A column: `mm` fixes its width, `weight` shares what is left."""

    title: Words
    weight: float = 1
    mm: float = 0
    align: str = "left"
    style: Style = BODY


@dataclass(frozen=True, slots=True)
class Group:
    """A heading across the table, such as an area or a technician; repeated with the heads."""

    title: Rich


Row = Sequence[Rich] | Group


def table(
    story: Story, columns: Sequence[Column], rows: Sequence[Row], *, empty: Words | None = None,
    small: bool = False, numbered: bool = False,
) -> None:  # fmt: skip
    """A table whose heads come again on every page.

    `empty` is said when there are no rows; `numbered` puts a running number before each;
    `small` uses the small type for wide tables.
    """
    if numbered:
        digits = len(str(len(rows)))
        wide = 8 + 1.6 * max(digits - 2, 0)
        columns = [Column(Words("#"), mm=wide, align="right", style=QUIET), *columns]
    body = _Body(
        story,
        columns,
        _widths(columns, story.width),
        small,
        _ROOMY if story.handwriting else _PAD_Y,
    )
    story.add(body.head)
    heads: tuple[Strip, ...] = (body.head,)
    if not rows and empty is not None:
        _Body(story, [Column(Words(""))], [story.width], small, _PAD_Y).add(
            ["\n".join(empty.lines)], heads
        )
    count = 0
    for row in rows:
        if isinstance(row, Group):
            band = _band(row, story.width, body.head)
            heads = (body.head, band)
            story.add(band)
            continue
        count += 1
        body.add([str(count), *row] if numbered else row, heads)


class _Body:
    """The rows of one table."""

    def __init__(
        self, story: Story, columns: Sequence[Column], widths: Sequence[float], small: bool,
        padding: float,
    ) -> None:  # fmt: skip
        self._story = story
        self._columns = columns
        self._widths = widths
        self._small = small
        self._padding = padding
        self.head = _head(columns, widths, small=small)

    def add(self, row: Sequence[Rich], heads: tuple[Strip, ...]) -> None:
        """One row, with a rule below."""
        story = self._story
        cells = []
        x = 0.0
        for text, column, width in zip(row, self._columns, self._widths, strict=True):
            room = width - 2 * _PAD_X
            style = _small(column.style) if self._small else column.style
            shown = (
                [Span(s.text, _small(s.style)) for s in spans_of(text, style)]
                if self._small else text
            )  # fmt: skip
            cells.append(Cell(x + _PAD_X, room, lay(shown, room, style), column.align))
            x += width

        def under(pen: Pen, left: float, top: float) -> None:
            pen.rule(left, top, story.width)

        story.extend(row_strips(cells, padding=self._padding, under=under, heads=heads,
                                tallest=story.tallest))  # fmt: skip


def _small(style: Style) -> Style:
    return Style(min(style.size, 8), 11, style.bold, style.colour)


def _widths(columns: Sequence[Column], room: float) -> list[float]:
    fixed = sum(column.mm * MM for column in columns)
    shares = sum(column.weight for column in columns if not column.mm)
    share = max(room - fixed, 0) / shares if shares else 0
    return [column.mm * MM if column.mm else column.weight * share for column in columns]


def _head(columns: Sequence[Column], widths: Sequence[float], *, small: bool) -> Strip:
    style = LABEL if not small else Style(7.5, 10, colour=LABEL.colour)
    cells = []
    x = 0.0
    for column, width in zip(columns, widths, strict=True):
        text = column.title.spans(style)
        if measure(text) > width - 2 * _PAD_X and column.title.second:
            lines = [line for part in column.title.lines
                     for line in lay(part, width - 2 * _PAD_X, style)]  # fmt: skip
        else:
            lines = lay(text, width - 2 * _PAD_X, style)
        cells.append(Cell(x + _PAD_X, width - 2 * _PAD_X, lines, column.align))
        x += width
    tall = max(cell.height for cell in cells)
    height = tall + 2 * _PAD_Y
    whole = sum(widths)

    def draw(pen: Pen, left: float, top: float) -> None:
        for cell in cells:
            cell.draw(pen, left, top + _PAD_Y + (tall - cell.height))
        pen.rule(left, top + height, whole, width=0.8, colour=INK)

    return Strip(height, draw, keep=True)


def _band(group: Group, width: float, head: Strip) -> Strip:
    lines = lay(group.title, width - 2 * _PAD_X, STRONG)
    height = sum(line.leading for line in lines) + 1.6 * MM

    def draw(pen: Pen, x: float, top: float) -> None:
        y = top + 1.2 * MM
        for line in lines:
            line.draw(pen, x + _PAD_X, y)
            y += line.leading
        pen.rule(x, top + height, width, width=THIN, colour=LINE)

    return Strip(height, draw, keep=True, before=1 * MM, heads=(head,))


def total(story: Story, text: Rich) -> None:
    """A closing line under a table."""
    story.text(text, SMALL, before=1 * MM)
