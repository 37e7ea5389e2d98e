"""Terminals that keep failing: those that meet a rule of repeated failures, for the figures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby

from app.domain.faults import FaultClass


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
