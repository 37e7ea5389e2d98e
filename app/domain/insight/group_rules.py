"""Rules about groups of terminals: a class that is rising since some week, and a model or firmware
that is worse than the rest of the estate.

What is expected of a group follows from the rest of the estate in the same weeks, so seasons and
growth cancel out, and, for what is rising, from how the group compared with the rest before.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from operator import sub

from app.domain.insight.estate_counts import GROUPED, WEEK, EstateCounts, Exposure
from app.domain.insight.findings import CountExcess
from app.domain.insight.tails import count_tail, excess_score
from app.domain.insight.warnings import SubjectKind, WarningRule

MOST_RISING_WEEKS = 26
"""How long ago a rise may have begun."""
LEAST_PAST_WEEKS = 8
"""What a group must have been in service before a rise can be told."""
LEAST_RISING = 5
"""Incidents below which nothing is called rising."""
RISE_RATIO = 1.5
"""Times the expectation below which nobody would act on a rise."""
RISING_LOOKS = 6
"""Weeks a rise may begin in overlap; they count as so many independent ones."""
PRIOR_RISING = 6.0
"""Incidents' worth of belief that a group is like the rest of the estate."""
WANDERING = 0.015
"""Relative variance of a group's rate from week to week that nobody would call a rise."""

RATE_WINDOWS = (13, 26, 52, 104)
RATE_LOOKS = 3
ALL_ALONG = 1.5
"""Times as long as a rise a window is that tells of a group worse all along."""
LEAST_RATE = 6
RATE_RATIO = 1.4
BETWEEN_GROUPS = 0.02
"""Relative variance between models that use alone explains."""


@dataclass(frozen=True, slots=True)
class GroupSeries:
    """A group by week, the present one first: incidents, and how many the rest of the estate would
    have had in its place, both summed up to each week; and all incidents of the rest."""

    seen: list[int]
    expected: list[float]
    rest: list[int]
    days: list[int]


ClassSeries = dict[tuple[SubjectKind, int], GroupSeries]
"""By group, its series of one class."""
COMPARED = (SubjectKind.FIRMWARE, SubjectKind.MODEL)
"""Groups that are compared with the rest of the estate."""


def class_series(counts: EstateCounts, exposure: Exposure, name: int) -> ClassSeries:
    """The series of a class, of every group in service that has a rest of the estate to compare
    it with."""
    of_all = counts.of_all(name)
    found: ClassSeries = {}
    for kind in GROUPED:
        for group, summed in enumerate(exposure.summed[kind]):
            rest_days = exposure.rest[kind][group]
            if not any(rest_days) or not summed[-1]:
                continue
            seen = counts.series(kind, group, name)
            rest = list(map(sub, of_all, seen))
            expected = [
                days * others / other_days if other_days else 0.0
                for days, others, other_days in zip(
                    exposure.groups[kind][group], rest, rest_days, strict=True
                )
            ]
            found[kind, group] = GroupSeries(
                list(accumulate(seen)), list(accumulate(expected)), list(accumulate(rest)), summed
            )
    return found


def rising(series: GroupSeries, weeks: int) -> tuple[int, float, float, float] | None:
    """The weeks since a class is rising, what was expected in them, its relative variance and the
    probability of chance; None when it is not."""
    best: tuple[int, float, float, float] | None = None
    all_seen, all_expected = series.seen[-1], series.expected[-1]
    for since in range(1, min(MOST_RISING_WEEKS, weeks - LEAST_PAST_WEEKS) + 1):
        seen, like_rest = series.seen[since - 1], series.expected[since - 1]
        if seen < LEAST_RISING or not like_rest:
            continue
        before, before_like = all_seen - seen, all_expected - like_rest
        if series.days[-1] - series.days[since - 1] <= 0:
            break
        expected = like_rest * (before + PRIOR_RISING) / (before_like + PRIOR_RISING)
        if seen < RISE_RATIO * expected or excess_score(seen, expected) < 4:
            continue
        variance = 1 / (before + PRIOR_RISING) + 1 / max(1, series.rest[since - 1]) + WANDERING
        chance = count_tail(seen, expected, variance)
        if best is None or chance < best[3]:
            best = since, expected, variance, chance
    return best


