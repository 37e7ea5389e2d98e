"""Documents in, one PDF out."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from app.domain.errors import Cancelled
from app.i18n import Translator, translator
from app.reports import content
from app.reports.fonts import REGULAR
from app.reports.frame import Frame, Head
from app.reports.kind import Kind
from app.reports.kinds import KINDS
from app.reports.layout import Layout, lay_out
from app.reports.pen import Pen
from app.reports.sheets import Document, Source
from app.reports.story import Story
from app.reports.style import Page
from app.reports.text import clean
from app.reports.words import Speech

if TYPE_CHECKING:
    from app.reports.archive import Attachment, Facts

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
    documents: Sequence[Document],
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

        from app.reports.embedding import embedding
        from app.reports.pictures import Pictures

        rl_config.useA85 = 0
        self._file = io.BytesIO()
        self._canvas: Any = Canvas(
            self._file, pageCompression=1, invariant=1, initialFontName=REGULAR, pdfVersion=(1, 7)
        )
        self._pictures = Pictures(self._canvas, source)
        self._embedding = embedding(self._canvas._doc)
        self._translators = translators
        self._cancelled = cancelled or _never
        self._attachments: list[Attachment] = []
        self._hashes: list[str] = []
        self._starts: list[int] = []
        self._facts: Facts | None = None
        self._pages = 0

    def add(self, document: Document, drawn: Progress) -> None:
        """Lay out and draw one document; `drawn` is told after each page."""
        kind, document = KINDS[document.kind], content.guarded(document)
        t = Speech(*(self._translators(language) for language in document.languages))
        data = content.content_of(document)
        sha256 = content.hash_of(data)
        page = kind.page_of(document.sheet, document.paper)
        head = kind.head(document.sheet, t)
        frame = None if kind.page else Frame(page, t, document.house, head, sha256)
        house = document.house
        closing = t.pick(house.closing_zh, house.closing_en)
        layout = lay_out(kind, document.sheet, Story(t, page.inner, closing=closing), page, frame)
        self._starts.append(self._pages)
        self._hashes.append(sha256)
        self._draw(layout, page, frame, head, drawn)
        self._attach(data, document, head)
        self._note_facts(document, head, kind)

    def _draw(
        self, layout: Layout, page: Page, frame: Frame | None, head: Head, drawn: Progress
    ) -> None:
        pages = layout.pages
        title = " ".join(part for part in (head.number, head.title.first) if part)
        for number, placed in enumerate(pages, 1):
            if self._cancelled():
                raise Cancelled
            self._canvas.setPageSize((page.width, page.height))
            if number == 1:
                self._bookmark(title, 0)
            pen = Pen(self._canvas, page.height, self._embedding, self._pictures)
            if frame is not None:
                frame.draw(pen, number, len(pages))
            scale = layout.scale if number == 1 else 1.0
            with pen.scaled(scale, (page.left, frame.first_top if frame else 0)):
                for at in placed:
                    at.strip.draw(pen, page.left, at.top)
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

    def _attach(self, data: dict[str, Any], document: Document, head: Head) -> None:
        from app.reports.archive import Attachment

        number = len(self._attachments) + 1
        label = "".join(c if c.isascii() and c.isalnum() else "-" for c in head.number)
        name = f"{number:03d}-{document.kind}{'-' + label if label else ''}.json"
        self._attachments.append(Attachment(name, content.canonical(data), "POSCare document data"))

    def _note_facts(self, document: Document, head: Head, kind: Kind) -> None:
        from app.reports.archive import Facts

        if self._facts is None:
            title = " ".join(part for part in (str(head.title), head.number) if part)
            self._facts = Facts(
                title=title,
                author=document.house.company or "POSCare",
                subject=str(head.meta),
                language=document.languages[0],
                at=document.sheet.made_at,
            )

    def finished(self) -> Rendered:
        """The file.  Raises `ValueError` when nothing was added."""
        from app.reports import archive
        from app.reports.pdfobjects import use_own_streams

        if self._facts is None:
            raise ValueError("a PDF needs at least one document")
        canvas = self._canvas
        archive.finish(canvas, self._facts, self._attachments)
        use_own_streams(canvas._doc)
        canvas.showOutline()
        canvas.save()
        return Rendered(
            self._file.getvalue(), self._pages, tuple(self._hashes), tuple(self._starts),
            tuple(self._embedding.missing),
        )  # fmt: skip


def _never() -> bool:
    return False


def _nobody(_done: int, _total: int) -> None:
    """Nobody waits for it."""
