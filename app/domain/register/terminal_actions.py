"""What a person may do to a terminal, given the state it is in."""

from __future__ import annotations

from enum import StrEnum

from app.domain.register.terminals import STATE_CHANGES, Terminal, TerminalState


class TerminalAction(StrEnum):
    """One thing to do to a terminal."""

    REPORT = "report"
    EDIT = "edit"
    SWAP = "swap"
    RELOCATE = "relocate"
    CHANGE_STATE = "change_state"


_AFTER_SWAP = (TerminalState.IN_REPAIR, TerminalState.SPARE, TerminalState.RETIRED)


def allowed_on(terminal: Terminal) -> tuple[TerminalAction, ...]:
    """What may be done, in the order buttons show it."""
    retired = terminal.state is TerminalState.RETIRED
    found = [
        (TerminalAction.REPORT, not retired),
        (TerminalAction.EDIT, True),
        (TerminalAction.SWAP, terminal.placed and bool(states_after_swap(terminal.state))),
        (TerminalAction.RELOCATE, not retired),
        (TerminalAction.CHANGE_STATE, bool(states_after(terminal))),
    ]
    return tuple(action for action, allowed in found if allowed)


def states_after_swap(state: TerminalState) -> tuple[TerminalState, ...]:
    """What may become of a device that is taken out by a swap."""
    return tuple(after for after in _AFTER_SWAP if after in STATE_CHANGES[state])


def states_after(terminal: Terminal) -> tuple[TerminalState, ...]:
    """Which states a terminal may be put into by hand; into service only where it stands."""
    return tuple(
        state
        for state in TerminalState
        if state in STATE_CHANGES[terminal.state]
        and (terminal.placed or state is not TerminalState.IN_SERVICE)
    )
