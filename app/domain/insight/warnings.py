"""The rules of every warning.

`app.services.insight.insight.Insight.warnings` reads what the rules need and applies them; Today,
the command line and the printed digest show what it returns.  To add a warning: a `WarningKind`
with its `SEVERITY`, a rule below, its query in `app.services.insight.warnings`, and its words in
`app.texts.insight`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import groupby

from app.domain.faults import FaultClass
from app.domain.register.identifiers import serial_key

LOOK_BACK_DAYS = 31
"""How long an inspection that found another serial number stays a warning."""
WARRANTY_DAYS = 30
"""How long before its end a warranty is worth a last examination."""
MOST_EVIDENCE = 12
"""Records a warning names; `StandingWarning.count` says how many there are."""


class Severity(StrEnum):
    """How soon somebody must act, most serious first."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


class WarningKind(StrEnum):
    """What is warned of, in the order of lists."""

    SUBSTITUTED = "substituted"
    OVERDUE = "overdue"
    KEEPS_FAILING = "keeps_failing"
    WARRANTY_ENDS = "warranty_ends"


SEVERITY = {
    WarningKind.SUBSTITUTED: Severity.HIGH,
    WarningKind.OVERDUE: Severity.MEDIUM,
    WarningKind.KEEPS_FAILING: Severity.MEDIUM,
    WarningKind.WARRANTY_ENDS: Severity.LOW,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class StandingWarning:
    """A warning that stands now: about what, how many, and the numbers of the records behind it.

    `found` is the serial number found in place of the registered one; `because` are the rules a
    terminal meets that keeps failing, each with its count."""

    kind: WarningKind
    subject: str = ""
    count: int
    evidence: tuple[str, ...] = ()
    since: datetime | None = None
    found: str = ""
    because: tuple[tuple[RepeatRule, int], ...] = ()

    @property
    def severity(self) -> Severity:
        """How serious it is."""
        return SEVERITY[self.kind]


# --- terminals that keep failing -----------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """One item failure, as a warning lists it."""

    incident_id: str
    number: str
    reported_at: datetime
    fault_class: FaultClass | None
    displayed_code: str
    symptom: str
    remedy: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FailingTerminal:
    """A terminal with its item failures, newest first."""

    terminal_id: str
    serial: str
    tid: str
    manufacturer: str
    model: str
    merchant_name: str
    area: str
    failures: tuple[Failure, ...]


@dataclass(frozen=True, slots=True)
class RepeatRule:
    """At least `times` item failures within `days`."""

    times: int
    days: int


REPEAT_RULES = (RepeatRule(2, 30), RepeatRule(3, 90))
"""When the same terminal failing again is worth a warning; the sharper rule stands first."""

REPEAT_DAYS = max(rule.days for rule in REPEAT_RULES)


@dataclass(frozen=True, slots=True)
class RepeatWarning:
    """A terminal that keeps failing, every rule that says so with its count, and the incidents
    behind them, newest first."""

    terminal: FailingTerminal
    because: tuple[tuple[RepeatRule, int], ...]
    evidence: tuple[Failure, ...]

    @property
    def id(self) -> str:
        """Rows of lists are known by it."""
        return self.terminal.terminal_id


def repeat_warnings(
    terminals: Sequence[FailingTerminal], as_of: datetime
) -> tuple[RepeatWarning, ...]:
    """Warnings as of a moment, those with most failures first, then the freshest."""
    found = [w for terminal in terminals if (w := _warning_of(terminal, as_of)) is not None]
    return tuple(
        sorted(found, key=lambda w: (-len(w.evidence), -w.evidence[0].reported_at.timestamp()))
    )


def _warning_of(terminal: FailingTerminal, as_of: datetime) -> RepeatWarning | None:
    within = {rule: _within(terminal.failures, as_of, rule.days) for rule in REPEAT_RULES}
    because = tuple(
        (rule, len(failures)) for rule, failures in within.items() if len(failures) >= rule.times
    )
    if not because:
        return None
    # The widest rule's incidents hold those of the others, so the list is complete.
    return RepeatWarning(terminal, because, within[because[-1][0]])


def _within(failures: Sequence[Failure], as_of: datetime, days: int) -> tuple[Failure, ...]:
    since = as_of - timedelta(days=days)
    return tuple(f for f in failures if since <= f.reported_at <= as_of)


def group_failures(rows: Sequence[tuple[FailingTerminal, Failure]]) -> tuple[FailingTerminal, ...]:
    """Rows sorted by terminal, joined into one value a terminal."""
    made = []
    for _key, group in groupby(rows, key=lambda row: row[0].terminal_id):
        pairs = list(group)
        terminal = pairs[0][0]
        made.append(
            FailingTerminal(
                terminal_id=terminal.terminal_id,
                serial=terminal.serial,
                tid=terminal.tid,
                manufacturer=terminal.manufacturer,
                model=terminal.model,
                merchant_name=terminal.merchant_name,
                area=terminal.area,
                failures=tuple(failure for _, failure in pairs),
            )
        )
    return tuple(made)


# --- warnings that stand now ---------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class SerialCheck:
    """A serial number read off a device at an inspection; `records` are the visit and the incidents
    that followed from it."""

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

    model: str
    serial: str


def substitution_warnings(checks: Iterable[SerialCheck]) -> list[StandingWarning]:
    """Inspections that found another device than the one registered."""
    return [
        StandingWarning(
            kind=WarningKind.SUBSTITUTED,
            subject=f"{check.registered} {check.merchant_name}".strip(),
            count=1,
            evidence=check.records[:MOST_EVIDENCE],
            since=check.at,
            found=check.found,
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
            kind=WarningKind.OVERDUE,
            count=late.count,
            evidence=late.numbers[:MOST_EVIDENCE],
            since=late.first_due,
        )
    ]


def failing_warnings(terminals: Iterable[RepeatWarning]) -> list[StandingWarning]:
    """Terminals that keep failing, one warning each."""
    return [
        StandingWarning(
            kind=WarningKind.KEEPS_FAILING,
            subject=f"{found.terminal.serial} {found.terminal.merchant_name}".strip(),
            count=len(found.evidence),
            evidence=tuple(failure.number for failure in found.evidence[:MOST_EVIDENCE]),
            since=found.evidence[-1].reported_at,
            because=found.because,
        )
        for found in terminals
    ]


def warranty_warnings(devices: Iterable[WarrantyEnd]) -> list[StandingWarning]:
    """Warranties that end soon, one warning a model, the model with most devices first."""
    by_model: dict[str, list[str]] = {}
    for device in devices:
        by_model.setdefault(device.model, []).append(device.serial)
    return [
        StandingWarning(
            kind=WarningKind.WARRANTY_ENDS,
            subject=model,
            count=len(serials),
            evidence=tuple(serials[:MOST_EVIDENCE]),
        )
        for model, serials in sorted(by_model.items(), key=lambda item: -len(item[1]))
    ]


def in_order(warnings: Iterable[StandingWarning]) -> tuple[StandingWarning, ...]:
    """Warnings, most serious first; within a kind as its rule gave them."""
    severities, kinds = list(Severity), list(WarningKind)
    return tuple(
        sorted(warnings, key=lambda w: (severities.index(w.severity), kinds.index(w.kind)))
    )
