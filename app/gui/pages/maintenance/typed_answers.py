"""What was typed on lines of checklists and not answered yet, kept while other lines are shown."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from app.services.maintenance.checklists import ChecklistRun


@dataclass(frozen=True, slots=True)
class TypedAnswer:
    """A remark, and a value that was not taken over."""

    remark: str = ""
    value: str = ""


class TypedAnswers:
    """By run and line, for as long as the window is open."""

    def __init__(self) -> None:
        self._kept: dict[tuple[str, str], TypedAnswer] = {}

    def keep(self, run: ChecklistRun, key: str, typed: TypedAnswer) -> None:
        """Keep what stands in the fields of a line, unless it is what was answered."""
        result = run.results.get(key)
        answered = result.answer.remark if result is not None else ""
        if typed.value or typed.remark.strip() != answered.strip():
            self._kept[run.id, key] = typed
        else:
            self.drop(run, key)

    def drop(self, run: ChecklistRun, key: str) -> None:
        """It was answered."""
        self._kept.pop((run.id, key), None)

    def of(self, run: ChecklistRun, key: str) -> TypedAnswer | None:
        """What was typed on a line."""
        return self._kept.get((run.id, key))

    def first(self, run: ChecklistRun) -> int | None:
        """The place of the first line of a run with something that was not answered."""
        lines = enumerate(run.checklist.lines)
        return next((place for place, line in lines if (run.id, line.key) in self._kept), None)
