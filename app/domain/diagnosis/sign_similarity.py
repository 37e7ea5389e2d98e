"""Compares words no sign recognised with the catalogue: the nearest sign, or a weak guess.

`Resemblance` finds near misses by shared tokens and pairs of tokens, weighed by rarity.  `Hints`
weighs a text word by word (naive Bayes over the catalogue's own phrases, heavily damped).  Both
give evidence with much doubt, never a verdict.
"""

from __future__ import annotations

import math
from array import array
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from app.domain.diagnosis.bayes import CatalogueModel
from app.domain.diagnosis.catalogue import Sign, SignKind
from app.domain.diagnosis.folding import Folding, features
from app.domain.faults import FaultClass

_SMOOTHING = 1.5
_RATE = 0.12
"""Weight of one phrase against the smoothing."""
_DAMPING = 0.55
"""How much of the words' joint weight is believed; they are far from independent."""
_PAIR = 1.6
"""What a pair of neighbours says beside a token as rare."""


class Hints:
    """Which classes words go with, learnt from (words, shares of classes)."""

    def __init__(
        self,
        taught: Iterable[tuple[Sequence[str], Mapping[FaultClass, float]]],
        base: Mapping[FaultClass, float],
    ) -> None:
        self._base = base
        counts: dict[str, dict[FaultClass, float]] = defaultdict(lambda: dict.fromkeys(base, 0.0))
        for tokens, shares in taught:
            for feature in dict.fromkeys(features(tokens)):
                of = counts[feature]
                for fault_class, share in shares.items():
                    of[fault_class] += share
        self._ratios = {
            feature: {
                c: math.log((of[c] / base[c] * _RATE + _SMOOTHING) / (total * _RATE + _SMOOTHING))
                for c in base
            }
            for feature, of in counts.items()
            if (total := sum(of.values()))
        }

    def guess(self, tokens: Sequence[str]) -> dict[FaultClass, float]:
        """Shares of the classes by the words alone; the base where no word is known."""
        scores = {c: math.log(share) for c, share in self._base.items()}
        for feature in dict.fromkeys(features(tokens)):
            ratios = self._ratios.get(feature)
            if ratios is not None:
                for c, ratio in ratios.items():
                    scores[c] += _DAMPING * ratio
        top = max(scores.values())
        weights = {c: math.exp(score - top) for c, score in scores.items()}
        total = sum(weights.values())
        return {c: weight / total for c, weight in weights.items()}


def hint_lessons(
    signs: Iterable[Sign], model: CatalogueModel, folding: Folding
) -> Iterator[tuple[list[str], Mapping[FaultClass, float]]]:
    """Every way of saying a sign that points somewhere by itself, with the classes it leans to."""
    for sign in signs:
        if sign.kind is not SignKind.CIRCUMSTANCE and sign.leaning.points:
            shares = model.shares(sign.leaning)
            for way in sign.says:
                if "<" not in way:
                    yield folding.tokens(way), shares


class Resemblance:
    """Nearest ways of saying it, by shared tokens and pairs of tokens weighed by rarity.

    Kept in arrays, as there are ten thousand ways and a hundred thousand features in them: which
    ways hold a feature is a row of numbers in `_ways`, its length before it."""

    def __init__(self, signs: Mapping[str, Sign], folding: Folding) -> None:
        holders: dict[str, list[int]] = defaultdict(list)
        self._sign_of: list[str] = []
        self._sizes = array("H")
        for sign in signs.values():
            for way in (*sign.says, *(text for _, text in sign.text.texts)):
                if "<" not in way and "+" not in way and not way.startswith("^"):
                    found = dict.fromkeys(features(folding.phrase(way)))
                    if len(found) > 2:
                        for feature in found:
                            holders[feature].append(len(self._sign_of))
                        self._sign_of.append(sign.id)
                        self._sizes.append(len(found))
        self._norms = array("d", bytes(8 * len(self._sign_of)))
        self._ways = array("I")
        self._row: dict[str, int] = {}
        for feature, numbers in holders.items():
            self._row[feature] = len(self._ways)
            self._ways.append(len(numbers))
            self._ways.extend(numbers)
            rarity = self._rarity(feature, len(numbers))
            for number in numbers:
                self._norms[number] += rarity

    def _rarity(self, feature: str, holders: int) -> float:
        """How much a feature says that so many ways hold; a pair of neighbours says more."""
        return math.log((len(self._sign_of) + 1) / holders) * (_PAIR if " " in feature else 1)

    def near(self, tokens: Sequence[str], limit: int = 2) -> list[tuple[str, float, float]]:
        """The signs nearest to a text as (sign, likeness, weight)."""
        shared: dict[int, float] = defaultdict(float)
        for feature in dict.fromkeys(features(tokens)):
            row = self._row.get(feature)
            if row is None:
                continue
            first, many = row + 1, self._ways[row]
            rarity = self._rarity(feature, many)
            for number in self._ways[first : first + many]:
                shared[number] += rarity
        best: dict[str, tuple[float, float]] = {}
        for number, mass in shared.items():
            sign = self._sign_of[number]
            likeness = mass / self._norms[number]
            weight = likeness * min(4.0, self._sizes[number] / 2)
            if likeness > best.get(sign, (0.0, 0.0))[0]:
                best[sign] = (likeness, weight)
        ranked = sorted(best.items(), key=lambda item: (-item[1][1], item[0]))
        return [(sign, likeness, weight) for sign, (likeness, weight) in ranked[:limit]]
