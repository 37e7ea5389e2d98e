"""The rule of outbreaks: many terminals of an area, an acquirer or the whole estate with one class
of incidents within days (a temporal scan statistic over windows of one to seven days)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate, chain
from operator import attrgetter, sub

from app.domain.insight.estate_counts import (
    AMOUNT,
    WEEK,
    Estate,
    EstateCounts,
    Exposure,
)
from app.domain.insight.findings import CountExcess
from app.domain.insight.tails import count_tail, excess_score
from app.domain.insight.warnings import SubjectKind, WarningRule

SCAN_DAYS = (1, 2, 3, 7)
LEAST_TERMINALS = 4
LEAST_RATIO = 3.0
LEAST_SCORE = 4.0
"""A score below which nothing stands out among some thousand windows."""
CLUSTERED = 0.06
"""Relative variance of a day's incidents beyond chance: weekdays, weather, a call centre."""
PRIOR_AREA = 4.0
PRESENT_WEEKS = 52
"""Weeks before the days scanned that say what is usual."""

Scanned = tuple[SubjectKind, int, int]
SCANNED = (SubjectKind.AREA, SubjectKind.ACQUIRER)


SCANNED_DAYS = 26 * WEEK
"""How far back outbreaks are looked for: as far as a rise may have begun that is none but one."""
STANDING_DAYS = 63
"""How long an outbreak is warned of; an older one only explains what it left in the counts."""


@dataclass(frozen=True, slots=True)
class Window:
    """Some days in a row with incidents of several terminals."""

    first: int
    length: int
    seen: int
    terminals: int

    def holds(self, day: int) -> bool:
        """Whether a day is in it."""
        return self.first <= day < self.first + self.length


class Outbreaks:
    """The rule for one class.  The windows that could be an outbreak are looked for anew only where
    incidents changed; whether they are one hangs on what is usual now."""

    def __init__(self, counts: EstateCounts, exposure: Exposure, name: int) -> None:
        self._counts, self._exposure, self._name = counts, exposure, name
        estate = counts.estate
        self._from_day = _from_day(counts)
        begin = name * estate.days
        whose = counts.columns.terminals.__getitem__
        recent = counts.on_day[begin + self._from_day : begin + estate.days]
        terminals = [list(map(whose, places)) for places in recent]
        self._windows = {
            (kind, group): _windows(who, self._from_day)
            for kind in (SubjectKind.ESTATE, *SCANNED)
            for group, who in enumerate(_by_group(estate, kind, terminals))
        }

    def changed(self, day: int, who: int) -> None:
        """Incidents of a terminal on a day changed."""
        if day < self._from_day:
            return
        estate, whose = self._counts.estate, self._counts.columns.terminals
        first = max(self._from_day, day - SCAN_DAYS[-1] + 1)
        begin, end = self._name * estate.days, min(estate.days, day + SCAN_DAYS[-1])
        around = [
            [whose[at] for at in places]
            for places in self._counts.on_day[begin + first : begin + end]
        ]
        for kind in (SubjectKind.ESTATE, *SCANNED):
            group = 0 if kind is SubjectKind.ESTATE else estate.groups[kind][who]
            if group < 0:
                continue
            own = around if kind is SubjectKind.ESTATE else _narrowed(estate, kind, group, around)
            windows = self._windows[kind, group]
            kept = [one for one in windows if not one.holds(day)]
            kept += [one for one in _windows(own, first) if one.holds(day)]
            self._windows[kind, group] = sorted(kept, key=attrgetter("length", "first"))

    def found(self) -> list[CountExcess]:
        """The strongest outbreaks in each area and acquirer and in the estate, several days
        apart."""
        found: list[CountExcess] = []
        for (kind, group), windows in self._windows.items():
            if windows:
                key = kind, group, self._name
                usual = _usual(self._counts, self._exposure, key)
                found += _of_one(self._counts, usual, key, windows)
        return found


def windows_asked(counts: EstateCounts) -> int:
    """How many windows are asked over all classes.  Older outbreaks only explain; nobody is warned
    of them."""
    groups = 1 + sum(counts.estate.sizes[kind] for kind in SCANNED)
    return groups * AMOUNT * min(STANDING_DAYS, counts.estate.days - _from_day(counts))


