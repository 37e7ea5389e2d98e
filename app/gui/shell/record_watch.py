"""Tells an open dialog what others do meanwhile to the record it is about: who changed what, when.

What comes over the server, from a package or from another program on the same database is all
announced by the feed; the log then says what it was.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer

from app.gui.toolkit.language import _, words
from app.texts.operations import deed_line

if TYPE_CHECKING:
    from app.domain.errors import AppError
    from app.gui.shell.page import AppContext
    from app.gui.toolkit.draft_dialog import DraftDialog
    from app.services.core.changes import Change
    from app.services.core.trail_entries import TrailEntry

AFTER = 150
"""Milliseconds: a burst of changes is looked at once."""


class RecordWatch(QObject):
    """Lives as long as its dialog."""

    def __init__(self, context: AppContext, dialog: DraftDialog) -> None:
        super().__init__(dialog)
        assert dialog.record_key, "a dialog about no record is not watched"
        self._context, self._dialog = context, dialog
        self._known: frozenset[str] | None = None
        self._soon = QTimer(self, singleShot=True, interval=AFTER)
        self._soon.timeout.connect(self._look)
        context.feed.changed.connect(self._on_changed)
        meanwhile, key = context.services.meanwhile, dialog.record_key
        context.tasks.run(
            lambda: meanwhile.known(key), self._begin, owner=self, failed=_looked_at_again
        )

    def _begin(self, known: frozenset[str]) -> None:
        self._known = known

    def _on_changed(self, change: Change) -> None:
        if not change.ids or self._dialog.record_key in change.ids:
            self._soon.start()

    def _look(self) -> None:
        known, key = self._known, self._dialog.record_key
        if known is None or not self._context.is_ready:
            return
        meanwhile = self._context.services.meanwhile
        self._context.tasks.run(
            lambda: meanwhile.by_others(key, known),
            self._found,
            owner=self,
            failed=_looked_at_again,
        )

    def _found(self, deeds: tuple[TrailEntry, ...]) -> None:
        if deeds:
            head = _("Changed by others since you opened this:")
            self._dialog.tell_overtaken(
                "\n".join([head, *(deed_line(words(), deed) for deed in deeds)])
            )


def _looked_at_again(_error: AppError) -> None:
    """The next change is looked at again; saving says who was first in any case."""
