"""Photos and files kept as evidence, signatures, and how documents are handed out."""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from app.domain import text
from app.domain.cardguard import mask_cards
from app.domain.errors import Problems
from app.languages import NO_TEXT, SOURCE, LocalizedText


class Stage(StrEnum):
    """What a photo was taken to show."""

    BEFORE = "before"
    AFTER = "after"
    EVIDENCE = "evidence"
    SERIAL = "serial"
    SEAL = "seal"


class SignerRole(StrEnum):
    """Who signs."""

    MERCHANT = "merchant"
    TECHNICIAN = "technician"
    REVIEWER = "reviewer"


class HandOut(StrEnum):
    """How a document was handed out."""

    SAVED = "saved"
    PRINTED = "printed"
    MAILED = "mailed"
    SEALED = "sealed"
    SHARED = "shared"
    """Put on the clipboard or dragged into another program."""


PICTURE_NAMES = ("jpg", "jpeg", "png", "webp", "heic", "heif", "gif", "bmp", "tif", "tiff")
"""How the names of pictures end that are taken in."""
PICTURE_PATTERNS = " ".join(f"*.{name}" for name in PICTURE_NAMES)
"""The same for a dialog that asks for a file."""

PAPERS = ("a4", "letter", "a5", "roll80", "roll58")
"""The sizes of paper documents are made for.  Rolls, of so many millimetres, are for what a
merchant is given; other documents are A4 then, as they are where A5 is too small for them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Letterhead:
    """What the settings of a machine say about documents.  `logo` is the path of an image."""

    company: str = ""
    phone: str = ""
    logo: str = ""
    notice: LocalizedText = NO_TEXT
    closing: LocalizedText = NO_TEXT
    language: str = SOURCE
    paper: str = "a4"
    sums_in_words: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintJob:
    """What was chosen in the system's dialog.  `pages` such as ``2-3,5``, empty for all; `sides`
    and `media` in the words of CUPS; `fit` to the paper when the pages have another size; `more`
    are options of the printer's own."""

    printer: str
    title: str
    copies: int = 1
    collate: bool = True
    pages: str = ""
    reverse: bool = False
    sides: str = ""
    grey: bool = False
    media: str = ""
    fit: bool = False
    more: tuple[str, ...] = ()


Point = tuple[int, int, int]
"""A point of a signature: x, y in thousandths of the pad's height, milliseconds since it began."""

LARGEST_INK = 20_000
"""Points a signature may have; a pen gives a few hundred."""
LEAST_INK = 60
"""How far apart, in thousandths of the pad's height, the outermost points must at least lie; a
touched screen is no signature."""


@dataclass(frozen=True, slots=True)
class Ink:
    """A drawn signature: strokes on a pad `width` wide and 1000 high."""

    width: int
    strokes: tuple[tuple[Point, ...], ...]

    @property
    def drawing(self) -> Ink:
        """What is seen of it: the strokes without their times, which tell how a person moves."""
        strokes = tuple(tuple((x, y, 0) for x, y, _at in stroke) for stroke in self.strokes)
        return Ink(self.width, strokes)

    @property
    def extent(self) -> int:
        """The larger of width and height of what was drawn."""
        points = [point for stroke in self.strokes for point in stroke]
        if not points:
            return 0
        return max(max(p[i] for p in points) - min(p[i] for p in points) for i in (0, 1))


def ink_sha256(ink: Ink) -> str:
    """The hash of a drawn signature, with the times it has."""
    said = json.dumps([ink.width, ink.strokes], separators=(",", ":"))
    return hashlib.sha256(said.encode()).hexdigest()


def ink_of(content: object) -> Ink | None:
    """The ink stored as JSON, or None."""
    if not isinstance(content, dict):
        return None
    return Ink(
        int(content["width"]),
        tuple(
            tuple((int(x), int(y), int(t)) for x, y, t in stroke) for stroke in content["strokes"]
        ),
    )


@dataclass(frozen=True, slots=True)
class SignatureDraft:
    """A signature as drawn, or why there is none."""

    role: SignerRole = SignerRole.MERCHANT
    signer: str = ""
    ink: Ink | None = None
    reason: str = ""


