"""Pictures of every page of the window, without a screen: for demo, manual and reviewer."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

if sys.platform.startswith("linux") and not (
    os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")
):
    # Has to be decided before Qt is loaded.
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QEventLoop, QTimer
from PySide6.QtWidgets import QWidget

from app.gui.shell.application import make_application
from app.gui.shell.main_window import PAGES, MainWindow
from app.gui.shell.page import AppContext
from app.settings import Settings

if TYPE_CHECKING:
    from app.services import Services

SIZE = (1366, 768)
"""The smallest window the product promises to be good at."""


def render_pages(services: Services, settings: Settings, folder: Path) -> list[Path]:
    """Write ``page_<name>.png`` of every page into `folder`; returns the files.

    The services stay open.
    """
    app = make_application(settings, ["poscare"])
    folder.mkdir(parents=True, exist_ok=True)
    context = AppContext(replace(settings))
    window = MainWindow(context)
    window.resize(*SIZE)
    window.show()
    context.set_services(services)
    written = []
    with _failing_aloud():
        for spec in PAGES:
            window.show_page(spec.id)
            settle(context)
            path = folder / f"page_{spec.id}.png"
            grab(window, path)
            written.append(path)
    context.feed.stop()
    context.tasks.close()
    window.close()
    window.deleteLater()
    app.processEvents()
    return written


@contextlib.contextmanager
def _failing_aloud() -> Iterator[None]:
    """Raise errors of the event loop here; Qt would only print them."""
    caught: list[BaseException] = []
    before = sys.excepthook
    sys.excepthook = lambda _kind, error, _trace: caught.append(error)
    try:
        yield
    finally:
        sys.excepthook = before
    if caught:
        raise caught[0]


def settle(context: AppContext, *, calm: int = 240, most: int = 15_000) -> None:
    """Let the event loop run until nothing was under way for `calm` milliseconds, so that
    everything is painted.

    Raises `TimeoutError` after `most` milliseconds.
    """
    needed = calm // 20
    loop = QEventLoop()
    quiet = 0
    waited = 0

    def look() -> None:
        nonlocal quiet, waited
        waited += 20
        quiet = quiet + 1 if context.tasks.idle else 0
        if quiet >= needed or waited >= most:
            loop.quit()

    timer = QTimer(interval=20)
    timer.timeout.connect(look)
    timer.start()
    loop.exec()
    if quiet < needed:
        raise TimeoutError("the page did not come to rest")


def grab(widget: QWidget, path: Path) -> None:
    """A picture of a widget as it is painted."""
    if not widget.grab().save(str(path)):
        raise OSError(f"cannot write {path}")
