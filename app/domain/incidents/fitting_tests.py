"""Which lines of the function test fit a case: what of the terminal the fault could have touched,
and what a terminal of its kind can do at all."""

from __future__ import annotations

from collections.abc import Mapping

from app.domain.faults import FaultClass
from app.domain.incidents.incidents import FUNCTION_TESTS
from app.domain.register.terminal_kinds import TerminalKind

_TRADES = ("sign_in", "test_sale")
_OF_CLASS: Mapping[FaultClass, tuple[str, ...]] = {
    FaultClass.HARDWARE: ("sign_in", "swipe", "chip", "contactless", "print", "test_sale"),
    FaultClass.SOFTWARE: (*_TRADES, "print"),
    FaultClass.NETWORK: _TRADES,
    FaultClass.OPERATION: _TRADES,
    FaultClass.VIOLATION: _TRADES,
    FaultClass.BALANCE: ("test_sale",),
    FaultClass.FROZEN: ("test_sale",),
    FaultClass.SYSTEM: _TRADES,
    FaultClass.OTHER: _TRADES,
}
"""By class, our own judgement: of an account's fault only that another card is taken."""

_CANNOT: Mapping[TerminalKind, frozenset[str]] = {
    TerminalKind.ESIGN: frozenset({"print"}),
    TerminalKind.MPOS: frozenset({"print"}),
    TerminalKind.SCAN_BOX: frozenset({"swipe", "chip", "contactless", "print"}),
    TerminalKind.PINPAD: frozenset({"print"}),
}
"""What terminals of a kind have no part for."""


def fitting_tests(fault_class: FaultClass, kind: TerminalKind | None = None) -> tuple[str, ...]:
    """The lines that fit, in the order of the report; a scanner is tested by scanning."""
    wanted = set(_OF_CLASS[fault_class])
    if kind is not None:
        wanted -= _CANNOT.get(kind, frozenset())
        if kind is TerminalKind.SCAN_BOX and fault_class is FaultClass.HARDWARE:
            wanted.add("scan")
    return tuple(line for line in FUNCTION_TESTS if line in wanted)
