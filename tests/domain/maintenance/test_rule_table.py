"""Rules and their dates, every date checked by hand against a printed calendar.

Statutory days of 2026 as published (国办发明电〔2025〕, in `HOLIDAYS_2026`): New Year 1-3 January
(worked: 4 January), Spring Festival 15-23 February (worked: 14 and 28 February), 4-6 April,
1-5 May (worked: 9 May), 19-21 June, 25-27 September, 1-7 October (worked: 20 September and
10 October).
"""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from app.domain.maintenance.recurrence import Anchor, Recurrence
from app.domain.maintenance.recurrence_rule import (
    Basis,
    DayOf,
    DayOffShift,
    DaySpan,
    MonthDay,
    Rule,
    Unit,
    YearSpan,
)
from app.domain.maintenance.workdays import CalendarDay, DayKind, calendar_of

DAY, WEEK, MONTH, YEAR = Unit.DAY, Unit.WEEK, Unit.MONTH, Unit.YEAR
MON, TUE, WED, THU, FRI, SAT, SUN = range(7)


def _off(first: str, last: str) -> list[CalendarDay]:
    day, end = date.fromisoformat(first), date.fromisoformat(last)
    days = [day + timedelta(days=n) for n in range((end - day).days + 1)]
    return [CalendarDay(day, DayKind.OFF) for day in days]


HOLIDAYS_2026 = [
    *_off("2026-01-01", "2026-01-03"),
    *_off("2026-02-15", "2026-02-23"),
    *_off("2026-04-04", "2026-04-06"),
    *_off("2026-05-01", "2026-05-05"),
    *_off("2026-06-19", "2026-06-21"),
    *_off("2026-09-25", "2026-09-27"),
    *_off("2026-10-01", "2026-10-07"),
    *(
        CalendarDay(date.fromisoformat(day), DayKind.WORK)
        for day in (
            "2026-01-04",
            "2026-02-14",
            "2026-02-28",
            "2026-05-09",
            "2026-09-20",
            "2026-10-10",
        )
    ),
]
CALENDAR = calendar_of(HOLIDAYS_2026)


def weekday(number: int, day: int) -> MonthDay:
    """The n-th weekday of a month."""
    return MonthDay(DayOf.WEEKDAY, number, day)


def workday(number: int) -> MonthDay:
    """The n-th working day of a month."""
    return MonthDay(DayOf.WORKDAY, number)


LAST_DAY = MonthDay(DayOf.LAST_DAY)
SUMMER = YearSpan((6, 1), (8, 31))
WINTER = YearSpan((11, 15), (2, 15))
SHOPPING = YearSpan((11, 1), (11, 12))

