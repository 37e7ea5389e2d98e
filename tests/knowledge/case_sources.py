"""Where labelled cases come from and which of them say the same, so that what is learnt from and
what is measured on share neither a source nor a wording."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path

_GRAM = 5
NEAR = 0.5
"""Share of the shorter text's character 5-grams from which on two texts are near-copies."""
_SHARED_HOSTS = frozenset({"github.com"})
"""Hosts of many projects: there the project is the source."""

Rows = Sequence[dict[str, str]]


def rows_of(path: Path) -> list[dict[str, str]]:
    """The cases of a file as they are written."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def source_of(row: dict[str, str]) -> str:
    """The site or project a case was met on."""
    address = row["source"].strip().split(" ")[0].casefold()
    met = re.match(r"https?://(?:www\d?\.|m\.)?([^/]+)((?:/[^/]+){0,2})", address)
    if met is None:
        return address
    return met[1] + met[2] if met[1] in _SHARED_HOSTS else met[1]


def near_copies(kept: Rows, others: Rows) -> Iterator[tuple[str, str]]:
    """The pairs of ids, one of each, whose texts are near-copies."""
    marked = [(row["id"], _grams(row["text"])) for row in kept]
    holders: dict[str, list[int]] = defaultdict(list)
    for number, (_, grams) in enumerate(marked):
        for gram in grams:
            holders[gram].append(number)
    for row in others:
        own = _grams(row["text"])
        shared: dict[int, int] = defaultdict(int)
        for gram in own:
            for number in holders.get(gram, ()):
                shared[number] += 1
        for number, count in shared.items():
            name, grams = marked[number]
            if count >= NEAR * min(len(own), len(grams)):
                yield name, row["id"]


def _grams(text: str) -> frozenset[str]:
    folded = re.sub(r"[\W_]+", "", text.casefold())
    return frozenset(folded[i : i + _GRAM] for i in range(max(1, len(folded) - _GRAM + 1)))
