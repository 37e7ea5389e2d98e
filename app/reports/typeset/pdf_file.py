"""One PDF file while it grows, page by page.  Importing this module loads ReportLab."""

from __future__ import annotations

import contextlib
import io
from collections.abc import Iterator, Sequence

from app.reports.typeset import archive, reportlab_private
from app.reports.typeset.archive import DocumentFacts, EmbeddedFile
from app.reports.typeset.canvas import PageCanvas
from app.reports.typeset.embedding import embedding
from app.reports.typeset.flow import PlacedItem
from app.reports.typeset.fonts import REGULAR
from app.reports.typeset.line_breaking import clean
from app.reports.typeset.pictures import Pictures, Source, no_pictures
from app.reports.typeset.style import PageSize


class PdfFile:
    """A PDF/A-3u file.  The same calls give the same bytes."""

    def __init__(self, source: Source = no_pictures) -> None:
        self._file = io.BytesIO()
        self._canvas = reportlab_private.new_canvas(self._file, REGULAR)
        self._doc = reportlab_private.document_of(self._canvas)
        self._pictures = Pictures(self._canvas, source)
        self._embedding = embedding(self._doc)
        self.pages = 0
        """How many pages are finished."""

    @contextlib.contextmanager
    def page(self, size: PageSize) -> Iterator[PageCanvas]:
        """Draw one page of this size; it is finished when the block ends."""
        self._canvas.setPageSize((size.width, size.height))
        operators = reportlab_private.operators_of(self._canvas)
        yield PageCanvas(self._canvas, operators, size.height, self._embedding, self._pictures)
        self._canvas.showPage()
        self.pages += 1

    def draw(self, page: PageCanvas, placed: Sequence[PlacedItem], size: PageSize) -> None:
        """Draw the items of a flow that belong on this page, with their bookmarks."""
        for at in placed:
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
        reportlab_private.use_own_streams(self._doc)
        self._canvas.showOutline()
        self._canvas.save()
        return self._file.getvalue()
