"""The tab pages of a long form; those with a problem are marked."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QLayout, QWidget

from app.gui.toolkit.layout import boxed, column, scrolled
from app.gui.toolkit.theme import icon
from app.gui.toolkit.wheel_safe import Tabs


class TabPages(Tabs):
    """Tabs that hold parts of one form."""

    def __init__(self) -> None:
        super().__init__()
        self.setDocumentMode(True)
        self._contents: list[QWidget] = []

    def add(self, title: str, content: QLayout) -> None:
        """Add a page."""
        page = scrolled(boxed(column(content, margins=(0, 14, 8, 0))))
        self._contents.append(page)
        self.addTab(page, title)

    def mark(self, wrong: Iterable[QWidget]) -> None:
        """Mark the pages that hold these inputs, and show the first one unless one of them is
        in sight."""
        pages = {self._page_of(widget) for widget in wrong}
        for place in range(self.count()):
            self.setTabIcon(
                place, icon("triangle-alert", "danger", 14) if place in pages else QIcon()
            )
        if pages and self.currentIndex() not in pages:
            self.setCurrentIndex(min(pages))

    def _page_of(self, widget: QWidget) -> int:
        return next(n for n, page in enumerate(self._contents) if page.isAncestorOf(widget))
