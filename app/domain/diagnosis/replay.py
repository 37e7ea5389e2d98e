"""Rebuilds a guided session from its stored record, step by step."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from app.domain.diagnosis import session_record
from app.domain.diagnosis.evidence import Reasoner
from app.domain.diagnosis.interview import Interview, begin
from app.domain.diagnosis.interview_parts import (
    InterviewStep,
)
from app.domain.errors import BadValue


def replay(reasoner: Reasoner, written: Mapping[str, Any]) -> Interview:
    """The session a trail describes, over the given catalogue.

    Raises `BadValue("trail.malformed")`; a step about an entry the catalogue no longer has raises
    `NotFound`.
    """
    try:
        session = begin(
            reasoner,
            written["code"],
            written["text"],
            profile=written["profile"],
            facts=tuple(session_record.fact_of(raw) for raw in written["facts"]),
            learned=session_record.learned_of(written["learned"]),
        )
        steps = [(str(kind), str(ref), str(value)) for kind, ref, value in written["steps"]]
    except (KeyError, TypeError, ValueError) as error:
        raise BadValue("trail.malformed") from error
    for kind, ref, value in steps:
        session = _repeated(session, InterviewStep(kind, ref, value))
    return session


def _repeated(session: Interview, step: InterviewStep) -> Interview:
    if step.kind == "tell":
        return (
            session.tell(code=step.value) if step.ref == "code" else session.tell(text=step.value)
        )
    if step.kind == "say":
        return session.tell_merchant(told=bool(step.value))
    if step.kind == "answer":
        return session.answer(step.ref, step.value)
    if step.kind == "tick":
        return session.tick(step.ref, step.value)
    return session._withdrawn(step.ref, step.value)
