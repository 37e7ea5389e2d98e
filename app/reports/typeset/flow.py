"""Flow layout: items stacked from top to bottom, then divided into pages.

A flow item is a box as wide as the text area that is never divided: a line of a paragraph, a row
of a table, a chart.  Blocks (facts, tables, signatures …) add items; an item may ask to stay with
the next one, and may bring heads that are repeated when a page begins with it.  Nothing is drawn
before every item has its page, so "page 2 of 5" is known.  All lengths are in points.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from app.reports.typeset.bilingual import Words
from app.reports.typeset.canvas import PageCanvas
from app.reports.typeset.line_breaking import RichText, TextLine, break_lines
from app.reports.typeset.structure import Element
from app.reports.typeset.style import BODY, MM, MUTED, Style

Draw = Callable[[PageCanvas, float, float], None]
"""Draws an item on a page: its left edge and its top, in points from the page's top left."""


_FEW = 6
"""Lines of remarks below a table, in two languages."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FlowItem:
    """A box of a flow, `height` points high.

    `before` is the space above it, dropped at the top of a page (glue, in typesetting); `keep` asks
    for the same page as the next item; `heads` come again when a page begins with this item;
    `bookmark` is its entry in the outline.  A page begins with one of a `new_page`.  `element` is
    what it is in the document's structure; a paragraph, where nothing is said.
    """

    height: float
    draw: Draw
    before: float = 0
    keep: bool = False
    heads: tuple[FlowItem, ...] = ()
    bookmark: str = ""
    new_page: bool = False
    element: Element | None = None


@dataclass(frozen=True, slots=True)
class PlacedItem:
    """An item on its page, with the height of its top; a head may be `repeated`."""

    item: FlowItem
    top: float
    repeated: bool = False


@dataclass(slots=True, kw_only=True)
class Flow:
    """Collects the items of one document.  `width` is the space between the margins."""

    width: float
    items: list[FlowItem] = field(default_factory=list)
    tallest: float = 0
    """The height an item may have at most; taller rows are cut between lines."""
    first_room: float = 0
    """How high the body of the first page is."""
    next_room: float = 0
    """The same of later pages."""
    handwriting: bool = False
    """Whether table rows leave room for a pen."""
    label_width: float = 28 * MM
    """The width of the column of labels beside facts; one for the document, so that all values
    stand in line."""
    continued: str = ""
    """What stands behind the heading of a group that goes on from the page before."""
    whole_words: bool = False
    """Whether the columns of a table are made wide enough for the words in them."""
    whole_choices: bool = False
    """Whether boxes to tick stay on one page, in as many columns as have room for their words."""
    main_end: int | None = None
    """How many items belong on the first page if they can be made to fit it."""

    @property
    def height(self) -> float:
        """The height of everything on one endless page."""
        return sum(item.before + item.height for item in self.items)

    def add(self, item: FlowItem) -> None:
        """Append an item."""
        self.items.append(item)

    def extend(self, items: Sequence[FlowItem]) -> None:
        """Append items."""
        self.items.extend(items)

    def end_main(self) -> None:
        """What follows (photos) may stand on pages of its own."""
        self.main_end = len(self.items)

    def space(self, height: float) -> None:
        """Leave room, except at the top of a page."""
        self.add(FlowItem(height=0, draw=_nothing, before=height))

    def hold_last(self, height: float, below: float = 0, *, row: bool = False) -> None:
        """What comes next, `below` points high where that is known, stands below at least `height`
        of what is there, so that it does not begin a page alone; with a `row` of the table that
        ends shortly above, because remarks alone are no reason for a page."""
        held, most = 0.0, self.tallest - below if below else self.tallest / 2
        missing = row and self._ends_in_a_table()
        for i in range(len(self.items) - 1, -1, -1):
            item = self.items[i]
            if (held >= height and not missing) or held + item.height > most:
                return
            self.items[i] = replace(item, keep=True)
            held += item.height
            missing = missing and not item.heads

    def _ends_in_a_table(self) -> bool:
        """Whether what is there ends in a row, or in a few remarks below one."""
        last = self.items[-_FEW:]
        return any(item.heads for item in last)

    def begin_page(self) -> None:
        """What follows begins a page."""
        self.add(FlowItem(height=0, draw=_nothing, keep=True, new_page=True))

    def text(
        self, text: RichText, style: Style = BODY, *, before: float = 0, keep: bool = False
    ) -> None:
        """A paragraph across the page; it may break between its lines, but not after the first."""
        lines = break_lines(text, self.width, style)
        element = Element("P")
        for i, line in enumerate(lines):
            together = keep or (i == 0 and len(lines) > 1)
            self.add(
                FlowItem(
                    height=line.leading,
                    draw=line.draw,
                    before=before if i == 0 else 0,
                    keep=together,
                    element=element,
                )
            )

    def words(self, words: Words, style: Style = BODY, *, before: float = 0) -> None:
        """A sentence; in a bilingual document each language begins a line."""
        for i, text in enumerate(words.lines):
            shown = style if i == 0 else replace(style, colour=MUTED, bold=False)
            self.text(text, shown, before=before if i == 0 else 0)


def _nothing(_page: PageCanvas, _x: float, _top: float) -> None:
    pass


@dataclass(frozen=True, slots=True)
class FlowCell:
    """Lines at a place within a row: `x` from the row's left edge, `width` for aligning; `element`
    is what they are in the row."""

    x: float
    width: float
    lines: Sequence[TextLine]
    align: str = "left"
    element: Element | None = None

    @property
    def height(self) -> float:
        """The height of all lines."""
        return sum(line.leading for line in self.lines)

    def draw(self, canvas: PageCanvas, left: float, top: float) -> None:
        """Draw the lines one below the other."""
        row = canvas.part
        if row is not None and self.element is not None:
            canvas.part = self.element
        for line in self.lines:
            shift = {
                "left": 0.0,
                "right": self.width - line.width,
                "centre": (self.width - line.width) / 2,
            }[self.align]
            line.draw(canvas, left + self.x + shift, top)
            top += line.leading
        canvas.part = row


def row_items(
    cells: Sequence[FlowCell],
    *,
    padding: float = 0,
    under: Draw | None = None,
    heads: tuple[FlowItem, ...] = (),
    tallest: float = 320,
    element: Element | None = None,
) -> list[FlowItem]:
    """Cells side by side.  A row too tall for any page is cut between lines; `under` draws below
    its end (a rule); `element` is the row in the document's structure."""
    height = max((cell.height for cell in cells), default=0)
    if height + 2 * padding <= tallest:
        return [_row(cells, height, padding, under, heads, element)]
    items: list[FlowItem] = []
    pieces = list(_pieces(cells, tallest / 2))
    for i, piece in enumerate(pieces):
        last = i == len(pieces) - 1
        tall = max(cell.height for cell in piece)
        items.append(
            _row(
                piece,
                tall,
                padding if i == 0 or last else 0,
                under if last else None,
                heads,
                element,
            )
        )
    return items


