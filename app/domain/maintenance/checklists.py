"""Checklists as a whole: what is missing, what was done about a failed line, what passed.

A failed line is never silent: it was put right on the spot (with a note) or became an incident.
Lines about tampering and identity open an incident at once.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from app.domain.errors import InvalidInput
from app.domain.maintenance.checklist_lines import ChecklistLine, LineAnswer, LineVerdict
from app.languages import LocalizedText


class FollowUp(StrEnum):
    """What was done about a failed line."""

    FIXED_NOW = "fixed_now"
    INCIDENT = "incident"


@dataclass(frozen=True, slots=True)
class Checklist:
    """One edition of a checklist; results keep pointing at the edition they were made with."""

    id: str
    key: str
    edition: int
    title: LocalizedText
    lines: tuple[ChecklistLine, ...]

    def line(self, key: str) -> ChecklistLine:
        """The line with this key.  Raises `InvalidInput`."""
        for line in self.lines:
            if line.key == key:
                return line
        raise InvalidInput.of("line", "choice.unknown", value=key)


@dataclass(frozen=True, slots=True, kw_only=True)
class LineResult:
    """A line's answer with what followed from it."""

    line: str
    answer: LineAnswer
    follow_up: FollowUp | None = None
    note: str = ""
    incident_id: str = ""
    incident_number: str = ""

    @property
    def settled(self) -> bool:
        """Whether nothing is left open about it."""
        return self.answer.verdict is not LineVerdict.FAIL or self.follow_up is not None


def missing(checklist: Checklist, results: Mapping[str, LineResult]) -> tuple[ChecklistLine, ...]:
    """Required lines without an answer, in order."""
    return tuple(line for line in checklist.lines if line.required and line.key not in results)


def unsettled(results: Sequence[LineResult]) -> tuple[LineResult, ...]:
    """Failed lines about which nothing was decided yet."""
    return tuple(result for result in results if not result.settled)


def passed(checklist: Checklist, results: Mapping[str, LineResult]) -> bool:
    """Whether the device may be used: every required line answered, and every failure put right
    on the spot."""
    return not missing(checklist, results) and all(
        result.answer.verdict is not LineVerdict.FAIL or result.follow_up is FollowUp.FIXED_NOW
        for result in results.values()
    )
