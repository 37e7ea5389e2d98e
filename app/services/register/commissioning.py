"""The inspection before use: whether a terminal may go into service."""

from __future__ import annotations

from typing import Protocol

from app.services.core.context import UnitOfWork


class CommissioningRule(Protocol):
    """What the register asks before a terminal goes into service."""

    def missing(self, unit: UnitOfWork, terminal_id: str) -> bool:
        """Whether an inspection is required and was not passed."""


class _NoRule:
    def missing(self, unit: UnitOfWork, terminal_id: str) -> bool:
        """Nothing is required."""
        return False


NO_RULE: CommissioningRule = _NoRule()
