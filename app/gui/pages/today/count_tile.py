"""A number with its meaning, as a tile that opens the list behind it."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QFrame

from app.gui.toolkit.layout import column, label


class CountTile(QFrame):
    """A number with its meaning; opens the list behind it."""

    opened = Signal()

    def __init__(self, text: str, tone: str = "card") -> None:
        super().__init__()
        self.setProperty("role", tone)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._text = text
        self._number = label("–", "figure")
        self.setLayout(
            column(self._number, label(text, "muted"), spacing=0, margins=(16, 10, 16, 10))
        )

    def show_number(self, number: int) -> None:
        """Show a count."""
        self._number.setText(str(number))
        self.setAccessibleName(f"{self._text}: {number}")

    def mouseReleaseEvent(self, _event: QMouseEvent) -> None:
        self.opened.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.opened.emit()
        else:
            super().keyPressEvent(event)
