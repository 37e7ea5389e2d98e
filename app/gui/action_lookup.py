"""Finding actions of the table: by what a record allows, by the place where they work."""

from __future__ import annotations

from app.domain.incidents.lifecycle import Action
from app.domain.maintenance.visits import VisitAction
from app.domain.register.terminal_actions import TerminalAction
from app.gui.action_places import ActionPlace
from app.gui.actions import UserAction

INCIDENT_ACTIONS = {
    action.row.needs: action for action in UserAction if isinstance(action.row.needs, Action)
}
TERMINAL_ACTIONS = {
    action.row.needs: action
    for action in UserAction
    if isinstance(action.row.needs, TerminalAction)
}
VISIT_ACTIONS = {
    action.row.needs: action for action in UserAction if isinstance(action.row.needs, VisitAction)
}


def places_of(page: str) -> tuple[ActionPlace, ...]:
    """The places of a page: its own first, then those it shares with others."""
    found = dict.fromkeys(action.row.place for action in UserAction)
    own = (place for place in found if page in place.pages)
    return tuple(sorted(own, key=lambda place: (place.in_dialogs, len(place.pages))))
