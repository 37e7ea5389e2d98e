"""Probabilities of the rules, beside values of scipy 1.17.1 and published examples."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.insight.tails import (
    count_tail,
    discovery_rates,
    dispersion_of_sums,
    excess_score,
    incomplete_beta,
)


@pytest.mark.parametrize(
    ("seen", "expected", "tail"),
    [
        (1, 0.5, 0.3934693402873665),
        (3, 0.1, 0.00015465307026467172),
        (7, 0.1, 1.8180056068736556e-11),
        (56, 0.41, 1.945813756680156e-97),
        (14, 9.3, 0.08997786171275189),
        (120, 100, 0.02823039396486565),
        (584, 180.0, 2.1193741783453327e-125),
        (5, 5.0, 0.5595067149347879),
    ],
)
def test_a_poisson_tail_is_that_of_scipy(seen: int, expected: float, tail: float) -> None:
    assert count_tail(seen, expected) == pytest.approx(tail, rel=1e-9)


@pytest.mark.parametrize(
    ("seen", "expected", "variance", "tail"),
    [
        (3, 0.4, 1.0, 0.02332361516034985),
        (7, 0.1, 0.5, 4.2566850502585735e-09),
        (14, 0.2, 2.0, 4.216713550791773e-09),
        (98, 7.32, 0.05, 8.794541163031958e-38),
        (584, 179.31, 0.03, 6.340554315030183e-16),
        (10, 9.0, 0.1, 0.40803026297687384),
        (148, 10.42, 0.1, 1.2461829096290817e-32),
        (1, 0.2, 4.0, 0.1366599786295495),
    ],
)
def test_a_negative_binomial_tail_is_that_of_scipy(
    seen: int, expected: float, variance: float, tail: float
) -> None:
    assert count_tail(seen, expected, variance) == pytest.approx(tail, rel=1e-9)


@pytest.mark.parametrize(
    ("a", "b", "x", "value"),
    [
        (0.5, 0.5, 0.3, 0.36901011956554536),
        (2, 3, 0.4, 0.5248),
        (200, 0.25, 0.99, 0.017146711125720193),
        (10, 400, 0.01, 0.009030976451242506),
    ],
)
def test_the_incomplete_beta_function_is_that_of_scipy(
    a: float, b: float, x: float, value: float
) -> None:
    assert incomplete_beta(a, b, x) == pytest.approx(value, rel=1e-9)


@given(st.integers(1, 300), st.floats(0.01, 300), st.floats(0.01, 3))
def test_more_incidents_are_less_likely_and_doubt_makes_them_likelier(
    seen: int, expected: float, variance: float
) -> None:
    tail = count_tail(seen, expected, variance)
    assert 0 <= count_tail(seen + 1, expected, variance) <= tail <= 1 + 1e-9
    if seen > 2 * expected + 3:
        assert count_tail(seen, expected) <= tail + 1e-12


def test_the_score_of_an_excess_by_hand() -> None:
    assert excess_score(10, 4) == pytest.approx(10 * math.log(2.5) - 6)
    assert excess_score(3, 4) == 0
    assert excess_score(3, 0) == math.inf


def test_false_discoveries_as_benjamini_and_hochberg_published_them() -> None:
    """Their fifteen probabilities of 1995: four stay at a rate of 5 %."""
    published = [
        *(0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459),
        *(0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1.0),
    ]
    rates = discovery_rates(published, 15)
    assert sum(rate <= 0.05 for rate in rates) == 4
    assert rates[:5] == pytest.approx([0.0015, 0.003, 0.0095, 0.035625, 0.0603])
    assert discovery_rates(published[:4], 15) == pytest.approx(rates[:4])


def test_the_dispersion_of_units_by_hand() -> None:
    def dispersion(seen: list[int], expected: list[float]) -> float:
        return dispersion_of_sums(
            squared=sum(n * n for n in seen),
            crossed=sum(n * e for n, e in zip(seen, expected, strict=True)),
            square=sum(e * e for e in expected),
            expected=sum(expected),
        )

    assert dispersion([1] * 5, [1.0] * 5) == 0
    # Squares beyond chance: (5 - 1)² - 1 + 3 · ((0 - 1)² - 1) = 15, over 4 expectations squared.
    assert dispersion([5, 0, 0, 0], [1.0] * 4) == pytest.approx(15 / 4)
