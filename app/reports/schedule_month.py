"""月度维护安排: who goes where on which day of a period, by technician."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime

from app.i18n import N_
from app.reports.blocks import section
from app.reports.frame import Head
from app.reports.kind import Kind
from app.reports.parts import listed, said
from app.reports.schedule_parts import approvals, scope_line, state_sign, unknown_years
from app.reports.sheets import Bilingual
from app.reports.story import Story
from app.reports.style import NOTE, QUIET
from app.reports.tables import Column, Group, Row, table
from app.reports.words import Speech, Words


@dataclass(frozen=True, slots=True)
class VisitLine:
    """One visit in a list."""

    day: date
    number: str
    merchant: str
    address: str
    tasks: tuple[Bilingual, ...]
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


@dataclass(frozen=True, slots=True)
class MonthSheet:
    """The visits of a period (a month at most) by technician.  `days_off` are not worked."""

    number: str
    made_at: datetime
    since: date
    until: date
    scope: Bilingual = field(default_factory=Bilingual)
    people: tuple[Person, ...] = ()
    days_off: tuple[date, ...] = ()
    unknown_years: tuple[int, ...] = ()


def days_of(since: date, until: date) -> list[date]:
    """The days of a period."""
    return [date.fromordinal(o) for o in range(since.toordinal(), until.toordinal() + 1)]


def _head(sheet: MonthSheet, t: Speech) -> Head:
    period = f"{t.day(sheet.since)} – {t.day(sheet.until)}"
    return Head(t("Maintenance by technician"), sheet.number,
                scope_line(t, said(t, sheet.scope), period))  # fmt: skip


def _compose(sheet: MonthSheet, story: Story) -> None:
    t = story.t
    section(story, t("At a glance"))
    _matrix(sheet, story)
    section(story, t("Planned visits"))
    columns = (
        Column(t("Day"), mm=27),
        Column(t("Number"), mm=22),
        Column(t("Merchant"), 1.5),
        Column(t("Installed at"), 2),
        Column(t("Items"), 2.2),
        Column(t("Minutes"), mm=14, align="right"),
        Column(t("On time until"), mm=20),
        Column(t("State"), 1),
        Column(t("Remark"), mm=20),
    )
    rows: list[Row] = []
    for person in sheet.people:
        minutes = sum(visit.minutes for visit in person.visits)
        title = listed(person.code, person.name) or t("Nobody yet").first
        load = t("{visits} visits, {hours} h", visits=len(person.visits),
                 hours=f"{minutes / 60:.1f}")  # fmt: skip
        rows.append(Group(f"{title} · {load}"))
        rows += [_row(t, visit) for visit in person.visits]
    table(story, columns, rows, small=True, empty=t("No visit is planned in this period."))
    unknown_years(story, sheet.unknown_years)
    approvals(story)


def _row(t: Speech, visit: VisitLine) -> Row:
    tasks = [said(t, task) for task in visit.tasks]
    items = Words(
        "、".join(task.first for task in tasks),
        ", ".join(task.second for task in tasks if task.second),
    )
    weekday = t.first.weekday(visit.day)
    return [
        f"{visit.day:%m-%d} {weekday} {visit.start}", visit.number, visit.merchant,
        visit.address, items.spans(), str(visit.minutes), t.day(visit.window_until),
        state_sign(t, visit.state).spans(), "",
    ]  # fmt: skip


MOST_DAYS = 31
"""Days that fit beside each other; a longer period takes a table for each such part."""


def _matrix(sheet: MonthSheet, story: Story) -> None:
    """Visits per technician and day; a day nobody works is marked in its head."""
    days = days_of(sheet.since, sheet.until)
    for begin in range(0, len(days), MOST_DAYS):
        _part(sheet, story, days[begin : begin + MOST_DAYS])
    story.words(story.t("Visits a day; · marks a day off."), NOTE, before=2)


def _part(sheet: MonthSheet, story: Story, days: list[date]) -> None:
    t, off = story.t, set(sheet.days_off)
    heads = [Words(f"{day.day}\n{'·' if day in off else t.first.weekday(day)[-1]}") for day in days]
    columns = (
        Column(t("Technician"), 1),
        *(
            Column(head, mm=min(7.4, 230 / len(days)), align="centre", style=QUIET)
            for head in heads
        ),
        Column(t("Total"), mm=13, align="right"),
    )
    rows: list[Row] = []
    for person in sheet.people:
        counts = Counter(visit.day for visit in person.visits)
        shown = [counts[day] for day in days]
        name = person.name or t("Nobody yet").first
        rows.append([name, *(str(count or "") for count in shown), str(sum(shown))])
    table(story, columns, rows, small=True)


KIND = Kind("schedule_month", N_("Maintenance by technician"), MonthSheet, _head, _compose,
            landscape=True)  # fmt: skip
