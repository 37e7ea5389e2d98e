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
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import islice

from app.domain.diagnosis.affirmation import (
    FILLERS,
    NAMES,
    WORDS,
    Affirmation,
    SpokenText,
    TextRange,
    clauses,
    crossed,
    outermost,
    undenied,
)
from app.domain.diagnosis.catalogue import Sign, SignKind, Wording
from app.domain.diagnosis.danger_cues import DangerCues
from app.domain.diagnosis.folding import BREAKS, JOINING, LISTED, LONGEST, Folding
from app.domain.diagnosis.match_judging import (
    ASIDE,
    FoundSign,
    SignMatch,
    found_signs,
    judged_matches,
    surer,
    telling_matches,
)
from app.domain.diagnosis.sign_similarity import Resemblance
from app.domain.diagnosis.text_remainder import (
    Nouns,
    broken_at_words,
    filler_places,
    is_whole_clause,
    only_joining,
    without,
)

_WIDEST = 10
"""Tokens that may stand between the parts of one way of saying it."""
_COMMON = frozenset({"<pos>", "<fail>", "<cannot>", "<card>", "<please>", "<transaction>"})
_NAMED = 8.0
"""The weight of a sign whose name is all that was written: more than any of its ways has."""
_ALIKE, _MOST_ALIKE_SAID = 0.62, 0.95
"""From which likeness on something resembles what was written, and the most it may have: what was
not met word for word is never sure."""
_ALIKE_TO_STOP = 0.9
"""The same for a hard stop, which is then asked about."""
_SPELL_CHECKED = 8
_SAME_WORD = 80
"""Likeness in percent from which a Latin word is the misspelt other: one letter of five."""
_MOST_ALIKE = 24
"""Times one word is looked at; a text that repeats it more often says no more."""
_MOST_CHOICES = 60
_NO_WORDS = BREAKS | {LISTED}
_DENYING = frozenset({"!absences", "!explicit", "!gone"})


@dataclass(frozen=True, slots=True)
class TextReading:
    """What was made of a text: its signs, the most telling first, the tokens that are more than
    talk (without fillers, bare nouns, and what a hollow sign or a denial says already), and those
    that are neither talk nor denied."""

    found: tuple[FoundSign, ...] = ()
    rest: tuple[str, ...] = ()
    undenied: tuple[str, ...] = ()
    more: bool = False
    """Whether more is said than what it is about: "打印机那块" names a subject."""


@dataclass(frozen=True, slots=True)
class _Way:
    """One way of saying a sign: its parts, each a set of names, whether they may be far apart,
    whether it must be all that is said, and whether it only raises the question."""

    sign: str
    parts: tuple[tuple[str, ...], ...]
    far: bool
    alone: bool
    asks: bool


