"""A window on two screens, closed, and opened on one: ``python -m … FILE`` in a process of its own,
because the offscreen platform takes its screens before Qt starts.  Prints where the window is."""

from __future__ import annotations

import sys
from pathlib import Path

from PySide6.QtCore import QSettings
from PySide6.QtWidgets import QApplication, QWidget

from app.gui.shell import window_place


def main(screens: str, places: Path, wanted: str) -> None:
    """Put the window at ``x,y,w,h`` when that is given, else where it was; keep its place."""
    app = QApplication(["poscare", "-platform", f"offscreen:configfile={screens}"])
    store = QSettings(str(places), QSettings.Format.IniFormat)
    window = QWidget()
    known = window_place.restore(window, store)
    if wanted:
        left, top, wide, high = map(int, wanted.split(","))
        window.setGeometry(left, top, wide, high)
    window.show()
    app.processEvents()
    place = window.geometry()
    print(known, place.x(), place.y(), place.width(), place.height())
    window_place.keep(window, store)
    store.sync()


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), sys.argv[3])
