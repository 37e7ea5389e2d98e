"""Renders documents into one PDF."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from app import __version__
from app.domain.errors import Cancelled
from app.i18n import Translator, translator
from app.languages import LANGUAGES
from app.reports.data import content
from app.reports.data.paper_code import paper_code, signable
from app.reports.data.sheets import PrintedSheet
from app.reports.documents.fit_pages import Layout, lay_out
from app.reports.documents.kind import DocumentKind
from app.reports.documents.languages import DocumentLanguages, document_flow
from app.reports.documents.page_frame import DocumentHead, PageFrame, numbered
from app.reports.typeset.pictures import Source, no_pictures
from app.reports.typeset.style import PageSize

if TYPE_CHECKING:
    from app.reports.typeset.archive import DocumentFacts, EmbeddedFile

Translators = Callable[[str], Translator]
Progress = Callable[[int, int], None]
Sign = Callable[[str], str]
"""Signs what a QR code says (`app.reports.data.paper_code`); empty where nobody can sign."""
PRODUCER = f"POSCare {__version__}"


@dataclass(frozen=True, slots=True)
class Rendered:
    """A PDF, with the hash and the first page (from 0) of every document in it.  `missing` are
    characters no font has, which are drawn as boxes with their code point."""

    pdf: bytes
    pages: int
    hashes: tuple[str, ...]
    starts: tuple[int, ...]
    missing: tuple[str, ...]


def render(  # noqa: PLR0913 - what a caller may say, by name
    documents: Sequence[PrintedSheet],
    layouts: Mapping[str, DocumentKind],
    source: Source = no_pictures,
    *,
    translators: Translators = translator,
    progress: Progress | None = None,
    cancelled: Callable[[], bool] | None = None,
    sign: Sign | None = None,
) -> Rendered:
    """All documents in one file, with a bookmark and a machine-readable copy of each, each laid out
    as the layout of its kind says.

    The same documents give the same bytes; `sign` signs the QR codes of those that have no
    signature yet, and the same key signs alike.  `progress` counts documents; the pages, when
    there is only one.  Raises `Cancelled` when asked to stop.
    """
    report = progress or _nobody
    book = _Book(layouts, source, translators, cancelled, sign)
    for i, document in enumerate(documents):
        book.add(document, _nobody if len(documents) > 1 else report)
        if len(documents) > 1:
            report(i + 1, len(documents))
    return book.finished()


def second_half(progress: Progress | None) -> Progress | None:
    """Progress of drawing, after that of gathering."""
    if progress is None:
        return None

    def report(done: int, total: int) -> None:
        progress(total + done, total * 2)

    return report


class _Book:
    """The documents of one PDF while it grows.  ReportLab is loaded here, with the first page."""

    def __init__(
        self,
        layouts: Mapping[str, DocumentKind],
        source: Source,
        translators: Translators,
        cancelled: Callable[[], bool] | None,
        sign: Sign | None,
    ) -> None:
        from app.reports.typeset.pdf_file import PdfFile

        self._file = PdfFile(source)
        self._layouts = layouts
        self._translators = translators
        self._cancelled = cancelled or _never
        self._sign = sign
        self._attachments: list[EmbeddedFile] = []
        self._hashes: list[str] = []
        self._starts: list[int] = []
        self._facts: DocumentFacts | None = None

    def add(self, document: PrintedSheet, drawn: Progress) -> None:
        """Lay out and draw one document; `drawn` is called after each page."""
        kind, document = self._layouts[document.kind], _masked(document)
        t = DocumentLanguages(*(self._translators(language) for language in document.languages))
        data = content.content_of(document)
        sha256 = content.hash_of(data)
        edition = document.house.edition
        page = kind.page_of(document.sheet, document.paper, edition)
        head = kind.head(document.sheet, t)
        if title := document.house.title(kind.id):
            head = replace(head, title=t.pick(title))
        if head.told and edition > 1:
            head = replace(head, qr=f"{head.qr}{head.told}")
        at = document.sheet.made_at
        framed = kind.page is None and not kind.on_roll(document.paper, edition)
        if framed:
            head = numbered(head, kind.code, at, sha256)
        document = self._with_signature(document, head, sha256)
        head = replace(head, signed=document.signed, for_merchant=kind.for_merchant)
        frame = PageFrame(page, t, document.house, head, sha256, at) if framed else None
        flow = document_flow(t, page.inner, document.house)
        flow.code = paper_code(head.qr, sha256, head.signed)
        flow.check = f"{sha256[:8]} {sha256[8:16]}"
        layout = lay_out(kind, document.sheet, flow, page, frame)
        if layout.height:
            page = replace(page, height=layout.height)
        self._file.begin_document([LANGUAGES[one].tag for one in document.languages])
        self._starts.append(self._file.pages)
        self._hashes.append(sha256)
        self._draw(layout, page, frame, head, drawn)
        self._attach(content.presented(data, document), document, head)
        self._note_facts(document, head)

    def _with_signature(
        self, document: PrintedSheet, head: DocumentHead, sha256: str
    ) -> PrintedSheet:
        if document.signed or not head.qr or self._sign is None:
            return document
        return replace(document, signed=self._sign(signable(head.qr, sha256)))

    def _draw(
        self,
        layout: Layout,
        size: PageSize,
        frame: PageFrame | None,
        head: DocumentHead,
        drawn: Progress,
    ) -> None:
        pages = layout.pages
        title = " ".join(part for part in (head.number, head.title.first) if part)
        for number, placed in enumerate(pages, 1):
            if self._cancelled():
                raise Cancelled
            with self._file.page(size) as page:
                if number == 1:
                    self._file.bookmark(title)
                if frame is not None:
                    frame.draw(page, number, len(pages), self._file.document)
                scale = layout.scale if number == 1 else 1.0
                with page.scaled(scale, (size.left, frame.first_top if frame else 0)):
                    self._file.draw(page, placed, size)
            drawn(number, len(pages))

    def _attach(self, data: dict[str, Any], document: PrintedSheet, head: DocumentHead) -> None:
        from app.reports.typeset.archive import EmbeddedFile

        number = len(self._attachments) + 1
        label = "".join(c if c.isascii() and c.isalnum() else "-" for c in head.number)
        name = f"{number:03d}-{document.kind}{'-' + label if label else ''}.json"
        self._attachments.append(
            EmbeddedFile(name, content.canonical(data), "POSCare document data")
        )

    def _note_facts(self, document: PrintedSheet, head: DocumentHead) -> None:
        from app.reports.typeset.archive import DocumentFacts

        if self._facts is None:
            title = " ".join(part for part in (str(head.title), head.number) if part)
            self._facts = DocumentFacts(
                title=title,
                author=document.house.company or "POSCare",
                subject=str(head.meta),
                language=LANGUAGES[document.languages[0]].tag,
                at=document.sheet.made_at,
                producer=PRODUCER,
            )

    def finished(self) -> Rendered:
        """The file.  Raises `ValueError` when nothing was added."""
        if self._facts is None:
            raise ValueError("a PDF needs at least one document")
        return Rendered(
            self._file.finish(self._facts, self._attachments),
            self._file.pages,
            tuple(self._hashes),
            tuple(self._starts),
            self._file.missing,
        )


def _masked(document: PrintedSheet) -> PrintedSheet:
    """The document without what the card guard finds, in its embedded data too."""
    guarded: PrintedSheet = content.guarded(document)
    return guarded if guarded is document else replace(guarded, written=None)


def _never() -> bool:
    return False


def _nobody(_done: int, _total: int) -> None:
    """Nobody waits for it."""
