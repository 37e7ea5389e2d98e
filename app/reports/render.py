"""Documents in, one PDF out."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from app.domain.errors import Cancelled
from app.i18n import Translator, translator
from app.reports.data import content
from app.reports.data.sheets import PrintedSheet
from app.reports.documents.fit_pages import Layout, lay_out
from app.reports.documents.kind import DocumentKind
from app.reports.documents.kinds import KINDS
from app.reports.documents.page_frame import DocumentHead, PageFrame
from app.reports.typeset.bilingual import DocumentLanguages
from app.reports.typeset.canvas import PageCanvas
from app.reports.typeset.flow import Flow
from app.reports.typeset.fonts import REGULAR
from app.reports.typeset.line_breaking import clean
from app.reports.typeset.pictures import Source
from app.reports.typeset.style import PageSize

if TYPE_CHECKING:
    from app.reports.typeset.archive import DocumentFacts, EmbeddedFile

Translators = Callable[[str], Translator]
Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Rendered:
    """A PDF, with the hash and the first page (from 0) of every document in it.  `missing` are
    characters no font has, which are drawn as boxes with their code point."""

    pdf: bytes
    pages: int
    hashes: tuple[str, ...]
    starts: tuple[int, ...]
    missing: tuple[str, ...]


def no_pictures(sha256: str) -> bytes:
    """The source of documents without pictures.  Raises `KeyError`."""
    raise KeyError(sha256)


def render(
    documents: Sequence[PrintedSheet],
    source: Source = no_pictures,
    *,
    translators: Translators = translator,
    progress: Progress | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> Rendered:
    """All documents in one file, with a bookmark and a machine-readable copy of each.

    The same documents give the same bytes.  `progress` counts documents; the pages, when there is
    only one.  Raises `Cancelled` when asked to stop.
    """
    told = progress or _nobody
    book = _Book(source, translators, cancelled)
    for i, document in enumerate(documents):
        book.add(document, _nobody if len(documents) > 1 else told)
        if len(documents) > 1:
            told(i + 1, len(documents))
    return book.finished()


class _Book:
    """One PDF while it grows.  ReportLab is loaded here, with the first page."""

    def __init__(
        self, source: Source, translators: Translators, cancelled: Callable[[], bool] | None
    ) -> None:
        from reportlab import rl_config
        from reportlab.pdfgen.canvas import Canvas

        from app.reports.typeset.embedding import embedding
        from app.reports.typeset.pictures import Pictures

        rl_config.useA85 = 0
        self._file = io.BytesIO()
        self._canvas: Any = Canvas(
            self._file, pageCompression=1, invariant=1, initialFontName=REGULAR, pdfVersion=(1, 7)
        )
        self._pictures = Pictures(self._canvas, source)
        self._embedding = embedding(self._canvas._doc)
        self._translators = translators
        self._cancelled = cancelled or _never
        self._attachments: list[EmbeddedFile] = []
        self._hashes: list[str] = []
        self._starts: list[int] = []
        self._facts: DocumentFacts | None = None
        self._pages = 0

    def add(self, document: PrintedSheet, drawn: Progress) -> None:
        """Lay out and draw one document; `drawn` is told after each page."""
        kind, document = KINDS[document.kind], content.guarded(document)
        t = DocumentLanguages(*(self._translators(language) for language in document.languages))
        data = content.content_of(document)
        sha256 = content.hash_of(data)
        page = kind.page_of(document.sheet, document.paper)
        head = kind.head(document.sheet, t)
        frame = None if kind.page else PageFrame(page, t, document.house, head, sha256)
        house = document.house
        closing = t.pick(house.closing)
        layout = lay_out(kind, document.sheet, Flow(t, page.inner, closing=closing), page, frame)
        self._starts.append(self._pages)
        self._hashes.append(sha256)
        self._draw(layout, page, frame, head, drawn)
        self._attach(data, document, head)
        self._note_facts(document, head, kind)

    def _draw(
        self,
        layout: Layout,
        page: PageSize,
        frame: PageFrame | None,
        head: DocumentHead,
        drawn: Progress,
    ) -> None:
        pages = layout.pages
        title = " ".join(part for part in (head.number, head.title.first) if part)
        for number, placed in enumerate(pages, 1):
            if self._cancelled():
                raise Cancelled
            self._canvas.setPageSize((page.width, page.height))
            if number == 1:
                self._bookmark(title, 0)
            page_canvas = PageCanvas(self._canvas, page.height, self._embedding, self._pictures)
            if frame is not None:
                frame.draw(page_canvas, number, len(pages))
            scale = layout.scale if number == 1 else 1.0
            with page_canvas.scaled(scale, (page.left, frame.first_top if frame else 0)):
                for at in placed:
                    at.strip.draw(page_canvas, page.left, at.top)
                    if at.strip.bookmark:
                        self._bookmark(at.strip.bookmark, 1, page.height - at.top)
            self._canvas.showPage()
            self._pages += 1
            drawn(number, len(pages))

    def _bookmark(self, title: str, level: int, top: float | None = None) -> None:
        key = f"b{self._pages}-{level}-{0 if top is None else top:.1f}"
        if top is None:
            self._canvas.bookmarkPage(key)
        else:
            self._canvas.bookmarkPage(key, fit="XYZ", left=0, top=round(top, 2), zoom=0)
        self._canvas.addOutlineEntry(clean(title), key, level=level, closed=level == 0)

    def _attach(self, data: dict[str, Any], document: PrintedSheet, head: DocumentHead) -> None:
        from app.reports.typeset.archive import EmbeddedFile

        number = len(self._attachments) + 1
        label = "".join(c if c.isascii() and c.isalnum() else "-" for c in head.number)
        name = f"{number:03d}-{document.kind}{'-' + label if label else ''}.json"
        self._attachments.append(
            EmbeddedFile(name, content.canonical(data), "POSCare document data")
        )

    def _note_facts(self, document: PrintedSheet, head: DocumentHead, kind: DocumentKind) -> None:
        from app.reports.typeset.archive import DocumentFacts

        if self._facts is None:
            title = " ".join(part for part in (str(head.title), head.number) if part)
            self._facts = DocumentFacts(
                title=title,
                author=document.house.company or "POSCare",
                subject=str(head.meta),
                language=document.languages[0],
                at=document.sheet.made_at,
            )

    def finished(self) -> Rendered:
        """The file.  Raises `ValueError` when nothing was added."""
        from app.reports.typeset import archive
        from app.reports.typeset.pdfobjects import use_own_streams

        if self._facts is None:
            raise ValueError("a PDF needs at least one document")
        canvas = self._canvas
        archive.finish(canvas, self._facts, self._attachments)
        use_own_streams(canvas._doc)
        canvas.showOutline()
        canvas.save()
        return Rendered(
            self._file.getvalue(),
            self._pages,
            tuple(self._hashes),
            tuple(self._starts),
            tuple(self._embedding.missing),
        )


def _never() -> bool:
    return False


def _nobody(_done: int, _total: int) -> None:
    """Nobody waits for it."""
