"""Rows of tools that go on in a further line where one line is full."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtWidgets import QLayout, QLayoutItem, QSpacerItem, QWidget

from app.gui.toolkit.layout import Margins


class WrappingRow(QLayout):
    """Tools side by side that go on in the next line where a line is full.

    What comes after `add_gap` stands at the right end of its line.
    """

    def __init__(self, spacing: int = 8) -> None:
        super().__init__()
        self._items: list[QLayoutItem] = []
        self.setSpacing(spacing)
        self.setContentsMargins(0, 0, 0, 0)

    def add_gap(self) -> None:
        """What follows stands at the right."""
        self.addItem(QSpacerItem(0, 0))

    def insert(self, place: int, widget: QWidget) -> None:
        """Put a widget at a place counted from 0."""
        self.addWidget(widget)
        self._items.insert(place, self._items.pop())
        self.invalidate()

    def addItem(self, item: QLayoutItem) -> None:
        self._items.append(item)

    def count(self) -> int:
        return len(self._items)

    def itemAt(self, place: int) -> QLayoutItem | None:  # type: ignore[override]
        return self._items[place] if 0 <= place < len(self._items) else None

    def takeAt(self, place: int) -> QLayoutItem | None:  # type: ignore[override]
        return self._items.pop(place) if 0 <= place < len(self._items) else None

    def expandingDirections(self) -> Qt.Orientation:
        return Qt.Orientation.Horizontal

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        return self._place(QRect(0, 0, width, 0), moving=False)

    def sizeHint(self) -> QSize:
        shown = self._shown()
        width = sum(item.sizeHint().width() for item in shown)
        height = max((item.sizeHint().height() for item in shown), default=0)
        return self._framed(QSize(width + self.spacing() * max(0, len(shown) - 1), height))

    def minimumSize(self) -> QSize:
        sizes = [item.minimumSize() for item in self._shown()]
        width = max((size.width() for size in sizes), default=0)
        height = max((size.height() for size in sizes), default=0)
        return self._framed(QSize(width, height))

    def setGeometry(self, place: QRect) -> None:
        super().setGeometry(place)
        self._place(place, moving=True)

    def _framed(self, size: QSize) -> QSize:
        margins = self.contentsMargins()
        return size + QSize(margins.left() + margins.right(), margins.top() + margins.bottom())

    def _shown(self) -> list[QLayoutItem]:
        return [item for item in self._items if item.spacerItem() is None and not item.isEmpty()]

    def _lines(self, room: int) -> list[list[QLayoutItem]]:
        """The items line by line, the gap among them; a line holds what fits at its usual width,
        and what can be narrower (a search field) gives way first."""
        lines: list[list[QLayoutItem]] = [[]]
        used = 0
        for item in self._items:
            gap = item.spacerItem() is not None
            if item.isEmpty() and not gap:
                continue
            wide = 0 if gap else item.minimumSize().width()
            if lines[-1] and used + self.spacing() + wide > room and not gap:
                lines.append([])
                used = 0
            used += wide + (self.spacing() if lines[-1] and not gap else 0)
            lines[-1].append(item)
        return lines

    def _place(self, rect: QRect, *, moving: bool) -> int:
        margins = self.contentsMargins()
        inner = rect.adjusted(margins.left(), margins.top(), -margins.right(), -margins.bottom())
        lines = [line for line in self._lines(inner.width()) if line]
        heights = [max(item.sizeHint().height() for item in line) for line in lines]
        total = sum(heights) + self.spacing() * max(0, len(lines) - 1)
        # One line stands in the middle of a bar that is higher.
        top = inner.top() + (max(0, inner.height() - total) // 2 if moving else 0)
        at_right = False
        for line, height in zip(lines, heights, strict=True):
            if moving:
                self._place_line(line, QRect(inner.left(), top, inner.width(), height), at_right)
            at_right = at_right or any(item.spacerItem() is not None for item in line)
            top += height + self.spacing()
        return total + margins.top() + margins.bottom()

    def _place_line(self, line: list[QLayoutItem], rect: QRect, at_right: bool) -> None:
        shown = [item for item in line if item.spacerItem() is None]
        widths = self._widths(shown, rect.width())
        spare = rect.width() - sum(widths) - self.spacing() * max(0, len(shown) - 1)
        left = rect.left() + (spare if at_right else 0)
        for item in line:
            if item.spacerItem() is not None:
                left += spare
                continue
            wide = widths[shown.index(item)]
            high = min(item.sizeHint().height(), rect.height())
            if item.expandingDirections() & Qt.Orientation.Vertical:
                high = rect.height()
            top = rect.top() + (rect.height() - high) // 2
            item.setGeometry(QRect(QPoint(left, top), QSize(wide, high)))
            left += wide + self.spacing()

    def _widths(self, shown: list[QLayoutItem], room: int) -> list[int]:
        """The usual widths; where they are too much, some are made narrower, down to their
        least."""
        least = [item.minimumSize().width() for item in shown]
        usual = [
            max(low, min(item.sizeHint().width(), item.maximumSize().width()))
            for item, low in zip(shown, least, strict=True)
        ]
        excess = sum(usual) + self.spacing() * max(0, len(shown) - 1) - room
        slack = sum(usual) - sum(least)
        if excess <= 0 or slack <= 0:
            return usual
        part = min(1.0, excess / slack)
        return [wide - int((wide - low) * part) for wide, low in zip(usual, least, strict=True)]


def wrapping(*pieces: QWidget | None, spacing: int = 8, margins: Margins = (0, 0, 0, 0)) -> QWidget:
    """Pieces side by side, in as many lines as they need; what follows a None stands at the
    right."""
    made, line = QWidget(), WrappingRow(spacing)
    line.setContentsMargins(*margins)
    for piece in pieces:
        if piece is None:
            line.add_gap()
        else:
            line.addWidget(piece)
    made.setLayout(line)
    return made
