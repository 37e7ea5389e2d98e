"""The leaves of a long form: one in sight at a time, those with a problem marked."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QLayout, QVBoxLayout, QWidget

from app.gui.toolkit.theme import icon
from app.gui.toolkit.wheel_safe import Tabs


class TabPages(Tabs):
    """Tabs that hold parts of one form."""

    def __init__(self) -> None:
        super().__init__()
        self.setDocumentMode(True)
        self._leaves: list[QWidget] = []

    def add(self, title: str, content: QLayout) -> None:
        """One more leaf."""
        leaf = QWidget()
        layout = QVBoxLayout(leaf)
        layout.setContentsMargins(0, 14, 0, 0)
        layout.addLayout(content)
        self._leaves.append(leaf)
        self.addTab(leaf, title)

    def mark(self, wrong: Iterable[QWidget]) -> None:
        """Mark the leaves that hold these inputs, and turn to the first one unless one of them is
        in sight."""
        leaves = {self._leaf(widget) for widget in wrong}
        for place in range(self.count()):
            self.setTabIcon(
                place, icon("triangle-alert", "danger", 14) if place in leaves else QIcon()
            )
        if leaves and self.currentIndex() not in leaves:
            self.setCurrentIndex(min(leaves))

    def _leaf(self, widget: QWidget) -> int:
        return next(n for n, leaf in enumerate(self._leaves) if leaf.isAncestorOf(widget))
