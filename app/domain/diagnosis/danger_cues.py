"""Finds the places of a long text that may name a danger, so that only these are matched in
full."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise

from app.domain.diagnosis.catalogue import Sign
from app.domain.diagnosis.folding import BREAKS, LISTED, Folding

_AROUND = 60
"""Tokens of its clause on both sides of a word of danger that are read with it."""


class DangerCues:
    """The words without which no danger is said: of each way of saying a sign that is a hard stop,
    the part with the fewest words."""

    def __init__(
        self, folding: Folding, signs: Iterable[Sign], groups: Mapping[str, Sequence[str]]
    ) -> None:
        self._cues: dict[str, set[tuple[str, ...]]] = {}
        for sign in signs:
            for way in (*sign.says, *sign.asks) if sign.stop else ():
                for word in min(_parts(way, groups), key=len):
                    cue = tuple(t for t in folding.phrase(word) if t not in BREAKS and t != LISTED)
                    if cue:
                        self._cues.setdefault(cue[0], set()).add(cue)

    def passages(self, tokens: Sequence[str]) -> Iterator[tuple[str, ...]]:
        """The clauses of a text that hold a word of danger, each with what ends it: no word of
        denial reaches over that.  Of one that nobody set marks in, the surroundings of the word."""
        ends = [i + 1 for i, token in enumerate(tokens) if token in BREAKS]
        for start, stop in pairwise([0, *ends, len(tokens)]):
            read = start
            for place in range(start, stop):
                if place >= read and self._begins(tokens, place):
                    read = place + _AROUND
                    yield tuple(tokens[max(start, place - _AROUND) : min(stop, read + _AROUND)])

    def _begins(self, tokens: Sequence[str], place: int) -> bool:
        """Whether a word of danger begins here."""
        return any(
            tuple(tokens[place : place + len(cue)]) == cue
            for cue in self._cues.get(tokens[place], ())
        )


def _parts(way: str, groups: Mapping[str, Sequence[str]]) -> list[list[str]]:
    """The words any one of which a part may be, for each part of a way of saying a sign."""
    found = []
    for part in way.removeprefix("^").replace("++", "+").split("+"):
        name = part.strip()
        if name.startswith("<"):
            found.append(
                [word for group in name.strip("<>").split("|") for word in groups.get(group, ())]
            )
        else:
            found.append([name])
    return found
