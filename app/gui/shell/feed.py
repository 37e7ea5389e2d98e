"""Turns the services' change feed, called on worker threads, into one signal on the main one."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Signal

if TYPE_CHECKING:
    from app.services.core.changes import Change, ChangeFeed


class Feed(QObject):
    """The feed on the main thread."""

    changed = Signal(object)
    """Data changed: an `app.services.core.changes.Change`."""
    _arrived = Signal(object)
    """The same `Change`, still on the thread that made it."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._stop: Callable[[], None] | None = None
        self._arrived.connect(self.changed, Qt.ConnectionType.QueuedConnection)

    def follow(self, source: ChangeFeed) -> None:
        """Listen to the services' feed."""
        self.stop()
        self._stop = source.subscribe(self._announce)

    def _announce(self, change: Change) -> None:
        self._arrived.emit(change)

    def stop(self) -> None:
        """Listen no more."""
        if self._stop is not None:
            self._stop()
            self._stop = None
