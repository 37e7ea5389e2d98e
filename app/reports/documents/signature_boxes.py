"""Places for signatures: drawn ones as vectors, empty ones for paper, or why there is none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from app.domain.documents import Ink
from app.domain.wordings import StampPlace
from app.i18n import N_
from app.reports.data.sheets import SignedBlock
from app.reports.documents.languages import DocumentFlow, DocumentLanguages
from app.reports.typeset.bilingual import NOTHING, Words
from app.reports.typeset.blocks import EMPTY, TICKED
from app.reports.typeset.canvas import PageCanvas, Point
from app.reports.typeset.flow import FlowItem
from app.reports.typeset.line_breaking import TextLine, TextSpan, break_lines
from app.reports.typeset.style import BODY, GAP, LABEL, MM, MUTED, NOTE, STRONG, THIN, WARNING

SIGNED_ON_SCREEN = N_(
    "Both parties agree to signatures drawn on a screen (Electronic Signature Law of the PRC,"
    " article 13): they are bound to the content whose hash stands below them, and a later change"
    " of signature or content is found."
)
"""What those agree to who sign on a screen; shown before they do, and printed with it."""

HEIGHT = 24 * MM
_BETWEEN = 1.5 * MM
_ABOVE = 12 * MM
"""What a place for a signature takes along to its page: nobody signs an empty sheet."""


@dataclass(frozen=True, slots=True)
class SignaturePlace:
    """One box: what it is for, who signs, what was signed, and a line of extra words; `stamp` is
    room for one."""

    title: Words
    person: str = ""
    signed: SignedBlock | None = None
    extra: Words = NOTHING
    stamp: bool = False


def signatures(
    flow: DocumentFlow, places: Sequence[SignaturePlace], *, before: float = GAP
) -> None:
    """Boxes side by side, never cut, and never alone on a page; room for a stamp where the house
    wants it.  What was agreed to stands above drawn ones."""
    stamps = [place for place in places if place.stamp]
    people = [place for place in places if not place.stamp]
    rows = [[*people, *stamps]]
    if flow.house.stamp == StampPlace.LEFT:
        rows = [[*stamps, *people]]
    elif flow.house.stamp == StampPlace.BELOW:
        rows = [row for row in (people, stamps) if row]
    pieces = [*_agreed(flow, places), *(_side_by_side(flow, row) for row in rows)]
    whole = replace(_stacked(pieces), before=before)
    flow.hold_last(_ABOVE, whole.height + before, row=flow.house.saves_pages)
    flow.add(whole)


def _agreed(flow: DocumentFlow, places: Sequence[SignaturePlace]) -> list[FlowItem]:
    """What those agreed to who signed on a screen."""
    drawn = any(place.signed is not None and place.signed.ink is not None for place in places)
    if not drawn or flow.house.edition < 2:
        return []
    said = flow.t(SIGNED_ON_SCREEN).lines
    lines = [line for text in said for line in break_lines(text, flow.width, NOTE)]

    def draw(canvas: PageCanvas, x: float, top: float) -> None:
        _lines(canvas, lines, x, top)

    return [FlowItem(height=sum(line.leading for line in lines), draw=draw)]


def _stacked(pieces: Sequence[FlowItem]) -> FlowItem:
    """Pieces one below the other that are never parted."""
    if len(pieces) == 1:
        return pieces[0]

    def draw(canvas: PageCanvas, x: float, top: float) -> None:
        for piece in pieces:
            piece.draw(canvas, x, top)
            top += piece.height + _BETWEEN

    height = sum(piece.height for piece in pieces) + _BETWEEN * (len(pieces) - 1)
    return FlowItem(height=height, draw=draw)


def _side_by_side(flow: DocumentFlow, places: Sequence[SignaturePlace]) -> FlowItem:
    gap = 4 * MM
    width = (flow.width - gap * (len(places) - 1)) / len(places)
    drawn = [_Box(flow, place, width) for place in places]
    height = max(HEIGHT, *(box.needed for box in drawn))

    def draw(canvas: PageCanvas, x: float, top: float) -> None:
        for i, box in enumerate(drawn):
            box.draw(canvas, x + i * (width + gap), top, height)

    return FlowItem(height=height, draw=draw)


def ratings(t: DocumentLanguages, given: str) -> Words:
    """How satisfied the merchant is, to be ticked or ticked; a line for each language."""
    lines = [
        "  ".join(
            f"{TICKED if given == rating else EMPTY}\u00a0{t.word('satisfaction', rating)[i]}"
            for rating in ("satisfied", "neutral", "dissatisfied")
        )
        for i in range(len(t.languages))
    ]
    return Words(*lines)


class _Box:
    """One box with its lines laid out."""

    def __init__(self, flow: DocumentFlow, place: SignaturePlace, width: float) -> None:
        t, inner, whole = flow.t, width - 5 * MM, flow.house.saves_pages
        self._width = width
        self._signed = place.signed
        self._seal = bool(place.extra.first)
        title = [*place.title.spans(LABEL)]
        if place.person:
            name = [TextSpan("  ", STRONG), TextSpan(place.person, STRONG, whole=True)]
            title += name if whole else [TextSpan(f"  {place.person}", STRONG)]
        self._top = break_lines(title, inner, LABEL)
        self._bottom = [
            line
            for text in place.extra.lines
            for line in break_lines(_choices(text) if whole else text, inner, NOTE)
        ]
        if place.signed is not None:
            self._bottom = [*_stamp(t, place.signed, inner), *self._bottom]
        elif not self._seal:
            self._bottom = _date_line(t, inner)
        self._middle = _reason(t, place.signed, inner)

    @property
    def needed(self) -> float:
        """The height all lines need, with room for ink; a seal may stand over the words."""
        lines = [*self._top, *self._middle, *self._bottom]
        ink = 0 if self._middle else (9 if self._seal else 12) * MM
        return sum(line.leading for line in lines) + ink + 3 * MM

    def draw(self, canvas: PageCanvas, x: float, top: float, height: float) -> None:
        """The frame, the words, the ink."""
        canvas.box((x, top), (self._width, height), stroke=MUTED, width=THIN, radius=3)
        left = x + 2.5 * MM
        y = _lines(canvas, self._top, left, top + 1.2 * MM)
        _lines(canvas, self._middle, left, y + 1 * MM)
        foot = top + height - 1.2 * MM - sum(line.leading for line in self._bottom)
        _lines(canvas, self._bottom, left, foot)
        if self._signed is not None and self._signed.ink is not None:
            area = (self._width - 5 * MM, foot - y - 1 * MM)
            with canvas.figure(" ".join(line.text for line in self._top)):
                draw_ink(canvas, self._signed.ink, (left, y + 0.5 * MM), area)


def _choices(text: str) -> list[TextSpan]:
    """A line of boxes to tick: none is parted from its word."""
    spans: list[TextSpan] = []
    for choice in text.split("  "):
        spans += [TextSpan(choice, NOTE, whole=True), TextSpan("  ", NOTE)]
    return spans[:-1]


def _lines(canvas: PageCanvas, lines: Sequence[TextLine], x: float, top: float) -> float:
    for line in lines:
        line.draw(canvas, x, top)
        top += line.leading
    return top


def _date_line(t: DocumentLanguages, width: float) -> list[TextLine]:
    """Room for the day, where somebody signs by hand."""
    return break_lines([*t("Date").spans(NOTE), TextSpan(" " + "＿" * 8, NOTE)], width, NOTE)[:1]


def _stamp(t: DocumentLanguages, signed: SignedBlock, width: float) -> list[TextLine]:
    if signed.ink is None:
        return []
    text = t.moment(signed.at)
    if signed.content_sha256:
        text += f" · {signed.content_sha256[:8]} {signed.content_sha256[8:16]}"
    lines = break_lines(text, width, NOTE)
    if signed.changed_since:
        for said in t("The content was changed after signing.").lines:
            lines += break_lines(said, width, WARNING)
    return lines


def _reason(t: DocumentLanguages, signed: SignedBlock | None, width: float) -> list[TextLine]:
    if signed is None or not signed.reason:
        return []
    said = t("No signature because: {reason}", reason=signed.reason)
    return [line for text in said.lines for line in break_lines(text, width, BODY)]


def draw_ink(canvas: PageCanvas, ink: Ink, corner: Point, area: Point) -> None:
    """Strokes scaled into an area, without distorting them, centred."""
    points = [point for stroke in ink.strokes for point in stroke]
    if not points:
        return
    left, right = min(p[0] for p in points), max(p[0] for p in points)
    upper, lower = min(p[1] for p in points), max(p[1] for p in points)
    wide, high = max(right - left, 1), max(lower - upper, 1)
    scale = min(area[0] / wide, area[1] / high, area[1] / 500)
    dx = corner[0] + (area[0] - wide * scale) / 2
    dy = corner[1] + (area[1] - high * scale) / 2
    for stroke in ink.strokes:
        canvas.curve(
            [(dx + (p[0] - left) * scale, dy + (p[1] - upper) * scale) for p in stroke], width=1.3
        )
