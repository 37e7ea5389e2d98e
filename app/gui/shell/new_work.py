"""Tells who works here that work was handed to them, whatever page is in sight."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer

from app.gui.shell.navigate import ShowNewWork
from app.gui.shell.page import AppContext
from app.gui.toolkit.language import _, plural

if TYPE_CHECKING:
    from app.domain.dispatch.board import BoardItem
    from app.services.core.changes import Change

AFTER = 400
"""Milliseconds: a burst of changes is looked at once."""


class NewWorkWatch(QObject):
    """Looks for new work after every change that may have brought some; each is told once."""

    def __init__(self, context: AppContext, parent: QObject) -> None:
        super().__init__(parent)
        self._context = context
        self._told: set[str] = set()
        self._soon = QTimer(self, singleShot=True, interval=AFTER)
        self._soon.timeout.connect(self._look)
        context.feed.changed.connect(self._on_changed)

    def _on_changed(self, change: Change) -> None:
        if change.concerns("incident", "visit", "dispatch"):
            self._soon.start()

    def _look(self) -> None:
        if not self._context.is_ready:
            return
        services = self._context.services
        actor = services.context.actor
        if actor:
            self._context.tasks.run(
                lambda: services.dispatching.new_work(actor),
                lambda found: self._found(found, actor),
                owner=self,
            )

    def _found(self, found: tuple[BoardItem, ...], actor: str) -> None:
        given = {
            item.dispatch.id
            for item in found
            if item.dispatch is not None and item.dispatch.given_by != actor
        }
        fresh = given - self._told
        self._told |= given
        if fresh:
            text = plural(
                "{count} piece of work was assigned to you",
                "{count} pieces of work were assigned to you",
                len(fresh),
            )
            self._context.note(text, _("Show"), lambda: self._context.go(ShowNewWork()))
