"""Notes in the log which settings of a computer were changed: others go by them."""

from __future__ import annotations

from app.domain.event_data import FieldChange
from app.services.core.context import ServiceContext
from app.services.core.operations import operation
from app.services.core.rights import require

CHANGE = "settings.change"
"""The right to change settings."""
_KIND = "settings"


class SettingsLog:
    """Use cases of noting changed settings.  The settings themselves are a file of each computer
    (`app.settings`); the operation changes nothing but the log."""

    def __init__(self, context: ServiceContext) -> None:
        self._context = context

    def check_allowed(self) -> None:
        """Raises `NotPermitted` for whoever may not change settings."""
        require(self._context, CHANGE)

    @operation("settings.note")
    def note(self, changes: tuple[FieldChange, ...]) -> None:
        """Note settings that were changed on this computer, by their names and values."""
        with self._context.write() as unit:
            for change in changes:
                unit.changed(_KIND, "", change)
            unit.touched(_KIND)
