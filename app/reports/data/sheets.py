"""Values several documents share: the issuing company, pictures, signatures, the document.

A sheet holds everything its pages say, as plain values; moments carry the zone they are printed in.
Sheets are filled by `app.services.documents.reporting` and, from the copy inside a PDF, by
`content.document_of`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Protocol

from app.domain.documents import Ink
from app.domain.wordings import StampPlace
from app.languages import LANGUAGES, NO_TEXT, LocalizedText
from app.reports.typeset.pictures import Picture

BY_LANGUAGE = "by_language"
"""Marks a text that the embedded copy holds as ``notice_zh``, ``notice_en`` and so on."""

ADDED_LATER = {"later": True}
"""Marks a field of a sheet that documents of earlier versions do not have; it needs a default."""

EARLIER_ONLY = {"earlier": True}
"""Marks a field that holds the words of documents of an earlier format; it needs a default, and
new documents do not have it."""


EDITION = 5
"""Of the paper of documents made now.  Since 2 only papers a merchant sees warn of being asked for
a PIN, the code of a report tells the result and what is due, and the agreement to sign on a screen
is printed; since 3 no heading stands above a single line at the foot of a page, and words and
serial numbers are not cut where there is room; since 4 any paper that just does not fit one page is
set a little smaller, a box stays beside its word and a number beside its unit; since 5 the page
of a technician explains its signs, what counts by days tells a day, and an addendum is printed on
the roll of its report.  Those made before are still made as they were."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Issuer:
    """The company on the paper.  Empty wordings mean the standard ones: `titles` are by kind of
    document, `stamp` is where a stamp has its room, `hidden` are columns left out
    (`app.domain.wordings`).  `edition` is which of the editions of the paper it is (`EDITION`)."""

    company: str = ""
    phone: str = ""
    logo: Picture | None = None
    notice: LocalizedText = field(default=NO_TEXT, metadata={BY_LANGUAGE: True})
    closing: LocalizedText = field(default=NO_TEXT, metadata={BY_LANGUAGE: True})
    sums_in_words: bool = field(default=False, metadata=ADDED_LATER)
    titles: tuple[tuple[str, LocalizedText], ...] = field(default=(), metadata=ADDED_LATER)
    stamp: str = field(default=StampPlace.RIGHT.value, metadata=ADDED_LATER)
    hidden: tuple[str, ...] = field(default=(), metadata=ADDED_LATER)
    edition: int = field(default=1, metadata=ADDED_LATER)

    @property
    def holds_together(self) -> bool:
        """Whether headings keep lines below them, and words and serial numbers stay whole."""
        return self.edition >= 3

    @property
    def saves_pages(self) -> bool:
        """Whether papers are set closer where that saves a page, and what is read together (a box
        and its word, a number and its unit) stands on one line."""
        return self.edition >= 4

    @property
    def explains_each_page(self) -> bool:
        """Whether a page that is handed out alone explains its signs."""
        return self.edition >= 5

    @property
    def tells_days(self) -> bool:
        """Whether what counts by days tells a day, without a time."""
        return self.edition >= 5

    def title(self, kind: str) -> LocalizedText:
        """What it calls a kind of document; empty for the kind's own title."""
        return dict(self.titles).get(kind, NO_TEXT)


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedBlock:
    """Who signed, as what and when, for which content; or why nobody did.

    `ink` is the drawing without its times, which are a trait of the person and stay in the office;
    `ink_sha256` is the hash of the whole, and `sealed` says which computer vouches for it
    (`app.reports.data.signature_seal`)."""

    role: str
    signer: str = ""
    at: datetime | None = None
    ink: Ink | None = None
    reason: str = ""
    content_sha256: str = ""
    changed_since: bool = False
    ink_sha256: str = field(default="", metadata=ADDED_LATER)
    sealed: str = field(default="", metadata=ADDED_LATER)


class Sheet(Protocol):
    """What every sheet has."""

    @property
    def number(self) -> str:
        """The document's number; empty where a kind has none."""

    @property
    def made_at(self) -> datetime:
        """The moment its facts are of."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintedSheet:
    """One document to print: what kind, in which languages, for which company, saying what.

    `signed` is the signature in its QR code (`app.reports.data.paper_code`), where it has one
    already.  `written` is the data it was read from, when an earlier version wrote it: printed
    again it carries the same data and the same hash."""

    kind: str
    languages: tuple[str, ...]
    house: Issuer
    sheet: Sheet
    paper: str = field(default="a4")
    signed: str = ""
    written: Mapping[str, Any] | None = field(default=None, compare=False)

    def __post_init__(self) -> None:
        if not self.languages or set(self.languages) - LANGUAGES.keys():
            raise ValueError(f"languages of a document: {self.languages!r}")


# --- parts several sheets have ------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Merchant:
    """Block 2: the shop."""

    name: str = ""
    mid: str = ""
    uscc: str = ""
    address: str = ""
    registered_address: str = ""
    area: str = ""
    contact: str = ""
    phone: str = ""
    acquirer: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Device:
    """Block 3: the terminal."""

    manufacturer: str = ""
    model: str = ""
    kind: str = ""
    serial: str = ""
    tid: str = ""
    firmware: str = ""
    required_firmware: str = ""
    app_version: str = ""
    link: str = ""
    iccid: str = ""
    imei: str = ""
    seal_no: str = ""
    installed_on: date | None = None
    warranty_until: date | None = None


@dataclass(frozen=True, slots=True)
class Photo:
    """A picture with what it shows."""

    picture: Picture
    stage: str
    caption: str = ""
    at: datetime | None = None
    damaged: bool = False


@dataclass(frozen=True, slots=True)
class UnshownFile:
    """A file kept as evidence that paper cannot show: its name, what it is of, its hash and size
    in bytes."""

    name: str
    stage: str
    sha256: str
    size: int
    caption: str = ""


@dataclass(frozen=True, slots=True)
class TestedItem:
    """One line of a test: what, its outcome, a slip number or value."""

    item: str
    outcome: str
    reference: str = ""
