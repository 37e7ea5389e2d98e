"""Keeps files with a readable card number in them out of the store.

A file is evidence and kept byte for byte, so nothing in it can be masked: it is refused, and the
person is told where the number stands.  What only a picture shows is not read, but everything
written beside it is: what cameras and programs note in a file (EXIF, IPTC, XMP, ICC, the title,
notes, fields, bookmarks and links of a PDF) and what stands behind its end.
"""

from __future__ import annotations

import contextlib
import re
import zlib
from collections.abc import Iterable, Iterator

from app.domain.cardguard import find_secrets
from app.domain.errors import InvalidInput
from app.reports.media.raster import PdfPages

_FEWEST = 13
"""Digits of the shortest card number."""
_DIGITS = re.compile(rb"[0-9](?:[ \-]?[0-9]){12,40}")
_JUST_DIGITS = re.compile(r"\d{13}|\d{4}(?:([ -])\d{4})(?:\1\d{1,7}){2,}|\d{4}[ -]\d{6}[ -]\d{4,5}")
"""How a card number is set: PDF and tables of a font hold many short numbers side by side."""
_WIDE_DIGITS = re.compile(rb"(?:[0-9]\0){13}|(?:\0[0-9]){13}")
_LITERAL = re.compile(rb"\(((?:\\.|[^\\()]){12,4000})\)", re.DOTALL)
_HEX = re.compile(rb"<([0-9A-Fa-f\s]{26,16000})>")
_ESCAPE = re.compile(rb"\\(?:([0-7]{1,3})|(.))", re.DOTALL)
_STREAM = re.compile(rb"stream\r?\n")
_NO_TEXT = re.compile(rb"/Length1\b|/Subtype\s*/(?:Image|OpenType|CIDFontType0C|Type1C)\b")
"""In the dictionary of a stream: a font or a picture, whose bytes can look like anything."""
_DICTIONARY = 600
"""Bytes before a stream in which its dictionary stands."""
_UTF16 = (b"\xfe\xff", b"\xff\xfe")
_LARGEST_STREAM = 8 << 20
_MOST_UNPACKED = 120 << 20
"""Bytes of one stream, and of a whole PDF, whose strings are read."""

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
        places += [("metadata", text) for text in _pdf_strings(content)]
    if media_type != "text/plain":
        places += [("metadata", text) for text in _written(content)]
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
        return []  # a damaged PDF is kept as evidence; its strings are read all the same


def _written(content: bytes) -> Iterator[str]:
    """Long numbers that stand in a file as they are, with what is around them; in compressed
    pixels nothing has so many digits."""
    for wide in (content, *_every_other(content)):
        for found in _DIGITS.finditer(wide):
            run = found[0].decode("ascii")
            if sum(map(str.isdigit, run)) >= _FEWEST and _JUST_DIGITS.search(run):
                yield run


def _every_other(content: bytes) -> tuple[bytes, ...]:
    """The even and the odd bytes when there is text of two bytes a character (UTF-16)."""
    return (content[::2], content[1::2]) if _WIDE_DIGITS.search(content) else ()


def _pdf_strings(content: bytes) -> Iterator[str]:
    """The strings of a PDF, those in compressed streams too, whether or not it can be opened."""
    left = _MOST_UNPACKED
    for source in (content, *_unpacked(content)):
        left -= len(source)
        if left < 0:
            return
        for found in _LITERAL.finditer(source):
            yield _pdf_text(_ESCAPE.sub(_unescaped, found[1]))
        for found in _HEX.finditer(source):
            digits = b"".join(found[1].split())
            yield _pdf_text(bytes.fromhex((digits + b"0" * (len(digits) % 2)).decode("ascii")))


def _unpacked(content: bytes) -> Iterator[bytes]:
    for found in _STREAM.finditer(content):
        before = content[max(0, found.start() - _DICTIONARY) : found.start()]
        if _NO_TEXT.search(before[before.rfind(b" obj") + 1 :]):
            continue
        with contextlib.suppress(zlib.error):
            yield zlib.decompressobj().decompress(content[found.end() :], _LARGEST_STREAM)


def _unescaped(found: re.Match[bytes]) -> bytes:
    octal, char = found.groups()
    return bytes([int(octal, 8) & 0xFF]) if octal else char.strip(b"\r\n")


def _pdf_text(raw: bytes) -> str:
    """A text string (PDF 32000-1, 7.9.2.2)."""
    return raw.decode("utf-16", "replace") if raw[:2] in _UTF16 else raw.decode("latin-1")
