"""Documents that left the house or were fixed at closing: the newest of each, for the list; how a
report is fixed; and whether a document is one of them."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from app import __version__
from app.domain.documents import HandOut, safe_name
from app.reports.data.content import content_of, hash_of
from app.reports.data.sheets import PrintedSheet
from app.services.core.context import ServiceContext
from app.services.core.operations import operation
from app.services.documents.recorders import Recorder, recorder_of
from db.models.documents import HandOutRow, IssuedDocumentRow


@dataclass(frozen=True, slots=True, kw_only=True)
class IssuedDocument:
    """A document by kind and number, or by its content when it has no number: when and how it last
    left, as which file, how many times, and when it was fixed at closing."""

    id: str
    kind: str
    number: str
    at: datetime
    how: str
    by: str
    recipient: str
    file_name: str
    languages: str
    times: int
    fixed_at: datetime | None = None
    file_sha256: str = ""

    @property
    def final(self) -> bool:
        """Whether it was fixed at closing: reprints say the same."""
        return self.fixed_at is not None

    @property
    def as_it_left(self) -> str:
        """The file that shows it again; empty when it never left, or was fixed only later."""
        return self.file_sha256 if self.fixed_at is None or self.at >= self.fixed_at else ""

    @property
    def subject(self) -> str:
        """What makes it anew; empty when it was made from a filter and not from a number."""
        cut = {"addendum": "-A", "swap_note": "-S"}.get(self.kind)
        if cut is not None:
            return self.number.rpartition(cut)[0] or self.number.removeprefix("R-")
        return self.number if self.kind in {"service_report", "inspection"} else ""


def issued_documents(session: Session, words: str, limit: int) -> tuple[IssuedDocument, ...]:
    """The documents last handed out or fixed, newest first."""
    handed = _handed(session, words, limit)
    known = {(one.kind, one.number) for one in handed}
    fixed = [one for one in _fixed(session, words, limit) if (one.kind, one.number) not in known]
    both = sorted((*handed, *fixed), key=lambda one: (one.at, one.id), reverse=True)
    return tuple(both[:limit])


def _like(words: str) -> str:
    # PostgreSQL takes no NUL, which a broken scanner or a pasted text may bring.
    escaped = (
        words.replace("\x00", "")
        .strip()
        .replace("\\", "\\\\")
        .replace("%", "\\%")
        .replace("_", "\\_")
    )
    return f"%{escaped}%"


def _handed(session: Session, words: str, limit: int) -> list[IssuedDocument]:
    content = sa.case((col(HandOutRow.number) == "", col(HandOutRow.content_sha256)), else_="")
    window: Any = {"partition_by": (col(HandOutRow.kind), col(HandOutRow.number), content)}
    newest = (
        sa.select(
            HandOutRow,
            sa.func.row_number()
            .over(order_by=(col(HandOutRow.at).desc(), col(HandOutRow.id).desc()), **window)
            .label("place"),
            sa.func.count().over(**window).label("times"),
        )
        .where(_about(words))
        .subquery()
    )
    row = aliased(HandOutRow, newest)
    fixed_at = (
        sa.select(sa.func.max(col(IssuedDocumentRow.issued_at)))
        .where(
            col(IssuedDocumentRow.kind) == newest.c.kind,
            col(IssuedDocumentRow.number) == newest.c.number,
        )
        .scalar_subquery()
    )
    found = session.execute(
        sa.select(row, newest.c.times, fixed_at)
        .where(newest.c.place == 1)
        .order_by(newest.c.at.desc(), newest.c.id.desc())
        .limit(limit)
    )
    return [
        IssuedDocument(
            id=one.id,
            kind=one.kind,
            number=one.number,
            at=one.at,
            how=one.how,
            by=one.actor,
            recipient=one.recipient,
            file_name=one.file_name,
            languages=one.languages,
            times=times,
            fixed_at=fixed,
            file_sha256=one.file_sha256,
        )
        for one, times, fixed in found
    ]


def _about(words: str) -> sa.ColumnElement[bool]:
    if not words.strip():
        return sa.true()
    like = _like(words)
    return sa.or_(
        *(
            column.ilike(like, escape="\\")
            for column in (
                col(HandOutRow.number),
                col(HandOutRow.recipient),
                col(HandOutRow.file_name),
            )
        )
    )


def _fixed(session: Session, words: str, limit: int) -> list[IssuedDocument]:
    query = sa.select(IssuedDocumentRow).order_by(
        col(IssuedDocumentRow.issued_at).desc(), col(IssuedDocumentRow.id).desc()
    )
    if words.strip():
        query = query.where(col(IssuedDocumentRow.number).ilike(_like(words), escape="\\"))
    return [
        IssuedDocument(
            id=one.id,
            kind=one.kind,
            number=one.number,
            at=one.issued_at,
            how="",
            by=one.issued_by,
            recipient="",
            file_name="",
            languages="",
            times=0,
            fixed_at=one.issued_at,
        )
        for one in session.execute(query.limit(limit)).scalars()
    ]


def newest_fixed(session: Session, number: str) -> IssuedDocumentRow | None:
    """The newest version of a service report that was fixed at closing."""
    row: IssuedDocumentRow | None = session.execute(
        sa.select(IssuedDocumentRow)
        .where(
            col(IssuedDocumentRow.kind) == "service_report",
            col(IssuedDocumentRow.number) == number,
        )
        .order_by(col(IssuedDocumentRow.revision).desc())
        .limit(1)
    ).scalar_one_or_none()
    return row


@dataclass(frozen=True, slots=True, kw_only=True)
class FixedReport:
    """A report as it is fixed: `content` are JSON values, made by this version of the program."""

    kind: str
    number: str
    revision: int
    incident_id: str
    content: dict[str, Any]
    content_sha256: str
    app_version: str


def fix(place: ServiceContext, due: Sequence[tuple[PrintedSheet, str, int]]) -> None:
    """Fix reports as they are now, each as a revision of its incident's, unless somebody else did
    meanwhile."""
    reports = []
    for document, incident_id, revision in due:
        content = content_of(document)
        reports.append(
            FixedReport(
                kind=document.kind,
                number=document.sheet.number,
                revision=revision,
                incident_id=incident_id,
                content={k: v for k, v in content.items() if k != "presentation"},
                content_sha256=hash_of(content),
                app_version=__version__,
            )
        )
    _issue(place, tuple(reports))


ISSUE = "document.issue"
"""The kind of operation that fixes reports as they are when their incidents are closed."""


@operation(ISSUE)
def _issue(place: ServiceContext, reports: tuple[FixedReport, ...]) -> None:
    with place.write() as unit:
        for report in reports:
            row = newest_fixed(unit.session, report.number)
            if row is not None and row.revision >= report.revision:
                continue
            unit.session.add(
                IssuedDocumentRow(
                    kind=report.kind,
                    number=report.number,
                    revision=report.revision,
                    incident_id=report.incident_id or None,
                    content=report.content,
                    content_sha256=report.content_sha256,
                    issued_at=unit.now,
                    issued_by=place.actor,
                    app_version=report.app_version,
                )
            )
            unit.touched("document")


class IssuedStanding(StrEnum):
    """What the register of issued documents says of one.

    `THIS_FILE`: it left here as this very file.  `SAME_CONTENT`: a document that says exactly this
    left here, or was fixed here.  `OTHER_CONTENT`: under this number only documents that say
    something else.  `UNKNOWN`: nothing under this number."""

    THIS_FILE = "this_file"
    SAME_CONTENT = "same_content"
    OTHER_CONTENT = "other_content"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Registered:
    """What is registered of a document: its standing, when it first left or was fixed so, and when
    a newer one that says something else did.  `recorder` noted it: this database or the office
    where one of them did, else the first other computer."""

    standing: IssuedStanding
    at: datetime | None = None
    newer_at: datetime | None = None
    recorder: Recorder | None = None


def registered(
    session: Session, kind: str, number: str, content_sha256: str, file_sha256: str
) -> Registered:
    """What the register says of one document of a file."""
    kept = number[:200]
    handed = sa.select(
        col(HandOutRow.content_sha256),
        col(HandOutRow.file_sha256),
        col(HandOutRow.at),
        col(HandOutRow.id),
        col(HandOutRow.actor),
        sa.literal("hand_out"),
    ).where(col(HandOutRow.kind) == kind, col(HandOutRow.number) == kept)
    fixed = sa.select(
        col(IssuedDocumentRow.content_sha256),
        sa.literal(""),
        col(IssuedDocumentRow.issued_at),
        col(IssuedDocumentRow.id),
        col(IssuedDocumentRow.issued_by),
        sa.literal("issued_document"),
    ).where(col(IssuedDocumentRow.kind) == kind, col(IssuedDocumentRow.number) == kept)
    if not number:
        # Documents without a number are told apart by what they say.
        handed = handed.where(col(HandOutRow.content_sha256) == content_sha256)
        fixed = fixed.where(col(IssuedDocumentRow.content_sha256) == content_sha256)
    rows = [_Noted(*row) for query in (handed, fixed) for row in session.execute(query)]
    same = [row for row in rows if row.content == content_sha256]
    if not same:
        return Registered(IssuedStanding.OTHER_CONTENT if rows else IssuedStanding.UNKNOWN)
    first = min(row.at for row in same)
    newest = max(row.at for row in same)
    newer = [row.at for row in rows if row.content != content_sha256 and row.at > newest]
    these = [row for row in same if row.file == file_sha256]
    return Registered(
        IssuedStanding.THIS_FILE if these else IssuedStanding.SAME_CONTENT,
        first,
        min(newer, default=None),
        _recorder(session, these or same),
    )


class _Noted(NamedTuple):
    """A line of the register, from one of its tables."""

    content: str
    file: str
    at: datetime
    id: str
    person: str
    table: str


def _recorder(session: Session, noted: Sequence[_Noted]) -> Recorder:
    in_order = sorted(noted, key=lambda row: (row.at, row.id))
    found = [recorder_of(session, row.id, row.table, row.person) for row in in_order]
    return next((one for one in found if one.own), found[0])


@dataclass(frozen=True, slots=True)
class HandedDocument:
    """Which document was handed out."""

    kind: str
    number: str
    sha256: str
    languages: str = ""


@dataclass(frozen=True, slots=True)
class HandOutNote:
    """How documents were handed out, in which file."""

    how: HandOut
    recipient: str = ""
    file_name: str = ""
    sealed_by: str = ""
    pages: int = 1


@dataclass(frozen=True, slots=True)
class HandedFile:
    """The file in which documents left: its hash and its size in bytes."""

    sha256: str
    size: int


def keep_hand_out(
    place: ServiceContext, handed: Sequence[HandedDocument], pdf: bytes, note: HandOutNote
) -> None:
    """Note that documents left the house in the file `pdf`."""
    _hand_out(place, tuple(handed), HandedFile(hashlib.sha256(pdf).hexdigest(), len(pdf)), note)


@operation("document.hand_out")
def _hand_out(
    place: ServiceContext, handed: tuple[HandedDocument, ...], file: HandedFile, note: HandOutNote
) -> None:
    with place.write() as unit:
        for item in handed:
            unit.session.add(
                HandOutRow(
                    kind=item.kind,
                    number=item.number[:200],
                    content_sha256=item.sha256,
                    languages=item.languages,
                    at=unit.now,
                    actor=place.actor,
                    device=place.device,
                    how=note.how,
                    recipient=note.recipient[:200],
                    file_name=safe_name(note.file_name)[:200],
                    file_sha256=file.sha256,
                    size=file.size,
                    pages=note.pages,
                    sealed_by=note.sealed_by[:200],
                )
            )
        unit.touched("document")
