"""What the evidence of a session has told already: questions that need not be asked, business
requests, and whether anything fails at all."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from app.domain.diagnosis.catalogue import DOUBTS, Doubt
from app.domain.diagnosis.evidence import Evidence, EvidenceKind
from app.domain.diagnosis.knowledge import Knowledge
from app.domain.diagnosis.requests import BusinessRequest

_SHOWN = ("code", "message")
"""The questions about what the screen shows."""


def settled_questions(
    knowledge: Knowledge, evidence: Sequence[Evidence], code: str, *, doubted: bool = False
) -> frozenset[str]:
    """Questions answered, or answered already by what was said or is known, unless answers put the
    words in doubt.  What the screen shows is known once it was entered as `code`, understood or
    not."""
    settled = {item.ref for item in evidence if item.kind is EvidenceKind.ANSWER}
    if doubted:
        evidence = [
            item for item in evidence if item.kind in (EvidenceKind.CODE, EvidenceKind.FACT)
        ]
    for item in evidence:
        entry = knowledge.signs.get(item.ref) or knowledge.circumstances.get(item.ref)
        if entry is not None and entry.answers and not item.negated:
            settled.add(entry.answers[0])
    if code or any(_shows(knowledge, item) for item in evidence):
        settled.update(_SHOWN)
    return frozenset(settled)


def _shows(knowledge: Knowledge, item: Evidence) -> bool:
    """Whether it is a code, or a message of the screen in so many words."""
    if item.kind is EvidenceKind.CODE:
        return True
    told = item.kind is EvidenceKind.MESSAGE and not item.negated and item.likeness == 1
    return told and knowledge.signs[item.ref].leaning.doubt < DOUBTS[Doubt.LOOSE]


def clear_symptom(knowledge: Knowledge, evidence: Iterable[Evidence]) -> bool:
    """Whether a symptom was told that points somewhere by itself."""
    return any(
        item.kind is EvidenceKind.SYMPTOM
        and _says(item)
        and knowledge.signs[item.ref].leaning.doubt <= DOUBTS[Doubt.LOOSE]
        for item in evidence
    )


def requests_in(knowledge: Knowledge, evidence: Iterable[Evidence]) -> tuple[BusinessRequest, ...]:
    """The business requests in what was said."""
    asked = (item for item in evidence if item.kind is EvidenceKind.REQUEST)
    found = dict.fromkeys(knowledge.signs[item.ref].request for item in asked)
    return tuple(knowledge.requests[name] for name in found)


def something_fails(knowledge: Knowledge, evidence: Iterable[Evidence]) -> bool:
    """Whether anything tells of trouble: a code, an answer, a message or a symptom that names
    more than a thing."""
    return any(
        item.kind is EvidenceKind.CODE
        or (item.kind is EvidenceKind.ANSWER and bool(item.value))
        or (_says(item) and not knowledge.signs[item.ref].thing)
        for item in evidence
    )


def _says(item: Evidence) -> bool:
    said = item.kind in (EvidenceKind.MESSAGE, EvidenceKind.SYMPTOM)
    return said and not item.negated and item.likeness == 1
