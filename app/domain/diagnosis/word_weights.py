"""What the words of a text resemble: a linear model over words, word pairs, word parts, groups of
words, meanings and signs, learnt from labelled cases.

`resources/knowledge/learn.py` makes its weights.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from app.domain.diagnosis.folding import BREAKS, JOINING, LISTED
from app.domain.diagnosis.weight_table import WeightTable
from app.domain.diagnosis.word_meanings import meaning_rows
from app.domain.faults import FaultClass

_PART = 4
"""Letters of the parts a Latin word is cut into."""
_ENGLISH = 0.75
"""How much of what English resembles is believed beside Chinese: fewer of its words are known from
cases, and in folds of sources it was claimed with too much confidence (decisions/words.md)."""
_SILENT = BREAKS | {LISTED}


@dataclass(frozen=True, slots=True)
class WordWeights:
    """The learnt weights.  `signs` are those of the catalogue it was learnt with: what was added
    since says nothing through it."""

    bias: Mapping[FaultClass, float]
    signs: frozenset[str]
    features: WeightTable
    meanings: WeightTable

    def shares(self, features: Iterable[str], tokens: Sequence[str]) -> dict[FaultClass, float]:
        """How much a text of these features and tokens is like the cases of each class; shares
        that sum to one."""
        rows = (self.features.row(feature) for feature in dict.fromkeys(features))
        said = _middling(self.features, [row for row in rows if row is not None])
        meant = _middling(self.meanings, [*meaning_rows(self.meanings, tokens)])
        part = _ENGLISH if "".join(tokens).isascii() else 1.0
        scores = {c: b + part * (said[i] + meant[i]) for i, (c, b) in enumerate(self.bias.items())}
        top = max(scores.values())
        masses = {c: math.exp(score - top) for c, score in scores.items()}
        total = sum(masses.values())
        return {c: mass / total for c, mass in masses.items()}


def _middling(table: WeightTable, rows: Sequence[int]) -> list[float]:
    """What rows say together; each says the less the more there are."""
    return [each / math.sqrt(len(rows) or 1) for each in table.sums(rows)]


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