# (rule, anchor, from, to, dates).  An anchor written "2025-12-10 +" is a day of installation,
# which is itself not due.
TABLE: list[tuple[Rule, str, str, str, str]] = [
    # --- days
    (
        Rule(unit=DAY),
        "2026-02-26",
        "2026-02-26",
        "2026-03-02",
        "2026-02-26 2026-02-27 2026-02-28 2026-03-01 2026-03-02",
    ),
    (
        Rule(unit=DAY),
        "2028-02-27",
        "2028-02-27",
        "2028-03-01",
        "2028-02-27 2028-02-28 2028-02-29 2028-03-01",
    ),
    (
        Rule(unit=DAY, every=10),
        "2026-01-01",
        "2026-01-01",
        "2026-02-20",
        "2026-01-01 2026-01-11 2026-01-21 2026-01-31 2026-02-10 2026-02-20",
    ),
    (
        Rule(unit=DAY, every=90),
        "2026-01-01",
        "2026-01-01",
        "2026-12-31",
        "2026-01-01 2026-04-01 2026-06-30 2026-09-28 2026-12-27",
    ),
    (
        Rule(unit=DAY, every=90),
        "2026-01-01 +",
        "2026-01-01",
        "2026-12-31",
        "2026-04-01 2026-06-30 2026-09-28 2026-12-27",
    ),
    (
        Rule(unit=DAY, every=3, shift=DayOffShift.SKIP),
        "2026-06-01",
        "2026-06-01",
        "2026-06-30",
        "2026-06-01 2026-06-04 2026-06-10 2026-06-16 2026-06-22 2026-06-25",
    ),
    (
        Rule(unit=DAY, shift=DayOffShift.SKIP),
        "2026-09-18",
        "2026-09-18",
        "2026-09-29",
        "2026-09-18 2026-09-20 2026-09-21 2026-09-22 2026-09-23 2026-09-24 2026-09-28 2026-09-29",
    ),
    (
        Rule(unit=DAY, shift=DayOffShift.AFTER),
        "2026-09-30",
        "2026-09-30",
        "2026-10-12",
        "2026-09-30 2026-10-08 2026-10-09 2026-10-10 2026-10-12",
    ),
    (
        Rule(unit=DAY, shift=DayOffShift.BEFORE),
        "2026-02-12",
        "2026-02-12",
        "2026-02-25",
        "2026-02-12 2026-02-13 2026-02-14 2026-02-24 2026-02-25",
    ),
    (
        Rule(unit=DAY, every=2, months=(3,)),
        "2026-02-27",
        "2026-02-01",
        "2026-03-07",
        "2026-03-01 2026-03-03 2026-03-05 2026-03-07",
    ),
    # --- weeks
    (
        Rule(unit=WEEK),
        "2026-11-23",
        "2026-11-23",
        "2026-12-21",
        "2026-11-23 2026-11-30 2026-12-07 2026-12-14 2026-12-21",
    ),
    (
        Rule(unit=WEEK, every=2),
        "2026-11-25",
        "2026-11-25",
        "2027-01-10",
        "2026-11-25 2026-12-09 2026-12-23 2027-01-06",
    ),
    (
        Rule(unit=WEEK, weekdays=(MON, THU)),
        "2026-11-25",
        "2026-11-01",
        "2026-12-10",
        "2026-11-26 2026-11-30 2026-12-03 2026-12-07 2026-12-10",
    ),
    (
        Rule(unit=WEEK, every=2, weekdays=(TUE, FRI)),
        "2026-12-01",
        "2026-12-01",
        "2026-12-31",
        "2026-12-01 2026-12-04 2026-12-15 2026-12-18 2026-12-29",
    ),
    (
        Rule(unit=WEEK, every=2, weekdays=(MON,)),
        "2026-12-02",
        "2026-12-01",
        "2026-12-31",
        "2026-12-14 2026-12-28",
    ),
    (
        Rule(unit=WEEK, every=13),
        "2026-01-05",
        "2026-01-01",
        "2026-12-31",
        "2026-01-05 2026-04-06 2026-07-06 2026-10-05",
    ),
    (
        Rule(unit=WEEK, every=13, shift=DayOffShift.AFTER),
        "2026-01-05",
        "2026-01-01",
        "2026-12-31",
        "2026-01-05 2026-04-07 2026-07-06 2026-10-08",
    ),
    (
        Rule(unit=WEEK, every=13, shift=DayOffShift.BEFORE),
        "2026-01-05",
        "2026-01-01",
        "2026-12-31",
        "2026-01-05 2026-04-03 2026-07-06 2026-09-30",
    ),
    (
        Rule(unit=WEEK, weekdays=(SAT,), shift=DayOffShift.SKIP),
        "2026-01-01",
        "2026-01-01",
        "2026-12-31",
        "2026-02-14 2026-02-28 2026-05-09 2026-10-10",
    ),
    (
        Rule(unit=WEEK, weekdays=(SUN,), shift=DayOffShift.SKIP),
        "2026-01-01",
        "2026-01-01",
        "2026-12-31",
        "2026-01-04 2026-09-20",
    ),
    (
        Rule(unit=WEEK, weekdays=(WED,), seasons=(SUMMER,)),
        "2026-01-01",
        "2026-05-20",
        "2026-06-24",
        "2026-06-03 2026-06-10 2026-06-17 2026-06-24",
    ),
    (
        Rule(unit=WEEK, pauses=(SHOPPING,)),
        "2026-10-22",
        "2026-10-22",
        "2026-11-26",
        "2026-10-22 2026-10-29 2026-11-19 2026-11-26",
    ),
    # --- months, day of the anchor: the 29th, 30th and 31st never drift
    (
        Rule(unit=MONTH),
        "2026-01-31",
        "2026-01-01",
        "2026-08-31",
        "2026-01-31 2026-02-28 2026-03-31 2026-04-30 2026-05-31 2026-06-30 2026-07-31 2026-08-31",
    ),
    (
        Rule(unit=MONTH),
        "2026-01-30",
        "2026-02-01",
        "2026-05-31",
        "2026-02-28 2026-03-30 2026-04-30 2026-05-30",
    ),
    (
        Rule(unit=MONTH),
        "2026-01-29",
        "2026-02-01",
        "2026-04-30",
        "2026-02-28 2026-03-29 2026-04-29",
    ),
    (
        Rule(unit=MONTH),
        "2027-12-29",
        "2028-01-01",
        "2028-03-31",
        "2028-01-29 2028-02-29 2028-03-29",
    ),
    (
        Rule(unit=MONTH),
        "2027-12-31",
        "2028-01-01",
        "2028-04-30",
        "2028-01-31 2028-02-29 2028-03-31 2028-04-30",
    ),
    (
        Rule(unit=MONTH),
        "2026-12-10 +",
        "2026-12-01",
        "2027-04-01",
        "2027-01-10 2027-02-10 2027-03-10",
    ),
    (
        Rule(unit=MONTH, every=3),
        "2026-11-30",
        "2026-11-01",
        "2027-12-31",
        "2026-11-30 2027-02-28 2027-05-30 2027-08-30 2027-11-30",
    ),
    (
        Rule(unit=MONTH, every=3),
        "2023-05-31 +",
        "2026-01-01",
        "2026-12-31",
        "2026-02-28 2026-05-31 2026-08-31 2026-11-30",
    ),
    (
        Rule(unit=MONTH, every=6),
        "2026-08-31",
        "2026-08-01",
        "2028-03-01",
        "2026-08-31 2027-02-28 2027-08-31 2028-02-29",
    ),
    (
        Rule(unit=MONTH, every=2),
        "2025-12-31",
        "2025-12-01",
        "2026-12-31",
        "2025-12-31 2026-02-28 2026-04-30 2026-06-30 2026-08-31 2026-10-31 2026-12-31",
    ),
    (
        Rule(unit=MONTH, every=5),
        "2026-01-15",
        "2026-01-01",
        "2027-12-31",
        "2026-01-15 2026-06-15 2026-11-15 2027-04-15 2027-09-15",
    ),
    (
        Rule(unit=MONTH, every=18),
        "2026-01-31",
        "2026-01-01",
        "2030-12-31",
        "2026-01-31 2027-07-31 2029-01-31 2030-07-31",
    ),
    (
        Rule(unit=MONTH, months=(3, 6, 9, 12)),
        "2026-01-20",
        "2026-01-01",
        "2026-12-31",
        "2026-03-20 2026-06-20 2026-09-20 2026-12-20",
    ),
    (
        Rule(unit=MONTH, seasons=(SUMMER,)),
        "2026-01-31",
        "2026-01-01",
        "2027-12-31",
        "2026-06-30 2026-07-31 2026-08-31 2027-06-30 2027-07-31 2027-08-31",
    ),
    (
        Rule(unit=MONTH, seasons=(WINTER,)),
        "2026-01-20",
        "2026-01-01",
        "2027-03-31",
        "2026-01-20 2026-11-20 2026-12-20 2027-01-20",
    ),
    (
        Rule(unit=MONTH, pauses=(DaySpan(date(2026, 2, 1), date(2026, 3, 31)),)),
        "2026-01-10",
        "2026-01-01",
        "2026-05-31",
        "2026-01-10 2026-04-10 2026-05-10",
    ),
    # --- months, days off
    (
        Rule(unit=MONTH, shift=DayOffShift.AFTER),
        "2026-01-01",
        "2026-01-01",
        "2026-06-30",
        "2026-01-04 2026-02-02 2026-03-02 2026-04-01 2026-05-06 2026-06-01",
    ),
    (
        Rule(unit=MONTH, shift=DayOffShift.BEFORE),
        "2026-01-31",
        "2026-01-01",
        "2026-06-30",
        "2026-02-28 2026-03-31 2026-04-30 2026-05-29 2026-06-30",
    ),
    (
        Rule(unit=MONTH, shift=DayOffShift.SKIP),
        "2026-01-01",
        "2026-01-01",
        "2026-12-31",
        "2026-04-01 2026-06-01 2026-07-01 2026-09-01 2026-12-01",
    ),
    (
        Rule(unit=MONTH, shift=DayOffShift.AFTER),
        "2026-02-14",
        "2026-02-01",
        "2026-06-30",
        "2026-02-14 2026-03-16 2026-04-14 2026-05-14 2026-06-15",
    ),
    (
        Rule(unit=MONTH, shift=DayOffShift.AFTER),
        "2025-10-04",
        "2026-10-01",
        "2026-10-31",
        "2026-10-08",
    ),
    (
        Rule(unit=MONTH, shift=DayOffShift.BEFORE),
        "2025-10-04",
        "2026-09-01",
        "2026-10-31",
        "2026-09-04 2026-09-30",
    ),
    (
        Rule(unit=MONTH, shift=DayOffShift.AFTER, pauses=(YearSpan((2, 1), (2, 28)),)),
        "2025-12-31",
        "2026-01-01",
        "2026-03-31",
        "2026-01-30 2026-03-31",
    ),
    # --- months, weekdays and working days
    (
        Rule(unit=MONTH, on=weekday(1, MON)),
        "2026-01-01",
        "2026-01-01",
        "2026-06-30",
        "2026-01-05 2026-02-02 2026-03-02 2026-04-06 2026-05-04 2026-06-01",
    ),
    (
        Rule(unit=MONTH, on=weekday(4, FRI)),
        "2026-01-01",
        "2026-01-01",
        "2026-04-30",
        "2026-01-23 2026-02-27 2026-03-27 2026-04-24",
    ),
    (
        Rule(unit=MONTH, on=weekday(-1, FRI)),
        "2026-01-01",
        "2026-01-01",
        "2026-05-31",
        "2026-01-30 2026-02-27 2026-03-27 2026-04-24 2026-05-29",
    ),
    (
        Rule(unit=MONTH, on=weekday(-1, SUN)),
        "2026-01-01",
        "2026-02-01",
        "2026-05-31",
        "2026-02-22 2026-03-29 2026-04-26 2026-05-31",
    ),
    (
        Rule(unit=MONTH, on=weekday(1, MON)),
        "2026-12-10 +",
        "2026-12-01",
        "2027-03-31",
        "2027-01-04 2027-02-01 2027-03-01",
    ),
    (
        Rule(unit=MONTH, every=3, on=weekday(2, TUE)),
        "2026-01-01",
        "2026-01-01",
        "2026-12-31",
        "2026-01-13 2026-04-14 2026-07-14 2026-10-13",
    ),
    (
        Rule(unit=MONTH, on=weekday(1, MON), shift=DayOffShift.AFTER),
        "2026-01-01",
        "2026-04-01",
        "2026-05-31",
        "2026-04-07 2026-05-06",
    ),
    (
        Rule(unit=MONTH, on=LAST_DAY),
        "2026-01-10",
        "2026-01-01",
        "2026-06-30",
        "2026-01-31 2026-02-28 2026-03-31 2026-04-30 2026-05-31 2026-06-30",
    ),
    (
        Rule(unit=MONTH, on=workday(-1)),
        "2026-01-01",
        "2026-01-01",
        "2026-06-30",
        "2026-01-30 2026-02-28 2026-03-31 2026-04-30 2026-05-29 2026-06-30",
    ),
    (
        Rule(unit=MONTH, on=workday(1)),
        "2026-01-01",
        "2026-01-01",
        "2026-06-30",
        "2026-01-04 2026-02-02 2026-03-02 2026-04-01 2026-05-06 2026-06-01",
    ),
    (
        Rule(unit=MONTH, on=workday(5)),
        "2026-09-01",
        "2026-09-01",
        "2026-10-31",
        "2026-09-07 2026-10-13",
    ),
    (Rule(unit=MONTH, on=workday(-2)), "2026-01-01", "2026-02-01", "2026-02-28", "2026-02-27"),
    (
        Rule(unit=MONTH, on=MonthDay(DayOf.DATE, 15)),
        "2026-01-20",
        "2026-01-01",
        "2026-04-30",
        "2026-02-15 2026-03-15 2026-04-15",
    ),
    (
        Rule(unit=MONTH, on=MonthDay(DayOf.DATE, 31)),
        "2026-01-20",
        "2026-01-01",
        "2026-04-30",
        "2026-01-31 2026-02-28 2026-03-31 2026-04-30",
    ),
    (
        Rule(unit=MONTH, on=MonthDay(DayOf.DATE, 1), shift=DayOffShift.BEFORE),
        "2026-01-01",
        "2026-01-20",
        "2026-03-31",
        "2026-01-30 2026-02-28",
    ),
    # --- years
    (
        Rule(unit=YEAR),
        "2024-02-29",
        "2024-01-01",
        "2029-12-31",
        "2024-02-29 2025-02-28 2026-02-28 2027-02-28 2028-02-29 2029-02-28",
    ),
    (
        Rule(unit=YEAR),
        "2025-12-10 +",
        "2025-12-01",
        "2028-12-31",
        "2026-12-10 2027-12-10 2028-12-10",
    ),
    (
        Rule(unit=YEAR, every=4),
        "2024-02-29",
        "2024-01-01",
        "2036-12-31",
        "2024-02-29 2028-02-29 2032-02-29 2036-02-29",
    ),
    (
        Rule(unit=YEAR, every=2),
        "2025-07-01",
        "2026-01-01",
        "2031-12-31",
        "2027-07-01 2029-07-01 2031-07-01",
    ),
    (
        Rule(unit=YEAR, months=(3, 9)),
        "2026-05-31",
        "2026-01-01",
        "2027-12-31",
        "2026-09-30 2027-03-31 2027-09-30",
    ),
    (
        Rule(unit=YEAR, months=(3, 9)),
        "2026-02-10 +",
        "2026-01-01",
        "2027-12-31",
        "2026-03-10 2026-09-10 2027-03-10 2027-09-10",
    ),
    (
        Rule(unit=YEAR, every=2, months=(1, 4, 7, 10), on=LAST_DAY),
        "2026-05-01",
        "2026-01-01",
        "2028-12-31",
        "2026-07-31 2026-10-31 2028-01-31 2028-04-30 2028-07-31 2028-10-31",
    ),
    (
        Rule(unit=YEAR, months=(3,), on=weekday(-1, WED)),
        "2026-01-01",
        "2026-01-01",
        "2028-12-31",
        "2026-03-25 2027-03-31 2028-03-29",
    ),
    (
        Rule(unit=YEAR, shift=DayOffShift.AFTER),
        "2025-10-01",
        "2026-01-01",
        "2026-12-31",
        "2026-10-08",
    ),
    (
        Rule(unit=YEAR, shift=DayOffShift.BEFORE),
        "2025-02-20",
        "2026-01-01",
        "2026-12-31",
        "2026-02-14",
    ),
    # --- floating: counted from the day of the last work, the wanted day of the month kept
    (
        Rule(unit=MONTH, basis=Basis.FLOATING),
        "2026-02-28/31 +",
        "2026-02-01",
        "2026-05-31",
        "2026-03-31 2026-04-30 2026-05-31",
    ),
    (
        Rule(unit=MONTH, basis=Basis.FLOATING),
        "2026-03-10 +",
        "2026-03-01",
        "2026-05-31",
        "2026-04-10 2026-05-10",
    ),
    (
        Rule(unit=MONTH, every=3, basis=Basis.FLOATING, shift=DayOffShift.AFTER),
        "2026-01-02 +",
        "2026-01-01",
        "2026-07-31",
        "2026-04-02 2026-07-02",
    ),
]


def _anchor(text: str) -> Anchor:
    day, _, installed = text.partition(" ")
    day, _, wanted = day.partition("/")
    return Anchor(date.fromisoformat(day), int(wanted or 0), 1 if installed else 0)


def test_the_table_is_long_enough() -> None:
    assert len(TABLE) >= 60


@pytest.mark.parametrize(("rule", "anchor", "first", "last", "dates"), TABLE)
def test_a_rule_gives_exactly_the_hand_checked_dates(
    rule: Rule, anchor: str, first: str, last: str, dates: str
) -> None:
    found = Recurrence(rule, date.fromisoformat(first), date.fromisoformat(last), CALENDAR)
    days = [due.on.isoformat() for due in found.dates(_anchor(anchor))]
    assert days == dates.split()
