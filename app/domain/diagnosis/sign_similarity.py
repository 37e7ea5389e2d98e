"""Compares words no sign recognised with the catalogue: the nearest sign, or a weak guess.

`Resemblance` finds near misses by shared tokens and pairs of tokens, weighed by rarity.  `Hints`
weighs a text word by word (naive Bayes over the catalogue's own phrases, heavily damped).  Both
give evidence with much doubt, never a verdict.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from app.domain.diagnosis.catalogue import Sign
from app.domain.diagnosis.folding import Folding, features
from app.domain.faults import FaultClass

_SMOOTHING = 1.5
_RATE = 0.12
"""Weight of one phrase against the smoothing."""
_DAMPING = 0.55
"""How much of the words' joint weight is believed; they are far from independent."""


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
            for feature in set(features(tokens)):
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
        for feature in set(features(tokens)):
            ratios = self._ratios.get(feature)
            if ratios is not None:
                for c, ratio in ratios.items():
                    scores[c] += _DAMPING * ratio
        top = max(scores.values())
        weights = {c: math.exp(score - top) for c, score in scores.items()}
        total = sum(weights.values())
        return {c: weight / total for c, weight in weights.items()}


def hint_lessons(
    telling: Iterable[tuple[Sign, Mapping[FaultClass, float]]], folding: Folding
) -> Iterator[tuple[list[str], Mapping[FaultClass, float]]]:
    """Every way of saying a sign with the classes it leans to."""
    for sign, shares in telling:
        for way in sign.says:
            if "<" not in way:
                yield folding.phrase(way), shares


class Resemblance:
    """Nearest ways of saying it, by shared tokens and pairs of tokens weighed by rarity."""

    def __init__(self, signs: Mapping[str, Sign], folding: Folding) -> None:
        documents: list[tuple[str, frozenset[str]]] = []
        for sign in signs.values():
            for way in (*sign.says, *(text for _, text in sign.text.texts)):
                if "<" not in way and "+" not in way and not way.startswith("^"):
                    found = frozenset(features(folding.phrase(way)))
                    if len(found) > 2:
                        documents.append((sign.id, found))
        counts = Counter(feature for _, found in documents for feature in found)
        total = len(documents) + 1
        self._rarity = {
            f: math.log(total / n) * (1.6 if " " in f else 1) for f, n in counts.items()
        }
        self._documents = documents
        self._norms = [sum(self._rarity[f] for f in found) for _, found in documents]
        self._holders: dict[str, list[int]] = defaultdict(list)
        for number, (_, found) in enumerate(documents):
            for feature in found:
                self._holders[feature].append(number)

    def near(self, tokens: Sequence[str], limit: int = 2) -> list[tuple[str, float, float]]:
        """The signs nearest to a text as (sign, likeness, weight)."""
        shared: dict[int, float] = defaultdict(float)
        for feature in set(features(tokens)):
            for number in self._holders.get(feature, ()):
                shared[number] += self._rarity[feature]
        best: dict[str, tuple[float, float]] = {}
        for number, mass in shared.items():
            sign, found = self._documents[number]
            likeness = mass / self._norms[number]
            weight = likeness * min(4.0, len(found) / 2)
            if likeness > best.get(sign, (0.0, 0.0))[0]:
                best[sign] = (likeness, weight)
        ranked = sorted(best.items(), key=lambda item: (-item[1][1], item[0]))
        return [(sign, likeness, weight) for sign, (likeness, weight) in ranked[:limit]]
