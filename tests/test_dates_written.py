"""Dates as people read them: ISO order, the year left out only within the year of today."""

from __future__ import annotations

from datetime import UTC, date, datetime

from hypothesis import given
from hypothesis import strategies as st

from app.i18n import translator

DAYS = st.dates(date(2000, 1, 1), date(2099, 12, 31))
t = translator("zh")


@given(day=DAYS, today=DAYS)
def test_a_short_day_never_stands_for_one_of_another_year(day: date, today: date) -> None:
    short = t.short_day(day, today)
    whole = short if len(short) == len("2026-11-29") else f"{today.year}-{short}"
    assert date.fromisoformat(whole) == day


@given(first=DAYS, last=DAYS)
def test_a_span_says_its_year_once_when_it_is_the_same(first: date, last: date) -> None:
    begin, _dash, end = t.days(first, last).partition(" – ")
    assert date.fromisoformat(begin) == first
    if first != last:
        assert end == t.short_day(last, first)


def test_moments_and_headings() -> None:
    moment = datetime(2026, 11, 29, 1, 5, tzinfo=UTC)
    assert t.moment(moment) == "2026-11-29 09:05"
    assert t.short_moment(moment, date(2026, 1, 1)) == "11-29 09:05"
    assert t.short_moment(moment, date(2027, 1, 1)) == "2026-11-29 09:05"
    assert (t.clock(moment), t.month(date(2026, 11, 29))) == ("09:05", "2026-11")
    assert t.heading(date(2026, 11, 29)) == "周日 11-29"
