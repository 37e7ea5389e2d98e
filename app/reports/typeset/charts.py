"""Charts by ReportLab graphics, in one colour with every value written, readable after a fax."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from app.reports.typeset.bilingual import Words
from app.reports.typeset.canvas import PageCanvas
from app.reports.typeset.flow import Flow, FlowItem
from app.reports.typeset.fonts import REGULAR
from app.reports.typeset.line_breaking import TextLine, break_lines, clean, measure
from app.reports.typeset.style import ACCENT, INK, LABEL, LINE, MM, MUTED, NOTE, STRONG, Colour


@dataclass(frozen=True, slots=True)
class Bar:
    """A named value."""

    name: str
    value: float


def side_by_side(flow: Flow, charts: Sequence[tuple[Words, Sequence[Bar]]]) -> None:
    """Charts of bars in columns."""
    gap = 8 * MM
    width = (flow.width - gap * (len(charts) - 1)) / len(charts)
    drawn = [bars_drawing(title, bars, width) for title, bars in charts]

    def draw(canvas: PageCanvas, x: float, top: float) -> None:
        for i, (paint, _) in enumerate(drawn):
            with canvas.figure(_described(*charts[i])):
                paint(canvas, x + i * (width + gap), top)

    flow.add(FlowItem(height=max(height for _, height in drawn), draw=draw, before=3 * MM))


def bars_drawing(title: Words, bars: Sequence[Bar], width: float) -> tuple[Any, float]:
    """A function that draws the chart, and its height.  A name may have two lines."""
    names = [_name(bar.name, width * 0.42) for bar in bars]
    row = 5.2 * MM if all(len(lines) == 1 for lines in names) else 7.6 * MM
    label = max((line.width for lines in names for line in lines), default=0) + 2 * MM
    heading = break_lines(title.spans(STRONG), width)
    head = sum(line.leading for line in heading) + 1 * MM
    most = max((bar.value for bar in bars), default=0) or 1
    number = max((measure(_figure(bar.value), LABEL) for bar in bars), default=0) + 2 * MM
    room = width - label - number
    height = head + row * len(bars) + 1 * MM

    def draw(canvas: PageCanvas, x: float, top: float) -> None:
        _stack(canvas, heading, x, top)
        y = top + head
        shapes = _drawing(width, row * len(bars))
        for i, (bar, name) in enumerate(zip(bars, names, strict=True)):
            _stack(canvas, name, x, y + i * row + (row - sum(n.leading for n in name)) / 2)
            middle = row * (len(bars) - i - 0.5)
            long = room * bar.value / most
            _bar(shapes, label, middle - 1.25 * MM, long, 2.5 * MM)
            _label(shapes, label + long + 1 * MM, middle - 2.6, _figure(bar.value))
        shapes.add(_line((label, 0), (label, row * len(bars)), INK))
        _paint(shapes, canvas, x, y + row * len(bars))

    return draw, height


def _described(title: Words, bars: Sequence[Bar]) -> str:
    """A chart in words: its title and every value."""
    values = "; ".join(f"{' '.join(bar.name.split())} {_figure(bar.value)}" for bar in bars)
    return f"{title.first}: {values}"


def _name(text: str, width: float) -> list[TextLine]:
    """A name on one line, or the first language above the second."""
    first, _, second = text.partition("\n")
    lines = break_lines(first or " ", width, replace(LABEL, leading=9.5))[:1]
    return lines + break_lines(second, width, NOTE)[:1]


def _stack(canvas: PageCanvas, lines: Sequence[TextLine], x: float, top: float) -> None:
    for line in lines:
        line.draw(canvas, x, top)
        top += line.leading


def columns(
    flow: Flow, title: Words, bars: Sequence[Bar], *, height: float = 38 * MM, every: int = 1
) -> None:
    """Upright bars over time, one name in `every` written below."""
    heading = break_lines(title.spans(STRONG), flow.width)
    head = sum(line.leading for line in heading) + 2 * MM
    whole = head + height + 6 * MM

    def draw(canvas: PageCanvas, x: float, top: float) -> None:
        with canvas.figure(_described(title, bars)):
            _stack(canvas, heading, x, top)
            shapes = _drawing(flow.width, height + 6 * MM)
            _columns(shapes, bars, flow.width, height, every)
            _paint(shapes, canvas, x, top + whole)

    flow.add(FlowItem(height=whole, draw=draw, before=4 * MM))


def _columns(shapes: Any, bars: Sequence[Bar], width: float, height: float, every: int) -> None:
    most = max((bar.value for bar in bars), default=0) or 1
    step = width / max(len(bars), 1)
    base, room = 5 * MM, height - 5 * MM
    for i, bar in enumerate(bars):
        tall = room * bar.value / most
        _bar(shapes, i * step + step * 0.18, base, step * 0.64, tall)
        if bar.value:
            _label(shapes, (i + 0.5) * step, base + tall + 1 * MM, _figure(bar.value), "middle")
        if i % every == 0:
            _label(shapes, (i + 0.5) * step, base - 3.6 * MM, bar.name, "middle", MUTED)
    shapes.add(_line((0, base), (width, base), INK))


def _drawing(width: float, height: float) -> Any:
    from reportlab.graphics.shapes import Drawing

    # Without this ReportLab names Helvetica, which is not embedded.
    return Drawing(width, height, initialFontName=REGULAR)


def _paint(shapes: Any, canvas: PageCanvas, x: float, bottom: float) -> None:
    from reportlab.graphics import renderPDF

    renderPDF.draw(shapes, canvas.canvas, x, canvas.up(bottom), showBoundary=False)


def _colour(colour: Colour) -> Any:
    from reportlab.lib.colors import Color

    return Color(*colour)


def _bar(shapes: Any, x: float, y: float, width: float, height: float) -> None:
    from reportlab.graphics.shapes import Rect

    shapes.add(Rect(x, y, width, height, fillColor=_colour(ACCENT), strokeColor=None))


def _line(start: tuple[float, float], end: tuple[float, float], colour: Colour = LINE) -> Any:
    from reportlab.graphics.shapes import Line

    return Line(*start, *end, strokeColor=_colour(colour), strokeWidth=0.6)


def _label(
    shapes: Any, x: float, y: float, text: str, anchor: str = "start", colour: Colour = INK
) -> None:
    from reportlab.graphics.shapes import String

    shapes.add(
        String(
            x,
            y,
            clean(text),
            fontName=REGULAR,
            fontSize=7.5,
            textAnchor=anchor,
            fillColor=_colour(colour),
        )
    )


def _figure(value: float) -> str:
    return f"{value:,.0f}" if value == int(value) else f"{value:,.1f}"
