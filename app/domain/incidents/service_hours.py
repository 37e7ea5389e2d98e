"""The hours in which a promised time passes: round the clock, or the service hours of a day, with
or without weekends and holidays."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo

DAY_MINUTES = 1_440
_MOST_DAYS = 4_000
"""A promise that is not over after so many days never is: no day of the calendar is worked."""
_WRITTEN = re.compile(r"(\d{2})(\d{2})-(\d{2})(\d{2})(w?)")

Workday = Callable[[int], bool]
"""Whether people work on a day, given as its ordinal (`date.toordinal`)."""


def weekday(ordinal: int) -> bool:
    """Whether a day is no weekend; what is known without a calendar."""
    return (ordinal - 1) % 7 < 5


@dataclass(frozen=True, slots=True)
class ServiceHours:
    """From which minute of the day until which, and whether only on working days."""

    first_minute: int = 0
    last_minute: int = DAY_MINUTES
    workdays_only: bool = False

    @property
    def round_the_clock(self) -> bool:
        """Whether every minute counts."""
        return not self.workdays_only and self.minutes == DAY_MINUTES

    @property
    def minutes(self) -> int:
        """How many minutes of a day they are."""
        return self.last_minute - self.first_minute

    def written(self) -> str:
        """As columns and the command line hold it: ``0900-1800``, with a ``w`` behind it on working
        days only; empty round the clock."""
        if self.round_the_clock:
            return ""
        first, last = (f"{m // 60:02}{m % 60:02}" for m in (self.first_minute, self.last_minute))
        return f"{first}-{last}{'w' if self.workdays_only else ''}"


ROUND_THE_CLOCK = ServiceHours()


def hours_written(raw: str) -> ServiceHours | None:
    """The hours written as `ServiceHours.written` does; None where they are none."""
    if not raw:
        return ROUND_THE_CLOCK
    found = _WRITTEN.fullmatch(raw)
    if found is None:
        return None
    h1, m1, h2, m2 = map(int, found.groups()[:4])
    first, last = h1 * 60 + m1, h2 * 60 + m2
    if m1 > 59 or m2 > 59 or not 0 <= first < last <= DAY_MINUTES:
        return None
    return ServiceHours(first, last, bool(found[5]))


@dataclass(frozen=True, slots=True)
class ServiceDays:
    """Where service hours lie: the zone people work in, and which days are worked."""

    zone: tzinfo | None = UTC
    is_workday: Workday = weekday

    def after(self, hours: ServiceHours, start: datetime, amount: timedelta) -> datetime:
        """The moment at which `amount` of service time has passed since `start`.

        Raises `ValueError` when no day is worked for years.
        """
        if hours.round_the_clock:
            return start + amount
        day = start.astimezone(self.zone).date()
        for _n in range(_MOST_DAYS):
            opens, closes = self._span(hours, day)
            begin = max(opens, start)
            if begin < closes:
                if amount <= closes - begin:
                    return begin + amount
                amount -= closes - begin
            day += timedelta(days=1)
        raise ValueError("no day is worked")

    def between(self, hours: ServiceHours, start: datetime, end: datetime) -> timedelta:
        """How much service time lies between two moments; none when the end comes first."""
        if end <= start:
            return timedelta()
        if hours.round_the_clock:
            return end - start
        found = timedelta()
        day, last = (moment.astimezone(self.zone).date() for moment in (start, end))
        while day <= last:
            opens, closes = self._span(hours, day)
            found += max(min(closes, end) - max(opens, start), timedelta())
            day += timedelta(days=1)
        return found

    def _span(self, hours: ServiceHours, day: date) -> tuple[datetime, datetime]:
        """When service begins and ends on a day; the same moment on a day off."""
        opens = self._moment(day, hours.first_minute)
        if hours.workdays_only and not self.is_workday(day.toordinal()):
            return opens, opens
        return opens, self._moment(day, hours.last_minute)

    def _moment(self, day: date, minute: int) -> datetime:
        if minute == DAY_MINUTES:
            day, minute = day + timedelta(days=1), 0
        clock = time(minute // 60, minute % 60)
        return datetime.combine(day, clock, self.zone).astimezone(UTC)


WEEKDAYS = ServiceDays()
"""Where no calendar is known."""