@dataclass(slots=True)
class _Node:
    """A place in the tree of all phrases: those that end here, and what may follow, if anything
    does: half of the places are ends."""

    names: tuple[str, ...] = ()
    next: dict[str, _Node] | None = None


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
        self._troubles: set[str] = set()
        for group, words in wording.groups.items():
            for word in words:
                self._learn(word, f"<{group}>")
        for name in NAMES:
            for word in getattr(wording.denials, name[1:]):
                self._learn(word, name)
        for name in (FILLERS, WORDS):
            for word in getattr(wording, name[1:]):
                self._learn(word, name)
        for sign in signs.values():
            for way in sign.says:
                self._learn_way(sign.id, way)
            for way in sign.asks:
                self._learn_way(sign.id, way, asks=True)
        stopping = (
            (name, [way for way in ways if signs[way.sign].stop])
            for name, ways in self._ways.items()
        )
        self._stopping = {name: ways for name, ways in stopping if ways}
        ways = (way for sign in signs.values() if sign.thing for way in sign.says)
        self._subjects = {f"<{name}>" for way in ways for name in _groups_alone(way)}
        self._cues = DangerCues(self.folding, signs.values(), wording.groups)
        # Of two words as near the first is taken, so their order must not be that of a set.
        spelt = (word for word in self._phrases if len(word) > 3 and word.isascii())
        self._vocabulary = sorted(spelt)
        self._nouns = Nouns(wording.nouns, self.folding)
        # A word the catalogue names in any list is spelt as it should be.
        self._known = self._nouns.words | self._phrases | JOINING
        self._resemblance = Resemblance(signs, self.folding)
        self._named = {
            tuple(self.folding.tokens(name)): sign.id
            for sign in signs.values()
            for _language, name in sign.text.texts
        }
        self.folding.forget_phrases()

    # --- learning the catalogue ----------------------------------------------------------------

    def _learn(self, phrase: str, name: str) -> None:
        tokens = [token for token in self.folding.phrase(phrase) if token not in _NO_WORDS]
        node = self._root
        for token in tokens:
            if node.next is None:
                node.next = {}
            node = node.next.setdefault(token, _Node())
        if tokens:
            if name not in node.names:
                node.names = (*node.names, name)
            self._phrases.update(tokens)

    def _learn_way(self, sign: str, way: str, *, asks: bool = False) -> None:
        parts = []
        alone = way.startswith("^")
        for part in way.removeprefix("^").replace("++", "+").split("+"):
            names: dict[str, None] = {}
            for choice in part.strip().strip("<>").split("|") if "<" in part else [part.strip()]:
                name = f"<{choice}>" if "<" in part else f"={choice}"
                names[name] = None
                if "<" not in part:
                    self._learn(choice, name)
            parts.append(tuple(names))
        made = _Way(sign, tuple(parts), "++" in way, alone, asks)
        for name in made.parts[0]:
            self._ways[name].append(made)
            if len(parts) == 1 and name[0] == "=" and not (asks or self._signs[sign].thing):
                self._troubles.add(name)

    # --- reading a text ------------------------------------------------------------------------

    def tokens(self, text: str) -> list[str]:
        """The folded text with misspelt Latin words put right."""
        return self._spelt(text)[0]

    def _spelt(self, text: str) -> tuple[list[str], frozenset[int]]:
        """The tokens of a text and the places where a word was put right."""
        tokens = self.folding.tokens(text)
        left = _SPELL_CHECKED
        mended: set[int] = set()
        for i, token in enumerate(tokens):
            if len(token) > 4 and left and token not in self._known and token.isalpha():
                if not token.isascii():
                    continue
                left -= 1
                best = self._nearest(token, self._vocabulary, score_cutoff=_SAME_WORD)
                if best is not None and best[0][0] == token[0]:
                    tokens[i] = best[0]
                    mended.add(i)
        return tokens, frozenset(mended)

    def dangers(self, text: str) -> list[FoundSign]:
        """The signs of hard stops a text says word for word: of what `read` finds, without what
        only sounds like one.  Most texts hold none of their words, which is soon seen."""
        tokens, mended = self._spelt(text)
        spans = self._outermost(tokens) if self._may_stop(tokens) else []
        kept = telling_matches(self._matches(tokens, spans, mended)) if spans else []
        found = self._with_named(list(found_signs(kept, clauses(tokens))), text)
        if tokens and len(text) > LONGEST:
            found = self._with_danger(found, text)
        return [one for one in found if self._signs[one.sign].stop]

    def _may_stop(self, tokens: Sequence[str]) -> bool:
        """Whether a way of saying the sign of a hard stop has all its parts in a text."""
        names = {span.name for span in self._spans(tokens)}
        return any(
            not any(names.isdisjoint(part) for part in way.parts)
            for name in names & self._stopping.keys()
            for way in self._stopping[name]
        )

    def read(self, text: str) -> TextReading:
        """What a text says."""
        tokens, mended = self._spelt(text)
        if not tokens:
            return TextReading()
        spans = self._outermost(tokens)
        matches = self._matches(tokens, spans, mended)
        kept = telling_matches(matches)
        talk = filler_places(spans)
        found = self._with_named(list(found_signs(kept, clauses(tokens))), text)
        plain = [m for m in kept if m.sign.kind not in ASIDE and not m.negated and not m.asks]
        if sum(m.weight for m in plain) < 4.0:
            seen = {m.sign.id for m in matches} | {one.sign for one in found}
            best = max((m.weight for m in plain), default=0.0)
            left = broken_at_words(without(tokens, talk, *(m.tokens for m in kept)), spans)
            doubtful = any(s.name in _DENYING or s.name == WORDS for s in spans)
            # Nouns alone resemble nothing, however they stand together.
            spoken = any(token not in _NO_WORDS for token in self._nouns.left_out(left))
            for sign, alike, weight in self._resemblance.near(left) if spoken else ():
                likeness = min(alike, _MOST_ALIKE_SAID)
                stop = self._signs[sign].stop
                if self._signs[sign].kind is SignKind.REQUEST:
                    continue  # asked for in so many words, or not at all
                if stop and (doubtful or likeness < _ALIKE_TO_STOP):
                    continue
                if sign not in seen and likeness >= _ALIKE and weight > best:
                    found.append(FoundSign(sign=sign, weight=weight * likeness, likeness=likeness))
        if len(text) > LONGEST:
            found = self._with_danger(found, text)
        rest = without(tokens, talk, *(m.tokens for m in kept if m.sign.hollow or m.negated))
        rest = self._nouns.left_out(rest)
        said = without(tokens, talk, *(m.tokens for m in matches if m.negated))
        named = (range(s.start, s.end) for s in spans if s.name in self._subjects)
        more = not only_joining(self._nouns.left_out(without(tokens, talk, *named)))
        ranked = tuple(sorted(found, key=lambda f: -f.weight))
        return TextReading(ranked, tuple(rest), tuple(self._nouns.left_out(said)), more)

    def _with_named(self, found: list[FoundSign], text: str) -> list[FoundSign]:
        """What was found, and the signs of which a whole line is the name: names are offered while
        somebody types, and a name that was chosen means its sign.  A misspelt one proves nothing.
        """
        for line in text.splitlines() if len(text) <= LONGEST else ():
            tokens = self.folding.tokens(line)
            while tokens and tokens[-1] in BREAKS:
                tokens.pop()
            named = self._named.get(tuple(tokens))
            if named is None:
                continue
            if not any(one.sign == named and not one.negated for one in found):
                others = [one for one in found if one.sign != named]
                found = [FoundSign(sign=named, weight=_NAMED), *others]
        return found

    def _with_danger(self, found: list[FoundSign], text: str) -> list[FoundSign]:
        """What was found at the ends of a long text, and the danger said anywhere in it."""
        known = {f.sign: f for f in found}
        tokens = self.folding.tokens(text, whole=True)
        for passage in dict.fromkeys(self._cues.passages(tokens)):
            for m in telling_matches(self._matches(passage, self._outermost(passage), ())):
                before = known.get(m.sign.id)
                if not m.sign.stop or (m.negated and before is not None):
                    continue
                asked = m.standing is Affirmation.OPEN
                surer = before is None or before.negated or before.likeness < 1
                if surer or (before is not None and before.asked and not asked):
                    known[m.sign.id] = FoundSign(
                        sign=m.sign.id, weight=m.weight, negated=m.negated, asked=asked
                    )
        return list(known.values())

    def _outermost(self, tokens: Sequence[str]) -> list[TextRange]:
        return outermost(undenied(crossed(list(self._spans(tokens))), self._troubles))

    def _spans(self, tokens: Sequence[str]) -> Iterator[TextRange]:
        for start in range(len(tokens)):
            node = self._root
            for end in range(start, min(len(tokens), start + 14)):
                following = node.next.get(tokens[end]) if node.next else None
                if following is None:
                    break
                node = following
                for name in node.names:
                    yield TextRange(start, end + 1, name)

    def groups(self, tokens: Sequence[str]) -> list[set[str]]:
        """The groups of words met in each clause."""
        found: dict[int, set[str]] = defaultdict(set)
        clause = clauses(tokens)
        for span in self._spans(tokens):
            if span.name[0] == "<":
                found[clause[span.start]].add(span.name)
        return list(found.values())

    def _matches(
        self, tokens: Sequence[str], spans: list[TextRange], mended: Collection[int]
    ) -> list[SignMatch]:
        """One match for each sign: the surest way it is said, and the most telling of those.  A
        hard stop that rests on a misspelt word is a question, not a fact."""
        clause = clauses(tokens)
        speech = SpokenText(tokens, spans)
        by_name: dict[str, list[TextRange]] = defaultdict(list)
        for span in spans:
            if len(by_name[span.name]) < _MOST_ALIKE:
                by_name[span.name].append(span)
        best: dict[str, SignMatch] = {}
        for match in judged_matches(speech, list(self._candidates(tokens, by_name, clause))):
            known = best.get(match.sign.id)
            if match.sign.stop and not match.negated and not match.tokens.isdisjoint(mended):
                match = replace(match, standing=Affirmation.OPEN)
            if known is None or surer(match, known):
                best[match.sign.id] = match
        return list(best.values())

    def _candidates(
        self, tokens: Sequence[str], by_name: Mapping[str, list[TextRange]], clause: Sequence[int]
    ) -> Iterator[SignMatch]:
        """Every way of saying a sign that is met, in the order of the text."""
        for name in list(by_name):
            for way in self._ways.get(name, ()):
                if not all(any(n in by_name for n in part) for part in way.parts):
                    continue
                if len(way.parts) == 1:
                    met: Iterable[tuple[TextRange, ...]] = ((span,) for span in by_name[name])
                else:
                    closest = _closest(way, by_name, clause)
                    met = () if closest is None else (closest,)
                for chosen in met:
                    if not way.alone or is_whole_clause(chosen, tokens, by_name, clause):
                        yield self._match(way, chosen, tokens)

    def _match(self, way: _Way, chosen: tuple[TextRange, ...], tokens: Sequence[str]) -> SignMatch:
        covered = frozenset(i for span in chosen for i in range(span.start, span.end))
        weight = sum(_weight(span, tokens) for span in chosen) + 0.5 * (len(chosen) - 1)
        return SignMatch(
            sign=self._signs[way.sign], parts=chosen, tokens=covered, weight=weight, asks=way.asks
        )


def _groups_alone(way: str) -> list[str]:
    """The groups of words a way of saying it consists of, when it is one part."""
    return way.strip("<>").split("|") if way.startswith("<") and "+" not in way else []


def _closest(
    way: _Way, by_name: Mapping[str, list[TextRange]], clause: Sequence[int]
) -> tuple[TextRange, ...] | None:
    """The tightest choice of one span for each part."""
    choices: list[tuple[TextRange, ...]] = [()]
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


def _weight(span: TextRange, tokens: Sequence[str]) -> float:
    found = sum(1.0 if not t.isascii() else 1.7 for t in tokens[span.start : span.end])
    return found * (0.5 if span.name in _COMMON else 1.0)
