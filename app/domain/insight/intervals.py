"""How sure a figure is: exact intervals of counts, rates and shares, and of reliability growth.

Every interval here is of 95 %.  Sources: Garwood 1936 (Poisson), Clopper and Pearson 1934 (shares),
Crow 1974 and MIL-HDBK-189C (power law of reliability growth, grouped data), Abramowitz and Stegun
6.5 and 26.5 (incomplete gamma and beta function).
"""

from __future__ import annotations

import functools
import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

LEVEL = 0.95
_TAIL = (1 - LEVEL) / 2
NORMAL = 1.959963984540054
"""The 97.5 % quantile of the normal distribution."""
_STEPS = 500
_SMALL = 1e-300
_EXACT = 1e-15

Interval = tuple[float, float]


@functools.lru_cache(maxsize=4096)
def poisson_interval(count: int) -> Interval:
    """Between which expected numbers a counted number of independent events lies."""
    low = _gamma_quantile(count, _TAIL) if count else 0.0
    return low, _gamma_quantile(count + 1, 1 - _TAIL)


@functools.lru_cache(maxsize=4096)
def share_interval(hits: int, cases: int) -> Interval:
    """Between which shares one lies of which `hits` of `cases` were seen; `cases` is not 0."""
    low = _beta_quantile(hits, cases - hits + 1, _TAIL) if hits else 0.0
    high = _beta_quantile(hits + 1, cases - hits, 1 - _TAIL) if hits < cases else 1.0
    return low, high


@dataclass(frozen=True, slots=True)
class Growth:
    """Reliability growth: failures grow as running time to the power `slope`.  Below 1 they come
    ever more rarely, above 1 ever more often; `low` and `high` are its interval."""

    slope: float
    low: float
    high: float
    scale: float

    def expected(self, running: float) -> float:
        """How many failures the power law expects up to this running time."""
        return self.scale * running**self.slope if running > 0 else 0.0


def growth(running: Sequence[float], failures: Sequence[int]) -> Growth | None:
    """The power law of failures counted in intervals that end at these cumulated running times;
    None for less than two failures, or when all fall into the first interval.

    The slope is the maximum likelihood for grouped data; its interval that of a test stopped at a
    time, χ² with twice the number of failures, a good approximation for many short intervals.
    """
    steps = [
        (before, after, count)
        for before, after, count in zip((0.0, *running), running, failures, strict=False)
        if after > before
    ]
    total = sum(count for _before, _after, count in steps)
    if total < 2 or total == steps[0][2]:
        return None
    end = steps[-1][1]

    def score(slope: float) -> float:
        found = 0.0
        for before, after, count in steps:
            if count:
                low, high = before / end, after / end
                lower = low**slope
                upper = high**slope
                left = lower * math.log(low) if low else 0.0
                found += count * (upper * math.log(high) - left) / (upper - lower)
        return found

    slope = _root(score, 0.01, 20.0)
    factor = slope / (2 * total)
    low = factor * 2 * _gamma_quantile(total, _TAIL)
    high = factor * 2 * _gamma_quantile(total, 1 - _TAIL)
    return Growth(slope, low, high, total / end**slope)


def _root(function: Callable[[float], float], low: float, high: float) -> float:
    """Where a falling function becomes negative, by halving."""
    for _n in range(60):
        middle = (low + high) / 2
        if function(middle) > 0:
            low = middle
        else:
            high = middle
    return (low + high) / 2


def _inverse(
    below: Callable[[float], float],
    density: Callable[[float], float],
    share: float,
    start: float,
    most: float,
) -> float:
    """The value below which `share` lies, by Newton's method kept between what is known to be too
    little and too much."""
    low, high, value = 0.0, most, start
    for _n in range(100):
        off = below(value) - share
        if off > 0:
            high = value
        else:
            low = value
        slope = density(value)
        better = value - off / slope if slope else low
        if not low < better < high:
            better = (low + high) / 2
        if abs(better - value) <= 1e-13 * max(value, 1e-9):
            return better
        value = better
    return value


def _gamma_quantile(shape: float, share: float) -> float:
    """The value below which `share` of the gamma distribution of this shape lies."""

    def density(value: float) -> float:
        return math.exp((shape - 1) * math.log(value) - value - math.lgamma(shape))

    most = shape + 10 * math.sqrt(shape) + 20
    # Wilson and Hilferty 1931, close from the beginning.
    cube = 1 - 1 / (9 * shape) + math.copysign(NORMAL, share - 0.5) / (3 * math.sqrt(shape))
    start = shape * max(cube, 0.05) ** 3
    return _inverse(lambda value: _gamma_below(shape, value), density, share, start, most)


def _beta_quantile(one: float, other: float, share: float) -> float:
    """The value below which `share` of the beta distribution lies."""
    front = math.lgamma(one + other) - math.lgamma(one) - math.lgamma(other)

    def density(value: float) -> float:
        if not 0 < value < 1:
            return 0.0
        return math.exp(front + (one - 1) * math.log(value) + (other - 1) * math.log1p(-value))

    start = one / (one + other)
    return _inverse(lambda value: _beta_below(one, other, value), density, share, start, 1.0)


def _gamma_below(shape: float, value: float) -> float:
    """The regularised incomplete gamma function P."""
    if value <= 0:
        return 0.0
    front = math.exp(-value + shape * math.log(value) - math.lgamma(shape))
    if value < shape + 1:
        term = total = 1 / shape
        for n in range(1, 10 * _STEPS):
            term *= value / (shape + n)
            total += term
            if term < total * _EXACT:
                break
        return total * front
    terms = ((-n * (n - shape), value + 2 * n + 1 - shape) for n in range(1, 10 * _STEPS))
    return 1 - front / _continued(value + 1 - shape, terms)


def _beta_below(one: float, other: float, value: float) -> float:
    """The regularised incomplete beta function I."""
    if value <= 0 or value >= 1:
        return float(value >= 1)
    if value > (one + 1) / (one + other + 2):
        return 1 - _beta_below(other, one, 1 - value)
    front = math.exp(
        math.lgamma(one + other)
        - math.lgamma(one)
        - math.lgamma(other)
        + one * math.log(value)
        + other * math.log1p(-value)
    )
    return front / one / _continued(1.0, _beta_terms(one, other, value))


def _beta_terms(one: float, other: float, value: float) -> Iterator[tuple[float, float]]:
    yield -(one + other) * value / (one + 1), 1.0
    for n in range(1, _STEPS):
        yield n * (other - n) * value / ((one + 2 * n - 1) * (one + 2 * n)), 1.0
        above = -(one + n) * (one + other + n) * value
        yield above / ((one + 2 * n) * (one + 2 * n + 1)), 1.0


def _continued(first: float, terms: Iterable[tuple[float, float]]) -> float:
    """A continued fraction ``first + a1 / (b1 + a2 / (b2 + ...))`` by the method of Lentz."""
    found = first or _SMALL
    upper, lower = found, 0.0
    for above, below in terms:
        lower = 1 / ((below + above * lower) or _SMALL)
        upper = (below + above / upper) or _SMALL
        found *= upper * lower
        if abs(upper * lower - 1) < _EXACT:
            break
    return found
