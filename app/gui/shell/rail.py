"""The rail at the left: a button for each page, and below them the search and the menu."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtGui import QFontMetrics, QResizeEvent
from PySide6.QtWidgets import QButtonGroup, QFrame, QSizePolicy, QToolButton, QVBoxLayout

from app.gui.toolkit.action_buttons import key_text
from app.gui.toolkit.layout import boxed, column, plain_tip, scrolled
from app.gui.toolkit.theme import SMALL, icon, ui_font

HIGH, LOW = 46, 32
"""Pixels of a button with its words at least, and of one without them."""
NARROW = 56
"""Pixels of the rail without words."""
LITTLE = 900
"""Pixels of width below which a window has no room for the words."""


@dataclass(frozen=True, slots=True)
class RailEntry:
    """A page in the rail."""

    id: str
    title: str
    icon: str
    keys: tuple[str, ...]


class Rail(QFrame):
    """Leaves the words out in a window that is too low or too narrow for them; they are in the
    tooltips then, and the pages can be scrolled to in the lowest."""

    chosen = Signal(str)
    """The id of a page."""

    def __init__(
        self, entries: Sequence[RailEntry], tools: Sequence[QToolButton], last: str
    ) -> None:
        """`tools` stand at the foot, and below them the page `last`."""
        super().__init__()
        self.setObjectName("rail")
        self._group = QButtonGroup(self)
        self._group.setExclusive(True)
        self._places = [entry.id for entry in entries]
        self._buttons = [self._button(entry, place) for place, entry in enumerate(entries)]
        self._tools = tuple(tools)
        at_foot = self._buttons[self._places.index(last)]
        pages = [one for one in self._buttons if one is not at_foot]
        self._pages = boxed(column(*pages, None, spacing=0))
        self._above = above = scrolled(self._pages)
        above.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 10, 0, 8)
        layout.setSpacing(0)
        layout.addWidget(above, 1)
        for one in (*tools, at_foot):
            layout.addWidget(one)
        metrics = QFontMetrics(ui_font(SMALL, bold=True))
        self._wide = max(84, 30 + max(metrics.horizontalAdvance(one.title) for one in entries))
        self._show_words(True)

    def _button(self, entry: RailEntry, place: int) -> QToolButton:
        made = QToolButton()
        made.setProperty("role", "rail")
        made.setCheckable(True)
        made.setIconSize(QSize(22, 22))
        made.setIcon(icon(entry.icon, "rail_text", 22))
        made.setText(entry.title)
        made.setToolTip(plain_tip(" · ".join((entry.title, *map(key_text, entry.keys)))))
        # In a low window they come closer together, so that the last one stays in sight.
        made.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Maximum)
        made.clicked.connect(lambda: self.chosen.emit(entry.id))
        self._group.addButton(made, place)
        return made

    def mark(self, name: str) -> None:
        """Mark the page that is in sight."""
        self._buttons[self._places.index(name)].setChecked(True)
        self._bring_marked_into_sight()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        # Once the buttons have their new places.
        QTimer.singleShot(0, self, self._bring_marked_into_sight)

    def _bring_marked_into_sight(self) -> None:
        marked = self._group.checkedButton()
        if marked is not None and self._pages.isAncestorOf(marked):
            self._above.ensureWidgetVisible(marked, 0, 0)

    def suit(self, window: QSize) -> None:
        """Show the words where a window of this size has room for them."""
        tools = sum(tool.sizeHint().height() for tool in self._tools)
        needed = len(self._buttons) * HIGH + tools + 18
        self._show_words(window.width() >= LITTLE and window.height() >= needed)

    def _show_words(self, shown: bool) -> None:
        style = Qt.ToolButtonStyle
        self.setFixedWidth(self._wide if shown else NARROW)
        for one in self._buttons:
            one.setToolButtonStyle(
                style.ToolButtonTextUnderIcon if shown else style.ToolButtonIconOnly
            )
            one.setMinimumHeight(HIGH if shown else LOW)
