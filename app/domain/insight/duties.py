"""Warnings that need no statistics: what is late, what ends, and what was found wrong."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from app.domain.insight.warnings import (
    MOST_EVIDENCE,
    StandingWarning,
    SubjectKind,
    WarningRule,
    WarningSubject,
)
from app.domain.register.identifiers import serial_key

LOOK_BACK_DAYS = 31
"""How long an inspection that found another serial number stays a warning."""
REOPENED_TIMES, REOPENED_DAYS = 2, 90
"""How often, and within how long, an incident reopened is worth a warning."""
WARRANTY_DAYS = 30
"""How long before its end a warranty is worth a last examination."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SerialCheck:
    """A serial number read off a device at an inspection; `records` are the visit and the incidents
    that followed from it."""

    terminal_id: str
    registered: str
    found: str
    merchant_name: str
    at: datetime
    records: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class OverdueIncidents:
    """How many open incidents are past their deadline, the first due of them, and since when."""

    count: int
    numbers: tuple[str, ...]
    first_due: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class FailedCheck:
    """Security lines of a checklist that failed at an inspection of a terminal: how many, when, and
    the visit and incidents it is recorded in."""

    terminal_id: str
    serial: str
    merchant_name: str
    lines: int
    at: datetime
    records: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Reopened:
    """An incident that was reopened again and again, and when first."""

    incident_id: str
    number: str
    terminal_id: str
    times: int
    first: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class UndoneDate:
    """A date of maintenance whose window has closed and that is not done.  `confirmed` is one whose
    duty is proven; `failures` are the terminal's own failures lately: it is the more urgent."""

    terminal_id: str
    serial: str
    closed_on: date
    confirmed: bool
    failures: int


class Ending(StrEnum):
    """What may end."""

    WARRANTY = "warranty"
    PTS_NEW = "pts_new"
    PTS_USE = "pts_use"
    BATTERY = "battery"
    CERTIFICATE = "certificate"
    SIM = "sim"
    CONTRACT = "contract"


ENDING_DAYS = {
    Ending.WARRANTY: WARRANTY_DAYS,
    Ending.PTS_NEW: 180,
    Ending.PTS_USE: 365,
    Ending.BATTERY: 30,
    Ending.CERTIFICATE: 60,
    Ending.SIM: 30,
    Ending.CONTRACT: 60,
}
"""How long before its end each is warned of: a fleet is not exchanged in a month."""


@dataclass(frozen=True, slots=True)
class EndingDate:
    """Something of a device in service that ends on a day, or has ended."""

    what: Ending
    on: date
    terminal_id: str
    serial: str


def terminal_subject(key: str, serial: str, merchant: str) -> WarningSubject:
    """A terminal as warnings name it."""
    return WarningSubject(SubjectKind.TERMINAL, key, (("serial", serial), ("merchant", merchant)))


def substitution_warnings(checks: Iterable[SerialCheck]) -> list[StandingWarning]:
    """Inspections that found another device than the one registered."""
    return [
        StandingWarning(
            rule=WarningRule.SUBSTITUTED,
            subject=terminal_subject(check.terminal_id, check.registered, check.merchant_name),
            seen=1,
            incidents=check.records[:MOST_EVIDENCE],
            terminal_ids=(check.terminal_id,),
            terminals=1,
            since=check.at,
            detail=check.found,
        )
        for check in checks
        if check.found and serial_key(check.found) != serial_key(check.registered)
    ]


def overdue_warnings(late: OverdueIncidents | None) -> list[StandingWarning]:
    """Open incidents whose deadline has passed, in one warning."""
    if late is None or not late.count:
        return []
    return [
        StandingWarning(
            rule=WarningRule.OVERDUE,
            seen=late.count,
            incidents=late.numbers[:MOST_EVIDENCE],
            since=late.first_due,
        )
    ]


def check_warnings(checks: Iterable[FailedCheck]) -> list[StandingWarning]:
    """Terminals whose security check failed lately."""
    return [
        StandingWarning(
            rule=WarningRule.CHECK_FAILED,
            subject=terminal_subject(check.terminal_id, check.serial, check.merchant_name),
            seen=check.lines,
            incidents=check.records,
            terminal_ids=(check.terminal_id,),
            terminals=1,
            since=check.at,
        )
        for check in checks
    ]


def reopened_warnings(cases: Sequence[Reopened]) -> list[StandingWarning]:
    """Incidents reopened again and again, in one warning."""
    if not cases:
        return []
    terminals = tuple(dict.fromkeys(case.terminal_id for case in cases if case.terminal_id))
    return [
        StandingWarning(
            rule=WarningRule.REOPENED,
            seen=len(cases),
            incidents=tuple(case.number for case in cases),
            incident_ids=tuple(case.incident_id for case in cases),
            terminal_ids=terminals,
            terminals=len(terminals),
            since=min(case.first for case in cases),
        )
    ]


def late_warnings(dates: Iterable[UndoneDate]) -> list[StandingWarning]:
    """Maintenance that is late: proven duties in one warning, the rest in another; terminals that
    failed lately first."""
    ordered = sorted(dates, key=lambda one: (-one.failures, one.closed_on, one.serial))
    made = []
    for rule, confirmed in (
        (WarningRule.INSPECTION_MISSED, True),
        (WarningRule.MAINTENANCE_LATE, False),
    ):
        late = [one for one in ordered if one.confirmed is confirmed]
        if not late:
            continue
        terminals = dict.fromkeys(one.terminal_id for one in late if one.terminal_id)
        made.append(
            StandingWarning(
                rule=rule,
                seen=len(late),
                out_of=len({one.terminal_id for one in late if one.failures}),
                incidents=tuple(dict.fromkeys(one.serial for one in late if one.serial)),
                terminal_ids=tuple(terminals),
                terminals=len(terminals),
                due=min(one.closed_on for one in late),
            )
        )
    return made


def ending_warnings(endings: Iterable[EndingDate]) -> list[StandingWarning]:
    """What ends soon, one warning for each sort of it, the first to end first."""
    ordered = sorted(endings, key=lambda one: (one.on, one.serial))
    made = []
    for what in Ending:
        here = [one for one in ordered if one.what is what]
        if not here:
            continue
        made.append(
            StandingWarning(
                rule=WarningRule.EXPIRES,
                seen=len(here),
                incidents=tuple(one.serial for one in here),
                terminal_ids=tuple(one.terminal_id for one in here),
                terminals=len(here),
                detail=what.value,
                due=here[0].on,
                days=ENDING_DAYS[what],
            )
        )
    return made
