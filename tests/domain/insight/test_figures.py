"""What a period holds."""

from __future__ import annotations

from datetime import date

from app.domain.faults import FaultClass
from app.domain.insight.figures import (
    GroupCount,
    MonthCount,
    Period,
    share_by_class,
    trailing,
)


def test_a_period_knows_its_months() -> None:
    assert Period(date(2025, 12, 31), date(2026, 2, 1)).months() == (
        date(2025, 12, 1),
        date(2026, 1, 1),
        date(2026, 2, 1),
    )
    assert trailing(date(2026, 3, 31), 3) == Period(date(2026, 1, 1), date(2026, 3, 31))
    assert trailing(date(2026, 3, 31), 1).months() == (date(2026, 3, 1),)


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
