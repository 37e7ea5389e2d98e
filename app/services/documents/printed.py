"""A finished PDF with the documents in it."""

from __future__ import annotations

from dataclasses import dataclass

from app.domain.errors import Problem
from app.reports.data.sheets import PrintedSheet
from app.services.documents.issued import HandedDocument


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintedDocument:
    """A finished PDF.  `problems` did not stop it: a logo left out; `missing` are characters no
    font has."""

    pdf: bytes
    pages: int
    documents: tuple[PrintedSheet, ...]
    hashes: tuple[str, ...]
    file_name: str
    missing: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()

    @property
    def handed(self) -> list[HandedDocument]:
        """What leaves the house with the file, each document with its hash."""
        return [
            HandedDocument(
                document.kind, document.sheet.number, sha256, ",".join(document.languages)
            )
            for document, sha256 in zip(self.documents, self.hashes, strict=True)
        ]
