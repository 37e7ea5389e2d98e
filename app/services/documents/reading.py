"""Reads a document back from its PDF and proves, or disproves, that it is what it says.

The proof is not a claim inside the file: the pages are made anew from the embedded data and
compared with the file byte for byte; only a seal may follow them.  A file that is not those bytes
is never called genuine: its text and every pixel may agree, as those of a copy another version made
do, and still more may be in it than a picture of its pages shows.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from app.domain.errors import AppError, InvalidInput
from app.reports.data.content import FORMAT, canonical, document_of, hash_of
from app.reports.data.sheets import PrintedSheet
from app.reports.media.pdf_inventory import foreign_parts
from app.reports.media.raster import PdfPages
from app.reports.render import render
from app.services.documents.kinds import layouts
from app.services.documents.seal_update import is_seal_only

_SCALE = 2.0
"""Pixels to a point when pages are compared: 144 to the inch, where a hair line shows."""


class Authenticity(StrEnum):
    """What comparing the pages with the data showed.

    `GENUINE`: every byte is what the data give.  `SAME_PAGES`: text and pixels agree, the bytes do
    not, so nothing is proved.  `DIFFERS`: pages say something else, or the file holds what no
    document of ours has."""

    GENUINE = "genuine"
    SAME_PAGES = "same_pages"
    DIFFERS = "differs"


@dataclass(frozen=True, slots=True, kw_only=True)
class EmbeddedCopy:
    """The machine-readable copy of one document in a PDF.  `printed` says whether its hash stands
    on the pages; a kind without head and foot (labels) prints none.  `content` is as it was
    written, `document` as this version reads it."""

    name: str
    kind: str
    number: str
    sha256: str
    printed: bool
    content: dict[str, Any]
    document: PrintedSheet


@dataclass(frozen=True, slots=True)
class ContentProof:
    """What making the pages of a file anew proves.  `pages` (from 1) are those that differ from the
    data, `foreign` what is in the file that no document of ours has
    (`app.reports.media.pdf_inventory`)."""

    verdict: Authenticity
    copies: tuple[EmbeddedCopy, ...]
    pages: tuple[int, ...] = ()
    sealed: bool = False
    foreign: tuple[str, ...] = ()

    @property
    def sound(self) -> bool:
        """Whether the file is proved to say what its data says, and nothing else."""
        return self.verdict is Authenticity.GENUINE and all(copy.printed for copy in self.copies)


def read(pdf: bytes) -> tuple[EmbeddedCopy, ...]:
    """The documents inside a PDF of ours.

    Raises `InvalidInput`: ``file.not_a_pdf``, ``document.no_data``, ``document.malformed``,
    ``document.version``.
    """
    with PdfPages(pdf) as pages:
        files = [file for file in pages.attachments() if file[0].endswith(".json")]
        printed = [pages.text(i) for i in range(pages.count)]
    copies = [_copy(name, content, printed) for name, content in files]
    found = tuple(copy for copy in copies if copy is not None)
    if not found:
        raise InvalidInput.of("file", "document.no_data")
    return found


def _copy(name: str, content: bytes, printed: list[str]) -> EmbeddedCopy | None:
    try:
        data = json.loads(content)
    except (ValueError, RecursionError):
        raise InvalidInput.of("file", "document.malformed", place=name) from None
    if not isinstance(data, dict) or data.get("format") != FORMAT:
        return None
    kind = data.get("kind")
    layout = layouts().get(kind) if isinstance(kind, str) else None
    if kind is None or layout is None or canonical(data) != content:
        raise InvalidInput.of("file", "document.malformed", place=name)
    document = document_of(data, layout.sheet)
    sha256 = hash_of(data)
    mark = f"{sha256[:8]} {sha256[8:16]}"
    stands = layout.page is not None or any(mark in text for text in printed)
    return EmbeddedCopy(
        name=name,
        kind=kind,
        number=document.sheet.number,
        sha256=sha256,
        printed=stands,
        content=data,
        document=document,
    )


def verify(pdf: bytes) -> ContentProof:
    """Make the pages anew and compare.  Raises as `read`."""
    copies = read(pdf)
    documents = [copy.document for copy in copies]
    with PdfPages(pdf) as pages:
        pictures = {hashlib.sha256(picture).hexdigest(): picture for picture in pages.pictures()}
    anew = _anew(documents, pictures)
    if anew is None:
        return ContentProof(Authenticity.DIFFERS, copies, foreign=foreign_parts(pdf, len(copies)))
    if pdf == anew:
        return ContentProof(Authenticity.GENUINE, copies)
    sealed = pdf.startswith(anew) and _is_sealed(pdf, len(anew))
    if sealed:
        return ContentProof(Authenticity.GENUINE, copies, sealed=True)
    foreign = foreign_parts(pdf, len(copies))
    if sealed is None:
        # The bytes of the document are right; what follows them cannot be judged here.
        return ContentProof(Authenticity.SAME_PAGES, copies, sealed=True)
    differing = _differing(pdf, anew)
    verdict = Authenticity.DIFFERS if differing or foreign else Authenticity.SAME_PAGES
    return ContentProof(verdict, copies, differing, foreign=foreign)


def _is_sealed(pdf: bytes, length: int) -> bool | None:
    """Whether a seal and nothing else follows the document; None where sealing is not installed."""
    try:
        return is_seal_only(pdf, length)
    except ModuleNotFoundError:
        return None


def _anew(documents: list[PrintedSheet], pictures: dict[str, bytes]) -> bytes | None:
    """The file the data gives; None when a picture it names is not in the file, or it says what no
    document of ours can say."""
    source: Callable[[str], bytes] = pictures.__getitem__
    try:
        return render(documents, layouts(), source).pdf
    except (KeyError, ValueError, AppError):
        return None


def _differing(pdf: bytes, anew: bytes) -> tuple[int, ...]:
    with PdfPages(pdf) as found, PdfPages(anew) as expected:
        if found.count != expected.count:
            return tuple(range(1, max(found.count, expected.count) + 1))
        return tuple(i + 1 for i in range(found.count) if not _page_same(found, expected, i))


def _page_same(found: PdfPages, expected: PdfPages, page: int) -> bool:
    """Whether a page has the same size, text and pixels."""
    if found.size(page) != expected.size(page):
        return False
    if _squeezed(found.text(page)) != _squeezed(expected.text(page)):
        return False
    return found.image(page, _SCALE) == expected.image(page, _SCALE)


def _squeezed(text: str) -> str:
    return "".join(text.split())
