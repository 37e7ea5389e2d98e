"""What a person may do to a terminal, given the state it is in."""

from __future__ import annotations

from enum import StrEnum

from app.domain.register.terminal_states import STATES, TerminalState
from app.domain.register.terminals import Terminal


class TerminalAction(StrEnum):
    """One thing to do to a terminal."""

    REPORT = "report"
    EDIT = "edit"
    SWAP = "swap"
    RELOCATE = "relocate"
    HAND_OVER = "hand_over"
    CHANGE_STATE = "change_state"


def allowed_on(terminal: Terminal) -> tuple[TerminalAction, ...]:
    """What may be done, in the order buttons show it."""
    there = STATES[terminal.state].kept_up
    found = [
        (TerminalAction.REPORT, there),
        (TerminalAction.EDIT, True),
        (TerminalAction.SWAP, terminal.placed and bool(states_after_swap(terminal.state))),
        (TerminalAction.RELOCATE, there),
        (TerminalAction.HAND_OVER, there and not STATES[terminal.state].placed),
        (TerminalAction.CHANGE_STATE, bool(states_after(terminal))),
    ]
    return tuple(action for action, allowed in found if allowed)


def states_after_swap(state: TerminalState) -> tuple[TerminalState, ...]:
    """What may become of a device that is taken out by a swap."""
    following = STATES[state].next
    return tuple(after for after, rule in STATES.items() if rule.after_swap and after in following)


def states_after(terminal: Terminal) -> tuple[TerminalState, ...]:
    """Which states a terminal may be put into by hand; into service only where it stands."""
    return tuple(
        state
        for state, rule in STATES.items()
        if state in STATES[terminal.state].next and (terminal.placed or not rule.placed)
    )
