"""The rule of outbreaks: many terminals of an area, an acquirer or the whole estate with one class
of incidents within days (a temporal scan statistic over windows of one to seven days)."""

from __future__ import annotations

from collections import defaultdict

from app.domain.insight.estate_counts import (
    AMOUNT,
    WEEK,
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
    by_day: dict[Scanned, dict[int, list[int]]] = defaultdict(lambda: defaultdict(list))
    for day, who, _shop, name in columns:
        if day < from_day:
            continue
        by_day[SubjectKind.ESTATE, 0, name][day].append(who)
        for kind in SCANNED:
            if (group := estate.groups[kind][who]) >= 0:
                by_day[kind, group, name][day].append(who)
    found: list[CountExcess] = []
    for key, days in by_day.items():
        if sum(map(len, days.values())) >= LEAST_TERMINALS:
            found += _of_one(counts, exposure, key, days)
    groups = 1 + sum(estate.sizes[kind] for kind in SCANNED)
    # Older outbreaks only explain; nobody is warned of them.
    return found, groups * AMOUNT * min(STANDING_DAYS, estate.days - from_day)


def _of_one(
    counts: EstateCounts, exposure: Exposure, key: Scanned, days: dict[int, list[int]]
) -> list[CountExcess]:
    per_day, base = _usual(counts, exposure, key)
    if per_day <= 0:
        return []
    found: list[CountExcess] = []
    for length in SCAN_DAYS:
        for first in sorted(days):
            within, expected = range(first, first + length), per_day * length
            least = max(LEAST_TERMINALS, LEAST_RATIO * expected)
            if sum(len(days[day]) for day in within if day in days) < least:
                continue
            who = [one for day in within for one in days.get(day, ())]
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


def _usual(counts: EstateCounts, exposure: Exposure, key: Scanned) -> tuple[float, int]:
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
