"""The logical structure of a PDF: headings, paragraphs, lists, tables, figures (ISO 32000-1, 14.7).

A reader of screens reads this tree and not the page.  An `Element` belongs to a parent and joins it
when something of it is first drawn, so the order of reading is the order of drawing; what is laid
out and never drawn is in no tree.  What belongs to no element (rules, running heads, watermarks) is
marked as an artifact, which is not read aloud.
"""

from __future__ import annotations

import re
import zlib
from array import array
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import accumulate

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


@dataclass(frozen=True, slots=True)
class _ClosedPart:
    """A part of the tree of which everything is drawn, as text: a batch has hundreds of elements a
    page, and as objects they would take more memory than its pages.

    `written` are its objects, packed, with `_ELEMENT` and `_PAGE` before numbers that are known
    when the file is written: those of its elements count from 0.  `pages` are the numbers of the
    elements of each of its pages, by marked content."""

    count: int
    written: bytes
    pages: tuple[array[int], ...]

    def objects(self, first: int, root: int, pages: list[int]) -> Iterator[bytes]:
        """Its elements in the order of their numbers, the first of which is `first`."""
        text = zlib.decompress(self.written)
        text = text.replace(_ROOT, b"%d" % root)
        text = _ELEMENT.sub(lambda found: b"%d" % (first + int(found[1])), text)
        yield from _PAGE.sub(lambda found: b"%d" % pages[int(found[1])], text).splitlines()


_ROOT = b"@root"
_ELEMENT = re.compile(rb"@(\d+)")
_PAGE = re.compile(rb"~(\d+)")


class Structure:
    """The tree of one file while its pages are drawn: below its root a part for each document."""

    def __init__(self) -> None:
        self.languages: tuple[str, ...] = ("zh-CN",)
        """The languages of the present document (BCP 47 tags), its first one leading."""
        self._root = Element("Document")
        self.part = Element("Sect", self._root)
        """The present document."""
        self._closed: list[_ClosedPart] = []
        self._pages: list[list[Element]] = []
        """For every page of the present document the elements its marked contents belong to, by
        their number."""
        self._first_page = 0

    def begin_part(self, languages: tuple[str, ...]) -> None:
        """What is drawn from now on is a new document in these languages (BCP 47 tags)."""
        self._close_part()
        self.languages = languages
        self.part = Element("Sect", self._root, attributes=f"/Lang({languages[0]})")

    def begin_page(self) -> None:
        """Marked contents are those of a new page from now on."""
        self._pages.append([])

    def mark(self, element: Element) -> int:
        """The number of a new piece of content of `element` on the present page."""
        element.join()
        page = self._pages[-1]
        element.content.append((self._first_page + len(self._pages) - 1, len(page)))
        page.append(element)
        return len(page) - 1

    def _close_part(self) -> None:
        if self.part.joined:
            elements = list(_walk(self.part))
            for number, element in enumerate(elements):
                element.number = number
            written = zlib.compress("\n".join(map(_element, elements)).encode("ascii"), 1)
            numbers = (array("I", (one.number for one in page)) for page in self._pages)
            self._closed.append(_ClosedPart(len(elements), written, tuple(numbers)))
        else:  # nothing on its pages belongs to it
            self._closed.append(
                _ClosedPart(0, zlib.compress(b""), (array("I"),) * len(self._pages))
            )
        self._first_page += len(self._pages)
        self._pages.clear()
        self._root.kids.clear()

    def objects(self, first: int, tree: int, pages: list[int]) -> Iterator[tuple[int, bytes]]:
        """The tree as PDF objects with their numbers: its root as number `tree`, then the others
        from `first` on.  `pages` are the numbers of the page objects.  Nothing is drawn after."""
        self._close_part()
        starts = list(accumulate((part.count for part in self._closed), initial=first + 1))
        kids = [
            f"{start} 0 R" for start, part in zip(starts, self._closed, strict=False) if part.count
        ]
        parents = starts[-1]
        root = (
            f"<</Type/StructTreeRoot/K {first} 0 R/ParentTree {parents} 0 R"
            f"/ParentTreeNextKey {self._first_page}>>"
        )
        yield tree, root.encode("ascii")
        yield first, f"<</S/Document/P {tree} 0 R/K {_shown(kids)}>>".encode("ascii")
        for start, part in zip(starts, self._closed, strict=False):
            yield from enumerate(part.objects(start, first, pages), start)
        found = "".join(
            f"\n{i}[{' '.join(f'{start + number} 0 R' for number in page)}]"
            for i, (start, page) in enumerate(self._numbers(starts))
        )
        yield parents, f"<</Nums[{found}]>>".encode("ascii")

    def _numbers(self, starts: list[int]) -> Iterator[tuple[int, array[int]]]:
        for start, part in zip(starts, self._closed, strict=False):
            for page in part.pages:
                yield start, page


def _walk(element: Element) -> Iterator[Element]:
    yield element
    for kid in element.kids:
        yield from _walk(kid)


def _element(element: Element) -> str:
    """An element of a part, with marks for numbers that are not known yet (`_ClosedPart`)."""
    parent = element.parent
    above = f"@{parent.number}" if parent is not None and parent.parent is not None else "@root"
    page = element.content[0][0] if element.content else None
    kids = [f"@{kid.number} 0 R" for kid in element.kids]
    pieces = [
        str(piece) if on == page else f"<</Type/MCR/Pg ~{on} 0 R/MCID {piece}>>"
        for on, piece in element.content
    ]
    where = f"/Pg ~{page} 0 R" if page is not None else ""
    alt = f"/Alt<{_text(element.alt)}>" if element.alt else ""
    return (
        f"<</S/{element.role}/P {above} 0 R{where}/K {_shown([*pieces, *kids])}{alt}"
        f"{element.attributes}>>"
    )


def _shown(kids: list[str]) -> str:
    return kids[0] if len(kids) == 1 else f"[{' '.join(kids)}]"


def _text(text: str) -> str:
    return "FEFF" + text.encode("utf-16-be", "replace").hex().upper()
