"""A choice whose entries are numbered while the keys go to it: one digit chooses.  What was chosen
stands below it in full where the field is too narrow for its words."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QLabel

from app.gui.toolkit.scroll_body import bring_into_sight, lay_out_now
from app.gui.toolkit.wheel_safe import ComboBox

MOST_DIGITS = 9
"""Entries that have a digit; the others are found by the arrow keys or the mouse."""

ARROW = 28
"""Pixels of a choice that its arrow and edges take from its words."""


class NumberedChoice(ComboBox):
    """An empty entry, which stands for no choice, has no digit.  `numbers` is shown below."""

    picked = Signal()
    """An entry was chosen by its digit: the next thing can be asked."""

    def __init__(self) -> None:
        super().__init__()
        self.numbers = QLabel()
        self.numbers.setTextFormat(Qt.TextFormat.PlainText)
        self.numbers.setWordWrap(True)
        self.numbers.setProperty("role", "muted")
        self.numbers.hide()
        self.currentIndexChanged.connect(self._tell_whole)

    def _numbered(self) -> list[int]:
        """The places of the entries that have a digit."""
        return [place for place in range(self.count()) if self.itemData(place)][:MOST_DIGITS]

    def keyPressEvent(self, event: QKeyEvent) -> None:
        held = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        digit = event.key() - Qt.Key.Key_1
        places = self._numbered()
        if held or not 0 <= digit < len(places):
            super().keyPressEvent(event)
            return
        self.setCurrentIndex(places[digit])
        self.picked.emit()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.show_numbers()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        if event.reason() not in (
            Qt.FocusReason.PopupFocusReason,
            Qt.FocusReason.ActiveWindowFocusReason,
        ):
            self._tell_whole()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._tell_whole()

    def _tell_whole(self) -> None:
        """While nothing is being chosen: the words of the choice, where the field cuts them off."""
        if self.hasFocus():
            return
        words = self.currentText()
        cut = self.fontMetrics().horizontalAdvance(words) > self.width() - ARROW
        self.numbers.setText(words if cut else "")
        self.numbers.setVisible(cut)

    def show_numbers(self) -> None:
        """Say which digit chooses what."""
        lines = [f"{n}  {self.itemText(place)}" for n, place in enumerate(self._numbered(), 1)]
        self.numbers.setText("\n".join(lines))
        self.numbers.setVisible(bool(lines))
        QTimer.singleShot(0, self, self._bring_into_sight)

    def _bring_into_sight(self) -> None:
        """Every number can be read; where there is no room for all, the choice itself."""
        if self.hasFocus() and self.numbers.isVisible():
            lay_out_now()
            bring_into_sight(self.numbers)
            bring_into_sight(self)
