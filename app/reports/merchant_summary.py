"""商户服务汇总: what was done for a merchant in a period, on a page the merchant can sign."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from app.i18n import N_
from app.reports.blocks import CROSSED, TICKED, Fact, facts, section
from app.reports.device_list import Listed
from app.reports.frame import Head
from app.reports.kind import Kind
from app.reports.parts import listed, said
from app.reports.sheets import Bilingual, Merchant
from app.reports.signing import Place, signatures
from app.reports.story import Story
from app.reports.style import QUIET, STRONG
from app.reports.tables import Column, Row, table
from app.reports.terminal_history import Case, cases
from app.reports.text import Rich, Span
from app.reports.words import Speech, Words


@dataclass(frozen=True, slots=True)
class Visited:
    """One visit at the merchant."""

    number: str
    on: date
    what: Bilingual = field(default_factory=Bilingual)
    technician: str = ""
    result: str = ""
    findings: Bilingual = field(default_factory=Bilingual)


@dataclass(frozen=True, slots=True)
class MerchantSummarySheet:
    """Everything done for one merchant between two days."""

    number: str
    made_at: datetime
    since: date
    until: date
    merchant: Merchant = field(default_factory=Merchant)
    devices: tuple[Listed, ...] = ()
    cases: tuple[Case, ...] = ()
    visits: tuple[Visited, ...] = ()
    open_cases: int = 0
    minutes_down: int = 0
    remarks: str = ""


def _head(sheet: MerchantSummarySheet, t: Speech) -> Head:
    period = f"{t.day(sheet.since)} – {t.day(sheet.until)}"
    return Head(t("Merchant summary"), sheet.number, Words(period))


def _compose(sheet: MerchantSummarySheet, story: Story) -> None:
    t = story.t
    merchant = sheet.merchant
    facts(story, [
        Fact(t("Merchant"), merchant.name), Fact(t("MID"), merchant.mid),
        Fact(t("Address"), merchant.registered_address or merchant.address),
        Fact(t("USCC"), merchant.uscc),
        Fact(t("Contact person"), listed(merchant.contact, merchant.phone)),
        Fact(t("Acquirer"), merchant.acquirer),
        Fact(t("Incidents"), str(len(sheet.cases))), Fact(t("Still open"), str(sheet.open_cases)),
        Fact(t("Visits"), str(len(sheet.visits))),
        Fact(t("Time down"),
             t.duration(_minutes(sheet.minutes_down)).spans() if sheet.minutes_down else "—"),
    ])  # fmt: skip
    section(story, t("Terminals"), 1)
    _devices(sheet, story)
    section(story, t("Incidents"), 2)
    cases(story, sheet.cases, with_serial=True)
    section(story, t("Visits and inspections"), 3)
    _visits(sheet, story)
    if sheet.remarks:
        section(story, t("Remarks"))
        story.text(sheet.remarks)
    signatures(story, [Place(t("Merchant")), Place(t("Technician")), Place(t("Company seal"))])


def _minutes(count: int) -> timedelta:
    return timedelta(minutes=count)


def _devices(sheet: MerchantSummarySheet, story: Story) -> None:
    t = story.t
    columns = (
        Column(t("Manufacturer and model"), 1.3), Column(t("Serial number"), 1.6),
        Column(t("TID"), mm=20), Column(t("Location"), 2),
        Column(t("State"), mm=20 if len(t.languages) == 1 else 26),
        Column(t("Next due"), mm=22),
    )  # fmt: skip
    rows: list[Row] = [
        [
            f"{item.manufacturer} {item.model}".strip(), item.serial, item.tid, item.address,
            t.word("terminal_state", item.state).spans(), t.day(item.next_due) or "—",
        ]
        for item in sheet.devices
    ]  # fmt: skip
    table(story, columns, rows, small=True, empty=t("No terminal stands here."))


def _visits(sheet: MerchantSummarySheet, story: Story) -> None:
    t = story.t
    columns = (
        Column(t("Number"), mm=24), Column(t("Day"), mm=20), Column(t("What"), 1.4),
        Column(t("Technician"), mm=22), Column(t("Outcome"), mm=26), Column(t("Findings"), 2),
    )  # fmt: skip
    rows: list[Row] = [
        [
            visit.number, t.day(visit.on), t.pick(visit.what.zh, visit.what.en).spans(),
            visit.technician, _result(t, visit.result),
            said(t, visit.findings).spans(),
        ]
        for visit in sheet.visits
    ]  # fmt: skip
    table(story, columns, rows, small=True, empty=t("No visit in this period."))


def _result(t: Speech, result: str) -> Rich:
    if not result:
        return "—"
    passed = result == "passed"
    words = t.word("check_result", result).spans(QUIET if passed else STRONG)
    return (Span(f"{TICKED if passed else CROSSED} "), *words)


KIND = Kind("merchant_summary", N_("Merchant summary"), MerchantSummarySheet, _head, _compose)
