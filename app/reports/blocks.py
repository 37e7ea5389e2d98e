"""The small blocks documents are made of: sections, facts, ticked lines, notes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from app.reports.pen import Pen
from app.reports.story import Cell, Story, Strip, row_strips
from app.reports.style import BODY, GAP, HEADING, LABEL, MM, NOTE, QUIET, Style
from app.reports.text import Line, Rich, Span, lay, measure, spans_of
from app.reports.words import Words

TICKED, EMPTY, CROSSED = "☑", "☐", "☒"
"""Boxes as characters, so that a search finds them and a fax shows them."""

_GUTTER = 6 * MM


def section(story: Story, title: Words, number: int | None = None) -> None:
    """A heading that stays with what follows it."""
    text: list[Span] = []
    if number is not None:
        text.append(Span(f"{number}   ", HEADING))
    text.extend(title.spans(HEADING))
    lines = lay(text, story.width, HEADING)
    height = sum(line.leading for line in lines) + 0.9 * MM

    def draw(pen: Pen, x: float, top: float) -> None:
        for line in lines:
            line.draw(pen, x, top)
            top += line.leading

    story.add(Strip(height, draw, before=GAP, keep=True, bookmark=title.first))


@dataclass(frozen=True, slots=True)
class Fact:
    """A label and its value; a wide one takes the whole row."""

    label: Words
    value: Rich
    wide: bool = False


def facts(story: Story, pairs: Sequence[Fact], *, columns: int = 2, style: Style = BODY) -> None:
    """Labels and values in columns.  An empty value shows a dash: nothing was left out."""
    room = (story.width - _GUTTER * (columns - 1)) / columns
    label_width = min(_label_width(story), room * 0.42)
    row: list[Cell] = []
    for fact in pairs:
        if fact.wide and row:
            _close(story, row)
        x = len(row) // 2 * (room + _GUTTER)
        value_width = (story.width if fact.wide else room) - label_width
        row.append(Cell(x, label_width, lay(fact.label.spans(LABEL), label_width - 2 * MM, LABEL)))
        row.append(Cell(x + label_width, value_width, _value(fact.value, value_width, style)))
        if fact.wide or len(row) == 2 * columns:
            _close(story, row)
    if row:
        _close(story, row)


def _label_width(story: Story) -> float:
    """One width for a whole document, so that all values stand in line."""
    if len(story.t.languages) > 1:
        return 37 * MM
    return 21 * MM if story.t.languages == ("zh",) else 28 * MM


def _value(value: Rich, width: float, style: Style) -> list[Line]:
    spans = spans_of(value, style)
    if not any(span.text for span in spans):
        spans = (Span("—", QUIET),)
    return lay(spans, width, style)


def _close(story: Story, row: list[Cell]) -> None:
    story.extend(row_strips(list(row), tallest=story.tallest))
    row.clear()


@dataclass(frozen=True, slots=True)
class Tick:
    """One line to tick: done, not done, or failed, with a remark such as a slip number."""

    label: Words
    state: str = EMPTY
    remark: str = ""


def ticks(story: Story, items: Sequence[Tick], *, columns: int = 0, before: float = 0) -> None:
    """Boxes with words, running on like text, or in columns."""
    if columns:
        _tick_columns(story, items, columns)
        return
    pieces = [_tick_spans(item) for item in items]
    line: list[Span] = []
    used = 0.0
    lines: list[list[Span]] = []
    for piece in pieces:
        width = measure(piece)
        if line and used + width > story.width:
            lines.append(line)
            line, used = [], 0.0
        line.extend([*piece, Span("\u3000", BODY)])
        used += width + BODY.size
    if line:
        lines.append(line)
    for i, spans in enumerate(lines):
        story.text(spans[:-1], before=before if i == 0 else 0)


def _tick_spans(item: Tick) -> list[Span]:
    spans = [Span(f"{item.state}\u00a0", BODY), *item.label.spans()]
    if item.remark:
        spans.append(Span(f" {item.remark}", BODY))
    return spans


def _tick_columns(story: Story, items: Sequence[Tick], columns: int) -> None:
    room = (story.width - _GUTTER * (columns - 1)) / columns
    row: list[Cell] = []
    for item in items:
        row.append(Cell(len(row) * (room + _GUTTER), room, lay(_tick_spans(item), room)))
        if len(row) == columns:
            _close(story, row)
    if row:
        _close(story, row)


def note(story: Story, words: Words, style: Style = NOTE, *, before: float = 1.5 * MM) -> None:
    """A remark in small type."""
    story.words(words, style, before=before)
