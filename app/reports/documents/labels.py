"""终端标签: labels with a QR code for common sheets of stickers.

To add a sheet of stickers: one line in `SHEETS`, with the measures printed on its packet.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from app.i18n import N_
from app.reports.documents.kind import DocumentKind
from app.reports.documents.languages import DocumentFlow, DocumentLanguages
from app.reports.documents.page_frame import DocumentHead
from app.reports.typeset.canvas import PageCanvas
from app.reports.typeset.codes import draw_qr
from app.reports.typeset.flow import FlowItem
from app.reports.typeset.line_breaking import TextLine, break_lines
from app.reports.typeset.style import INK, LINE, MM, PageSize, Style


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelSheet:
    """A sheet of labels, in millimetres: `left` and `top` to the first label, `step_x` and `step_y`
    from one label to the next."""

    id: str
    columns: int
    rows: int
    width: float
    height: float
    left: float
    top: float
    step_x: float
    step_y: float
    paper: tuple[float, float] = (210, 297)

    @property
    def count(self) -> int:
        """Labels on one sheet."""
        return self.columns * self.rows


SHEETS: dict[str, LabelSheet] = {
    sheet.id: sheet
    for sheet in (
        LabelSheet(
            id="a4-24",
            columns=3,
            rows=8,
            width=70,
            height=37,
            left=0,
            top=0.5,
            step_x=70,
            step_y=37,
        ),
        LabelSheet(
            id="a4-24-64x34",
            columns=3,
            rows=8,
            width=64,
            height=33.9,
            left=7.2,
            top=12.9,
            step_x=66,
            step_y=33.9,
        ),
        LabelSheet(
            id="a4-21",
            columns=3,
            rows=7,
            width=63.5,
            height=38.1,
            left=7.2,
            top=15.1,
            step_x=66,
            step_y=38.1,
        ),
        LabelSheet(
            id="a4-40",
            columns=4,
            rows=10,
            width=52.5,
            height=29.7,
            left=0,
            top=0,
            step_x=52.5,
            step_y=29.7,
        ),
        LabelSheet(
            id="a4-65",
            columns=5,
            rows=13,
            width=38.1,
            height=21.2,
            left=4.65,
            top=10.7,
            step_x=40.6,
            step_y=21.2,
        ),
        LabelSheet(
            id="a4-14",
            columns=2,
            rows=7,
            width=99.1,
            height=38.1,
            left=4.65,
            top=15.1,
            step_x=101.6,
            step_y=38.1,
        ),
        LabelSheet(
            id="a4-8",
            columns=2,
            rows=4,
            width=99.1,
            height=67.7,
            left=4.65,
            top=13.1,
            step_x=101.6,
            step_y=67.7,
        ),
        LabelSheet(
            id="roll-50x30",
            columns=1,
            rows=1,
            width=50,
            height=30,
            left=0,
            top=0,
            step_x=50,
            step_y=30,
            paper=(50, 30),
        ),
        LabelSheet(
            id="roll-40x20",
            columns=1,
            rows=1,
            width=40,
            height=20,
            left=0,
            top=0,
            step_x=40,
            step_y=20,
            paper=(40, 20),
        ),
    )
}


@dataclass(frozen=True, slots=True)
class Label:
    """One label: a title, more lines, and what its QR code says."""

    title: str
    lines: tuple[str, ...] = ()
    qr: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelsSheet:
    """Labels to print from position `start` (1 is the first) of the first sheet."""

    number: str
    made_at: datetime
    stickers: str
    labels: tuple[Label, ...]
    start: int = 1
    outlines: bool = False


def _page(sheet: LabelsSheet) -> PageSize:
    stickers = SHEETS[sheet.stickers]
    width, height = stickers.paper
    return PageSize(width=width * MM, height=height * MM, left=0, right=0, top=0, bottom=0)


def _head(sheet: LabelsSheet, t: DocumentLanguages) -> DocumentHead:
    return DocumentHead(title=t("Terminal labels"), number=sheet.number)


def _compose(sheet: LabelsSheet, flow: DocumentFlow) -> None:
    stickers = SHEETS[sheet.stickers]
    first = min(max(sheet.start, 1), stickers.count) - 1
    places: list[Label | None] = [*[None] * first, *sheet.labels]
    for begin in range(0, len(places), stickers.count):
        placed = places[begin : begin + stickers.count]
        flow.add(_sheet(stickers, placed, sheet.outlines, whole=flow.whole_words))


def _sheet(
    stickers: LabelSheet, labels: list[Label | None], outlines: bool, *, whole: bool
) -> FlowItem:
    def draw(canvas: PageCanvas, left: float, top: float) -> None:
        for i, label in enumerate(labels):
            row, column = divmod(i, stickers.columns)
            x = left + (stickers.left + column * stickers.step_x) * MM
            y = top + (stickers.top + row * stickers.step_y) * MM
            if label is not None:
                size = (stickers.width * MM, stickers.height * MM)
                _draw(canvas, label, (x, y), size, whole=whole)
            if outlines:
                canvas.box(
                    (x, y),
                    (stickers.width * MM, stickers.height * MM),
                    stroke=LINE,
                    width=0.25,
                    radius=3,
                )

    return FlowItem(height=stickers.paper[1] * MM, draw=draw)


def _draw(
    canvas: PageCanvas,
    label: Label,
    corner: tuple[float, float],
    size: tuple[float, float],
    *,
    whole: bool,
) -> None:
    pad = min(2.5 * MM, size[1] * 0.09)
    square = min(size[1] - 2 * pad, size[0] * 0.42) if label.qr else 0
    if label.qr:
        draw_qr(canvas, (corner[0] + pad, corner[1] + (size[1] - square) / 2), square, label.qr)
    x = corner[0] + pad + (square + pad if square else 0)
    room = corner[0] + size[0] - pad - x
    lines = _fitting(label, room, size[1] - 2 * pad, whole=whole)
    y = corner[1] + (size[1] - sum(line.leading for line in lines)) / 2
    for line in lines:
        line.draw(canvas, x, y)
        y += line.leading


_SIZES = (9, 8, 7.5, 7, 6.5, 6, 5.5, 5)


def _title(title: str, width: float, largest: float, *, whole: bool) -> list[TextLine]:
    """The title, a serial number or a TID: in the largest type in which it is not cut."""
    for size in _SIZES if whole else ():
        if size <= largest:
            lines = break_lines(title, width, Style(size * 1.1, size * 1.35, True, INK))
            if len(lines) == 1:
                return lines
    return break_lines(title, width, Style(largest * 1.1, largest * 1.35, True, INK))


def _fitting(label: Label, width: float, height: float, *, whole: bool) -> list[TextLine]:
    """The lines in the largest type that fits; at the smallest, what does not fit is left out from
    the end, and the QR code still says what matters."""
    lines: list[TextLine] = []
    for size in _SIZES:
        lines = [
            *_title(label.title, width, size, whole=whole),
            *(
                line
                for text in label.lines
                for line in break_lines(text, width, Style(size, size * 1.25))
            ),
        ]
        if sum(line.leading for line in lines) <= height:
            return lines
    while lines and sum(line.leading for line in lines) > height:
        lines.pop()
    return lines


KIND = DocumentKind(
    id="labels",
    title=N_("Terminal labels"),
    sheet=LabelsSheet,
    head=_head,
    compose=_compose,
    page=_page,
)
