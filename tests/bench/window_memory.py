"""Prints the most memory (MB) a process needed: ``window_memory.py floor|ours``.

The floor is a bare window with an empty list; ours has shown every page of the program once.
"""

from __future__ import annotations

import os
import resource
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))


def floor() -> None:
    """A bare window."""
    from PySide6.QtWidgets import QApplication, QListWidget, QMainWindow

    app = QApplication(["floor"])
    window = QMainWindow()
    window.resize(1366, 768)
    window.setCentralWidget(QListWidget())
    window.show()
    window.grab()
    app.processEvents()


def ours() -> None:
    """The program, page after page."""
    from app import paths
    from app import settings as settings_file
    from app.gui.shell.application import Program, make_application
    from app.gui.shell.main_window import PAGES
    from app.gui.shell.screens import settle

    settings = settings_file.load(paths.settings_file())
    app = make_application(settings, ["poscare"])
    program = Program(app, settings)
    program.start()
    window = program.window
    window.resize(1366, 768)
    while not window.context.is_ready:
        app.processEvents()
    for spec in PAGES:
        window.show_page(spec.id)
        settle(window.context, most=120_000)
        window.grab()


if __name__ == "__main__":
    {"floor": floor, "ours": ours}[sys.argv[1]]()
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, flush=True)
    os._exit(0)
