"""Reads the text of a PDF through PDFium."""

from __future__ import annotations

import re

import pypdfium2 as pdfium


def page_texts(pdf: bytes) -> list[str]:
    """The text of every page."""
    document = pdfium.PdfDocument(pdf)
    try:
        return [page.get_textpage().get_text_range() for page in document]
    finally:
        document.close()


def squeezed(text: str) -> str:
    """Text without white space: where a line was broken does not matter."""
    return re.sub(r"\s+", "", text)


def all_text(pdf: bytes) -> str:
    """The text of the whole file without white space."""
    return squeezed("".join(page_texts(pdf)))


def bookmarks(pdf: bytes) -> list[tuple[int, str]]:
    """The outline: level and title of every entry."""
    document = pdfium.PdfDocument(pdf)
    try:
        return [(entry.level, str(entry.get_title())) for entry in document.get_toc()]
    finally:
        document.close()
