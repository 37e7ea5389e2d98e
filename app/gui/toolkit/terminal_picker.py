"""Finds a terminal by whatever is typed or scanned; the page behind it asks the service.

A USB scanner is a keyboard that ends with Enter: an exact hit is taken at once.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QListWidget, QListWidgetItem, QWidget

from app.domain.errors import BadValue
from app.domain.register.identifiers import parse_serial, serial_key
from app.domain.register.terminals import TerminalSummary
from app.gui.toolkit.language import _
from app.gui.toolkit.layout import column, label
from app.gui.toolkit.topbar import SearchBox

SHOWN = 7
"""Matches in sight; the others are scrolled to."""

LEAST_SERIAL = 6
"""Characters from which on something typed may be a whole serial number."""
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
    """`searched` asks for matches, `show_found` gives them, `picked` says which was taken.

    With `unregistered`, what was typed may be the serial number of a terminal nobody registered: it
    can be chosen below others that only resemble it, and stays in the box.
    """

    searched = Signal(str)
    picked = Signal(TerminalSummary)

    def __init__(self, parent: QWidget | None = None, *, unregistered: bool = False) -> None:
        super().__init__(parent)
        self._unregistered = unregistered
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
        self._asked = ""
        self._answered: str | None = None
        """The words whose matches are shown; Enter for others waits for theirs."""
        self.setLayout(column(self.box, self._list, self._nothing, spacing=4))
        self.setFocusProxy(self.box)

    def text(self) -> str:
        """What was typed."""
        return self.box.text().strip()

    def look_for(self, words: str) -> None:
        """Search for this, as if it had been typed and ended with Enter."""
        self.box.put(words)
        self._entered = True
        self._on_searched(words)

    def _on_searched(self, words: str) -> None:
        self._asked = words
        if words.strip():
            self.searched.emit(words)
        else:
            self._answered = None
            self._list.hide()
            self._nothing.hide()

    def _on_enter(self) -> None:
        if not self.text():
            return
        if self._answered != self.box.text():
            self._entered = True
            if self._asked != self.box.text():  # words of a draft were never looked for
                self._on_searched(self.box.text())
        elif self._list.isVisible() and self._list.currentItem() is not None:
            self._on_activated(self._list.currentItem())
        else:
            self.box.focusNextChild()

    def show_found(self, words: str, found: Sequence[TerminalSummary]) -> None:
        """The matches for `words`; ignored when something else was typed meanwhile."""
        if words != self.box.text():
            return
        self._answered = words
        self._list.clear()
        for item in found:
            entry = QListWidgetItem(described(item))
            entry.setData(_VALUE, item)
            self._list.addItem(entry)
        if found and self._unregistered and _is_another_serial(words, found):
            typed = _("Not registered: go on with {serial}", serial=words.strip())
            self._list.addItem(QListWidgetItem(typed))
        self._list.setVisible(bool(found))
        self._nothing.setText(_("Not registered. Go on with this serial number, or check it."))
        self._nothing.setVisible(not found)
        if found:
            lines = min(self._list.count(), SHOWN) * self._list.sizeHintForRow(0)
            self._list.setFixedHeight(lines + 2 * self._list.frameWidth())
            self._list.setCurrentRow(0)
            if self._entered and self._list.count() == 1:
                self._on_activated(self._list.item(0))
        elif self._entered:
            self.box.focusNextChild()
        self._entered = False

    def _on_activated(self, entry: QListWidgetItem) -> None:
        item: TerminalSummary | None = entry.data(_VALUE)
        self._list.hide()
        if item is None:
            self.box.focusNextChild()
        else:
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


def _is_another_serial(words: str, found: Sequence[TerminalSummary]) -> bool:
    """Whether what was typed can be a whole serial number, and is no number of what was found.
    Digits alone are more likely part of a phone or terminal number."""
    try:
        serial = serial_key(parse_serial(words))
    except BadValue:
        return False
    if len(serial) < LEAST_SERIAL or serial.isdigit() or serial.isalpha():
        return False
    numbers = {serial_key(item.serial) for item in found} | {item.tid for item in found}
    return serial not in numbers
