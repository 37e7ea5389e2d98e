"""Rows that fold where they are too narrow: pieces come to stand below each other instead of being
cut off."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QByteArray, QEvent, QRect, QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QLayout, QLayoutItem, QSplitter, QStackedWidget, QWidget

from app.gui.toolkit.layout import clear


class _FoldingLayout(QLayout):
    """Side by side, or below each other.  A layout of its own: Qt asks a widget's layout, not the
    widget, how high it has to be at a width."""

    def __init__(self, least: int, spacing: int) -> None:
        super().__init__()
        self._least = least
        self._items: list[QLayoutItem] = []
        self._stretches: list[int] = []
        self.setSpacing(spacing)
        self.setContentsMargins(0, 0, 0, 0)

    def add(self, piece: QWidget, stretch: int) -> None:
        self._stretches.append(stretch)
        self.addWidget(piece)

    def addItem(self, item: QLayoutItem) -> None:
        self._items.append(item)

    def count(self) -> int:
        return len(self._items)

    def itemAt(self, place: int) -> QLayoutItem | None:  # type: ignore[override]
        return self._items[place] if 0 <= place < len(self._items) else None

    def takeAt(self, place: int) -> QLayoutItem | None:  # type: ignore[override]
        if not 0 <= place < len(self._items):
            return None
        self._stretches.pop(place)
        self.invalidate()
        return self._items.pop(place)

    def expandingDirections(self) -> Qt.Orientation:
        return Qt.Orientation.Horizontal | Qt.Orientation.Vertical

    def hasHeightForWidth(self) -> bool:
        return True

    def _shown(self) -> list[tuple[QLayoutItem, int]]:
        pairs = zip(self._items, self._stretches, strict=True)
        return [(item, stretch) for item, stretch in pairs if not item.isEmpty()]

    def _gaps(self) -> int:
        return self.spacing() * max(0, len(self._shown()) - 1)

    def _least_of(self, item: QLayoutItem) -> int:
        low = max(self._least, item.minimumSize().width())
        return min(low, item.maximumSize().width())

    def folds_at(self, width: int) -> bool:
        """Whether the pieces stand below each other at this width."""
        return width < sum(self._least_of(item) for item, _stretch in self._shown()) + self._gaps()

    def minimumSize(self) -> QSize:
        sizes = [item.minimumSize() for item, _stretch in self._shown()]
        return QSize(
            max((size.width() for size in sizes), default=0),
            max((size.height() for size in sizes), default=0),
        )

    def sizeHint(self) -> QSize:
        shown = [item for item, _stretch in self._shown()]
        width = sum(max(self._least_of(item), item.sizeHint().width()) for item in shown)
        height = max((item.sizeHint().height() for item in shown), default=0)
        return QSize(width + self._gaps(), height)

    def heightForWidth(self, width: int) -> int:
        if self.folds_at(width):
            return sum(_height(item, width) for item, _stretch in self._shown()) + self._gaps()
        pairs = zip(self._shown(), self._widths(width), strict=True)
        return max((_height(item, wide) for (item, _stretch), wide in pairs), default=0)

    def _widths(self, width: int) -> list[int]:
        """The least of each, and what is left over by their stretches."""
        shown = self._shown()
        widths = [self._least_of(item) for item, _stretch in shown]
        left = width - sum(widths) - self._gaps()
        growing = {place for place, (_item, stretch) in enumerate(shown) if stretch}
        while left > 0 and growing:
            whole = sum(shown[place][1] for place in growing)
            full = set()
            for place in sorted(growing):
                wanted = widths[place] + left * shown[place][1] // whole
                most = shown[place][0].maximumSize().width()
                if wanted >= most:
                    full.add(place)
                    left -= most - widths[place]
                    widths[place] = most
            if not full:
                shares = {place: left * shown[place][1] // whole for place in growing}
                for place, share in shares.items():
                    widths[place] += share
                widths[max(growing)] += left - sum(shares.values())
                break
            growing -= full
        return widths

    def _least_height(self, width: int) -> int:
        """What the pieces need at least at this width: of all where they stand below each other."""
        heights = [item.minimumSize().height() for item, _stretch in self._shown()]
        return sum(heights) + self._gaps() if self.folds_at(width) else max(heights, default=0)

    def setGeometry(self, rect: QRect) -> None:
        super().setGeometry(rect)
        # Qt asks a layout for its least size without a width: whoever scrolls has to be told.
        if (row := self.parentWidget()) is not None:
            row.setMinimumHeight(self._least_height(rect.width()))
        shown = self._shown()
        if not self.folds_at(rect.width()):
            left = rect.left()
            for (item, _stretch), wide in zip(shown, self._widths(rect.width()), strict=True):
                item.setGeometry(QRect(left, rect.top(), wide, rect.height()))
                left += wide + self.spacing()
            return
        heights = [_height(item, rect.width()) for item, _stretch in shown]
        spare = max(0, rect.height() - sum(heights) - self._gaps())
        growing = [place for place, (_item, stretch) in enumerate(shown) if stretch]
        top = rect.top()
        for place, (item, _stretch) in enumerate(shown):
            high = heights[place] + (spare // len(growing) if place in growing else 0)
            wide = min(rect.width(), item.maximumSize().width())
            item.setGeometry(QRect(rect.left(), top, wide, high))
            top += high + self.spacing()


def _height(item: QLayoutItem, width: int) -> int:
    if item.hasHeightForWidth():
        return max(item.heightForWidth(width), item.minimumSize().height())
    return max(item.sizeHint().height(), item.minimumSize().height())


class FoldingRow(QWidget):
    """Pieces side by side, or one below another when they would be narrower than they have to be;
    its least height is what they need as they stand.

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
        self._layout = _FoldingLayout(least, spacing)
        self.setLayout(self._layout)
        for place, piece in enumerate(pieces):
            self.add(piece, stretches[place] if stretches else 1)

    def add(self, piece: QWidget, stretch: int = 1) -> None:
        """One more piece at the end."""
        self._layout.add(piece, stretch)

    def clear(self) -> None:
        """Take all pieces out and let them go."""
        clear(self._layout)


