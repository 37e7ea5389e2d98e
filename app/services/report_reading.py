"""Reads a document back from its PDF and proves, or disproves, that it is what it says.

The proof is not a claim inside the file: the pages are made anew from the embedded data and
compared with the file, byte for byte, or as text when another version of the program made it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from app.domain.errors import AppError, InvalidInput
from app.reports.content import FORMAT, canonical, document_of, hash_of
from app.reports.kinds import KINDS
from app.reports.raster import PdfPages
from app.reports.render import render
from app.reports.sheets import Document


class Verdict(StrEnum):
    """What comparing the pages with the data showed."""

    GENUINE = "genuine"
    SAME_TEXT = "same_text"
    DIFFERS = "differs"


@dataclass(frozen=True, slots=True)
class Copy:
    """The machine-readable copy of one document in a PDF.  `printed` says whether its hash stands
    on the pages; a kind without head and foot (labels) prints none."""

    name: str
    kind: str
    number: str
    sha256: str
    printed: bool
    content: dict[str, Any]
    document: Document


@dataclass(frozen=True, slots=True)
class Proof:
    """What is known of a file.  `pages` (from 1) are those that differ from the data."""

    verdict: Verdict
    copies: tuple[Copy, ...]
    pages: tuple[int, ...] = ()
    sealed: bool = False

    @property
    def sound(self) -> bool:
        """Whether the pages say what the data says."""
        return self.verdict is not Verdict.DIFFERS and all(copy.printed for copy in self.copies)


def read(pdf: bytes) -> tuple[Copy, ...]:
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


def _copy(name: str, content: bytes, printed: list[str]) -> Copy | None:
    try:
        data = json.loads(content)
    except (ValueError, RecursionError):
        raise InvalidInput.of("file", "document.malformed", place=name) from None
    if not isinstance(data, dict) or data.get("format") != FORMAT:
        return None
    kind = data.get("kind")
    if kind not in KINDS or canonical(data) != content:
        raise InvalidInput.of("file", "document.malformed", place=name)
    document = document_of(data, KINDS[kind].sheet)
    sha256 = hash_of(data)
    mark = f"{sha256[:8]} {sha256[8:16]}"
    stands = KINDS[kind].page is not None or any(mark in text for text in printed)
    return Copy(name, kind, document.sheet.number, sha256, stands, data, document)


def verify(pdf: bytes) -> Proof:
    """Make the pages anew and compare.  Raises as `read`."""
    copies = read(pdf)
    documents = [copy.document for copy in copies]
    with PdfPages(pdf) as pages:
        pictures = {hashlib.sha256(picture).hexdigest(): picture for picture in pages.pictures()}
    sealed = b"/ByteRange" in pdf
    anew = _anew(documents, pictures)
    if anew is None:
        return Proof(Verdict.DIFFERS, copies, (), sealed)
    if pdf == anew or (sealed and pdf.startswith(anew)):
        return Proof(Verdict.GENUINE, copies, (), sealed)
    differing = _differing(pdf, anew)
    return Proof(Verdict.DIFFERS if differing else Verdict.SAME_TEXT, copies, differing, sealed)


def _anew(documents: list[Document], pictures: dict[str, bytes]) -> bytes | None:
    """The file the data gives; None when a picture it names is not in the file, or it says what no
    document of ours can say."""
    source: Callable[[str], bytes] = pictures.__getitem__
    try:
        return render(documents, source).pdf
    except (KeyError, ValueError, AppError):
        return None


def _differing(pdf: bytes, anew: bytes) -> tuple[int, ...]:
    with PdfPages(pdf) as found, PdfPages(anew) as expected:
        if found.count != expected.count:
            return tuple(range(1, max(found.count, expected.count) + 1))
        return tuple(
            i + 1
            for i in range(found.count)
            if _squeezed(found.text(i)) != _squeezed(expected.text(i))
        )


def _squeezed(text: str) -> str:
    return "".join(text.split())
