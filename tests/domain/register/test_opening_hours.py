"""Opening hours as people write them are read, and what is not understood closes nothing."""

from __future__ import annotations

from datetime import date

import pytest

from app.domain.register.opening_hours import ALL_DAY, ALWAYS, hours_understood, read_hours

MONDAY, WEDNESDAY, SATURDAY, SUNDAY = (date(2026, 11, day) for day in (23, 25, 28, 29))


@pytest.mark.parametrize(
    ("written", "monday", "saturday", "sunday"),
    [
        ("09:00-21:00", [(540, 1260)], [(540, 1260)], [(540, 1260)]),
        ("周一至周五 9:00-18:00；周六 10:00-16:00，周日休息", [(540, 1080)], [(600, 960)], []),
        ("Mon-Fri 9-18, Sat 10-16, Sun closed", [(540, 1080)], [(600, 960)], []),
        ("周一至五 8点半-17点", [(510, 1020)], [], []),
        ("工作日 9：00—12：00，13:30—18:00", [(540, 720), (810, 1080)], [], []),
        ("周六、周日 10:00-20:00", [], [(600, 1200)], [(600, 1200)]),
        ("24小时营业", [ALL_DAY], [ALL_DAY], [ALL_DAY]),
        ("18:00-02:00", [(1080, 1440)], [(1080, 1440)], [(1080, 1440)]),
        ("每天 9:00～22:00", [(540, 1320)], [(540, 1320)], [(540, 1320)]),
    ],
)
def test_hours_by_weekday(
    written: str, monday: list[object], saturday: list[object], sunday: list[object]
) -> None:
    found = read_hours(written)
    assert list(found.on(MONDAY)) == monday
    assert list(found.on(SATURDAY)) == saturday
    assert list(found.on(SUNDAY)) == sunday


def test_a_closed_day_beside_hours_for_all_days() -> None:
    found = read_hours("9:00-22:00（周三休息）")
    assert found.on(WEDNESDAY) == ()
    assert found.on(MONDAY) == ((540, 1320),)
    assert read_hours("周三休息").on(MONDAY) == (ALL_DAY,)


@pytest.mark.parametrize(
    "written", ["", "找老板电话约", "周一 看情况", "9:00-18:00 提前致电", "休息"]
)
def test_what_is_not_understood_is_open(written: str) -> None:
    assert read_hours(written) == ALWAYS
    assert hours_understood(written) == (not written), "and it is told"


def test_hours_that_are_always_are_understood_all_the_same() -> None:
    assert all(map(hours_understood, ("24小时营业", "每天 0:00-24:00", "  ")))
