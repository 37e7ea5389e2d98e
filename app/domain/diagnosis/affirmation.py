"""Whether what is met in a text is said to be so, asked or feared, or said not to be so.

A word of denial reaches what stands right behind it, over words that only lead on ("没有 出现
任何 …", "no sign of …"), and from there over "or" and "、" to the next.  It ends with the clause,
at anything else that is said, and at what carries its own "not".  Behind it, "… 已排除" and
"… was ruled out" deny; a yes-or-no question and a worry say neither, while "what shall I do" and
"why" take what they ask about for granted.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import IntEnum

from app.domain.diagnosis.catalogue import Denials
from app.domain.diagnosis.folding import ASKED, BREAKS, LISTED


class Affirmation(IntEnum):
    """How a thing is said; the higher, the surer."""

    DENIED = 0
    OPEN = 1
    AFFIRMED = 2


@dataclass(frozen=True, slots=True)
class TextRange:
    """Tokens from `start` up to `end` that are a known phrase called `name`."""

    start: int
    end: int
    name: str


FILLERS, WORDS = "!fillers", "!words"
"""The names of talk, and of ordinary words that no phrase is cut out of."""
NAMES = tuple(f"!{name}" for name in Denials.__dataclass_fields__)
"""The names under which words of denial and doubt stand among the spans, one for each list."""
_SPOKEN = frozenset(NAMES)
_NEAR = 2
"""Tokens that may stand between an explicit denial and what it denies."""
_AFTER = 3
"""Tokens that may stand between a thing and what is said of it behind it."""
_LISTED_WITHIN = 3
"""Tokens a denied thing may have before the "or" behind it."""
_QUESTION = 5
"""Tokens that may stand between the word of a question or worry and what it is about."""


class SpokenText:
    """One text as it bears on what is said in it."""

    def __init__(self, tokens: Sequence[str], spans: Iterable[TextRange]) -> None:
        self._tokens = tokens
        self._at: dict[str, dict[int, int]] = defaultdict(dict)
        self._by: dict[str, list[TextRange]] = defaultdict(list)
        for span in spans:
            if span.name.startswith("!"):
                self._by[span.name].append(span)
                known = self._at[span.name].get(span.start, 0)
                self._at[span.name][span.start] = max(known, span.end)
        self._clause = clauses(tokens)
        self._soft = self._reached(self._by["!absences"])
        self._list_on()
        self._firm = self._reached(self._by["!explicit"])
        self._ends = self._clause_ends()

    def _reached(self, deniers: Iterable[TextRange]) -> dict[int, set[int]]:
        """Where something would stand right behind one of these: start to the denying tokens."""
        found: dict[int, set[int]] = defaultdict(set)
        for span in deniers:
            for place in self._onward(span.end, "!bridges"):
                found[place].update(range(span.start, span.end))
        return found

    def _list_on(self) -> None:
        """What is listed with a denied thing nobody knows is denied, too: "no fire or smoke"."""
        for place, denying in list(self._soft.items()):
            for last in range(place, min(place + _LISTED_WITHIN, len(self._tokens))):
                if self._tokens[last] in BREAKS or (last in self._soft and last != place):
                    break
                for following in self.joined(last):
                    self._soft[following].update(denying)

    def _onward(self, place: int, *names: str) -> Iterator[int]:
        """This place and those behind words of these kinds, within the clause."""
        waiting, seen = [place], set()
        while waiting:
            here = waiting.pop()
            if here in seen:
                continue
            seen.add(here)
            yield here
            waiting.extend(end for name in names if (end := self._at[name].get(here)))

    def _clause_ends(self) -> dict[int, int]:
        ends: dict[int, int] = {}
        for place, number in enumerate(self._clause):
            if self._tokens[place] not in BREAKS:
                ends[number] = place + 1
        return ends

    # --- one thing -----------------------------------------------------------------------------

    def standing(
        self, parts: Sequence[TextRange], covered: frozenset[int], *, thing: bool, aside: bool
    ) -> Affirmation:
        """How something is said whose words stand in `parts`.

        A `thing` is only denied outright ("it is not the printer"): that it is missing is the
        trouble.  What is said `aside` (a circumstance) is not put right by "works fine".
        """
        first, last = min(covered), max(covered)
        if self._denied_behind(last, thing):
            return Affirmation.DENIED
        if not self._denied_twice(parts, covered) and (
            self._denied_outright(parts, covered) or (not thing and self._absent(parts, covered))
        ):
            return Affirmation.DENIED
        if not aside and self._in_order(last):
            return Affirmation.DENIED
        return Affirmation.OPEN if self._asked(first, last, covered) else Affirmation.AFFIRMED

    def _denied_outright(self, parts: Sequence[TextRange], covered: frozenset[int]) -> bool:
        first = min(covered)
        near = any(
            self._clause[span.start] == self._clause[first] and 0 <= first - span.end <= _NEAR
            for span in self._by["!explicit"]
        )
        return near or any(
            not covered & self._firm[part.start] for part in parts if part.start in self._firm
        )

    def _denied_twice(self, parts: Sequence[TextRange], covered: frozenset[int]) -> bool:
        """Whether a denial of it is denied in turn, which says that it is so: "不是没冒烟"."""
        for part in parts:
            denying = self._soft.get(part.start, set())
            if denying and not covered & denying:
                first = min(denying)
                if any(span.end == first for span in self._by["!explicit"]):
                    return True
        return False

    def _absent(self, parts: Sequence[TextRange], covered: frozenset[int]) -> bool:
        return any(
            not covered & self._soft[part.start] for part in parts if part.start in self._soft
        )

    def _denied_behind(self, last: int, thing: bool) -> bool:
        """Whether it is said behind it not to be there: anywhere near, or as the last word."""
        end = self._ends.get(self._clause[last], last + 1)
        for span in self._by["!gone"]:
            if self._same(span.start, last) and 0 <= span.start - last - 1 <= _AFTER:
                return True
        if thing:
            return False
        for place in self._onward(last + 1, "!bridges"):
            stop = self._at["!none"].get(place)
            if stop is not None and any(p >= end for p in self._onward(stop, "!bridges")):
                return not self._ends_asking(last)
        return False

    def _same(self, place: int, other: int) -> bool:
        return place < len(self._clause) and self._clause[place] == self._clause[other]

    def _ends_asking(self, place: int) -> bool:
        end = self._ends.get(self._clause[place], len(self._tokens))
        return end < len(self._tokens) and self._tokens[end] == ASKED

    def _in_order(self, last: int) -> bool:
        """Whether it, and not something else, is said to be in order right behind it."""
        for span in self._by["!affirmations"]:
            if self._same(span.start, last) and 0 <= span.start - last - 1 <= _AFTER:
                return not any(last < o.start < span.start for o in self._by["!turns"])
        return False

    def _asked(self, first: int, last: int, covered: frozenset[int]) -> bool:
        """Whether it is a question or a worry."""
        for name in ("!questions", "!worries"):
            for span in self._by[name]:
                near = self._same(span.start, first) and 0 <= first - span.end <= _QUESTION
                if near and covered.isdisjoint(range(span.start, span.end)):
                    return True
        if any(
            0 <= s.start - last - 1 <= 2 and self._same(s.start, last) for s in self._by["!askings"]
        ):
            return True
        if not self._ends_asking(last):
            return False
        number = self._clause[last]
        if any(self._clause[span.start] == number for span in self._by["!open_questions"]):
            return False
        start = self._clause.index(number)
        start += self._tokens[start] in BREAKS
        opened = any(span.start == start for span in self._by["!asking_first"])
        return opened or self._ends[number] - last - 1 <= _NEAR

    # --- several things ------------------------------------------------------------------------

    def joined(self, last: int) -> Iterator[int]:
        """Where the next of an enumeration begins, when one goes on behind `last`."""
        place = last + 1
        listed = place < len(self._tokens) and self._tokens[place] == LISTED
        stop = place + 1 if listed else self._at["!joints"].get(place)
        if stop is not None:
            yield from self._onward(stop, "!bridges", "!joints")

    def refuses(self, covered: frozenset[int]) -> bool:
        """Whether something carries a "not" of its own, so that none before it reaches it."""
        own = (*self._by["!absences"], *self._by["!explicit"])
        return any(span.start in covered for span in own)


def clauses(tokens: Sequence[str]) -> list[int]:
    """The number of the clause of each token; the token that ends one begins the next."""
    number, found = 0, []
    for token in tokens:
        number += token in BREAKS
        found.append(number)
    return found


def undenied(spans: Sequence[TextRange], troubles: Collection[str]) -> list[TextRange]:
    """The spans without those that a denial and the beginning of a trouble make together: in
    "没有额度不足" there is no "没有额度", for what is denied is "额度不足"."""
    deniers: dict[int, list[int]] = defaultdict(list)
    reach: dict[int, int] = {}
    for span in spans:
        if span.name == "!absences":
            deniers[span.start].append(span.end)
        elif span.name in troubles:
            reach[span.start] = max(reach.get(span.start, 0), span.end)
    return [
        span
        for span in spans
        if span.name.startswith("!")
        or not any(end < span.end < reach.get(end, 0) for end in deniers.get(span.start, ()))
    ]


def crossed(spans: Sequence[TextRange]) -> list[TextRange]:
    """The spans without those that are no words here: where an ordinary word takes the end of a
    phrase with it ("没收" in "没收到") or has already taken its beginning ("能签到" in "不能签到"),
    and where the phrase is a part of an ordinary word ("fire" in "fire wall")."""
    ordinary = [span for span in spans if span.name == WORDS]
    if not ordinary:
        return list(spans)
    return [
        span
        for span in spans
        if span.name.startswith("!") or not any(_cuts(word, span) for word in ordinary)
    ]


def _cuts(word: TextRange, span: TextRange) -> bool:
    longer = word.end - word.start >= span.end - span.start
    if word.start <= span.start and span.end <= word.end:
        return word.end - word.start > span.end - span.start
    if span.start < word.start < span.end < word.end:
        return longer
    return word.start < span.start < word.end < span.end


def outermost(spans: list[TextRange]) -> list[TextRange]:
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
    groups = {
        (s.start, s.end) for s in spans if s.name.startswith("<") or s.name in (FILLERS, WORDS)
    }
    for span in spans:
        # "正常" inside "网络正常" still says that it is in order; inside "不正常" it does not, nor
        # is "不是" inside "是不是" a no.
        if span.name in _SPOKEN and not any(
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
