"""派工单: what is known of an incident, with room to write the whole visit by hand."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from app.domain.faults import FaultClass
from app.domain.incidents.incidents import FUNCTION_TESTS, SECURITY_CHECKS
from app.i18n import N_
from app.languages import LocalizedText
from app.reports.data.sheets import ADDED_LATER, Device, Merchant
from app.reports.documents.kind import DocumentKind
from app.reports.documents.languages import DocumentFlow, DocumentLanguages
from app.reports.documents.page_frame import DocumentHead
from app.reports.documents.service_parts import stops_on
from app.reports.documents.service_sheet import Fault
from app.reports.documents.shared_blocks import (
    device_facts,
    listed,
    merchant_facts,
    safety_stop,
    said,
)
from app.reports.documents.signature_boxes import SignaturePlace, ratings, signatures
from app.reports.typeset.bilingual import NOTHING, Words
from app.reports.typeset.blocks import EMPTY, LabelledFact, Tick, facts, section, ticks
from app.reports.typeset.handwriting import BLANK, written_lines
from app.reports.typeset.line_breaking import TextSpan
from app.reports.typeset.style import MM, NOTE, SMALL, STRONG
from app.reports.typeset.tables import PrintColumn, table

COPIES = ("merchant", "company")
"""For whom an order is printed, one sheet each."""
_PART_ROWS = 3
_NOTE_LINES = 3
_SMALL = 140 * MM
_DEVICE_FACTS = 4
"""Those a technician needs at the door; the rest is read off the device."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceOrderSheet:
    """An incident as it is handed to a technician on paper; `copy_for` is one of `COPIES`."""

    number: str
    made_at: datetime
    copy_for: str
    incident: str
    priority: str
    channel: str
    reported_at: datetime
    reporter: str = ""
    promised_at: datetime | None = None
    technician: str = ""
    technician_code: str = ""
    merchant: Merchant = field(default_factory=Merchant)
    device: Device = field(default_factory=Device)
    fault: Fault = field(default_factory=Fault)
    terminal_stops: tuple[LocalizedText, ...] = field(default=(), metadata=ADDED_LATER)
    """Safety stops that other incidents left at the terminal."""


def _head(sheet: ServiceOrderSheet, t: DocumentLanguages) -> DocumentHead:
    day = t.day(sheet.reported_at.date())
    priority = t("Priority {priority}", priority=t.word("priority", sheet.priority))
    qr = f"POSCARE;{sheet.number};{sheet.device.serial};{sheet.device.tid};{day}"
    title, mark = t("Service order"), t.word("copy_for", sheet.copy_for)
    return DocumentHead(
        title=title, number=sheet.number, meta=t.same(day).joined(priority), qr=qr, mark=mark
    )


def _compose(sheet: ServiceOrderSheet, flow: DocumentFlow) -> None:
    t = flow.t
    flow.handwriting = True
    for stop in stops_on(sheet.fault, sheet.terminal_stops):
        safety_stop(flow, said(t, stop))
    facts(
        flow,
        [
            *merchant_facts(t, sheet.merchant, boxes=True),
            *device_facts(t, sheet.device, sheet.made_at.date())[:_DEVICE_FACTS],
        ],
    )
    section(flow, t("Fault"), 1)
    _fault(sheet, flow)
    section(flow, t("Found and done"), 2)
    written_lines(flow, [[t("Arrived"), t("Left"), t("Serial number on the device")]])
    flow.space(1.5 * MM)
    ticks(flow, [Tick(t.word("fault_class", name)) for name in FaultClass])
    written_lines(flow, [[NOTHING]] * _rows(flow, _NOTE_LINES))
    section(flow, t("Parts and charges"), 3)
    _charges(flow)
    section(flow, t("Checked on leaving"), 4)
    for kind, items in (("function_test", FUNCTION_TESTS), ("security_check", SECURITY_CHECKS)):
        ticks(flow, [_passed_or_not(t.word(kind, item)) for item in items], columns=4)
    section(flow, t("Result"), 5)
    ticks(
        flow,
        [Tick(t.word("result", name)) for name in ("solved", "workshop", "waiting", "unsolved")],
    )
    written_lines(flow, [[t("Advice")]])
    _signing(sheet, flow)


