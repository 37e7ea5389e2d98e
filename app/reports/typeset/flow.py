"""How a document becomes pages: a story of strips, placed from top to bottom.

A strip is a slice across the page that is never cut.  Blocks (facts, tables, signatures …) add
strips; a strip may ask to stay with the next one, and may bring heads that are repeated when a page
begins with it.  Nothing is drawn before every strip has its page, so "page 2 of 5" is known.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from app.reports.typeset.bilingual import NOTHING, DocumentLanguages, Words
from app.reports.typeset.canvas import PageCanvas
from app.reports.typeset.line_breaking import Rich, TextLine, lay
from app.reports.typeset.style import BODY, MUTED, Style

Draw = Callable[[PageCanvas, float, float], None]
"""Draws a strip with its left edge and its top at the given place."""


@dataclass(frozen=True, slots=True)
class Strip:
    """`before` is the space above, dropped at the top of a page."""

    height: float
    draw: Draw
    before: float = 0
    keep: bool = False
    heads: tuple[Strip, ...] = ()
    bookmark: str = ""


@dataclass(frozen=True, slots=True)
class Placed:
    """A strip on its page, with the height of its top."""

    strip: Strip
    top: float


@dataclass(slots=True)
class Flow:
    """Collects the strips of one document.  `width` is the space between the margins."""

    t: DocumentLanguages
    width: float
    strips: list[Strip] = field(default_factory=list)
    tallest: float = 0
    """The height a strip may have at most; taller rows are cut between lines."""
    handwriting: bool = False
    """Whether table rows leave room for a pen."""
    closing: Words = NOTHING
    """What the house lets people sign: a sentence above the places for signatures."""
    main_end: int | None = None
    """How many strips belong on the first page if they can be made to fit it."""

    def add(self, strip: Strip) -> None:
        """Append a strip."""
        self.strips.append(strip)

    def extend(self, strips: Sequence[Strip]) -> None:
        """Append strips."""
        self.strips.extend(strips)

    def end_main(self) -> None:
        """What follows (photos) may stand on pages of its own."""
        self.main_end = len(self.strips)

    def space(self, height: float) -> None:
        """Leave room, except at the top of a page."""
        self.add(Strip(0, _nothing, before=height))

    def text(
        self, text: Rich, style: Style = BODY, *, before: float = 0, keep: bool = False
    ) -> None:
        """A paragraph across the page; it may break between its lines, but not after the first."""
        lines = lay(text, self.width, style)
        for i, line in enumerate(lines):
            together = keep or (i == 0 and len(lines) > 1)
            self.add(Strip(line.leading, line.draw, before if i == 0 else 0, together))

    def words(self, words: Words, style: Style = BODY, *, before: float = 0) -> None:
        """A sentence; in a bilingual document each language begins a line."""
        for i, text in enumerate(words.lines):
            shown = style if i == 0 else replace(style, colour=MUTED, bold=False)
            self.text(text, shown, before=before if i == 0 else 0)


def _nothing(_pen: PageCanvas, _x: float, _top: float) -> None:
    pass


@dataclass(frozen=True, slots=True)
class FlowCell:
    """Lines at a place within a row: `x` from the row's left edge, `width` for aligning."""

    x: float
    width: float
    lines: Sequence[TextLine]
    align: str = "left"

    @property
    def height(self) -> float:
        """The height of all lines."""
        return sum(line.leading for line in self.lines)

    def draw(self, canvas: PageCanvas, left: float, top: float) -> None:
        """Draw the lines one below the other."""
        for line in self.lines:
            shift = {
                "left": 0.0,
                "right": self.width - line.width,
                "centre": (self.width - line.width) / 2,
            }[self.align]
            line.draw(canvas, left + self.x + shift, top)
            top += line.leading


def row_strips(
    cells: Sequence[FlowCell],
    *,
    padding: float = 0,
    under: Draw | None = None,
    heads: tuple[Strip, ...] = (),
    tallest: float = 320,
) -> list[Strip]:
    """Cells side by side.  A row too tall for any page is cut between lines; `under` draws below
    its end (a rule)."""
    height = max((cell.height for cell in cells), default=0)
    if height + 2 * padding <= tallest:
        return [_row(cells, height, padding, under, heads)]
    strips: list[Strip] = []
    pieces = list(_pieces(cells, tallest / 2))
    for i, piece in enumerate(pieces):
        last = i == len(pieces) - 1
        tall = max(cell.height for cell in piece)
        strips.append(
            _row(piece, tall, padding if i == 0 or last else 0, under if last else None, heads)
        )
    return strips


def _row(
    cells: Sequence[FlowCell],
    height: float,
    padding: float,
    under: Draw | None,
    heads: tuple[Strip, ...],
) -> Strip:
    def draw(canvas: PageCanvas, x: float, top: float) -> None:
        for cell in cells:
            cell.draw(canvas, x, top + padding)
        if under is not None:
            under(canvas, x, top + height + 2 * padding)

    return Strip(height + 2 * padding, draw, heads=heads)


def _pieces(cells: Sequence[FlowCell], tallest: float) -> Iterator[list[FlowCell]]:
    """The cells cut into rows of at most `tallest`."""
    rest = [list(cell.lines) for cell in cells]
    while any(rest):
        piece = []
        for cell, lines in zip(cells, rest, strict=True):
            used, count = 0.0, 0
            while count < len(lines) and (used + lines[count].leading <= tallest or count == 0):
                used += lines[count].leading
                count += 1
            piece.append(FlowCell(cell.x, cell.width, lines[:count], cell.align))
            del lines[:count]
        yield piece


def paginate(
    strips: Sequence[Strip], first_top: float, next_top: float, bottom: float
) -> list[list[Placed]]:
    """Every strip on a page.  `first_top` and `next_top` are where the body begins on the first and
    on later pages, `bottom` where it ends."""
    pages: list[list[Placed]] = [[]]
    y = first_top
    for chain in _chains(strips):
        whole = sum(strip.height for strip in chain)
        if y + whole + chain[0].before > bottom and whole <= bottom - next_top and pages[-1]:
            pages.append([])
            y = next_top
        for strip in chain:
            if pages[-1] and y + strip.before + strip.height > bottom + 0.01:
                pages.append([])
                y = next_top
            y = _place(pages, strip, y)
    return pages


def _place(pages: list[list[Placed]], strip: Strip, y: float) -> float:
    placed = pages[-1]
    if placed:
        y += strip.before
    elif len(pages) > 1:
        for head in strip.heads:
            placed.append(Placed(head, y))
            y += head.height
    placed.append(Placed(strip, y))
    return y + strip.height


def _chains(strips: Sequence[Strip]) -> Iterator[list[Strip]]:
    """Strips that stay together."""
    chain: list[Strip] = []
    for strip in strips:
        chain.append(strip)
        if not strip.keep:
            yield chain
            chain = []
    if chain:
        yield chain
