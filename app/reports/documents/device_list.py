"""终端清单 and 检查证据包: the list PCI DSS 9.5.1.1 asks for, and proof of its inspections."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime

from app.i18n import N_
from app.languages import LocalizedText
from app.reports.data.earlier_formats import incidents_in_a_row
from app.reports.documents.kind import DocumentKind
from app.reports.documents.languages import DocumentFlow, DocumentLanguages
from app.reports.documents.page_frame import DocumentHead
from app.reports.documents.shared_blocks import listed, said
from app.reports.documents.signature_boxes import SignaturePlace, signatures
from app.reports.typeset.bilingual import Words
from app.reports.typeset.blocks import CROSSED, TICKED, LabelledFact, facts, section
from app.reports.typeset.line_breaking import RichText, TextSpan
from app.reports.typeset.style import NOTE, QUIET, STRONG
from app.reports.typeset.tables import SMALLER, PrintColumn, Row, RowGroup, table


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A device on the list."""

    manufacturer: str
    model: str
    serial: str
    tid: str = ""
    state: str = ""
    merchant: str = ""
    address: str = ""
    area: str = ""
    seal_no: str = ""
    installed_on: date | None = None
    inspected_on: date | None = None
    inspection: str = ""
    next_due: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Inspected:
    """One inspection as evidence.  `result` is ``passed``, ``failed`` or empty."""

    at: datetime
    number: str
    serial: str
    found_serial: str = ""
    merchant: str = ""
    technician: str = ""
    result: str = ""
    failed: tuple[LocalizedText, ...] = ()
    follow_up: tuple[str, ...] = ()
    photos: int = 0
    signed: bool = False


