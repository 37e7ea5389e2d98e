"""Rows that fold where they are too narrow: pieces come to stand below each other instead of being
cut off."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QByteArray, QEvent, QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QBoxLayout,
    QLayout,
    QLayoutItem,
    QSizePolicy,
    QSplitter,
    QWidget,
)


class FoldingRow(QWidget):
    """Pieces side by side, or one below another when they would be narrower than they have to be.

    `least` is the width a piece needs beside others, where that is more than its own minimum;
    `stretches` are how they share the rest of the width.
    """

    def __init__(
        self,
        *pieces: QWidget,
        spacing: int = 16,
        least: int = 0,
        stretches: Sequence[int] = (),
    ) -> None:
        super().__init__()
        self._least = least
        self._row = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(spacing)
        # The layout's own minimum is that of the row; this widget can do with less.
        self._row.setSizeConstraint(QLayout.SizeConstraint.SetNoConstraint)
        for place, piece in enumerate(pieces):
            self._row.addWidget(piece, stretches[place] if stretches else 1)
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def add(self, piece: QWidget, stretch: int = 1) -> None:
        """One more piece at the end."""
        self._row.addWidget(piece, stretch)

    def _items(self) -> list[QLayoutItem]:
        items = (self._row.itemAt(place) for place in range(self._row.count()))
        return [item for item in items if item is not None and not item.isEmpty()]

    def _needed(self) -> int:
        widths = [max(self._least, item.minimumSize().width()) for item in self._items()]
        return sum(widths) + self._row.spacing() * max(0, len(widths) - 1)

    def folds_at(self, width: int) -> bool:
        """Whether the pieces stand below each other at this width."""
        return width < self._needed()

    def minimumSizeHint(self) -> QSize:
        sizes = [item.minimumSize() for item in self._items()]
        width = max((size.width() for size in sizes), default=0)
        height = max((size.height() for size in sizes), default=0)
        return QSize(width, height)

    def sizeHint(self) -> QSize:
        return self._row.sizeHint().expandedTo(QSize(self._needed(), 0))

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        items = self._items()
        if self.folds_at(width):
            gaps = self._row.spacing() * max(0, len(items) - 1)
            return sum(_height(item, width) for item in items) + gaps
        if self._row.direction() is QBoxLayout.Direction.LeftToRight:
            return max(self._row.totalHeightForWidth(width), self._row.totalMinimumSize().height())
        each = (width - self._row.spacing() * (len(items) - 1)) // max(1, len(items))
        return max((_height(item, each) for item in items), default=0)

    def _fold(self) -> None:
        folded = self.folds_at(self.width())
        wanted = QBoxLayout.Direction.TopToBottom if folded else QBoxLayout.Direction.LeftToRight
        if self._row.direction() is not wanted:
            self._row.setDirection(wanted)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fold()

    def event(self, event: QEvent) -> bool:
        done = super().event(event)
        if event.type() == QEvent.Type.LayoutRequest:
            self._fold()
            self.updateGeometry()
        return done


def _height(item: QLayoutItem, width: int) -> int:
    if item.hasHeightForWidth():
        return max(item.heightForWidth(width), item.minimumSize().height())
    return max(item.sizeHint().height(), item.minimumSize().height())


class FoldingSplitter(QSplitter):
    """Panes side by side, or one below another in a window that is narrower than both."""

    def __init__(self, *panes: QWidget, least: Sequence[int], heights: Sequence[int]) -> None:
        """`least` are the widths the panes need side by side, `heights` what each has at least
        when they stand below each other."""
        super().__init__()
        self.setChildrenCollapsible(False)
        self._least, self._heights = tuple(least), tuple(heights)
        self._kept = QByteArray()
        self._panes = panes
        for pane in panes:
            self.addWidget(pane)

    def _needed(self) -> int:
        widths = (
            max(least, pane.minimumSizeHint().width())
            for pane, least in zip(self._panes, self._least, strict=True)
        )
        return sum(widths) + self.handleWidth() * (self.count() - 1)

    def minimumSizeHint(self) -> QSize:
        hints = [pane.minimumSizeHint() for pane in self._panes]
        width = max(hint.width() for hint in hints)
        if self.orientation() is Qt.Orientation.Horizontal:
            return QSize(width, max(hint.height() for hint in hints))
        heights = (max(hint.height(), low) for hint, low in zip(hints, self._heights, strict=True))
        return QSize(width, sum(heights) + self.handleWidth())

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._fold()
        super().resizeEvent(event)

    def _fold(self) -> None:
        folds = self.width() < self._needed()
        wanted = Qt.Orientation.Vertical if folds else Qt.Orientation.Horizontal
        if wanted is self.orientation():
            return
        if folds:
            self._kept = self.saveState()
        self.setOrientation(wanted)
        for pane, height in zip(self._panes, self._heights, strict=True):
            pane.setMinimumHeight(height if folds else 0)
        if folds:
            self.setSizes(list(self._heights))
        else:
            self.restoreState(self._kept)
        self.updateGeometry()

    def saveState(self) -> QByteArray:
        """Where the handles are side by side, also while the panes are folded."""
        folded = self.orientation() is Qt.Orientation.Vertical
        return self._kept if folded else super().saveState()
