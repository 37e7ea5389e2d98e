"""How the parts of a session are written as JSON-able values and read back.

A trail keeps what was reported, what was known, every step, and the ranking with its reasons in
both languages, so that a service report printed years later needs no catalogue.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from app.domain.diagnosis import advice
from app.domain.diagnosis.bayes import LearnedCounts
from app.domain.diagnosis.catalogue import Stop
from app.domain.diagnosis.check_outcome import BARE_TICK
from app.domain.diagnosis.evidence import Evidence, Fact, Reasoner
from app.domain.diagnosis.interview_parts import InterviewStep, LikelyEntry, RankedClass
from app.domain.diagnosis.requests import BusinessRequest
from app.domain.faults import FaultClass
from app.languages import LocalizedText

VERSION = 1
HOST_REPLY = "host_reply"
"""The fact that follows from the codes and is not kept: it is known anew from them."""
STOP_SAID = LocalizedText("安全停用：", "Safety stop: ")
"""How a reason that is a safety stop begins, in the catalogue, on paper and in old documents."""
_BARE_TICK_SAID = LocalizedText("无效", "did not help")
"""What was written beside every check that was ticked, before there were three outcomes."""
_BARE_TICK_SAYS = LocalizedText(
    "已做（是否见效未记录）", "done (whether it helped was not recorded)"
)


class _Session(Protocol):
    """What of a session is written down."""

    @property
    def reasoner(self) -> Reasoner: ...
    @property
    def reported(self) -> tuple[str, str]: ...
    @property
    def profile(self) -> str: ...
    @property
    def facts(self) -> Mapping[str, Fact]: ...
    @property
    def learned(self) -> LearnedCounts: ...
    @property
    def steps(self) -> tuple[InterviewStep, ...]: ...
    @property
    def evidence(self) -> tuple[Evidence, ...]: ...
    @property
    def ranking(self) -> tuple[RankedClass, ...]: ...
    @property
    def top(self) -> RankedClass: ...
    @property
    def modes(self) -> tuple[LikelyEntry, ...]: ...
    @property
    def asked(self) -> int: ...
    @property
    def stopped(self) -> bool: ...
    @property
    def stops(self) -> tuple[Stop, ...]: ...
    @property
    def requests(self) -> tuple[BusinessRequest, ...]: ...
    @property
    def result_unknown(self) -> bool: ...


def trail(session: _Session) -> dict[str, object]:
    """A whole session."""
    first_code, first_text = session.reported
    knowledge = session.reasoner.knowledge
    taken = [step.value for step in session.steps if step.kind == "withdraw" and step.value]
    grounds = advice.grounds(knowledge, session.stops, taken, session.top.reasons, session.evidence)
    return {
        "version": VERSION,
        "knowledge": knowledge.hash,
        "code": first_code,
        "text": first_text,
        "profile": session.profile,
        "facts": [fact(known) for known in session.facts.values() if known.id != HOST_REPLY],
        "learned": learned(session.learned),
        "steps": [[step.kind, step.ref, step.value] for step in session.steps],
        "evidence": [evidence(item) for item in session.evidence],
        "reasons": [words(reason) for reason in grounds],
        "ranking": [ranked(str(r.fault_class), r.share, r.reasons) for r in session.ranking],
        "mode": session.modes[0].id,
        "asked": session.asked,
        "stopped": session.stopped,
        "stops": [stop(called) for called in session.stops],
        "requests": [request.id for request in session.requests],
        "result_unknown": session.result_unknown,
    }


def evidence(item: Evidence) -> dict[str, object]:
    """One piece of evidence."""
    return {
        "id": item.id,
        "kind": str(item.kind),
        "value": item.value,
        "negated": item.negated,
        **words(item.label),
    }


def stop(called: Stop) -> dict[str, object]:
    """A hard stop with what was to be done at once."""
    return {
        "id": called.id,
        "kind": str(called.kind),
        "title": words(called.text),
        "do": words(called.do),
        "log": words(called.log),
    }


def ranked(name: str, share: float, reasons: Sequence[LocalizedText]) -> dict[str, object]:
    """One class of the ranking."""
    return {
        "class": name,
        "share": round(share, 4),
        "reasons": [words(reason) for reason in reasons],
    }


def words(text: LocalizedText) -> dict[str, str]:
    """A text by language code."""
    return text.stored()


def fact(known: Fact) -> dict[str, object]:
    """A fact with its figures."""
    values = {
        name: words(value) if isinstance(value, LocalizedText) else value
        for name, value in known.values.items()
    }
    return {"id": known.id, "values": values, "leans": dict(known.leans)}


def fact_of(raw: Mapping[str, Any]) -> Fact:
    """The fact written by `fact`."""
    values = {
        name: LocalizedText.of(value) if isinstance(value, dict) else value
        for name, value in raw["values"].items()
    }
    return Fact(raw["id"], values, {FaultClass(c): n for c, n in raw["leans"].items()})


def learned(known: LearnedCounts) -> dict[str, object]:
    """The counts the session reasoned with."""
    return {
        "classes": dict(known.classes),
        "evidence": {key: dict(counts) for key, counts in known.evidence.items()},
    }


def learned_of(raw: Mapping[str, Any]) -> LearnedCounts:
    """The counts written by `learned`."""
    return LearnedCounts(
        {FaultClass(c): n for c, n in raw["classes"].items()},
        {
            key: {FaultClass(c): n for c, n in counts.items()}
            for key, counts in raw["evidence"].items()
        },
    )


def reasons(written: Mapping[str, Any]) -> tuple[LocalizedText, ...]:
    """The grounds of a stored session as they may be printed.

    A trail from before there were three outcomes of a check says "did not help" of every check
    that was only ticked.  Whether it helped cannot be known any more, so that is what is said.
    """
    found = [
        LocalizedText.of(raw) if isinstance(raw, Mapping) else LocalizedText.same(str(raw))
        for raw in written.get("reasons", ())
    ]
    ticked = [
        LocalizedText(str(item.get("zh", "")), str(item.get("en", "")))
        for item in written.get("evidence", ())
        if isinstance(item, Mapping) and item.get("value") == BARE_TICK and item.get("zh")
    ]
    for said in ticked:
        meant = LocalizedText(
            said.zh.removesuffix(_BARE_TICK_SAID.zh) + _BARE_TICK_SAYS.zh,
            said.en.removesuffix(_BARE_TICK_SAID.en) + _BARE_TICK_SAYS.en,
        )
        found = [
            LocalizedText(text.zh.replace(said.zh, meant.zh), text.en.replace(said.en, meant.en))
            for text in found
        ]
    return tuple(text for text in found if text)


def is_stop(reason: LocalizedText) -> bool:
    """Whether a printed reason is a safety stop."""
    return reason.zh.startswith(STOP_SAID.zh) or reason.en.startswith(STOP_SAID.en)