def _row(
    cells: Sequence[FlowCell],
    height: float,
    padding: float,
    under: Draw | None,
    heads: tuple[FlowItem, ...],
    element: Element | None,
) -> FlowItem:
    def draw(canvas: PageCanvas, x: float, top: float) -> None:
        for cell in cells:
            cell.draw(canvas, x, top + padding)
        if under is not None:
            under(canvas, x, top + height + 2 * padding)

    return FlowItem(height=height + 2 * padding, draw=draw, heads=heads, element=element)


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
            piece.append(replace(cell, lines=lines[:count]))
            del lines[:count]
        yield piece


def paginate(
    items: Sequence[FlowItem], first_top: float, next_top: float, bottom: float
) -> list[list[PlacedItem]]:
    """Every item on a page.  `first_top` and `next_top` are where the body begins on the first and
    on later pages, `bottom` where it ends."""
    pages: list[list[PlacedItem]] = [[]]
    y = first_top
    for chain in _chains(items):
        whole = sum(item.height for item in chain) + sum(item.before for item in chain[1:])
        if chain[0].new_page and pages[-1]:
            pages.append([])
            y = next_top
        if y + whole + chain[0].before > bottom and whole <= bottom - next_top and pages[-1]:
            pages.append([])
            y = next_top
        for item in chain:
            if pages[-1] and y + item.before + item.height > bottom + 0.01:
                pages.append([])
                y = next_top
            y = _place(pages, item, y)
    return pages


def _place(pages: list[list[PlacedItem]], item: FlowItem, y: float) -> float:
    placed = pages[-1]
    if placed:
        y += item.before
    elif len(pages) > 1:
        for head in item.heads:
            placed.append(PlacedItem(head, y, repeated=True))
            y += head.height
    placed.append(PlacedItem(item, y))
    return y + item.height


def _chains(items: Sequence[FlowItem]) -> Iterator[list[FlowItem]]:
    """Strips that stay together."""
    chain: list[FlowItem] = []
    for item in items:
        chain.append(item)
        if not item.keep:
            yield chain
            chain = []
    if chain:
        yield chain
