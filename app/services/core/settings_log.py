"""Saves settings for whoever may, and notes in the log which were changed: others go by them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from app.domain.event_data import FieldChange, change_of
from app.services.core.context import ServiceContext
from app.services.core.letters import check_letter
from app.services.core.operations import operation
from app.services.core.rights import require

CHANGE = "settings.change"
"""The right to change settings."""
OF_ONE_SCREEN = frozenset({"language", "theme", "database", "camera_folder", "backup_folder"})
"""Settings nobody else goes by, and a database whose address may hold a password."""
_KIND = "settings"


def changes_between(before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[FieldChange, ...]:
    """The settings others go by that differ; both by their names in the file."""
    return tuple(
        change_of(name, before[name], after[name])
        for name in after
        if name not in OF_ONE_SCREEN and after[name] != before[name]
    )


class SettingsLog:
    """Use cases of saving settings.  They are a file of each computer (`app.settings`); the
    operation changes nothing but the log."""

    def __init__(self, context: ServiceContext) -> None:
        self._context = context

    def save(
        self, before: Mapping[str, Any], after: Mapping[str, Any], store: Callable[[], None]
    ) -> None:
        """Have settings stored and note what changed; both by their names in the file.  Raises
        `NotPermitted`, `InvalidInput` (a letter another computer numbers by), and what `store`
        raises; nothing is stored then."""
        changes = changes_between(before, after)
        if changes:
            require(self._context, CHANGE)
        if before["device"] != after["device"]:
            with self._context.read() as session:
                check_letter(session, after["device"])
        store()
        if changes:
            self._note(changes)

    @operation("settings.note")
    def _note(self, changes: tuple[FieldChange, ...]) -> None:
        with self._context.write() as unit:
            for change in changes:
                unit.changed(_KIND, "", change)
            unit.touched(_KIND)
