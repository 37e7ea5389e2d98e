"""The statistical rules: causes planted in an estate are named, each once, and chance is not."""

from __future__ import annotations

import csv
import gzip
from datetime import date, timedelta
from pathlib import Path

import pytest

from app.domain.faults import FaultClass
from app.domain.insight.estate_counts import CLASSES, Estate, IncidentColumns
from app.domain.insight.findings import Cause
from app.domain.insight.survey import survey
from app.domain.insight.warnings import SubjectKind, WarningRule
from tests.fleets import MILD, Fleet, FleetMaker

HERE = Path(__file__).parent / "data"
NETWORK, HARDWARE = CLASSES.index(FaultClass.NETWORK), CLASSES.index(FaultClass.HARDWARE)
OPERATION = CLASSES.index(FaultClass.OPERATION)
_GROUPS = {
    SubjectKind.FIRMWARE: ("model", "firmware"),
    SubjectKind.MODEL: ("model",),
    SubjectKind.AREA: ("area",),
    SubjectKind.ACQUIRER: ("acquirer",),
    SubjectKind.MERCHANT: ("mid",),
}


def told(fleet: Fleet, day: int) -> list[Cause]:
    return survey(fleet.estate(day), fleet.until(day))


def about(cause: Cause) -> tuple[WarningRule, SubjectKind, int, int]:
    finding = cause.finding
    return finding.rule, finding.kind, finding.group, finding.name


def _rows(name: str) -> list[dict[str, str]]:
    with gzip.open(HERE / name, "rt", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def planted(today: date) -> dict[tuple[str, str, str], date]:
    """What is named in the fictional two-year history: rule, subject, class, and since when."""
    terminals, incidents = _rows("planted_terminals.csv.gz"), _rows("planted_incidents.csv.gz")
    origin = min(date.fromisoformat(row["reported"]) for row in incidents)
    days = (today - origin).days + 1
    numbers = {row["serial"]: number for number, row in enumerate(terminals)}
    names: dict[SubjectKind, list[str]] = {}
    groups: dict[SubjectKind, list[int]] = {}
    for kind, fields in _GROUPS.items():
        each = [" ".join(row[field] for field in fields).strip() for row in terminals]
        names[kind] = sorted(set(each) - {""})
        groups[kind] = [names[kind].index(one) if one else -1 for one in each]
    names[SubjectKind.TERMINAL] = list(numbers)
    installed = [row["installed"] for row in terminals]
    starts = [(date.fromisoformat(one) - origin).days if one else 0 for one in installed]
    estate = Estate(
        days=days,
        starts=[max(0, start) for start in starts],
        ends=[days] * len(terminals),
        ages=[days - start if raw else -1 for start, raw in zip(starts, installed, strict=True)],
        groups=dict(groups),
        sizes={kind: len(names[kind]) for kind in _GROUPS},
    )
    columns = IncidentColumns(
        (
            (date.fromisoformat(row["reported"]) - origin).days,
            numbers[row["serial"]],
            groups[SubjectKind.MERCHANT][numbers[row["serial"]]],
            CLASSES.index(FaultClass(row["class"])),
        )
        for row in incidents
        if row["reported"] <= today.isoformat()
    )
    return {
        (one.rule, names[one.kind][one.group], CLASSES[one.name]): origin
        + timedelta(days=one.first)
        for one in (cause.finding for cause in survey(estate, columns))
    }


def test_the_five_causes_of_the_fictional_history_are_named_and_nothing_else() -> None:
    found = planted(date(2026, 10, 31))
    assert set(found) == {
        ("outbreak", "昆山市", "network"),
        ("group_rate", "N910 3.2.1", "hardware"),
        ("rising", "C960F", "software"),
        ("merchant", "848290056510057", "operation"),
        ("terminal", "TESTN91000000321", "hardware"),
    }
    assert found["outbreak", "昆山市", "network"] == date(2026, 9, 14)
    assert abs(found["rising", "C960F", "software"] - date(2026, 8, 1)) <= timedelta(days=7)


def test_an_outbreak_of_long_ago_is_neither_warned_of_nor_taken_for_a_rise() -> None:
    found = planted(date(2026, 11, 30))
    assert not [subject for _rule, subject, _class in found if subject == "昆山市"]


def test_a_shortage_of_data_warns_of_nothing() -> None:
    nothing = Estate(
        days=3,
        starts=[0],
        ends=[3],
        ages=[-1],
        groups={kind: [-1] for kind in _GROUPS},
        sizes=dict.fromkeys(_GROUPS, 0),
    )
    assert survey(nothing, IncidentColumns([(0, 0, -1, NETWORK)] * 9)) == []


@pytest.mark.parametrize("seed", [1, 2])
def test_chance_is_not_warned_of(seed: int) -> None:
    fleet = FleetMaker(800, seed, months=16, unlike=MILD).fleet
    assert [about(one) for day in (200, 330, 480) for one in told(fleet, day)] == []


def test_an_outage_is_told_the_same_day_and_once() -> None:
    maker = FleetMaker(800, 3, months=14)
    maker.outage(NETWORK, 30, 380)
    (plant,) = maker.fleet.plants
    assert told(maker.fleet, 379) == []
    (cause,) = told(maker.fleet, 380)
    assert about(cause) == (WarningRule.OUTBREAK, *plant.subject, NETWORK)
    assert cause.explains, "the estate and the acquirers are echoes"


def test_a_firmware_swallows_the_warnings_of_its_terminals_and_model() -> None:
    maker = FleetMaker(800, 4, months=18)
    maker.new_firmware(HARDWARE, 7, 200, 60)
    (plant,) = maker.fleet.plants
    found = told(maker.fleet, 540)
    assert {(one.finding.kind, one.finding.group) for one in found} == {plant.subject}
    explained = {narrower.finding.kind for one in found for narrower in one.explains}
    assert SubjectKind.MODEL in explained


def test_a_season_and_growth_are_no_rise() -> None:
    """Every terminal has three times as many from a day on, and four in ten came late: nobody
    stands out."""
    maker = FleetMaker(600, 5, months=14)
    everybody = range(len(maker.fleet.starts))
    maker.raise_rate("season", (SubjectKind.ESTATE, 0), NETWORK, 3, 300, everybody)
    assert [about(one) for one in told(maker.fleet, 419)] == []


def test_two_tickets_of_a_new_terminal_do_not_shout_and_seven_do() -> None:
    fleet = FleetMaker(600, 6, months=14).fleet
    who = 10
    fleet.starts[who] = 380
    fleet.rows = [row for row in fleet.rows if row[1] != who]
    shop = fleet.groups[SubjectKind.MERCHANT][who]
    fleet.rows += [(day, who, shop, HARDWARE) for day in (390, 395)]
    assert told(fleet, 400) == []
    fleet.rows += [(day, who, shop, HARDWARE) for day in (401, 404, 409, 413, 417)]
    (cause,) = told(fleet, 420)
    assert cause.finding.seen == 7
    assert cause.finding.kind in (SubjectKind.TERMINAL, SubjectKind.MERCHANT)


def test_two_causes_of_one_class_both_stand() -> None:
    maker = FleetMaker(800, 8, months=14)
    maker.shop_burst(OPERATION, 14, 330, 60)
    maker.outage(OPERATION, 30, 380)
    rules = {one.finding.rule for one in told(maker.fleet, 395)}
    assert rules == {WarningRule.MERCHANT, WarningRule.OUTBREAK}
