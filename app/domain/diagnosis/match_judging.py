"""Judges the matches of one text: how each is said, which say something of their own, and what is
left as signs."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from app.domain.diagnosis.affirmation import Affirmation, SpokenText, TextRange
from app.domain.diagnosis.catalogue import Sign, SignKind


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundSign:
    """A sign met in a text.  `likeness` is below one when it only resembles what was written;
    `asked` when it is a question or a worry, neither said nor denied; `requested` when its words
    are part of a request.  `clause` is the number of the clause it stands in, -1 when unknown."""

    sign: str
    weight: float
    negated: bool = False
    likeness: float = 1.0
    asked: bool = False
    requested: bool = False
    clause: int = -1


@dataclass(frozen=True, slots=True, kw_only=True)
class SignMatch:
    """A way of saying a sign that was met, and how it is said."""

    sign: Sign
    parts: tuple[TextRange, ...]
    tokens: frozenset[int]
    weight: float
    standing: Affirmation = Affirmation.AFFIRMED
    asks: bool = False
    """Whether this way only raises the question."""

    @property
    def negated(self) -> bool:
        """Whether it is said not to be there."""
        return self.standing is Affirmation.DENIED


ASIDE = frozenset({SignKind.CIRCUMSTANCE, SignKind.REQUEST})
"""Signs that stand beside what is wrong."""


def judged_matches(speech: SpokenText, matches: list[SignMatch]) -> Iterator[SignMatch]:
    """The matches with how each is said.  What overlaps something denied, or goes on an
    enumeration of it, is denied with it."""
    zone: set[int] = set()
    onward: set[int] = set()
    judged: list[SignMatch] = []
    for match in sorted(matches, key=lambda m: (min(m.tokens), -len(m.tokens))):
        thing = match.sign.thing
        standing = speech.standing(
            match.parts,
            match.tokens,
            thing=thing,
            aside=match.sign.kind is SignKind.CIRCUMSTANCE,
        )
        swept = min(match.tokens) in onward and not speech.refuses(match.tokens)
        inside = min(match.tokens) in zone
        if not thing and standing is not Affirmation.DENIED and (swept or inside):
            standing = Affirmation.DENIED
        if standing is Affirmation.DENIED and not thing:
            zone |= match.tokens
            onward.update(speech.joined(max(match.tokens)))
        judged.append(replace(match, standing=standing))
    denied = [m for m in judged if m.negated]
    for match in judged:
        same = (m.sign is match.sign and bool(m.tokens & match.tokens) for m in denied)
        if not match.negated and any(same) and not speech.refuses(match.tokens):
            match = replace(match, standing=Affirmation.DENIED)
        if match.asks and not match.negated:
            match = replace(match, standing=Affirmation.OPEN)
        yield match


def surer(match: SignMatch, known: SignMatch) -> bool:
    """Whether this way of saying a sign counts for more than the one known."""
    return (match.standing, match.weight) > (known.standing, known.weight)


def telling_matches(matches: list[SignMatch]) -> list[SignMatch]:
    """Matches that say something of their own.

    A sign inside a circumstance is part of it: "signed in again, to no avail" is not "sign in".
    """
    kept: list[SignMatch] = []
    covered: dict[SignKind | None, set[int]] = defaultdict(set)
    around = [m.tokens for m in matches if m.sign.kind is SignKind.CIRCUMSTANCE]
    for match in sorted(matches, key=lambda m: (-m.weight, m.sign.id)):
        if match.asks:
            # It says nothing by itself, and takes no words from what does.
            if not match.negated:
                kept.append(match)
            continue
        aside = match.sign.kind if match.sign.kind in ASIDE else None
        if aside is None and any(match.tokens < tokens for tokens in around):
            continue
        pool = covered[aside]
        fresh = len(match.tokens - pool)
        if fresh * 2 > len(match.tokens):
            kept.append(match)
            pool |= match.tokens
    return kept


def found_signs(kept: Sequence[SignMatch], clause: Sequence[int]) -> Iterator[FoundSign]:
    """The matches as signs; what lies mostly in the words of a request is part of it."""
    wanted: set[int] = set()
    for match in kept:
        if match.sign.kind is SignKind.REQUEST and not match.negated:
            wanted |= match.tokens
    for match in kept:
        if match.sign.thing and _only_denied(match, kept, clause):
            continue
        inside = match.sign.kind is not SignKind.REQUEST and not match.sign.stop
        yield FoundSign(
            sign=match.sign.id,
            weight=match.weight,
            negated=match.negated,
            asked=match.standing is Affirmation.OPEN,
            requested=inside and len(match.tokens & wanted) * 2 > len(match.tokens),
            clause=clause[min(match.tokens)],
        )


def _only_denied(thing: SignMatch, kept: Sequence[SignMatch], clause: Sequence[int]) -> bool:
    """Whether a thing is named only to say that it is no danger: "the battery is not swollen" does
    not point at the battery."""
    here = [
        match.negated
        for match in kept
        if match.sign.stop and clause[min(match.tokens)] == clause[min(thing.tokens)]
    ]
    return bool(here) and all(here)
