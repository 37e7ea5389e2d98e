"""Warnings: what each of the rules without statistics names, their order, and their keys."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from app.domain.faults import FaultClass
from app.domain.insight.duties import (
    Ending,
    EndingDate,
    FailedCheck,
    OverdueIncidents,
    Reopened,
    SerialCheck,
    UndoneDate,
    check_warnings,
    ending_warnings,
    late_warnings,
    overdue_warnings,
    reopened_warnings,
    substitution_warnings,
)
from app.domain.insight.part_rule import FittedPart, part_warnings
from app.domain.insight.warnings import (
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


def ending(what: Ending, day: int, serial: str = "SN1") -> EndingDate:
    return EndingDate(what, date(2026, 12, day), f"t{serial}", serial)


def test_what_ends_is_one_warning_for_each_sort_the_first_to_end_first() -> None:
    many = [ending(Ending.WARRANTY, 20 - n, f"SN{n}") for n in range(3)]
    warranty, battery = ending_warnings([ending(Ending.BATTERY, 2), *many])
    assert (warranty.detail, warranty.count, warranty.due) == ("warranty", 3, date(2026, 12, 18))
    assert warranty.incidents == ("SN2", "SN1", "SN0")
    assert (battery.detail, battery.terminal_ids) == ("battery", ("tSN1",))
    assert warranty.key != battery.key


def test_proven_duties_that_were_missed_stand_apart_and_failing_terminals_first() -> None:
    def late(serial: str, day: int, failures: int = 0, *, confirmed: bool = False) -> UndoneDate:
        return UndoneDate(
            terminal_id=f"t{serial}",
            serial=serial,
            closed_on=date(2026, 11, day),
            confirmed=confirmed,
            failures=failures,
        )

    missed, overdue = late_warnings(
        [late("A", 3), late("B", 9, 4), late("C", 1), late("D", 2, confirmed=True)]
    )
    assert (missed.rule, missed.incidents) == (WarningRule.INSPECTION_MISSED, ("D",))
    assert (overdue.incidents, overdue.out_of) == (("B", "C", "A"), 1)
    assert overdue.due == date(2026, 11, 1)


def test_incidents_reopened_again_and_again_are_one_warning() -> None:
    cases = [Reopened("i1", "A-1", "t1", 3, NOW), Reopened("i2", "A-2", "", 2, NOW)]
    (warning,) = reopened_warnings(cases)
    assert (warning.seen, warning.terminal_ids) == (2, ("t1",))
    assert reopened_warnings([]) == []


def test_a_failed_security_check_names_the_terminal() -> None:
    failed = FailedCheck(
        terminal_id="t", serial="SN1", merchant_name="店", lines=2, at=NOW, records=("A-V1",)
    )
    (warning,) = check_warnings([failed])
    assert (warning.subject.name, warning.seen) == ("SN1 店", 2)
    assert warning.severity is Severity.HIGH


def test_the_most_serious_stands_first() -> None:
    warnings = in_order(
        [
            *ending_warnings([ending(Ending.WARRANTY, 1)]),
            *overdue_warnings(OverdueIncidents(count=1, numbers=("A-1",), first_due=NOW)),
            *substitution_warnings([check("SN9")]),
        ]
    )
    assert [w.severity for w in warnings] == [Severity.HIGH, Severity.MEDIUM, Severity.LOW]


def test_a_part_fitted_again_and_again_is_named_and_the_others_are_not() -> None:
    def fitted(part: str, terminal: int, day: int) -> FittedPart:
        at = NOW - timedelta(days=300 - day)
        number = f"A-{part}{terminal}{day}"
        return FittedPart(
            part=part,
            name=part,
            terminal_id=f"t{terminal}",
            incident_id=number,
            number=number,
            at=at,
        )

    good = [fitted("电池", n, 10) for n in range(60)]
    bad = [fitted("打印头", n, day) for n in range(6) for day in (10, 90)]
    (warning,) = part_warnings([*good, *bad], 0.05)
    assert (warning.subject.name, warning.seen, warning.out_of) == ("打印头", 6, 12)
    assert part_warnings(good, 0.05) == []


def test_a_key_stays_while_the_figures_change() -> None:
    about = WarningSubject(SubjectKind.AREA, "a1", (("area", "昆山市"),))
    rule = WarningRule.OUTBREAK
    one = StandingWarning(rule=rule, subject=about, fault_class=FaultClass.NETWORK, seen=5)
    renamed = replace(about, named=(("area", "昆山"),))
    assert one.key == replace(one, subject=renamed, seen=9, expected=1.0, since=NOW).key
    assert one.key != replace(one, fault_class=FaultClass.SYSTEM).key
    assert one.key != replace(one, subject=replace(about, key="a2")).key
    assert one.key != replace(one, rule=WarningRule.RISING).key


def test_a_model_is_called_with_its_maker_and_a_firmware_with_both() -> None:
    named = (("model", "N910"), ("firmware", "3.2.1"), ("manufacturer", "新大陆"))
    assert WarningSubject(SubjectKind.FIRMWARE, "1", named).name == "新大陆 N910 3.2.1"
    assert WarningSubject(SubjectKind.MODEL, "1", named[::2]).name == "新大陆 N910"
    assert WarningSubject(SubjectKind.MODEL, "1", named[:1]).name == "N910"
    shop = (("merchant", "茶馆"), ("mid", "848290056510057"), ("area", "昆山市"))
    assert WarningSubject(SubjectKind.MERCHANT, "2", shop).name == "茶馆 848290056510057"
