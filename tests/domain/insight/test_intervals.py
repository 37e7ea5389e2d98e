"""Intervals and reliability growth, against scipy's values and published ones."""

from __future__ import annotations

import pytest

from app.domain.insight.intervals import growth, poisson_interval, share_interval


@pytest.mark.parametrize(
    ("count", "low", "high"),
    # scipy 1.17.1: chi2.ppf(.025, 2 n) / 2 and chi2.ppf(.975, 2 n + 2) / 2
    [
        (0, 0.0, 3.6888794541139354),
        (1, 0.025317807984289876, 5.571643390938898),
        (2, 0.24220927854396496, 7.22468766772396),
        (10, 4.7953886961324335, 18.39035604201778),
        (400, 361.75629663114347, 441.1866480966759),
        (100_000, 99381.15266374472, 100621.74473974388),
    ],
)
def test_a_count_has_its_exact_poisson_interval(count: int, low: float, high: float) -> None:
    assert poisson_interval(count) == pytest.approx((low, high), rel=1e-9, abs=1e-12)


@pytest.mark.parametrize(
    ("hits", "cases", "low", "high"),
    # scipy 1.17.1: beta.ppf(.025, k, n - k + 1) and beta.ppf(.975, k + 1, n - k)
    [
        (0, 10, 0.0, 0.3084971078187607),
        (1, 10, 0.0025285785444617848, 0.4450161170281954),
        (5, 10, 0.18708602844739855, 0.8129139715526015),
        (10, 10, 0.6915028921812392, 1.0),
        (812, 1_000, 0.786378459836871, 0.8357692765986813),
        (40_000, 50_000, 0.7964665387161173, 0.8034985993385841),
        (49_999, 50_000, 0.9998885722263611, 0.9999994936439686),
    ],
)
def test_a_share_has_its_exact_interval(hits: int, cases: int, low: float, high: float) -> None:
    assert share_interval(hits, cases) == pytest.approx((low, high), rel=1e-9, abs=1e-12)


def test_growth_is_that_of_the_handbook() -> None:
    """MIL-HDBK-189C, example of grouped data: 49 failures in five intervals of 20 hours."""
    found = growth([20, 40, 60, 80, 100], [13, 16, 5, 8, 7])
    assert found is not None
    assert found.slope == pytest.approx(0.753, abs=5e-4)
    assert found.scale == pytest.approx(1.53, abs=5e-3)
    assert found.expected(100) == pytest.approx(49)
    # χ²(.025, 98) and χ²(.975, 98) of scipy, times slope / 98
    assert (found.low, found.high) == pytest.approx((0.5569632305, 0.9778002147), rel=1e-6)


@pytest.mark.parametrize("failures", [[0, 0, 0], [1, 0, 0], [5, 0, 0]])
def test_too_little_says_nothing_of_growth(failures: list[int]) -> None:
    assert growth([10, 20, 30], failures) is None


def test_intervals_without_running_time_are_left_out() -> None:
    assert growth([0, 20, 40, 40, 60], [0, 13, 16, 0, 5]) == growth([20, 40, 60], [13, 16, 5])