@dataclass(frozen=True, slots=True)
class DeviceListSheet:
    """The list, narrowed by `scope` (what was selected, in words)."""

    number: str
    made_at: datetime
    scope: str = ""
    devices: tuple[Listed, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceSheet:
    """The list together with every inspection of a period."""

    EARLIER = (incidents_in_a_row,)

    number: str
    made_at: datetime
    since: date
    until: date
    scope: str = ""
    basis: str = ""
    devices: tuple[Listed, ...] = ()
    inspections: tuple[Inspected, ...] = field(default=())

    @property
    def covered(self) -> int:
        """How many listed devices were inspected in the period."""
        seen = {inspection.serial for inspection in self.inspections}
        return sum(device.serial in seen for device in self.devices)


def _list_head(sheet: DeviceListSheet, t: DocumentLanguages) -> DocumentHead:
    return DocumentHead(
        title=t("Terminal list"), number=sheet.number, meta=_scope(t, sheet.scope, sheet.made_at)
    )


def _scope(t: DocumentLanguages, scope: str, at: datetime) -> Words:
    return t("As of {moment}", moment=t.moment(at)).joined(t.same(scope))


def _compose_list(sheet: DeviceListSheet, flow: DocumentFlow) -> None:
    t = flow.t
    _devices(flow, sheet.devices)
    flow.words(t.plural("{count} device.", "{count} devices.", len(sheet.devices)), QUIET, before=4)
    flow.words(t("Make and model, location and serial number as PCI DSS 9.5.1.1 asks."), NOTE)
    signatures(
        flow,
        [
            SignaturePlace(t("Prepared")),
            SignaturePlace(t("Checked")),
            SignaturePlace(t("Approved")),
        ],
    )


def _devices(flow: DocumentFlow, devices: tuple[Listed, ...]) -> None:
    t = flow.t
    columns = (
        PrintColumn(t("Manufacturer and model"), 1.3),
        PrintColumn(t("Serial number"), 1.6),
        PrintColumn(t("TID"), mm=20),
        PrintColumn(t("Merchant"), 1.8),
        PrintColumn(t("Location"), 2.4),
        PrintColumn(t("State"), mm=20 if len(t.languages) == 1 else 27),
        PrintColumn(t("Seal"), mm=22),
        PrintColumn(t("Last inspected"), mm=25),
    )
    rows: list[Row] = []
    area = ""
    for device in devices:
        if device.area != area and device.area:
            area = device.area
            rows.append(RowGroup(area))
        rows.append(
            [
                f"{device.manufacturer} {device.model}".strip(),
                device.serial,
                device.tid,
                device.merchant,
                device.address,
                t.word("terminal_state", device.state).spans(),
                device.seal_no,
                _last(t, device),
            ]
        )
    table(flow, columns, rows, size=SMALLER, numbered=True, empty=t("No device matches."))


def _last(t: DocumentLanguages, device: Listed) -> RichText:
    if device.inspected_on is None:
        return t("never").spans(QUIET)
    mark = {"passed": f" {TICKED}", "failed": f" {CROSSED}"}.get(device.inspection, "")
    return f"{t.day(device.inspected_on)}{mark}"


def _evidence_head(sheet: EvidenceSheet, t: DocumentLanguages) -> DocumentHead:
    period = Words(f"{t.day(sheet.since)} – {t.day(sheet.until)}")
    return DocumentHead(
        title=t("Inspection evidence"),
        number=sheet.number,
        meta=Words(listed(period.first, sheet.scope)),
    )


def _compose_evidence(sheet: EvidenceSheet, flow: DocumentFlow) -> None:
    t = flow.t
    failed = sum(inspection.result == "failed" for inspection in sheet.inspections)
    differing = sum(_differs(inspection) for inspection in sheet.inspections)
    section(flow, t("At a glance"), 1)
    facts(
        flow,
        [
            LabelledFact(t("Time span"), f"{t.day(sheet.since)} – {t.day(sheet.until)}"),
            LabelledFact(t("Scope"), sheet.scope),
            LabelledFact(t("Devices listed"), str(len(sheet.devices))),
            LabelledFact(t("Inspected"), f"{sheet.covered} / {len(sheet.devices)}"),
            LabelledFact(t("Inspections"), str(len(sheet.inspections))),
            LabelledFact(t("With findings"), TextSpan(str(failed), STRONG if failed else QUIET)),
            LabelledFact(t("SN differs"), TextSpan(str(differing), STRONG if differing else QUIET)),
            LabelledFact(t("Not inspected"), str(len(sheet.devices) - sheet.covered)),
            LabelledFact(t("Basis of the interval"), sheet.basis, wide=True),
        ],
    )
    section(flow, t("Inspection records"), 2)
    _inspections(sheet, flow)
    section(flow, t("Devices"), 3)
    _devices(flow, sheet.devices)
    flow.words(
        t(
            "Devices are listed, inspected for tampering and substitution, and the results kept, as"
            " PCI DSS 9.5.1 asks; the interval follows from the risk analysis named above."
        ),
        NOTE,
        before=4,
    )
    signatures(
        flow,
        [
            SignaturePlace(t("Prepared")),
            SignaturePlace(t("Checked")),
            SignaturePlace(t("Approved")),
        ],
    )


def _differs(inspection: Inspected) -> bool:
    found = inspection.found_serial
    return bool(found) and found.upper() != inspection.serial.upper()


def _inspections(sheet: EvidenceSheet, flow: DocumentFlow) -> None:
    t = flow.t
    columns = (
        PrintColumn(t("Time"), mm=29),
        PrintColumn(t("Sheet"), mm=24),
        PrintColumn(t("Listed SN"), 1.5),
        PrintColumn(t("SN found"), 1.5),
        PrintColumn(t("Merchant"), 1.6),
        PrintColumn(t("Inspector"), mm=20),
        PrintColumn(t("Outcome"), 1.5),
        PrintColumn(t("Photos"), mm=14, align="right"),
        PrintColumn(t("Signed"), mm=16),
    )
    rows: list[Row] = []
    for item in sheet.inspections:
        found: RichText = item.found_serial or "—"
        if _differs(item):
            found = TextSpan(f"{CROSSED} {item.found_serial}", STRONG)
        rows.append(
            [
                t.moment(item.at),
                item.number,
                item.serial,
                found,
                item.merchant,
                item.technician,
                _outcome(t, item),
                str(item.photos),
                TICKED if item.signed else "—",
            ]
        )
    table(flow, columns, rows, size=SMALLER, empty=t("Nothing was inspected in this period."))


def _outcome(t: DocumentLanguages, item: Inspected) -> RichText:
    if not item.result:
        return "—"
    box = TICKED if item.result == "passed" else CROSSED
    words = t.word("check_result", item.result).spans(STRONG if box == CROSSED else QUIET)
    failed = t.listing([said(t, text) for text in item.failed]).first
    rest = listed(failed, *item.follow_up)
    return (TextSpan(f"{box} "), *words, *([TextSpan(f" {rest}")] if rest else []))


LIST = DocumentKind(
    id="device_list",
    title=N_("Terminal list"),
    sheet=DeviceListSheet,
    head=_list_head,
    compose=_compose_list,
    code="TL",
    landscape=True,
)
EVIDENCE = DocumentKind(
    id="evidence",
    title=N_("Inspection evidence"),
    sheet=EvidenceSheet,
    head=_evidence_head,
    compose=_compose_evidence,
    code="IE",
    landscape=True,
)
