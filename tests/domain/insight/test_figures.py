"""What a period holds, and when a terminal keeps failing."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from app.domain.faults import FaultClass
from app.domain.insight.figures import (
    FailingTerminal,
    Failure,
    GroupCount,
    MonthCount,
    Period,
    repeat_warnings,
    share_by_class,
    trailing,
)

NOW = datetime(2026, 11, 23, 1, 30, tzinfo=UTC)


def terminal(*days_ago: float, key: str = "t") -> FailingTerminal:
    failures = tuple(
        Failure(f"{key}{n}", f"A-{n}", NOW - timedelta(days=ago), FaultClass.HARDWARE, "", "黑屏")
        for n, ago in enumerate(sorted(days_ago))
    )
    return FailingTerminal(key, "SN", "", "新大陆", "N910", "店", "", failures)


def test_a_period_knows_its_months() -> None:
    assert Period(date(2025, 12, 31), date(2026, 2, 1)).months() == (
        date(2025, 12, 1),
        date(2026, 1, 1),
        date(2026, 2, 1),
    )
    assert trailing(date(2026, 3, 31), 3) == Period(date(2026, 1, 1), date(2026, 3, 31))
    assert trailing(date(2026, 3, 31), 1).months() == (date(2026, 3, 1),)


@pytest.mark.parametrize(
    ("days_ago", "rules"),
    [
        ((1, 29), [30]),
        ((1, 31), []),
        ((40, 50), []),
        ((40, 50, 89), [90]),
        ((40, 50, 91), []),
        ((1, 2, 60), [30, 90]),
        ((-1, 2), []),
    ],
)
def test_a_terminal_is_listed_for_the_rules_it_meets(
    days_ago: tuple[float, ...], rules: list[int]
) -> None:
    found = repeat_warnings([terminal(*days_ago)], NOW)
    assert [rule.days for warning in found for rule, _count in warning.because] == rules


def test_the_evidence_holds_every_incident_counted() -> None:
    (warning,) = repeat_warnings([terminal(1, 2, 60)], NOW)
    assert [(rule.days, count) for rule, count in warning.because] == [(30, 2), (90, 3)]
    assert [failure.number for failure in warning.evidence] == ["A-0", "A-1", "A-2"]


def test_the_worst_and_freshest_comes_first() -> None:
    found = repeat_warnings(
        [terminal(5, 6, key="old"), terminal(1, 2, key="fresh"), terminal(8, 9, 10, key="worst")],
        NOW,
    )
    assert [warning.id for warning in found] == ["worst", "fresh", "old"]


def test_a_rate_needs_terminals_and_says_when_they_are_few() -> None:
    assert GroupCount("N910", 30, 12, 60).per_100 == 20
    assert GroupCount("N910", 30, 12, 0).per_100 is None
    assert GroupCount("N910", 3, 1, 19).doubtful
    assert not GroupCount("N910", 3, 1, 20).doubtful


def test_classes_keep_their_place_whatever_happened() -> None:
    months = (
        MonthCount(date(2026, 1, 1), {FaultClass.SYSTEM: 9, None: 1}, 0),
        MonthCount(date(2026, 2, 1), {FaultClass.HARDWARE: 1, FaultClass.SYSTEM: 1}, 1),
    )
    assert list(share_by_class(months).items()) == [
        (FaultClass.HARDWARE, 1),
        (FaultClass.SYSTEM, 10),
        (None, 1),
    ]
