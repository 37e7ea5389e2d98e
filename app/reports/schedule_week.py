"""周维护安排: a week on one page a few technicians share, days as columns."""

from __future__ import annotations

from datetime import date

from app.i18n import N_
from app.reports.frame import Head
from app.reports.kind import Kind
from app.reports.parts import said
from app.reports.schedule_month import MonthSheet, Person, VisitLine, days_of
from app.reports.schedule_parts import approvals, legend, scope_line, symbol, unknown_years
from app.reports.story import Story
from app.reports.style import NOTE, SMALL, STRONG
from app.reports.tables import Column, Row, table
from app.reports.text import Rich, Span
from app.reports.words import Speech, Words


class WeekSheet(MonthSheet):
    """The visits of a week by technician."""

    __slots__ = ()


def _head(sheet: WeekSheet, t: Speech) -> Head:
    period = f"{t.day(sheet.since)} – {t.day(sheet.until)}"
    return Head(t("Maintenance of the week"), sheet.number,
                scope_line(t, said(t, sheet.scope), period))  # fmt: skip


def _compose(sheet: WeekSheet, story: Story) -> None:
    t = story.t
    days = days_of(sheet.since, sheet.until)
    off = set(sheet.days_off)
    columns = [Column(t("Technician"), mm=26)]
    for day in days:
        name = Words(*(f"{part.weekday(day)} {day:%m-%d}" for part in (t.first, t.second) if part))
        columns.append(Column(name, 0.55 if day in off else 1))
    rows: list[Row] = [
        [_name(t, person), *(_cell(t, person, day) for day in days)] for person in sheet.people
    ]
    table(story, columns, rows, small=True, empty=t("No visit is planned in this period."))
    legend(story)
    unknown_years(story, sheet.unknown_years)
    approvals(story)


def _name(t: Speech, person: Person) -> Rich:
    minutes = sum(visit.minutes for visit in person.visits)
    hours = t("{visits} visits, {hours} h", visits=len(person.visits), hours=f"{minutes / 60:.1f}")
    return (Span(person.name or t("Nobody yet").first, STRONG), Span(f"\n{hours.first}", NOTE))


def _cell(t: Speech, person: Person, day: date) -> Rich:
    spans: list[Span] = []
    for visit in person.visits:
        if visit.day == day:
            spans += _visit(t, visit, first=not spans)
    return spans


def _visit(t: Speech, visit: VisitLine, *, first: bool) -> list[Span]:
    mark = symbol(visit.state)
    begin = "" if first else "\n"
    tasks = "、".join(said(t, task).first for task in visit.tasks)
    return [
        Span(f"{begin}{mark} {visit.start} ".replace("  ", " "), SMALL),
        Span(visit.merchant or visit.number, STRONG),
        Span(f"\n{tasks}", NOTE),
    ]


KIND = Kind("schedule_week", N_("Maintenance of the week"), WeekSheet, _head, _compose,
            landscape=True, compact=True)  # fmt: skip
