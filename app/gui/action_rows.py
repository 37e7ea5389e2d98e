"""One row of the table of actions, and how a row of each sort is written."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from app.domain.incidents.lifecycle import Action
from app.domain.maintenance.visits import VisitAction
from app.domain.register.terminal_actions import TerminalAction
from app.gui.action_places import EVERYWHERE, INCIDENTS, TERMINALS, VISIT, ActionPlace
from app.texts import WORDS


@dataclass(frozen=True, eq=False, kw_only=True)
class ActionRow:
    """One row.  `words` is a message to be translated, `tip` a longer one for the tooltip.

    `keys` are written as `QKeySequence` reads them; more than one when each does it.  `needs` is
    what the life of an incident, a terminal or a visit must allow.  `built_in` marks keys that the
    widget itself answers, where there is nothing to bind; `each` those of which each means
    something of its own.
    """

    words: str
    place: ActionPlace
    keys: tuple[str, ...] = ()
    icon: str = ""
    tip: str = ""
    needs: StrEnum | None = None
    built_in: bool = False
    each: bool = False

    @property
    def in_palette(self) -> bool:
        """Whether the search of everything offers it: it is one thing to do, on a page."""
        own = self.place is EVERYWHERE or bool(self.place.pages)
        return own and not (self.built_in or self.each)


def plain_row(
    words: str, place: ActionPlace, *keys: str, icon: str = "", tip: str = ""
) -> ActionRow:
    """An action with its keys."""
    return ActionRow(words=words, place=place, keys=keys, icon=icon, tip=tip)


def each_row(words: str, place: ActionPlace, *keys: str) -> ActionRow:
    """An action whose keys each mean something of their own."""
    return ActionRow(words=words, place=place, keys=keys, each=True)


def built_in_row(words: str, place: ActionPlace, *keys: str, icon: str = "") -> ActionRow:
    """An action whose keys the widget itself answers."""
    return ActionRow(words=words, place=place, keys=keys, icon=icon, built_in=True)


def incident_row(needs: Action, icon: str, *keys: str) -> ActionRow:
    """A step of an incident."""
    words = WORDS["action"][needs]
    return ActionRow(words=words, place=INCIDENTS, keys=keys, icon=icon, needs=needs)


def terminal_row(needs: TerminalAction, icon: str, *keys: str) -> ActionRow:
    """A step of a terminal."""
    words = WORDS["terminal_action"][needs]
    return ActionRow(words=words, place=TERMINALS, keys=keys, icon=icon, needs=needs)


def visit_row(needs: VisitAction, *keys: str, words: str = "") -> ActionRow:
    """A step of a visit."""
    words = words or WORDS["visit_action"][needs]
    return ActionRow(words=words, place=VISIT, keys=keys, needs=needs)
