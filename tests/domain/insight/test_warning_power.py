"""The bound no rule can pass, by cases anyone can compute."""

from __future__ import annotations

import math

import pytest

from tests.bench.warning_power import CauseSize, best_power, threshold


def poisson_tail(count: int, mean: float) -> float:
    return 1 - sum(math.exp(-mean) * mean**n / math.factorial(n) for n in range(count))


@pytest.mark.parametrize(("mean", "alarms"), [(0.2, 0.001), (1.7, 0.0026), (6.0, 0.01)])
def test_the_threshold_is_the_least_count_chance_hardly_reaches(mean: float, alarms: float) -> None:
    count = threshold(mean, alarms)
    assert poisson_tail(count, mean) <= alarms < poisson_tail(count - 1, mean)


def test_few_terminals_carry_too_little_to_be_found() -> None:
    half_a_year = {n: best_power(CauseSize(3, n), 26) for n in (5, 20, 60, 200)}
    assert half_a_year[5] < 0.5 < half_a_year[20] < half_a_year[60] <= half_a_year[200]
    assert half_a_year[60] > 0.9
    assert best_power(CauseSize(3, 60), 2) < 0.5, "two weeks are too few on sixty terminals"


def test_more_false_alarms_allowed_find_more() -> None:
    cause = CauseSize(3, 20)
    assert best_power(cause, 13, 0.1) <= best_power(cause, 13, 1.0)
