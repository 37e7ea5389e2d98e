"""The first lines of the window: something is seen, then the program is loaded."""

from __future__ import annotations

import contextlib
import gc
import importlib

from PySide6.QtCore import QEventLoop, QThread

from app.gui.shell import first_frame
from app.gui.toolkit import desktop


class _Loading(QThread):
    """Imports what knows no Qt; the frame is painted and closed meanwhile."""

    def run(self) -> None:
        with contextlib.suppress(ImportError):
            # The main thread meets it again and tells it.
            importlib.import_module("app.bootstrap")


def start(language: str = "") -> int:
    """The program with its window, in this language instead of that of the settings if one is
    given; returns the exit code."""
    # There is no garbage in what is being loaded, and it would be looked through again and again;
    # `app.gui.toolkit.main_thread_gc` decides from then on.
    gc.disable()
    frame = None
    with contextlib.suppress(OSError, RuntimeError):
        # What is wrong with the data folder is told below.
        desktop.application()
        frame = first_frame.shown()
    if frame is not None:
        loading, waiting = _Loading(), QEventLoop()
        loading.finished.connect(waiting.quit)
        loading.start()
        waiting.exec()
        loading.wait()
        if frame.closed:
            return 0
    from app.gui.shell.application import run_window

    return run_window(language, frame)
