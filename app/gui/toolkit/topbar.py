"""The bar above every page: title, search, filters at the left, actions at the right."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QComboBox, QFrame, QLineEdit, QWidget

from app.gui.actions import UserAction
from app.gui.toolkit.action_buttons import bind_keys
from app.gui.toolkit.language import _
from app.gui.toolkit.layout import label
from app.gui.toolkit.theme import icon
from app.gui.toolkit.wheel_safe import ComboBox
from app.gui.toolkit.wrapping import WrappingRow


class SearchBox(QLineEdit):
    """A search field; `searched` comes when typing pauses or Enter is pressed."""

    searched = Signal(str)

    def __init__(self, placeholder: str) -> None:
        super().__init__()
        self.setPlaceholderText(placeholder)
        self.setAccessibleName(placeholder.rstrip("… "))
        self.setProperty("role", "search")
        self.setClearButtonEnabled(True)
        self.setMinimumWidth(150)
        self.setMaximumWidth(340)
        self.addAction(icon("search", "muted", 15), QLineEdit.ActionPosition.LeadingPosition)
        self._pause = QTimer(self, singleShot=True, interval=180)
        self._pause.timeout.connect(self._send)
        self._sent = ""
        self.textChanged.connect(lambda: self._pause.start())
        self.returnPressed.connect(self._send)
        bind_keys(self, UserAction.FIND, self._focus)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        super().keyPressEvent(event)
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            # Searching is all it does: a scanner's Enter must not press a dialog's button.
            event.accept()

    def put(self, words: str) -> None:
        """Show these words without searching for them."""
        self._sent = words
        self.setText(words)
        self._pause.stop()

    def _focus(self) -> None:
        self.setFocus()
        self.selectAll()

    def _send(self) -> None:
        self._pause.stop()
        if self.text() != self._sent:
            self._sent = self.text()
            self.searched.emit(self._sent)


class FilterBox(ComboBox):
    """A filter: its name and the chosen value, "all" first."""

    chosen = Signal(str)

    def __init__(self, name: str, choices: Sequence[tuple[str, str]] = ()) -> None:
        super().__init__()
        self._name = name
        self.setAccessibleName(name)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.set_choices(choices)
        self.currentIndexChanged.connect(lambda: self.chosen.emit(self.value()))

    def set_choices(self, choices: Sequence[tuple[str, str]]) -> None:
        """Offer these (value, word) pairs below "all", keeping the chosen one."""
        kept = self.value()
        self.blockSignals(True)
        self.clear()
        self.addItem(_("{name}: all", name=self._name), "")
        for value, word in choices:
            self.addItem(_("{name}: {value}", name=self._name, value=word), value)
        self.setCurrentIndex(max(0, self.findData(kept)))
        self.blockSignals(False)

    def value(self) -> str:
        """The chosen value; empty for all."""
        return str(self.currentData() or "")

    def choose(self, value: str) -> None:
        """Choose a value."""
        self.setCurrentIndex(max(0, self.findData(value)))

    def put(self, value: str) -> None:
        """Show this value without saying that it was chosen."""
        self.blockSignals(True)
        self.choose(value)
        self.blockSignals(False)


class TopBar(QFrame):
    """Title and tools of a page, in a further line where the window is narrow."""

    def __init__(self, title: str) -> None:
        super().__init__()
        self.setObjectName("topbar")
        self.setMinimumHeight(52)
        self._layout = WrappingRow()
        self._layout.setContentsMargins(16, 8, 12, 8)
        self._layout.addWidget(label(title, "title"))
        self._layout.add_gap()
        self.setLayout(self._layout)
        self._left = 1

    def add_left(self, *widgets: QWidget) -> None:
        """Put tools beside the title."""
        for widget in widgets:
            self._layout.insert(self._left, widget)
            self._left += 1

    def add_right(self, *widgets: QWidget) -> None:
        """Put actions at the right end."""
        for widget in widgets:
            self._layout.addWidget(widget)
