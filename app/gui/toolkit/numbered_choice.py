"""A choice that says below itself in full what was chosen, where the field is too narrow for its
words; and one whose entries are numbered while the keys go to it: one digit chooses."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtGui import QFocusEvent, QHideEvent, QKeyEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QLabel

from app.gui.toolkit.scroll_body import bring_into_sight, lay_out_now
from app.gui.toolkit.wheel_safe import ComboBox

MOST_DIGITS = 9
"""Entries that have a digit; the others are found by the arrow keys or the mouse."""

ARROW = 28
"""Pixels of a choice that its arrow and edges take from its words."""


LEAST_CHOICE = 150
"""Pixels a choice needs at least: long words do not make a form wider than its place."""


class Choice(ComboBox):
    """`below` belongs below it."""

    def __init__(self) -> None:
        super().__init__()
        self.below = QLabel()
        self.below.setTextFormat(Qt.TextFormat.PlainText)
        self.below.setWordWrap(True)
        self.below.setProperty("role", "muted")
        self.below.hide()
        self.currentIndexChanged.connect(self._tell_whole)

    def minimumSizeHint(self) -> QSize:
        least = super().minimumSizeHint()
        return QSize(min(least.width(), LEAST_CHOICE), least.height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        # A label shown while its layout is at work gets no height.
        QTimer.singleShot(0, self, self._tell_whole)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        QTimer.singleShot(0, self, self._tell_whole)

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        if self.isHidden():
            self.below.hide()

    def _tell_whole(self) -> None:
        """The words of the choice, where the field cuts them off."""
        words = self.currentText()
        cut = self.fontMetrics().horizontalAdvance(words) > self.width() - ARROW
        self.below.setText(words if cut else "")
        self.below.setVisible(cut and not self.isHidden())


class NumberedChoice(Choice):
    """An empty entry, which stands for no choice, has no digit."""

    picked = Signal()
    """An entry was chosen by its digit: the next thing can be asked."""

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

    def _tell_whole(self) -> None:
        if not self.hasFocus():  # the numbers stand there
            super()._tell_whole()

    def show_numbers(self) -> None:
        """Say which digit chooses what."""
        lines = [f"{n}  {self.itemText(place)}" for n, place in enumerate(self._numbered(), 1)]
        self.below.setText("\n".join(lines))
        self.below.setVisible(bool(lines))
        QTimer.singleShot(0, self, self._bring_into_sight)

    def _bring_into_sight(self) -> None:
        """Every number can be read; where there is no room for all, the choice itself."""
        if self.hasFocus() and self.below.isVisible():
            lay_out_now()
            bring_into_sight(self.below)
            bring_into_sight(self)
