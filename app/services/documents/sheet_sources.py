"""What several documents are filled from: zone and catalogue, devices, photos, signatures."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta, tzinfo
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col

from app.domain.diagnosis.knowledge import OTHER, Knowledge
from app.domain.documents import Attachment, Signature, ink_sha256
from app.domain.incidents.terminal_stops import OpenStop
from app.domain.register.terminals import Terminal
from app.languages import LocalizedText
from app.reports.data.sheets import Device, Merchant, Photo, SignedBlock, UnshownFile
from app.reports.typeset.pictures import Picture
from app.services.incidents.terminal_stops import what_to_do
from app.texts import localized
from app.texts.safety_stops import open_stop_on_paper
from db.models.register import AreaRow, MerchantRow
from db.queries import AREA


@dataclass(frozen=True, slots=True)
class SheetContext:
    """What a sheet needs beside the database: the zone times are printed in, the catalogue."""

    zone: tzinfo | None
    knowledge: Knowledge

    def local(self, moment: datetime) -> datetime:
        """A moment in the zone it is printed in, which travels with it from then on."""
        return moment.astimezone(self.zone).replace(microsecond=0)

    def perhaps(self, moment: datetime | None) -> datetime | None:
        """The same for a moment that may be open."""
        return None if moment is None else self.local(moment)

    def midnight(self, day: date) -> datetime:
        """The first moment of a day."""
        return datetime.combine(day, time(), self.zone).astimezone(self.zone)


@dataclass(frozen=True, slots=True)
class DateSpan:
    """Days from `since` to `until`, both included."""

    since: date
    until: date

    @property
    def days(self) -> list[date]:
        """Every day of it."""
        count = (self.until - self.since).days + 1
        return [self.since + timedelta(days=n) for n in range(count)]

    def bounds(self, around: SheetContext) -> tuple[datetime, datetime]:
        """The first moment of the period and the first after it."""
        return around.midnight(self.since), around.midnight(self.until + timedelta(days=1))


def catalogue_words(entries: Mapping[str, Any], key: str) -> LocalizedText:
    """An entry of the fault catalogue in words.  One the catalogue no longer has is named as
    such: its id is all that is left of it."""
    if not key:
        return LocalizedText()
    if key == OTHER:
        return localized("Other")
    found = entries.get(key)
    if found is None:
        return localized("entry of an older catalogue ({key})", key=key)
    text: LocalizedText = found.text
    return text


def stops_on_paper(stops: Iterable[OpenStop], knowledge: Knowledge) -> tuple[LocalizedText, ...]:
    """The safety stops other incidents left at a terminal, and below each what it asks for."""
    told = (replace(stop, do=what_to_do(stop.said, knowledge)) for stop in stops)
    return tuple(map(open_stop_on_paper, told))


_DEVICE = (
    "manufacturer",
    "model",
    "kind",
    "serial",
    "tid",
    "firmware",
    "required_firmware",
    "app_version",
    "link",
    "iccid",
    "imei",
    "seal_no",
    "installed_on",
    "warranty_until",
)


def device_of(terminal: Terminal) -> Device:
    """A registered terminal as a sheet shows it."""
    return Device(**{name: getattr(terminal, name) for name in _DEVICE})


def merchant_of(terminal: Terminal) -> Merchant:
    """Where a terminal stands, as a sheet shows it."""
    return Merchant(
        name=terminal.merchant_name,
        mid=terminal.mid,
        uscc=terminal.uscc,
        address=terminal.address,
        registered_address=terminal.registered_address,
        area=terminal.area,
        contact=terminal.contact_name,
        phone=terminal.contact_phone,
        acquirer=terminal.acquirer,
    )


def merchant_by_id(session: Session, merchant_id: str | None) -> Merchant:
    """A shop as a sheet shows it, when no terminal of it is meant; empty for none."""
    found = session.execute(
        sa.select(MerchantRow, col(AreaRow.name))
        .outerjoin(*AREA)
        .where(col(MerchantRow.id) == merchant_id)
    ).one_or_none()
    if found is None:
        return Merchant()
    row, area = found
    return Merchant(
        name=row.name,
        mid=row.mid,
        uscc=row.uscc,
        address=row.address,
        registered_address=row.address,
        area=area or "",
        contact=row.contact_name,
        phone=row.phone,
    )


def photos_of(attachments: Iterable[Attachment], around: SheetContext) -> tuple[Photo, ...]:
    """The printable pictures with their captions."""
    return tuple(
        Photo(
            Picture(item.print_sha256, item.print_width, item.print_height),
            item.stage,
            item.caption,
            around.perhaps(item.taken_at),
            item.damaged,
        )
        for item in attachments
        if item.printable
    )


def kept_of(attachments: Iterable[Attachment]) -> tuple[UnshownFile, ...]:
    """The files paper cannot show: no picture, or one that could not be decoded."""
    return tuple(
        UnshownFile(item.name, item.stage, item.sha256, item.size, item.caption)
        for item in attachments
        if not item.printable
    )


def signed_of(signature: Signature, current: str, around: SheetContext) -> SignedBlock:
    """A stored signature as a sheet shows it; one for other content than `current` is marked."""
    return SignedBlock(
        role=signature.role,
        signer=signature.signer,
        at=around.local(signature.at),
        ink=signature.ink and signature.ink.drawing,
        reason=signature.reason,
        content_sha256=signature.content_sha256,
        changed_since=signature.content_sha256 != current,
        ink_sha256=ink_sha256(signature.ink) if signature.ink else "",
        sealed=signature.sealed,
    )