def _fault(sheet: ServiceOrderSheet, flow: DocumentFlow) -> None:
    t, fault = flow.t, sheet.fault
    meaning = said(t, fault.code_meaning)
    reported = [
        TextSpan(f"{t.moment(sheet.reported_at)} · "),
        *t.word("detection", sheet.channel).spans(),
        TextSpan(f" · {sheet.reporter}" if sheet.reporter else ""),
    ]
    facts(
        flow,
        [
            LabelledFact(t("Reported"), reported, wide=True),
            LabelledFact(t("Displayed"), listed(fault.code, meaning.first)),
            LabelledFact(t("Promised"), t.moment(sheet.promised_at)),
            LabelledFact(t("Symptom"), [TextSpan(fault.reported, STRONG)], wide=True),
        ],
    )


def _charges(flow: DocumentFlow) -> None:
    """Rows for parts, whether each is under warranty, and the sums under their names."""
    t = flow.t
    # On A5 a box stands below the other: a serial number takes room to write.
    small = flow.width < _SMALL
    covered_mm = (17 if small else 28) if not t.wide else (24 if small else 38)
    columns = (
        PrintColumn(t("Part"), 2.2),
        PrintColumn(t("Old serial"), 1.5),
        PrintColumn(t("New serial"), 1.5),
        PrintColumn(t("Quantity"), mm=12 if small else 16),
        PrintColumn(t("Price each"), mm=15 if small else 20),
        PrintColumn(t("Amount"), mm=15 if small else 20),
        PrintColumn(t("Warranty"), mm=covered_mm),
    )
    covered = _covered_boxes(flow)
    table(flow, columns, [[*[BLANK] * 6, covered]] * _rows(flow, _PART_ROWS))
    written_lines(
        flow,
        [
            [t("Parts charge"), t("Call-out fee"), t("Labour fee"), t("Total due")],
            [t("Total due in words")],
        ],
    )


def _rows(flow: DocumentFlow, count: int) -> int:
    """So many rows for the pen; one less where the words leave less room."""
    t = flow.t
    crowded = len(t.languages) > 1 or (t.wide and flow.width < _SMALL)
    return count - (flow.house.saves_pages and crowded)


def _covered_boxes(flow: DocumentFlow) -> list[TextSpan]:
    """Under warranty or not, to be ticked; one below the other where each is in two languages."""
    both = (flow.t("in warranty"), flow.t("out of warranty"))
    if not flow.house.saves_pages:
        states = [words.first for words in both]
        if flow.house.holds_together:
            states = [state.replace(" ", "\u00a0") for state in states]
        return [TextSpan(" ".join(f"{EMPTY}\u00a0{state}" for state in states), SMALL)]
    told: list[TextSpan] = []
    for words in both:
        second = f" {words.second}" if words.second else ""
        told.append(TextSpan(f"{EMPTY}\u00a0{words.first}", SMALL, whole=True))
        told += [TextSpan(second, NOTE), TextSpan("\n" if second else " ", SMALL)]
    return told[:-1]


def _passed_or_not(label: Words) -> Tick:
    return Tick(label, f"{EMPTY}✓\u00a0{EMPTY}✕")


def _signing(sheet: ServiceOrderSheet, flow: DocumentFlow) -> None:
    t = flow.t
    if flow.closing.first:
        flow.words(flow.closing, SMALL, before=1 * MM)
    signatures(
        flow,
        [
            SignaturePlace(t("Merchant")),
            SignaturePlace(t("Technician"), listed(sheet.technician, sheet.technician_code)),
            SignaturePlace(t("Seal / rating"), stamp=True, extra=ratings(t, "")),
        ],
    )


KIND = DocumentKind(
    id="service_order",
    title=N_("Service order"),
    sheet=ServiceOrderSheet,
    head=_head,
    compose=_compose,
    for_merchant=True,
    compact=True,
)
