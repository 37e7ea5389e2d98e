"""Working days: weekends, statutory holidays, and weekends worked to make up for them (调休).

The data of a year are either known (published by the State Council and loaded) or not.  For a year
that is not known only weekends count as days off, and this is reported: `knows` and
`uncertain`; nothing is inferred from earlier years or from the moon.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum

from app.domain.errors import BadValue, InvalidInput, Problems
from app.domain.parsing import parse_date
from app.domain.text import compact, line

SATURDAY = 5
_SEARCH = 60
"""No holiday is longer than this; a calendar without a working day in it is refused."""


class DayKind(StrEnum):
    """What an entry of the calendar says about a day."""

    OFF = "off"
    WORK = "work"


@dataclass(frozen=True, slots=True)
class CalendarDay:
    """One entry: a holiday, or a weekend day that is worked."""

    day: date
    kind: DayKind
    name: str = ""


@dataclass(frozen=True, slots=True)
class WorkCalendar:
    """Which days are worked.  Days are asked for as ordinals (`date.toordinal`), as recurrence
    counts in them."""

    off: frozenset[int] = frozenset()
    work: frozenset[int] = frozenset()
    names: Mapping[int, str] = field(default_factory=dict)
    years: frozenset[int] = frozenset()
    longest_rest: int = field(init=False, default=2)
    """The most days off in a row: how far a date can be moved at most."""

    def __post_init__(self) -> None:
        longest = 2
        for first in self.off:
            length = 0
            while not self.is_workday(first + length) and length < _SEARCH:
                length += 1
            before = 0
            while not self.is_workday(first - 1 - before) and before < _SEARCH:
                before += 1
            longest = max(longest, length + before)
        object.__setattr__(self, "longest_rest", longest)

    def is_workday(self, ordinal: int) -> bool:
        """Whether people work on this day."""
        if ordinal in self.work:
            return True
        return ordinal not in self.off and (ordinal - 1) % 7 < SATURDAY

    def knows(self, ordinal: int) -> bool:
        """Whether the statutory calendar of this day's year is loaded."""
        return date.fromordinal(ordinal).year in self.years

    def next_workday(self, ordinal: int) -> int:
        """The day itself when it is worked, else the first worked day after it."""
        return self._search(ordinal, 1)

    def previous_workday(self, ordinal: int) -> int:
        """The day itself when it is worked, else the last worked day before it."""
        return self._search(ordinal, -1)

    def _search(self, ordinal: int, step: int) -> int:
        for distance in range(_SEARCH):
            if self.is_workday(ordinal + step * distance):
                return ordinal + step * distance
        raise InvalidInput.of("calendar", "calendar.no_workday", day=date.fromordinal(ordinal))

    def workdays_of_month(self, year: int, month: int) -> list[int]:
        """The worked days of a month, as ordinals."""
        first = date(year, month, 1)
        last = date(year + month // 12, month % 12 + 1, 1)
        return [o for o in range(first.toordinal(), last.toordinal()) if self.is_workday(o)]

    def unknown_years(self, first: date, last: date) -> tuple[int, ...]:
        """The years between two days whose statutory calendar is not loaded."""
        return tuple(y for y in range(first.year, last.year + 1) if y not in self.years)

    def holiday(self, day: date) -> str:
        """The name of the holiday (or of the one a worked weekend makes up for), or nothing."""
        return self.names.get(day.toordinal(), "")

    def with_year(self, year: int, days: Iterable[CalendarDay]) -> WorkCalendar:
        """This calendar with one year's entries replaced by `days`."""
        first, last = date(year, 1, 1).toordinal(), date(year, 12, 31).toordinal()

        def outside(ordinals: Iterable[int]) -> set[int]:
            return {o for o in ordinals if not first <= o <= last}

        off, work = outside(self.off), outside(self.work)
        names = {o: name for o, name in self.names.items() if not first <= o <= last}
        for entry in days:
            ordinal = entry.day.toordinal()
            (off if entry.kind is DayKind.OFF else work).add(ordinal)
            if entry.name:
                names[ordinal] = entry.name
        return WorkCalendar(frozenset(off), frozenset(work), names, self.years | {year})


WEEKENDS_ONLY = WorkCalendar()
"""A calendar without any statutory data."""


def calendar_of(days: Iterable[CalendarDay]) -> WorkCalendar:
    """The calendar that knows exactly the years of `days`."""
    by_year: dict[int, list[CalendarDay]] = {}
    for entry in days:
        by_year.setdefault(entry.day.year, []).append(entry)
    calendar = WEEKENDS_ONLY
    for year, entries in sorted(by_year.items()):
        calendar = calendar.with_year(year, entries)
    return calendar


_KIND_WORDS = {
    "off": DayKind.OFF,
    "休": DayKind.OFF,
    "休息": DayKind.OFF,
    "放假": DayKind.OFF,
    "节假日": DayKind.OFF,
    "holiday": DayKind.OFF,
    "work": DayKind.WORK,
    "班": DayKind.WORK,
    "上班": DayKind.WORK,
    "调休": DayKind.WORK,
    "补班": DayKind.WORK,
    "workday": DayKind.WORK,
    # "isOffDay" of the public list holiday-cn
    "true": DayKind.OFF,
    "false": DayKind.WORK,
}


def parse_kind(raw: str) -> DayKind:
    """休 or 班 in any usual word.  Raises `BadValue`."""
    found = _KIND_WORDS.get(compact(raw).casefold())
    if found is None:
        raise BadValue("choice.unknown", value=raw.strip())
    return found


def check_days(rows: Iterable[tuple[int, str, str, str]]) -> tuple[CalendarDay, ...]:
    """Rows of a file (row number, day, kind, name) as entries.  Raises `InvalidInput` naming each
    wrong row.

    A worked day must be a Saturday or Sunday, and a day stands in the file once: a file of another
    shape than the State Council's notice is not taken for one.
    """
    problems = Problems()
    found: dict[date, CalendarDay] = {}
    for number, raw_day, raw_kind, name in rows:
        where = f"row {number}"
        with problems.field(where):
            day = parse_date(raw_day)
            kind = parse_kind(raw_kind)
            if day is None:
                raise BadValue("text.missing")
            if day in found:
                raise BadValue("calendar.twice", day=day)
            if kind is DayKind.WORK and day.weekday() < SATURDAY:
                raise BadValue("calendar.not_a_weekend", day=day)
            found[day] = CalendarDay(day, kind, line(name, 40))
    if not found and not problems:
        problems.add("calendar", "file.empty", name="")
    problems.raise_if_any()
    return tuple(found[day] for day in sorted(found))


def leave_days(spans: Iterable[tuple[date, date]], first: date, last: date) -> frozenset[date]:
    """The days between `first` and `last` that fall into any of the spans (both ends included)."""
    days: set[date] = set()
    for start, end in spans:
        day = max(start, first)
        while day <= min(end, last):
            days.add(day)
            day += timedelta(days=1)
    return frozenset(days)
