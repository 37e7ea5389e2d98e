"""The pattern of what is said alike finds what a plain list of the phrases would, only sooner."""

from __future__ import annotations

import random
import re

from app.domain.diagnosis.folding import _any_of

PHRASES = ("app", "apple pie", "apple", "a", "4g", "4g卡", "流量卡", "流量", "卡", "x.y", "[", "^a")
BETWEEN = ("", " ", "a", "s", "，", "1", "^", "]")


def _plainly(phrases: tuple[str, ...]) -> str:
    """Latin phrases first, the longest first; Latin ones match whole words only."""
    ordered = sorted(phrases, key=lambda one: (not one.isascii(), -len(one)))
    bounded = (r"(?<![a-z])%s(?![a-z])" if one.isascii() else "%s" for one in ordered)
    return "|".join(by % re.escape(one) for by, one in zip(bounded, ordered, strict=True))


def test_it_finds_what_a_list_of_the_phrases_finds() -> None:
    chance, found = random.Random(5), 0
    plain, quick = re.compile(_plainly(PHRASES)), re.compile(_any_of(PHRASES))
    for _ in range(5_000):
        parts = chance.choices((*PHRASES, *BETWEEN), k=6)
        text = "".join(part + chance.choice(BETWEEN) for part in parts)
        expected = [one.span() for one in plain.finditer(text)]
        assert [one.span() for one in quick.finditer(text)] == expected, text
        found += len(expected)
    assert found > 5_000
