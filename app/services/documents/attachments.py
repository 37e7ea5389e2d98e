"""Photos and files of incidents, visits and terminals: taken in safely, kept as evidence."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col

from app import files
from app.domain import text
from app.domain.documents import (
    PICTURE_NAMES,
    Attachment,
    AttachmentDraft,
    Stage,
    check_attachment,
)
from app.domain.errors import BadValue, Cancelled, InvalidInput, NotFound, Problems, Unavailable
from app.domain.event_data import change_of
from app.reports.media.photo import NO_HEIC, Prepared
from app.services.core.blobs import BlobStore
from app.services.core.context import ServiceContext, chunks
from app.services.core.operations import Merge, operation
from app.services.core.rights import require
from app.services.documents.attachment_guard import check_content
from app.services.documents.photos import PictureDecoder, media_type, too_many_pixels
from db.models.documents import AttachmentRow

LARGEST = 25 * 1024 * 1024
"""Bytes one file may have."""
MOST = 200
"""Files one incident or visit may have."""


@dataclass(frozen=True, slots=True)
class Owner:
    """What a file belongs to; one of the three."""

    incident_id: str = ""
    visit_id: str = ""
    terminal_id: str = ""

    @property
    def columns(self) -> dict[str, str | None]:
        """The owner as columns of a row."""
        return {
            "incident_id": self.incident_id or None,
            "visit_id": self.visit_id or None,
            "terminal_id": self.terminal_id or None,
        }

    @property
    def condition(self) -> Any:
        """The owner as a condition of a query."""
        for name, value in self.columns.items():
            if value:
                return getattr(AttachmentRow, name) == value
        raise ValueError("an attachment belongs to something")

    @property
    def kinds(self) -> tuple[str, str]:
        """Kind of record and its id, for the change that is announced."""
        found = next((n, v) for n, v in self.columns.items() if v)
        return found[0].removesuffix("_id"), str(found[1])


@dataclass(frozen=True, slots=True, kw_only=True)
class DecodedPicture:
    """What decoding found: `damaged` when it cannot be shown, width and height in pixels, and the
    copy for paper by its hash; empty when there is none."""

    damaged: bool = False
    width: int = 0
    height: int = 0
    taken_at: datetime | None = None
    print_sha256: str = ""
    print_width: int = 0
    print_height: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptFile:
    """A file that lies in the store: its hash, its size in bytes and what it is."""

    sha256: str
    size: int
    media_type: str
    picture: DecodedPicture


class Attachments:
    """Use cases of photos and files."""

    def __init__(self, context: ServiceContext, blobs: BlobStore, decoder: PictureDecoder) -> None:
        self._context = context
        self._blobs = blobs
        self._decoder = decoder

    def listing(self, owner: Owner) -> tuple[Attachment, ...]:
        """The files of an owner, in their order."""
        with self._context.read() as session:
            return read_attachments(session, owner)

    def add(self, owner: Owner, content: bytes, draft: AttachmentDraft) -> Attachment:
        """Take in one file.  A damaged picture is kept as it is and marked: it may be evidence.
        One that cannot be decoded now is kept too, `Attachment.waiting`, and tried again by `copy`.

        Raises `InvalidInput` (too large, of a kind that is not kept, too many, a card number in
        it), `Unavailable` (disk full), `NotPermitted`; nothing is stored then.
        """
        require(self._context, "attachment.add")
        checked = check_attachment(draft)
        kind = _accepted(content)
        prepared = self._decoded(content) if kind.startswith("image/") else Prepared()
        if prepared.problem == "too_large":
            raise too_many_pixels("file", prepared)
        if prepared.problem == NO_HEIC:
            raise InvalidInput.of("file", "photo.heic")
        check_content(content, kind, checked.name, prepared.texts)
        # The files first, then the row: a row never names a file that is not safely there.
        file = KeptFile(
            sha256=self._blobs.put(content),
            size=len(content),
            media_type=kind,
            picture=self._picture(prepared),
        )
        return self._add(owner, file, checked)

    def _picture(self, prepared: Prepared) -> DecodedPicture:
        return DecodedPicture(
            damaged=bool(prepared.problem),
            width=prepared.width,
            height=prepared.height,
            taken_at=_taken_at(prepared.taken, self._context),
            print_sha256=self._blobs.put(prepared.copy) if prepared.copy else "",
            print_width=prepared.copy_width,
            print_height=prepared.copy_height,
        )

    @operation("attachment.add")
    def _add(self, owner: Owner, file: KeptFile, draft: AttachmentDraft) -> Attachment:
        place, picture = self._context, file.picture
        with place.write() as unit:
            position = self._next_position(unit.session, owner)
            row = AttachmentRow(
                incident_id=owner.incident_id or None,
                visit_id=owner.visit_id or None,
                terminal_id=owner.terminal_id or None,
                sha256=file.sha256,
                size=file.size,
                media_type=file.media_type,
                name=draft.name,
                stage=draft.stage,
                caption=draft.caption,
                taken_at=draft.taken_at or picture.taken_at,
                added_at=unit.now,
                added_by=place.actor,
                damaged=picture.damaged,
                width=picture.width,
                height=picture.height,
                print_sha256=picture.print_sha256,
                print_width=picture.print_width,
                print_height=picture.print_height,
                position=position,
            )
            unit.session.add(row)
            unit.session.flush()
            record, key = owner.kinds
            unit.touched("attachment", [row.id])
            unit.touched(record, [key])
            unit.changed(record, key, change_of("attachment", None, draft.name))
            return attachment_of(row)

    def add_file(self, owner: Owner, path: Path, draft: AttachmentDraft) -> Attachment:
        """Take in one file from disk.  Raises as `add`, and `InvalidInput` when it cannot be
        read; a file too large is not even read."""
        named = draft if draft.name else replace(draft, name=path.name)
        return self.add(owner, read_file(path), named)

    def add_files(
        self,
        owner: Owner,
        paths: Sequence[Path],
        stage: Stage,
        *,
        progress: Callable[[int, int], None] | None = None,
        cancelled: Callable[[], bool] | None = None,
    ) -> list[Attachment]:
        """Take in several files; each that is refused is named in the `InvalidInput` raised at the
        end, the others are kept.  Raises `Cancelled`; what was taken in until then stays."""
        added: list[Attachment] = []
        problems = Problems()
        for i, path in enumerate(paths):
            if cancelled is not None and cancelled():
                raise Cancelled
            try:
                added.append(self.add_file(owner, path, AttachmentDraft(path.name, stage)))
            except InvalidInput as refused:
                for problem in refused.problems:
                    problems.add(path.name, problem.code, **problem.params)
            if progress is not None:
                progress(i + 1, len(paths))
        problems.raise_if_any()
        return added

    def _as_said(self, given: Mapping[str, Any]) -> tuple[dict[str, Any], int] | None:
        """What is said about a file, for a change to be merged with."""
        with self._context.read() as session:
            row = session.get(AttachmentRow, given["attachment_id"])
            return None if row is None else ({"stage": row.stage, "caption": row.caption}, 0)

    @operation("attachment.change", merge=Merge(read=_as_said, fields=("stage", "caption")))
    def change(self, attachment_id: str, stage: Stage, caption: str) -> None:
        """Say what a file shows.  Raises `InvalidInput`, `NotFound`."""
        problems = Problems()
        cleaned = ""
        with problems.field("caption"):
            cleaned = text.free_line(caption)
        problems.raise_if_any()
        with self._context.write() as unit:
            row = _load(unit.session, attachment_id)
            row.stage, row.caption = stage, cleaned
            unit.touched("attachment", [row.id])
            unit.touched(*_touched(row))

    @operation("attachment.remove")
    def remove(self, attachment_id: str) -> None:
        """Take a file away from its owner.  The file itself stays.  Raises `NotFound`."""
        with self._context.write() as unit:
            row = _load(unit.session, attachment_id)
            row.removed_at, row.removed_by = unit.now, self._context.actor
            unit.touched("attachment", [row.id])
            owner, keys = _touched(row)
            unit.touched(owner, keys)
            unit.changed(owner, keys[0], change_of("attachment", row.name, None))

    def original(self, attachment: Attachment) -> bytes:
        """The file as it came, with everything its camera wrote into it; for evidence only.

        Raises `NotFound`, `Unavailable`."""
        return self._blobs.get(attachment.sha256)

    def copy(self, attachment: Attachment) -> bytes:
        """The upright copy without place or device data, as JPEG; made now when it could not be
        made before.  Raises `NotFound` (not a picture, or lost), `Unavailable`."""
        if attachment.waiting:
            attachment = self._decode_again(attachment)
        if not attachment.printable:
            raise NotFound("attachment", attachment.name)
        return self._blobs.get(attachment.print_sha256)

    def _decoded(self, content: bytes) -> Prepared:
        try:
            return self._decoder.prepare(content)
        except Unavailable as failed:
            if failed.code != "photo.cannot_decode":
                raise
            # Nothing is known about the picture, so nothing is said about it.
            return Prepared()

    def _decode_again(self, attachment: Attachment) -> Attachment:
        prepared = self._decoder.prepare(self._blobs.get(attachment.sha256))
        return self._note_decoded(attachment.id, self._picture(prepared))

    @operation("attachment.decode")
    def _note_decoded(self, attachment_id: str, picture: DecodedPicture) -> Attachment:
        with self._context.write() as unit:
            row = _load(unit.session, attachment_id)
            row.damaged = picture.damaged
            row.width, row.height = picture.width, picture.height
            row.print_sha256 = picture.print_sha256
            row.print_width, row.print_height = picture.print_width, picture.print_height
            row.taken_at = row.taken_at or picture.taken_at
            unit.touched("attachment", [row.id])
            unit.touched(*_touched(row))
            return attachment_of(row)

    def _next_position(self, session: Session, owner: Owner) -> int:
        last, count = session.execute(
            sa.select(sa.func.max(col(AttachmentRow.position)), sa.func.count()).where(
                owner.condition, col(AttachmentRow.removed_at).is_(None)
            )
        ).one()
        if count >= MOST:
            raise InvalidInput.of("file", "file.too_many", limit=MOST)
        return (last or 0) + 1


PICTURE_SUFFIXES = frozenset(f".{name}" for name in PICTURE_NAMES)


def newest_pictures(folder: Path, limit: int = 60) -> list[Path]:
    """The newest pictures of a camera's folder.  Raises `InvalidInput` when it cannot be read."""
    try:
        found = [path for path in folder.iterdir() if path.suffix.lower() in PICTURE_SUFFIXES]
        return sorted(found, key=lambda path: path.stat().st_mtime, reverse=True)[:limit]
    except OSError:
        raise InvalidInput.of("folder", "file.missing", name=str(folder)) from None


