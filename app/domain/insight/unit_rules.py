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


class Expectations:
    """Incidents to be expected by unit and class over everything looked at, and how unlike units
    are by class; by window only of the units that are asked about, which are few."""

    def __init__(self, counts: EstateCounts, exposure: Exposure) -> None:
        self._counts, estate = counts, counts.estate
        self._profiles = _Profiles(counts, exposure)
        self._lives = list(zip(estate.starts, estate.ends, strict=True))
        base = [self._profiles.whole(start, end) for start, end in self._lives]
        self._factors = _factors(counts, base)
        terminals = array("d")
        for profile, factor in zip(base, self._factors, strict=True):
            terminals.extend([one * by for one, by in zip(profile, factor, strict=True)])
        shops = estate.groups[SubjectKind.MERCHANT]
        merchants = array("d", bytes(8 * estate.sizes[SubjectKind.MERCHANT] * AMOUNT))
        for who, shop in enumerate(shops):
            if shop >= 0:
                here, there = shop * AMOUNT, who * AMOUNT
                for name in range(AMOUNT):
                    merchants[here + name] += terminals[there + name]
        self.unlike_terminals = _unlike(counts.of_terminal, terminals)
        self.unlike_merchants = _unlike(counts.of_merchant, merchants)
        self._members: dict[int, list[int]] = {}

    def windows(self, kind: SubjectKind, unit: int, name: int) -> list[float]:
        """What is to be expected of a terminal, or a merchant, in each window."""
        if kind is SubjectKind.TERMINAL:
            by = self._factors[unit][name]
            return [one * by for one in self._profiles.windows(*self._lives[unit], name)]
        if not self._members:
            for who, shop in enumerate(self._counts.estate.groups[SubjectKind.MERCHANT]):
                self._members.setdefault(shop, []).append(who)
        members = self._members.get(unit, ())
        each = [self.windows(SubjectKind.TERMINAL, who, name) for who in members]
        return [sum(those) for those in zip(*each, strict=True)] or [0.0] * SPANS


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
        self._wholes: dict[tuple[int, int], list[float]] = {}
        self._summed = [_summed(rates) for rates in self._rates]

    def whole(self, start: int, end: int) -> list[float]:
        """By class, over everything looked at."""
        key = max(start, self._first), min(end, self._days)
        if key not in self._wholes:
            self._wholes[key] = [
                self._between(*key, name, self._edges[-1]) for name in range(AMOUNT)
            ]
        return self._wholes[key]

    def windows(self, start: int, end: int, name: int) -> list[float]:
        """Of a class, by window."""
        begin, stop = max(start, self._first), min(end, self._days)
        return [self._between(begin, stop, name, edge) for edge in self._edges]

    def _between(self, begin: int, stop: int, name: int, edge: int) -> float:
        """Incidents of one terminal in service between two days, from `edge` on."""
        since = max(begin, edge)
        return self._until(name, since) - self._until(name, stop) if stop > since else 0.0

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
    """By terminal, how its model and its age compare, by class."""
    estate = counts.estate
    models = estate.groups[SubjectKind.MODEL]
    ages = [_band(age) for age in estate.ages]
    by_model = _compared(counts, base, models, estate.sizes[SubjectKind.MODEL], None)
    raised = [by_model[model] for model in models]
    by_age = _compared(counts, base, ages, len(AGE_BORDERS) + 2, raised)
    made: dict[tuple[int, int], list[float]] = {}
    for pair in set(zip(models, ages, strict=True)):
        model, age = pair
        made[pair] = [by_model[model][name] * by_age[age][name] for name in range(AMOUNT)]
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
    per = counts.of_terminal
    for who, (group, profile) in enumerate(zip(groups, base, strict=True)):
        mine, due = seen[group], expected[group]
        own = per[who * AMOUNT : (who + 1) * AMOUNT]
        times = raised[who] if raised else _AS_IT_IS
        for name in range(AMOUNT):
            mine[name] += own[name]
            due[name] += profile[name] * times[name]
    return [
        [(n + PRIOR_GROUP) / (e + PRIOR_GROUP) for n, e in zip(mine, due, strict=True)]
        for mine, due in zip(seen, expected, strict=True)
    ]


_AS_IT_IS = [1.0] * AMOUNT


def _unlike(seen: array[int], expected: array[float]) -> list[float]:
    made = []
    for name in range(AMOUNT):
        pairs = list(zip(seen[name::AMOUNT], expected[name::AMOUNT], strict=True))
        made.append(min(MOST_UNLIKE, max(LEAST_UNLIKE, excess_dispersion(pairs))))
    return made


def worse_units(
    counts: EstateCounts, expected: Expectations, kind: SubjectKind
) -> tuple[list[CountExcess], int]:
    """Every terminal, or merchant, with more incidents of a class than to be expected, and how many
    were asked."""
    merchants = kind is SubjectKind.MERCHANT
    seen = counts.per_merchant if merchants else counts.per_terminal
    unlike = expected.unlike_merchants if merchants else expected.unlike_terminals
    least = LEAST_SEEN[kind]
    found = []
    for place, total in enumerate(counts.of_merchant if merchants else counts.of_terminal):
        if total < least:
            continue
        unit, name = divmod(place, AMOUNT)
        per_window = seen[place * SPANS : (place + 1) * SPANS]
        due = expected.windows(kind, unit, name)
        best = _best(per_window, due, unlike[name], least)
        if best is not None:
            found.append(_finding(counts.estate, kind, unit, name, best))
    return found, len(seen) // SPANS


UnitExcess = tuple[int, int, float, float, float]
"""The place of a window in `WINDOWS`, incidents, expectation, its relative variance, and the
probability of chance."""


def _best(
    per_window: array[int], due: Sequence[float], unlike: float, least: int
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
