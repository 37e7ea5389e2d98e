"""The inspection before use: what the register asks before a terminal goes into service."""

from __future__ import annotations

from app.services.core.context import ServiceContext, UnitOfWork


class CommissioningInspection:
    """Requires what the active plans marked as an inspection before use ask for.

    An inspection counts from the time the device last left service: one passed before a repair says
    nothing about the device after it.  The tables of maintenance are loaded when first needed.
    """

    def __init__(self, context: ServiceContext) -> None:
        self._context = context

    def missing(self, unit: UnitOfWork, terminal_id: str) -> bool:
        """Whether an inspection is required and was not passed since the device left service."""
        from app.services.maintenance.inspections import inspection_missing

        return inspection_missing(unit.session, terminal_id, self._context.today())
