"""Tables: quiet rules, repeated heads, rows that may be taller than a page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from app.reports.pen import Pen
from app.reports.story import Cell, Story, Strip, row_strips
from app.reports.style import BODY, INK, LABEL, LINE, MM, QUIET, SMALL, STRONG, THIN, Style
from app.reports.text import Rich, lay, measure
from app.reports.words import Words

_PAD_X = 1.5 * MM
_PAD_Y = 0.85 * MM


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
        columns = [Column(Words("#"), mm=8, align="right", style=QUIET), *columns]
    widths = _widths(columns, story.width)
    head = _head(columns, widths, small=small)
    story.add(head)
    heads: tuple[Strip, ...] = (head,)
    count = 0
    if not rows and empty is not None:
        story.extend(_body([(*empty.lines,)], columns[:1], [story.width], heads, story, small))
    for row in rows:
        if isinstance(row, Group):
            band = _band(row, story.width)
            heads = (head, band)
            story.add(band)
            continue
        count += 1
        cells = [str(count), *row] if numbered else row
        story.extend(_body([cells], columns, widths, heads, story, small))


def _body(
    rows: Sequence[Sequence[Rich]], columns: Sequence[Column], widths: Sequence[float],
    heads: tuple[Strip, ...], story: Story, small: bool,
) -> list[Strip]:  # fmt: skip
    def under(pen: Pen, x: float, top: float) -> None:
        pen.rule(x, top, story.width)

    strips: list[Strip] = []
    for row in rows:
        cells = []
        x = 0.0
        for text, column, width in zip(row, columns, widths, strict=True):
            style = _small(column.style) if small else column.style
            lines = lay(text, width - 2 * _PAD_X, style)
            cells.append(Cell(x + _PAD_X, width - 2 * _PAD_X, lines, column.align))
            x += width
        strips.extend(row_strips(cells, padding=_PAD_Y, under=under, heads=heads,
                                 tallest=story.tallest))  # fmt: skip
    return strips


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


def _band(group: Group, width: float) -> Strip:
    lines = lay(group.title, width - 2 * _PAD_X, STRONG)
    height = sum(line.leading for line in lines) + 1.6 * MM

    def draw(pen: Pen, x: float, top: float) -> None:
        y = top + 1.2 * MM
        for line in lines:
            line.draw(pen, x + _PAD_X, y)
            y += line.leading
        pen.rule(x, top + height, width, width=THIN, colour=LINE)

    return Strip(height, draw, keep=True, before=1 * MM)


def total(story: Story, text: Rich) -> None:
    """A closing line under a table."""
    story.text(text, SMALL, before=1 * MM)
