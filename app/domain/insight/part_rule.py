"""The rule of parts that fail again: those fitted to the same terminal once more sooner, and more
often, than other parts are."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from app.domain.insight.tails import count_tail, discovery_rates
from app.domain.insight.warnings import (
    StandingWarning,
    SubjectKind,
    WarningRule,
    WarningSubject,
)

AGAIN_DAYS = 180
"""Within how long a part fitted again means that the first one failed."""
LEAST_AGAIN = 3
LEAST_RATIO = 1.5
UNLIKE = 0.1
"""Relative variance between kinds of parts that their use explains."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FittedPart:
    """A part fitted to a terminal; `part` is the key of its kind, or its name where it has none."""

    part: str
    name: str
    terminal_id: str
    incident_id: str
    number: str
    at: datetime


def part_warnings(fitted: Iterable[FittedPart], level: float) -> list[StandingWarning]:
    """Parts fitted again more often than others, one warning each."""
    of: dict[str, list[FittedPart]] = defaultdict(list)
    again: dict[str, list[FittedPart]] = defaultdict(list)
    latest: dict[tuple[str, str], datetime] = {}
    for one in sorted(fitted, key=lambda part: part.at):
        place = one.part, one.terminal_id
        if place in latest and one.at - latest[place] <= timedelta(days=AGAIN_DAYS):
            again[one.part].append(one)
        latest[place] = one.at
        of[one.part].append(one)
    all_fitted, all_again = sum(map(len, of.values())), sum(map(len, again.values()))
    parts = [part for part in sorted(again) if len(again[part]) >= LEAST_AGAIN]
    expected = {}
    for part in parts:
        others = all_fitted - len(of[part])
        share = (all_again - len(again[part]) + 1) / (others + _PRIOR)
        expected[part] = share * len(of[part])
    chances = [count_tail(len(again[part]), expected[part], UNLIKE) for part in parts]
    rates = discovery_rates(chances, len(of))
    return [
        _warning(again[part], expected[part], len(of[part]), rate)
        for part, rate in zip(parts, rates, strict=True)
        if rate <= level and len(again[part]) >= LEAST_RATIO * expected[part]
    ]


_PRIOR = 20
"""Parts' worth of belief that one in twenty is fitted again."""


def _warning(again: list[FittedPart], expected: float, of: int, rate: float) -> StandingWarning:
    newest = again[::-1]
    terminals = tuple(dict.fromkeys(one.terminal_id for one in newest))
    return StandingWarning(
        rule=WarningRule.PART,
        subject=WarningSubject(SubjectKind.PART, newest[0].part, (("part", newest[0].name),)),
        since=again[0].at,
        seen=len(again),
        expected=round(expected, 2),
        confidence=round(1 - rate, 6),
        days=AGAIN_DAYS,
        out_of=of,
        incidents=tuple(one.number for one in newest),
        incident_ids=tuple(one.incident_id for one in newest),
        terminal_ids=terminals,
        terminals=len(terminals),
    )
