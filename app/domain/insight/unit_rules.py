"""Rules about single terminals and merchants: worse than their peers, or worse than they were.

What is expected of a terminal follows from the estate in the same weeks, its model and its age.
Units differ, so what a unit itself had before counts as well (Gamma–Poisson shrinkage): with `a`
the shape of the rates over all units, `n` incidents where `e` were expected before, the rate of a
unit is Gamma distributed with shape a + n and rate a + e, and what comes is negative binomial.  Two
incidents on a new terminal therefore tell little, the seventh in a row tells much.
"""

from __future__ import annotations

from array import array
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from app.domain.insight.estate_counts import (
    AMOUNT,
    WEEK,
    WINDOWS,
    Estate,
    EstateCounts,
    Exposure,
)
from app.domain.insight.findings import CountExcess
from app.domain.insight.tails import count_tail, excess_dispersion, excess_score
from app.domain.insight.warnings import SubjectKind, WarningRule

SPANS = len(WINDOWS)
PRIOR_GROUP = 10.0
"""Incidents' worth of belief that a model, or an age, is like the others."""
AGE_BORDERS = (180, 365, 730, 1460)
"""Days of age at which terminals are compared with others."""
LEAST_SEEN = {SubjectKind.TERMINAL: 3, SubjectKind.MERCHANT: 4}
LEAST_RATIO = 2.0
LEAST_SCORE = 7.0
"""A score below which no unit among some hundreds stands out."""
UNIT_LOOKS = 4
"""Windows overlap; they count as so many independent ones."""
LEAST_UNLIKE = 0.05
MOST_UNLIKE = 4.0
"""Limits of how unlike units are held to be, whatever few incidents suggest."""


@dataclass(frozen=True, slots=True)
class Expectations:
    """Incidents to be expected by unit, class and window, and how unlike units are by class."""

    terminals: array[float]
    merchants: array[float]
    unlike_terminals: list[float]
    unlike_merchants: list[float]


def expectations(counts: EstateCounts, exposure: Exposure) -> Expectations:
    """What is to be expected of every terminal and merchant."""
    estate = counts.estate
    profiles = _Profiles(counts, exposure)
    base = [profiles.of(start, end) for start, end in zip(estate.starts, estate.ends, strict=True)]
    factors = _factors(counts, base)
    step = AMOUNT * SPANS
    terminals = array("d")
    for profile, factor in zip(base, factors, strict=True):
        terminals.extend([one * by for one, by in zip(profile, factor, strict=True)])
    shops = estate.groups[SubjectKind.MERCHANT]
    merchants = array("d", bytes(8 * estate.sizes[SubjectKind.MERCHANT] * step))
    for who, shop in enumerate(shops):
        if shop >= 0:
            here, there = shop * step, who * step
            for place in range(step):
                merchants[here + place] += terminals[there + place]
    return Expectations(
        terminals,
        merchants,
        _unlike(counts.per_terminal, terminals),
        _unlike(counts.per_merchant, merchants),
    )


class _Profiles:
    """What the estate as a whole had, by class and window, for one terminal in service from a day
    until another."""

    def __init__(self, counts: EstateCounts, exposure: Exposure) -> None:
        self._days, self._first = counts.estate.days, counts.first
        self._rates = [
            [
                amount / days if days else 0.0
                for amount, days in zip(counts.of_all(name), exposure.total, strict=True)
            ]
            for name in range(AMOUNT)
        ]
        self._edges = [max(self._first, self._days - window * WEEK) for window in WINDOWS]
        self._made: dict[tuple[int, int], list[float]] = {}
        self._summed = [_summed(rates) for rates in self._rates]

    def of(self, start: int, end: int) -> list[float]:
        """By class and window."""
        key = max(start, self._first), min(end, self._days)
        if key not in self._made:
            begin, stop = key
            self._made[key] = [
                self._until(name, max(begin, edge)) - self._until(name, stop)
                if stop > max(begin, edge)
                else 0.0
                for name in range(AMOUNT)
                for edge in self._edges
            ]
        return self._made[key]

    def _until(self, name: int, day: int) -> float:
        """Incidents of one terminal from a day on."""
        back = self._days - day
        week, rest = divmod(back, WEEK)
        summed = self._summed[name]
        if week >= len(summed) - 1:
            return summed[-1]
        return summed[week] + rest * self._rates[name][week]


def _summed(rates: Sequence[float]) -> list[float]:
    total, made = 0.0, [0.0]
    for rate in rates:
        total += rate * WEEK
        made.append(total)
    return made


