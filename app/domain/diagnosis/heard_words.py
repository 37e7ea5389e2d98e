"""What of a text is compared with earlier cases."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from app.domain.diagnosis.folding import BREAK
from app.domain.diagnosis.sign_matching import Matcher, TextReading
from app.domain.diagnosis.word_weights import word_features

_SHOWN = "@"
"""Stands before what a message says besides what it has in common with a description."""


@dataclass(frozen=True, slots=True)
class HeardWords:
    """What of a text is compared with cases: its features, and its tokens by their meaning."""

    marks: tuple[str, ...] = ()
    tokens: tuple[str, ...] = ()


def heard(matcher: Matcher, screen: TextReading | None, told: TextReading | None) -> HeardWords:
    """What was shown and told of what is not denied; a message counts twice: as said and shown."""
    shown, said = (reading.undenied if reading else () for reading in (screen, told))
    marks = list(word_features(said))
    for mark in word_features(shown):
        marks += (mark, f"{_SHOWN}{mark}")
    tokens = (*shown, BREAK, *said)
    return HeardWords((*marks, *group_marks(matcher.groups(tokens))), tokens)


def group_marks(groups: Iterable[Collection[str]]) -> Iterator[str]:
    """The features of the groups of words met in each clause: alone, and two together."""
    for names in groups:
        ranked = sorted(names)
        yield from ranked
        yield from (one + two for i, one in enumerate(ranked) for two in ranked[i + 1 :])
