"""What is seen of the window before the program is loaded: its frame, as the last one was left.

The rail is a picture kept when a window closes, so that neither words, icons, fonts nor the style
sheet are needed for it; where there is none, as at the very first start, the window comes when it
is there.  Nothing is imported here that a bare window would do without.
"""

from __future__ import annotations

import contextlib

from PySide6.QtCore import QBuffer, QEvent, QEventLoop, QObject, QSettings, Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QColor, QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QMainWindow, QWidget

from app import paths
from app.gui.shell import window_place

_FILE = "frame.png"
"""In the folder of window places.  Title and colour of the page stand in the picture, as texts."""
PATIENCE = 400
"""Milliseconds a screen has to paint it; one that is minimised or covered may never do."""


class FirstFrame(QMainWindow):
    """The rail of the last window beside an empty page."""

    painted = Signal()
    """It is seen."""

    def __init__(self, rail: QImage) -> None:
        super().__init__()
        self._rail = rail
        self._page = QColor(rail.text("page"))
        self.closed = False
        """Whether the person closed it."""
        self.setWindowTitle(rail.text("title"))
        self.setCursor(Qt.CursorShape.BusyCursor)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), self._page)
        painter.drawImage(0, 0, self._rail)
        painter.end()
        self.painted.emit()

    def closeEvent(self, event: QCloseEvent) -> None:
        self.closed = True
        super().closeEvent(event)

    def give_way(self, window: QWidget) -> None:
        """Be gone once `window` is seen in its place."""
        window.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Wait for the window's first paint."""
        if event.type() is QEvent.Type.Paint:
            watched.removeEventFilter(self)
            self.hide()
            self.deleteLater()
        return False


def shown() -> FirstFrame | None:
    """The frame, seen by now; None where no window was left or one may be open."""
    rail = QImage()
    # A second start shows the window there is.
    if (paths.home() / paths.LOCK).exists() or not rail.load(str(paths.window_places() / _FILE)):
        return None
    with contextlib.suppress(ValueError):
        rail.setDevicePixelRatio(float(rail.text("ratio")))
    frame = FirstFrame(rail)
    if not window_place.restore(frame, QSettings()):
        frame.deleteLater()
        return None
    waiting = QEventLoop()
    frame.painted.connect(waiting.quit)
    QTimer.singleShot(PATIENCE, waiting.quit)
    frame.show()
    waiting.exec()
    return frame


def keep(window: QWidget, rail: QWidget, page: str) -> None:
    """Remember a window's title, its rail, and the colour of its pages."""
    from app import files

    picture = rail.grab().toImage()
    picture.setText("title", window.windowTitle())
    picture.setText("page", page)
    picture.setText("ratio", str(picture.devicePixelRatio()))
    written = QBuffer()
    written.open(QBuffer.OpenModeFlag.WriteOnly)
    picture.save(written, "PNG")  # type: ignore[call-overload]  # its stub wants bytes
    with contextlib.suppress(OSError):
        # Of no worth beyond a quicker start: a folder that cannot be written is told elsewhere.
        folder = paths.window_places()
        folder.mkdir(parents=True, exist_ok=True)
        files.write(folder / _FILE, bytes(written.data().data()))
