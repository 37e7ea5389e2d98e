"""The inspection before use: whether a terminal may go into service."""

from __future__ import annotations

from typing import Protocol

from app.services.workplace import Workplace, Writing


class Gate(Protocol):
    """What the register asks before a terminal goes into service."""

    def missing(self, writing: Writing, terminal_id: str) -> bool:
        """Whether an inspection is required and was not passed."""


class _Open:
    def missing(self, writing: Writing, terminal_id: str) -> bool:
        """Nothing is required."""
        return False


OPEN_GATE: Gate = _Open()


class InspectionGate:
    """Requires what the active plans marked as a gate ask for.

    An inspection counts from the time the device last left service: one passed before a repair says
    nothing about the device after it.  The tables of maintenance are loaded when first needed.
    """

    def __init__(self, workplace: Workplace) -> None:
        self._workplace = workplace

    def missing(self, writing: Writing, terminal_id: str) -> bool:
        """Whether an inspection is required and was not passed since the device left service."""
        from app.services.inspections import inspection_missing

        return inspection_missing(writing.session, terminal_id, self._workplace.today())
