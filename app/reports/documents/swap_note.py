"""换机 / 退机单: which device went, which came, in whose custody the old one is."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from app.i18n import N_
from app.reports.data.sheets import ADDED_LATER, Device, Merchant, Photo, SignedBlock, UnshownFile
from app.reports.documents.kind import DocumentKind
from app.reports.documents.languages import DocumentFlow, DocumentLanguages
from app.reports.documents.page_frame import DocumentHead
from app.reports.documents.shared_blocks import listed, merchant_facts, photos, yes_no
from app.reports.documents.signature_boxes import SignaturePlace, signatures
from app.reports.typeset.bilingual import Words
from app.reports.typeset.blocks import EMPTY, TICKED, LabelledFact, Tick, facts, section, ticks
from app.reports.typeset.style import MM, SMALL
from app.reports.typeset.tables import PrintColumn, Row, table

REASONS = (
    "chip_error",
    "print_error",
    "power",
    "terminal_error",
    "wrong_key",
    "wrong_password",
    "suspected_tampering",
    "tampered",
    "compromised",
    "contract",
    "upgrade",
    "other",
)
"""Closure codes acquirers ask for at a swap."""

ACCESSORIES = ("charger", "battery", "pinpad", "cable", "sim", "paper", "base")


@dataclass(frozen=True, slots=True, kw_only=True)
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
    merchant_signed: SignedBlock | None = None
    technician_signed: SignedBlock | None = None
    photos: tuple[Photo, ...] = ()
    kept: tuple[UnshownFile, ...] = field(default=(), metadata=ADDED_LATER)


def _title(sheet: SwapNoteSheet, t: DocumentLanguages) -> Words:
    return t("Terminal swap note") if sheet.new else t("Terminal return note")


def _head(sheet: SwapNoteSheet, t: DocumentLanguages) -> DocumentHead:
    day = t.day(sheet.made_at.date())
    meta = Words(listed(day, sheet.incident))
    serial = sheet.new.serial if sheet.new else ""
    qr = f"POSCARE;{sheet.number};{sheet.old.serial};{serial};{day}"
    return DocumentHead(title=_title(sheet, t), number=sheet.number, meta=meta, qr=qr)


def _compose(sheet: SwapNoteSheet, flow: DocumentFlow) -> None:
    t = flow.t
    facts(flow, merchant_facts(t, sheet.merchant, boxes=True))
    section(flow, t("Devices"), 1)
    _devices(sheet, flow)
    section(flow, t("Reason"), 2)
    ticks(
        flow,
        [
            Tick(t.word("swap_reason", reason), TICKED if reason == sheet.reason else EMPTY)
            for reason in REASONS
        ],
    )
    if sheet.reason_text:
        facts(flow, [LabelledFact(t("In words"), sheet.reason_text, wide=True)])
    section(flow, t("Before handing over"), 3)
    facts(
        flow,
        [
            LabelledFact(t("Unsent cleared"), yes_no(t, sheet.unsent_cleared)),
            LabelledFact(t("Batch settled"), yes_no(t, sheet.settled)),
            LabelledFact(t("Keys erased"), yes_no(t, sheet.keys_erased)),
            LabelledFact(t("Goes to"), sheet.goes_to),
            LabelledFact(t("Custody of old"), sheet.custody),
            LabelledFact(t("Bag / seal no."), sheet.bag_no),
            LabelledFact(t("Condition"), sheet.condition, wide=True),
        ],
    )
    section(flow, t("Accessories with the old device"), 4)
    ticks(
        flow,
        [
            Tick(t.word("accessory", name), TICKED if name in sheet.accessories else EMPTY)
            for name in ACCESSORIES
        ],
    )
    technician = listed(sheet.technician, sheet.technician_code)
    signer = sheet.merchant_signed.signer if sheet.merchant_signed else ""
    signatures(
        flow,
        [
            SignaturePlace(t("Merchant"), signer, sheet.merchant_signed),
            SignaturePlace(t("Technician"), technician, sheet.technician_signed),
            SignaturePlace(t("Received in store"), extra=t("Name, date, seal no. checked")),
        ],
        before=5 * MM,
    )
    flow.words(
        t(
            "Key material never leaves the device: a swapped terminal is erased or goes back to the"
            " acquirer sealed."
        ),
        SMALL,
        before=2 * MM,
    )
    photos(flow, sheet.photos, sheet.kept)


def _devices(sheet: SwapNoteSheet, flow: DocumentFlow) -> None:
    t = flow.t
    old, new = sheet.old, sheet.new
    rows: list[Row] = []
    for label, name in (
        (t("Manufacturer and model"), "model"),
        (t("Serial number"), "serial"),
        (t("TID"), "tid"),
        (t("Firmware"), "firmware"),
        (t("ICCID"), "iccid"),
        (t("IMEI"), "imei"),
        (t("Seal number"), "seal_no"),
    ):
        rows.append([label.spans(), _shown(old, name), *([_shown(new, name)] if new else [])])
    columns = [PrintColumn(t("Fact"), 1), PrintColumn(t("Old device (leaves)"), 1.5)]
    if new:
        columns.append(PrintColumn(t("New device (stays)"), 1.5))
    table(flow, columns, rows)


def _shown(device: Device, name: str) -> str:
    if name == "model":
        return " ".join(filter(None, (device.manufacturer, device.model))) or "—"
    return str(getattr(device, name)) or "—"


KIND = DocumentKind(
    id="swap_note",
    title=N_("Swap or return note"),
    sheet=SwapNoteSheet,
    head=_head,
    compose=_compose,
    for_merchant=True,
    compact=True,
)