def _least_height(pane: QWidget, width: int) -> int:
    """How high a pane has to be at a width: tools in its head may take several lines.  What it
    would like to have is no need of it: a tab with a scroll bar takes less."""
    least = pane.minimumSizeHint().height()
    if isinstance(pane, QStackedWidget):
        pages = (pane.widget(place) for place in range(pane.count()))
        return max([least, *(_least_height(page, width) for page in pages if page is not None)])
    layout = pane.layout()
    if layout is not None and layout.hasHeightForWidth():
        return max(least, layout.minimumHeightForWidth(width))
    return least


class FoldingSplitter(QSplitter):
    """Panes side by side, or one below another in a window that is narrower than both."""

    def __init__(
        self, *panes: QWidget, least: Sequence[int], heights: Sequence[int], grows: int = 1
    ) -> None:
        """`least` are the widths the panes need side by side, `heights` what each has at least
        when they stand below each other; the pane `grows` takes what is left over."""
        super().__init__()
        self.setChildrenCollapsible(False)
        self._least, self._heights = tuple(least), tuple(heights)
        self._kept = QByteArray()
        self._panes = panes
        for pane in panes:
            self.addWidget(pane)
        self._bound(folded=False)
        self.setStretchFactor(grows, 1)
        self.setSizes(list(least))
        self.splitterMoved.connect(lambda _at, _which: self.updateGeometry())

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
            return QSize(width, max(_least_height(pane, pane.width()) for pane in self._panes))
        return QSize(width, sum(self._folded_heights()) + self.handleWidth())

    def _folded_heights(self) -> list[int]:
        """What each pane has to have where they stand below each other: what its words take at
        this width, whatever appears in it."""
        pairs = zip(self._panes, self._heights, strict=True)
        return [max(low, _least_height(pane, self.width())) for pane, low in pairs]

    def event(self, event: QEvent) -> bool:
        if (
            event.type() == QEvent.Type.LayoutRequest
            and self.orientation() is Qt.Orientation.Vertical
        ):
            self._bound(folded=True)
        return super().event(event)

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
        self._bound(folded=folds)
        if folds:
            self.setSizes(list(self._heights))
        else:
            self.restoreState(self._kept)
        self.updateGeometry()

    def _bound(self, *, folded: bool) -> None:
        heights = self._folded_heights() if folded else [0] * len(self._panes)
        for pane, width, height in zip(self._panes, self._least, heights, strict=True):
            pane.setMinimumSize(0 if folded else width, height)

    def saveState(self) -> QByteArray:
        """Where the handles are side by side, also while the panes are folded."""
        folded = self.orientation() is Qt.Orientation.Vertical
        return self._kept if folded else super().saveState()
