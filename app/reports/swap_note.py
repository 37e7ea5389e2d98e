"""换机 / 退机单: which device went, which came, in whose custody the old one is."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from app.i18n import N_
from app.reports.blocks import EMPTY, TICKED, Fact, Tick, facts, section, ticks
from app.reports.frame import Head
from app.reports.kind import Kind
from app.reports.parts import listed, merchant_facts, photos, yes_no
from app.reports.sheets import Device, Merchant, Photo, Signed
from app.reports.signing import Place, signatures
from app.reports.story import Story
from app.reports.style import MM, SMALL
from app.reports.tables import Column, Row, table
from app.reports.words import Speech, Words

REASONS = (
    "chip_error", "print_error", "power", "terminal_error", "wrong_key", "wrong_password",
    "suspected_tampering", "tampered", "compromised", "contract", "upgrade", "other",
)  # fmt: skip
"""Closure codes acquirers ask for at a swap."""

ACCESSORIES = ("charger", "battery", "pinpad", "cable", "sim", "paper", "base")


@dataclass(frozen=True, slots=True)
class SwapNoteSheet:
    """Everything a swap or return note says; without a new device it is a return."""

    number: str
    made_at: datetime
    incident: str = ""
    merchant: Merchant = field(default_factory=Merchant)
    old: Device = field(default_factory=Device)
    new: Device | None = None
    reason: str = ""
    reason_text: str = ""
    unsent_cleared: bool | None = None
    settled: bool | None = None
    keys_erased: bool | None = None
    custody: str = ""
    bag_no: str = ""
    goes_to: str = ""
    accessories: tuple[str, ...] = ()
    condition: str = ""
    technician: str = ""
    technician_code: str = ""
    merchant_signed: Signed | None = None
    technician_signed: Signed | None = None
    photos: tuple[Photo, ...] = ()


def _title(sheet: SwapNoteSheet, t: Speech) -> Words:
    return t("Terminal swap note") if sheet.new else t("Terminal return note")


def _head(sheet: SwapNoteSheet, t: Speech) -> Head:
    day = t.day(sheet.made_at.date())
    meta = Words(listed(day, sheet.incident))
    serial = sheet.new.serial if sheet.new else ""
    qr = f"POSCARE;{sheet.number};{sheet.old.serial};{serial};{day}"
    return Head(_title(sheet, t), sheet.number, meta, qr)


def _compose(sheet: SwapNoteSheet, story: Story) -> None:
    t = story.t
    facts(story, merchant_facts(t, sheet.merchant, boxes=True))
    section(story, t("Devices"), 1)
    _devices(sheet, story)
    section(story, t("Reason"), 2)
    ticks(story, [
        Tick(t.word("swap_reason", reason), TICKED if reason == sheet.reason else EMPTY)
        for reason in REASONS
    ])  # fmt: skip
    if sheet.reason_text:
        facts(story, [Fact(t("In words"), sheet.reason_text, wide=True)])
    section(story, t("Before handing over"), 3)
    facts(story, [
        Fact(t("Unsent cleared"), yes_no(t, sheet.unsent_cleared)),
        Fact(t("Batch settled"), yes_no(t, sheet.settled)),
        Fact(t("Keys erased"), yes_no(t, sheet.keys_erased)),
        Fact(t("Goes to"), sheet.goes_to),
        Fact(t("Custody of old"), sheet.custody),
        Fact(t("Bag / seal no."), sheet.bag_no),
        Fact(t("Condition"), sheet.condition, wide=True),
    ])  # fmt: skip
    section(story, t("Accessories with the old device"), 4)
    ticks(story, [
        Tick(t.word("accessory", name), TICKED if name in sheet.accessories else EMPTY)
        for name in ACCESSORIES
    ])  # fmt: skip
    technician = listed(sheet.technician, sheet.technician_code)
    signer = sheet.merchant_signed.signer if sheet.merchant_signed else ""
    signatures(story, [
        Place(t("Merchant"), signer, sheet.merchant_signed),
        Place(t("Technician"), technician, sheet.technician_signed),
        Place(t("Received in store"), extra=t("Name, date, seal no. checked")),
    ], before=5 * MM)  # fmt: skip
    story.words(
        t("Key material never leaves the device: a swapped terminal is erased or goes back to the"
          " acquirer sealed."),
        SMALL, before=2 * MM,
    )  # fmt: skip
    photos(story, sheet.photos)


def _devices(sheet: SwapNoteSheet, story: Story) -> None:
    t = story.t
    old, new = sheet.old, sheet.new
    rows: list[Row] = []
    for label, name in (
        (t("Manufacturer and model"), "model"), (t("Serial number"), "serial"), (t("TID"), "tid"),
        (t("Firmware"), "firmware"), (t("ICCID"), "iccid"), (t("IMEI"), "imei"),
        (t("Seal number"), "seal_no"),
    ):  # fmt: skip
        rows.append([label.spans(), _shown(old, name), *([_shown(new, name)] if new else [])])
    columns = [Column(t("Fact"), 1), Column(t("Old device (leaves)"), 1.5)]
    if new:
        columns.append(Column(t("New device (stays)"), 1.5))
    table(story, columns, rows)


def _shown(device: Device, name: str) -> str:
    if name == "model":
        return " ".join(filter(None, (device.manufacturer, device.model))) or "—"
    return str(getattr(device, name)) or "—"


KIND = Kind("swap_note", N_("Swap or return note"), SwapNoteSheet, _head, _compose, compact=True)
