"""Suppliers whose repairs do not hold."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from app.domain.insight.supplier_rule import HOLDS_DAYS, RepairedDevice, supplier_warnings
from app.domain.insight.warnings import RULES, StandingWarning, WarningRule

NOW = datetime(2026, 11, 23, tzinfo=UTC)


def devices(supplier: str, amount: int, failed: int, days_ago: int = 300) -> list[RepairedDevice]:
    return [
        RepairedDevice(
            supplier=supplier,
            terminal_id=f"{supplier}{n}",
            back_at=NOW - timedelta(days=days_ago),
            incident_id=f"i{supplier}{n}" if n < failed else "",
            number=f"L7-{supplier}{n}" if n < failed else "",
        )
        for n in range(amount)
    ]


def found(*repaired: list[RepairedDevice]) -> list[StandingWarning]:
    return supplier_warnings([one for some in repaired for one in some], NOW, 0.04)


def test_a_supplier_whose_repairs_fail_is_named_with_the_cases_to_leads_only() -> None:
    (warning,) = found(devices("甲", 40, 16), devices("乙", 60, 3), devices("丙", 30, 2))
    assert (warning.subject.name, warning.seen, warning.out_of) == ("甲", 16, 40)
    # Of the 90 devices of the others 5 failed; with the prior (5 + 1) of 110, times 40.
    assert warning.expected == pytest.approx(40 * 6 / 110, abs=0.01)
    assert len(warning.incidents) == len(warning.terminal_ids) == 16
    assert RULES[WarningRule.SUPPLIER].leads_only


@pytest.mark.parametrize(
    "repaired",
    [
        (devices("甲", 40, 5), devices("乙", 40, 4)),
        (devices("甲", 40, 30),),
        (devices("甲", 40, 16, days_ago=HOLDS_DAYS - 1), devices("乙", 60, 3)),
        (devices("甲", 3, 2), devices("乙", 60, 3)),
    ],
    ids=["alike", "nobody to compare with", "too lately", "too few"],
)
def test_no_supplier_is_named_without_cause(repaired: tuple[list[RepairedDevice], ...]) -> None:
    assert found(*repaired) == []
