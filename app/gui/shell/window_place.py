"""Remembers where the window was, apart for every arrangement of screens: at the desk with two,
on the way with one."""

from __future__ import annotations

from PySide6.QtCore import QByteArray, QSettings
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

_LAST = "window/geometry"
"""Of whatever arrangement it was last: better than none on screens never seen before."""


def keep(window: QWidget, store: QSettings) -> None:
    """Remember where it is on these screens."""
    store.setValue(_LAST, window.saveGeometry())
    store.setValue(_of_these_screens(), window.saveGeometry())


def restore(window: QWidget, store: QSettings) -> bool:
    """Put it where it was on these screens, else where it was last; whether it ever was."""
    for name in (_of_these_screens(), _LAST):
        geometry = store.value(name)
        # A damaged file of places gives anything.
        if isinstance(geometry, QByteArray) and window.restoreGeometry(geometry):
            return True
    return False


def _of_these_screens() -> str:
    """The name of the place: what the screens measure and how they lie beside each other."""
    seen = (screen.geometry() for screen in QGuiApplication.screens())
    told = sorted(f"{r.width()}x{r.height()}{r.x():+}{r.y():+}" for r in seen)
    return f"window/on_{'_'.join(told)}"
