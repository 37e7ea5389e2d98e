"""Rules about single terminals and merchants: worse than their peers, or worse than they were.

What is expected of a terminal follows from the estate in the same weeks, its model and its age.
Units differ, so what a unit itself had before counts as well (Gamma–Poisson shrinkage): with `a`
the shape of the rates over all units, `n` incidents where `e` were expected before, the rate of a
unit is Gamma distributed with shape a + n and rate a + e, and what comes is negative binomial.  Two
incidents on a new terminal therefore tell little, the seventh in a row tells much.
"""

from __future__ import annotations

import functools
import math
from array import array
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate
from operator import le, mul, sub

from app.domain.insight.cells import BANDS
from app.domain.insight.estate_counts import (
    AMOUNT,
    WEEK,
    WINDOWS,
    Estate,
    EstateCounts,
    Exposure,
)
from app.domain.insight.findings import CountExcess
from app.domain.insight.tails import count_tail, dispersion_of_sums, excess_score
from app.domain.insight.warnings import SubjectKind, WarningRule

SPANS = len(WINDOWS)
PRIOR_GROUP = 10.0
"""Incidents' worth of belief that a model, or an age, is like the others."""
LEAST_SEEN = {SubjectKind.TERMINAL: 3, SubjectKind.MERCHANT: 4}
LEAST_RATIO = 2.0
LEAST_SCORE = 7.0
"""A score below which no unit among some hundreds stands out."""
BY_CHANCE = 15.0
"""Among more units a score must be higher: one that chance gives to about so many of them, e to the
minus score of all, is none that a false discovery rate of some per cent could let stand."""
UNIT_LOOKS = 4
"""Windows overlap; they count as so many independent ones."""
LEAST_UNLIKE = 0.05
MOST_UNLIKE = 4.0
"""Limits of how unlike units are held to be, whatever few incidents suggest."""
SLACK = 0.95
"""Units are passed over that would tell nothing even if only so much of it were expected: they need
no second look until what is expected has changed by as much."""


