"""Keeps files with a readable card number in them out of the store.

A file is evidence and kept byte for byte, so nothing in it can be masked: it is refused, and the
person is told where the number stands.  What only a picture shows is not read.
"""

from __future__ import annotations

from collections.abc import Iterable

from app.domain.cardguard import find_secrets
from app.domain.errors import InvalidInput
from app.reports.media.raster import PdfPages

MOST_PAGES = 300
"""Pages of a PDF that are read; longer files are no evidence from a counter."""


def check_content(content: bytes, media_type: str, name: str, words: Iterable[str] = ()) -> None:
    """Raises `InvalidInput` (``file.card_number``) when a text, the pages of a PDF, or the `words`
    written into a picture's file hold what must not be stored."""
    places = [("metadata", word) for word in words]
    if media_type == "text/plain":
        places.append(("text", _decoded(content)))
    elif media_type == "application/pdf":
        places += _pages(content)
    for place, text in places:
        if find_secrets(text):
            raise InvalidInput.of("file", "file.card_number", name=name, place=place)


def _decoded(content: bytes) -> str:
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        return content.decode("gb18030", "replace")


def _pages(content: bytes) -> list[tuple[str, str]]:
    try:
        with PdfPages(content) as pages:
            read = min(pages.count, MOST_PAGES)
            return [(f"p. {number + 1}", pages.text(number)) for number in range(read)]
    except InvalidInput:
        return []  # a damaged PDF is kept as evidence; nobody can read a number in it
