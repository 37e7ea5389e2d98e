"""Whether maintenance was done when it was due: one formula for every view of it.

Compliance is what was done inside its window divided by what had its window closed in the period.
What became void or was included in a longer plan's work does not count; what was skipped or merged
counts as not done, with its reason shown.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from app.domain.maintenance.occurrences import OccurrenceOutcome, OccurrenceState


@dataclass(frozen=True, slots=True, kw_only=True)
class Compliance:
    """The figures of one group."""

    key: str
    closed: int = 0
    on_time: int = 0
    late: int = 0
    partial: int = 0
    missed: int = 0
    merged: int = 0
    skipped: int = 0

    @property
    def share(self) -> float | None:
        """Done inside the window ÷ windows closed; None when none closed."""
        return self.on_time / self.closed if self.closed else None


COUNTED = frozenset(OccurrenceOutcome) - {OccurrenceOutcome.VOID, OccurrenceOutcome.SUPERSEDED}
"""Outcomes that count; the others were never due in the end."""

_COLUMN = {
    OccurrenceState.DONE: "on_time",
    OccurrenceState.DONE_LATE: "late",
    OccurrenceState.PARTIAL: "partial",
    OccurrenceState.MISSED: "missed",
    OccurrenceState.MERGED: "merged",
    OccurrenceState.SKIPPED: "skipped",
}


def tally(
    items: Iterable[tuple[str, OccurrenceState]],
) -> tuple[Compliance, ...]:
    """The figures of each group from (group, state) pairs, by group."""
    found: dict[str, Counter[str]] = {}
    for key, state in items:
        found.setdefault(key, Counter())[_COLUMN[state]] += 1
    return tuple(
        Compliance(key=key, closed=sum(columns.values()), **columns)
        for key, columns in sorted(found.items())
    )
