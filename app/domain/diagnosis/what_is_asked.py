"""What is asked next: first what settles a danger, then which of several troubles stops the trade,
then what tells most."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

from app.domain.diagnosis import next_question, two_troubles
from app.domain.diagnosis.catalogue import Act
from app.domain.diagnosis.next_question import NextQuestion
from app.domain.diagnosis.what_was_told import clear_symptom, settled_questions

if TYPE_CHECKING:
    from app.domain.diagnosis.interview import Interview


def following(session: Interview, ruled_out: Collection[Act]) -> NextQuestion | None:
    """The question worth most for which nobody must do what is `ruled_out`; None when nothing is
    to be asked."""
    if session.stopped or session.planned:
        return None
    knowledge = session.reasoner.knowledge
    settled = settled_questions(knowledge, session.evidence, session.code)
    for stop in session.unsettled:
        if stop.confirm not in settled:
            return NextQuestion(knowledge.questions[stop.confirm], 0.0, 1)
    if two_troubles.which_is_open(session.troubles, session.evidence):
        return NextQuestion(two_troubles.question_of(knowledge, session.troubles), 0.0, 1)
    return next_question.next_question(
        session.reasoner.model,
        session.beliefs,
        knowledge.questions,
        settled,
        ruled_out,
        clear_symptom=clear_symptom(knowledge, session.evidence),
    )