def read_file(path: Path) -> bytes:
    """A file not larger than `LARGEST`.  Raises `InvalidInput`, `Unavailable`."""
    try:
        if path.stat().st_size > LARGEST:
            raise InvalidInput.of("file", "file.too_large", name=path.name, limit=LARGEST >> 20)
        return files.read_chosen(path, LARGEST)
    except FileNotFoundError:
        raise InvalidInput.of("file", "file.missing", name=path.name) from None
    except PermissionError:
        raise InvalidInput.of("file", "file.unreadable", name=path.name) from None
    except OSError as failure:
        raise files.unavailable(failure, path.parent) from failure


def read_attachments(session: Session, owner: Owner) -> tuple[Attachment, ...]:
    """The files of an owner, in an open session."""
    rows = session.execute(
        sa.select(AttachmentRow)
        .where(owner.condition, col(AttachmentRow.removed_at).is_(None))
        .order_by(col(AttachmentRow.position), col(AttachmentRow.id))
    ).scalars()
    return tuple(attachment_of(row) for row in rows)


def counts(session: Session, visit_ids: Iterable[str]) -> dict[str, int]:
    """How many files each visit has."""
    found: dict[str, int] = {}
    for part in chunks(sorted(visit_ids)):
        query = (
            sa.select(col(AttachmentRow.visit_id), sa.func.count())
            .where(col(AttachmentRow.visit_id).in_(part), col(AttachmentRow.removed_at).is_(None))
            .group_by(col(AttachmentRow.visit_id))
        )
        found |= {str(visit_id): count for visit_id, count in session.execute(query)}
    return found


