"""Collects garbage on the main thread only, and what takes long while nobody is at the window.

Python runs its collector on whatever thread happens to allocate.  A widget in a cycle would then
be destroyed on a worker: Qt forbids that, and it was seen to deadlock, the worker waiting for
Python inside a destructor while the main thread held Qt's lock and waited for nothing else.

Going through everything there is takes 50 to 250 ms once the pages are built, which is seen while
somebody types; the youngest objects take a few.
"""

from __future__ import annotations

import gc
import time

from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtGui import QGuiApplication, QWindow

LOOKS = 500
"""Milliseconds between two runs of the timer."""
FIRST_LOOK = 3_000
"""Milliseconds: not while the program is being loaded, when there is most to go through."""
PAUSE = 2.0
"""Seconds without input after which more than the youngest generation is gone through."""
ABSENCE = 60.0
"""Seconds without input after which what was exempted is gone through as well."""
EVERYTHING_AFTER = 600.0
"""Seconds at least between two such runs."""

_INPUT = frozenset(
    {
        QEvent.Type.KeyPress,
        QEvent.Type.InputMethod,
        QEvent.Type.MouseButtonPress,
        QEvent.Type.MouseMove,
        QEvent.Type.Wheel,
        QEvent.Type.TouchBegin,
        QEvent.Type.TabletPress,
    }
)


class MainThreadGc(QObject):
    """While one exists, garbage is only collected by its timer."""

    _standing = 0

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        MainThreadGc._standing += 1
        gc.disable()
        self._settled = False
        self._last_input = self._last_everything = time.monotonic()
        self._timer = QTimer(self, interval=FIRST_LOOK)
        self._timer.timeout.connect(self.look)
        self._timer.start()
        if isinstance(app := QGuiApplication.instance(), QGuiApplication):
            # The window of the screen gets each event once; widgets would pass it on to each other.
            app.focusWindowChanged.connect(self._watch)
            self._watch(QGuiApplication.focusWindow())

    def look(self) -> None:
        """Collect the oldest generation that is due; only the youngest while somebody is typing."""
        self._timer.setInterval(LOOKS)
        now = time.monotonic()
        rest = now - self._last_input
        if self._settled and rest > ABSENCE and now - self._last_everything > EVERYTHING_AFTER:
            self._last_everything = now
            gc.unfreeze()
            gc.collect()
            gc.freeze()
            return
        due = [
            generation
            for generation, (count, most) in enumerate(
                zip(gc.get_count(), gc.get_threshold(), strict=True)
            )
            if count > most
        ]
        if not due:
            return
        generation = due[-1] if rest > PAUSE else 0
        gc.collect(generation)
        if generation == 2 and self._settled:
            # What survived lives as long as its page: next time only what came since.
            gc.freeze()

    def settle_down(self) -> None:
        """The program is loaded: exempt what lives long (modules, classes, later pages)."""
        self._settled = True
        gc.freeze()

    def _watch(self, window: QWindow | None) -> None:
        if window is not None:
            # Installed twice it would still be called once.
            window.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in _INPUT:
            self._last_input = time.monotonic()
        return False

    def stop(self) -> None:
        """Let Python collect by itself again: there are no workers any more.

        Once is enough, twice does no harm.
        """
        if not self._timer.isActive():
            return
        self._timer.stop()
        if isinstance(app := QGuiApplication.instance(), QGuiApplication):
            app.focusWindowChanged.disconnect(self._watch)
        MainThreadGc._standing -= 1
        if not MainThreadGc._standing:
            gc.enable()
