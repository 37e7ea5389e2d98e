"""Terminals that keep failing: when one is listed, and what is listed of it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from app.domain.faults import FaultClass
from app.domain.insight.repeats import FailingTerminal, Failure, repeat_warnings

NOW = datetime(2026, 11, 23, 1, 30, tzinfo=UTC)


def terminal(*days_ago: float, key: str = "t") -> FailingTerminal:
    failures = tuple(
        Failure(
            incident_id=f"{key}{n}",
            number=f"A-{n}",
            reported_at=NOW - timedelta(days=ago),
            fault_class=FaultClass.HARDWARE,
            displayed_code="",
            symptom="黑屏",
        )
        for n, ago in enumerate(sorted(days_ago))
    )
    return FailingTerminal(
        terminal_id=key,
        serial="SN",
        tid="",
        manufacturer="新大陆",
        model="N910",
        merchant_name="店",
        area="",
        failures=failures,
    )


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
