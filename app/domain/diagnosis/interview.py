"""The guided session: an immutable snapshot of what is known and what follows from it.

Every step returns a new snapshot.  Steps can come in any order, any evidence can be withdrawn,
"don't know" is always an answer, and a trail replayed over the same catalogue gives the same.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from app.domain.diagnosis import (
    advice,
    next_question,
    safety_rules,
    session_record,
    two_troubles,
    what_is_asked,
)
from app.domain.diagnosis.bayes import Beliefs, LearnedCounts
from app.domain.diagnosis.catalogue import Code, Question, Stop
from app.domain.diagnosis.check_outcome import CheckOutcome, check_outcome
from app.domain.diagnosis.evidence import Evidence, EvidenceKind, Fact, Reasoner, Reasoning
from app.domain.diagnosis.interview_parts import (
    UNKNOWN,
    InterviewOutcome,
    InterviewStep,
    LikelyEntry,
    RankedClass,
    answer_evidence,
    answer_id,
    check_evidence,
    clean,
    fact_evidence,
    likely_causes,
    likely_modes,
    planned_ranking,
    ranking_with_reasons,
)
from app.domain.diagnosis.requests import BusinessRequest
from app.domain.diagnosis.session_record import HOST_REPLY
from app.domain.diagnosis.what_was_told import requests_in, something_fails
from app.domain.errors import InvalidInput, NotFound
from app.domain.faults import FaultClass

INVITING = 0.8
"""The share from which a class is more than a guess; our own judgement."""
REQUEST_SHARE = 0.9
"""What a request without any trouble gives to the mode it is filed under."""


@dataclass(frozen=True, kw_only=True)
class Interview:
    """A snapshot.  `steps` is how it came about from what was first reported; `troubles` are
    those told together, when there are several."""

    reasoner: Reasoner = field(repr=False, compare=False)
    code: str
    text: str
    profile: str
    facts: Mapping[str, Fact]
    learned: LearnedCounts
    steps: tuple[InterviewStep, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    withdrawn: frozenset[str] = frozenset()
    reported: tuple[str, str] = ("", "")
    troubles: tuple[two_troubles.Trouble, ...] = ()

    @cached_property
    def _reasoned(self) -> Reasoning:
        found = self.reasoner.reasoning(self.evidence, self.facts, self.learned)
        bounded = safety_rules.bounded(
            self.reasoner, self.evidence, self.learned, found.beliefs, clash=self.clash
        )
        if self.planned:
            bounded = bounded.raised({request.mode for request in self.planned}, REQUEST_SHARE)
        return dataclasses.replace(found, beliefs=bounded)

    @property
    def beliefs(self) -> Beliefs:
        """How likely each mode and cause is."""
        return self._reasoned.beliefs

    @cached_property
    def ranking(self) -> tuple[RankedClass, ...]:
        """All classes, likeliest first, with reasons."""
        knowledge = self.reasoner.knowledge
        classes = self.beliefs.classes(self.reasoner.model)
        if self.planned:
            return planned_ranking(knowledge, classes, self.evidence)
        return ranking_with_reasons(knowledge, classes, self._reasoned.shifts, self.facts)

    @property
    def reported_troubles(self) -> two_troubles.ReportedTroubles:
        """What a resolution has to settle of the troubles told together."""
        return two_troubles.reported(self.reasoner.knowledge, self.troubles, self.evidence)

    @property
    def top(self) -> RankedClass:
        """The likeliest class."""
        return self.ranking[0]

    @cached_property
    def modes(self) -> tuple[LikelyEntry, ...]:
        """The failure modes of the likeliest class, likeliest first."""
        return likely_modes(self.reasoner.knowledge, self.beliefs, self.top.fault_class, self.stops)

    @cached_property
    def causes(self) -> tuple[LikelyEntry, ...]:
        """The causes within the likeliest class, likeliest first."""
        return likely_causes(self.reasoner.knowledge, self.beliefs, self.modes, self.stops)

    @cached_property
    def next(self) -> next_question.NextQuestion | None:
        """The next question with how many more are expected; None when sure, stopped, when nothing
        helps, or when the checks are worth more.  A hard stop that was only asked about is settled
        first."""
        if self.straight_to_checks:
            return None
        return self.further

    @cached_property
    def straight_to_checks(self) -> bool:
        """Whether the class is clear and something is likely to put it right: then the checks come
        first, and `further` is asked only on request."""
        if self.stopped or self.planned or self.unsettled or not self.checks:
            return False
        if two_troubles.which_is_open(self.troubles, self.evidence):
            return False
        return next_question.enough(self.top.share, max(c.chance for c in self.checks))

    @cached_property
    def further(self) -> next_question.NextQuestion | None:
        """The question worth most, also when the checks should come first."""
        if self.stopped or self.planned:
            return None
        ruled_out = self._bounds.ruled_out
        return what_is_asked.following(
            self.reasoner, self.evidence, self._reasoned, self.code, self.troubles, ruled_out
        )

    @property
    def question(self) -> Question | None:
        """The next question."""
        return self.next.question if self.next else None

    @property
    def decided(self) -> bool:
        """Whether the likeliest class is sure enough to accept without a second thought."""
        if self.stopped or self.planned:
            return True
        return self.top.share >= next_question.SURE and not two_troubles.which_is_open(
            self.troubles, self.evidence
        )

    @property
    def clear(self) -> bool:
        """Whether the likeliest class leads so far that accepting it is invited to."""
        return self.decided or self.top.share >= INVITING

    @property
    def asked(self) -> int:
        """How many questions were answered."""
        return sum(item.kind is EvidenceKind.ANSWER for item in self.evidence)

    @cached_property
    def requests(self) -> tuple[BusinessRequest, ...]:
        """The business requests in what was said, offered beside the fault classes."""
        return requests_in(self.reasoner.knowledge, self.evidence)

    @cached_property
    def planned(self) -> tuple[BusinessRequest, ...]:
        """The requests when nothing was told that fails: then there is no fault to look for."""
        fails = something_fails(self.reasoner.knowledge, self.evidence)
        return () if fails else self.requests

    @cached_property
    def codes(self) -> tuple[Code, ...]:
        """Every meaning of the codes known, to be shown."""
        return tuple(
            meaning
            for item in self.evidence
            if item.kind is EvidenceKind.CODE
            for meaning in self.reasoner.meanings(item)
        )

    @cached_property
    def clash(self) -> bool:
        """Whether a code has meanings of different classes because its platform is unknown."""
        return safety_rules.clashes(self.reasoner, self.evidence)

    @cached_property
    def stops(self) -> tuple[Stop, ...]:
        """The hard stops called for, in the catalogue's order: danger, then tampering.  No answer,
        check or learned count undoes one; only withdrawing what called for it does."""
        return safety_rules.called_stops(self.reasoner.knowledge, self.evidence)

    @property
    def stopped(self) -> bool:
        """Whether there is any hard stop."""
        return bool(self.stops)

    @cached_property
    def unsettled(self) -> tuple[Stop, ...]:
        """Hard stops asked about or feared that nobody has answered yet."""
        return tuple(dict.fromkeys(safety_rules.unsettled(self.reasoner.knowledge, self.evidence)))

    @cached_property
    def _bounds(self) -> advice.Bounds:
        return advice.Bounds(
            stops=self.stops,
            unsettled=self.unsettled,
            query_first=self.result_unknown,
            clash=self.clash,
            planned=self.planned,
            impossible=safety_rules.impossible(self.reasoner.knowledge, self.evidence),
            contradictions=safety_rules.contradictions(self.reasoner.knowledge, self.evidence),
        )

    @cached_property
    def result_unknown(self) -> bool:
        """Whether the result of a payment is unknown: query first, never repeat."""
        return safety_rules.result_unknown(self.reasoner, self.evidence)

    @cached_property
    def checks(self) -> tuple[advice.Recommended, ...]:
        """Checks worth doing, by chance to fix divided by minutes."""
        done = {item.ref for item in self.evidence if item.kind is EvidenceKind.CHECK}
        return advice.checks(self.reasoner.knowledge, self.beliefs, done, self._bounds)

    @cached_property
    def advice(self) -> advice.Advice:
        """What to tell the merchant, whom to contact with what ready, warnings."""
        knowledge = self.reasoner.knowledge
        found = advice.advice(
            knowledge, self.reasoner.model, self.beliefs, self.codes, self._bounds
        )
        several = two_troubles.warning(knowledge, self.troubles, self.evidence)
        return dataclasses.replace(found, warnings=(*found.warnings, *several))

    # --- steps ---------------------------------------------------------------------------------

    def answer(self, question_id: str, value: str | float = UNKNOWN) -> Interview:
        """Answer any question, asked or not; `UNKNOWN` for "don't know".

        A number is put into its answer by the question's bounds; what is typed to a code question
        is taken as the displayed code or message.
        Raises `NotFound` (no such question), `InvalidInput` (no such answer).
        """
        if question_id == two_troubles.STOPS_TRADE and self.troubles:
            return self._kept_to(str(value).strip())
        question = self.reasoner.knowledge.questions.get(question_id)
        if question is None:
            raise NotFound("question", question_id)
        given = answer_id(question, value)
        if given is None:
            told = self._told(clean(str(value)), self.text)
            return told._answered(question, UNKNOWN, str(value))
        return self._answered(question, given, str(value))

    def _kept_to(self, chosen: str) -> Interview:
        """Look at this trouble alone, the others are set aside; `UNKNOWN` looks at all."""
        knowledge = self.reasoner.knowledge
        question = two_troubles.question_of(knowledge, self.troubles)
        if chosen != UNKNOWN and question.answer(chosen) is None:
            raise InvalidInput.of("value", "choice.unknown", value=chosen)
        item = answer_evidence(knowledge, question, chosen)
        asked = self._with(item, InterviewStep("answer", question.id, chosen))
        return asked._told(asked.code, asked.text, self.withdrawn)

    def _answered(self, question: Question, given: str, typed: str) -> Interview:
        item = answer_evidence(self.reasoner.knowledge, question, given)
        return self._with(item, InterviewStep("answer", question.id, typed))

    def tick(self, check_id: str, result: str = CheckOutcome.DONE) -> Interview:
        """Note that a check was done and what became of it; said again, the later word stands.
        Nothing became of an instruction.  Raises `NotFound`, `InvalidInput`."""
        knowledge = self.reasoner.knowledge
        check = knowledge.checks.get(check_id)
        if check is None:
            raise NotFound("check", check_id)
        outcome = CheckOutcome.DONE if check.instruction else check_outcome(result)
        item = check_evidence(knowledge, check, outcome)
        return self._with(item, InterviewStep("tick", check_id, outcome))

    def withdraw(self, evidence_id: str, reason: str = "") -> Interview:
        """Take back evidence; for a hard stop only with the reason.  Raises `NotFound`,
        `InvalidInput`."""
        lost = safety_rules.lost_stops(self.reasoner.knowledge, self.evidence, evidence_id)
        if lost and not clean(reason):
            raise InvalidInput.of("reason", "stop.reason_missing")
        return self._withdrawn(evidence_id, clean(reason))

    def _withdrawn(self, evidence_id: str, reason: str) -> Interview:
        if all(item.id != evidence_id for item in self.evidence):
            raise NotFound("evidence", evidence_id)
        kept = tuple(item for item in self.evidence if item.id != evidence_id)
        told = not evidence_id.startswith(("answer:", "check:"))
        changed = dataclasses.replace(
            self,
            evidence=kept,
            withdrawn=self.withdrawn | {evidence_id} if told else self.withdrawn,
            steps=(*self.steps, InterviewStep("withdraw", evidence_id, reason)),
        )
        if evidence_id == f"answer:{two_troubles.STOPS_TRADE}":
            return changed._told(changed.code, changed.text, changed.withdrawn)
        return changed._host_reply_checked()

    def tell(self, *, code: str | None = None, text: str | None = None) -> Interview:
        """Say something else than before: another code or description replaces the first."""
        given = {"code": code, "text": text}
        told = {name: clean(value) for name, value in given.items() if value is not None}
        steps = (InterviewStep("tell", name, value) for name, value in told.items())
        said = self._told(told.get("code", self.code), told.get("text", self.text))
        return dataclasses.replace(said, steps=(*self.steps, *steps))

    def _told(self, code: str, text: str, withdrawn: frozenset[str] = frozenset()) -> Interview:
        chosen = two_troubles.chosen_in(self.evidence)
        read, troubles = two_troubles.reading(
            self.reasoner, code, text, self.profile, chosen or UNKNOWN
        )
        forgotten = {HOST_REPLY}
        if chosen and all(each.sign.id != chosen for each in troubles):
            forgotten.add(two_troubles.STOPS_TRADE)
        own = (EvidenceKind.FACT, EvidenceKind.ANSWER, EvidenceKind.CHECK)
        kept = [i for i in self.evidence if i.kind in own and i.ref not in forgotten]
        known = (*(item for item in read if item.id not in withdrawn), *kept)
        told = dataclasses.replace(self, code=code, text=text, evidence=known, troubles=troubles)
        return dataclasses.replace(told, withdrawn=withdrawn)._host_reply_checked()

    def _with(self, item: Evidence, step: InterviewStep) -> Interview:
        kept = tuple(other for other in self.evidence if other.id != item.id)
        return dataclasses.replace(self, evidence=(*kept, item), steps=(*self.steps, step))

    def _host_reply_checked(self) -> Interview:
        """A code from the host proves that the link works; kept in step with the codes."""
        told = bool(self.codes) and all(code.from_host for code in self.codes)
        kept = tuple(item for item in self.evidence if item.ref != HOST_REPLY)
        if not told or f"fact:{HOST_REPLY}" in self.withdrawn:
            return dataclasses.replace(self, evidence=kept)
        fact = Fact(HOST_REPLY)
        item, facts = fact_evidence(self.reasoner.knowledge, fact), {**self.facts, fact.id: fact}
        return dataclasses.replace(self, evidence=(*kept, item), facts=facts)

    def tell_merchant(self, *, told: bool) -> Interview:
        """Note that the merchant was told what the advice says to say, or not after all."""
        text = self.advice.say.zh if told else ""
        return dataclasses.replace(self, steps=(*self.steps, InterviewStep("say", "", text)))

    @property
    def merchant_told(self) -> bool:
        """Whether the merchant was told what the advice says now."""
        last = next((step for step in reversed(self.steps) if step.kind == "say"), None)
        return last is not None and last.value == self.advice.say.zh

    # --- the end -------------------------------------------------------------------------------

    def trail(self) -> dict[str, object]:
        """The session as JSON-able values: enough to replay it, and to print it."""
        return session_record.trail(self)

    def outcome(self, fault_class: FaultClass | None = None) -> InterviewOutcome:
        """What to store: the likeliest class, or the one the technician chose against it."""
        ranked = {item.fault_class: item.share for item in self.ranking}
        chosen = fault_class or self.top.fault_class
        likeliest = self.modes[0].id if chosen is self.top.fault_class else ""
        return InterviewOutcome(
            chosen, ranked[chosen], likeliest, self.reasoner.knowledge.hash, self.trail()
        )


def begin(
    reasoner: Reasoner,
    code: str = "",
    text: str = "",
    *,
    profile: str = "",
    facts: tuple[Fact, ...] = (),
    learned: LearnedCounts | None = None,
) -> Interview:
    """A session over what was reported and what the register knows."""
    knowledge = reasoner.knowledge
    known = tuple(fact_evidence(knowledge, fact) for fact in facts)
    empty = Interview(
        reasoner=reasoner,
        code=clean(code),
        text=clean(text),
        profile=profile,
        facts={fact.id: fact for fact in facts},
        learned=learned or LearnedCounts(),
        reported=(clean(code), clean(text)),
    )
    return dataclasses.replace(empty, evidence=known)._told(empty.code, empty.text)
