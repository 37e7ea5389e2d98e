"""The logical structure of a PDF: headings, paragraphs, lists, tables, figures (ISO 32000-1, 14.7).

A reader of screens reads this tree and not the page.  An `Element` belongs to a parent and joins it
when something of it is first drawn, so the order of reading is the order of drawing; what is laid
out and never drawn is in no tree.  What belongs to no element (rules, running heads, watermarks) is
marked as an artifact, which is not read aloud.
"""

from __future__ import annotations

from collections.abc import Iterator

TABLE_COLUMN = "/A<</O/Table/Scope/Column>>"
"""The attributes of a head above a column."""


def spanning(columns: int, scope: str = "/Scope/Row") -> str:
    """The attributes of a cell across all `columns` of a table; a heading has a `scope`."""
    return f"/A<</O/Table{scope}/ColSpan {columns}>>"


class Element:
    """One element of the tree.

    `role` is its standard structure type, such as ``P`` or ``TD``; `attributes` are further entries
    of its dictionary.  A `fixed` one stands in its parent from the beginning: a row has all its
    cells, also empty ones, once anything of it is drawn.
    """

    __slots__ = (
        "alt",
        "attributes",
        "content",
        "fixed",
        "joined",
        "kids",
        "number",
        "parent",
        "role",
    )

    def __init__(
        self,
        role: str,
        parent: Element | None = None,
        *,
        alt: str = "",
        attributes: str = "",
        fixed: bool = False,
    ) -> None:
        self.role = role
        self.parent = parent
        self.alt = alt
        self.attributes = attributes
        self.kids: list[Element] = []
        self.content: list[tuple[int, int]] = []
        """Pieces of pages: the page from 0, and the number of the marked content on it."""
        self.fixed = fixed
        self.joined = False
        self.number = 0
        if fixed and parent is not None:
            parent.kids.append(self)

    def join(self) -> None:
        """Take its place in the tree, with all elements above it."""
        element: Element | None = self
        while element is not None and not element.joined:
            element.joined = True
            parent = element.parent
            if parent is not None and not element.fixed:
                parent.kids.append(element)
            element = parent

    def belong_to(self, document: Element) -> None:
        """Stand below `document`, with the elements above it that stand nowhere yet."""
        element = self
        while element.parent is not None:
            if element.parent is document:
                return
            element = element.parent
        element.parent = document


class Structure:
    """The tree of one file while its pages are drawn."""

    def __init__(self) -> None:
        self.root = Element("Document")
        self.languages: tuple[str, ...] = ("zh-CN",)
        """The languages of the present document (BCP 47 tags), its first one leading."""
        self.pages: list[list[Element]] = []
        """For every page the elements its marked contents belong to, by their number."""

    def begin_page(self) -> list[Element]:
        """The marked contents of a new page, to be added to."""
        self.pages.append([])
        return self.pages[-1]

    def mark(self, element: Element) -> int:
        """The number of a new piece of content of `element` on the present page."""
        element.join()
        page = self.pages[-1]
        element.content.append((len(self.pages) - 1, len(page)))
        page.append(element)
        return len(page) - 1

    def objects(self, first: int, tree: int, pages: list[int]) -> Iterator[tuple[int, bytes]]:
        """The tree as PDF objects with their numbers: the root as number `tree`, the others from
        `first` on.  `pages` are the numbers of the page objects."""
        self.root.join()
        elements = list(_walk(self.root))
        for number, element in enumerate(elements, first):
            element.number = number
        for element in elements:
            yield element.number, _element(element, tree, pages)
        parents = first + len(elements)
        found = "".join(
            f"\n{i}[{' '.join(f'{element.number} 0 R' for element in page)}]"
            for i, page in enumerate(self.pages)
        )
        yield parents, f"<</Nums[{found}]>>".encode("ascii")
        root = (
            f"<</Type/StructTreeRoot/K {self.root.number} 0 R/ParentTree {parents} 0 R"
            f"/ParentTreeNextKey {len(self.pages)}>>"
        )
        yield tree, root.encode("ascii")


def _walk(element: Element) -> Iterator[Element]:
    yield element
    for kid in element.kids:
        yield from _walk(kid)


def _element(element: Element, tree: int, pages: list[int]) -> bytes:
    parent = element.parent.number if element.parent is not None else tree
    page = element.content[0][0] if element.content else None
    kids = [f"{kid.number} 0 R" for kid in element.kids]
    pieces = [
        str(piece) if on == page else f"<</Type/MCR/Pg {pages[on]} 0 R/MCID {piece}>>"
        for on, piece in element.content
    ]
    both = [*pieces, *kids]
    shown = both[0] if len(both) == 1 else f"[{' '.join(both)}]"
    where = f"/Pg {pages[page]} 0 R" if page is not None else ""
    alt = f"/Alt<{_text(element.alt)}>" if element.alt else ""
    return (
        f"<</S/{element.role}/P {parent} 0 R{where}/K {shown}{alt}{element.attributes}>>"
    ).encode("ascii")


def _text(text: str) -> str:
    return "FEFF" + text.encode("utf-16-be", "replace").hex().upper()
