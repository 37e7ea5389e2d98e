"""What a house changes in the shipped fault catalogue: entries added, corrected and retired.

The shipped catalogue is never written.  What is in effect lies over it, entry by entry, and so
survives an upgrade of the program.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any


class KnowledgePart(StrEnum):
    """The parts of the catalogue a house may change; advice is a check or an instruction."""

    CODE = "code"
    SIGN = "sign"
    QUESTION = "question"
    CHECK = "check"
    CONTACT = "contact"


@dataclass(frozen=True, slots=True, order=True)
class OverlayEntry:
    """One entry that lies over the shipped one with its name, or beside those there are: its
    content in the catalogue's file format as JSON; empty when it is retired."""

    part: KnowledgePart
    entry: str
    content: str


Overlay = tuple[OverlayEntry, ...]
"""Everything in effect, each entry once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KnowledgeEdit:
    """One change, by whom and when; `content` is None when the entry was retired.  What is
    `undone` has no effect any more."""

    id: str
    part: KnowledgePart
    entry: str
    content: Mapping[str, Any] | None
    made_at: datetime
    made_by: str
    undone: bool = False


def written(content: Mapping[str, Any] | None) -> str:
    """The content of an entry as it is kept; empty for one that is retired.  The order of answers
    is part of it."""
    return "" if content is None else json.dumps(dict(content), ensure_ascii=False)


def in_effect(edits: Iterable[KnowledgeEdit]) -> Overlay:
    """For each entry the latest change that is not undone, whatever order they are given in."""
    found: dict[tuple[KnowledgePart, str], OverlayEntry] = {}
    for edit in sorted(edits, key=lambda one: (one.made_at, one.id)):
        if not edit.undone:
            found[edit.part, edit.entry] = OverlayEntry(
                edit.part, edit.entry, written(edit.content)
            )
    return tuple(sorted(found.values()))


def laid_over(overlay: Overlay, change: OverlayEntry) -> Overlay:
    """The overlay with one more change."""
    place = (change.part, change.entry)
    kept = [one for one in overlay if (one.part, one.entry) != place]
    return tuple(sorted([*kept, change]))
