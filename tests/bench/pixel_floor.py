"""The floor of a first pixel: a bare window of the same size, painted once."""

from __future__ import annotations

import os

from PySide6.QtCore import QTimer
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QApplication, QMainWindow


class BareWindow(QMainWindow):
    """Ends the process once it was painted."""

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - named by Qt
        """Paint, and end."""
        super().paintEvent(event)
        QTimer.singleShot(0, lambda: os._exit(0))


app = QApplication(["floor"])
window = BareWindow()
window.resize(1366, 768)
window.show()
app.exec()
