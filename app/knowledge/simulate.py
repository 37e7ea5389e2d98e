"""Simulates diagnosis sessions: how many questions they need, and how often they end right.

A case is made from the catalogue itself: a failure mode by its usual share, then one or two signs
or codes (even odds) that point at it, each as likely as it points there.  The technician answers
by the catalogue's chances under that mode, gives a wrong answer with `wrong` and "don't know" with
`unsure`.  The figures measure whether the questions can tell the classes apart, not whether the
catalogue is true.
"""

from __future__ import annotations

import random
import statistics
from collections.abc import Sequence
from dataclasses import dataclass

from app.domain.diagnosis.catalogue import Question, QuestionKind, SignKind
from app.domain.diagnosis.evidence import Reasoner
from app.domain.diagnosis.interview import Interview, begin
from app.domain.diagnosis.interview_parts import UNKNOWN

MOST_QUESTIONS = 12
MISLED = 0.65
"""The share of a wrong class from which on a session was begun on a false start."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Simulation:
    """Results of simulated sessions: shares that ended right; questions and seconds, a session."""

    sessions: int
    right: float
    right_without_questions: float
    questions: float
    median: float
    most: int
    seconds: float


@dataclass(frozen=True, slots=True)
class _Start:
    """What may be reported for a mode, and how strongly it points at it."""

    code: str
    profile: str
    sign: str
    weight: float


def simulate(
    reasoner: Reasoner,
    sessions: int,
    *,
    wrong: float = 0.10,
    unsure: float = 0.15,
    seed: int = 1,
) -> Simulation:
    """Run that many sessions."""
    chance = random.Random(seed)
    starts = _starts(reasoner)
    modes = [mode for mode in starts if starts[mode]]
    model = reasoner.model
    weights = [model.base[model.class_of[m]] * model.usual[m] for m in modes]
    right = early = seconds = 0
    asked: list[int] = []
    for _ in range(sessions):
        mode = chance.choices(modes, weights)[0]
        session = _reported(reasoner, starts[mode], chance)
        early += session.top.fault_class is model.class_of[mode]
        session, questions, spent = _questioned(session, mode, chance, wrong, unsure)
        right += session.top.fault_class is model.class_of[mode]
        asked.append(questions)
        seconds += spent
    return Simulation(
        sessions=sessions,
        right=right / sessions,
        right_without_questions=early / sessions,
        questions=sum(asked) / sessions,
        median=statistics.median(asked),
        most=max(asked),
        seconds=seconds / sessions,
    )


def repaired(reasoner: Reasoner, starts: int, *, unsure: float = 0.15, seed: int = 1) -> float:
    """The share of sessions that end right although the first words said pointed at another class
    with more than `MISLED`: what is answered then is true, or not known."""
    chance = random.Random(seed)
    found = _starts(reasoner)
    model = reasoner.model
    modes = list(found)
    weights = [model.base[model.class_of[m]] * model.usual[m] for m in modes]
    cues = [start for each in found.values() for start in each if start.sign]
    right = begun = 0
    while begun < starts:
        mode = chance.choices(modes, weights)[0]
        cue = chance.choices(cues, [each.weight for each in cues])[0]
        session = begin(reasoner, "", chance.choice(_spoken(reasoner, cue.sign)))
        if session.top.fault_class is model.class_of[mode] or session.top.share <= MISLED:
            continue
        begun += 1
        session, _questions, _seconds = _questioned(session, mode, chance, 0.0, unsure)
        right += session.top.fault_class is model.class_of[mode]
    return right / starts


def _starts(reasoner: Reasoner) -> dict[str, list[_Start]]:
    knowledge = reasoner.knowledge
    found: dict[str, list[_Start]] = {mode: [] for mode in knowledge.modes}
    for sign in knowledge.signs.values():
        if sign.kind is not SignKind.CIRCUMSTANCE and not sign.stop:
            for mode, share in sign.leaning.points.items():
                weight = share * (1 - sign.leaning.doubt)
                found[mode].append(_Start("", "", sign.id, weight))
    for meanings in knowledge.codes.values():
        for code in meanings:
            for mode, share in code.leaning.points.items():
                weight = share * (1 - code.leaning.doubt)
                found[mode].append(_Start(code.code, code.profile, "", weight))
    return found


def _reported(reasoner: Reasoner, starts: Sequence[_Start], chance: random.Random) -> Interview:
    chosen = chance.choices(starts, [s.weight for s in starts], k=chance.choice((1, 2)))
    coded = next((start for start in chosen if start.code), None)
    said = [chance.choice(_spoken(reasoner, s.sign)) for s in chosen if s.sign]
    if coded is not None:
        return begin(reasoner, coded.code, "。".join(said), profile=coded.profile)
    return begin(reasoner, "", "。".join(said))


def _spoken(reasoner: Reasoner, sign: str) -> list[str]:
    says = [way for way in reasoner.knowledge.signs[sign].says if "<" not in way and "+" not in way]
    return says or [reasoner.knowledge.signs[sign].text.zh]


def _questioned(
    session: Interview, mode: str, chance: random.Random, wrong: float, unsure: float
) -> tuple[Interview, int, int]:
    asked = seconds = 0
    while asked < MOST_QUESTIONS and (following := session.further) is not None:
        question = following.question
        session = session.answer(question.id, _answer(question, mode, chance, wrong, unsure))
        asked += 1
        seconds += question.seconds
    return session, asked, seconds


def _answer(
    question: Question, mode: str, chance: random.Random, wrong: float, unsure: float
) -> str:
    draw = chance.random()
    if draw < unsure:
        return UNKNOWN
    names = [answer.id for answer in question.answers]
    # Which of two signs the report is about says nothing of the mode: both are its signs here.
    weights = [question.chances.get(name, {}).get(mode, 1.0) for name in names]
    truth = chance.choices(names, weights)[0]
    if draw < unsure + wrong and question.kind is not QuestionKind.CODE:
        return chance.choice([name for name in names if name != truth])
    return truth