def _factors(counts: EstateCounts, base: Sequence[list[float]]) -> list[list[float]]:
    """By terminal, how its model and its age compare, by class and window."""
    estate = counts.estate
    models = estate.groups[SubjectKind.MODEL]
    ages = [_band(age) for age in estate.ages]
    by_model = _compared(counts, base, models, estate.sizes[SubjectKind.MODEL], None)
    raised = [by_model[model] for model in models]
    by_age = _compared(counts, base, ages, len(AGE_BORDERS) + 2, raised)
    made: dict[tuple[int, int], list[float]] = {}
    for pair in set(zip(models, ages, strict=True)):
        model, age = pair
        made[pair] = [
            by_model[model][name] * by_age[age][name]
            for name in range(AMOUNT)
            for _span in range(SPANS)
        ]
    return [made[pair] for pair in zip(models, ages, strict=True)]


def _band(age: int) -> int:
    return len(AGE_BORDERS) + 1 if age < 0 else bisect_right(AGE_BORDERS, age)


def _compared(
    counts: EstateCounts,
    base: Sequence[list[float]],
    groups: Sequence[int],
    amount: int,
    raised: Sequence[list[float]] | None,
) -> list[list[float]]:
    """By group and class, incidents over what was to be expected, shrunk; the last stands for
    terminals of no known group."""
    seen = [[0.0] * AMOUNT for _ in range(amount + 1)]
    expected = [[0.0] * AMOUNT for _ in range(amount + 1)]
    per = counts.per_terminal
    for who, (group, profile) in enumerate(zip(groups, base, strict=True)):
        start = who * AMOUNT * SPANS
        mine, due = seen[group], expected[group]
        for name in range(AMOUNT):
            at = start + name * SPANS
            mine[name] += sum(per[at : at + SPANS])
            whole = profile[name * SPANS + SPANS - 1]
            due[name] += whole * raised[who][name] if raised else whole
    return [
        [(n + PRIOR_GROUP) / (e + PRIOR_GROUP) for n, e in zip(mine, due, strict=True)]
        for mine, due in zip(seen, expected, strict=True)
    ]


def _unlike(seen: array[int], expected: array[float]) -> list[float]:
    made = []
    for name in range(AMOUNT):
        pairs = [
            (sum(seen[at : at + SPANS]), expected[at + SPANS - 1])
            for at in range(name * SPANS, len(seen), AMOUNT * SPANS)
        ]
        made.append(min(MOST_UNLIKE, max(LEAST_UNLIKE, excess_dispersion(pairs))))
    return made


def worse_units(
    counts: EstateCounts, expected: Expectations, kind: SubjectKind
) -> tuple[list[CountExcess], int]:
    """Every terminal, or merchant, with more incidents of a class than to be expected, and how many
    were asked."""
    merchants = kind is SubjectKind.MERCHANT
    seen = counts.per_merchant if merchants else counts.per_terminal
    due = expected.merchants if merchants else expected.terminals
    unlike = expected.unlike_merchants if merchants else expected.unlike_terminals
    least = LEAST_SEEN[kind]
    found = []
    for at in range(0, len(seen), SPANS):
        per_window = seen[at : at + SPANS]
        if sum(per_window) < least:
            continue
        unit, name = divmod(at // SPANS, AMOUNT)
        best = _best(per_window, due[at : at + SPANS], unlike[name], least)
        if best is not None:
            found.append(_finding(counts.estate, kind, unit, name, best))
    return found, len(seen) // SPANS


UnitExcess = tuple[int, int, float, float, float]
"""The place of a window in `WINDOWS`, incidents, expectation, its relative variance, and the
probability of chance."""


def _best(
    per_window: array[int], due: array[float], unlike: float, least: int
) -> UnitExcess | None:
    """The most telling window."""
    shape, total, whole = 1 / unlike, sum(per_window), due[-1]
    best: UnitExcess | None = None
    seen = 0
    for place, more in enumerate(per_window):
        seen += more
        if seen < least or not more:
            continue
        before, before_due = total - seen, max(0.0, whole - due[place])
        mean = due[place] * (shape + before) / (shape + before_due)
        if seen < LEAST_RATIO * mean or excess_score(seen, mean) < LEAST_SCORE:
            continue
        variance = 1 / (shape + before)
        chance = count_tail(seen, mean, variance)
        if best is None or chance < best[4]:
            best = place, seen, mean, variance, chance
    return best


def _finding(
    estate: Estate, kind: SubjectKind, unit: int, name: int, best: UnitExcess
) -> CountExcess:
    place, seen, expected, variance, chance = best
    merchants = kind is SubjectKind.MERCHANT
    return CountExcess(
        rule=WarningRule.MERCHANT if merchants else WarningRule.TERMINAL,
        kind=kind,
        group=unit,
        name=name,
        first=max(0, estate.days - WINDOWS[place] * WEEK),
        last=estate.days - 1,
        seen=seen,
        expected=expected,
        variance=variance,
        looks=UNIT_LOOKS,
        chance=min(1.0, chance * UNIT_LOOKS),
    )
