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
    from app.gui.shell.feed import Feed
    from app.gui.toolkit.draft_dialog import DraftDialog
    from app.gui.toolkit.tasks import Tasks
    from app.services.core.changes import Change
    from app.services.core.meanwhile import Meanwhile
    from app.services.core.trail_entries import TrailEntry

AFTER = 150
"""Milliseconds: a burst of changes is looked at once."""


class RecordWatch(QObject):
    """Lives as long as its dialog."""

    def __init__(self, dialog: DraftDialog, meanwhile: Meanwhile, tasks: Tasks, feed: Feed) -> None:
        super().__init__(dialog)
        assert dialog.record_key, "a dialog about no record is not watched"
        self._dialog, self._meanwhile, self._tasks = dialog, meanwhile, tasks
        self._known: frozenset[str] | None = None
        self._soon = QTimer(self, singleShot=True, interval=AFTER)
        self._soon.timeout.connect(self._look)
        feed.changed.connect(self._on_changed)
        key = dialog.record_key
        tasks.run(lambda: meanwhile.known(key), self._begin, owner=self, failed=_looked_at_again)

    def _begin(self, known: frozenset[str]) -> None:
        self._known = known

    def _on_changed(self, change: Change) -> None:
        if not change.ids or self._dialog.record_key in change.ids:
            self._soon.start()

    def _look(self) -> None:
        known, key, meanwhile = self._known, self._dialog.record_key, self._meanwhile
        if known is None:
            return
        self._tasks.run(
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
