"""The rules of warnings: when each stands, and what it names."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from app.domain.faults import FaultClass
from app.domain.insight.warnings import (
    MOST_EVIDENCE,
    FailingTerminal,
    Failure,
    OverdueIncidents,
    SerialCheck,
    Severity,
    WarningKind,
    WarrantyEnd,
    failing_warnings,
    in_order,
    overdue_warnings,
    repeat_warnings,
    substitution_warnings,
    warranty_warnings,
)

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


def check(found: str) -> SerialCheck:
    return SerialCheck(
        registered="SN000001", found=found, merchant_name="店", at=NOW, records=("A-V1", "A-2")
    )


@pytest.mark.parametrize(
    ("found", "stands"), [("SN000001", 0), ("sn000001", 0), ("", 0), ("SN9", 1)]
)
def test_only_another_serial_number_is_a_suspected_substitution(found: str, stands: int) -> None:
    warnings = substitution_warnings([check(found)])
    assert [(w.found, w.evidence) for w in warnings] == [(found, ("A-V1", "A-2"))] * stands


def test_all_overdue_incidents_are_one_warning() -> None:
    assert overdue_warnings(None) == []
    late = OverdueIncidents(count=3, numbers=("A-1", "A-2", "A-3"), first_due=NOW)
    (warning,) = overdue_warnings(late)
    assert (warning.count, warning.since) == (3, NOW)


def test_warranties_are_gathered_by_model_and_named_up_to_a_limit() -> None:
    many = [WarrantyEnd("新大陆 N910", f"SN{n}") for n in range(MOST_EVIDENCE + 1)]
    first, second = warranty_warnings([WarrantyEnd("百富 A920", "P1"), *many])
    assert (first.subject, first.count, len(first.evidence)) == (
        "新大陆 N910",
        MOST_EVIDENCE + 1,
        MOST_EVIDENCE,
    )
    assert (second.subject, second.evidence) == ("百富 A920", ("P1",))


def test_the_most_serious_stands_first() -> None:
    warnings = in_order(
        [
            *warranty_warnings([WarrantyEnd("新大陆 N910", "SN1")]),
            *failing_warnings(repeat_warnings([terminal(1, 2)], NOW)),
            *overdue_warnings(OverdueIncidents(count=1, numbers=("A-1",), first_due=NOW)),
            *substitution_warnings([check("SN9")]),
        ]
    )
    assert [w.kind for w in warnings] == list(WarningKind)
    assert [w.severity for w in warnings] == [
        Severity.HIGH,
        Severity.MEDIUM,
        Severity.MEDIUM,
        Severity.LOW,
    ]