class ClassExpectations:
    """Incidents of one class to be expected by cell of terminals over everything looked at, and how
    unlike units are; by window only of the units that are asked about, which are few."""

    def __init__(self, counts: EstateCounts, exposure: Exposure, name: int) -> None:
        self._cells, self.name = counts.cells, name
        self.telling = telling_among(counts.estate.size * AMOUNT)
        first = counts.first
        weekly = zip(counts.of_all(name), exposure.total, strict=True)
        rates = [amount / days if days else 0.0 for amount, days in weekly]
        self._until = _from_each_day(rates)
        self._edges = [day - first for day in counts.edges]
        self._starts = [day - first for day in self._cells.starts]
        self._ends = [day - first for day in self._cells.ends]
        until = self._until.__getitem__
        base = list(map(sub, map(until, self._starts), map(until, self._ends)))
        seen = counts.per_cell[name::AMOUNT]
        self.factors = self._compared(counts, seen, base)
        pairs = self._cells.pairs
        self._due = [
            one * by
            for pair, by in zip(pairs, self.factors, strict=True)
            for one in base[pair.begin : pair.end]
        ]
        self._windows: dict[int, list[float]] = {}
        self.unlike = {
            SubjectKind.TERMINAL: self._unlike_terminals(counts, seen),
            SubjectKind.MERCHANT: self._unlike_merchants(counts),
        }

    def _compared(
        self, counts: EstateCounts, seen: Sequence[int], base: Sequence[float]
    ) -> list[float]:
        """By pair of model and age, how both compare with the estate, shrunk."""
        pairs, sizes = self._cells.pairs, self._cells.sizes
        models = counts.estate.sizes[SubjectKind.MODEL] + 1
        of_model, of_age = [0.0] * models, [0.0] * BANDS
        seen_of_age = [0] * BANDS
        whole = [
            sum(map(mul, sizes[pair.begin : pair.end], base[pair.begin : pair.end]))
            for pair in pairs
        ]
        # The last model stands for terminals of no known one.
        for pair, due in zip(pairs, whole, strict=True):
            of_model[pair.model] += due
            seen_of_age[pair.age] += sum(seen[pair.begin : pair.end])
        seen_of_model = [
            sum(counts.series(SubjectKind.MODEL, model, self.name)) for model in range(models)
        ]
        by_model = _shrunk(seen_of_model, of_model)
        for pair, due in zip(pairs, whole, strict=True):
            of_age[pair.age] += due * by_model[pair.model]
        by_age = _shrunk(seen_of_age, of_age)
        return [by_model[pair.model] * by_age[pair.age] for pair in pairs]

    def _unlike_terminals(self, counts: EstateCounts, seen: Sequence[int]) -> float:
        due, all_due = self._due, list(map(mul, self._cells.sizes, self._due))
        return _within_limits(
            dispersion_of_sums(
                squared=counts.squared[self.name],
                crossed=sum(map(mul, seen, due)),
                square=sum(map(mul, all_due, due)),
                expected=sum(all_due),
            )
        )

    def _unlike_merchants(self, counts: EstateCounts) -> float:
        due = self._cells.over_shops(self._due)
        step = self._cells.some_shops.step * AMOUNT
        seen = counts.of_merchant[self.name :: step]
        return _within_limits(
            dispersion_of_sums(
                squared=sum(map(mul, seen, seen)),
                crossed=sum(map(mul, seen, due)),
                square=sum(map(mul, due, due)),
                expected=sum(due),
            )
        )

    def cells_of(self, kind: SubjectKind, unit: int) -> Sequence[int]:
        """The cells of a terminal, or of those of a merchant."""
        if kind is SubjectKind.TERMINAL:
            return (self._cells.of_terminal[unit],)
        return self._cells.of_shop(unit)

    def windows(self, cells: Sequence[int]) -> list[float]:
        """What is to be expected in each window of terminals of these cells together."""
        return _together([self._of_cell(cell) for cell in cells])

    def _of_cell(self, cell: int) -> list[float]:
        found = self._windows.get(cell)
        if found is None:
            by = self.factors[self._cells.pair_of[cell]]
            until, stop = self._until, self._ends[cell]
            since = (max(self._starts[cell], edge) for edge in self._edges)
            found = [(until[one] - until[stop]) * by if stop > one else 0.0 for one in since]
            self._windows[cell] = found
        return found

    # --- whom it is worth to ask about ---------------------------------------------------------

    @property
    def full(self) -> list[float]:
        """What one terminal of the estate, in service all the time, would have in each window."""
        return [self._until[edge] for edge in self._edges]

    def holds_for(self, now: ClassExpectations) -> bool:
        """Whether who is near by these expectations holds all who tell anything by those of
        `now`."""
        least, most = _limits(self.full, now.full)
        least_factor, most_factor = _limits(self.factors, now.factors)
        kept = least * least_factor
        for kind, unlike in self.unlike.items():
            # How far before counts against a unit: shape ÷ (shape + all that was to be expected).
            changed = unlike / now.unlike[kind]
            shape = min(changed, 1 / changed)
            if kept * shape / max(1.0, most * most_factor) < SLACK:
                return False
        return True

    def near(self, counts: EstateCounts, kind: SubjectKind) -> set[int]:
        """The units of a kind that could tell anything if only `SLACK` of it were expected."""
        merchants = kind is SubjectKind.MERCHANT
        of, seen = (
            (counts.of_merchant, counts.per_merchant)
            if merchants
            else (counts.of_terminal, counts.per_terminal)
        )
        least, found, roughly = LEAST_SEEN[kind], set[int](), self._cells.roughly.__getitem__
        telling: dict[tuple[tuple[int, int], ...], list[int]] = {}
        for unit, total in enumerate(of[self.name :: AMOUNT]):
            if total < least:
                continue
            alike = tuple(sorted(map(roughly, self.cells_of(kind, unit))))
            if alike not in telling:
                telling[alike] = self._least_telling(alike, self.unlike[kind])
            place = (unit * AMOUNT + self.name) * SPANS
            per_window = seen[place : place + SPANS]
            if any(map(le, telling[alike], accumulate(per_window))):
                due = self.windows(self.cells_of(kind, unit))
                if any(
                    SLACK * mean <= self.telling.most_expected(so_far)
                    for _place, so_far, mean, _shape in _judged(
                        per_window, due, self.unlike[kind], least
                    )
                ):
                    found.add(unit)
        return found

    def _least_telling(self, alike: Iterable[tuple[int, int]], unlike: float) -> list[int]:
        """How few incidents in each window could tell anything."""
        least, whole = [], 0.0
        for pair, covered in alike:
            full = [one * self.factors[pair] for one in self.full]
            short = full[covered - 1] if covered else 0.0
            least.append([*full[:covered], *[short] * (SPANS - covered)])
            whole += full[-1]
        shape = 1 / unlike
        kept = SLACK * shape / (shape + whole)
        return [self.telling.fewest(low * kept) for low in _together(least)]


