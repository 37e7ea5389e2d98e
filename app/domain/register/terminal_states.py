"""The states of a terminal, in one table.

To add a state: a member, its row in `STATES` (and its name in the rows it may follow from), a
migration of the CHECK on ``terminal.state``, and the translation of its word.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from app.domain.register.custody import HolderKind
from app.domain.text import N_


class TerminalState(StrEnum):
    """Where a device is in its life."""

    IN_SERVICE = "in_service"
    IN_REPAIR = "in_repair"
    SPARE = "spare"
    SUSPENDED = "suspended"
    RETIRED = "retired"


@dataclass(frozen=True, slots=True, kw_only=True)
class StateRule:
    """Everything that is said of one state.  Words are message ids."""

    word: str
    next: tuple[TerminalState, ...]
    """What may follow."""
    tone: str
    icon: str
    placed: bool | None = None
    """True: only where it stands at a merchant; False: its stay there ends; None: either way."""
    in_use: bool = False
    """Counts among the terminals in use (figures of failures per terminal)."""
    kept_up: bool = True
    """Is maintained, reported, moved and counted; False once it is gone for good."""
    holder: HolderKind | None = None
    """Who has the device from then on; None: whoever had it before."""
    after_swap: str = ""
    """Where a device goes that a swap takes out; empty: not a choice then."""
    consequence: str = ""
    """What a person should know before choosing it."""


STATES: dict[TerminalState, StateRule] = {
    TerminalState.IN_SERVICE: StateRule(
        word=N_("In service"),
        next=(
            TerminalState.IN_REPAIR,
            TerminalState.SUSPENDED,
            TerminalState.SPARE,
            TerminalState.RETIRED,
        ),
        tone="ok",
        icon="circle-check",
        placed=True,
        in_use=True,
        holder=HolderKind.MERCHANT,
    ),
    TerminalState.IN_REPAIR: StateRule(
        word=N_("In repair"),
        next=(TerminalState.IN_SERVICE, TerminalState.SPARE, TerminalState.RETIRED),
        tone="warning",
        icon="wrench",
        in_use=True,
        holder=HolderKind.TECHNICIAN,
        after_swap=N_("to repair"),
    ),
    TerminalState.SPARE: StateRule(
        word=N_("In stock"),
        next=(TerminalState.IN_SERVICE, TerminalState.IN_REPAIR, TerminalState.RETIRED),
        tone="neutral",
        icon="package",
        placed=False,
        holder=HolderKind.WAREHOUSE,
        after_swap=N_("to stock, it works"),
    ),
    TerminalState.SUSPENDED: StateRule(
        word=N_("Suspended"),
        next=(TerminalState.IN_SERVICE, TerminalState.SPARE, TerminalState.RETIRED),
        tone="danger",
        icon="ban",
        in_use=True,
        consequence=N_("The merchant cannot take payments on it until it is back in service."),
    ),
    TerminalState.RETIRED: StateRule(
        word=N_("Retired"),
        next=(),
        tone="neutral",
        icon="archive",
        placed=False,
        kept_up=False,
        after_swap=N_("out of use for good"),
        consequence=N_("Retired is final: the serial number is never used again."),
    ),
}

STATE_CHANGES: dict[TerminalState, frozenset[TerminalState]] = {
    state: frozenset(rule.next) for state, rule in STATES.items()
}
"""Which state may follow which.  Retired is final: a serial number is never used again."""
IN_USE = tuple(state for state, rule in STATES.items() if rule.in_use)
KEPT_UP = tuple(state for state, rule in STATES.items() if rule.kept_up)
"""The states of devices that are still there."""
