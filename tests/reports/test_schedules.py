"""Schedules for the wall: few pages, every terminal a row, signs explained, counts that agree."""

from __future__ import annotations

import math
import re
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain.maintenance.occurrences import SYMBOLS, OccurrenceState
from app.domain.maintenance.recurrence_rule import Unit
from app.i18n import translator
from app.languages import LocalizedText
from app.reports.documents.compliance import ComplianceFigures
from app.reports.documents.schedule_month import MonthSheet
from app.reports.documents.schedule_parts import LEGEND, PLANNED
from app.reports.documents.schedule_visits import Person, VisitLine
from app.reports.documents.schedule_week import WeekSheet
from app.reports.documents.schedule_year import YearLine, YearSheet
from app.texts import word
from tests.reports.reading import all_text, page_texts
from tests.reports.samples import at, document, render
from tests.reports.samples_figures import compliance

MONTHLY = ("防拆检查", "网络检查", "版本检查")
QUARTERLY = "季度保养"


def line(place: int, plan: str, months: tuple[tuple[str, ...], ...]) -> YearLine:
    return YearLine(
        merchant=f"测试商户{place // 2}",
        address=f"浦东新区测试路 {place // 2} 号",
        terminal=f"新大陆 N910 TESTN9100{place:07d}",
        tid=f"5{place:07d}",
        plan=LocalizedText.same(plan),
        unit=Unit.MONTH,
        every=3 if plan == QUARTERLY else 1,
        months=months,
        area="浦东新区",
        technician="张工",
    )


def year(terminals: int, state: str = "forecast") -> YearSheet:
    every = tuple((state,) for _month in range(12))
    some = tuple((state,) if month % 3 == 0 else () for month in range(12))
    lines = [
        line(place, plan, some if plan == QUARTERLY else every)
        for place in range(terminals)
        for plan in (*MONTHLY, QUARTERLY)
    ]
    return YearSheet(number="", made_at=at(9), since=date(2026, 1, 1), lines=tuple(lines))


def visit(day: date, place: int, state: str = "scheduled") -> VisitLine:
    return VisitLine(
        day=day,
        number=f"L7-V{place:06d}",
        merchant=f"商户{place}号",
        address=f"浦东新区测试路 {place} 号",
        tasks=(LocalizedText.same(MONTHLY[place % 3]),),
        state=state,
        minutes=30,
        window_until=day,
        area="浦东新区",
        start=f"{8 + place % 9:02d}:30",
    )


@pytest.mark.parametrize("language", ["zh", "en", "both"])
def test_the_counts_of_a_year_take_a_page_and_the_rows_one_for_every_thirty_four(
    language: str,
) -> None:
    """So 2 000 terminals take 60 pages; ten plans and nine areas are those of the sample."""
    lines = year(200).lines
    lines += tuple(
        replace(lines[n], plan=LocalizedText.same(f"计划{n}"), area=f"测试{n}区", merchant=f"另{n}")
        for n in range(8)
    )
    sheet = replace(year(200), lines=lines, provisional_years=(2027,))
    first, *rest = page_texts(render([document(sheet, "schedule_year", language)]).pdf)
    assert "测试7区" in first
    assert "50000000" not in first
    assert all(f"5{place:07d}" in "".join(rest) for place in range(200))
    assert len(rest) <= math.ceil((200 + 8) / 34 + 8 * 18 / 400)


@pytest.mark.parametrize("language", ["zh", "en", "both"])
def test_a_full_month_of_a_technician_is_one_page(language: str) -> None:
    """Seven shops a working day, ten on the busiest of each week."""
    days = [date(2026, 12, 1) + timedelta(days=n) for n in range(31)]
    visits = tuple(
        visit(day, 10 * day.day + n)
        for day in days
        if day.weekday() < 5
        for n in range(10 if day.weekday() == 1 else 7)
    )
    sheet = MonthSheet(
        number="",
        made_at=at(9),
        since=days[0],
        until=days[-1],
        people=(Person("张工", "T01", visits), Person("王工", "T02", visits)),
        days_off=tuple(day for day in days if day.weekday() >= 5),
    )
    pages = page_texts(render([document(sheet, "schedule_month", language)]).pdf)
    assert len(pages) == 3
    for page in pages[1:]:
        assert all(item.merchant in page for item in visits)


