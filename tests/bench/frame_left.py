"""One start of the program and its end, so that the next start knows how its window looked."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QTableView

from app.gui.shell.start import start
from app.gui.toolkit import desktop


def look() -> None:
    """Close the window once its first page shows its rows."""
    for window in QApplication.topLevelWidgets():
        page = window.findChild(QTableView, "today")
        if page is not None and page.isVisible() and page.model().rowCount() > 0:
            timer.stop()
            window.close()


desktop.application()
timer = QTimer(interval=50)
timer.timeout.connect(look)
timer.start()
sys.exit(start())
