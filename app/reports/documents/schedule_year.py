"""维护计划表: every plan of every terminal over twelve months, ○ planned ● done × missed."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime

from app.domain.maintenance.occurrences import OccurrenceState
from app.domain.maintenance.recurrence_rule import Unit
from app.i18n import N_
from app.languages import NO_TEXT, LocalizedText
from app.reports.data.earlier_formats import interval_in_words
from app.reports.data.sheets import ADDED_LATER, EARLIER_ONLY
from app.reports.documents.kind import DocumentKind
from app.reports.documents.languages import DocumentFlow, DocumentLanguages
from app.reports.documents.page_frame import DocumentHead
from app.reports.documents.schedule_parts import (
    approvals,
    legend,
    scope_line,
    sign,
    state_sign,
    years_without_notice,
)
from app.reports.documents.shared_blocks import said
from app.reports.typeset.bilingual import Words
from app.reports.typeset.line_breaking import RichText
from app.reports.typeset.style import QUIET
from app.reports.typeset.tables import PrintColumn, Row, RowGroup, table


@dataclass(frozen=True, slots=True, kw_only=True)
class YearLine:
    """One plan of one terminal (or merchant): the states of its dates in each month."""

    merchant: str
    address: str
    terminal: str
    tid: str
    plan: LocalizedText
    unit: Unit | None
    """How often: every so many units; none where the plan waits for events."""
    every: int
    months: tuple[tuple[str, ...], ...]
    area: str = ""
    last_on: date | None = None
    due_on: date | None = None
    technician: str = ""
    remark: str = ""
    interval: LocalizedText = field(default=NO_TEXT, metadata=EARLIER_ONLY)


@dataclass(frozen=True, slots=True, kw_only=True)
class YearSheet:
    """Twelve months from `since` on."""

    EARLIER = (interval_in_words,)

    number: str
    made_at: datetime
    since: date
    scope: LocalizedText = field(default_factory=LocalizedText)
    lines: tuple[YearLine, ...] = ()
    unknown_years: tuple[int, ...] = ()
    provisional_years: tuple[int, ...] = field(default=(), metadata=ADDED_LATER)


def _months(sheet: YearSheet) -> list[date]:
    first = sheet.since.year * 12 + sheet.since.month - 1
    return [date((first + n) // 12, (first + n) % 12 + 1, 1) for n in range(12)]


def _interval(t: DocumentLanguages, line: YearLine) -> Words:
    return said(t, line.interval) if line.interval else t.interval(line.unit, line.every)


def _head(sheet: YearSheet, t: DocumentLanguages) -> DocumentHead:
    months = _months(sheet)
    period = f"{t.first.month(months[0])} – {t.first.month(months[-1])}"
    version = t("version of {day}", day=t.day(sheet.made_at.date()))
    return DocumentHead(
        t("Maintenance schedule"),
        sheet.number,
        scope_line(t, said(t, sheet.scope), period).joined(version),
    )


def _compose(sheet: YearSheet, flow: DocumentFlow) -> None:
    t, months = flow.t, _months(sheet)
    columns = (
        PrintColumn(t("Merchant"), 1.5),
        PrintColumn(t("Installed at"), 1.9),
        PrintColumn(t("Terminal"), mm=31),
        PrintColumn(t("Item"), mm=22),
        PrintColumn(t("Interval"), mm=16),
        PrintColumn(t("Last done"), mm=14),
        PrintColumn(t("Due on"), mm=14),
        *(PrintColumn(Words(str(month.month)), mm=6.3, align="centre") for month in months),
        PrintColumn(t("Responsible"), mm=19),
        PrintColumn(t("Remark"), mm=16),
    )
    table(
        flow,
        columns,
        _rows(t, sheet),
        small=True,
        numbered=True,
        empty=t("Nothing is due in this period."),
    )
    _totals(sheet, flow, months)
    legend(flow)
    years_without_notice(flow, sheet.unknown_years, sheet.provisional_years)
    approvals(flow)


def _rows(t: DocumentLanguages, sheet: YearSheet) -> list[Row]:
    rows: list[Row] = []
    area, merchant, terminal = "", "", ""
    for line in sheet.lines:
        if line.area and line.area != area:
            area, merchant, terminal = line.area, "", ""
            rows.append(RowGroup(area))
        # What stands above is not said again; the eye follows the plans of one terminal.
        who: list[RichText] = ["", "", ""]
        if line.merchant != merchant:
            who[:2] = [line.merchant, line.address]
        if line.terminal != terminal or line.merchant != merchant:
            who[2] = "\n".join(filter(None, (line.terminal, line.tid)))
        merchant, terminal = line.merchant, line.terminal
        rows.append(
            [
                *who,
                said(t, line.plan).spans(),
                _interval(t, line).spans(QUIET),
                _short(line.last_on, sheet),
                _short(line.due_on, sheet),
                *(sign(states) for states in line.months),
                line.technician,
                line.remark,
            ]
        )
    return rows


def _short(day: date | None, sheet: YearSheet) -> str:
    """A day of the twelve months without its year."""
    if day is None:
        return ""
    months = _months(sheet)
    inside = months[0] <= day < date(months[0].year + 1, months[0].month, 1)
    return f"{day:%m-%d}" if inside else f"{day:%Y}\n{day:%m-%d}"


def _totals(sheet: YearSheet, flow: DocumentFlow, months: list[date]) -> None:
    t = flow.t
    done = {str(OccurrenceState.DONE), str(OccurrenceState.DONE_LATE)}
    missed = {str(OccurrenceState.MISSED), str(OccurrenceState.MERGED)}
    planned = {
        str(state)
        for state in (
            OccurrenceState.FORECAST,
            OccurrenceState.DUE,
            OccurrenceState.SCHEDULED,
            OccurrenceState.LAST_DAY,
        )
    }
    columns = (
        PrintColumn(t("Total"), 1),
        *(PrintColumn(Words(f"{month:%m}"), mm=15, align="right") for month in months),
        PrintColumn(t("Together"), mm=20, align="right"),
    )
    rows: list[Row] = []
    for state, which in (
        (OccurrenceState.SCHEDULED, planned),
        (OccurrenceState.DONE, done),
        (OccurrenceState.MISSED, missed),
    ):
        counts = [
            sum(item in which for line in sheet.lines for item in line.months[n]) for n in range(12)
        ]
        rows.append(
            [state_sign(t, state).spans(), *(str(c or "") for c in counts), str(sum(counts))]
        )
    flow.space(8)
    table(flow, columns, rows, small=True)


KIND = DocumentKind(
    id="schedule_year",
    title=N_("Maintenance schedule"),
    sheet=YearSheet,
    head=_head,
    compose=_compose,
    landscape=True,
)
