"""Safety rules that no probability overrides: hard stops, unknown results, conflicting codes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from app.domain.diagnosis.bayes import Beliefs, LearnedCounts
from app.domain.diagnosis.catalogue import DOUBTS, Act, Doubt, Leaning, Stop
from app.domain.diagnosis.evidence import Evidence, EvidenceKind, Reasoner
from app.domain.diagnosis.knowledge import Knowledge
from app.domain.faults import FaultClass

STOP_SHARE = 0.9
"""What a hard stop gives to its own modes whatever else is said."""
CLASH_MOST = 0.6
"""The most a clashing code alone may give to one class."""
SUBJECT_MOST = 0.5
"""The most a class may have while only the subject was named ("打印机那块"): what is wrong with it
was not said.  Our own judgement."""
OPEN_MOST = 0.35
"""The most a class may have while nobody said what is wrong: neither facts of the register nor the
sound of a few words decide."""


def called_for(knowledge: Knowledge, item: Evidence) -> Stop | None:
    """The hard stop that a piece of evidence is about, however it was said."""
    if item.id.startswith("sign:"):
        return knowledge.stops.get(knowledge.signs[item.ref].stop)
    if item.kind is EvidenceKind.ANSWER:
        question = knowledge.questions.get(item.ref)
        return knowledge.stops.get(question.stops.get(item.value, "")) if question else None
    return None


def stops(knowledge: Knowledge, evidence: Iterable[Evidence]) -> Iterator[tuple[Evidence, Stop]]:
    """What calls for a hard stop, and which: only what is said to be there, word for word."""
    for item in evidence:
        stop = called_for(knowledge, item)
        if stop is not None and not item.negated and not item.asked and item.likeness == 1:
            yield item, stop


def called_stops(knowledge: Knowledge, evidence: Iterable[Evidence]) -> tuple[Stop, ...]:
    """The hard stops called for, in the catalogue's order."""
    called = {stop.id for _item, stop in stops(knowledge, evidence)}
    return tuple(stop for stop in knowledge.stops.values() if stop.id in called)


def lost_stops(
    knowledge: Knowledge, evidence: Iterable[Evidence], without: str
) -> tuple[Stop, ...]:
    """The hard stops no other evidence would raise if the evidence with the id `without` were taken
    back, whether it was said for sure, asked about or feared."""
    left: set[str] = set()
    about: dict[str, Stop] = {}
    for item in evidence:
        stop = None if item.negated else called_for(knowledge, item)
        if stop is not None and item.id == without:
            about[stop.id] = stop
        elif stop is not None:
            left.add(stop.id)
    return tuple(stop for key, stop in about.items() if key not in left)


def bounded(
    reasoner: Reasoner,
    evidence: Sequence[Evidence],
    learned: LearnedCounts,
    beliefs: Beliefs,
    *,
    clash: bool,
) -> Beliefs:
    """Beliefs inside what no answer and no count may override."""
    if modes := stop_modes(reasoner.knowledge, evidence):
        return beliefs.raised(modes, STOP_SHARE)
    if clash and only_codes(reasoner.knowledge, evidence):
        return beliefs.flattened(reasoner.model, CLASH_MOST)
    if says_nothing(reasoner.knowledge, evidence):
        usual = max(reasoner.model.prior(learned.classes).values())
        return beliefs.flattened(reasoner.model, max(OPEN_MOST, usual))
    if names_a_subject(evidence):
        return beliefs.flattened(reasoner.model, SUBJECT_MOST)
    return beliefs


def unsettled(knowledge: Knowledge, evidence: Sequence[Evidence]) -> Iterator[Stop]:
    """Hard stops that were asked about, feared or half understood, and not settled by an answer
    since."""
    answered = {item.ref: item.value for item in evidence if item.kind is EvidenceKind.ANSWER}
    for item in evidence:
        stop = called_for(knowledge, item)
        if stop is None or item.negated or answered.get(stop.confirm):
            continue
        if item.asked or item.likeness < 1:
            yield stop


def impossible(knowledge: Knowledge, evidence: Sequence[Evidence]) -> frozenset[Act]:
    """What nobody can do to this terminal by what the register knows of it.  Where a sign tells of
    the very thing, the register may be out of date; that of another such thing changes nothing."""
    told = {max(p, key=lambda mode: p[mode]) for p in _pointed(knowledge, evidence) if p}
    known = (knowledge.circumstances[i.ref] for i in evidence if i.kind is EvidenceKind.FACT)
    return frozenset(
        act for one in known for act, shown_by in one.rules_out.items() if told.isdisjoint(shown_by)
    )


def contradictions(
    knowledge: Knowledge, evidence: Sequence[Evidence]
) -> tuple[tuple[Evidence, Evidence], ...]:
    """What the register knows and what was reported that such a terminal cannot have, such as a
    Wi-Fi fault of a wired terminal: one of them is wrong."""
    found = []
    for fact in evidence:
        if fact.kind is not EvidenceKind.FACT or fact.ref not in knowledge.circumstances:
            continue
        unlike = knowledge.circumstances[fact.ref].unlike
        told = (item for item in evidence if _is_said(item))
        against = next((i for i in told if any(_names(i.said, word) for word in unlike)), None)
        if against is not None:
            found.append((fact, against))
    return tuple(found)


def _is_said(item: Evidence) -> bool:
    """Whether it is a sign that was said to be there, word for word."""
    return (
        item.id.startswith("sign:") and not item.negated and not item.asked and item.likeness == 1
    )


def _names(said: str, word: str) -> bool:
    """Whether a clause has a word; one in Latin letters stands for itself, also in Chinese."""
    edge = r"\b" if word.isascii() else ""
    return re.search(f"{edge}{re.escape(word)}{edge}", said.casefold(), re.ASCII) is not None


def _pointed(knowledge: Knowledge, evidence: Iterable[Evidence]) -> Iterator[Mapping[str, float]]:
    """What the signs point at that were said for sure."""
    for item in evidence:
        if item.id.startswith("sign:") and not item.negated and item.likeness == 1:
            yield knowledge.signs[item.ref].leaning.points


def stop_modes(knowledge: Knowledge, evidence: Iterable[Evidence]) -> frozenset[str]:
    """The failure modes a stop is about."""
    modes: set[str] = set()
    for item, _stop in stops(knowledge, evidence):
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


def names_a_subject(evidence: Iterable[Evidence]) -> bool:
    """Whether nothing is known but what the report is about, and the register's facts."""
    told = [item for item in evidence if item.kind is not EvidenceKind.FACT]
    answered = (EvidenceKind.ANSWER, EvidenceKind.CHECK, EvidenceKind.REQUEST)
    if any(item.kind in answered and item.value for item in told):
        return False
    return any(item.kind is EvidenceKind.WORDING and item.likeness < 1 for item in told)


def only_codes(knowledge: Knowledge, evidence: Iterable[Evidence]) -> bool:
    """Whether nothing but codes, the register's facts and words that point nowhere by themselves
    is known."""
    return all(
        item.kind in (EvidenceKind.CODE, EvidenceKind.FACT, EvidenceKind.WORDING)
        or (item.kind is EvidenceKind.ANSWER and not item.value)
        or (
            item.id.startswith("sign:")
            and knowledge.signs[item.ref].leaning.doubt >= DOUBTS[Doubt.VAGUE]
        )
        for item in evidence
    )
