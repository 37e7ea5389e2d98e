"""Rules about single terminals and merchants: worse than their peers, or worse than they were.

What is expected of a terminal follows from the estate in the same weeks, its model and its age.
Units differ, so what a unit itself had before counts as well (Gamma–Poisson shrinkage): with `a`
the shape of the rates over all units, `n` incidents where `e` were expected before, the rate of a
unit is Gamma distributed with shape a + n and rate a + e, and what comes is negative binomial.  Two
incidents on a new terminal therefore tell little, the seventh in a row tells much.
"""

from __future__ import annotations

import functools
from array import array
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import accumulate
from operator import le

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
    are by class; by window only of the units that are asked about, which are few.

    Terminals alike in their days in service, model and age are one cell: the same is expected of
    each, and there are far fewer cells than terminals."""

    def __init__(self, counts: EstateCounts, exposure: Exposure) -> None:
        estate = counts.estate
        self._profiles = _Profiles(counts, exposure)
        models, ages = estate.groups[SubjectKind.MODEL], list(map(_band, estate.ages))
        numbers: dict[_Cell, int] = {}
        alike = zip(estate.starts, estate.ends, models, ages, strict=True)
        self._cell_of = [numbers.setdefault(cell, len(numbers)) for cell in alike]
        self._cells, sizes = list(numbers), Counter(self._cell_of)
        base = [self._profiles.whole(start, end) for start, end, _model, _age in self._cells]
        self._factors = _factors(counts, ages, self._cells, base, sizes)
        self._windows: dict[tuple[int, int], list[float]] = {}
        rough: dict[_Rough, int] = {}
        shops = estate.groups[SubjectKind.MERCHANT]
        amount = estate.sizes[SubjectKind.MERCHANT]
        self._members = _members(shops, self._cell_of, amount)
        roughly = [
            rough.setdefault((model, age, self._profiles.covered(start, end)), len(rough))
            for start, end, model, age in self._cells
        ]
        rough_of = list(map(roughly.__getitem__, self._cell_of))
        self._rough, self._telling = list(rough), dict[_Asked, list[int]]()
        self._bounded: dict[tuple[int, int], tuple[list[float], float]] = {}
        self._roughly: dict[SubjectKind, Sequence[tuple[int, ...]]] = {
            SubjectKind.TERMINAL: [(one,) for one in rough_of],
            SubjectKind.MERCHANT: _members(shops, rough_of, amount),
        }
        self._by_pair = {
            (model, age): by
            for (_start, _end, model, age), by in zip(self._cells, self._factors, strict=True)
        }
        self.unlike_terminals: list[float] = []
        self.unlike_merchants: list[float] = []
        for name in range(AMOUNT):
            due = [
                profile[name] * by[name] for profile, by in zip(base, self._factors, strict=True)
            ]
            terminals = list(map(due.__getitem__, self._cell_of))
            merchants = [0.0] * (amount + 1)
            # Terminals of no known merchant are counted at the last place.
            for shop, expected in zip(shops, terminals, strict=True):
                merchants[shop] += expected
            del merchants[-1]
            self.unlike_terminals.append(_unlike(counts.of_terminal[name::AMOUNT], terminals))
            self.unlike_merchants.append(_unlike(counts.of_merchant[name::AMOUNT], merchants))

    def windows(self, kind: SubjectKind, unit: int, name: int) -> list[float]:
        """What is to be expected of a terminal, or a merchant, in each window."""
        terminal = kind is SubjectKind.TERMINAL
        cells = (self._cell_of[unit],) if terminal else self._members[unit]
        return _together([self._of_cell(cell, name) for cell in cells])

    def telling(self, kind: SubjectKind, unit: int, name: int, unlike: float) -> list[int]:
        """How few incidents in each window of a unit could tell anything: what fewer than that is
        expected of, needs no exact expectation."""
        alike = self._roughly[kind][unit]
        found = self._telling.get((kind, alike, name))
        if found is None:
            bounds = [self._bounds(one, name) for one in alike]
            least = _together([low for low, _whole in bounds])
            shape, whole = 1 / unlike, sum(most for _low, most in bounds)
            found = [_least_telling(low * shape / (shape + whole)) for low in least]
            self._telling[kind, alike, name] = found
        return found

    def _bounds(self, rough: int, name: int) -> tuple[list[float], float]:
        """The least to be expected in each window of a terminal of a rough cell, and the most to
        be expected over everything looked at."""
        found = self._bounded.get((rough, name))
        if found is None:
            model, age, covered = self._rough[rough]
            by = self._by_pair[model, age][name]
            full = [one * by for one in self._profiles.full(name)]
            short = full[covered - 1] if covered else 0.0
            found = [*full[:covered], *[short] * (SPANS - covered)], full[-1]
            self._bounded[rough, name] = found
        return found

    def _of_cell(self, cell: int, name: int) -> list[float]:
        found = self._windows.get((cell, name))
        if found is None:
            start, end, _model, _age = self._cells[cell]
            by = self._factors[cell][name]
            found = [one * by for one in self._profiles.windows(start, end, name)]
            self._windows[cell, name] = found
        return found


def _members(shops: Sequence[int], of: Sequence[int], amount: int) -> list[tuple[int, ...]]:
    """By merchant, what `of` gives for its terminals."""
    found: list[list[int]] = [[] for _ in range(amount + 1)]
    for shop, one in zip(shops, of, strict=True):
        found[shop].append(one)
    return [tuple(sorted(those)) for those in found[:amount]]


def _together(each: Sequence[Sequence[float]]) -> list[float]:
    return list(map(sum, zip(*each, strict=True))) or [0.0] * SPANS


@functools.cache
def _most_expected(seen: int) -> float:
    """The expectation up to which so many stand out."""
    low, high = 0.0, seen / LEAST_RATIO
    if excess_score(seen, high) >= LEAST_SCORE:
        return high
    for _n in range(60):
        middle = (low + high) / 2
        if excess_score(seen, middle) >= LEAST_SCORE:
            low = middle
        else:
            high = middle
    return low


_LIMITS = [_most_expected(seen) for seen in range(64)]
"""What `_most_expected` gives, as far as it was needed."""


def _least_telling(expected: float) -> int:
    """How many incidents it takes to stand out from an expectation."""
    while _LIMITS[-1] < expected:
        _LIMITS.extend(map(_most_expected, range(len(_LIMITS), 2 * len(_LIMITS))))
    return bisect_left(_LIMITS, expected)


_Cell = tuple[int, int, int, int]
"""First day in service, the day after the last, model, band of age."""
_Rough = tuple[int, int, int]
"""Model, band of age, and how many windows the terminals were in service for from end to end."""
_Asked = tuple[SubjectKind, tuple[int, ...], int]
"""Terminals or merchants, the rough cells of the terminals, class."""


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
        self._windows: dict[tuple[int, int, int], list[float]] = {}
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
        key = max(start, self._first), min(end, self._days), name
        found = self._windows.get(key)
        if found is None:
            found = [self._between(*key, edge) for edge in self._edges]
            self._windows[key] = found
        return found

    def covered(self, start: int, end: int) -> int:
        """How many windows a life covers from end to end."""
        if end < self._days:
            return 0
        return sum(start <= edge for edge in self._edges)

    def full(self, name: int) -> list[float]:
        """Of a class, by window, for a terminal in service all the time."""
        return self.windows(0, self._days, name)

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


def _factors(
    counts: EstateCounts,
    ages: Sequence[int],
    cells: Sequence[_Cell],
    base: Sequence[list[float]],
    sizes: Mapping[int, int],
) -> list[list[float]]:
    """By cell, how its model and its age compare, by class."""
    models = counts.estate.sizes[SubjectKind.MODEL] + 1
    seen = [[sum(counts.series(SubjectKind.MODEL, model, name)) for name in range(AMOUNT)]
            for model in range(models)]  # fmt: skip
    expected = [[0.0] * AMOUNT for _ in range(models)]
    for cell, (_start, _end, model, _age) in enumerate(cells):
        _add(expected[model], base[cell], sizes[cell])
    by_model = _compared(seen, expected)
    bands = len(AGE_BORDERS) + 2
    seen = [[0] * AMOUNT for _ in range(bands)]
    for name in range(AMOUNT):
        for age, amount in zip(ages, counts.of_terminal[name::AMOUNT], strict=True):
            seen[age][name] += amount
    expected = [[0.0] * AMOUNT for _ in range(bands)]
    for cell, (_start, _end, model, age) in enumerate(cells):
        raised = [one * by for one, by in zip(base[cell], by_model[model], strict=True)]
        _add(expected[age], raised, sizes[cell])
    by_age = _compared(seen, expected)
    return [
        [one * other for one, other in zip(by_model[model], by_age[age], strict=True)]
        for _start, _end, model, age in cells
    ]


def _add(to: list[float], amounts: Sequence[float], times: int) -> None:
    for name, amount in enumerate(amounts):
        to[name] += amount * times


def _band(age: int) -> int:
    return len(AGE_BORDERS) + 1 if age < 0 else bisect_right(AGE_BORDERS, age)


def _compared(
    seen: Sequence[Sequence[int]], expected: Sequence[Sequence[float]]
) -> list[list[float]]:
    """By group and class, incidents over what was to be expected, shrunk; the last stands for
    terminals of no known group."""
    return [
        [(n + PRIOR_GROUP) / (e + PRIOR_GROUP) for n, e in zip(mine, due, strict=True)]
        for mine, due in zip(seen, expected, strict=True)
    ]


def _unlike(seen: Sequence[int], expected: Sequence[float]) -> float:
    return min(MOST_UNLIKE, max(LEAST_UNLIKE, excess_dispersion(seen, expected)))


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
        telling = expected.telling(kind, unit, name, unlike[name])
        per_window = seen[place * SPANS : (place + 1) * SPANS]
        if not any(map(le, telling, accumulate(per_window))):
            continue
        due = expected.windows(kind, unit, name)
        if (best := _best(per_window, due, unlike[name], least)) is not None:
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
        if mean > _most_expected(seen):
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