def _from_day(counts: EstateCounts) -> int:
    return max(counts.first, counts.estate.days - SCANNED_DAYS)


_Usual = tuple[float, int]
"""Incidents a day to be expected, and how many that rests on."""


def _by_group(
    estate: Estate, kind: SubjectKind, terminals: Sequence[Sequence[int]]
) -> list[list[list[int]]]:
    """By group of a kind and day, the terminals of the incidents, from those of each day."""
    if kind is SubjectKind.ESTATE:
        return [[list(those) for those in terminals]]
    amount, groups = estate.sizes[kind], estate.groups[kind]
    # Those of no known group stand last, and are left out.
    made: list[list[list[int]]] = [[[] for _ in terminals] for _ in range(amount + 1)]
    for day, those in enumerate(terminals):
        for who in those:
            made[groups[who]][day].append(who)
    return made[:amount]


def _narrowed(
    estate: Estate, kind: SubjectKind, group: int, terminals: Sequence[Sequence[int]]
) -> list[list[int]]:
    groups = estate.groups[kind]
    return [[who for who in those if groups[who] == group] for those in terminals]


def _windows(who: Sequence[Sequence[int]], from_day: int) -> list[Window]:
    """The windows with incidents of enough terminals that begin with one, from the terminals of the
    incidents of each day."""
    found: list[Window] = []
    summed = [0, *accumulate(map(len, who))]
    for length in SCAN_DAYS:
        # Windows may end after the last day: they are told while they go on.
        padded = [*summed[length:], *[summed[-1]] * (length - 1)]
        for first, seen in enumerate(map(sub, padded, summed)):
            if seen < LEAST_TERMINALS or not who[first]:
                continue
            terminals = len(set(chain.from_iterable(who[first : first + length])))
            if terminals >= LEAST_TERMINALS:
                found.append(Window(from_day + first, length, seen, terminals))
    return found


def _of_one(
    counts: EstateCounts, usual: _Usual, key: Scanned, windows: Iterable[Window]
) -> list[CountExcess]:
    per_day, base = usual
    variance = 1 / (base + PRIOR_AREA) + CLUSTERED
    looks = len(SCAN_DAYS) // 2
    found = [
        CountExcess(
            rule=WarningRule.OUTBREAK,
            kind=key[0],
            group=key[1],
            name=key[2],
            first=window.first,
            last=min(window.first + window.length, counts.estate.days) - 1,
            seen=window.seen,
            expected=per_day * window.length,
            variance=variance,
            looks=looks,
            chance=min(
                1.0, count_tail(window.terminals, per_day * window.length, variance) * looks
            ),
        )
        for window in windows
        if 0 < LEAST_RATIO * per_day * window.length <= window.terminals
        and excess_score(window.terminals, per_day * window.length) >= LEAST_SCORE
    ]
    return _apart(found)


def _usual(counts: EstateCounts, exposure: Exposure, key: Scanned) -> _Usual:
    """Incidents a day to be expected now, and how many that rests on.

    Weeks far above the others are the outbreaks themselves: each counts at most what the median
    week would make unlikely."""
    kind, group, name = key
    if kind is SubjectKind.ESTATE:
        series, days = list(counts.of_all(name)), exposure.total
    else:
        series, days = list(counts.series(kind, group, name)), exposure.groups[kind][group]
    weeks = min(PRESENT_WEEKS, counts.weeks)
    middle = sorted(series[:weeks])[weeks // 2] if weeks else 0
    most = middle + 3 * (middle + 1) ** 0.5
    base = sum(min(amount, most) for amount in series[:weeks])
    terminal_days = sum(days[:weeks])
    if not terminal_days:
        return 0.0, 0
    of_all = sum(counts.of_all(name)[:weeks]) / max(1, sum(exposure.total[:weeks]))
    rate = (base + PRIOR_AREA) / (terminal_days + PRIOR_AREA / of_all if of_all else terminal_days)
    return rate * days[0] / WEEK, int(base)


def _apart(found: list[CountExcess]) -> list[CountExcess]:
    """The most telling windows that do not overlap."""
    kept: list[CountExcess] = []
    for one in sorted(found, key=lambda f: f.strength, reverse=True):
        if all(one.last < other.first or one.first > other.last for other in kept):
            kept.append(one)
    return kept
