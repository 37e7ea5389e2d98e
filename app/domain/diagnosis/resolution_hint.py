"""Where the resolution form starts from after a guided session: the class and the mode where one
clearly leads, the cause a check proved, the checks that were done.  What was done about it and with
what result only the technician knows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from app.domain.diagnosis.catalogue import Check
from app.domain.diagnosis.check_outcome import CheckOutcome
from app.domain.diagnosis.evidence import EvidenceKind
from app.domain.diagnosis.interview import Interview
from app.domain.diagnosis.interview_parts import behind
from app.domain.faults import FaultClass
from app.domain.incidents.incidents import NOT_THE_TERMINAL
from app.languages import NO_TEXT, LocalizedText

LEADS = 0.5
"""The share from which one entry is offered instead of an open choice; our own judgement."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ResolutionHint:
    """The class and identifiers of the catalogue, empty where nothing leads; `done` holds one text
    a check, `told` what the merchant was told; `shares` is how likely modes and causes are, by
    which they are offered in order and no more; what is behind a hard stop that holds comes before
    all others, with 1 on top."""

    fault_class: FaultClass | None
    mode: str = ""
    cause: str = ""
    done: tuple[LocalizedText, ...] = ()
    told: LocalizedText = NO_TEXT
    shares: Mapping[str, float] = field(default_factory=dict)


def resolution_hint(session: Interview, accepted: FaultClass | None) -> ResolutionHint:
    """What the session says about a resolution in the class the technician accepted, or in the
    likeliest one when none was; a class that is only a guess is left to choose."""
    knowledge, beliefs = session.reasoner.knowledge, session.beliefs
    fault_class = accepted or (session.top.fault_class if session.clear else None)
    checks = [item for item in session.evidence if item.kind is EvidenceKind.CHECK]
    done = tuple(item.label for item in checks)
    mode = cause = ""
    if session.planned and accepted in (None, session.top.fault_class):
        # A request is no fault: nothing has failed, and why it is asked for is the asking.
        filed = knowledge.modes[session.planned[0].mode]
        fault_class, mode, cause = filed.fault_class, filed.id, filed.causes[0]
    elif fault_class is not None:
        mode = _leading({m.id: beliefs.modes[m.id] for m in knowledge.modes_of(fault_class)})
    if mode and not cause and fault_class not in NOT_THE_TERMINAL:
        # How often a cause is met is no finding.  It becomes one when what mends it has helped.
        helped = [knowledge.checks[i.ref] for i in checks if i.value == CheckOutcome.HELPED]
        likeliest = _leading(beliefs.causes[mode])
        causes = knowledge.modes[mode].causes
        cause = likeliest if any(_proves(check, likeliest, causes) for check in helped) else ""
    told = session.advice.say if session.merchant_told else NO_TEXT
    shares = {**beliefs.modes, **beliefs.cause_chances()}
    shares.update({name: 1 + shares.get(name, 0.0) for name in behind(knowledge, session.stops)})
    return ResolutionHint(
        fault_class=fault_class, mode=mode, cause=cause, done=done, told=told, shares=shares
    )


def _proves(check: Check, cause: str, causes: Sequence[str]) -> bool:
    """Whether that a check helped tells a cause from the others of its mode.  What would have
    helped against another nearly as often (another card, where funds or credit are short) only
    shows where the trouble lies."""
    chance = check.fixes.get(cause, 0.0)
    others = (check.fixes.get(other, 0.0) for other in causes if other != cause)
    return chance > 0 and all(other < LEADS * chance for other in others)


def _leading(shares: Mapping[str, float]) -> str:
    if not shares:
        return ""
    first = max(sorted(shares), key=lambda name: shares[name])
    return first if shares[first] >= LEADS * sum(shares.values()) else ""
