"""What is asked next: first what settles a danger, then which of several troubles stops the trade,
then what tells most."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from app.domain.diagnosis import next_question, safety_rules, two_troubles
from app.domain.diagnosis.catalogue import Act
from app.domain.diagnosis.evidence import Evidence, Reasoner, Reasoning
from app.domain.diagnosis.next_question import NextQuestion
from app.domain.diagnosis.two_troubles import Trouble
from app.domain.diagnosis.what_was_told import clear_symptom, settled_questions


def following(
    reasoner: Reasoner,
    evidence: Sequence[Evidence],
    reasoning: Reasoning,
    code: str,
    troubles: Sequence[Trouble],
    ruled_out: Collection[Act],
) -> NextQuestion | None:
    """The question worth most for which nobody must do what is `ruled_out`; None when nothing is
    to be asked."""
    knowledge = reasoner.knowledge
    doubted = reasoning.contradicted
    settled = settled_questions(knowledge, evidence, code, doubted=doubted)
    for stop in safety_rules.unsettled(knowledge, evidence):
        if stop.confirm not in settled:
            return NextQuestion(knowledge.questions[stop.confirm], 0.0, 1)
    if two_troubles.which_is_open(troubles, evidence):
        return NextQuestion(two_troubles.question_of(knowledge, troubles), 0.0, 1)
    return next_question.next_question(
        reasoner.model,
        reasoning,
        knowledge.questions,
        settled,
        ruled_out,
        clear_symptom=not doubted and clear_symptom(knowledge, evidence),
    )
