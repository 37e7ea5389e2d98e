"""Values several documents share: the house, pictures, signatures, the document itself.

A sheet holds everything its pages say, as plain values; moments carry the zone they are printed in.
Sheets are filled by `app.services.documents.reporting` and, from the copy inside a PDF, by
`content.document_of`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Protocol

from app.domain.documents import Ink
from app.reports.typeset.pictures import Picture


@dataclass(frozen=True, slots=True)
class Issuer:
    """The company on the paper.  Empty wordings mean the standard ones."""

    company: str = ""
    phone: str = ""
    logo: Picture | None = None
    notice_zh: str = ""
    notice_en: str = ""
    closing_zh: str = ""
    closing_en: str = ""


@dataclass(frozen=True, slots=True)
class SignedBlock:
    """Who signed, as what and when, for which content; or why nobody did."""

    role: str
    signer: str = ""
    at: datetime | None = None
    ink: Ink | None = None
    reason: str = ""
    content_sha256: str = ""
    changed_since: bool = False


class Sheet(Protocol):
    """What every sheet tells of itself."""

    @property
    def number(self) -> str:
        """The document's number; empty where a kind has none."""

    @property
    def made_at(self) -> datetime:
        """The moment its facts are of."""


@dataclass(frozen=True, slots=True)
class PrintedSheet:
    """One document to print: what kind, in which languages, for which house, saying what."""

    kind: str
    languages: tuple[str, ...]
    house: Issuer
    sheet: Sheet
    paper: str = field(default="a4")

    def __post_init__(self) -> None:
        if not self.languages or set(self.languages) - {"zh", "en"}:
            raise ValueError(f"languages of a document: {self.languages!r}")


# --- parts several sheets have ------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class LocalizedText:
    """A text stored in both languages, such as a catalogue entry."""

    zh: str = ""
    en: str = ""


@dataclass(frozen=True, slots=True)
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


@dataclass(frozen=True, slots=True)
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
class TestedItem:
    """One line of a test: what, its outcome, a slip number or value."""

    item: str
    outcome: str
    reference: str = ""
