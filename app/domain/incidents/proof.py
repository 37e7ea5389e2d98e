"""What must be proven before an incident counts as solved: it follows from the fault class.

A terminal that failed is tested.  Where the terminal did what it should, nobody tests it for the
sake of a form: advice was given, and the merchant was seen to take payments again.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from app.domain.faults import FaultClass
from app.domain.incidents.incidents import FUNCTION_TESTS
from app.domain.register.terminal_kinds import TerminalKind

MERCHANT_TRADES = "merchant_trades"
"""The line of the function test that says the merchant was seen to take payments."""
PROOF_LINES = (*FUNCTION_TESTS, MERCHANT_TRADES)
"""Every line that may be proven, in the order of the service report."""


@dataclass(frozen=True, slots=True)
class ProofRule:
    """The lines that fit a class, those of them that are `usual`, and whether one of the lines must
    have passed."""

    lines: tuple[str, ...]
    usual: tuple[str, ...]
    needed: bool = True


_SALE = ("sign_in", "test_sale")
_LINK = ProofRule(("sign_in", "test_sale", "test_void", "settle", MERCHANT_TRADES), _SALE)
_STEPS = ProofRule(PROOF_LINES, _SALE)
_TRADING = ProofRule((MERCHANT_TRADES,), (MERCHANT_TRADES,))

PROOFS: Mapping[FaultClass, ProofRule] = {
    FaultClass.HARDWARE: ProofRule(
        FUNCTION_TESTS, ("sign_in", "swipe", "chip", "contactless", "print", "test_sale")
    ),
    FaultClass.SOFTWARE: ProofRule(FUNCTION_TESTS, ("sign_in", "test_sale", "print")),
    FaultClass.NETWORK: _LINK,
    FaultClass.OPERATION: _STEPS,
    FaultClass.VIOLATION: _LINK,
    FaultClass.BALANCE: _TRADING,
    FaultClass.FROZEN: _TRADING,
    FaultClass.SYSTEM: _LINK,
    # A request may end with the terminal taken away: there is nothing to prove but what was done.
    FaultClass.OTHER: ProofRule(PROOF_LINES, _SALE, needed=False),
}
"""The proof of every class; our own rule, after ISO 14224's failures of an item and the rest."""

_CANNOT: Mapping[TerminalKind | None, frozenset[str]] = {
    TerminalKind.ESIGN: frozenset({"print"}),
    TerminalKind.MPOS: frozenset({"print"}),
    TerminalKind.SCAN_BOX: frozenset({"swipe", "chip", "contactless", "print"}),
    TerminalKind.PINPAD: frozenset({"print"}),
}
"""What terminals of a kind have no part for."""


def usual_proof(
    fault_class: FaultClass, kind: TerminalKind | None = None, of_mode: Collection[str] = ()
) -> tuple[str, ...]:
    """The lines that are usually proven: those `of_mode`, the failure mode, where it has its own,
    else what of a terminal of this kind the fault could have touched.  A scanner is tested by
    scanning."""
    if of_mode and not set(of_mode) & _CANNOT.get(kind, frozenset()):
        return tuple(line for line in PROOF_LINES if line in of_mode)
    wanted = set(PROOFS[fault_class].usual)
    if kind is not None:
        wanted -= _CANNOT.get(kind, frozenset())
        if kind is TerminalKind.SCAN_BOX and fault_class is FaultClass.HARDWARE:
            wanted.add("scan")
    return tuple(line for line in PROOF_LINES if line in wanted)


def proof_missing(fault_class: FaultClass, *, item_failure: bool, passed: Collection[str]) -> bool:
    """Whether a solved incident still lacks its proof.  What failed itself is tested, whatever its
    class; any function that passed also shows that the merchant can trade."""
    if item_failure:
        return not any(line in passed for line in FUNCTION_TESTS)
    return PROOFS[fault_class].needed and not passed