def _accepted(content: bytes) -> str:
    problems = Problems()
    kind = ""
    with problems.field("file"):
        if len(content) > LARGEST:
            raise BadValue("file.too_large", name="", limit=LARGEST >> 20)
        kind = media_type(content)
    problems.raise_if_any()
    return kind


def _taken_at(written: str, place: ServiceContext) -> datetime | None:
    """When the camera says the picture was taken; its clock knows no zone."""
    try:
        taken = datetime.strptime(written, "%Y:%m:%d %H:%M:%S")  # noqa: DTZ007 - made aware below
    except ValueError:
        return None
    if not 1990 <= taken.year <= 2200:
        return None
    return taken.replace(tzinfo=place.zone) if place.zone else taken.astimezone()


def _load(session: Session, attachment_id: str) -> AttachmentRow:
    row = session.get(AttachmentRow, attachment_id)
    if row is None or row.removed_at is not None:
        raise NotFound("attachment", attachment_id)
    return row


def _touched(row: AttachmentRow) -> tuple[str, list[str]]:
    kind, key = Owner(row.incident_id or "", row.visit_id or "", row.terminal_id or "").kinds
    return kind, [key]


def attachment_of(row: AttachmentRow) -> Attachment:
    """A stored file as callers know it."""
    return Attachment(
        id=row.id,
        sha256=row.sha256,
        size=row.size,
        media_type=row.media_type,
        name=row.name,
        stage=Stage(row.stage),
        caption=row.caption,
        taken_at=row.taken_at,
        added_at=row.added_at,
        added_by=row.added_by,
        damaged=row.damaged,
        width=row.width,
        height=row.height,
        print_sha256=row.print_sha256,
        print_width=row.print_width,
        print_height=row.print_height,
    )
