"""Reads a PDF: page images, text and its boxes, attachments, pictures, by PDFium.

PDFium is not safe for several threads, so every call goes through one lock.  Pages come as plain
RGBA bytes: nothing here knows a window toolkit.
"""

from __future__ import annotations

import atexit
import io
import threading
import weakref
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from app.domain.errors import InvalidInput

_lock = threading.RLock()
_open: weakref.WeakSet[PdfPages] = weakref.WeakSet()

MOST_PIXELS = 60_000_000
"""Pixels one page image may have; a larger zoom is drawn at this size."""


@dataclass(frozen=True, slots=True)
class PageImage:
    """A page as pixels: `rgba` holds `height` rows of `width` times four bytes."""

    width: int
    height: int
    rgba: bytes


@dataclass(frozen=True, slots=True)
class Box:
    """A place on a page in points from its top left corner."""

    page: int
    left: float
    top: float
    right: float
    bottom: float


class PdfPages:
    """A PDF opened for looking at.  Close it, or use it in a ``with`` block.

    Raises `InvalidInput("file.not_a_pdf")`, ``file.locked`` when it opens with a password only.
    """

    def __init__(self, content: bytes) -> None:
        import pypdfium2

        self._library = pypdfium2
        with _lock:
            try:
                self._document: Any = pypdfium2.PdfDocument(content)
                self._sizes = [
                    tuple(self._document.get_page_size(i)) for i in range(len(self._document))
                ]
            except pypdfium2.PdfiumError as refused:
                locked = refused.err_code == pypdfium2.raw.FPDF_ERR_PASSWORD
                code = "file.locked" if locked else "file.not_a_pdf"
                raise InvalidInput.of("file", code) from None
        if not _open:
            # Runs before the library's own end, which would complain of files left open.
            atexit.unregister(_close_all)
            atexit.register(_close_all)
        _open.add(self)

    def __enter__(self) -> PdfPages:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the file."""
        with _lock:
            if self._document is not None:
                self._document.close()
                self._document = None

    def __del__(self) -> None:
        # PDFium is not safe for several threads, and the collector runs in any.
        if getattr(self, "_document", None) is not None:
            self.close()

    @property
    def count(self) -> int:
        """How many pages there are."""
        return len(self._sizes)

    def size(self, page: int) -> tuple[float, float]:
        """Width and height of a page in points."""
        width, height = self._sizes[page]
        return width, height

    @contextmanager
    def _inside(self) -> Iterator[None]:
        """Work with the library, one at a time.  Raises `InvalidInput` (``file.not_a_pdf``) for a
        file that opens and is damaged behind its beginning."""
        with _lock:
            try:
                yield
            except self._library.PdfiumError:
                raise InvalidInput.of("file", "file.not_a_pdf") from None

    @contextmanager
    def _page(self, number: int) -> Iterator[Any]:
        with self._inside():
            page = self._document[number]
            try:
                yield page
            finally:
                page.close()

    @contextmanager
    def _text(self, number: int) -> Iterator[Any]:
        with self._page(number) as page:
            text = page.get_textpage()
            try:
                yield text
            finally:
                text.close()

    def image(self, page: int, scale: float = 1.0, *, grey: bool = False) -> PageImage:
        """A page as pixels, `scale` of them to a point."""
        width, height = self.size(page)
        scale = min(scale, (MOST_PIXELS / max(width * height, 1)) ** 0.5)
        with self._page(page) as opened:
            kind = self._library.raw.FPDFBitmap_BGRA
            bitmap = opened.render(
                scale=scale, rev_byteorder=True, grayscale=grey, force_bitmap_format=kind
            )
            found = PageImage(bitmap.width, bitmap.height, bytes(bitmap.buffer))
            bitmap.close()
        return found

    def cut(self, pages: Sequence[int]) -> bytes:
        """A file with these pages only, in this order, drawn as they are here."""
        out = io.BytesIO()
        with self._inside():
            made = self._library.PdfDocument.new()
            made.import_pages(self._document, list(pages))
            made.save(out)
            made.close()
        return out.getvalue()

    def text(self, page: int) -> str:
        """The text of a page."""
        with self._text(page) as text:
            return str(text.get_text_range())

    def find(self, words: str, most: int = 500) -> list[Box]:
        """Where `words` stand, capital letters or not."""
        found: list[Box] = []
        if not words.strip():
            return found
        for page in range(self.count):
            height = self.size(page)[1]
            with self._text(page) as text:
                search = text.search(words, match_case=False)
                while (hit := search.get_next()) is not None:
                    for i in range(text.count_rects(*hit)):
                        left, bottom, right, top = text.get_rect(i)
                        found.append(Box(page, left, height - top, right, height - bottom))
                search.close()
            if len(found) >= most:
                return found[:most]
        return found

    def attachments(self) -> list[tuple[str, bytes]]:
        """The files inside, with their names."""
        with self._inside():
            return [
                (str(found.get_name()), bytes(found.get_data()))
                for found in (
                    self._document.get_attachment(i)
                    for i in range(self._document.count_attachments())
                )
            ]

    def pictures(self) -> Iterator[bytes]:
        """The bytes of every picture: JPEG files as they are, others as plain rows."""
        kinds = [self._library.raw.FPDF_PAGEOBJ_IMAGE]
        for number in range(self.count):
            with self._page(number) as page:
                found = [
                    bytes(item.get_data(decode_simple=True))
                    for item in page.get_objects(filter=kinds)
                ]
            yield from found


def _close_all() -> None:
    for pages in tuple(_open):
        pages.close()
