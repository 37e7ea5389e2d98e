"""Days and moments as files write them: read in one way only, or doubted."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from app.domain.errors import BadValue
from app.domain.written_times import DayOrder, RepeatedHour, day_order, in_zone, read_written


@pytest.mark.parametrize(
    ("text", "day", "clock"),
    [
        ("2024-03-05", date(2024, 3, 5), None),
        ("2024/3/5 8:30", date(2024, 3, 5), time(8, 30)),
        ("2024年3月5日 下午3点20分", date(2024, 3, 5), time(15, 20)),
        ("2024年3月5日下午3点", date(2024, 3, 5), time(15)),
        ("20240305", date(2024, 3, 5), None),
        ("20240305083000", date(2024, 3, 5), time(8, 30)),
        ("2024-03-05 10:20:30.123", date(2024, 3, 5), time(10, 20, 30)),
        ("2024-03-05 03:05 PM", date(2024, 3, 5), time(15, 5)),
        ("2024-03-05 12:05 am", date(2024, 3, 5), time(0, 5)),
        ("2024-03-05 中午12:30", date(2024, 3, 5), time(12, 30)),
        ("25/03/2024", date(2024, 3, 25), None),
        ("03/25/2024", date(2024, 3, 25), None),
        ("05.05.2024", date(2024, 5, 5), None),
        ("5 Mar 2024", date(2024, 3, 5), None),
        ("March 5, 2024 09:00", date(2024, 3, 5), time(9)),
        ("２０２４－０３－０５", date(2024, 3, 5), None),
    ],
)
def test_what_can_be_read_in_one_way_is_read(text: str, day: date, clock: time | None) -> None:
    written = read_written(text)
    assert written is not None
    assert (written.day, written.clock) == (day, clock)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("05/03/2024", "date.ambiguous"),
        ("45356", "date.day_number"),
        ("2024-02-31", "date.impossible"),
        ("1970-01-01", "date.out_of_range"),
        ("05/03/24", "date.malformed"),
        ("gestern", "date.malformed"),
        ("2024-03-05 25:00", "time.malformed"),
        ("2024-03-05 13:00 AM", "time.malformed"),
        ("2024-03-05 8", "time.malformed"),
        ("2024-03-05 10:00 CST", "time.malformed"),
        ("2024-03-05 晚上12:10", "time.malformed"),
        ("2024-03-05 10:00+99", "time.malformed"),
    ],
)
def test_what_can_not_is_named(text: str, code: str) -> None:
    with pytest.raises(BadValue) as refused:
        read_written(text)
    assert refused.value.code == code


def test_a_column_tells_which_part_is_the_day() -> None:
    assert day_order(["05/03/2024", "25/03/2024"]) is DayOrder.DAY_FIRST
    assert day_order(["05/03/2024", "03/25/2024"]) is DayOrder.MONTH_FIRST
    assert day_order(["25/03/2024", "03/25/2024"]) is DayOrder.UNKNOWN
    written = read_written("05/03/2024", DayOrder.DAY_FIRST)
    assert written is not None
    assert written.day == date(2024, 3, 5)


def test_a_written_zone_goes_before_the_office_s() -> None:
    shanghai = ZoneInfo("Asia/Shanghai")
    for text in ("2024-03-05T02:00:00Z", "2024-03-05 10:00", "2024-03-05 09:00 UTC+7"):
        written = read_written(text)
        assert written is not None
        assert in_zone(written, shanghai)[0] == datetime(2024, 3, 5, 2, tzinfo=UTC)


def test_repeated_and_skipped_hours_are_known() -> None:
    york = ZoneInfo("America/New_York")
    found = [read_written(text) for text in ("2024-11-03 01:10", "2024-03-10 02:30", "2024-11-04")]
    kinds = []
    for written in found:
        assert written is not None
        first, second, twice = in_zone(written, york)
        kinds.append(twice)
        if twice is RepeatedHour.REPEATED:
            assert second - first == timedelta(hours=1)
    assert kinds == [RepeatedHour.REPEATED, RepeatedHour.SKIPPED, RepeatedHour.NO]
