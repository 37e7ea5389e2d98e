"""Warnings: what each of the rules without statistics names, their order, and their keys."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from app.domain.faults import FaultClass
from app.domain.insight.duties import (
    OverdueIncidents,
    SerialCheck,
    WarrantyEnd,
    overdue_warnings,
    substitution_warnings,
    warranty_warnings,
)
from app.domain.insight.warnings import (
    MOST_EVIDENCE,
    Severity,
    StandingWarning,
    SubjectKind,
    WarningRule,
    WarningSubject,
    in_order,
)

NOW = datetime(2026, 11, 23, 1, 30, tzinfo=UTC)


def check(found: str) -> SerialCheck:
    return SerialCheck(
        terminal_id="t",
        registered="SN000001",
        found=found,
        merchant_name="店",
        at=NOW,
        records=("A-V1", "A-2"),
    )


@pytest.mark.parametrize(
    ("found", "stands"), [("SN000001", 0), ("sn000001", 0), ("", 0), ("SN9", 1)]
)
def test_only_another_serial_number_is_a_suspected_substitution(found: str, stands: int) -> None:
    warnings = substitution_warnings([check(found)])
    assert [(w.detail, w.incidents) for w in warnings] == [(found, ("A-V1", "A-2"))] * stands


def test_all_overdue_incidents_are_one_warning() -> None:
    assert overdue_warnings(None) == []
    late = OverdueIncidents(count=3, numbers=("A-1", "A-2", "A-3"), first_due=NOW)
    (warning,) = overdue_warnings(late)
    assert (warning.count, warning.since) == (3, NOW)


def test_warranties_are_gathered_by_model_and_named_up_to_a_limit() -> None:
    many = [WarrantyEnd("n", "新大陆 N910", f"t{n}", f"SN{n}") for n in range(MOST_EVIDENCE + 1)]
    first, second = warranty_warnings([WarrantyEnd("p", "百富 A920", "p1", "P1"), *many])
    assert (first.subject.name, first.count, len(first.incidents)) == (
        "新大陆 N910",
        MOST_EVIDENCE + 1,
        MOST_EVIDENCE,
    )
    assert (second.subject.name, second.incidents) == ("百富 A920", ("P1",))


def test_the_most_serious_stands_first() -> None:
    warnings = in_order(
        [
            *warranty_warnings([WarrantyEnd("n", "新大陆 N910", "t", "SN1")]),
            *overdue_warnings(OverdueIncidents(count=1, numbers=("A-1",), first_due=NOW)),
            *substitution_warnings([check("SN9")]),
        ]
    )
    assert [w.severity for w in warnings] == [Severity.HIGH, Severity.MEDIUM, Severity.LOW]


def test_a_key_stays_while_the_figures_change() -> None:
    about = WarningSubject(SubjectKind.AREA, "a1", (("area", "昆山市"),))
    rule = WarningRule.OUTBREAK
    one = StandingWarning(rule=rule, subject=about, fault_class=FaultClass.NETWORK, seen=5)
    renamed = replace(about, named=(("area", "昆山"),))
    assert one.key == replace(one, subject=renamed, seen=9, expected=1.0, since=NOW).key
    assert one.key != replace(one, fault_class=FaultClass.SYSTEM).key
    assert one.key != replace(one, subject=replace(about, key="a2")).key
    assert one.key != replace(one, rule=WarningRule.RISING).key
