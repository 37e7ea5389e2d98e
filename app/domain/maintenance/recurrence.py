"""When a plan is due: the n-th date of a rule as a function of its anchor and n, never of the
date before it.

A rule counts in whole periods (days, weeks, months, years).  Anchors with the same *phase* share
all their dates and differ only in how they are numbered, so the dates of a hundred thousand
terminals are computed once per phase.  A day that a month lacks (29, 30, 31) becomes its last day;
`dateutil.rrule` would skip the month, adding a month to the date before would drift.
"""

from __future__ import annotations

from bisect import bisect_left
from calendar import monthrange
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from app.domain.maintenance.recurrence_rule import DayOf, DayOffShift, Rule, Unit
from app.domain.maintenance.workdays import WorkCalendar


@dataclass(frozen=True, slots=True)
class Anchor:
    """What a rule counts from.  `day` remembers a day of the month the anchor's own month lacks
    (a floating plan done on 28 February that wants the 31st); 0 means the anchor's own.
    `first` is the number of the first occurrence: 0 when the anchor itself is one."""

    on: date
    day: int = 0
    first: int = 0


@dataclass(frozen=True, slots=True)
class Due:
    """One date of a rule: the number, the date the rule names, the date after days off were
    considered, and whether a year without holiday data had a say in it."""

    n: int
    nominal: date
    on: date
    uncertain: bool = False


@dataclass(frozen=True, slots=True)
class DateSeries:
    """Dates of one phase, as ordinals, with running numbers; shared by every anchor in it."""

    numbers: Sequence[int]
    nominals: Sequence[int]
    days: Sequence[int]
    uncertain: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Dates:
    """The dates of one anchor: those of its `series` from `start` on, numbered from `offset`."""

    series: DateSeries
    start: int
    offset: int

    def __len__(self) -> int:
        return len(self.series.days) - self.start

    def __iter__(self) -> Iterator[Due]:
        series = self.series
        for place in range(self.start, len(series.days)):
            day = series.days[place]
            yield Due(
                series.numbers[place] - self.offset,
                date.fromordinal(series.nominals[place]),
                date.fromordinal(day),
                day in series.uncertain,
            )

    @property
    def days(self) -> Sequence[int]:
        """The dates as ordinals; without copying where nothing is left out."""
        return self.series.days[self.start :] if self.start else self.series.days


Phase = tuple[int, int, int]