def check_signature(draft: SignatureDraft) -> SignatureDraft:
    """The draft cleaned: ink with a name, or a reason.  Raises `InvalidInput`."""
    problems = Problems()
    signer = reason = ""
    with problems.field("signer"):
        signer = text.free_line(draft.signer)
    with problems.field("reason"):
        reason = text.note(draft.reason, 500)
    ink = draft.ink if draft.ink is not None and draft.ink.strokes else None
    if ink is None and not reason:
        problems.add("ink", "signature.missing")
    if ink is not None:
        if ink.extent < LEAST_INK:
            problems.add("ink", "signature.too_small")
        if sum(map(len, ink.strokes)) > LARGEST_INK:
            problems.add("ink", "signature.too_long")
        if not signer:
            problems.add("signer", "text.missing")
    problems.raise_if_any()
    return SignatureDraft(draft.role, signer, ink, "" if ink else reason)


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature:
    """A signature as stored.  `content_sha256` is what was signed, `sealed` how the computer it was
    drawn on vouches for it; empty where none could."""

    id: str
    role: SignerRole
    signer: str
    reason: str
    at: datetime
    by: str
    ink: Ink | None
    content_sha256: str
    sealed: str = ""


def confirms(signed_at: datetime, resolved_at: datetime | None) -> bool:
    """Whether a signature stands under the report of what was resolved then.  One given before,
    while the work went on or for a result that was taken back, stands under another."""
    return resolved_at is not None and signed_at >= resolved_at


@dataclass(frozen=True, slots=True)
class AttachmentDraft:
    """What is said about a file when it is added."""

    name: str = ""
    stage: Stage = Stage.EVIDENCE
    caption: str = ""
    taken_at: datetime | None = None


def check_attachment(draft: AttachmentDraft) -> AttachmentDraft:
    """The draft cleaned.  Raises `InvalidInput`."""
    problems = Problems()
    caption = ""
    with problems.field("caption"):
        caption = text.free_line(draft.caption)
    problems.raise_if_any()
    return AttachmentDraft(safe_name(draft.name), draft.stage, caption, draft.taken_at)


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """A file kept beside the database, and its print copy when it is a picture."""

    id: str
    sha256: str
    size: int
    media_type: str
    name: str
    stage: Stage
    caption: str
    taken_at: datetime | None
    added_at: datetime
    added_by: str
    damaged: bool
    width: int
    height: int
    print_sha256: str
    print_width: int
    print_height: int

    @property
    def printable(self) -> bool:
        """Whether it can be shown on paper."""
        return bool(self.print_sha256)

    @property
    def waiting(self) -> bool:
        """Whether it is a picture that could not be decoded yet, through no fault of its own."""
        return self.media_type.startswith("image/") and not self.damaged and not self.printable


_RESERVED = re.compile(r"(?i)^(con|prn|aux|nul|com\d|lpt\d)(\.|$)")
_FORBIDDEN = re.compile(r'[\x00-\x1f\x7f<>:"/\\|?*\u202a-\u202e\u2066-\u2069\u200e\u200f]')
LONGEST_NAME = 120
"""Bytes of UTF-8 a file name may have; file systems allow 255 with room for a suffix."""


def safe_name(raw: str, fallback: str = "file") -> str:
    """A name any file system takes and that hides nothing: the last part of a path, without
    control and direction marks, no reserved name, card numbers masked."""
    name = unicodedata.normalize("NFC", raw).replace("\\", "/").rsplit("/", 1)[-1]
    name = "".join(char for char in name if unicodedata.category(char) != "Cs")
    name = mask_cards(" ".join(_FORBIDDEN.sub("", name).split())).replace("*", "x").strip(". ")
    if not name:
        return fallback
    if _RESERVED.match(name):
        name = f"_{name}"
    stem, dot, suffix = name.rpartition(".")
    if not dot or len(suffix) > 8:
        stem, suffix = name, ""
    room = LONGEST_NAME - (len(suffix.encode()) + 1 if suffix else 0)
    while len(stem.encode("utf-8")) > room:
        stem = stem[:-1]
    return f"{stem}.{suffix}" if suffix else stem


@dataclass(frozen=True, slots=True)
class FaultyFile:
    """A photo or file that is ``lost`` or ``damaged``, and the incident it belongs to."""

    number: str
    name: str
    fault: str
