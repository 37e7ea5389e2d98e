"""Probabilities the rules of warnings judge by: tails of counts, scores, and false discoveries.

Formulas after Press et al., Numerical Recipes (continued fractions of the incomplete beta and gamma
functions, modified Lentz), and Benjamini and Hochberg 1995.  Tests compare them with scipy.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

_TINY = 1e-300
_PRECISE = 1e-12
_STEPS = 10_000
_NO_VARIANCE = 1e-9
"""Below this relative variance of the expectation a count is plain Poisson."""


def excess_score(seen: float, expected: float) -> float:
    """The log-likelihood ratio of a count that is higher than expected (Kulldorff 1997); 0 where
    it is not."""
    if seen <= expected:
        return 0.0
    if expected <= 0:
        return math.inf
    return seen * math.log(seen / expected) - (seen - expected)


def count_tail(seen: int, expected: float, relative_variance: float = 0.0) -> float:
    """P(count ≥ `seen`) where the expectation itself is known to a relative variance: a Gamma
    mixture of Poissons, which is negative binomial with shape 1 ÷ `relative_variance`."""
    if seen <= 0:
        return 1.0
    if expected <= 0:
        return 0.0
    if relative_variance < _NO_VARIANCE:
        return lower_gamma(seen, expected)
    shape = 1 / relative_variance
    return incomplete_beta(seen, shape, expected / (expected + shape))


def lower_gamma(a: float, x: float) -> float:
    """The regularised lower incomplete gamma function P(a, x); for a whole `a` the probability of
    at least `a` events of a Poisson process where `x` are expected."""
    if x <= 0:
        return 0.0
    front = math.exp(a * math.log(x) - x - math.lgamma(a))
    if x < a + 1:
        return front * _gamma_series(a, x)
    return 1 - front * _gamma_fraction(a, x)


def _gamma_series(a: float, x: float) -> float:
    term = total = 1 / a
    for n in range(1, _STEPS):
        term *= x / (a + n)
        total += term
        if term < total * _PRECISE:
            break
    return total


def _gamma_fraction(a: float, x: float) -> float:
    b = x + 1 - a
    c, d = 1 / _TINY, 1 / b
    total = d
    for n in range(1, _STEPS):
        factor = -n * (n - a)
        b += 2
        d = 1 / _kept_from_zero(factor * d + b)
        c = _kept_from_zero(b + factor / c)
        total *= d * c
        if abs(d * c - 1) < _PRECISE:
            break
    return total


def incomplete_beta(a: float, b: float, x: float) -> float:
    """The regularised incomplete beta function I_x(a, b)."""
    if x <= 0:
        return 0.0
    if x >= 1:
        return 1.0
    front = math.exp(
        math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b) + a * math.log(x) + b * math.log1p(-x)
    )
    if x < (a + 1) / (a + b + 2):
        return front * _beta_fraction(a, b, x) / a
    return 1 - front * _beta_fraction(b, a, 1 - x) / b


def _beta_fraction(a: float, b: float, x: float) -> float:
    c, d = 1.0, 1 / _kept_from_zero(1 - (a + b) * x / (a + 1))
    total = d
    for n in range(1, _STEPS):
        even = n * (b - n) * x / ((a + 2 * n - 1) * (a + 2 * n))
        d = 1 / _kept_from_zero(1 + even * d)
        c = _kept_from_zero(1 + even / c)
        total *= d * c
        odd = -(a + n) * (a + b + n) * x / ((a + 2 * n) * (a + 2 * n + 1))
        d = 1 / _kept_from_zero(1 + odd * d)
        c = _kept_from_zero(1 + odd / c)
        total *= d * c
        if abs(d * c - 1) < _PRECISE:
            break
    return total


def _kept_from_zero(value: float) -> float:
    return value if abs(value) > _TINY else _TINY


def discovery_rates(chances: Sequence[float], tests: int) -> list[float]:
    """For each probability the false discovery rate at which it would just be called a finding
    (Benjamini and Hochberg 1995), in the order given; `tests` were made, of which these are the
    most telling ones."""
    order = sorted(range(len(chances)), key=chances.__getitem__)
    rates = [1.0] * len(chances)
    least = 1.0
    for rank in range(len(order), 0, -1):
        place = order[rank - 1]
        least = min(least, chances[place] * tests / rank)
        rates[place] = least
    return rates


def dispersion_of_sums(*, squared: float, crossed: float, square: float, expected: float) -> float:
    """How unlike units are beyond chance: the relative variance of their true rates by the method
    of moments; 0 where chance explains all.  From sums over the units: `squared` of the squares of
    their counts, `crossed` of counts times expectations, `square` of the squares of the
    expectations, `expected` of the expectations."""
    if not square:
        return 0.0
    # The sum of (seen - expected)² - expected.
    return max(0.0, (squared - 2 * crossed + square - expected) / square)
