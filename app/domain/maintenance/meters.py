"""Counters of a terminal (transactions, prints …): when work is due by use rather than by date."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from app.domain.errors import BadValue, Problems
from app.domain.parsing import parse_count, parse_date

STALE_DAYS = 45
"""A counter not read for this long says nothing about today."""
HIGHEST = 1_000_000_000


class MeterKind(StrEnum):
    """What a counter counts."""

    TRANSACTIONS = "transactions"
    PRINTS = "prints"
    SWIPES = "swipes"
    CHARGES = "charges"
    HOURS = "hours"


@dataclass(frozen=True, slots=True)
class MeterRule:
    """Due each time a counter has advanced by `every`."""

    kind: MeterKind
    every: int


@dataclass(frozen=True, slots=True)
class CounterReading:
    """A counter as read on a day."""

    on: date
    value: int


@dataclass(frozen=True, slots=True)
class ReadingDraft:
    """A reading as entered; without a day it is today's.  `reset`: the counter began anew, so that
    it may show less than before."""

    kind: str
    value: str
    read_on: str = ""
    reset: bool = False


def check_reading(draft: ReadingDraft, today: date) -> tuple[MeterKind, CounterReading]:
    """What was read.  Raises `InvalidInput` with every problem."""
    problems = Problems()
    day, value = today, 0
    if draft.kind not in list(MeterKind):
        problems.add("kind", "choice.unknown", value=draft.kind)
    with problems.field("value"):
        found = parse_count(draft.value, most=HIGHEST)
        if found is None:
            raise BadValue("text.missing")
        value = found
    with problems.field("read_on"):
        day = parse_date(draft.read_on) or today
        if day > today:
            raise BadValue("date.in_future")
    problems.raise_if_any()
    return MeterKind(draft.kind), CounterReading(day, value)


@dataclass(frozen=True, slots=True)
class MeterDue:
    """What the readings say: the day the limit was seen reached, or is expected to be at the rate
    so far.  `stale` warns that the last reading is old (or that there is none)."""

    reached_on: date | None = None
    expected_on: date | None = None
    used: int = 0
    stale: bool = True

    @property
    def on(self) -> date | None:
        """The day it is due, known or expected."""
        return self.reached_on or self.expected_on


def meter_due(
    rule: MeterRule, since: date, readings: Sequence[CounterReading], today: date
) -> MeterDue:
    """When the counter has advanced by ``rule.every`` since `since`, the day of the last work.

    `readings` are in order of their days.  A reading lower than the one before it means the counter
    began again (a new board), so what it shows then was counted since.
    """
    base, later = _split(since, readings)
    if base is None:
        return MeterDue()
    used, before = 0, base.value
    reached: date | None = None
    for reading in later:
        used += reading.value - before if reading.value >= before else reading.value
        before = reading.value
        if reached is None and used >= rule.every:
            reached = reading.on
    last = later[-1].on if later else base.on
    stale = (today - last).days > STALE_DAYS
    if reached is not None:
        return MeterDue(reached, None, used, stale)
    days = (last - base.on).days
    if used <= 0 or days <= 0:
        return MeterDue(None, None, used, stale)
    wait = math.ceil((rule.every - used) * days / used)
    expected = last + timedelta(days=wait) if wait < 36_500 else None
    return MeterDue(None, expected, used, stale)


def _split(
    since: date, readings: Sequence[CounterReading]
) -> tuple[CounterReading | None, list[CounterReading]]:
    """The reading the count starts from (the last one not after `since`, else the first there is)
    and those after it."""
    earlier = [reading for reading in readings if reading.on <= since]
    later = [reading for reading in readings if reading.on > since]
    if earlier:
        return earlier[-1], later
    return (later[0], later[1:]) if later else (None, [])
