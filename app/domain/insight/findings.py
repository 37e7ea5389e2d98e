"""What a statistical rule finds, which of it is no chance over the whole estate, and which of it
another finding explains."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace

from app.domain.insight.tails import count_tail, discovery_rates, excess_score
from app.domain.insight.warnings import SubjectKind, WarningRule


@dataclass(frozen=True, slots=True, kw_only=True)
class CountExcess:
    """More incidents of one class than expected: of the group `group` of a kind, from day `first`
    to day `last`.  `looks` is how many windows were tried to find it, `variance` the relative
    variance of what was expected."""

    rule: WarningRule
    kind: SubjectKind
    group: int
    name: int
    first: int
    last: int
    seen: int
    expected: float
    variance: float
    looks: int
    chance: float
    rate: float = 1.0

    @property
    def strength(self) -> tuple[float, float]:
        """How little chance explains it; where that is beyond numbers, how large it is."""
        return (
            -math.log(max(self.chance, 1e-300)),
            excess_score(self.seen, self.expected),
        )

    def without(self, explained: float) -> float:
        """The probability of what is left when another cause explains so many."""
        tail = count_tail(round(self.seen - explained), self.expected, self.variance)
        return min(1.0, tail * self.looks)


@dataclass(slots=True)
class ExcessCause:
    """A finding that stands, the incidents behind it by their place, and what it explains."""

    finding: CountExcess
    incidents: frozenset[int]
    explains: list[ExcessCause] = field(default_factory=list)


def significant(found: Sequence[CountExcess], tests: int, level: float) -> list[CountExcess]:
    """Those that stay when the false discovery rate over all `tests` is held at `level`."""
    rates = discovery_rates([one.chance for one in found], tests)
    return [
        replace(one, rate=rate) for one, rate in zip(found, rates, strict=True) if rate <= level
    ]


Incidents = Callable[[Sequence[CountExcess]], Sequence[frozenset[int]]]
"""The incidents behind each finding, by their place."""


def causes(
    found: Iterable[CountExcess], incidents: Incidents, level: Callable[[WarningRule], float]
) -> list[ExcessCause]:
    """Findings that no stronger one explains, the strongest first, each with those it explains.

    A stronger finding explains its surplus among the incidents both share; what is then left of a
    weaker one must still be no chance, or it is explained."""
    ordered = sorted(found, key=lambda one: one.strength, reverse=True)
    behind = [ExcessCause(one, rows) for one, rows in zip(ordered, incidents(ordered), strict=True)]
    standing: list[ExcessCause] = []
    for cause in behind:
        finding = cause.finding
        explained, by = _explained(cause, standing)
        left = finding.without(explained)
        if by is None or left * finding.rate <= level(finding.rule) * finding.chance:
            standing.append(cause)
        else:
            by.explains.append(cause)
    return standing


def _explained(
    cause: ExcessCause, standing: Sequence[ExcessCause]
) -> tuple[float, ExcessCause | None]:
    """How many incidents of a cause stronger ones explain, and which of them explains most."""
    left, explained = set(cause.incidents), 0.0
    most, by = 0, None
    for other in standing:
        shared = left & other.incidents
        if len(shared) > most:
            most, by = len(shared), other
        left -= shared
        explained += len(shared) * (1 - other.finding.expected / other.finding.seen)
    return explained, by