def _from_each_day(rates: Sequence[float]) -> list[float]:
    """What one terminal would have from each day until the last, by the rates of the weeks, the
    present one first; 0 after the last day."""
    daily = [rate for rate in rates for _day in range(WEEK)]
    return [0.0, *accumulate(daily)][::-1]


def _shrunk(seen: Sequence[int], expected: Sequence[float]) -> list[float]:
    """Incidents over what was to be expected, shrunk towards it."""
    return [(n + PRIOR_GROUP) / (e + PRIOR_GROUP) for n, e in zip(seen, expected, strict=True)]


def _within_limits(unlike: float) -> float:
    return min(MOST_UNLIKE, max(LEAST_UNLIKE, unlike))


def _limits(before: Sequence[float], now: Sequence[float]) -> tuple[float, float]:
    """By how much some figures changed at least and at most; by 0 where one began."""
    by = [new / old if old else float(not new) for old, new in zip(before, now, strict=True)]
    return min(by, default=1.0), max(by, default=1.0)


def _together(each: Sequence[Sequence[float]]) -> list[float]:
    return list(map(sum, zip(*each, strict=True))) or [0.0] * SPANS


class Telling:
    """How many incidents tell anything of a unit among some thousand: their score must be one that
    chance gives at most to some few of them."""

    def __init__(self, tests: int) -> None:
        self._score = max(LEAST_SCORE, math.log(max(1, tests) / BY_CHANCE))
        self._limits: list[float] = []

    def most_expected(self, seen: int) -> float:
        """The expectation up to which so many stand out."""
        while len(self._limits) <= seen:
            self._limits.append(self._limit(len(self._limits)))
        return self._limits[seen]

    def _limit(self, seen: int) -> float:
        low, high = 0.0, seen / LEAST_RATIO
        if excess_score(seen, high) >= self._score:
            return high
        for _n in range(60):
            middle = (low + high) / 2
            if excess_score(seen, middle) >= self._score:
                low = middle
            else:
                high = middle
        return low

    def fewest(self, expected: float) -> int:
        """How many incidents it takes to stand out from an expectation."""
        while not self._limits or self._limits[-1] < expected:
            self.most_expected(2 * len(self._limits) + 63)
        return bisect_left(self._limits, expected)


@functools.cache
def telling_among(tests: int) -> Telling:
    """What tells anything among so many units; its limits are worked out once."""
    return Telling(tests)


def worse_units(
    counts: EstateCounts, expected: ClassExpectations, kind: SubjectKind, near: Iterable[int]
) -> list[CountExcess]:
    """Every terminal, or merchant, of those `near` with more incidents of a class than to be
    expected."""
    merchants, name = kind is SubjectKind.MERCHANT, expected.name
    seen = counts.per_merchant if merchants else counts.per_terminal
    unlike, least = expected.unlike[kind], LEAST_SEEN[kind]
    found: list[CountExcess] = []
    for unit in sorted(near):
        place = (unit * AMOUNT + name) * SPANS
        per_window = seen[place : place + SPANS]
        if sum(per_window) < least:
            continue
        due = expected.windows(expected.cells_of(kind, unit))
        if (best := _best(per_window, due, unlike, least, expected.telling)) is not None:
            found.append(_finding(counts.estate, kind, unit, name, best))
    return found


UnitExcess = tuple[int, int, float, float, float]
"""The place of a window in `WINDOWS`, incidents, expectation, its relative variance, and the
probability of chance."""


def _judged(
    per_window: array[int], due: Sequence[float], unlike: float, least: int
) -> Iterator[tuple[int, int, float, float]]:
    """By window with so many incidents: its place in `WINDOWS`, the incidents, how many were to be
    expected after what the unit had before, and the shape of that expectation."""
    shape, total, whole = 1 / unlike, sum(per_window), due[-1]
    seen = 0
    for place, more in enumerate(per_window):
        seen += more
        if seen < least or not more:
            continue
        before, before_due = total - seen, max(0.0, whole - due[place])
        mean = due[place] * (shape + before) / (shape + before_due)
        yield place, seen, mean, shape + before


def _best(
    per_window: array[int], due: Sequence[float], unlike: float, least: int, telling: Telling
) -> UnitExcess | None:
    """The most telling window."""
    best: UnitExcess | None = None
    for place, seen, mean, shape in _judged(per_window, due, unlike, least):
        if mean > telling.most_expected(seen):
            continue
        variance = 1 / shape
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
