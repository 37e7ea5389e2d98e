"""Evidence of a case: its items, and how they are combined into probabilities.

`Reasoner` holds what is made once from a catalogue (frame, matcher); everything it is asked is a
pure function of its arguments.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property

from app.domain.diagnosis.bayes import (
    Beliefs,
    CatalogueModel,
    LearnedCounts,
    discount,
    exponent_within,
    odds_shift,
)
from app.domain.diagnosis.catalogue import DOUBTS, Code, Doubt, Leaning, SignKind
from app.domain.diagnosis.check_outcome import CheckOutcome
from app.domain.diagnosis.code_reading import CodeReader, code_leaning
from app.domain.diagnosis.false_start import Heard
from app.domain.diagnosis.folding import BREAK, no_words, written_clauses
from app.domain.diagnosis.heard_words import HeardWords, heard
from app.domain.diagnosis.knowledge import Knowledge
from app.domain.diagnosis.match_judging import FoundSign
from app.domain.diagnosis.requests import only_requested
from app.domain.diagnosis.sign_matching import Matcher, TextReading
from app.domain.diagnosis.sign_similarity import Hints, hint_lessons
from app.domain.diagnosis.text_remainder import only_joining
from app.domain.diagnosis.word_weights import sign_mark
from app.domain.faults import FaultClass
from app.languages import NO_TEXT, LocalizedText


class EvidenceKind(StrEnum):
    """Where a piece of evidence comes from."""

    CODE = "code"
    MESSAGE = "message"
    SYMPTOM = "symptom"
    CIRCUMSTANCE = "circumstance"
    REQUEST = "request"
    FACT = "fact"
    ANSWER = "answer"
    CHECK = "check"
    WORDING = "wording"


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """One thing known.  `ref` names the catalogue entry; `value` is an answer, a check's result or
    the code's profile.  `said` is the clause that was written, `screen` whether it stands where the
    screen's message is entered.  Everything can be withdrawn, the register's facts too."""

    id: str
    kind: EvidenceKind
    ref: str
    label: LocalizedText
    value: str = ""
    detail: LocalizedText = NO_TEXT
    said: str = ""
    screen: bool = False
    negated: bool = False
    likeness: float = 1.0
    asked: bool = False
    leans: Mapping[FaultClass, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Fact:
    """Something the register or the history knows: a circumstance with its figures filled in.

    `leans` overrides the catalogue where history itself says which classes (a repeat)."""

    id: str
    values: Mapping[str, str | int | LocalizedText] = field(default_factory=dict)
    leans: Mapping[FaultClass, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class OddsShift:
    """How one piece of evidence moved each class, in natural logarithms of odds."""

    evidence: Evidence
    classes: Mapping[FaultClass, float]


_NOT_IN_WORDS = {EvidenceKind.CODE, EvidenceKind.FACT, EvidenceKind.ANSWER, EvidenceKind.CHECK}
_HINT_DOUBT = 0.6
"""What a guess from single words leaves open."""
_RESEMBLANCE = 0.8
"""The part of what the words resemble that is believed."""
_BESIDE_RESEMBLANCE = 0.15
"""The part left to a sign whose words the resemblance has weighed (decisions/words.md)."""
_SHOWN = "显示 "
"""Stands before a message, which is read as shown."""
_MESSAGE = 300
"""Characters of a displayed message that are read; screens are small."""
FACTS_MOST = 2.5
"""The most that all facts together change the odds of a class: they tell of usual things only."""
_HISTORY_DOUBT = 0.7
"""What earlier cases of the same terminal or model leave open."""


@dataclass(frozen=True, slots=True)
class Reasoning:
    """What all evidence says, item by item, and whether answers contradict what was said."""

    beliefs: Beliefs
    shifts: tuple[OddsShift, ...]
    contradicted: bool


class Reasoner:
    """A catalogue ready to reason with."""

    def __init__(self, knowledge: Knowledge) -> None:
        self.knowledge = knowledge
        self.model = CatalogueModel(knowledge)
        self.matcher = Matcher(knowledge.signs, knowledge.wording)
        self._codes = CodeReader(knowledge, self.matcher.folding)

    @cached_property
    def hints(self) -> Hints:
        """The guess from single words, which is needed where no weights of words are."""
        lessons = hint_lessons(self.knowledge.signs.values(), self.model, self.matcher.folding)
        return Hints(lessons, self.model.base)

    # --- reading -------------------------------------------------------------------------------

    def code_of(self, typed: str) -> str:
        """The code a person typed, in the catalogue's spelling; empty when it is no known code."""
        return self._codes.code_of(typed)

    def shown(self, code: str) -> tuple[str, str]:
        """What the terminal displayed, as typed where a code is asked for: the code, or else the
        message."""
        typed = self.code_of(code)
        return typed, "" if typed else code[:_MESSAGE]

    def read(self, code: str, text: str, profile: str = "") -> list[Evidence]:
        """The evidence in what was typed: a displayed code or message, and a description."""
        found: list[Evidence] = []
        typed, message = self.shown(code)
        codes = [typed] if typed else self._codes.codes_of(message, text)
        profile = profile or self._codes.profile_in(message, text)
        found.extend(self._code_evidence(name, profile) for name in codes)
        seen: dict[str, Evidence] = {}
        if message.strip() and self._nothing_but_requested(message):
            # No screen asks for that: somebody wrote the request into the wrong field.
            text, message = "\n".join(filter(None, (message, text))), ""
        # A message stands alone: what a screen shows is shown, not wanted.
        screen = self.matcher.read(f"{_SHOWN}{message}") if message.strip() else None
        for item in self._signs_of(screen, message, screen_shows=True) if screen else ():
            seen[item.ref] = item
        told = self.matcher.read(text) if text.strip() else None
        coded = bool(codes) or bool(seen)
        if told:
            for item in self._signs_of(told, text, screen_shows=False, coded=coded):
                known = seen.get(item.ref)
                if known is None or _surety(item) > _surety(known):
                    seen[item.ref] = item
        rest = [token for said in filter(None, (screen, told)) for token in (*said.rest, BREAK)]
        found.extend(seen.values())
        if self.knowledge.words is not None:
            bare = told is not None and screen is None and not codes and not told.more
            found += self._resembling(seen.values(), rest, heard(self.matcher, screen, told), bare)
        elif not codes and not any(self._telling(item) for item in seen.values()):
            found.extend(self._hint(rest))
        return found

    def heard(self, code: str, text: str) -> HeardWords:
        """What the resemblance is learnt from: the words of a case and its signs."""
        _typed, message = self.shown(code)
        screen = self.matcher.read(f"{_SHOWN}{message}") if message.strip() else None
        told = self.matcher.read(text) if text.strip() else None
        said = heard(self.matcher, screen, told)
        return HeardWords((*said.marks, *self._sign_marks(self.read(code, text))), said.tokens)

    def _sign_marks(self, items: Iterable[Evidence]) -> list[str]:
        signs = self.knowledge.signs
        told = (i for i in items if i.ref in signs and i.kind is not EvidenceKind.REQUEST)
        return [sign_mark(item.ref, negated=item.negated) for item in told]

    def _nothing_but_requested(self, message: str) -> bool:
        """Whether what stands in place of a displayed message is a business request in words."""
        signs = self.knowledge.signs
        wanted = only_requested(self.matcher.read(message).found, signs, coded=False)
        return any(signs[found.sign].kind is SignKind.REQUEST for found in wanted)

    def _signs_of(
        self, reading: TextReading, text: str, *, screen_shows: bool, coded: bool = False
    ) -> Iterator[Evidence]:
        """The signs of one text as evidence, each with the clause that was written."""
        signs = self.knowledge.signs
        clauses = written_clauses(text)
        wanted = () if screen_shows else only_requested(reading.found, signs, coded=coded)
        asked = {signs[f.sign].request for f in wanted if signs[f.sign].kind is SignKind.REQUEST}
        for found in reading.found:
            sign = signs[found.sign]
            asks = sign.kind is SignKind.REQUEST
            if (asks and (screen_shows or found.negated)) or (screen_shows and sign.request):
                continue
            if wanted and (found.requested or (not asks and sign.request in asked)):
                continue
            if found.requested and sign.request:
                continue  # to be moved is not to have been moved
            said = clauses[found.clause] if 0 <= found.clause < len(clauses) else ""
            yield self._sign_evidence(found, said, screen=screen_shows, wanted=found in wanted)

    def _telling(self, item: Evidence) -> bool:
        """Whether a sign says something by itself."""
        if item.kind is EvidenceKind.REQUEST:
            return True
        doubt = self.knowledge.signs[item.ref].leaning.doubt
        plain = item.kind is not EvidenceKind.CIRCUMSTANCE and not item.negated
        return plain and item.likeness == 1 and doubt < DOUBTS[Doubt.VAGUE]

    def _hint(self, tokens: Sequence[str]) -> list[Evidence]:
        return [] if no_words(tokens) else [self._wording(self.hints.guess(tokens))]

    def _resembling(
        self, signs: Iterable[Evidence], rest: Sequence[str], said: HeardWords, bare: bool
    ) -> list[Evidence]:
        """What the words and signs of a text resemble, when it says more than a request."""
        words, told = self.knowledge.words, self._sign_marks(signs)
        if words is None or (not told and only_joining(rest)):
            return []
        found = self._wording(words.shares((*said.marks, *told), said.tokens))
        return [dataclasses.replace(found, likeness=0.5 if bare else 1.0)]

    def _wording(self, leans: Mapping[FaultClass, float]) -> Evidence:
        label = self.knowledge.phrases["evidence.wording"]
        return Evidence(
            id="wording", kind=EvidenceKind.WORDING, ref="wording", label=label, leans=leans
        )

    def _code_evidence(self, code: str, profile: str) -> Evidence:
        meanings = self.knowledge.meanings(code, profile)
        meant = LocalizedText.joined((m.text for m in meanings), " / ")
        label = LocalizedText("{code} {meant}", "{code} {meant}").filled(
            {"code": code, "meant": meant}
        )
        profiles = [self.knowledge.profiles[m.profile].text for m in meanings]
        detail = LocalizedText.joined(profiles, " / ")
        return Evidence(
            id=f"code:{code}",
            kind=EvidenceKind.CODE,
            ref=code,
            label=label,
            value=profile,
            detail=detail,
        )

    def _sign_evidence(
        self, found: FoundSign, said: str, *, screen: bool, wanted: bool
    ) -> Evidence:
        sign = self.knowledge.signs[found.sign]
        kind = EvidenceKind.REQUEST if wanted else EvidenceKind(sign.kind)
        return Evidence(
            id=f"sign:{sign.id}",
            kind=kind,
            ref=sign.id,
            label=sign.text,
            said=said,
            screen=screen,
            negated=found.negated,
            likeness=found.likeness,
            asked=found.asked,
        )

    # --- reasoning -----------------------------------------------------------------------------

    def meanings(self, item: Evidence) -> tuple[Code, ...]:
        """The meanings of a code that is evidence, approvals left out when others remain."""
        return self.knowledge.meanings(item.ref, item.value)

    def reasoning(
        self,
        evidence: Sequence[Evidence],
        facts: Mapping[str, Fact],
        learned: LearnedCounts,
    ) -> Reasoning:
        """What all the evidence says together."""
        start = Beliefs.start(self.model, self.model.prior(learned.classes))
        state = Heard(start, start)
        told = [self.leaning(item, facts) for item in evidence if item.kind is EvidenceKind.FACT]
        trust = exponent_within([*map(self.model.ratios, told)], FACTS_MOST)
        shifts: list[OddsShift] = []
        before = start.classes(self.model)
        for item, step in self._ordered(evidence):
            words = self._apply(state.words, item, step, facts, learned, trust)
            if item.kind in _NOT_IN_WORDS:
                nothing = self._apply(state.nothing, item, step, facts, learned, trust)
                state = state.known(words, nothing)
            else:
                state = state.said(words)
            after = state.together.classes(self.model)
            shifts.append(OddsShift(item, odds_shift(before, after)))
            before = after
        return Reasoning(state.together, tuple(shifts), state.contradicted)

    def _ordered(self, evidence: Sequence[Evidence]) -> Iterable[tuple[Evidence, int]]:
        """Signs of a text last to first telling, each with its place for the discount; the rest
        keep full weight.  What the words resemble comes behind them, as it is no reason of its own,
        and before what is known otherwise, which may contradict all that was said."""
        codes = [item for item in evidence if item.kind is EvidenceKind.CODE]
        signs = [i for i in evidence if i.kind in (EvidenceKind.MESSAGE, EvidenceKind.SYMPTOM)]
        signs.sort(key=lambda item: (self._doubt(item), item.id))
        words = [item for item in evidence if item.kind is EvidenceKind.WORDING]
        if self.knowledge.words is None:
            signs.extend(words)  # a guess from what the signs left over
        told = (*codes, *signs, *words)
        rest = [item for item in evidence if item not in told]
        yield from ((item, 0) for item in codes)
        yield from ((item, place + len(codes)) for place, item in enumerate(signs))
        yield from ((item, 0) for item in (*words, *rest) if item not in signs)

    def _doubt(self, item: Evidence) -> float:
        return 1 - (1 - self.knowledge.signs[item.ref].leaning.doubt) * item.likeness

    def _apply(
        self,
        state: Beliefs,
        item: Evidence,
        place: int,
        facts: Mapping[str, Fact],
        learned: LearnedCounts,
        trust: float,
    ) -> Beliefs:
        if item.kind is EvidenceKind.ANSWER:
            question = self.knowledge.questions.get(item.ref)  # none: which of several troubles
            return state.observe(question.heard[item.value]) if question and item.value else state
        if item.kind is EvidenceKind.CHECK:
            if item.value == CheckOutcome.DONE:
                return state
            check = self.knowledge.checks[item.ref]
            if check.instruction:
                return state  # carrying it out is no evidence of the cause
            return state.tried(check.fixes, helped=item.value == CheckOutcome.HELPED)
        leaning = self.leaning(item, facts)
        if leaning.silent or item.kind is EvidenceKind.REQUEST:
            return state
        known = item.kind is EvidenceKind.FACT
        weight = 1.0 if known else discount(place)
        if item.negated and self.knowledge.signs[item.ref].stop:
            return state  # that something so rare is not there says nothing of the rest
        if item.negated:
            return state.reverse(self.model, leaning, weight)
        ratios = self.model.ratios(leaning, learned.evidence.get(item.id))
        part = trust if known else self._part(item)
        ratios = {c: ratio**part for c, ratio in ratios.items()}
        return state.lean(self.model, leaning, ratios, weight)

    def _part(self, item: Evidence) -> float:
        """How much of what an item says of the classes counts; of the modes it says all."""
        words = self.knowledge.words
        if words is None or item.kind is EvidenceKind.CODE:
            return 1.0
        if item.kind is EvidenceKind.WORDING:
            return _RESEMBLANCE
        return _BESIDE_RESEMBLANCE if item.ref in words.signs else 1.0

    def leaning(self, item: Evidence, facts: Mapping[str, Fact]) -> Leaning:
        """What one item of evidence says."""
        if item.kind is EvidenceKind.CODE:
            return code_leaning(self.meanings(item))
        if item.kind is EvidenceKind.FACT:
            leans = facts[item.ref].leans
            usual = self.knowledge.circumstances[item.ref].leaning
            return self._spread(leans, _HISTORY_DOUBT, usual.against) if leans else usual
        if item.kind is EvidenceKind.WORDING:
            doubt = 0.0 if self.knowledge.words is not None else _HINT_DOUBT
            return self._spread(item.leans, doubt, {})
        leaning = self.knowledge.signs[item.ref].leaning
        if item.likeness == 1:
            return leaning
        return dataclasses.replace(leaning, doubt=1 - (1 - leaning.doubt) * (item.likeness - 0.2))

    def _spread(
        self, leans: Mapping[FaultClass, float], doubt: float, against: Mapping[str, float]
    ) -> Leaning:
        """A leaning known by class only, over the modes as they are usually met."""
        total = sum(leans.values())
        points = {
            mode: share / total * self.model.usual[mode]
            for mode, fault_class in self.model.class_of.items()
            if (share := leans.get(fault_class, 0.0))
        }
        return Leaning(points, doubt, against)


def _surety(item: Evidence) -> tuple[bool, bool, float]:
    """How surely a sign is said to be there."""
    return not item.negated, not item.asked, item.likeness
