"""A technician's visits as a calendar for the wall: days as columns, weeks as rows."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from app.languages import LocalizedText
from app.reports.documents.languages import DocumentFlow, DocumentLanguages
from app.reports.documents.schedule_parts import (
    PLANNED,
    plan_letters,
    signs_explained,
    symbol,
)
from app.reports.documents.schedule_visits import Person, VisitLine
from app.reports.documents.shared_blocks import listed, said
from app.reports.typeset.bilingual import Words
from app.reports.typeset.line_breaking import RichText, TextSpan
from app.reports.typeset.style import BODY, NOTE, SMALL, STRONG
from app.reports.typeset.tables import (
    FINE,
    FINEST,
    SMALLER,
    TIGHT,
    PrintColumn,
    Row,
    RowGroup,
    size_that_fits,
    table,
)

_SIZES = SMALLER, TIGHT, FINE, FINEST
_LETTERS = 15
"""Points below the visits of a person for what letters and signs mean."""
_NARROW = 0.35
"""Width of the column of a day off without visits, as a part of the others."""


def person_calendar(
    flow: DocumentFlow,
    person: Person,
    period: tuple[date, date],
    weeks: Sequence[Sequence[date]],
    off: frozenset[date],
    room: float,
) -> None:
    """The page of one technician: who, how much, and the visits of each day with their places.

    `weeks` are the days of each row, a Monday first; those out of the `period` stay empty.  A
    single week has a row for each visit of a day, so that no visit is cut where the page ends.
    The type is the largest with which everything is at most `room` high, so that it stays on its
    page; what cannot goes on.  What its letters and signs mean stands below: the page is handed out
    alone.
    """
    t = flow.t
    letters = plan_letters(t, (task for visit in person.visits for task in visit.tasks))
    minutes = sum(visit.minutes for visit in person.visits)
    load = t("{visits} visits, {hours} h", visits=len(person.visits), hours=f"{minutes / 60:.1f}")
    name = listed(person.code, person.name) or t("Nobody yet").first
    group = RowGroup([TextSpan(name, STRONG), TextSpan(f"　{load.first}", NOTE)])
    by_day: dict[date, list[VisitLine]] = {}
    for visit in person.visits:
        by_day.setdefault(visit.day, []).append(visit)
    single = len(weeks) == 1
    first, last = period
    columns = []
    for weekday in range(7):
        days = [week[weekday] for week in weeks]
        idle = not any(day in by_day or (first <= day <= last and day not in off) for day in days)
        head = (
            Words(*(part.heading(days[0]) for part in (t.first, t.second) if part))
            if single
            else t.each(lambda part, day=days[0]: part.weekday(day))  # type: ignore[misc]
        )
        columns.append(PrintColumn(head, _NARROW if idle else 1))
    rows: list[Row] = [group]
    for week in weeks:
        if single:
            rows += _visit_rows(t, [by_day.get(day, []) for day in week], letters)
        else:
            inside = [day for day in week if first <= day <= last]
            rows.append(
                [_day(t, day, by_day.get(day, []), off) if day in inside else "" for day in week]
            )
    used = [f"{letter} {said(t, plan).first}" for plan, letter in letters.items() if single]
    if flow.house.explains_each_page:
        used += signs_explained(t, (visit.state for visit in person.visits))
    size = size_that_fits(flow, columns, rows, _SIZES, room - (_LETTERS if single or used else 0))
    table(flow, columns, rows, size=size or TIGHT)
    if used:
        flow.text("　".join(used), SMALL, before=3)


def _visit_rows(
    t: DocumentLanguages, days: Sequence[Sequence[VisitLine]], letters: dict[LocalizedText, str]
) -> list[Row]:
    """The first visits of all days, then the second ones …"""
    most = max(map(len, days), default=0)
    return [
        [_visit(visits[place], letters) if place < len(visits) else "" for visits in days]
        for place in range(most)
    ]


def _visit(visit: VisitLine, letters: dict[LocalizedText, str]) -> RichText:
    plans = "".join(sorted(letters[task] for task in visit.tasks))
    return [
        TextSpan(_mark(visit) + (f"{visit.start} " if visit.start else ""), BODY),
        TextSpan(visit.merchant or visit.number, STRONG),
        TextSpan(f" {plans}{_beside(visit)}", BODY),
        TextSpan("\n" + _address(visit), NOTE),
    ]


def _day(
    t: DocumentLanguages, day: date, visits: Sequence[VisitLine], off: frozenset[date]
) -> RichText:
    """A day of the month: its number and area, then a line for each visit, by area."""
    rest = f" {t('day off').first}" if day in off else ""
    spans = [TextSpan(f"{day.day}", STRONG), TextSpan(rest, NOTE)]
    area = ""
    if not any(visit.start for visit in visits):
        visits = sorted(visits, key=lambda visit: visit.area)
    for visit in visits:
        if visit.area and visit.area != area:
            area = visit.area
            spans.append(TextSpan(f"\n{area}" if len(spans) > 2 else f" {area}", NOTE))
        start = f"{visit.start} " if visit.start else ""
        shop = f"{visit.merchant or visit.number}{_beside(visit)}"
        spans.append(TextSpan(f"\n{_mark(visit)}{start}{shop} ", BODY))
        spans.append(TextSpan(visit.address.removeprefix(visit.area), NOTE))
    return spans


def _mark(visit: VisitLine) -> str:
    mark = symbol(visit.state)
    return "" if mark == PLANNED else f"{mark} "


def _beside(visit: VisitLine) -> str:
    """Who else goes there."""
    return f" +{visit.companion}" if visit.companion else ""


def _address(visit: VisitLine) -> str:
    if visit.area and not visit.address.startswith(visit.area):
        return f"{visit.area} {visit.address}"
    return visit.address


def weeks_of(since: date, until: date) -> list[list[date]]:
    """The weeks, Monday first, that hold every day of a period."""
    monday = since - timedelta(days=since.weekday())
    count = (until - monday).days // 7 + 1
    return [[monday + timedelta(days=7 * week + day) for day in range(7)] for week in range(count)]
