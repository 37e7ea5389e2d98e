"""Collects garbage on the main thread only.

Python runs its collector on whatever thread happens to allocate.  A widget in a cycle would then
be destroyed on a worker: Qt forbids that, and it was seen to deadlock, the worker waiting for
Python inside a destructor while the main thread held Qt's lock and waited for nothing else.
"""

from __future__ import annotations

import gc

from PySide6.QtCore import QObject, QTimer

LOOKS = 500
"""Milliseconds between two runs of the timer."""
FIRST_LOOK = 3_000
"""Milliseconds: not while the program is being loaded, when there is most to go through."""


class MainThreadGc(QObject):
    """While one exists, garbage is only collected by its timer."""

    _standing = 0

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        MainThreadGc._standing += 1
        gc.disable()
        self._timer = QTimer(self, interval=FIRST_LOOK)
        self._timer.timeout.connect(self.look)
        self._timer.start()

    def look(self) -> None:
        """Collect the oldest generation that is due."""
        self._timer.setInterval(LOOKS)
        due = [
            generation
            for generation, (count, most) in enumerate(
                zip(gc.get_count(), gc.get_threshold(), strict=True)
            )
            if count > most
        ]
        if due:
            gc.collect(due[-1])

    @staticmethod
    def settle_down() -> None:
        """Exempt what is loaded by now (modules, classes) from collection."""
        gc.freeze()

    def stop(self) -> None:
        """Let Python collect by itself again: there are no workers any more.

        Once is enough, twice does no harm.
        """
        if not self._timer.isActive():
            return
        self._timer.stop()
        MainThreadGc._standing -= 1
        if not MainThreadGc._standing:
            gc.enable()
