"""Tables of documents: attached files, signatures, documents that were closed or issued, and
appointments that were handed out.

The files themselves lie beside the database, by content hash; a row is written after its file is
safely stored.  Not to be given ``from __future__ import annotations``: SQLModel reads the
annotations.
"""

from datetime import date, datetime
from typing import Any, ClassVar

import sqlalchemy as sa
from sqlmodel import Field

from app.domain.documents import HandOut, SignerRole, Stage
from db.models.shape import (
    Row,
    day,
    document,
    flag,
    lines,
    moment,
    notes,
    one_of,
    optional_moment,
    optional_reference,
    optional_words,
    required_words,
    table,
    within,
    words,
)
from db.types import JsonText


class AttachmentRow(Row, table=True):
    """A photo or file of an incident, a visit or a terminal.  Taken away only by a mark."""

    __tablename__ = "attachment"
    audited: ClassVar[str] = "attachment"
    __table_args__ = table(
        lines("media_type", "name", "caption", "added_by", "removed_by"),
        one_of("stage", Stage),
        within("size", 0, 26_214_400),
        sa.CheckConstraint("length(sha256) = 64", name="sha256"),
        sa.CheckConstraint("length(print_sha256) IN (0, 64)", name="print_sha256"),
        sa.CheckConstraint(
            "incident_id IS NOT NULL OR terminal_id IS NOT NULL OR visit_id IS NOT NULL",
            name="about",
        ),
        sa.Index("ix_attachment_sha256", "sha256"),
    )

    incident_id: str | None = optional_reference("incident.id")
    terminal_id: str | None = optional_reference("terminal.id")
    visit_id: str | None = optional_words(index=True)
    sha256: str = required_words()
    size: int
    media_type: str = required_words()
    name: str = required_words()
    stage: str = required_words()
    caption: str = words()
    taken_at: datetime | None = optional_moment()
    added_at: datetime = moment()
    added_by: str = words()
    damaged: bool = flag()
    width: int = 0
    height: int = 0
    print_sha256: str = words()
    print_width: int = 0
    print_height: int = 0
    position: int = 0
    removed_at: datetime | None = optional_moment()
    removed_by: str = words()


class SignatureRow(Row, table=True):
    """A signature, or why there is none, with the hash of what was signed.  Never changed."""

    __tablename__ = "signature"
    __table_args__ = table(
        lines("signer", "actor", "device"),
        notes("reason"),
        one_of("role", SignerRole),
        lines("sealed"),
        sa.CheckConstraint("length(content_sha256) = 64", name="content_sha256"),
        sa.CheckConstraint("ink IS NOT NULL OR reason <> ''", name="ink_or_reason"),
        sa.CheckConstraint("incident_id IS NOT NULL OR visit_id IS NOT NULL", name="about"),
    )

    incident_id: str | None = optional_reference("incident.id")
    visit_id: str | None = optional_words(index=True)
    role: str = required_words()
    signer: str = words()
    reason: str = words()
    at: datetime = moment()
    actor: str = words()
    device: str = words()
    ink: Any = Field(default=None, sa_type=JsonText, nullable=True)
    content_sha256: str = required_words()
    sealed: str = words()


class PaperKeyRow(Row, table=True):
    """The public half of a key that signs paper and seals signatures, in hexadecimal digits; which
    computer wrote it down stands in the operation that did.  Never changed."""

    __tablename__ = "paper_key"
    __table_args__ = table(
        lines("actor"),
        sa.CheckConstraint("length(public) = 64", name="public"),
        sa.UniqueConstraint("public"),
    )

    public: str = required_words()
    since: datetime = moment()
    actor: str = words()


class IssuedDocumentRow(Row, table=True):
    """What a document said when it became final; reprints say the same.  Never changed."""

    __tablename__ = "issued_document"
    __table_args__ = table(
        lines("kind", "number", "issued_by", "app_version"),
        sa.CheckConstraint("length(content_sha256) = 64", name="content_sha256"),
        sa.CheckConstraint("revision >= 1", name="revision"),
        sa.UniqueConstraint("kind", "number", "revision"),
    )

    kind: str = required_words()
    number: str = required_words()
    revision: int = 1
    incident_id: str | None = optional_reference("incident.id")
    visit_id: str | None = optional_words(index=True)
    content: Any = document()
    content_sha256: str = required_words()
    issued_at: datetime = moment()
    issued_by: str = words()
    app_version: str = words()


class HandOutRow(Row, table=True):
    """One hand-out of a document: saved, printed, mailed or sealed.  Never changed."""

    __tablename__ = "hand_out"
    __table_args__ = table(
        lines(
            "kind", "number", "languages", "recipient", "file_name", "actor", "device", "sealed_by"
        ),
        one_of("how", HandOut),
        within("size", 0, 2_000_000_000),
        within("pages", 1, 1_000_000),
        sa.CheckConstraint("length(content_sha256) = 64", name="content_sha256"),
        sa.CheckConstraint("length(file_sha256) = 64", name="file_sha256"),
        sa.Index("ix_hand_out_kind_number", "kind", "number"),
        sa.Index("ix_hand_out_at", "at"),
    )

    kind: str = required_words()
    number: str = required_words()
    content_sha256: str = required_words()
    at: datetime = moment()
    actor: str = words()
    device: str = words()
    how: str = required_words()
    languages: str = words()
    recipient: str = words()
    file_name: str = words()
    file_sha256: str = required_words()
    size: int = 0
    pages: int = 1
    sealed_by: str = words()


class CalendarEntryRow(Row, table=True):
    """An appointment as it was last handed to a technician in a calendar."""

    __tablename__ = "calendar_entry"
    __table_args__ = table(
        lines("title", "place"),
        within("revision", 0, 1_000_000_000),
        within("start_minute", 0, 1_439),
        within("minutes", 0, 100_000),
        sa.UniqueConstraint("technician_id", "visit_id"),
        sa.Index("ix_calendar_entry_technician_id_planned_on", "technician_id", "planned_on"),
    )

    technician_id: str = required_words()
    visit_id: str = required_words()
    revision: int = 0
    planned_on: date = day()
    start_minute: int | None = Field(default=None)
    minutes: int = 0
    title: str = words()
    place: str = words()
    cancelled: bool = flag()
