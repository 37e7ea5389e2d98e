"""Facts as name and value, made once and filled again and again; every value can be copied.

By mouse: select, or the context menu.  By keyboard: Tab reaches the grid as one stop, the arrows
go from fact to fact, the key for copying takes the one marked.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QFocusEvent, QGuiApplication, QKeyEvent
from PySide6.QtWidgets import QGridLayout, QLabel, QMenu, QSizePolicy, QWidget

from app.gui.actions import UserAction
from app.gui.toolkit.action_buttons import pressed
from app.gui.toolkit.language import _
from app.gui.toolkit.layout import label, restyle


class FactGrid(QWidget):
    """`names` are (key, label) pairs, in order; a fact without a value is not shown."""

    copied = Signal(str)

    def __init__(self, names: Sequence[tuple[str, str]], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(", ".join(shown for _key, shown in names))
        self._keys = [key for key, _shown in names]
        self._captions: dict[str, QLabel] = {}
        self._values: dict[str, QLabel] = {}
        self._current = ""
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(5)
        grid.setColumnStretch(1, 1)
        for line, (key, shown) in enumerate(names):
            self._add(grid, line, key, shown)

    def _add(self, grid: QGridLayout, line: int, key: str, shown: str) -> None:
        caption = label(shown, "muted")
        caption.setMinimumWidth(72)
        value = label("", wrap=True)
        value.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        value.setContextMenuPolicy(Qt.ContextMenuPolicy.NoContextMenu)
        value.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        value.setProperty("role", "fact")
        grid.addWidget(caption, line, 0, Qt.AlignmentFlag.AlignTop)
        grid.addWidget(value, line, 1)
        self._captions[key], self._values[key] = caption, value

    def show_facts(self, facts: Mapping[str, str]) -> None:
        """Show these values."""
        self._mark("")
        for key in self._keys:
            text = facts.get(key, "")
            value = self._values[key]
            if value.text() != text:
                value.setText(text)
            self._captions[key].setVisible(bool(text))
            value.setVisible(bool(text))

    def text(self, key: str) -> str:
        """What is shown for a fact."""
        return self._values[key].text()

    def copy(self) -> None:
        """Copy the marked value."""
        text = self._values[self._current].text() if self._current else ""
        if text:
            QGuiApplication.clipboard().setText(text)
            self.copied.emit(text)

    def _shown(self) -> list[str]:
        return [key for key in self._keys if not self._values[key].isHidden()]

    def _mark(self, key: str) -> None:
        for name, on in ((self._current, "false"), (key, "true")):
            if name:
                restyle(self._values[name], "marked", on)
        self._current = key

    def _step(self, by: int) -> None:
        shown = self._shown()
        if shown:
            at = shown.index(self._current) if self._current in shown else -1
            self._mark(shown[min(len(shown) - 1, max(0, at + by))])

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if pressed(event, UserAction.COPY_FACT):
            self.copy()
        elif event.key() == Qt.Key.Key_Down:
            self._step(1)
        elif event.key() == Qt.Key.Key_Up:
            self._step(-1)
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        if not self._current and event.reason() != Qt.FocusReason.MouseFocusReason:
            self._step(1)
        super().focusInEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        if event.reason() != Qt.FocusReason.PopupFocusReason:
            self._mark("")
        super().focusOutEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        under = self.childAt(event.pos())
        key = next(
            (k for k in self._keys if under in (self._values[k], self._captions[k])), self._current
        )
        if not key:
            return
        self._mark(key)
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction(_("Copy “{value}”", value=self._values[key].text()), self.copy)
        menu.popup(event.globalPos())
