"""Says when the letter of this computer belongs to another one on the same server."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from app import paths
from app.gui.shell.page import AppContext
from app.gui.toolkit.language import _
from app.settings import Settings

if TYPE_CHECKING:
    from app.services.core.seats import OtherSeat


class SeatLetter(QObject):
    """Claims the letter once the database is open, and another one once that is set."""

    def __init__(self, context: AppContext) -> None:
        super().__init__(context)
        self._context = context
        self._letter = context.settings.device
        context.ready.connect(self.claim)
        context.settings_changed.connect(self._on_settings)

    def claim(self, *, anyway: bool = False) -> None:
        """Claim it; `anyway` also takes it from another computer."""
        services = self._context.services

        def work() -> OtherSeat | None:
            from app.services.core import seats

            return seats.claim_here(services.context, paths.seat(), anyway=anyway)

        self._context.tasks.run(work, self._claimed, owner=self)

    def _claimed(self, other: OtherSeat | None) -> None:
        if other is None:
            return
        self._context.note(
            _(
                "Letter {letter} is that of the computer {computer} ({actor}). Choose another one"
                " in the settings.",
                letter=other.letter,
                computer=other.computer,
                actor=other.actor or "–",
            ),
            _("That one is not used any more"),
            lambda: self.claim(anyway=True),
        )

    def _on_settings(self, settings: Settings) -> None:
        before, self._letter = self._letter, settings.device
        if before != settings.device and self._context.is_ready:
            self.claim()
