"""What may be done to a terminal depends on its state and on whether it stands somewhere."""

from __future__ import annotations

from app.domain.register.terminal_actions import (
    TerminalAction,
    allowed_on,
    states_after,
    states_after_swap,
)
from app.domain.register.terminals import TerminalState
from app.services import Services
from tests.factories import make_terminal

NOWHERE = {
    name: "" for name in ("tid", "mid", "merchant_name", "address", "area", "acquirer", "uscc")
}


def test_actions_follow_the_state(services: Services) -> None:
    terminals = services.terminals
    placed = terminals.get(make_terminal(services))
    assert set(allowed_on(placed)) == set(TerminalAction) - {TerminalAction.HAND_OVER}
    spare = terminals.get(make_terminal(services, **NOWHERE))
    assert TerminalAction.SWAP not in allowed_on(spare), "nothing to swap where nothing stands"
    assert TerminalAction.HAND_OVER in allowed_on(spare)
    assert TerminalState.IN_SERVICE not in states_after(spare)
    terminals.change_state(placed.id, TerminalState.RETIRED, "坏")
    assert allowed_on(terminals.get(placed.id)) == (TerminalAction.EDIT,)


def test_a_device_already_in_repair_cannot_be_sent_to_repair_by_a_swap() -> None:
    assert states_after_swap(TerminalState.IN_REPAIR) == (
        TerminalState.SPARE,
        TerminalState.RETIRED,
    )
    assert states_after_swap(TerminalState.RETIRED) == ()
