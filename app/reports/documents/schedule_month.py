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
from app.reports.documents.schedule_calendar import person_calendar, weeks_of
from app.reports.documents.schedule_parts import approvals, legend, scope_line, years_without_notice
from app.reports.documents.schedule_visits import Person
from app.reports.documents.shared_blocks import said
from app.reports.typeset.bilingual import Words
from app.reports.typeset.blocks import section
from app.reports.typeset.style import NOTE, QUIET
from app.reports.typeset.tables import SMALLER, PrintColumn, Row, table


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
        title=t("Maintenance by technician"),
        number=sheet.number,
        meta=scope_line(t, said(t, sheet.scope), period),
    )


def _compose(sheet: MonthSheet, flow: DocumentFlow) -> None:
    t, off = flow.t, frozenset(sheet.days_off)
    section(flow, t("At a glance"))
    _matrix(sheet, flow)
    if not flow.house.explains_each_page:
        legend(flow, (visit.state for person in sheet.people for visit in person.visits))
    years_without_notice(flow, sheet.unknown_years, sheet.provisional_years)
    approvals(flow)
    weeks = weeks_of(sheet.since, sheet.until)
    for person in sheet.people:
        flow.begin_page()
        person_calendar(flow, person, (sheet.since, sheet.until), weeks, off, flow.next_room)


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
    heads = [
        Words(f"{day.day}\n{'·' if day in off else _shortest(t.first.weekday(day))}")
        for day in days
    ]
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
    table(flow, columns, rows, size=SMALLER)


def _shortest(weekday: str) -> str:
    """What tells the days of the week apart in a narrow column: 一 of 周一, Mo of Mon."""
    return weekday[:2] if weekday.isascii() else weekday[-1]


KIND = DocumentKind(
    id="schedule_month",
    title=N_("Maintenance by technician"),
    sheet=MonthSheet,
    head=_head,
    compose=_compose,
    landscape=True,
    code="SM",
)
