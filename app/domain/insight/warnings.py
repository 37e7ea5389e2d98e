"""What a warning is, and the one table of rules.

A rule looks at counts or at the register and names what stands out as a `StandingWarning`.  Each
family of rules has its own module here; `RULES` says what holds for every warning of a rule.  The
service `app.services.insight.warnings` reads what the rules need and applies them; Today, the
insight page, the command line and the printed digest show what it returns.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from app.domain.faults import FaultClass

MOST_EVIDENCE = 12
"""Records a warning names; `StandingWarning.count` says how many there are."""


class Severity(StrEnum):
    """How soon somebody must act, most serious first."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


class WarningRule(StrEnum):
    """What is warned of, in the order of lists."""

    SUBSTITUTED = "substituted"
    CHECK_FAILED = "check_failed"
    OUTBREAK = "outbreak"
    OVERDUE = "overdue"
    GROUP_RATE = "group_rate"
    RISING = "rising"
    MERCHANT = "merchant"
    TERMINAL = "terminal"
    REMEDY = "remedy"
    PART = "part"
    REOPENED = "reopened"
    TECHNICIAN = "technician"
    SUPPLIER = "supplier"
    MAINTENANCE_LATE = "maintenance_late"
    INSPECTION_MISSED = "inspection_missed"
    EXPIRES = "expires"


@dataclass(frozen=True, slots=True)
class RuleFacts:
    """What holds for every warning of a rule: how serious it is, and whether only those who lead
    may see it."""

    severity: Severity
    leads_only: bool = False


RULES = {
    WarningRule.SUBSTITUTED: RuleFacts(Severity.HIGH),
    WarningRule.CHECK_FAILED: RuleFacts(Severity.HIGH),
    WarningRule.OUTBREAK: RuleFacts(Severity.HIGH),
    WarningRule.OVERDUE: RuleFacts(Severity.MEDIUM),
    WarningRule.GROUP_RATE: RuleFacts(Severity.MEDIUM),
    WarningRule.RISING: RuleFacts(Severity.MEDIUM),
    WarningRule.MERCHANT: RuleFacts(Severity.MEDIUM),
    WarningRule.TERMINAL: RuleFacts(Severity.MEDIUM),
    WarningRule.REMEDY: RuleFacts(Severity.MEDIUM),
    WarningRule.PART: RuleFacts(Severity.MEDIUM),
    WarningRule.REOPENED: RuleFacts(Severity.MEDIUM),
    WarningRule.TECHNICIAN: RuleFacts(Severity.MEDIUM, leads_only=True),
    WarningRule.SUPPLIER: RuleFacts(Severity.MEDIUM, leads_only=True),
    WarningRule.MAINTENANCE_LATE: RuleFacts(Severity.MEDIUM),
    WarningRule.INSPECTION_MISSED: RuleFacts(Severity.MEDIUM),
    WarningRule.EXPIRES: RuleFacts(Severity.LOW),
}


class SubjectKind(StrEnum):
    """What sort of thing a warning is about."""

    TERMINAL = "terminal"
    MERCHANT = "merchant"
    FIRMWARE = "firmware"
    MODEL = "model"
    AREA = "area"
    ACQUIRER = "acquirer"
    TECHNICIAN = "technician"
    SUPPLIER = "supplier"
    PART = "part"
    REMEDY = "remedy"
    ESTATE = "estate"


@dataclass(frozen=True, slots=True)
class WarningSubject:
    """What a warning is about.  `key` stays the same whatever the thing is called: the key of its
    record, for a firmware that of the model with the version; `named` are its names by field
    (``model``, ``firmware``, ``area``, ``merchant``, ``serial`` …), the telling ones first."""

    kind: SubjectKind
    key: str = ""
    named: tuple[tuple[str, str], ...] = ()

    @property
    def name(self) -> str:
        """Its telling names in a row, as lists show it."""
        names = dict(self.named)
        shown = _SHOWN.get(self.kind) or tuple(names)[:_TELLING]
        return " ".join(filter(None, (names.get(field, "") for field in shown)))


_TELLING = 2
"""Names that tell a subject from others; the rest say more about it."""
_SHOWN = {
    SubjectKind.FIRMWARE: ("manufacturer", "model", "firmware"),
    SubjectKind.MODEL: ("manufacturer", "model"),
}
"""A model is called with its maker, as everywhere."""

ESTATE = WarningSubject(SubjectKind.ESTATE)
"""All terminals together."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StandingWarning:
    """A warning that stands: about what, since when, how many were seen where how many were to be
    expected, and the records behind it.

    `confidence` is 1 less the false discovery rate at which the rule would just name it, over all
    it looks at; 1 where nothing is estimated.  `expected` is None where nothing is.  `days` is the
    length of what was looked at, `terminals` how many terminals the records are of, `out_of` how
    many there were to choose from, `detail` the one more fact the sentence of the rule tells (the
    serial number found, the code shown, the remedy, what expires), `due` the day it is about.
    `explains` are narrower warnings it swallowed."""

    rule: WarningRule
    subject: WarningSubject = ESTATE
    fault_class: FaultClass | None = None
    since: datetime | None = None
    seen: int
    expected: float | None = None
    confidence: float = 1.0
    days: int = 0
    out_of: int = 0
    detail: str = ""
    due: date | None = None
    incidents: tuple[str, ...] = ()
    incident_ids: tuple[str, ...] = ()
    terminal_ids: tuple[str, ...] = ()
    terminals: int = 0
    explains: tuple[StandingWarning, ...] = ()

    @property
    def severity(self) -> Severity:
        """How serious it is."""
        return RULES[self.rule].severity

    @property
    def count(self) -> int:
        """How many records there are, of which `incidents` names the newest."""
        return self.seen

    @property
    def ratio(self) -> float | None:
        """How many times what was to be expected; None where nothing was."""
        return self.seen / self.expected if self.expected else None

    @property
    def key(self) -> str:
        """What stays the same as long as it is the same warning, however its figures change."""
        parts = (self.rule, self.subject.kind, self.subject.key, self.fault_class or "")
        more = (self.detail,) if self.rule in _SEVERAL else ()
        return ":".join((*parts, *more))


_SEVERAL = frozenset({WarningRule.SUBSTITUTED, WarningRule.CHECK_FAILED, WarningRule.EXPIRES})
"""Rules by which the same subject may be warned of for several things at a time."""


def in_order(warnings: Iterable[StandingWarning]) -> tuple[StandingWarning, ...]:
    """Warnings, most serious first; within a rule as it gave them."""
    severities, rules = list(Severity), list(WarningRule)
    return tuple(
        sorted(warnings, key=lambda w: (severities.index(w.severity), rules.index(w.rule)))
    )
