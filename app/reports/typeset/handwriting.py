"""Room for a pen: lines to write on, with what belongs there in small type before them."""

from __future__ import annotations

from collections.abc import Sequence

from app.reports.typeset.bilingual import Words
from app.reports.typeset.canvas import PageCanvas
from app.reports.typeset.flow import Flow, FlowItem
from app.reports.typeset.line_breaking import break_lines
from app.reports.typeset.style import LABEL, MM, MUTED, THIN

LINE_HEIGHT = 9 * MM
"""Between two lines somebody writes on; drawn a tenth smaller it is still 8 mm."""
BLANK = "\u00a0"
"""A cell of a table with nothing in it yet."""
_GUTTER = 4 * MM


def written_lines(flow: Flow, rows: Sequence[Sequence[Words]]) -> None:
    """A line across for each row, shared by the labels in it."""
    for labels in rows:
        flow.add(_row(flow, labels))


def _row(flow: Flow, labels: Sequence[Words]) -> FlowItem:
    """One line; what the labels leave is shared alike by the places to write on."""
    said = [break_lines(label.spans(LABEL), flow.width, LABEL)[:1] for label in labels]
    wide = [lines[0].width + 1.5 * MM if lines and lines[0].width else 0.0 for lines in said]
    room = (flow.width - sum(wide) - _GUTTER * (len(labels) - 1)) / len(labels)

    def draw(canvas: PageCanvas, x: float, top: float) -> None:
        foot = top + LINE_HEIGHT
        for lines, used in zip(said, wide, strict=True):
            for line in lines:
                line.draw(canvas, x, foot - line.leading)
            canvas.rule(x + used, foot, room, width=THIN, colour=MUTED)
            x += used + room + _GUTTER

    return FlowItem(height=LINE_HEIGHT, draw=draw)
