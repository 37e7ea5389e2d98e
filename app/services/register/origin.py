"""Who changes the register, where, and why, as its log and the custody ledger say it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class WriteOrigin:
    """Who writes, on which device, and the word for the log."""

    actor: str
    device: str
    kind: str
