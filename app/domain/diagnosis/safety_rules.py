"""What no answer and no count may override: tamper stops, unknown results, clashing codes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from app.domain.diagnosis.catalogue import Leaning
from app.domain.diagnosis.evidence import Evidence, EvidenceKind, Reasoner
from app.domain.diagnosis.knowledge import Knowledge
from app.domain.faults import FaultClass

STOP_SHARE = 0.9
"""What a tamper sign leaves to its own modes whatever else is said."""
CLASH_MOST = 0.6
"""The most a clashing code alone may give to one class."""
OPEN_MOST = 0.35
"""The most a class may have while nobody said what is wrong: neither facts of the register nor the
sound of a few words decide."""


def stops(knowledge: Knowledge, evidence: Iterable[Evidence]) -> Iterator[Evidence]:
    """The signs of tampering among the evidence: stop, isolate, report."""
    for item in evidence:
        if item.id.startswith("sign:"):
            if knowledge.signs[item.ref].stop and not item.negated and item.likeness == 1:
                yield item
        elif (
            item.kind is EvidenceKind.ANSWER
            and item.value
            and knowledge.questions[item.ref].stop_on == item.value
        ):
            yield item


def stop_modes(knowledge: Knowledge, evidence: Iterable[Evidence]) -> frozenset[str]:
    """The failure modes a stop is about."""
    modes: set[str] = set()
    for item in stops(knowledge, evidence):
        if item.kind is EvidenceKind.ANSWER:
            chances = knowledge.questions[item.ref].chances[item.value]
            most = max(chances.values())
            modes |= {mode for mode, chance in chances.items() if chance == most}
        else:
            modes |= knowledge.signs[item.ref].leaning.points.keys()
    return frozenset(modes)


def result_unknown(reasoner: Reasoner, evidence: Iterable[Evidence]) -> bool:
    """Whether the result of a payment is unknown: query first, never repeat."""
    signs = reasoner.knowledge.signs
    return any(
        any(meaning.unknown_result for meaning in reasoner.meanings(item))
        if item.kind is EvidenceKind.CODE
        else item.id.startswith("sign:") and signs[item.ref].unknown_result and not item.negated
        for item in evidence
    )


def clashes(reasoner: Reasoner, evidence: Iterable[Evidence]) -> bool:
    """Whether a code has meanings of different classes because its platform is unknown."""
    for item in evidence:
        if item.kind is EvidenceKind.CODE:
            told = {
                frozenset(c for c, share in _classes(reasoner, m.leaning).items() if share > 0.2)
                for m in reasoner.meanings(item)
                if m.leaning.points
            }
            if len(told) > 1:
                return True
    return False


def _classes(reasoner: Reasoner, leaning: Leaning) -> dict[FaultClass, float]:
    found: dict[FaultClass, float] = {}
    for mode, share in leaning.points.items():
        fault_class = reasoner.model.class_of[mode]
        found[fault_class] = found.get(fault_class, 0.0) + share
    return found


def says_nothing(knowledge: Knowledge, evidence: Iterable[Evidence]) -> bool:
    """Whether nothing but the register's facts, single words and "it is broken" is known."""
    return all(
        item.kind in (EvidenceKind.FACT, EvidenceKind.WORDING)
        or (item.kind is EvidenceKind.ANSWER and not item.value)
        or (item.id.startswith("sign:") and knowledge.signs[item.ref].hollow)
        for item in evidence
    )


def only_codes(evidence: Iterable[Evidence]) -> bool:
    """Whether nothing but codes and the register's facts is known."""
    return all(
        item.kind in (EvidenceKind.CODE, EvidenceKind.FACT)
        or (item.kind is EvidenceKind.ANSWER and not item.value)
        for item in evidence
    )