def rising_groups(counts: EstateCounts, series: ClassSeries, name: int) -> list[CountExcess]:
    """Every group a class is rising in."""
    found: list[CountExcess] = []
    last = counts.estate.days - 1
    for (kind, group), one in series.items():
        if (rise := rising(one, counts.weeks)) is None:
            continue
        since, expected, variance, chance = rise
        found.append(
            CountExcess(
                rule=WarningRule.RISING,
                kind=kind,
                group=group,
                name=name,
                first=last + 1 - since * WEEK,
                last=last,
                seen=one.seen[since - 1],
                expected=expected,
                variance=variance,
                looks=RISING_LOOKS,
                chance=min(1.0, chance * RISING_LOOKS),
            )
        )
    return found


Key = tuple[SubjectKind, int, int]


def worse_groups(
    counts: EstateCounts,
    series: ClassSeries,
    name: int,
    unlike: float,
    rising: Sequence[CountExcess],
) -> list[CountExcess]:
    """Every model or firmware with more incidents of a class than the rest of the estate; `unlike`
    is how unlike single terminals are, `rising` where the class is rising.

    Where a class is rising in the group, only the time before counts, for the rise is told already;
    unless the group was so much worse all along that the rise is the smaller part of it."""
    rises = {(one.kind, one.group): one for one in rising}
    found: list[CountExcess] = []
    for (kind, group), one in series.items():
        if kind not in COMPARED:
            continue
        rise = rises.get((kind, group))
        since = (counts.estate.days - rise.first) // WEEK if rise else 0
        whole = _worst_window(one, counts.weeks, 0, unlike, since * ALL_ALONG)
        began = 0
        if rise and (whole is None or whole[3] * RATE_LOOKS > rise.chance):
            began, whole = since, _worst_window(one, counts.weeks, since, unlike)
        if whole is not None:
            found.append(_worse(counts, (kind, group, name), began, whole))
    return found


def all_along(counts: EstateCounts, worse: Sequence[CountExcess]) -> frozenset[Key]:
    """The groups and classes that were worse all along until now."""
    last = counts.estate.days - 1
    return frozenset((one.kind, one.group, one.name) for one in worse if one.last == last)


def _worse(counts: EstateCounts, key: Key, began: int, window: WorseWindow) -> CountExcess:
    kind, group, name = key
    seen, expected, variance, chance, weeks = window
    end = counts.estate.days - began * WEEK
    return CountExcess(
        rule=WarningRule.GROUP_RATE,
        kind=kind,
        group=group,
        name=name,
        first=end - weeks * WEEK,
        last=end - 1,
        seen=seen,
        expected=expected,
        variance=variance,
        looks=RATE_LOOKS,
        chance=min(1.0, chance * RATE_LOOKS),
    )


WorseWindow = tuple[int, float, float, float, int]
"""Incidents, expectation, its relative variance, the probability of chance, and the weeks."""


def _worst_window(
    series: GroupSeries, weeks: int, began: int, unlike: float, least: float = 0
) -> WorseWindow | None:
    """The most telling window of at least `least` weeks before the last `began` ones."""
    best: WorseWindow | None = None
    for window in RATE_WINDOWS:
        length = min(window, weeks - began)
        if length <= 0:
            break
        if length < least:
            continue
        seen, expected = (
            _within(series.seen, began, length),
            _within(series.expected, began, length),
        )
        if seen < LEAST_RATE or seen < RATE_RATIO * expected or not expected:
            continue
        terminals = max(1.0, _within(series.days, began, length) / (length * WEEK))
        rest = max(1, _within(series.rest, began, length))
        variance = 1 / rest + unlike / terminals + BETWEEN_GROUPS
        chance = count_tail(int(seen), expected, variance)
        if best is None or chance < best[3]:
            best = int(seen), expected, variance, chance, length
    return best


def _within(summed: Sequence[float], began: int, length: int) -> float:
    """The sum over `length` weeks before the last `began` ones."""
    return summed[began + length - 1] - (summed[began - 1] if began else 0)
