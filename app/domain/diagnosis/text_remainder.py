"""The part of a text no sign explains, and whether a sign covers a whole clause."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence

from app.domain.diagnosis.affirmation import (
    FILLERS,
    WORDS,
    TextRange,
)
from app.domain.diagnosis.folding import BREAK, BREAKS, JOINING, LISTED, Folding


def is_whole_clause(
    chosen: Sequence[TextRange],
    tokens: Sequence[str],
    by_name: Mapping[str, list[TextRange]],
    clause: Sequence[int],
) -> bool:
    """Whether nothing but talk, the device and the card stands beside it in its clause."""
    number = clause[chosen[0].start]
    left = {
        place
        for place, token in enumerate(tokens)
        if clause[place] == number and token not in BREAKS and token not in _LITTLE
    }
    for span in (*chosen, *(s for name in _BESIDE for s in by_name.get(name, ()))):
        left.difference_update(range(span.start, span.end))
    return not left


_BESIDE = (FILLERS, "<pos>", "<reader>", "<screen>", "<transaction>", "<customer>")
_LITTLE = frozenset(
    {
        "the",
        "a",
        "an",
        "it",
        "is",
        "was",
        "on",
        "and",
        "in",
        "at",
        "of",
        "my",
        "our",
        "this",
        "that",
        "anymor",
        "again",
        "now",
        "today",
        "up",
        "just",
        "all",
        "了",
        "的",
        "是",
        "过",
        "着",
        "又",
    }
)
"""Small words that make no sentence of a message."""


def without(tokens: Sequence[str], *covered: Collection[int]) -> list[str]:
    """The tokens with a gap where something else explains them."""
    gone = {i for places in covered for i in places}
    return [BREAK if i in gone else token for i, token in enumerate(tokens)]


def only_joining(tokens: Iterable[str]) -> bool:
    """Whether no token names anything: all are marks or words that join."""
    return all(t in BREAKS or t == LISTED or t in JOINING or t in _LITTLE for t in tokens)


def broken_at_words(tokens: Sequence[str], spans: Iterable[TextRange]) -> list[str]:
    """The tokens with a gap at both ends of each ordinary word, so that no pair lies across."""
    ends = {place for s in spans if s.name == WORDS for place in (s.start, s.end)}
    found: list[str] = []
    for place, token in enumerate(tokens):
        if place in ends:
            found.append(BREAK)
        found.append(token)
    return found


def filler_places(spans: Iterable[TextRange]) -> set[int]:
    """The places of fillers."""
    return {i for s in spans if s.name == FILLERS for i in range(s.start, s.end)}


class Nouns:
    """Bare names of people and things.  Nobody has told anything by naming the merchant."""

    def __init__(self, nouns: Iterable[str], folding: Folding) -> None:
        self._nouns: dict[str, list[tuple[str, ...]]] = {}
        for tokens in {tuple(folding.phrase(noun)) for noun in nouns}:
            self._nouns.setdefault(tokens[0], []).append(tokens)
        for found in self._nouns.values():
            found.sort(key=len, reverse=True)
        self.words = frozenset(
            token for found in self._nouns.values() for noun in found for token in noun
        )

    def left_out(self, tokens: Sequence[str]) -> list[str]:
        """The tokens with a gap where a noun stood."""
        left: list[str] = []
        place = 0
        while place < len(tokens):
            known = self._nouns.get(tokens[place], ())
            noun = next((n for n in known if tuple(tokens[place : place + len(n)]) == n), ())
            left.append(BREAK if noun else tokens[place])
            place += len(noun) or 1
        return left
