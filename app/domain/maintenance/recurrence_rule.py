"""A recurrence rule as a value: how often, on which day, which window, what about days off.

`app.domain.maintenance.recurrence` computes its dates; `app.domain.maintenance.recurrence_drafts`
checks what people enter.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Unit(StrEnum):
    """The period a rule counts in."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    YEAR = "year"


class Basis(StrEnum):
    """What the next date is counted from."""

    FIXED = "fixed"
    FLOATING = "floating"


class DayOf(StrEnum):
    """How the day within a month is chosen."""

    ANCHOR = "anchor"
    DATE = "date"
    LAST_DAY = "last_day"
    WEEKDAY = "weekday"
    WORKDAY = "workday"


class DayOffShift(StrEnum):
    """What becomes of a date that falls on a day off."""

    NONE = "none"
    BEFORE = "before"
    AFTER = "after"
    SKIP = "skip"


@dataclass(frozen=True, slots=True)
class MonthDay:
    """The day within a month: `number` is the day (DATE), or the first … fourth or last (-1)
    `weekday` (WEEKDAY) or working day (WORKDAY)."""

    kind: DayOf = DayOf.ANCHOR
    number: int = 0
    weekday: int = 0


@dataclass(frozen=True, slots=True, order=True)
class YearSpan:
    """A part of every year, both ends included; it may run over New Year."""

    first: tuple[int, int]
    last: tuple[int, int]

    def contains(self, day: date) -> bool:
        """Whether the day falls into it."""
        here = (day.month, day.day)
        if self.first <= self.last:
            return self.first <= here <= self.last
        return here >= self.first or here <= self.last


@dataclass(frozen=True, slots=True, order=True)
class DaySpan:
    """One stretch of days, both ends included."""

    first: date
    last: date

    def contains(self, day: date) -> bool:
        """Whether the day falls into it."""
        return self.first <= day <= self.last


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """How often, on which day, with which window, and what about days off.

    `weekdays` (0 Monday) belong to weeks, `months` restrict every unit, `seasons` are the only
    parts of the year in which the rule runs (none: all year), in `pauses` it rests.
    """

    unit: Unit
    every: int = 1
    basis: Basis = Basis.FIXED
    on: MonthDay = MonthDay()
    weekdays: tuple[int, ...] = ()
    months: tuple[int, ...] = ()
    seasons: tuple[YearSpan, ...] = ()
    pauses: tuple[YearSpan | DaySpan, ...] = ()
    shift: DayOffShift = DayOffShift.NONE
    early_days: int = 0
    late_days: int = 0


_DAYS_PER = {Unit.DAY: 1, Unit.WEEK: 7, Unit.MONTH: 28, Unit.YEAR: 365}


def shortest_gap(rule: Rule) -> int:
    """The fewest days two dates of the rule can lie apart before days off are considered."""
    if rule.unit is Unit.WEEK and len(rule.weekdays) > 1:
        days = sorted(rule.weekdays)
        gaps = [b - a for a, b in zip(days, [*days[1:], days[0] + 7 * rule.every], strict=True)]
        return min(gaps)
    if rule.unit is Unit.YEAR and len(rule.months) > 1:
        months = sorted(rule.months)
        apart = [b - a for a, b in zip(months, [*months[1:], months[0] + 12], strict=True)]
        return 28 * min(apart) - (6 if rule.on.kind is DayOf.WEEKDAY else 0)
    gap = _DAYS_PER[rule.unit] * rule.every
    return gap - 6 if rule.on.kind in {DayOf.WEEKDAY, DayOf.WORKDAY} else gap
