"""Finds a terminal by whatever is typed or scanned; the page behind it asks the service.

A USB scanner is a keyboard that ends with Enter: an exact hit is taken at once.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QListWidget, QListWidgetItem, QWidget

from app.domain.register.terminals import TerminalSummary
from app.gui.toolkit.language import _
from app.gui.toolkit.layout import column, label
from app.gui.toolkit.topbar import SearchBox

SHOWN = 7
"""Matches in sight; the others are scrolled to."""

_VALUE = Qt.ItemDataRole.UserRole


def described(item: TerminalSummary) -> str:
    """A terminal in one line."""
    parts = (
        item.merchant_name,
        item.tid,
        f"{item.manufacturer} {item.model}",
        item.serial,
        item.area,
    )
    return " · ".join(part for part in parts if part)


class TerminalPicker(QWidget):
    """`searched` asks for matches, `show_found` gives them, `picked` says which was taken."""

    searched = Signal(str)
    picked = Signal(TerminalSummary)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.box = SearchBox(_("TID, serial number, merchant, phone … or scan"))
        self.box.setMaximumWidth(16_777_215)
        self.box.searched.connect(self._on_searched)
        self.box.returnPressed.connect(self._on_enter)
        self.box.installEventFilter(self)
        self._list = QListWidget()
        self._list.itemActivated.connect(self._on_activated)
        self._list.itemClicked.connect(self._on_activated)
        self._list.hide()
        self._nothing = label("", "muted", wrap=True)
        self._nothing.hide()
        self._entered = False
        self.setLayout(column(self.box, self._list, self._nothing, spacing=4))
        self.setFocusProxy(self.box)

    def text(self) -> str:
        """What was typed."""
        return self.box.text().strip()

    def look_for(self, words: str) -> None:
        """Search for this, as if it had been typed and ended with Enter."""
        self.box.put(words)
        self._entered = True
        self.searched.emit(words)

    def _on_searched(self, words: str) -> None:
        if words.strip():
            self.searched.emit(words)
        else:
            self._list.hide()
            self._nothing.hide()

    def _on_enter(self) -> None:
        if self._list.isVisible() and self._list.currentItem() is not None:
            self._on_activated(self._list.currentItem())
        else:
            self._entered = True

    def show_found(self, words: str, found: Sequence[TerminalSummary]) -> None:
        """The matches for `words`; ignored when something else was typed meanwhile."""
        if words != self.box.text():
            return
        self._list.clear()
        for item in found:
            entry = QListWidgetItem(described(item))
            entry.setData(_VALUE, item)
            self._list.addItem(entry)
        self._list.setVisible(bool(found))
        self._nothing.setText(_("Not registered. Go on with this serial number, or check it."))
        self._nothing.setVisible(not found)
        if found:
            lines = min(len(found), SHOWN) * self._list.sizeHintForRow(0)
            self._list.setFixedHeight(lines + 2 * self._list.frameWidth())
            self._list.setCurrentRow(0)
            if self._entered and len(found) == 1:
                self._on_activated(self._list.item(0))
        elif self._entered:
            self.box.focusNextChild()
        self._entered = False

    def _on_activated(self, entry: QListWidgetItem) -> None:
        item: TerminalSummary = entry.data(_VALUE)
        self._list.hide()
        self.picked.emit(item)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if (
            event.type() == QEvent.Type.KeyPress
            and isinstance(event, QKeyEvent)
            and self._list.isVisible()
            and event.key() in (Qt.Key.Key_Down, Qt.Key.Key_Up)
        ):
            step = 1 if event.key() == Qt.Key.Key_Down else -1
            last = self._list.count() - 1
            self._list.setCurrentRow(min(last, max(0, self._list.currentRow() + step)))
            return True
        return super().eventFilter(watched, event)
