"""What the words of a text resemble: a linear model over words, word pairs, word parts and signs,
learnt from labelled cases.

Its weights stand in one table of small whole numbers, found by a checksum of the feature, so that
nothing has to be decoded before the first use.  `resources/knowledge/learn.py` makes it.
"""

from __future__ import annotations

import math
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from app.domain.diagnosis.folding import BREAKS, JOINING, LISTED
from app.domain.faults import FaultClass

_PART = 4
"""Letters of the parts a Latin word is cut into."""
_SILENT = BREAKS | {LISTED}
_SHOWN = "@"
"""Stands before what a message says besides what it has in common with a description."""


@dataclass(frozen=True, slots=True)
class WordWeights:
    """The learnt weights.  `signs` are those of the catalogue it was learnt with: what was added
    since says nothing through it."""

    bias: Mapping[FaultClass, float]
    step: float
    signs: frozenset[str]
    table: bytes

    def shares(self, features: Iterable[str]) -> dict[FaultClass, float]:
        """How much a text is like the cases of each class; shares that sum to one."""
        width, numbers = len(self.bias), memoryview(self.table).cast("b")
        rows = len(numbers) // width
        found = [place_of(feature, rows) * width for feature in dict.fromkeys(features)]
        scale = self.step / math.sqrt(len(found)) if found else 0.0
        scores = {
            c: bias + scale * sum(numbers[place + i] for place in found)
            for i, (c, bias) in enumerate(self.bias.items())
        }
        top = max(scores.values())
        masses = {c: math.exp(score - top) for c, score in scores.items()}
        total = sum(masses.values())
        return {c: mass / total for c, mass in masses.items()}


def place_of(feature: str, rows: int) -> int:
    """The row of a feature."""
    return zlib.crc32(feature.encode()) % rows


def word_features(tokens: Sequence[str]) -> Iterator[str]:
    """The words of a text, up to three neighbours within a clause, and the parts of long words."""
    before = last = ""
    for token in tokens:
        if token in _SILENT:
            before = last = ""
            continue
        little = token in JOINING
        if not little:
            yield token
        if last and not (little and last in JOINING):
            yield f"{last} {token}"
        if before and not JOINING.issuperset((before, last, token)):
            yield f"{before} {last} {token}"
        if token.isascii() and len(token) >= _PART and not little:
            word = f"<{token}>"
            yield from (f"#{word[i : i + _PART]}" for i in range(len(word) - _PART + 1))
        before, last = last, token


def sign_mark(sign: str, *, negated: bool) -> str:
    """A sign of the catalogue that was met, or denied."""
    return f"!{sign}-" if negated else f"!{sign}"


def word_marks(screen: Sequence[str], told: Sequence[str]) -> list[str]:
    """The features of a description, and those of a message twice: as said, and as shown."""
    marks = list(word_features(told))
    for mark in word_features(screen):
        marks += (mark, f"{_SHOWN}{mark}")
    return marks
