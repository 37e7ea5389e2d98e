"""Chooses the next question: the one with the largest expected information per second.

The value of an observation is the expected fall of the uncertainty over the fault classes, in
bits (the myopic value of information that Heckerman, Breese and Rommelse 1995 use for
observations), and its cost the technician's time.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from app.domain.diagnosis.bayes import Beliefs, CatalogueModel, entropy
from app.domain.diagnosis.catalogue import Act, Question
from app.domain.diagnosis.evidence import Reasoning
from app.domain.faults import FaultClass

SURE = 0.94
"""With this share for the first class nothing more is asked."""
READY, REMEDY = 0.85, 0.4
"""With this share of the class and this chance of a check the checks come before any question."""
LEAST_GAIN = 0.02
"""Bits below which a question is not worth anybody's time."""
_IN_PLAY = 0.03
_OVERHEAD = 15
"""Seconds it takes to read and press, whatever the question."""
_GENERAL = 0.35
"""What a general question is worth once a clear symptom was told: an expert asks about that."""
_READING = 1
"""Seconds for each answer beyond two: ten lines are read through before one is chosen.  With more
than one the simulated technician ends right less often, for hardly fewer general questions."""
_MOST_LEFT = 6


@dataclass(frozen=True, slots=True)
class NextQuestion:
    """The next question, what it is expected to tell (bits), and how many more are expected."""

    question: Question
    gain: float
    remaining: int


def next_question(
    model: CatalogueModel,
    reasoning: Reasoning,
    questions: Mapping[str, Question],
    settled: Collection[str],
    ruled_out: Collection[Act] = (),
    *,
    clear_symptom: bool = False,
) -> NextQuestion | None:
    """The best question that is not settled and for which nobody must do what is ruled out; None
    when sure or when nothing helps.  After a `clear_symptom` a general one must be worth more;
    where answers contradict the words, none is left out for the classes it is about."""
    beliefs = reasoning.beliefs
    classes = beliefs.classes(model)
    if max(classes.values()) >= SURE:
        return None
    now = entropy(classes)
    play = {c for c, share in classes.items() if share >= _IN_PLAY}
    best, best_rate, best_gain = None, 0.0, 0.0
    for question in questions.values():
        aside = question.about and not reasoning.contradicted and not question.about & play
        if question.id in settled or aside:
            continue
        if not question.does.isdisjoint(ruled_out):
            continue
        gain = now - _expected(model, beliefs, question)
        rate = gain / _cost(question)
        if clear_symptom and question.general:
            rate *= _GENERAL
        if gain >= LEAST_GAIN and rate > best_rate:
            best, best_rate, best_gain = question, rate, gain
    if best is None:
        return None
    goal = -SURE * math.log2(SURE)
    left = math.ceil((now - goal) / max(best_gain, 0.35)) if now > goal else 1
    return NextQuestion(best, best_gain, max(1, min(_MOST_LEFT, left)))


def enough(share: float, chance: float) -> bool:
    """Whether a class with this `share` and a check with this `chance` need no question."""
    return share >= READY and chance >= REMEDY


def _cost(question: Question) -> int:
    """Seconds until it is answered."""
    return question.seconds + _OVERHEAD + _READING * max(0, len(question.answers) - 2)


def _expected(model: CatalogueModel, beliefs: Beliefs, question: Question) -> float:
    """The uncertainty expected to be left after the answer."""
    left = 0.0
    for chances in question.heard.values():
        mass: dict[FaultClass, float] = dict.fromkeys(model.classes, 0.0)
        for mode, belief in beliefs.modes.items():
            mass[model.class_of[mode]] += belief * chances[mode]
        total = sum(mass.values())
        if total > 0:
            left += total * entropy({c: share / total for c, share in mass.items()})
    return left
