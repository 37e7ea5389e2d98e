"""Listening to where the keys go, once for the whole application."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QApplication, QWidget

Listener = Callable[[QWidget | None, QWidget | None], None]
"""Is told what had the keys and what has them now."""


def follow_focus(listener: Listener) -> None:
    """Have a function told, however often this is asked for: a listener for each widget would be
    called while widgets are being destroyed."""
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    followed = f"poscare_focus_{listener.__module__}.{listener.__name__}"
    if not app.property(followed):
        app.setProperty(followed, True)
        app.focusChanged.connect(listener)
