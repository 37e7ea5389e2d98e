"""Proves the QR code of a paper: by its signature, which needs neither network nor the document,
and by whether a document with that content was issued.

Both prove the code, not the page around it: what the code says of the document (number, terminal,
day, what is due, how it ended) is told, so that a person compares it with the page.
"""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa
from sqlmodel import Session, col

from app.domain.errors import InvalidInput
from app.reports.data.paper_code import PaperCode, read_code
from app.services.documents.issued import Registered, registered
from app.services.documents.paper_keys import SignedBy, SignedState, checked_signature
from db.models.documents import HandOutRow, IssuedDocumentRow


@dataclass(frozen=True, slots=True)
class PaperRecord:
    """A document that was issued with the content of a code.  `agrees` says that its number stands
    in the code, or that it has none."""

    kind: str
    number: str
    registered: Registered
    agrees: bool


@dataclass(frozen=True, slots=True)
class PaperProof:
    """What is known of a code: what it says, who signed it, and the documents with its content."""

    code: PaperCode
    signed: SignedBy
    records: tuple[PaperRecord, ...]

    @property
    def genuine(self) -> bool:
        """Whether the code is one of ours for certain."""
        return self.signed.state is SignedState.GOOD


def proof_of(session: Session, code: str) -> PaperProof:
    """What is known of a scanned code.  Raises `InvalidInput("code.not_a_document")`."""
    read = read_code(code)
    if read is None:
        raise InvalidInput.of("code", "code.not_a_document")
    signed = SignedBy(SignedState.NONE)
    if read.key:
        signed = checked_signature(session, read.said, read.key, read.signature)
    return PaperProof(read, signed, _records(session, read))


def _records(session: Session, read: PaperCode) -> tuple[PaperRecord, ...]:
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
