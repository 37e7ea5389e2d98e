"""Days off by law are off in every year, and say of themselves that the notice is missing."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from chinese_calendar import constants

from app.domain.errors import InvalidInput
from app.domain.maintenance.statutory_days import governed_years, statutory_days
from app.domain.maintenance.workdays import (
    CalendarDay,
    DayBasis,
    DayKind,
    WorkCalendar,
    calendar_of,
)
from app.services.maintenance.working_times import shipped_calendar


@pytest.mark.parametrize("year", [2025, 2026])
def test_every_day_off_by_law_stands_in_the_notices_there_are(year: int) -> None:
    noticed = {day: name for day, name in constants.holidays.items() if day.year == year}
    for day, name in statutory_days(year).items():
        assert day in noticed, day
        # A festival may fall into the week of another.
        assert name == noticed[day] or name == "Mid-autumn Festival", day


def test_new_year_and_the_spring_festival_of_2027() -> None:
    days = statutory_days(2027)
    assert days[date(2027, 1, 1)] == "New Year's Day"
    spring = [day for day, name in days.items() if name == "Spring Festival"]
    assert spring == [date(2027, 2, day) for day in (5, 6, 7, 8)]
    assert len(days) == 13


def test_each_year_of_the_table_has_every_holiday_where_it_can_lie() -> None:
    for year in governed_years():
        days = statutory_days(year)
        spring = [day for day, name in days.items() if name == "Spring Festival"]
        assert date(year, 1, 20) <= spring[0] <= date(year, 2, 20)
        assert spring[-1] - spring[0] == timedelta(days=3)
        (tombs,) = (day for day, name in days.items() if name == "Tomb-sweeping Day")
        assert date(year, 4, 3) <= tombs <= date(year, 4, 6)
        autumn = (
            max(day for day, name in days.items() if name == "Mid-autumn Festival")
            if "Mid-autumn Festival" in days.values()
            else date(year, 10, 1)
        )
        assert date(year, 9, 7) <= autumn <= date(year, 10, 8)
    assert statutory_days(2024) == {}
    assert date(2150, 1, 1) in statutory_days(2150)


def test_a_year_without_notice_is_off_by_law_and_not_known() -> None:
    calendar = shipped_calendar()
    for year in (2027, 2031, 2060):
        assert year not in calendar.years
        for day in statutory_days(year):
            assert not calendar.is_workday(day.toordinal())
            assert calendar.holiday(day)
        assert {item.basis for item in calendar.listed(year)} == {DayBasis.LAW}


def off(*days: date) -> list[CalendarDay]:
    return [CalendarDay(day, DayKind.OFF) for day in days]


def test_a_file_that_lacks_days_off_by_law_is_no_notice() -> None:
    calendar = WorkCalendar().with_law((2027,))
    partly = calendar.with_file(2027, off(date(2027, 1, 1), date(2027, 1, 4)))
    assert 2027 not in partly.years
    assert not partly.is_workday(date(2027, 1, 4).toordinal())
    assert not partly.is_workday(date(2027, 2, 5).toordinal())
    whole = partly.with_file(2027, off(*statutory_days(2027), date(2027, 1, 4)))
    assert 2027 in whole.years
    assert not whole.provisional
    assert not whole.is_workday(date(2027, 1, 4).toordinal())


def test_the_company_has_the_last_word() -> None:
    monday, spring = date(2027, 3, 1), date(2027, 2, 5)
    calendar = (
        WorkCalendar()
        .with_law((2027,))
        .with_company(
            [CalendarDay(monday, DayKind.OFF, "厂庆"), CalendarDay(spring, DayKind.WORK, "值班")]
        )
    )
    assert not calendar.is_workday(monday.toordinal())
    assert calendar.is_workday(spring.toordinal())
    listed = {item.day: item for item in calendar.listed(2027)}
    assert listed[monday].basis is DayBasis.COMPANY
    assert listed[monday].name == "厂庆"
    assert 2027 not in calendar.years


def test_a_rest_without_end_is_refused() -> None:
    days = [date(2027, 3, 1) + timedelta(days=n) for n in range(90)]
    with pytest.raises(InvalidInput):
        calendar_of(off(*days)).refuse_endless_rest()
    calendar_of(off(*days[:20])).refuse_endless_rest()
