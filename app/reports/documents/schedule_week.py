"""周维护安排: a week on one page a few technicians share, days as columns."""

from __future__ import annotations

from datetime import date

from app.i18n import N_
from app.reports.documents.kind import DocumentKind
from app.reports.documents.languages import DocumentFlow, DocumentLanguages
from app.reports.documents.page_frame import DocumentHead
from app.reports.documents.schedule_month import MonthSheet, Person, VisitLine, days_of
from app.reports.documents.schedule_parts import (
    approvals,
    legend,
    scope_line,
    symbol,
    years_without_notice,
)
from app.reports.documents.shared_blocks import said
from app.reports.typeset.bilingual import Words
from app.reports.typeset.line_breaking import RichText, TextSpan
from app.reports.typeset.style import NOTE, SMALL, STRONG
from app.reports.typeset.tables import PrintColumn, Row, table


class WeekSheet(MonthSheet):
    """The visits of a week by technician."""

    __slots__ = ()


def _head(sheet: WeekSheet, t: DocumentLanguages) -> DocumentHead:
    period = f"{t.day(sheet.since)} – {t.day(sheet.until)}"
    return DocumentHead(
        t("Maintenance of the week"), sheet.number, scope_line(t, said(t, sheet.scope), period)
    )


def _compose(sheet: WeekSheet, flow: DocumentFlow) -> None:
    t = flow.t
    days = days_of(sheet.since, sheet.until)
    off = set(sheet.days_off)
    columns = [PrintColumn(t("Technician"), mm=26)]
    for day in days:
        name = Words(*(part.heading(day) for part in (t.first, t.second) if part))
        columns.append(PrintColumn(name, 0.55 if day in off else 1))
    rows: list[Row] = [
        [_name(t, person), *(_cell(t, person, day) for day in days)] for person in sheet.people
    ]
    table(flow, columns, rows, small=True, empty=t("No visit is planned in this period."))
    legend(flow)
    years_without_notice(flow, sheet.unknown_years, sheet.provisional_years)
    approvals(flow)


def _name(t: DocumentLanguages, person: Person) -> RichText:
    minutes = sum(visit.minutes for visit in person.visits)
    hours = t("{visits} visits, {hours} h", visits=len(person.visits), hours=f"{minutes / 60:.1f}")
    return (
        TextSpan(person.name or t("Nobody yet").first, STRONG),
        TextSpan(f"\n{hours.first}", NOTE),
    )


def _cell(t: DocumentLanguages, person: Person, day: date) -> RichText:
    spans: list[TextSpan] = []
    for visit in person.visits:
        if visit.day == day:
            spans += _visit(t, visit, first=not spans)
    return spans


def _visit(t: DocumentLanguages, visit: VisitLine, *, first: bool) -> list[TextSpan]:
    mark = symbol(visit.state)
    begin = "" if first else "\n"
    tasks = t.names(said(t, task) for task in visit.tasks).first
    return [
        TextSpan(f"{begin}{mark} {visit.start} ".replace("  ", " "), SMALL),
        TextSpan(visit.merchant or visit.number, STRONG),
        TextSpan(f"\n{tasks}", NOTE),
    ]


KIND = DocumentKind(
    id="schedule_week",
    title=N_("Maintenance of the week"),
    sheet=WeekSheet,
    head=_head,
    compose=_compose,
    landscape=True,
    compact=True,
)
