"""Warnings that need no statistics: what is late, what ends, and what was found wrong."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

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


@dataclass(frozen=True, slots=True)
class WarrantyEnd:
    """A device in service whose warranty ends within `WARRANTY_DAYS`."""

    model_id: str
    model: str
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


def warranty_warnings(devices: Iterable[WarrantyEnd]) -> list[StandingWarning]:
    """Warranties that end soon, one warning a model, the model with most devices first."""
    by_model: dict[str, list[WarrantyEnd]] = {}
    for device in devices:
        by_model.setdefault(device.model_id, []).append(device)
    return [
        StandingWarning(
            rule=WarningRule.EXPIRES,
            subject=WarningSubject(SubjectKind.MODEL, key, (("model", ending[0].model),)),
            seen=len(ending),
            incidents=tuple(device.serial for device in ending[:MOST_EVIDENCE]),
            terminal_ids=tuple(device.terminal_id for device in ending),
            terminals=len(ending),
            detail="warranty",
            days=WARRANTY_DAYS,
        )
        for key, ending in sorted(by_model.items(), key=lambda item: -len(item[1]))
    ]
