"""月度维护安排: who goes where on which day of a period, by technician."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime

from app.i18n import N_
from app.languages import LocalizedText
from app.reports.data.sheets import ADDED_LATER
from app.reports.documents.kind import DocumentKind
from app.reports.documents.languages import DocumentFlow, DocumentLanguages
from app.reports.documents.page_frame import DocumentHead
from app.reports.documents.schedule_parts import (
    approvals,
    scope_line,
    state_sign,
    years_without_notice,
)
from app.reports.documents.shared_blocks import listed, said
from app.reports.typeset.bilingual import Words
from app.reports.typeset.blocks import section
from app.reports.typeset.style import NOTE, QUIET
from app.reports.typeset.tables import PrintColumn, Row, RowGroup, table


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitLine:
    """One visit in a list."""

    day: date
    number: str
    merchant: str
    address: str
    tasks: tuple[LocalizedText, ...]
    state: str
    minutes: int
    window_until: date
    area: str = ""
    start: str = ""


@dataclass(frozen=True, slots=True)
class Person:
    """A technician's visits; no name: nobody's yet."""

    name: str
    code: str
    visits: tuple[VisitLine, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthSheet:
    """The visits of a period (a month at most) by technician.  `days_off` are not worked."""

    number: str
    made_at: datetime
    since: date
    until: date
    scope: LocalizedText = field(default_factory=LocalizedText)
    people: tuple[Person, ...] = ()
    days_off: tuple[date, ...] = ()
    unknown_years: tuple[int, ...] = ()
    provisional_years: tuple[int, ...] = field(default=(), metadata=ADDED_LATER)


def days_of(since: date, until: date) -> list[date]:
    """The days of a period."""
    return [date.fromordinal(o) for o in range(since.toordinal(), until.toordinal() + 1)]


def _head(sheet: MonthSheet, t: DocumentLanguages) -> DocumentHead:
    period = f"{t.day(sheet.since)} – {t.day(sheet.until)}"
    return DocumentHead(
        t("Maintenance by technician"), sheet.number, scope_line(t, said(t, sheet.scope), period)
    )


def _compose(sheet: MonthSheet, flow: DocumentFlow) -> None:
    t = flow.t
    section(flow, t("At a glance"))
    _matrix(sheet, flow)
    section(flow, t("Planned visits"))
    columns = (
        PrintColumn(t("Day"), mm=27),
        PrintColumn(t("Number"), mm=22),
        PrintColumn(t("Merchant"), 1.5),
        PrintColumn(t("Installed at"), 2),
        PrintColumn(t("Items"), 2.2),
        PrintColumn(t("Minutes"), mm=14, align="right"),
        PrintColumn(t("On time until"), mm=20),
        PrintColumn(t("State"), 1),
        PrintColumn(t("Remark"), mm=20),
    )
    rows: list[Row] = []
    for person in sheet.people:
        minutes = sum(visit.minutes for visit in person.visits)
        title = listed(person.code, person.name) or t("Nobody yet").first
        load = t(
            "{visits} visits, {hours} h", visits=len(person.visits), hours=f"{minutes / 60:.1f}"
        )
        rows.append(RowGroup(f"{title} · {load}"))
        rows += [_row(t, visit, sheet.since) for visit in person.visits]
    table(flow, columns, rows, small=True, empty=t("No visit is planned in this period."))
    years_without_notice(flow, sheet.unknown_years, sheet.provisional_years)
    approvals(flow)


def _row(t: DocumentLanguages, visit: VisitLine, since: date) -> Row:
    items = t.names(said(t, task) for task in visit.tasks)
    weekday = t.first.weekday(visit.day)
    return [
        f"{t.first.short_day(visit.day, since)} {weekday} {visit.start}",
        visit.number,
        visit.merchant,
        visit.address,
        items.spans(),
        str(visit.minutes),
        t.day(visit.window_until),
        state_sign(t, visit.state).spans(),
        "",
    ]


MOST_DAYS = 31
"""Days that fit beside each other; a longer period takes a table for each such part."""


def _matrix(sheet: MonthSheet, flow: DocumentFlow) -> None:
    """Visits per technician and day; a day nobody works is marked in its head."""
    days = days_of(sheet.since, sheet.until)
    for begin in range(0, len(days), MOST_DAYS):
        _part(sheet, flow, days[begin : begin + MOST_DAYS])
    flow.words(flow.t("Visits a day; · marks a day off."), NOTE, before=2)


def _part(sheet: MonthSheet, flow: DocumentFlow, days: list[date]) -> None:
    t, off = flow.t, set(sheet.days_off)
    heads = [Words(f"{day.day}\n{'·' if day in off else t.first.weekday(day)[-1]}") for day in days]
    columns = (
        PrintColumn(t("Technician"), 1),
        *(
            PrintColumn(head, mm=min(7.4, 230 / len(days)), align="centre", style=QUIET)
            for head in heads
        ),
        PrintColumn(t("Total"), mm=13, align="right"),
    )
    rows: list[Row] = []
    for person in sheet.people:
        counts = Counter(visit.day for visit in person.visits)
        shown = [counts[day] for day in days]
        name = person.name or t("Nobody yet").first
        rows.append([name, *(str(count or "") for count in shown), str(sum(shown))])
    table(flow, columns, rows, small=True)


KIND = DocumentKind(
    id="schedule_month",
    title=N_("Maintenance by technician"),
    sheet=MonthSheet,
    head=_head,
    compose=_compose,
    landscape=True,
)
