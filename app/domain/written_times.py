"""Days and moments as files write them: day first, month names, twelve-hour clock, zones.

`app.domain.parsing` reads what people type into a field that shows them how; a file shows nothing,
so whatever can be read in two ways is refused as a doubt and never guessed.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from enum import StrEnum

from app.domain.errors import BadValue
from app.domain.parsing import EARLIEST, LATEST


class DayOrder(StrEnum):
    """Whether ``05/03/2024`` begins with the day or the month."""

    UNKNOWN = "unknown"
    DAY_FIRST = "day_first"
    MONTH_FIRST = "month_first"


@dataclass(frozen=True, slots=True)
class WrittenTime:
    """A day, the clock if one is written, and the zone if one is written."""

    day: date
    clock: time | None = None
    zone: tzinfo | None = None


_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "jan january",
            "feb february",
            "mar march",
            "apr april",
            "may",
            "jun june",
            "jul july",
            "aug august",
            "sep sept september",
            "oct october",
            "nov november",
            "dec december",
        ),
        1,
    )
    for name in names.split()
}
_YEAR_FIRST = re.compile(
    r"(\d{4})\s?[-/.年]\s?(\d{1,2})\s?[-/.月]\s?(\d{1,2})(?!\d)\s?日?"
    r"|(\d{4})(\d{2})(\d{2})(?=$|\D|\d{4}(?:\d\d)?$)"
)
_ORDERED = re.compile(r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})(?!\d)")
_NAMED_DAY = re.compile(r"(\d{1,2})[-\s]?([A-Za-z]{3,9})\.?[-,\s]*(\d{4})(?!\d)")
_NAMED_MONTH = re.compile(r"([A-Za-z]{3,9})\.?\s*(\d{1,2}),?\s+(\d{4})(?!\d)")
_DAY_NUMBER = re.compile(r"\d{5}(?:\.\d+)?")
_HALF = r"上午|下午|凌晨|早上|中午|晚上|[AaPp]\.?[Mm]\.?"
_CLOCK = re.compile(
    rf"[T,\s]*(?P<before>{_HALF})?\s*(?P<hour>\d{{1,2}})"
    r"(?:[:时点]\s?(?P<minute>\d{1,2})?(?:[:分]\s?(?P<second>\d{1,2})(?:[.,]\d+)?秒?|分)?)?"
    rf"\s*(?P<after>{_HALF})?\s*(?P<zone>Z|(?:UTC|GMT)?(?:[-+]\d{{1,2}}(?::?\d{{2}})?)?|UTC|GMT)"
)
_RUN_TOGETHER = re.compile(r"(\d{2})(\d{2})(\d{2})?")
_ZONE = re.compile(r"(?:UTC|GMT)?([-+])(\d{1,2})(?::?(\d{2}))?")
_FIRST_DAY = date(1899, 12, 30)


def day_order(cells: Iterable[str]) -> DayOrder:
    """What a column shows: a number above twelve can only be the day."""
    first = second = False
    for cell in cells:
        # Most cells begin with the year and are passed over.
        match = None if cell[:4].isdecimal() else _ORDERED.match(_plain(cell))
        if match is not None:
            first = first or int(match[1]) > 12
            second = second or int(match[2]) > 12
    if first == second:
        return DayOrder.UNKNOWN
    return DayOrder.DAY_FIRST if first else DayOrder.MONTH_FIRST


def read_written(text: str, order: DayOrder = DayOrder.UNKNOWN) -> WrittenTime | None:
    """The day and time a cell says, or None for nothing.

    Raises `BadValue`: ``date.ambiguous`` (day or month first?), ``date.day_number`` (a day as a
    spreadsheet counts it), ``date.malformed``, ``date.impossible``, ``date.out_of_range``,
    ``time.malformed``.
    """
    plain = _plain(text)
    if not plain:
        return None
    numbers, end = _day(plain, order)
    try:
        day = date(*numbers)
    except ValueError:
        raise BadValue("date.impossible", value=plain) from None
    if not EARLIEST <= day <= LATEST:
        raise BadValue("date.out_of_range", value=plain, earliest=EARLIEST, latest=LATEST)
    rest = plain[end:].strip()
    if not rest:
        return WrittenTime(day)
    clock, zone = _clock(rest)
    return WrittenTime(day, clock, zone)


def _plain(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).split())


def _day(plain: str, order: DayOrder) -> tuple[tuple[int, int, int], int]:
    """Year, month and day, and where they end."""
    match = _YEAR_FIRST.match(plain)
    if match is not None:
        year, month, day = (int(part) for part in match.groups() if part is not None)
        return (year, month, day), match.end()
    match = _ORDERED.match(plain)
    if match is not None:
        return _ordered(plain, match, order), match.end()
    match = _NAMED_DAY.match(plain)
    if match is not None and match[2].casefold() in _MONTHS:
        return (int(match[3]), _MONTHS[match[2].casefold()], int(match[1])), match.end()
    match = _NAMED_MONTH.match(plain)
    if match is not None and match[1].casefold() in _MONTHS:
        return (int(match[3]), _MONTHS[match[1].casefold()], int(match[2])), match.end()
    if _DAY_NUMBER.fullmatch(plain):
        day_meant = _FIRST_DAY + timedelta(days=int(float(plain)))
        if EARLIEST <= day_meant <= LATEST:
            raise BadValue("date.day_number", value=plain, day=day_meant)
    raise BadValue("date.malformed", value=plain)


def _ordered(plain: str, match: re.Match[str], order: DayOrder) -> tuple[int, int, int]:
    one, two, year = (int(part) for part in match.groups())
    if one == two or two > 12 >= one:
        return year, one, two
    if one > 12:
        return year, two, one
    if order is DayOrder.UNKNOWN:
        raise BadValue(
            "date.ambiguous",
            value=plain,
            one=f"{year}-{two:02d}-{one:02d}",
            other=f"{year}-{one:02d}-{two:02d}",
        )
    return (year, two, one) if order is DayOrder.DAY_FIRST else (year, one, two)


def _clock(rest: str) -> tuple[time, tzinfo | None]:
    run = _RUN_TOGETHER.fullmatch(rest)
    if run is not None:
        hour, minute, second = (int(part or 0) for part in run.groups())
        half, zone = "", ""
    else:
        match = _CLOCK.fullmatch(rest)
        if match is None or (match["minute"] is None and not _spoken(match)):
            raise BadValue("time.malformed", value=rest)
        hour = int(match["hour"])
        minute, second = int(match["minute"] or 0), int(match["second"] or 0)
        half, zone = (match["before"] or match["after"] or ""), match["zone"]
    try:
        return time(_hour(hour, half.casefold().replace(".", "")), minute, second), _zone(zone)
    except ValueError:
        raise BadValue("time.malformed", value=rest) from None


def _spoken(match: re.Match[str]) -> bool:
    """A bare hour is a time only beside a half of the day (``3 PM``) or a word (``3点``)."""
    return bool(match["before"] or match["after"] or re.search("[时点]", match[0]))


def _hour(hour: int, half: str) -> int:
    """The hour of a twelve-hour clock; raises `ValueError` for what cannot be."""
    if half in ("am", "上午", "凌晨", "早上"):
        if hour > 12:
            raise ValueError(hour)
        return hour % 12
    if half in ("pm", "下午", "晚上"):
        if half == "晚上" and hour == 12:
            # Midnight, but of which day?
            raise ValueError(hour)
        return hour + 12 if hour < 12 else hour
    if half == "中午" and hour < 3:
        return hour + 12
    return hour


def _zone(written: str) -> tzinfo | None:
    if not written:
        return None
    match = _ZONE.fullmatch(written)
    if match is None:
        return UTC
    offset = timedelta(hours=int(match[2]), minutes=int(match[3] or 0))
    return timezone(offset if match[1] == "+" else -offset)


class RepeatedHour(StrEnum):
    """What a change of the clock does to a local time."""

    NO = "no"
    REPEATED = "repeated"
    SKIPPED = "skipped"


def in_zone(written: WrittenTime, zone: tzinfo | None) -> tuple[datetime, datetime, RepeatedHour]:
    """The moment in UTC in both readings (first and second), and whether they differ.

    `zone` is the office's, that of this computer when None; a written zone goes before it.
    """
    naive = datetime.combine(written.day, written.clock or time(0))
    if written.zone is not None:
        exact = naive.replace(tzinfo=written.zone).astimezone(UTC)
        return exact, exact, RepeatedHour.NO

    def moment(fold: int) -> datetime:
        local = naive.replace(fold=fold)
        placed = local.replace(tzinfo=zone) if zone else local.astimezone()
        return placed.astimezone(UTC)

    first, second = moment(0), moment(1)
    if first == second:
        return first, second, RepeatedHour.NO
    return first, second, RepeatedHour.REPEATED if first < second else RepeatedHour.SKIPPED
