"""Checks the QR code of a paper: whether a document with that content was issued.

It proves the code, not the page around it: whoever copies a code onto another page is found by
comparing the page with the document that was issued.
"""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa
from sqlmodel import Session, col

from app.domain.errors import InvalidInput
from app.reports.data.paper_code import PaperCode, read_code
from app.services.documents.issued import Registered, registered
from db.models.documents import HandOutRow, IssuedDocumentRow


@dataclass(frozen=True, slots=True)
class PaperRecord:
    """A document that was issued with the content of a code.  `agrees` says that its number stands
    in the code, or that it has none."""

    kind: str
    number: str
    registered: Registered
    agrees: bool


def records_of(session: Session, code: str) -> tuple[PaperRecord, ...]:
    """The documents with the content a scanned code names; none when none was issued.

    Raises `InvalidInput("code.not_a_document")`.
    """
    read = read_code(code)
    if read is None:
        raise InvalidInput.of("code", "code.not_a_document")
    found: set[tuple[str, str]] = set()
    for row in (HandOutRow, IssuedDocumentRow):
        query = sa.select(col(row.kind), col(row.number)).where(
            col(row.content_sha256) == read.sha256
        )
        found |= {(kind, number) for kind, number in session.execute(query.distinct())}
    return tuple(_record(session, read, *one) for one in sorted(found))


def _record(session: Session, read: PaperCode, kind: str, number: str) -> PaperRecord:
    agrees = not number or number in read.facts
    return PaperRecord(kind, number, registered(session, kind, number, read.sha256, ""), agrees)
