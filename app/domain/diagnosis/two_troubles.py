"""A report that tells of several troubles: all of them are named, and before anything else it is
asked which one stops the trade, because an answer about one says nothing of the other."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from app.domain.diagnosis.catalogue import DOUBTS, Answer, Doubt, Question, QuestionKind
from app.domain.diagnosis.evidence import Evidence, EvidenceKind, Reasoner
from app.domain.diagnosis.folding import written_clauses
from app.domain.diagnosis.knowledge import Knowledge
from app.domain.diagnosis.safety_rules import called_for
from app.domain.faults import FaultClass
from app.languages import LocalizedText

STOPS_TRADE = "stops_trade"
"""The id of the question which of the troubles stops the trade; its answers are evidence ids."""
_CLEAR = DOUBTS[Doubt.LOOSE]
_LITTLE = 0.15
"""Modes with less of what a sign says are not asked whether they explain another, too."""
_MOSTLY = 0.5
"""The share of a sign from which a class alone, without a mode, tells that it is meant."""
_SECONDS = 5


@dataclass(frozen=True, slots=True)
class Trouble:
    """One trouble of a report: the sign that tells of it, and the part of the text it stands in."""

    sign: Evidence
    part: str


def reading(
    reasoner: Reasoner, code: str, text: str, profile: str, chosen: str
) -> tuple[tuple[Evidence, ...], tuple[Trouble, ...]]:
    """The evidence in what was typed, and the troubles told of; of several the `chosen` one is
    read alone.  Danger is never set aside."""
    read = reasoner.read(code, text, profile)
    troubles = troubles_in(reasoner, read, text)
    aside = [each for each in troubles if each.sign.id != chosen]
    if len(aside) == len(troubles):
        return tuple(read), troubles
    about = reasoner.read(code, _without(reasoner.knowledge, text, aside), profile)
    known = {item.id for item in about}
    danger = [i for i in read if i.id not in known and called_for(reasoner.knowledge, i)]
    return (*danger, *about), troubles


def troubles_in(reasoner: Reasoner, evidence: Iterable[Evidence], text: str) -> tuple[Trouble, ...]:
    """The troubles told of, in their order; empty when there is but one.

    Two signs are two troubles when they stand in different parts of the text, one of the later of
    which says that it is something more, and no cause explains both.
    """
    knowledge = reasoner.knowledge
    clear = {item.ref: item for item in evidence if _clear(knowledge, item)}
    if len(clear) < 2:
        return ()
    parts = _parts(knowledge, text)
    found: list[Trouble] = []
    adds = False
    for part in parts:
        more = _adds(knowledge, part)
        here = [i for i in reasoner.read("", part) if i.ref in clear and _clear(knowledge, i)]
        for item in sorted(here, key=lambda i: knowledge.signs[i.ref].leaning.doubt)[:1]:
            if all(_apart(knowledge, item.ref, other.sign.ref) for other in found):
                adds = adds or (more and bool(found))
                found.append(Trouble(clear[item.ref], part))
    return tuple(found) if adds else ()


def _clear(knowledge: Knowledge, item: Evidence) -> bool:
    """Whether it tells of a trouble in so many words."""
    if item.kind not in (EvidenceKind.SYMPTOM, EvidenceKind.MESSAGE) or item.screen:
        return False
    sign = knowledge.signs[item.ref]
    plain = not (item.negated or item.asked) and item.likeness == 1
    return plain and not (sign.thing or sign.stop) and sign.leaning.doubt <= _CLEAR


def _parts(knowledge: Knowledge, text: str) -> list[str]:
    """The clauses of a text, cut also before words that tell of something more."""
    found: list[str] = []
    for clause in written_clauses(text):
        cut = re.split(_before_additions(knowledge), clause, flags=re.IGNORECASE)
        found += [part.strip() for part in cut if part.strip()]
    return found


def _before_additions(knowledge: Knowledge) -> str:
    latin = (word for word in knowledge.wording.additions if word.isascii())
    return rf"\s(?=(?:{'|'.join(map(re.escape, latin))})\s)"


def _adds(knowledge: Knowledge, part: str) -> bool:
    """Whether a part of a text says that it tells of something more."""
    folded = f" {part.casefold()} "
    return any(
        f" {word} " in folded if word.isascii() else word in folded
        for word in knowledge.wording.additions
    )


def _apart(knowledge: Knowledge, one: str, other: str) -> bool:
    return _explained_by(knowledge, one).isdisjoint(_explained_by(knowledge, other))


def _explained_by(knowledge: Knowledge, sign: str) -> frozenset[str]:
    """The causes that may be behind a sign."""
    points = knowledge.signs[sign].leaning.points
    modes = (knowledge.modes[mode] for mode, share in points.items() if share >= _LITTLE)
    return frozenset(cause for mode in modes for cause in mode.causes)


def question_of(knowledge: Knowledge, troubles: Sequence[Trouble]) -> Question:
    """Which of the troubles stops the trade."""
    return Question(
        id=STOPS_TRADE,
        kind=QuestionKind.CHOICE,
        text=knowledge.text_of("troubles.which", troubles=_named(troubles)),
        why=knowledge.phrases["troubles.why"],
        answers=tuple(Answer(each.sign.id, each.sign.label) for each in troubles),
        chances={},
        seconds=_SECONDS,
        does=frozenset(),
    )


def _named(troubles: Iterable[Trouble]) -> LocalizedText:
    return LocalizedText.joined((each.sign.label for each in troubles), " + ")


def _without(knowledge: Knowledge, text: str, aside: Iterable[Trouble]) -> str:
    """A text without the parts in which the troubles set aside are told of."""
    left_out = {trouble.part for trouble in aside}
    return ", ".join(part for part in _parts(knowledge, text) if part not in left_out)


def warning(
    knowledge: Knowledge, troubles: Sequence[Trouble], evidence: Iterable[Evidence]
) -> tuple[LocalizedText, ...]:
    """What is to be kept in mind of several troubles once it was asked which one stops the trade:
    those set aside, or all.  Until then the question names them."""
    if not troubles or chosen_in(evidence) is None:
        return ()
    left = left_aside(troubles, evidence)
    phrase = "troubles.both" if len(left) == len(troubles) else "troubles.aside"
    return (knowledge.text_of(phrase, troubles=_named(left)),)


def left_aside(troubles: Sequence[Trouble], evidence: Iterable[Evidence]) -> tuple[Trouble, ...]:
    """The troubles a session is not about: all of them while nobody knows which stops the trade."""
    chosen = chosen_in(evidence)
    return tuple(each for each in troubles if each.sign.id != chosen)


@dataclass(frozen=True, slots=True)
class ReportedTroubles:
    """The troubles of a report when its end is told: which of them the resolution is about, and of
    which it has to say what became of them.  `chosen` is what `chosen_in` gives."""

    knowledge: Knowledge
    troubles: tuple[Trouble, ...]
    chosen: str | None = None

    def besides(self, fault_class: FaultClass | None, mode: str) -> tuple[int, ...]:
        """The places of those to be settled beside what a resolution of this class and mode (empty
        while open) is about: all but one, or all while nothing tells which one it is about.

        The mode tells it before the class, the class before what was answered: that the printer
        stopped the trade is said before anybody has looked.  Where they disagree all are settled:
        named twice on the paper is better than forgotten.
        """
        own = self._own(fault_class, mode)
        return tuple(place for place in range(len(self.troubles)) if place != own)

    def _own(self, fault_class: FaultClass | None, mode: str) -> int | None:
        modes = self.knowledge.modes
        same = {name for name, one in modes.items() if one.fault_class is fault_class}
        of_mode = self._said_by({mode} & same)
        if of_mode:
            return _most(of_mode)
        ids = [each.sign.id for each in self.troubles]
        answered = ids.index(self.chosen) if self.chosen in ids else None
        of_class = {p: share for p, share in self._said_by(same).items() if share >= _LITTLE}
        if not of_class or answered in of_class:
            return answered
        # A mode none of them speaks of may have been found behind any.
        settled = mode not in same and max(of_class.values()) >= _MOSTLY
        return _most(of_class) if settled else None

    def _said_by(self, modes: Collection[str]) -> dict[int, float]:
        """How much of the sign of each trouble speaks for some modes, where any does."""
        signs = self.knowledge.signs
        points = [signs[each.sign.ref].leaning.points for each in self.troubles]
        shares = [sum(share for mode, share in one.items() if mode in modes) for one in points]
        return {place: share for place, share in enumerate(shares) if share > 0}


def _most(shares: Mapping[int, float]) -> int | None:
    """The one with the most, None when two have as much."""
    most = [place for place, share in shares.items() if share == max(shares.values())]
    return most[0] if len(most) == 1 else None


def reported(
    knowledge: Knowledge, troubles: tuple[Trouble, ...], evidence: Iterable[Evidence]
) -> ReportedTroubles:
    """The troubles of a report with what was answered about them."""
    return ReportedTroubles(knowledge, troubles, chosen_in(evidence))


def chosen_in(evidence: Iterable[Evidence]) -> str | None:
    """The evidence id of the trouble said to stop the trade, empty for "don't know"; None when
    nobody was asked."""
    return next((item.value for item in evidence if item.ref == STOPS_TRADE), None)


def which_is_open(troubles: Sequence[Trouble], evidence: Iterable[Evidence]) -> bool:
    """Whether there are several and nobody was asked which one stops the trade."""
    return bool(troubles) and chosen_in(evidence) is None
