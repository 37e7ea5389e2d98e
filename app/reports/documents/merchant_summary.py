"""商户服务汇总: what was done for a merchant in a period, on a page the merchant can sign."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from app.i18n import N_
from app.languages import LocalizedText
from app.reports.data.sheets import Merchant
from app.reports.documents.device_list import Listed
from app.reports.documents.kind import DocumentKind
from app.reports.documents.languages import DocumentFlow, DocumentLanguages
from app.reports.documents.page_frame import DocumentHead
from app.reports.documents.shared_blocks import listed, said, unparted
from app.reports.documents.signature_boxes import SignaturePlace, signatures
from app.reports.documents.terminal_history import HistoryIncident, cases
from app.reports.typeset.bilingual import Words
from app.reports.typeset.blocks import CROSSED, TICKED, LabelledFact, facts, section
from app.reports.typeset.line_breaking import RichText, TextSpan
from app.reports.typeset.style import QUIET, STRONG
from app.reports.typeset.tables import SMALLER, PrintColumn, Row, table


@dataclass(frozen=True, slots=True, kw_only=True)
class Visited:
    """One visit at the merchant."""

    number: str
    on: date
    what: LocalizedText = field(default_factory=LocalizedText)
    technician: str = ""
    result: str = ""
    findings: LocalizedText = field(default_factory=LocalizedText)


@dataclass(frozen=True, slots=True, kw_only=True)
class MerchantSummarySheet:
    """Everything done for one merchant between two days."""

    number: str
    made_at: datetime
    since: date
    until: date
    merchant: Merchant = field(default_factory=Merchant)
    devices: tuple[Listed, ...] = ()
    cases: tuple[HistoryIncident, ...] = ()
    visits: tuple[Visited, ...] = ()
    open_cases: int = 0
    minutes_down: int = 0
    remarks: str = ""


def _head(sheet: MerchantSummarySheet, t: DocumentLanguages) -> DocumentHead:
    period = f"{t.day(sheet.since)} – {t.day(sheet.until)}"
    return DocumentHead(title=t("Merchant summary"), number=sheet.number, meta=Words(period))


def _compose(sheet: MerchantSummarySheet, flow: DocumentFlow) -> None:
    t = flow.t
    merchant = sheet.merchant
    facts(
        flow,
        [
            LabelledFact(t("Merchant"), merchant.name),
            LabelledFact(t("MID"), merchant.mid),
            LabelledFact(t("Address"), merchant.registered_address or merchant.address),
            LabelledFact(t("USCC"), merchant.uscc),
            LabelledFact(t("Contact person"), listed(merchant.contact, merchant.phone)),
            LabelledFact(t("Acquirer"), merchant.acquirer),
            LabelledFact(t("Incidents"), str(len(sheet.cases))),
            LabelledFact(t("Still open"), str(sheet.open_cases)),
            LabelledFact(t("Visits"), str(len(sheet.visits))),
            LabelledFact(
                t("Time down"),
                unparted(flow, t.duration(_minutes(sheet.minutes_down)).spans())
                if sheet.minutes_down
                else "—",
            ),
        ],
    )
    section(flow, t("Terminals"), 1)
    _devices(sheet, flow)
    section(flow, t("Incidents"), 2)
    cases(flow, sheet.cases, with_serial=True)
    section(flow, t("Visits and inspections"), 3)
    _visits(sheet, flow)
    if sheet.remarks:
        section(flow, t("Remarks"))
        flow.text(sheet.remarks)
    signatures(
        flow,
        [
            SignaturePlace(t("Merchant")),
            SignaturePlace(t("Technician")),
            SignaturePlace(t("Company seal"), stamp=True),
        ],
    )


def _minutes(count: int) -> timedelta:
    return timedelta(minutes=count)


def _devices(sheet: MerchantSummarySheet, flow: DocumentFlow) -> None:
    t = flow.t
    columns = (
        PrintColumn(t("Manufacturer and model"), 1.3),
        PrintColumn(t("Serial number"), 1.6),
        PrintColumn(t("TID"), mm=20),
        PrintColumn(t("Location"), 2),
        PrintColumn(t("State"), mm=20 if len(t.languages) == 1 else 26),
        PrintColumn(t("Next due"), mm=22),
    )
    rows: list[Row] = [
        [
            f"{item.manufacturer} {item.model}".strip(),
            item.serial,
            item.tid,
            item.address,
            t.word("terminal_state", item.state).spans(),
            t.day(item.next_due) or "—",
        ]
        for item in sheet.devices
    ]
    table(flow, columns, rows, size=SMALLER, empty=t("No terminal stands here."))


def _visits(sheet: MerchantSummarySheet, flow: DocumentFlow) -> None:
    t = flow.t
    columns = (
        PrintColumn(t("Number"), mm=24),
        PrintColumn(t("Day"), mm=20),
        PrintColumn(t("What"), 1.4),
        PrintColumn(t("Technician"), mm=22),
        PrintColumn(t("Outcome"), mm=26),
        PrintColumn(t("Findings"), 2),
    )
    rows: list[Row] = [
        [
            visit.number,
            t.day(visit.on),
            t.pick(visit.what).spans(),
            visit.technician,
            _result(t, visit.result),
            said(t, visit.findings).spans(),
        ]
        for visit in sheet.visits
    ]
    table(flow, columns, rows, size=SMALLER, empty=t("No visit in this period."))


def _result(t: DocumentLanguages, result: str) -> RichText:
    if not result:
        return "—"
    passed = result == "passed"
    words = t.word("check_result", result).spans(QUIET if passed else STRONG)
    return (TextSpan(f"{TICKED if passed else CROSSED} "), *words)


KIND = DocumentKind(
    id="merchant_summary",
    title=N_("Merchant summary"),
    sheet=MerchantSummarySheet,
    head=_head,
    compose=_compose,
    for_merchant=True,
    code="MS",
)
