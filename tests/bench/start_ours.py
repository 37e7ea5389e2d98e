"""A cold start of the program until its first list is painted, then quit."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QTableView

from app import paths
from app import settings as settings_file
from app.gui.application import Program, make_application

settings = settings_file.load(paths.settings_file())
app = make_application(settings, ["poscare"])
program = Program(app, settings)
program.start()


def look() -> None:
    """Quit once the first page shows its rows."""
    page = program.window.centralWidget().findChild(QTableView, "today")
    if page is not None and page.model().rowCount() > 0 and page.isVisible():
        page.grab()
        timer.stop()
        app.quit()


timer = QTimer(interval=2)
timer.timeout.connect(look)
timer.start()
app.exec()
program.desk.close()
