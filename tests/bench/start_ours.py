"""A cold start of the program until its first list is painted.  What leaving takes is not of it."""

from __future__ import annotations

import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

# The program before Qt, as when it is started by its own name.
import app.__main__  # noqa: F401
from app import paths
from app.gui.shell.start import start
from app.gui.toolkit import desktop

# isort: split
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QTableView


def look() -> None:
    """End once the first page shows its rows."""
    for window in QApplication.topLevelWidgets():
        page = window.findChild(QTableView, "today")
        if page is not None and page.isVisible() and page.model().rowCount() > 0:
            page.grab()
            # Else the next start would have to ask whether this window is still open.
            (paths.home() / paths.LOCK).unlink()
            os._exit(0)


desktop.application()
timer = QTimer(interval=5)
timer.timeout.connect(look)
timer.start()
start()
