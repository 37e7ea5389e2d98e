"""维护合规: done inside the window ÷ windows closed, by plan, area, technician, with the cases."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime

from app.i18n import N_
from app.languages import NO_TEXT, LocalizedText
from app.reports.data.earlier_formats import reason_in_words
from app.reports.data.sheets import EARLIER_ONLY
from app.reports.documents.kind import DocumentKind
from app.reports.documents.languages import DocumentFlow, DocumentLanguages
from app.reports.documents.page_frame import DocumentHead
from app.reports.documents.schedule_parts import approvals, scope_line, state_sign
from app.reports.documents.shared_blocks import said
from app.reports.typeset.bilingual import Words
from app.reports.typeset.blocks import section
from app.reports.typeset.line_breaking import TextSpan
from app.reports.typeset.style import NOTE, STRONG
from app.reports.typeset.tables import SMALLER, PrintColumn, Row, table


@dataclass(frozen=True, slots=True, kw_only=True)
class ComplianceFigures:
    """The counts of one group."""

    name: LocalizedText
    closed: int
    on_time: int
    late: int = 0
    partial: int = 0
    missed: int = 0
    skipped: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class LateDate:
    """One date that was not done on time."""

    due_on: date
    window_until: date
    state: str
    plan: LocalizedText
    merchant: str = ""
    serial: str = ""
    area: str = ""
    technician: str = ""
    done_on: date | None = None
    reason: str = ""
    """Why it was left out: a word of the table ``why``."""
    reason_said: LocalizedText = field(default=NO_TEXT, metadata=EARLIER_ONLY)


@dataclass(frozen=True, slots=True, kw_only=True)
class ComplianceSheet:
    """The figures of a period."""

    EARLIER = (reason_in_words,)

    number: str
    made_at: datetime
    since: date
    until: date
    total: ComplianceFigures
    scope: LocalizedText = field(default_factory=LocalizedText)
    plans: tuple[ComplianceFigures, ...] = ()
    areas: tuple[ComplianceFigures, ...] = ()
    technicians: tuple[ComplianceFigures, ...] = ()
    cases: tuple[LateDate, ...] = ()


def _reason(t: DocumentLanguages, case: LateDate) -> Words:
    return said(t, case.reason_said) if case.reason_said else t.word("why", case.reason)


def _head(sheet: ComplianceSheet, t: DocumentLanguages) -> DocumentHead:
    period = f"{t.day(sheet.since)} – {t.day(sheet.until)}"
    return DocumentHead(
        title=t("Maintenance compliance"),
        number=sheet.number,
        meta=scope_line(t, said(t, sheet.scope), period),
    )


def _compose(sheet: ComplianceSheet, flow: DocumentFlow) -> None:
    t = flow.t
    for number, (title, groups) in enumerate(
        (
            (t("By plan"), sheet.plans),
            (t("By area"), sheet.areas),
            (t("By technician"), sheet.technicians),
        ),
        start=1,
    ):
        section(flow, title, number)
        rows = [_row(t, figures, t("(none)")) for figures in groups]
        rows.append(_row(t, sheet.total, t("Together")))
        table(flow, _columns(t), rows, size=SMALLER)
    section(flow, t("Not on time"), 4)
    _cases(sheet, flow)
    flow.words(
        t(
            "Compliance = done inside the window ÷ windows closed in the period. What is no longer"
            " due, or was included in a longer plan, does not count; skipped and merged dates count"
            " as not done."
        ),
        NOTE,
        before=4,
    )
    approvals(flow)


def _columns(t: DocumentLanguages) -> tuple[PrintColumn, ...]:
    titles = (
        t("Windows closed"),
        t("Done on time"),
        t("Late"),
        t("Partly done"),
        t("Missed"),
        t("Skipped"),
        t("Compliance"),
    )
    return (
        PrintColumn(t("Group"), 1),
        *(PrintColumn(title, mm=25, align="right") for title in titles),
    )


def _row(t: DocumentLanguages, figures: ComplianceFigures, unnamed: Words) -> Row:
    name = said(t, figures.name)
    share = f"{figures.on_time / figures.closed:.0%}" if figures.closed else "–"
    shown = name if name.first else unnamed
    counts = (
        figures.closed,
        figures.on_time,
        figures.late,
        figures.partial,
        figures.missed,
        figures.skipped,
    )
    return [shown.spans(), *(str(count) for count in counts), TextSpan(share, STRONG)]


def _cases(sheet: ComplianceSheet, flow: DocumentFlow) -> None:
    t = flow.t
    columns = (
        PrintColumn(t("Due on"), mm=19),
        PrintColumn(t("Window ended"), mm=23),
        PrintColumn(t("State"), mm=24),
        PrintColumn(t("Item"), 1),
        PrintColumn(t("Merchant"), 1.4),
        PrintColumn(t("Serial number"), 1.4),
        PrintColumn(t("Technician"), mm=18),
        PrintColumn(t("Reason"), 1.5),
    )
    rows: list[Row] = []
    for case in sheet.cases:
        rows.append(
            [
                t.day(case.due_on),
                t.day(case.window_until),
                state_sign(t, case.state).spans(),
                said(t, case.plan).spans(),
                case.merchant,
                case.serial,
                case.technician,
                _reason(t, case).spans(),
            ]
        )
    nothing_due = t("No window closed in this period.")
    empty = t("Everything was done on time.") if sheet.total.closed else nothing_due
    table(flow, columns, rows, size=SMALLER, numbered=True, empty=empty)


KIND = DocumentKind(
    id="compliance",
    title=N_("Maintenance compliance"),
    sheet=ComplianceSheet,
    head=_head,
    compose=_compose,
    code="MC",
    landscape=True,
    compact=True,
)
