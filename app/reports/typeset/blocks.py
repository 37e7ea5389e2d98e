"""The small blocks documents are made of: sections, facts, ticked lines, notes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from app.reports.typeset.bilingual import Words
from app.reports.typeset.canvas import PageCanvas
from app.reports.typeset.flow import Flow, FlowCell, FlowItem, row_items
from app.reports.typeset.line_breaking import (
    RichText,
    TextLine,
    TextSpan,
    break_lines,
    measure,
    spans_of,
    widest_word,
)
from app.reports.typeset.structure import Element
from app.reports.typeset.style import BODY, GAP, HEADING, LABEL, MM, NOTE, QUIET, Style

TICKED, EMPTY, CROSSED = "☑", "☐", "☒"
"""Boxes as characters, so that a search finds them and a fax shows them."""

_GUTTER = 6 * MM
_NARROW = 100 * MM


def section(flow: Flow, title: Words, number: int | None = None) -> None:
    """A heading that stays with what follows it."""
    text: list[TextSpan] = []
    if number is not None:
        text.append(TextSpan(f"{number}   ", HEADING))
    text.extend(title.spans(HEADING))
    lines = break_lines(text, flow.width, HEADING)
    height = sum(line.leading for line in lines) + 0.9 * MM

    def draw(canvas: PageCanvas, x: float, top: float) -> None:
        for line in lines:
            line.draw(canvas, x, top)
            top += line.leading

    heading = FlowItem(
        height=height,
        draw=draw,
        before=GAP,
        keep=True,
        bookmark=title.first,
        element=Element("H2"),
    )
    flow.add(heading)


@dataclass(frozen=True, slots=True)
class LabelledFact:
    """A label and its value; a wide one takes the whole row."""

    label: Words
    value: RichText
    wide: bool = False


def facts(
    flow: Flow, pairs: Sequence[LabelledFact], *, columns: int = 2, style: Style = BODY
) -> None:
    """Labels and values in columns, one below the other on narrow paper.  An empty value shows a
    dash: nothing was left out."""
    columns = columns if flow.width >= _NARROW else 1
    room = (flow.width - _GUTTER * (columns - 1)) / columns
    label_width = min(flow.label_width, room * 0.42)
    row: list[FlowCell] = []
    listed = Element("L")
    for fact in pairs:
        if fact.wide and row:
            _close(flow, row, listed)
        x = len(row) // 2 * (room + _GUTTER)
        item = Element("LI", listed)
        value_width = (flow.width if fact.wide else room) - label_width
        label = break_lines(fact.label.spans(LABEL), label_width - 2 * MM, LABEL)
        row.append(FlowCell(x, label_width, label, element=Element("Lbl", item)))
        value = _value(fact.value, value_width, style)
        body = Element("LBody", item)
        row.append(FlowCell(x + label_width, value_width, value, element=body))
        if fact.wide or len(row) == 2 * columns:
            _close(flow, row, listed)
    if row:
        _close(flow, row, listed)


def _value(value: RichText, width: float, style: Style) -> list[TextLine]:
    spans = spans_of(value, style)
    if not any(span.text for span in spans):
        spans = (TextSpan("—", QUIET),)
    return break_lines(spans, width, style)


def _close(flow: Flow, row: list[FlowCell], listed: Element) -> None:
    flow.extend(row_items(list(row), tallest=flow.tallest, element=listed))
    row.clear()


@dataclass(frozen=True, slots=True)
class Tick:
    """One line to tick: done, not done, or failed, with a remark such as a slip number."""

    label: Words
    state: str = EMPTY
    remark: str = ""


def ticks(flow: Flow, items: Sequence[Tick], *, columns: int = 0, before: float = 0) -> None:
    """Boxes with words, running on like text, or in columns."""
    if columns:
        _tick_columns(flow, items, columns)
        return
    pieces = [_tick_spans(item) for item in items]
    line: list[TextSpan] = []
    used = 0.0
    lines: list[list[TextSpan]] = []
    for piece in pieces:
        width = measure(piece)
        if line and used + width > flow.width:
            lines.append(line)
            line, used = [], 0.0
        line.extend([*piece, TextSpan("\u3000", BODY)])
        used += width + BODY.size
    if line:
        lines.append(line)
    for i, spans in enumerate(lines):
        together = flow.whole_choices and i < len(lines) - 1
        flow.text(spans[:-1], before=before if i == 0 else 0, keep=together)


def _tick_spans(item: Tick) -> list[TextSpan]:
    spans = [TextSpan(f"{item.state}\u00a0", BODY), *item.label.spans()]
    if item.remark:
        spans.append(TextSpan(f" {item.remark}", BODY))
    return spans


def _tick_columns(flow: Flow, items: Sequence[Tick], columns: int) -> None:
    room = (flow.width - _GUTTER * (columns - 1)) / columns
    if flow.whole_choices and columns > 1 and _cut(items, room):
        _tick_columns(flow, items, columns - 1)
        return
    row: list[FlowCell] = []
    listed = Element("L")
    for item in items:
        x = len(row) * (room + _GUTTER)
        body = Element("LBody", Element("LI", listed))
        row.append(FlowCell(x, room, break_lines(_tick_spans(item), room), element=body))
        if len(row) == columns:
            _close(flow, row, listed)
    if row:
        _close(flow, row, listed)


def _cut(items: Sequence[Tick], room: float) -> bool:
    """Whether a column so wide would cut a word."""
    return any(widest_word(_tick_spans(item)) > room for item in items)


def note(flow: Flow, words: Words, style: Style = NOTE, *, before: float = 1.5 * MM) -> None:
    """A remark in small type."""
    flow.words(words, style, before=before)
