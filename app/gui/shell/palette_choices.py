"""What can be chosen in the palette; the palette itself, and what it searches, is loaded when it is
opened."""

from __future__ import annotations

from dataclasses import dataclass

from app.gui.actions import UserAction
from app.gui.shell.navigate import Navigate


@dataclass(frozen=True, slots=True)
class PageName:
    """A page as it is found: id, title as a message, icon, key."""

    id: str
    title: str
    icon: str
    keys: str


@dataclass(frozen=True, slots=True)
class CopyText:
    """A text to be copied, such as a phone number."""

    text: str


@dataclass(frozen=True, slots=True)
class ShowPage:
    """A page, by its id."""

    id: str


Wanted = UserAction | Navigate | ShowPage | CopyText
"""What choosing an entry does."""