def locate(rule: Rule, anchor: Anchor) -> tuple[Phase, int]:
    """The phase of an anchor and its number within it: the n-th date of the anchor is the date
    ``number + n`` of the phase."""
    on, every = anchor.on, rule.every
    if rule.unit is Unit.DAY:
        number, phase = divmod(on.toordinal(), every)
        return (phase, 0, 0), number
    if rule.unit is Unit.WEEK:
        if not rule.weekdays:
            number, phase = divmod(on.toordinal(), 7 * every)
            return (phase, 0, 0), number
        number, phase = divmod((on.toordinal() - 1) // 7, every)
        return (phase, 0, 0), number * len(rule.weekdays)
    day = (anchor.day or on.day) if rule.on.kind is DayOf.ANCHOR else 0
    if rule.unit is Unit.MONTH:
        number, phase = divmod(on.year * 12 + on.month - 1, every)
        return (phase, 0, day), number
    number, phase = divmod(on.year, every)
    if rule.months:
        return (phase, 0, day), number * len(rule.months)
    return (phase, on.month, day), number


def _nominal(rule: Rule, phase: Phase, number: int, calendar: WorkCalendar) -> int:
    """Date `number` of a phase, before anything is left out or moved."""
    every = rule.every
    if rule.unit is Unit.DAY:
        return number * every + phase[0]
    if rule.unit is Unit.WEEK:
        if not rule.weekdays:
            return number * 7 * every + phase[0]
        turn, place = divmod(number, len(rule.weekdays))
        return (turn * every + phase[0]) * 7 + 1 + rule.weekdays[place]
    if rule.unit is Unit.MONTH:
        year, month = divmod(number * every + phase[0], 12)
        return _day_in_month(rule, year, month + 1, phase[2], calendar)
    if rule.months:
        turn, place = divmod(number, len(rule.months))
        year, month = turn * every + phase[0], rule.months[place]
    else:
        year, month = number * every + phase[0], phase[1]
    return _day_in_month(rule, year, month, phase[2], calendar)


def _day_in_month(rule: Rule, year: int, month: int, day: int, calendar: WorkCalendar) -> int:
    on = rule.on
    if on.kind is DayOf.WORKDAY:
        worked = calendar.workdays_of_month(year, month)
        if worked:
            return worked[
                min(on.number - 1 if on.number > 0 else len(worked) + on.number, len(worked) - 1)
            ]
    first_weekday, length = monthrange(year, month)
    start = date(year, month, 1).toordinal() - 1
    if on.kind is DayOf.WEEKDAY:
        first = 1 + (on.weekday - first_weekday) % 7
        if on.number > 0:
            return start + first + 7 * (on.number - 1)
        return start + first + 7 * ((length - first) // 7)
    wanted = on.number if on.kind is DayOf.DATE else day or 31
    return start + min(wanted, length)


def _numbers(rule: Rule, phase: Phase, first: int, last: int) -> range:
    """Numbers that may give dates between two ordinals, a period more at either end."""
    every = rule.every
    if rule.unit is Unit.DAY:
        return range((first - phase[0]) // every - 1, (last - phase[0]) // every + 2)
    if rule.unit is Unit.WEEK:
        slots, span = max(1, len(rule.weekdays)), 7 * every
        shift = phase[0] if not rule.weekdays else phase[0] * 7
        return range(((first - shift) // span - 1) * slots, ((last - shift) // span + 2) * slots)
    start, end = date.fromordinal(max(first, 1)), date.fromordinal(last)
    if rule.unit is Unit.MONTH:
        return range(
            (start.year * 12 + start.month - 1 - phase[0]) // every - 1,
            (end.year * 12 + end.month - 1 - phase[0]) // every + 2,
        )
    slots = max(1, len(rule.months))
    return range(
        ((start.year - phase[0]) // every - 1) * slots, ((end.year - phase[0]) // every + 2) * slots
    )


def _runs(rule: Rule, day: date) -> bool:
    if rule.months and day.month not in rule.months:
        return False
    if rule.seasons and not any(season.contains(day) for season in rule.seasons):
        return False
    return not any(pause.contains(day) for pause in rule.pauses)


def _settled(rule: Rule, nominal: int, calendar: WorkCalendar) -> int | None:
    """The nominal date after days off were considered; None when it falls out."""
    restricted = rule.months or rule.seasons or rule.pauses
    if restricted and not _runs(rule, date.fromordinal(nominal)):
        return None
    if rule.shift is DayOffShift.NONE or calendar.is_workday(nominal):
        return nominal
    if rule.shift is DayOffShift.SKIP:
        return None
    searches = (calendar.next_workday, calendar.previous_workday)
    for search in searches if rule.shift is DayOffShift.AFTER else reversed(searches):
        found = search(nominal)
        # A date may not be moved out of its season; then the other direction is tried.
        if not (rule.seasons or rule.pauses) or _in_season(rule, date.fromordinal(found)):
            return found
    return None


def _in_season(rule: Rule, day: date) -> bool:
    if rule.seasons and not any(season.contains(day) for season in rule.seasons):
        return False
    return not any(pause.contains(day) for pause in rule.pauses)


_EARLIEST, _LATEST = date(1900, 1, 1).toordinal(), date(2200, 12, 31).toordinal()


def series(rule: Rule, phase: Phase, first: int, last: int, calendar: WorkCalendar) -> DateSeries:
    """All dates of a phase from ordinal `first` to `last`; the answer for a part of a period is
    the same part of the answer for the whole.  Of dates moved onto the same day one remains."""
    numbers: list[int] = []
    nominals: list[int] = []
    days: list[int] = []
    moves = rule.shift in {DayOffShift.BEFORE, DayOffShift.AFTER}
    from_, until = max(first, _EARLIEST), min(last, _LATEST)
    # What is moved over an end of the period must be found, too.
    margin = calendar.longest_rest + 1 if moves else 0
    for number in _numbers(rule, phase, from_ - margin, until + margin):
        nominal = _nominal(rule, phase, number, calendar)
        if not from_ - margin <= nominal <= until + margin:
            continue
        day = _settled(rule, nominal, calendar)
        if day is None:
            continue
        if days and days[-1] == day:
            # Moved forward, the latest date stays; moved back, the earliest.
            if rule.shift is DayOffShift.AFTER:
                numbers[-1], nominals[-1] = number, nominal
            continue
        numbers.append(number)
        nominals.append(nominal)
        days.append(day)
    low, high = bisect_left(days, from_), bisect_left(days, until + 1)
    kept = slice(low, high)
    return DateSeries(
        numbers[kept],
        nominals[kept],
        days[kept],
        _doubtful(rule, nominals[kept], days[kept], calendar),
    )


def _doubtful(
    rule: Rule, nominals: Sequence[int], days: Sequence[int], calendar: WorkCalendar
) -> frozenset[int]:
    if rule.shift is DayOffShift.NONE and rule.on.kind is not DayOf.WORKDAY:
        return frozenset()
    if not days:
        return frozenset()
    ends = min(nominals[0], days[0]), max(nominals[-1], days[-1])
    first, last = (date.fromordinal(end).year for end in ends)
    known = sum(year in calendar.years for year in range(first, last + 1))
    if known == last - first + 1:
        return frozenset()
    if not known:
        return frozenset(days)
    knows = calendar.knows
    return frozenset(
        day
        for nominal, day in zip(nominals, days, strict=True)
        if not (knows(nominal) and knows(day))
    )


class Recurrence:
    """A rule over one stretch of days and one calendar: asked for many anchors, it computes each
    phase once."""

    def __init__(self, rule: Rule, first: date, last: date, calendar: WorkCalendar) -> None:
        self.rule = rule
        self._first, self._last = first.toordinal(), last.toordinal()
        self._calendar = calendar
        self._phases: dict[Phase, DateSeries] = {}
        self._known: dict[Anchor, Dates] = {}
        # Several dates a period: then "after the anchor" is all that the first date must be.
        self._several = bool(
            (rule.unit is Unit.WEEK and rule.weekdays) or (rule.unit is Unit.YEAR and rule.months)
        )

    def dates(self, anchor: Anchor) -> Dates:
        """The dates of one anchor, none before the anchor itself."""
        known = self._known.get(anchor)
        if known is None:
            known = self._known[anchor] = self._dates(anchor)
        return known

    def _dates(self, anchor: Anchor) -> Dates:
        phase, number = locate(self.rule, anchor)
        found = self._phases.get(phase)
        if found is None:
            found = series(self.rule, phase, self._first, self._last, self._calendar)
            self._phases[phase] = found
        start = 0
        bound = anchor.on.toordinal() + (1 if anchor.first > 0 else 0)
        least = number if self._several else number + anchor.first
        if found.days and (found.days[0] < bound or found.numbers[0] < least):
            start = max(bisect_left(found.days, bound), bisect_left(found.numbers, least))
        return Dates(found, start, number)

    def all(self, anchors: Iterable[Anchor]) -> list[Dates]:
        """The dates of each anchor, in order."""
        return [self.dates(anchor) for anchor in anchors]


def next_dates(
    rule: Rule, anchor: Anchor, after: date, count: int, calendar: WorkCalendar
) -> tuple[Due, ...]:
    """The next `count` dates on or after a day, fewer when the rule has no more."""
    span = 400 * max(1, count) * (rule.every if rule.unit is Unit.YEAR else 1)
    last = date.fromordinal(min(_LATEST, max(after, anchor.on).toordinal() + span + 12 * 366))
    if after > last:
        return ()
    return tuple(Recurrence(rule, after, last, calendar).dates(anchor))[:count]


def next_anchor_day(remembered: int, done_on: date) -> int:
    """The day of the month a floating plan keeps wanting after work done on `done_on`.

    Done on the last day of a month too short for the remembered day, the day is kept (31 January →
    28 February → 31 March); otherwise the day of completion becomes the new one.
    """
    length = monthrange(done_on.year, done_on.month)[1]
    return remembered if done_on.day == length < remembered else done_on.day
