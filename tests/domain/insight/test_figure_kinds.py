"""How figures are worked out of counts and values, and what a period is compared with."""

from __future__ import annotations

from datetime import date

import pytest

from app.domain.insight.figure_kinds import (
    Compared,
    FigureKind,
    available,
    between_failures,
    comparison,
    median,
    share,
)
from app.domain.insight.figures import Period
from app.texts.insight_figures import FIGURE_WORDS


def test_every_figure_has_its_definition() -> None:
    assert set(FIGURE_WORDS) == set(FigureKind)


def test_nothing_is_divided_by_nothing() -> None:
    assert share(FigureKind.FIRST_TIME, 0, 0, immature=3).value is None
    assert between_failures(5, 0.0).value is None
    assert available(0, 0.0, 0.0).value is None
    assert available(0, 0.0, 31.0).value == 1.0


def test_availability_is_as_sure_as_its_stops_are_many() -> None:
    few, many = available(2, 1.0, 100.0), available(200, 1.0, 100.0)
    assert few.value == many.value == pytest.approx(0.99)
    assert few.low is not None
    assert many.low is not None
    assert few.low < many.low < 0.99


@pytest.mark.parametrize(
    ("first", "last", "name", "before"),
    [
        ((10, 1), (10, 31), Compared.WHOLE_MONTH, ((9, 1), (9, 30))),
        ((10, 1), (10, 9), Compared.SAME_DAYS, ((9, 1), (9, 9))),
        ((3, 1), (3, 30), Compared.SAME_DAYS, ((2, 1), (2, 28))),
        ((10, 5), (10, 11), Compared.AS_MANY_DAYS, ((9, 28), (10, 4))),
    ],
)
def test_what_a_period_is_compared_with_is_called_what_it_is(
    first: tuple[int, int],
    last: tuple[int, int],
    name: Compared,
    before: tuple[tuple[int, int], tuple[int, int]],
) -> None:
    found = comparison(Period(date(2026, *first), date(2026, *last)))
    assert found == (name, Period(date(2026, *before[0]), date(2026, *before[1])))


def test_few_values_have_no_interval() -> None:
    found = median(FigureKind.RESPONSE, [3.0, 1.0, 2.0])
    assert (found.value, found.mean, found.low) == (2.0, 2.0, None)
    # scipy.stats.binom: of nine values the second and the eighth enclose the median with 95 %
    nine = median(FigureKind.RESPONSE, [float(n) for n in range(9)])
    assert (nine.low, nine.high) == (1.0, 7.0)
