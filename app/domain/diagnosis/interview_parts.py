"""The values a guided session is made of, and how what people enter is read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from app.domain import text as texts
from app.domain.diagnosis import advice
from app.domain.diagnosis.bayes import Beliefs
from app.domain.diagnosis.catalogue import Check, Question, QuestionKind, Stop
from app.domain.diagnosis.check_outcome import CheckOutcome
from app.domain.diagnosis.evidence import Evidence, EvidenceKind, Fact, OddsShift
from app.domain.diagnosis.knowledge import Knowledge
from app.domain.errors import InvalidInput
from app.domain.faults import FaultClass
from app.languages import LocalizedText

UNKNOWN = ""
"""The value of "don't know"."""


@dataclass(frozen=True, slots=True)
class RankedClass:
    """One fault class, its share, and why."""

    fault_class: FaultClass
    share: float
    reasons: tuple[LocalizedText, ...]


PROMISED = 0.065
"""The share from which on a class is named among those of which one is right in nine of ten cases:
set so that the source's answer, or one accepted beside it, is named in .96 of the cases in folds
of sources, as sources nobody learnt from keep .05 less than the folds (decisions/words.md)."""


def promised_classes(
    ranking: Sequence[RankedClass], *, decided: bool = False
) -> tuple[FaultClass, ...]:
    """The classes of which one is right in nine of ten cases, likeliest first (split conformal
    prediction: Sadinle, Lei and Wasserman, JASA 114, 2019); the first alone when it is `decided`.
    """
    named = tuple(ranked.fault_class for ranked in ranking if ranked.share >= PROMISED)
    return (ranking[0].fault_class,) if decided or not named else named


@dataclass(frozen=True, slots=True)
class LikelyEntry:
    """A failure mode or cause of the likeliest class, with its share within that class."""

    id: str
    text: LocalizedText
    share: float


@dataclass(frozen=True, slots=True)
class InterviewStep:
    """One thing done in the session: ``answer``, ``withdraw``, ``tick``, ``tell`` or ``say``."""

    kind: str
    ref: str
    value: str = ""


@dataclass(frozen=True, slots=True)
class InterviewOutcome:
    """What an accepted session says; `app.services` stores it as a verdict."""

    fault_class: FaultClass
    share: float
    mode: str
    knowledge_hash: str
    trail: dict[str, object]


def planned_ranking(
    knowledge: Knowledge, classes: Mapping[FaultClass, float], evidence: Iterable[Evidence]
) -> tuple[RankedClass, ...]:
    """The classes where nothing but a request was told: it is the reason of the first."""
    why = advice.requested(knowledge, evidence)
    shares = advice.share_of(classes)
    return tuple(RankedClass(c, share, () if i else why) for i, (c, share) in enumerate(shares))


def ranking_with_reasons(
    knowledge: Knowledge,
    classes: Mapping[FaultClass, float],
    shifts: Sequence[OddsShift],
    facts: Mapping[str, Fact],
) -> tuple[RankedClass, ...]:
    """The classes, likeliest first, each with the evidence for it or against it."""
    return tuple(
        RankedClass(c, share, advice.reasons(knowledge, shifts, c, facts))
        for c, share in advice.share_of(classes)
    )


def behind(knowledge: Knowledge, stops: Iterable[Stop]) -> frozenset[str]:
    """The causes behind these hard stops, and the failure modes that have one of them: named before
    harmless ones, however much likelier those are."""
    called = {stop.id for stop in stops}
    causes = {cause.id for cause in knowledge.causes.values() if cause.stop in called}
    modes = {mode.id for mode in knowledge.modes.values() if causes & set(mode.causes)}
    return frozenset(causes | modes)


def likely_modes(
    knowledge: Knowledge, beliefs: Beliefs, fault_class: FaultClass, stops: Iterable[Stop]
) -> tuple[LikelyEntry, ...]:
    """The failure modes of a class, likeliest first, with their share within it; before them those
    behind one of the `stops`."""
    inside = {m.id: beliefs.modes[m.id] for m in knowledge.modes_of(fault_class)}
    total, first = sum(inside.values()), behind(knowledge, stops)
    ranked = sorted(inside.items(), key=lambda item: (item[0] not in first, -item[1], item[0]))
    return tuple(LikelyEntry(m, knowledge.modes[m].text, s / total) for m, s in ranked)


def likely_causes(
    knowledge: Knowledge, beliefs: Beliefs, modes: Iterable[LikelyEntry], stops: Iterable[Stop]
) -> tuple[LikelyEntry, ...]:
    """The causes of these modes, likeliest first; before them those behind one of the `stops`."""
    inside: dict[str, float] = {}
    for mode in modes:
        for cause, share in beliefs.causes[mode.id].items():
            inside[cause] = inside.get(cause, 0.0) + mode.share * share
    first = behind(knowledge, stops)
    ranked = sorted(inside.items(), key=lambda item: (item[0] not in first, -item[1], item[0]))
    return tuple(LikelyEntry(c, knowledge.causes[c].text, s) for c, s in ranked)


LONGEST_REPORT = 100_000
"""Characters of a report that are read; of a longer one nothing is, and that is said."""


def clean(raw: str) -> str:
    """A report masked before anything keeps it, the whole of it: danger may stand at its end.

    Raises `BadValue` (``text.too_long``).
    """
    return texts.note(raw, LONGEST_REPORT)


def filled(
    template: LocalizedText, values: Mapping[str, str | int | LocalizedText]
) -> LocalizedText:
    """A sentence with its placeholders filled in both languages."""
    return template.filled(values)


def fact_evidence(knowledge: Knowledge, fact: Fact) -> Evidence:
    """What the register or the history knows, as evidence."""
    label = filled(knowledge.circumstances[fact.id].text, fact.values)
    return Evidence(id=f"fact:{fact.id}", kind=EvidenceKind.FACT, ref=fact.id, label=label)


def answer_evidence(knowledge: Knowledge, question: Question, given: str) -> Evidence:
    """An answer, `UNKNOWN` for "don't know", as evidence."""
    answer = question.answer(given)
    shown = answer.text if answer else knowledge.phrases["evidence.dont_know"]
    label = knowledge.text_of("evidence.answer", question=question.text, answer=shown)
    return Evidence(
        id=f"answer:{question.id}",
        kind=EvidenceKind.ANSWER,
        ref=question.id,
        label=label,
        value=given,
    )


def check_evidence(knowledge: Knowledge, check: Check, outcome: CheckOutcome) -> Evidence:
    """A check that was done, with what became of it, as evidence."""
    result = knowledge.phrases[f"result.{outcome}"]
    label = knowledge.text_of("evidence.check", check=check.text, result=result)
    return Evidence(
        id=f"check:{check.id}",
        kind=EvidenceKind.CHECK,
        ref=check.id,
        label=label,
        value=outcome,
    )


def answer_id(question: Question, value: str | float) -> str | None:
    """The id of the answer a value stands for; None when it is something typed instead."""
    given = str(value).strip()
    if given == UNKNOWN or question.answer(given) is not None:
        return given
    if question.kind is QuestionKind.CODE:
        return None
    if question.kind is QuestionKind.NUMBER:
        try:
            number = float(given)
        except ValueError:
            raise InvalidInput.of("value", "number.malformed", value=given) from None
        place = sum(number >= bound for bound in question.bounds)
        return question.answers[place].id
    raise InvalidInput.of("value", "choice.unknown", value=given)
