"""Replacing a device at a merchant: what is asked for, and what forbids it."""

from __future__ import annotations

from dataclasses import dataclass

from app.domain.errors import Problem
from app.domain.register import identifiers
from app.domain.register.terminals import Terminal, TerminalState


@dataclass(frozen=True, slots=True, kw_only=True)
class SwapDraft:
    """Replace a device: the new serial number, why, and what becomes of the old one."""

    new_serial: str
    reason: str
    old_state: TerminalState = TerminalState.IN_REPAIR
    unsent_cleared: bool = False
    new_model: str = ""
    new_manufacturer: str = ""
    override: str = ""
    """Why the new device goes into service without the inspection before use."""


def swap_problems(old: Terminal, new_serial: str) -> list[Problem]:
    """What forbids replacing `old` by the device `new_serial` (empty when nothing does)."""
    found: list[Problem] = []
    if not old.placed:
        found.append(Problem("serial", "swap.not_placed", {"serial": old.serial}))
    if identifiers.serial_key(new_serial) == identifiers.serial_key(old.serial):
        found.append(Problem("serial", "swap.same_device", {"serial": old.serial}))
    return found
