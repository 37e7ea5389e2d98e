"""The rule of outbreaks: many terminals of an area, an acquirer or the whole estate with one class
of incidents within days (a temporal scan statistic over windows of one to seven days)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from itertools import accumulate
from operator import sub

from app.domain.insight.estate_counts import (
    AMOUNT,
    WEEK,
    Estate,
    EstateCounts,
    Exposure,
    IncidentColumns,
)
from app.domain.insight.findings import CountExcess
from app.domain.insight.tails import count_tail
from app.domain.insight.warnings import SubjectKind, WarningRule

SCAN_DAYS = (1, 2, 3, 7)
LEAST_TERMINALS = 4
LEAST_RATIO = 3.0
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


def outbreaks(
    counts: EstateCounts, exposure: Exposure, columns: IncidentColumns
) -> tuple[list[CountExcess], int]:
    """The strongest outbreaks of each area, acquirer and class, several days apart, and how many
    windows were asked."""
    estate = counts.estate
    from_day = max(counts.first, estate.days - SCANNED_DAYS)
    recent = [at for at, day in enumerate(columns.days) if day >= from_day]
    per_day, blocks = _by_day(estate, columns, recent, from_day)
    length = estate.days - from_day
    asked: dict[Scanned, _Usual] = {}
    wanted = bytearray(len(per_day))
    for kind, (begin, size) in blocks.items():
        for group in range(size):
            for name in range(AMOUNT):
                usual = _usual(counts, exposure, (kind, group, name))
                start = (begin + group * AMOUNT + name) * length
                days = _many(per_day[start : start + length], usual[0])
                for day in days:
                    wanted[start + day] = 1
                if days:
                    asked[kind, group, name] = usual
    found: list[CountExcess] = []
    who = _who(estate, columns, recent, from_day, blocks, wanted)
    for key, those in who.items():
        found += _of_one(counts, asked[key], key, those)
    groups = 1 + sum(estate.sizes[kind] for kind in SCANNED)
    # Older outbreaks only explain; nobody is warned of them.
    return found, groups * AMOUNT * min(STANDING_DAYS, estate.days - from_day)


_Usual = tuple[float, int]
"""Incidents a day to be expected, and how many that rests on."""
_Blocks = dict[SubjectKind, tuple[int, int]]
"""Where the counts of a kind begin, and how many groups it has."""


def _by_day(
    estate: Estate, columns: IncidentColumns, recent: Sequence[int], from_day: int
) -> tuple[list[int], _Blocks]:
    """Incidents by kind, group, class and day, in a row."""
    days, blocks, begin = estate.days - from_day, _Blocks(), 0
    for kind in (SubjectKind.ESTATE, *SCANNED):
        size = 1 if kind is SubjectKind.ESTATE else estate.sizes[kind]
        blocks[kind] = begin, size
        begin += (size + 1) * AMOUNT
    per_day = [0] * (begin * days)
    area, acquirer = (_begins(estate, kind, blocks, days) for kind in SCANNED)
    whose, when, names = columns.terminals, columns.days, columns.names
    for at in recent:
        place = names[at] * days + when[at] - from_day
        who = whose[at]
        per_day[place] += 1
        per_day[area[who] + place] += 1
        per_day[acquirer[who] + place] += 1
    return per_day, blocks


def _begins(estate: Estate, kind: SubjectKind, blocks: _Blocks, days: int) -> list[int]:
    """By terminal, where the counts of its group begin; those of no known group stand last."""
    begin, size = blocks[kind]
    groups = estate.groups[kind]
    return [(begin + (one if one >= 0 else size) * AMOUNT) * days for one in groups]


def _many(series: Sequence[int], per_day: float) -> set[int]:
    """The days of windows with so many incidents that the terminals are worth counting."""
    found: set[int] = set()
    if per_day <= 0:
        return found
    summed = [0, *accumulate(series)]
    for length in SCAN_DAYS:
        least = max(LEAST_TERMINALS, LEAST_RATIO * per_day * length)
        for first, amount in enumerate(map(sub, summed[length:], summed)):
            if amount >= least:
                found.update(range(first, first + length))
    return found


def _who(
    estate: Estate,
    columns: IncidentColumns,
    recent: Sequence[int],
    from_day: int,
    blocks: _Blocks,
    wanted: bytearray,
) -> dict[Scanned, dict[int, list[int]]]:
    """By day, the terminals of the incidents on the days wanted."""
    days = estate.days - from_day
    by_day: dict[Scanned, dict[int, list[int]]] = defaultdict(lambda: defaultdict(list))
    begins = {kind: _begins(estate, kind, blocks, days) for kind in SCANNED}
    for at in recent:
        who, name, day = columns.terminals[at], columns.names[at], columns.days[at]
        place = name * days + day - from_day
        if wanted[place]:
            by_day[SubjectKind.ESTATE, 0, name][day].append(who)
        for kind, begin in begins.items():
            if wanted[begin[who] + place]:
                by_day[kind, estate.groups[kind][who], name][day].append(who)
    return by_day


def _of_one(
    counts: EstateCounts, usual: _Usual, key: Scanned, days: dict[int, list[int]]
) -> list[CountExcess]:
    per_day, base = usual
    found: list[CountExcess] = []
    begins, begun = sorted(days), min(days)
    amounts = [len(days.get(day, ())) for day in range(begun, begins[-1] + SCAN_DAYS[-1])]
    summed = [0, *accumulate(amounts)]
    for length in SCAN_DAYS:
        expected = per_day * length
        least = max(LEAST_TERMINALS, LEAST_RATIO * expected)
        for first in begins:
            if summed[first + length - begun] - summed[first - begun] < least:
                continue
            who = [one for day in range(first, first + length) for one in days.get(day, ())]
            terminals = len(set(who))
            if terminals < least:
                continue
            variance = 1 / (base + PRIOR_AREA) + CLUSTERED
            looks = len(SCAN_DAYS) // 2
            found.append(
                CountExcess(
                    rule=WarningRule.OUTBREAK,
                    kind=key[0],
                    group=key[1],
                    name=key[2],
                    first=first,
                    last=min(first + length, counts.estate.days) - 1,
                    seen=len(who),
                    expected=expected,
                    variance=variance,
                    looks=looks,
                    chance=min(1.0, count_tail(terminals, expected, variance) * looks),
                )
            )
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
