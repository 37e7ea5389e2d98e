"""Working days: weekends, statutory holidays, and weekends worked to make up for them (调休).

The notice of a year is either known (published by the State Council and loaded) or not.  Without it
the days off by law count, provisionally, and this is reported: `knows` and `uncertain`; the days
around them and the weekends worked for these are never inferred.  The company's own days come last
and win.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from enum import StrEnum

from app.domain.errors import BadValue, InvalidInput, Problems
from app.domain.maintenance.statutory_days import statutory_days
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


class DayBasis(StrEnum):
    """Where a day off or a worked weekend is from."""

    NOTICE = "notice"
    LAW = "law"
    COMPANY = "company"


@dataclass(frozen=True, slots=True)
class ListedDay:
    """A day as lists show it."""

    day: date
    kind: DayKind
    name: str
    basis: DayBasis


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkCalendar:
    """Which days are worked.  Days are asked for as ordinals (`date.toordinal`), as recurrence
    counts in them.

    `years` are those whose notice is known, `provisional` the days off by law in the others,
    `company` those the company decided about.
    """

    off: frozenset[int] = frozenset()
    work: frozenset[int] = frozenset()
    names: Mapping[int, str] = field(default_factory=dict)
    years: frozenset[int] = frozenset()
    provisional: frozenset[int] = frozenset()
    company: frozenset[int] = frozenset()
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
        """Whether the notice of this day's year is known."""
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
        """The years between two days whose notice is not known."""
        return tuple(y for y in range(first.year, last.year + 1) if y not in self.years)

    def holiday(self, day: date) -> str:
        """The name of the holiday (or of the one a worked weekend makes up for), or nothing."""
        return self.names.get(day.toordinal(), "")

    def with_year(self, year: int, days: Iterable[CalendarDay]) -> WorkCalendar:
        """This calendar with one year's entries replaced by `days`, its notice."""
        first, last = date(year, 1, 1).toordinal(), date(year, 12, 31).toordinal()

        def outside(ordinals: Iterable[int]) -> frozenset[int]:
            return frozenset(o for o in ordinals if not first <= o <= last)

        names = {o: name for o, name in self.names.items() if not first <= o <= last}
        empty = replace(
            self,
            off=outside(self.off),
            work=outside(self.work),
            names=names,
            provisional=outside(self.provisional),
        )
        return replace(empty._with(days), years=self.years | {year})

    def with_law(self, years: Iterable[int]) -> WorkCalendar:
        """This calendar with the days off by law in those of the years whose notice is not
        known."""
        days = [
            CalendarDay(day, DayKind.OFF, name)
            for year in years
            if year not in self.years
            for day, name in statutory_days(year).items()
        ]
        provisional = self.provisional | {entry.day.toordinal() for entry in days}
        return replace(self._with(days), provisional=provisional)

    def with_file(self, year: int, days: Sequence[CalendarDay]) -> WorkCalendar:
        """This calendar with what a file says of a year.  It is the notice when all days off by law
        stand in it; else these stay off, provisionally, beside what the file says."""
        off = {entry.day for entry in days if entry.kind is DayKind.OFF}
        if off.issuperset(statutory_days(year)):
            return self.with_year(year, days)
        partly = self.with_year(year, days)
        return replace(partly, years=self.years - {year}).with_law((year,))

    def with_company(self, days: Sequence[CalendarDay]) -> WorkCalendar:
        """This calendar with what the company decided; its word is the last."""
        company = frozenset(entry.day.toordinal() for entry in days)
        return replace(
            self._with(days),
            company=self.company | company,
            provisional=self.provisional - company,
        )

    def listed(self, year: int) -> tuple[ListedDay, ...]:
        """The days of a year that are off or worked other than by the week."""
        first = date(year, 1, 1).toordinal()
        days = range(first, date(year, 12, 31).toordinal() + 1)
        return tuple(
            ListedDay(
                date.fromordinal(day),
                DayKind.OFF if day in self.off else DayKind.WORK,
                self.names.get(day, ""),
                self._basis(day),
            )
            for day in days
            if day in self.off or day in self.work
        )

    def _basis(self, ordinal: int) -> DayBasis:
        if ordinal in self.company:
            return DayBasis.COMPANY
        return DayBasis.LAW if ordinal in self.provisional else DayBasis.NOTICE

    def refuse_endless_rest(self) -> None:
        """Raises `InvalidInput` when so many days off follow one another that no date could be
        moved to a worked one."""
        if self.longest_rest >= _SEARCH:
            raise InvalidInput.of("calendar", "calendar.endless_rest", most=_SEARCH - 1)

    def _with(self, days: Iterable[CalendarDay]) -> WorkCalendar:
        off, work, names = set(self.off), set(self.work), dict(self.names)
        for entry in days:
            ordinal = entry.day.toordinal()
            yes, no = (off, work) if entry.kind is DayKind.OFF else (work, off)
            yes.add(ordinal)
            no.discard(ordinal)
            names[ordinal] = entry.name or names.get(ordinal, "")
        return replace(self, off=frozenset(off), work=frozenset(work), names=names)


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


def check_days(
    rows: Iterable[tuple[int, str, str, str]], *, of_company: bool = False
) -> tuple[CalendarDay, ...]:
    """Rows of a file (row number, day, kind, name) as entries.  Raises `InvalidInput` naming each
    wrong row.

    A worked day must be a Saturday or Sunday unless the company decides it, and a day stands in the
    file once: a file of another shape than the State Council's notice is not taken for one.
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
            if kind is DayKind.WORK and day.weekday() < SATURDAY and not of_company:
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
