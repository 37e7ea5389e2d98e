"""The rule of parts that fail again: those fitted to the same terminal once more sooner, and more
often, than other parts are."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from app.domain.insight.again_rule import AgainRate, out_of_line
from app.domain.insight.warnings import (
    StandingWarning,
    SubjectKind,
    WarningRule,
    WarningSubject,
)

AGAIN_DAYS = 180
"""Within how long a part fitted again means that the first one failed."""


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
    fitted_of, fitted_again = (
        {key: len(found) for key, found in kind.items()} for kind in (of, again)
    )
    return [
        _warning(again[part], found, len(of[part]))
        for part, found in out_of_line(fitted_of, fitted_again, level).items()
    ]


def _warning(again: list[FittedPart], found: AgainRate, of: int) -> StandingWarning:
    newest = again[::-1]
    terminals = tuple(dict.fromkeys(one.terminal_id for one in newest))
    return StandingWarning(
        rule=WarningRule.PART,
        subject=WarningSubject(SubjectKind.PART, newest[0].part, (("part", newest[0].name),)),
        since=again[0].at,
        seen=len(again),
        expected=round(found.expected, 2),
        confidence=round(1 - found.rate, 6),
        days=AGAIN_DAYS,
        out_of=of,
        incidents=tuple(one.number for one in newest),
        incident_ids=tuple(one.incident_id for one in newest),
        terminal_ids=terminals,
        terminals=len(terminals),
    )
