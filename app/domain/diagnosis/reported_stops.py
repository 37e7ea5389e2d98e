"""Hard stops in the words of a report, without a guided session.

Every report is read so before it is saved: only what is said word for word calls for a stop, so
that neither likeness nor the sound of the words has to be worked out.
"""

from __future__ import annotations

from app.domain.diagnosis.catalogue import Stop
from app.domain.diagnosis.evidence import Reasoner
from app.domain.diagnosis.interview_parts import clean


def reported_stops(reasoner: Reasoner, code: str, text: str) -> tuple[Stop, ...]:
    """The hard stops a displayed code or message and a description call for, in the catalogue's
    order: those a session over them (`interview.begin`) begins with."""
    knowledge = reasoner.knowledge
    _code, message = reasoner.shown(clean(code))
    called = {
        knowledge.signs[found.sign].stop
        for source in (message, clean(text))
        for found in reasoner.matcher.dangers(source)
        if not found.negated and not found.asked
    }
    return tuple(stop for stop in knowledge.stops.values() if stop.id in called)
