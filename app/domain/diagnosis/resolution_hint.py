"""Where the resolution form starts from after a guided session: its likeliest mode where one
clearly leads, the cause a check proved, the checks that were done.  What was done about it and with
what result only the technician knows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from app.domain.diagnosis.check_outcome import CheckOutcome
from app.domain.diagnosis.evidence import EvidenceKind
from app.domain.diagnosis.interview import Interview
from app.domain.faults import FaultClass
from app.languages import NO_TEXT, LocalizedText

LEADS = 0.5
"""The share from which one entry is offered instead of an open choice; our own judgement."""


@dataclass(frozen=True, slots=True)
class ResolutionHint:
    """Identifiers of the catalogue, empty where nothing leads; `done` holds one text a check,
    `told` what the merchant was told."""

    fault_class: FaultClass
    mode: str = ""
    cause: str = ""
    done: tuple[LocalizedText, ...] = ()
    told: LocalizedText = NO_TEXT


def resolution_hint(session: Interview, accepted: FaultClass | None) -> ResolutionHint:
    """What the session says about a resolution in the class the technician accepted, or in the
    likeliest one when none was."""
    fault_class = accepted or session.top.fault_class
    knowledge, beliefs = session.reasoner.knowledge, session.beliefs
    checks = [item for item in session.evidence if item.kind is EvidenceKind.CHECK]
    done = tuple(item.label for item in checks)
    mode = _leading({m.id: beliefs.modes[m.id] for m in knowledge.modes_of(fault_class)})
    cause = _leading(beliefs.causes[mode]) if mode else ""
    # How often a cause is met is no finding.  It becomes one when what mends it has helped.
    helped = [knowledge.checks[i.ref] for i in checks if i.value == CheckOutcome.HELPED]
    if not any(check.fixes.get(cause) for check in helped):
        cause = ""
    told = session.advice.say if session.merchant_told else NO_TEXT
    return ResolutionHint(fault_class, mode, cause, done, told)


def _leading(shares: Mapping[str, float]) -> str:
    if not shares:
        return ""
    first = max(sorted(shares), key=lambda name: shares[name])
    return first if shares[first] >= LEADS * sum(shares.values()) else ""
