"""终端清单 and 检查证据包: the list PCI DSS 9.5.1.1 asks for, and proof of its inspections."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime

from app.i18n import N_
from app.reports.blocks import CROSSED, TICKED, Fact, facts, section
from app.reports.frame import Head
from app.reports.kind import Kind
from app.reports.parts import listed, said
from app.reports.sheets import Bilingual
from app.reports.signing import Place, signatures
from app.reports.story import Story
from app.reports.style import NOTE, QUIET, STRONG
from app.reports.tables import Column, Group, Row, table
from app.reports.text import Rich, Span
from app.reports.words import Speech, Words


@dataclass(frozen=True, slots=True)
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


@dataclass(frozen=True, slots=True)
class Inspected:
    """One inspection as evidence.  `result` is ``passed``, ``failed`` or empty."""

    at: datetime
    number: str
    serial: str
    found_serial: str = ""
    merchant: str = ""
    technician: str = ""
    result: str = ""
    failed: tuple[Bilingual, ...] = ()
    follow_up: str = ""
    photos: int = 0
    signed: bool = False


@dataclass(frozen=True, slots=True)
class DeviceListSheet:
    """The list, narrowed by `scope` (what was selected, in words)."""

    number: str
    made_at: datetime
    scope: str = ""
    devices: tuple[Listed, ...] = ()


@dataclass(frozen=True, slots=True)
class EvidenceSheet:
    """The list together with every inspection of a period."""

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


def _list_head(sheet: DeviceListSheet, t: Speech) -> Head:
    return Head(t("Terminal list"), sheet.number, _scope(t, sheet.scope, sheet.made_at))


def _scope(t: Speech, scope: str, at: datetime) -> Words:
    return t("As of {moment}", moment=t.moment(at)).joined(t.same(scope))


def _compose_list(sheet: DeviceListSheet, story: Story) -> None:
    t = story.t
    _devices(story, sheet.devices)
    story.words(
        t.plural("{count} device.", "{count} devices.", len(sheet.devices)), QUIET, before=4
    )
    story.words(t("Make and model, location and serial number as PCI DSS 9.5.1.1 asks."), NOTE)
    signatures(story, [Place(t("Prepared")), Place(t("Checked")), Place(t("Approved"))])


def _devices(story: Story, devices: tuple[Listed, ...]) -> None:
    t = story.t
    columns = (
        Column(t("Manufacturer and model"), 1.3),
        Column(t("Serial number"), 1.6),
        Column(t("TID"), mm=20),
        Column(t("Merchant"), 1.8),
        Column(t("Location"), 2.4),
        Column(t("State"), mm=20 if len(t.languages) == 1 else 27),
        Column(t("Seal"), mm=22),
        Column(t("Last inspected"), mm=25),
    )
    rows: list[Row] = []
    area = ""
    for device in devices:
        if device.area != area and device.area:
            area = device.area
            rows.append(Group(area))
        rows.append([
            f"{device.manufacturer} {device.model}".strip(), device.serial, device.tid,
            device.merchant, device.address, t.word("terminal_state", device.state).spans(),
            device.seal_no, _last(t, device),
        ])  # fmt: skip
    table(story, columns, rows, small=True, numbered=True, empty=t("No device matches."))


def _last(t: Speech, device: Listed) -> Rich:
    if device.inspected_on is None:
        return t("never").spans(QUIET)
    mark = {"passed": f" {TICKED}", "failed": f" {CROSSED}"}.get(device.inspection, "")
    return f"{t.day(device.inspected_on)}{mark}"


def _evidence_head(sheet: EvidenceSheet, t: Speech) -> Head:
    period = Words(f"{t.day(sheet.since)} – {t.day(sheet.until)}")
    return Head(t("Inspection evidence"), sheet.number, Words(listed(period.first, sheet.scope)))


def _compose_evidence(sheet: EvidenceSheet, story: Story) -> None:
    t = story.t
    failed = sum(inspection.result == "failed" for inspection in sheet.inspections)
    differing = sum(_differs(inspection) for inspection in sheet.inspections)
    section(story, t("At a glance"), 1)
    facts(story, [
        Fact(t("Time span"), f"{t.day(sheet.since)} – {t.day(sheet.until)}"),
        Fact(t("Scope"), sheet.scope),
        Fact(t("Devices listed"), str(len(sheet.devices))),
        Fact(t("Inspected"), f"{sheet.covered} / {len(sheet.devices)}"),
        Fact(t("Inspections"), str(len(sheet.inspections))),
        Fact(t("With findings"), Span(str(failed), STRONG if failed else QUIET)),
        Fact(t("SN differs"), Span(str(differing), STRONG if differing else QUIET)),
        Fact(t("Not inspected"), str(len(sheet.devices) - sheet.covered)),
        Fact(t("Basis of the interval"), sheet.basis, wide=True),
    ])  # fmt: skip
    section(story, t("Inspection records"), 2)
    _inspections(sheet, story)
    section(story, t("Devices"), 3)
    _devices(story, sheet.devices)
    story.words(
        t("Devices are listed, inspected for tampering and substitution, and the results kept, as"
          " PCI DSS 9.5.1 asks; the interval follows from the risk analysis named above."),
        NOTE, before=4,
    )  # fmt: skip
    signatures(story, [Place(t("Prepared")), Place(t("Checked")), Place(t("Approved"))])


def _differs(inspection: Inspected) -> bool:
    found = inspection.found_serial
    return bool(found) and found.upper() != inspection.serial.upper()


def _inspections(sheet: EvidenceSheet, story: Story) -> None:
    t = story.t
    columns = (
        Column(t("Time"), mm=29),
        Column(t("Sheet"), mm=24),
        Column(t("Listed SN"), 1.5),
        Column(t("SN found"), 1.5),
        Column(t("Merchant"), 1.6),
        Column(t("Inspector"), mm=20),
        Column(t("Outcome"), 1.5),
        Column(t("Photos"), mm=14, align="right"),
        Column(t("Signed"), mm=16),
    )
    rows: list[Row] = []
    for item in sheet.inspections:
        found: Rich = item.found_serial or "—"
        if _differs(item):
            found = Span(f"{CROSSED} {item.found_serial}", STRONG)
        rows.append([
            t.moment(item.at), item.number, item.serial, found, item.merchant, item.technician,
            _outcome(t, item), str(item.photos), TICKED if item.signed else "—",
        ])  # fmt: skip
    table(story, columns, rows, small=True, empty=t("Nothing was inspected in this period."))


def _outcome(t: Speech, item: Inspected) -> Rich:
    if not item.result:
        return "—"
    box = TICKED if item.result == "passed" else CROSSED
    words = t.word("check_result", item.result).spans(STRONG if box == CROSSED else QUIET)
    failed = t.listing([said(t, text) for text in item.failed]).first
    rest = listed(failed, item.follow_up)
    return (Span(f"{box} "), *words, *([Span(f" {rest}")] if rest else []))


LIST = Kind("device_list", N_("Terminal list"), DeviceListSheet, _list_head, _compose_list,
            landscape=True)  # fmt: skip
EVIDENCE = Kind("evidence", N_("Inspection evidence"), EvidenceSheet, _evidence_head,
                _compose_evidence, landscape=True)  # fmt: skip
