"""What comes back more often than others of its kind: parts fitted again, devices a supplier
repaired that fail again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from app.domain.insight.tails import count_tail, discovery_rates

LEAST_AGAIN = 3
LEAST_RATIO = 1.5
UNLIKE = 0.1
"""Relative variance between kinds of parts, or suppliers, that what they are given explains."""
_PRIOR = 20
"""Cases' worth of belief that one in twenty comes back."""


@dataclass(frozen=True, slots=True)
class AgainRate:
    """How many were to be expected to come back, and the false discovery rate at which it would
    just be called out of line."""

    expected: float
    rate: float


def out_of_line(
    of: Mapping[str, int], again: Mapping[str, int], level: float
) -> dict[str, AgainRate]:
    """By key, those that came back more often than all the others did; `of` is how many there were,
    `again` how many of them came back."""
    all_of, all_again = sum(of.values()), sum(again.values())
    keys = [key for key in sorted(again) if again[key] >= LEAST_AGAIN]
    expected = {
        key: (all_again - again[key] + 1) / (all_of - of[key] + _PRIOR) * of[key] for key in keys
    }
    chances = [count_tail(again[key], expected[key], UNLIKE) for key in keys]
    rates = discovery_rates(chances, len(of))
    return {
        key: AgainRate(expected[key], rate)
        for key, rate in zip(keys, rates, strict=True)
        if rate <= level and again[key] >= LEAST_RATIO * expected[key]
    }
