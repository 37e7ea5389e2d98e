"""Turns the services' change feed, called on worker threads, into one signal on the main one; and
listens in a thread of its own to what others change in the same database."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Signal

if TYPE_CHECKING:
    from app.services.core.changes import Change
    from app.services.core.context import ServiceContext


_PATIENCE = 1.0
"""Seconds the end of the listening thread is waited for."""


class Feed(QObject):
    """The feed on the main thread."""

    changed = Signal(object)
    """Data changed: an `app.services.core.changes.Change`."""
    lost = Signal()
    """The line to the server broke."""
    _arrived = Signal(object)
    """The same `Change`, still on the thread that made it."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._stop: Callable[[], None] | None = None
        self._enough = threading.Event()
        self._listener: threading.Thread | None = None
        self._arrived.connect(self.changed, Qt.ConnectionType.QueuedConnection)

    def follow(self, place: ServiceContext) -> None:
        """Listen to the services' feed, and to others at the same database."""
        from app.services.core.other_seats import follow

        self.stop()
        self._stop = place.feed.subscribe(self._announce)
        self._enough = threading.Event()
        self._listener = threading.Thread(
            target=follow,
            args=(place, self._enough, self.lost.emit),
            name="other seats",
            daemon=True,
        )
        self._listener.start()

    def _announce(self, change: Change) -> None:
        self._arrived.emit(change)

    def stop(self) -> None:
        """Listen no more.  A thread that waits for the network ends by itself."""
        self._enough.set()
        if self._listener is not None:
            self._listener.join(_PATIENCE)
            self._listener = None
        if self._stop is not None:
            self._stop()
            self._stop = None
