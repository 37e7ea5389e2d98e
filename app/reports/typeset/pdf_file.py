"""One PDF file while it grows, page by page.  Importing this module loads ReportLab."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence

from app.reports.typeset import archive, reportlab_private
from app.reports.typeset.archive import DocumentFacts, EmbeddedFile
from app.reports.typeset.canvas import FileParts, PageCanvas
from app.reports.typeset.embedding import embedding
from app.reports.typeset.flow import PlacedItem
from app.reports.typeset.fonts import REGULAR
from app.reports.typeset.line_breaking import clean
from app.reports.typeset.pictures import Pictures, Source, no_pictures
from app.reports.typeset.structure import Element, Structure
from app.reports.typeset.style import PageSize


class PdfFile:
    """A PDF/A-3a and PDF/UA-1 file.  The same calls give the same bytes."""

    def __init__(self, source: Source = no_pictures) -> None:
        self._canvas = reportlab_private.new_canvas(REGULAR)
        self._doc = reportlab_private.document_of(self._canvas)
        self._structure = Structure()
        self._embedding = embedding(self._doc)
        pictures = Pictures(self._canvas, source)
        self._parts = FileParts(self._embedding, pictures, self._structure)
        self.pages = 0
        """How many pages are finished."""

    def begin_document(self, languages: Sequence[str]) -> None:
        """The pages that follow are one document in these languages (BCP 47 tags)."""
        self._structure.begin_part(tuple(languages))

    @property
    def document(self) -> Element:
        """The present document in the structure of the file."""
        return self._structure.part

    @contextlib.contextmanager
    def page(self, size: PageSize) -> Iterator[PageCanvas]:
        """Draw one page of this size; it is finished when the block ends."""
        self._canvas.setPageSize((size.width, size.height))
        operators = reportlab_private.operators_of(self._canvas)
        self._structure.begin_page()
        page = PageCanvas(self._canvas, operators, size.height, self._parts)
        yield page
        page.end()
        self._canvas.showPage()
        reportlab_private.finish_page(self._doc, self.pages)
        self.pages += 1

    def draw(self, page: PageCanvas, placed: Sequence[PlacedItem], size: PageSize) -> None:
        """Draw the items of a flow that belong on this page, with their bookmarks."""
        for at in placed:
            # What an item does not say itself is a paragraph; a head that comes again is not read.
            element = at.item.element or Element("P")
            element.belong_to(self.document)
            with page.as_part(None if at.repeated else element):
                at.item.draw(page, size.left, at.top)
            if at.item.bookmark:
                self.bookmark(at.item.bookmark, 1, size.height - at.top)

    def bookmark(self, title: str, level: int = 0, height: float | None = None) -> None:
        """An entry of the outline that leads to the present page, to `height` points above its
        lower edge where that is given."""
        key = f"b{self.pages}-{level}-{0 if height is None else height:.1f}"
        if height is None:
            self._canvas.bookmarkPage(key)
        else:
            self._canvas.bookmarkPage(key, fit="XYZ", left=0, top=round(height, 2), zoom=0)
        self._canvas.addOutlineEntry(clean(title), key, level=level, closed=level == 0)

    @property
    def missing(self) -> tuple[str, ...]:
        """The characters no font has, in order of appearance; each is drawn as a box."""
        return tuple(self._embedding.missing)

    def finish(self, facts: DocumentFacts, attachments: Sequence[EmbeddedFile] = ()) -> bytes:
        """The whole file; no page can be added afterwards."""
        archive.finish(self._doc, facts, attachments)
        self._canvas.showOutline()
        return reportlab_private.written(self._canvas, self._structure.objects)
