"""An incident in a few words, where it stands in a line with other things: choices, buttons."""

from __future__ import annotations

from typing import Protocol

MOST = 40
"""Characters of a symptom; a report of a page would push everything else out of sight."""


class Reported(Protocol):
    """What was said of a case when it was reported."""

    @property
    def displayed_code(self) -> str:
        """The code or message the screen showed."""

    @property
    def symptom(self) -> str:
        """What was seen."""


def in_short(item: Reported) -> str:
    """The code or message, else how the symptom begins."""
    return beginning(item.displayed_code or item.symptom)


def beginning(text: str, most: int = MOST) -> str:
    """A text in one line, of at most so many characters."""
    said = " ".join(text.split())
    return said if len(said) <= most else said[: most - 1].rstrip() + "…"
