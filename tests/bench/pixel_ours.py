"""A start of the program until something of its window is painted for the first time."""

from __future__ import annotations

import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

# The program before Qt, as when it is started by its own name.
import app.__main__  # noqa: F401
from app.gui.shell.start import start
from app.gui.toolkit import desktop

# isort: split
from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtWidgets import QMainWindow


class FirstPaint(QObject):
    """Ends the process once a main window was painted."""

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - named by Qt
        """Look for the event before the first paint."""
        if event.type() is QEvent.Type.Paint and isinstance(watched, QMainWindow):
            QTimer.singleShot(0, lambda: os._exit(0))
        return False


first = FirstPaint()
desktop.application().installEventFilter(first)
start()
