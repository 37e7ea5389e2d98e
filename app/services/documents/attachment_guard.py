"""Keeps files with a readable card number in them out of the store.

A file is evidence and kept byte for byte, so nothing in it can be masked: it is refused, and the
person is told where the number stands.  What only a picture shows is not read, but everything
written beside it is: what cameras and programs note in a file (EXIF, IPTC, XMP, ICC, the title,
notes, fields, bookmarks and links of a PDF) and what stands behind its end.
"""

from __future__ import annotations

import base64
import contextlib
import re
import zlib
from collections.abc import Iterable, Iterator

from app.domain.card_text import folded
from app.domain.cardguard import find_secrets
from app.domain.errors import InvalidInput
from app.reports.media.raster import PdfPages

_FEWEST = 13
"""Digits of the shortest card number."""
_DIGITS = (
    # As they are, of full width too, in UTF-8 and in GB 18030.
    re.compile(
        rb"[0-9\xa3\xef](?:(?<=[0-9])|(?<=\xa3)[\xb0-\xb9]|(?<=\xef)\xbc[\x90-\x99])"
        rb"(?:(?:[ \t\-]{1,3}|\xe3\x80\x80|\xa1\xa1)?"
        rb"(?:[0-9]|\xef\xbc[\x90-\x99]|\xa3[\xb0-\xb9])){12,40}"
    ),
    # The same in two bytes a character, either first.
    re.compile(
        rb"[0-9\x10-\x19][\0\xff](?:(?:(?:[ \t\-]\0){1,3}|\0\x30)?[0-9\x10-\x19][\0\xff]){12,40}"
    ),
    re.compile(
        rb"[\0\xff][0-9\x10-\x19](?:(?:(?:\0[ \t\-]){1,3}|\x30\0)?[\0\xff][0-9\x10-\x19]){12,40}"
    ),
)
"""Long numbers in the bytes of a file, in any encoding a text beside a picture has."""
_ENCODINGS = ("", "utf-16-le", "utf-16-be")
_JUST_DIGITS = re.compile(
    r"\d{13}|\d{4}(?:([ \t-]{1,3})\d{4})(?:\1\d{1,7}){2,}|\d{4}[ \t-]{1,3}\d{6}[ \t-]{1,3}\d{4,5}"
)
"""How a card number is set: PDF and tables of a font hold many short numbers side by side."""
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

MOST_PAGES = 1_000
"""Pages of a PDF that are read; longer files are no evidence from a counter."""


def check_content(content: bytes, media_type: str, name: str, words: Iterable[str] = ()) -> None:
    """Raises `InvalidInput` when a text, the pages of a PDF, or the `words` written into a
    picture's file hold what must not be stored (``file.card_number``), or a PDF cannot be looked
    through (``file.not_looked_through``, ``file.too_many_pages``)."""
    places = [("metadata", word) for word in words]
    if media_type == "text/plain":
        places.append(("text", _decoded(content)))
    elif media_type == "application/pdf":
        places += _pages(content, name)
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


def _pages(content: bytes, name: str) -> list[tuple[str, str]]:
    try:
        pages = PdfPages(content)
    except InvalidInput as refused:
        if refused.problems[0].code == "file.locked":
            raise InvalidInput.of("file", "file.not_looked_through", name=name) from None
        return []  # a damaged PDF is kept as evidence; its strings are read all the same
    with pages:
        if pages.count > MOST_PAGES:
            raise InvalidInput.of("file", "file.too_many_pages", name=name, most=MOST_PAGES)
        return [(f"p. {number + 1}", pages.text(number)) for number in range(pages.count)]


def _written(content: bytes) -> Iterator[str]:
    """Long numbers that stand in a file as they are; in compressed pixels nothing has so many
    digits."""
    for pattern, encoding in zip(_DIGITS, _ENCODINGS, strict=True):
        for found in pattern.finditer(content):
            run = folded(found[0].decode(encoding) if encoding else _decoded(found[0])).plain
            if sum(map(str.isdigit, run)) >= _FEWEST and _JUST_DIGITS.search(run):
                yield run


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
        dictionary = before[before.rfind(b" obj") + 1 :]
        if _NO_TEXT.search(dictionary):
            continue
        packed = content[found.end() :]
        with contextlib.suppress(ValueError, zlib.error):
            if b"/ASCII85Decode" in dictionary or b"/A85" in dictionary:
                packed = base64.a85decode(packed[: packed.index(b"~>")])
            yield zlib.decompressobj().decompress(packed, _LARGEST_STREAM)


def _unescaped(found: re.Match[bytes]) -> bytes:
    octal, char = found.groups()
    return bytes([int(octal, 8) & 0xFF]) if octal else char.strip(b"\r\n")


def _pdf_text(raw: bytes) -> str:
    """A text string (PDF 32000-1, 7.9.2.2)."""
    return raw.decode("utf-16", "replace") if raw[:2] in _UTF16 else raw.decode("latin-1")
