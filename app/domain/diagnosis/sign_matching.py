"""Finds the signs of the catalogue in what people type: Chinese and English, several in one
sentence, negated, misspelt, with screen text in the middle.

A sign is found when all parts of one of its ways of being said stand in one clause, in any order.
A match that lies inside a more telling one is dropped ("card" inside "card frozen").  What nothing
matched is compared by shared characters and character pairs, which finds near misses without a
word segmenter.  Misspelt Latin words are put right against the catalogue's own vocabulary by edit
distance (rapidfuzz).
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import islice

from app.domain.diagnosis.catalogue import Sign, SignKind, Wording
from app.domain.diagnosis.folding import BREAK, Folding
from app.domain.diagnosis.sign_similarity import Resemblance

_NOT, _FINE, _FILLER, _OTHERS = "!not", "!fine", "!filler", ("<others>", "<however>")
_WIDEST = 10
"""Tokens that may stand between the parts of one way of saying it."""
_COMMON = frozenset({"<pos>", "<fail>", "<cannot>", "<card>", "<please>", "<transaction>"})
_ALIKE = 0.62
_SPELL_CHECKED = 8
_SAME_WORD = 80
"""Likeness in percent from which a Latin word is the misspelt other: one letter of five."""
_MOST_ALIKE = 24
"""Times one word is looked at; a text that repeats it more often says no more."""
_MOST_CHOICES = 60


@dataclass(frozen=True, slots=True)
class FoundSign:
    """A sign met in a text.  `likeness` is below one when it only resembles what was written."""

    sign: str
    weight: float
    negated: bool = False
    likeness: float = 1.0


@dataclass(frozen=True, slots=True)
class TextReading:
    """What was made of a text: its signs, the most telling first, and the tokens that are more
    than talk (without fillers, and without what a hollow sign says already)."""

    found: tuple[FoundSign, ...] = ()
    rest: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Way:
    """One way of saying a sign: its parts, each a set of names, and whether they may be far
    apart."""

    sign: str
    parts: tuple[frozenset[str], ...]
    far: bool


@dataclass(frozen=True, slots=True)
class _Span:
    start: int
    end: int
    name: str


@dataclass(frozen=True, slots=True)
class _Match:
    sign: Sign
    tokens: frozenset[int]
    weight: float
    negated: bool


@dataclass(slots=True)
class _Node:
    names: set[str] = field(default_factory=set)
    next: dict[str, _Node] = field(default_factory=dict)


class Matcher:
    """Finds signs.  Made once for a catalogue; `find` is pure."""

    def __init__(self, signs: Mapping[str, Sign], wording: Wording) -> None:
        from rapidfuzz import fuzz, process  # slow to load, and not needed to open the window

        self._nearest = partial(process.extractOne, scorer=fuzz.ratio)
        self.folding = Folding(wording)
        self._signs = signs
        self._root = _Node()
        self._ways: dict[str, list[_Way]] = defaultdict(list)
        self._phrases: set[str] = set()
        for group, words in wording.groups.items():
            for word in words:
                self._learn(word, f"<{group}>")
        for word in wording.negations:
            self._learn(word, _NOT)
        for word in wording.affirmations:
            self._learn(word, _FINE)
        for word in wording.fillers:
            self._learn(word, _FILLER)
        for sign in signs.values():
            for way in sign.says:
                self._learn_way(sign.id, way)
        self._vocabulary = [word for word in self._phrases if len(word) > 3 and word.isascii()]
        self._known = frozenset(self._phrases)
        self._resemblance = Resemblance(signs, self.folding)

    # --- learning the catalogue ----------------------------------------------------------------

    def _learn(self, phrase: str, name: str) -> None:
        tokens = [token for token in self.folding.phrase(phrase) if token != BREAK]
        node = self._root
        for token in tokens:
            node = node.next.setdefault(token, _Node())
        if tokens:
            node.names.add(name)
            self._phrases.update(tokens)

    def _learn_way(self, sign: str, way: str) -> None:
        parts = []
        for part in way.replace("++", "+").split("+"):
            names = set()
            for choice in part.strip().strip("<>").split("|") if "<" in part else [part.strip()]:
                name = f"<{choice}>" if "<" in part else f"={choice}"
                names.add(name)
                if "<" not in part:
                    self._learn(choice, name)
            parts.append(frozenset(names))
        made = _Way(sign, tuple(parts), "++" in way)
        for name in made.parts[0]:
            self._ways[name].append(made)

    # --- reading a text ------------------------------------------------------------------------

    def tokens(self, text: str) -> list[str]:
        """The folded text with misspelt Latin words put right."""
        tokens = self.folding.tokens(text)
        left = _SPELL_CHECKED
        for i, token in enumerate(tokens):
            if len(token) > 4 and left and token not in self._known and token.isalpha():
                if not token.isascii():
                    continue
                left -= 1
                best = self._nearest(token, self._vocabulary, score_cutoff=_SAME_WORD)
                if best is not None and best[0][0] == token[0]:
                    tokens[i] = best[0]
        return tokens

    def read(self, text: str) -> TextReading:
        """What a text says."""
        tokens = self.tokens(text)
        if not tokens:
            return TextReading()
        spans = _outermost(list(self._spans(tokens)))
        matches = self._matches(tokens, spans)
        kept = _telling(matches)
        talk = _talk(spans)
        found = [FoundSign(m.sign.id, m.weight, m.negated) for m in kept]
        plain = [m for m in kept if m.sign.kind is not SignKind.CIRCUMSTANCE and not m.negated]
        if sum(m.weight for m in plain) < 4.0:
            seen = {m.sign.id for m in matches}
            best = max((m.weight for m in plain), default=0.0)
            left = _without(tokens, talk, *(m.tokens for m in kept))
            for sign, likeness, weight in self._resemblance.near(left):
                if sign not in seen and likeness >= _ALIKE and weight > best:
                    found.append(FoundSign(sign, weight * likeness, likeness=likeness))
        rest = _without(tokens, talk, *(m.tokens for m in kept if m.sign.hollow))
        return TextReading(tuple(sorted(found, key=lambda f: -f.weight)), tuple(rest))

    def _spans(self, tokens: Sequence[str]) -> Iterator[_Span]:
        for start in range(len(tokens)):
            node = self._root
            for end in range(start, min(len(tokens), start + 14)):
                following = node.next.get(tokens[end])
                if following is None:
                    break
                node = following
                for name in node.names:
                    yield _Span(start, end + 1, name)

    def _matches(self, tokens: Sequence[str], spans: list[_Span]) -> list[_Match]:
        clause = _clauses(tokens)
        by_name: dict[str, list[_Span]] = defaultdict(list)
        for span in spans:
            if len(by_name[span.name]) < _MOST_ALIKE:
                by_name[span.name].append(span)
        best: dict[str, _Match] = {}
        for name in list(by_name):
            for way in self._ways.get(name, ()):
                if not all(any(n in by_name for n in part) for part in way.parts):
                    continue
                chosen = _closest(way, by_name, clause)
                if chosen is None:
                    continue
                match = self._match(way, chosen, tokens, by_name, clause)
                known = best.get(way.sign)
                if known is None or match.weight > known.weight:
                    best[way.sign] = match
        return list(best.values())

    def _match(
        self,
        way: _Way,
        chosen: Sequence[_Span],
        tokens: Sequence[str],
        by_name: Mapping[str, list[_Span]],
        clause: Sequence[int],
    ) -> _Match:
        covered = frozenset(i for span in chosen for i in range(span.start, span.end))
        weight = sum(_weight(span, tokens) for span in chosen) + 0.5 * (len(chosen) - 1)
        sign = self._signs[way.sign]
        plain = sign.kind is not SignKind.CIRCUMSTANCE
        return _Match(
            sign,
            covered,
            weight,
            _denied(min(covered), by_name, clause)
            or (plain and _affirmed(max(covered), by_name, clause)),
        )


def _without(tokens: Sequence[str], *covered: Collection[int]) -> list[str]:
    """The tokens with a gap where something else explains them."""
    gone = {i for places in covered for i in places}
    return [BREAK if i in gone else token for i, token in enumerate(tokens)]


def _talk(spans: Iterable[_Span]) -> set[int]:
    """The places of fillers."""
    return {i for s in spans if s.name == _FILLER for i in range(s.start, s.end)}


def _clauses(tokens: Sequence[str]) -> list[int]:
    number, found = 0, []
    for token in tokens:
        number += token == BREAK
        found.append(number)
    return found


def _outermost(spans: list[_Span]) -> list[_Span]:
    """Spans that do not lie strictly inside a longer one."""
    reach: dict[int, int] = {}
    for span in spans:
        reach[span.start] = max(reach.get(span.start, 0), span.end)
    starts: list[int] = []
    ends: list[int] = []
    for start in sorted(reach):
        if not ends or reach[start] > ends[-1]:
            starts.append(start)
            ends.append(reach[start])
    kept = []
    groups = {(s.start, s.end) for s in spans if s.name.startswith("<") or s.name == _FILLER}
    for span in spans:
        # "正常" inside "网络正常" still says that it is in order; inside "不正常" it does not, nor
        # is "不是" inside "是不是" a no.
        if span.name in (_NOT, _FINE) and not any(
            start <= span.start and span.end <= end and end - start > span.end - span.start
            for start, end in groups
        ):
            kept.append(span)
            continue
        # Starts and ends both rise, so the last one that begins before reaches furthest.
        place = bisect_right(starts, span.start) - 1
        longer = ends[place] - starts[place] > span.end - span.start
        if not (span.end <= ends[place] and longer):
            kept.append(span)
    return kept


def _closest(
    way: _Way, by_name: Mapping[str, list[_Span]], clause: Sequence[int]
) -> tuple[_Span, ...] | None:
    """The tightest choice of one span for each part."""
    choices: list[tuple[_Span, ...]] = [()]
    for part in way.parts:
        near = tuple(islice((span for name in part for span in by_name.get(name, ())), 12))
        choices = [
            (*chosen, span)
            for chosen in choices
            for span in near
            if all(span.end <= other.start or other.end <= span.start for other in chosen)
            and (way.far or all(clause[span.start] == clause[other.start] for other in chosen))
        ][:_MOST_CHOICES]
    best, width = None, math.inf
    for chosen in choices:
        extent = max(s.end for s in chosen) - min(s.start for s in chosen)
        gap = extent - sum(s.end - s.start for s in chosen)
        if (way.far or gap <= _WIDEST) and gap < width:
            best, width = chosen, gap
    return best


def _weight(span: _Span, tokens: Sequence[str]) -> float:
    found = sum(1.0 if not t.isascii() else 1.7 for t in tokens[span.start : span.end])
    return found * (0.5 if span.name in _COMMON else 1.0)


def _denied(first: int, by_name: Mapping[str, list[_Span]], clause: Sequence[int]) -> bool:
    """Whether it is said not to be so, right before it."""
    return any(
        clause[span.start] == clause[first] and 0 <= first - span.end <= 2
        for span in by_name.get(_NOT, ())
    )


def _affirmed(last: int, by_name: Mapping[str, list[_Span]], clause: Sequence[int]) -> bool:
    """Whether it, and not something else, is said to be in order right behind it.  Circumstances
    are such words themselves: "the internet works fine" is one."""
    for span in by_name.get(_FINE, ()):
        if clause[span.start] == clause[last] and 0 <= span.start - last - 1 <= 3:
            turned = (o for name in _OTHERS for o in by_name.get(name, ()))
            return not any(last < o.start < span.start for o in turned)
    return False


def _telling(matches: list[_Match]) -> list[_Match]:
    """Matches that say something of their own.

    A sign inside a circumstance is part of it: "signed in again, to no avail" is not "sign in".
    """
    kept: list[_Match] = []
    covered: dict[bool, set[int]] = {True: set(), False: set()}
    around = [m.tokens for m in matches if m.sign.kind is SignKind.CIRCUMSTANCE]
    for match in sorted(matches, key=lambda m: (-m.weight, m.sign.id)):
        aside = match.sign.kind is SignKind.CIRCUMSTANCE
        if not aside and any(match.tokens < tokens for tokens in around):
            continue
        pool = covered[aside]
        fresh = len(match.tokens - pool)
        if fresh * 2 > len(match.tokens):
            kept.append(match)
            pool |= match.tokens
    return kept