def test_the_first_page_counts_what_the_rows_show() -> None:
    first, *_rest = page_texts(render([document(year(40), "schedule_year")]).pdf)
    # Three monthly plans of 40 terminals, a quarterly one, and both together.
    for total in (40 * 12, 40 * 4, 40 * (3 * 12 + 4)):
        assert re.search(rf"\b{total}\b", first)


@pytest.mark.parametrize("state", OccurrenceState)
def test_the_legend_explains_every_sign_and_no_other(state: OccurrenceState) -> None:
    assert {SYMBOLS[shown] for shown in LEGEND} == set(SYMBOLS.values())
    assert len({SYMBOLS[shown] for shown in LEGEND}) == len(LEGEND)
    first = page_texts(render([document(year(3, str(state)), "schedule_year")]).pdf)[0]
    first = first.replace("2026-01 – 2026-12", "")
    shown = {sign for sign in SYMBOLS.values() if sign in first}
    assert shown == {SYMBOLS[state]}


@pytest.mark.parametrize("kind", [MonthSheet, WeekSheet])
@settings(max_examples=8)
@given(counts=st.lists(st.integers(1, 90), min_size=1, max_size=3))
def test_each_technician_begins_a_page_and_no_visit_is_lost(
    kind: type[MonthSheet], counts: list[int]
) -> None:
    since = date(2026, 12, 7)
    days = 7 if kind is WeekSheet else 25
    people, place = [], 0
    for who, count in enumerate(counts):
        visits = [visit(since + timedelta(days=n % days), place + n) for n in range(count)]
        place += count
        people.append(Person(f"技工{who}", f"T{who:02d}", tuple(visits)))
    sheet = kind(
        number="",
        made_at=at(9),
        since=since,
        until=since + timedelta(days=days - 1),
        people=tuple(people),
        days_off=(date(2026, 12, 12), date(2026, 12, 13)),
    )
    name = "schedule_week" if kind is WeekSheet else "schedule_month"
    pages = page_texts(render([document(sheet, name)]).pdf)
    begun = [
        next(n for n, page in enumerate(pages) if f"T{who:02d} · 技工{who}" in page)
        for who in range(len(counts))
    ]
    assert len(set(begun)) == len(begun)
    text = "".join("".join(pages).split())
    for number in range(place):
        assert text.count(f"商户{number}号") == 1


@pytest.mark.parametrize("language", ["zh", "en", "both"])
@pytest.mark.parametrize("kind", [MonthSheet, WeekSheet])
def test_the_page_of_a_technician_explains_the_signs_on_it(
    kind: type[MonthSheet], language: str
) -> None:
    """It is handed out alone."""
    since = date(2026, 12, 7)
    days = 7 if kind is WeekSheet else 25
    states = [state for state in LEGEND if SYMBOLS[state] != PLANNED]
    people = tuple(
        Person(f"技工{who}", f"T{who:02d}", (visit(since, who, str(state)), visit(since, 50 + who)))
        for who, state in enumerate(states)
    )
    sheet = kind(
        number="", made_at=at(9), since=since, until=since + timedelta(days=days - 1), people=people
    )
    name = "schedule_week" if kind is WeekSheet else "schedule_month"
    pages = page_texts(render([document(sheet, name, language)]).pdf)
    words = [translator(part) for part in (("zh", "en") if language == "both" else (language,))]
    for who, state in enumerate(states):
        page = next(page for page in pages if f"T{who:02d} · 技工{who}" in page)
        meanings = [word(t, "occurrence_state", state) for t in words]
        assert f"{SYMBOLS[state]} {' '.join(meanings)}" in page
        assert page.count(SYMBOLS[state]) == 2, "at the visit, and explained"
        others = {SYMBOLS[other] for other in states} - {SYMBOLS[state]}
        assert not any(f"\n{sign} " in page for sign in others)


def test_a_group_that_goes_on_says_so() -> None:
    pages = page_texts(render([document(year(100), "schedule_year")]).pdf)
    assert all("浦东新区（续）" in "".join(page.split()) for page in pages[2:-1])


def test_nothing_due_is_not_called_done_on_time() -> None:
    nothing = ComplianceFigures(name=LocalizedText(), closed=0, on_time=0)
    sheet = replace(compliance(), total=nothing, plans=(), areas=(), technicians=(), cases=())
    text = all_text(render([document(sheet, "compliance")]).pdf)
    assert "此期间无应做项目" in text
    assert "全部按时完成" not in text
