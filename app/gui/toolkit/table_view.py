"""The view and the delegate of lists: one or two lines a row, badges, selection kept by id."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QItemSelectionModel, QModelIndex, QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFocusEvent, QFontMetrics, QKeyEvent, QPainter, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
)

from app.gui.toolkit.badge import paint_badge
from app.gui.toolkit.tables import CellRole, Index, TableCell, TableModel, ValueRole
from app.gui.toolkit.theme import SMALL, tokens, ui_font

LEAST = 110
"""Pixels below which a column that stretches is not made narrower."""


class CellDelegate(QStyledItemDelegate):
    """Paints one or two lines and a badge; plain text only."""

    PAD = 10

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        selected = bool(option.state & QStyle.StateFlag.State_Selected)
        colors = tokens()
        rect = option.rect
        painter.save()
        if selected:
            painter.fillRect(rect, QColor(colors.accent_soft))
            if index.column() == 0:
                painter.fillRect(
                    QRect(rect.left(), rect.top(), 3, rect.height()), QColor(colors.accent)
                )
        painter.setPen(QColor(colors.line))
        painter.drawLine(rect.bottomLeft(), rect.bottomRight())
        cell = index.data(CellRole)
        if cell is not None:
            self._paint_cell(painter, rect.adjusted(self.PAD, 0, -6, -1), cell)
        else:
            painter.setPen(QColor(colors.muted))
            painter.drawText(rect.adjusted(self.PAD, 0, 0, 0), Qt.AlignmentFlag.AlignVCenter, "…")
        painter.restore()

    def _paint_cell(self, painter: QPainter, rect: QRect, cell: TableCell) -> None:
        two = bool(cell.detail) or (cell.badge is not None and bool(cell.text))
        top = QRect(rect.left(), rect.top(), rect.width(), rect.height())
        if two:
            middle = rect.center().y()
            top = QRect(rect.left(), rect.top() + 5, rect.width(), middle - rect.top() - 4)
            below = QRect(rect.left(), middle + 1, rect.width(), rect.bottom() - middle - 6)
            if cell.badge is not None:
                paint_badge(painter, below, cell.badge)
            else:
                self._line(painter, below, cell.detail or "", muted=True, right=cell.right)
        if cell.badge is not None and not cell.text:
            paint_badge(painter, rect, cell.badge)
        else:
            self._line(painter, top, cell.text, muted=False, right=cell.right)

    def _line(self, painter: QPainter, rect: QRect, text: str, *, muted: bool, right: bool) -> None:
        painter.setFont(ui_font(SMALL) if muted else ui_font())
        painter.setPen(QColor(tokens().muted if muted else tokens().text))
        shown = painter.fontMetrics().elidedText(
            text.replace("\n", " "), Qt.TextElideMode.ElideRight, rect.width()
        )
        side = Qt.AlignmentFlag.AlignRight if right else Qt.AlignmentFlag.AlignLeft
        painter.drawText(rect, int(side | Qt.AlignmentFlag.AlignVCenter), shown)

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(80, 30)


class TableView(QTableView):
    """A table without grid that selects whole rows and keeps the selection by id."""

    order_changed = Signal(str)
    """The order a person chose by a header: a column's `order`, with a minus when descending."""
    current_changed = Signal(object)
    """The value of the current row, of whatever class its model lists, or None."""
    opened = Signal(object)
    """Enter or a double click on a row: its value, of whatever class its model lists."""

    def __init__(
        self, model: TableModel, *, two_lines: bool = False, name: str = "", title: str = ""
    ) -> None:
        """`name` is that of the object; `title` says what it lists, for a screen reader."""
        super().__init__()
        self.setAccessibleName(title)
        self._model = model
        self._key = ""
        self._least: list[int] = []
        self.setObjectName(name)
        self.setModel(model)
        self.setItemDelegate(CellDelegate(self))
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self._prepare_headers(two_lines)
        model.modelReset.connect(self._restore)
        model.dataChanged.connect(self._follow)
        self.selectionModel().currentRowChanged.connect(self._on_current)
        self.doubleClicked.connect(lambda index: self.opened.emit(index.data(ValueRole)))

    def _prepare_headers(self, two_lines: bool) -> None:
        rows = self.verticalHeader()
        rows.hide()
        # ResizeToContents on a million rows would never paint.
        rows.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        line = QFontMetrics(ui_font()).height()
        rows.setDefaultSectionSize(2 * line + 18 if two_lines else line + 14)
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setSectionsClickable(True)
        header.setSortIndicatorShown(False)
        header.sectionClicked.connect(self._on_header)
        titles = QFontMetrics(ui_font(SMALL))
        for place, column in enumerate(self._model.columns):
            # A title is never cut, in whatever language.
            title = titles.horizontalAdvance(column.title) + 24
            header.resizeSection(place, max(column.width, title))
            self._least.append(max(min(column.width, LEAST), title))
        self._share_room()

    def _share_room(self) -> None:
        """Columns that stretch share what is left, none below its least; where that is too little
        for them, the table scrolls sideways instead."""
        header = self.horizontalHeader()
        shown = [place for place in range(header.count()) if not header.isSectionHidden(place)]
        stretching = [place for place in shown if self._model.columns[place].stretch]
        fixed = sum(header.sectionSize(place) for place in shown if place not in stretching)
        room = self.viewport().width() - fixed
        if room < sum(self._least[place] for place in stretching):
            kept = set(stretching)
        else:
            kept = self._wider_than_a_share(stretching, room)
        modes = QHeaderView.ResizeMode
        for place in stretching:
            own = place in kept
            header.setSectionResizeMode(place, modes.Interactive if own else modes.Stretch)
            if own:
                header.resizeSection(place, self._least[place])

    def _wider_than_a_share(self, stretching: Sequence[int], room: int) -> set[int]:
        """Columns whose least is more than an equal share of the room; Qt would give them that."""
        kept: set[int] = set()
        for place in sorted(stretching, key=lambda one: -self._least[one]):
            if self._least[place] * (len(stretching) - len(kept)) <= room:
                break
            kept.add(place)
            room -= self._least[place]
        return kept

    def minimumSizeHint(self) -> QSize:
        """Room for one row below the titles, and for the scroll bar under it."""
        header = self.horizontalHeader()
        titles = 0 if header.isHidden() else header.sizeHint().height()
        bar = self.horizontalScrollBar().sizeHint().height()
        row = self.verticalHeader().defaultSectionSize()
        return QSize(super().minimumSizeHint().width(), titles + row + bar + 4)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._share_room()

    def _on_header(self, section: int) -> None:
        column = self._model.columns[section]
        if not column.order:
            return
        header = self.horizontalHeader()
        down = Qt.SortOrder.DescendingOrder
        again = header.isSortIndicatorShown() and header.sortIndicatorSection() == section
        order = (
            down
            if again and header.sortIndicatorOrder() is not down
            else (Qt.SortOrder.AscendingOrder)
        )
        header.setSortIndicatorShown(True)
        header.setSortIndicator(section, order)
        self.order_changed.emit(("-" if order is down else "") + column.order)

    def _on_current(self, current: QModelIndex, _before: QModelIndex) -> None:
        value = current.data(ValueRole) if current.isValid() else None
        if value is not None:
            self._key = getattr(value, "id", "")
        self.current_changed.emit(value)

    def _restore(self) -> None:
        row = self._model.row_of(self._key) if self._key else -1
        if row >= 0:
            self._make_current(row)

    def _follow(self) -> None:
        """Rows moved: keep the selection on the row with the chosen id."""
        value = self.current()
        if self._key and value is not None and getattr(value, "id", "") != self._key:
            self._restore()

    def _make_current(self, row: int) -> None:
        flags = QItemSelectionModel.SelectionFlag
        self.selectionModel().setCurrentIndex(
            self._model.index(row, 0), flags.ClearAndSelect | flags.Rows
        )

    def select(self, key: str) -> bool:
        """Make the row with this id current; remembered when it is not there yet."""
        self._key = key
        row = self._model.row_of(key)
        if row >= 0:
            self._make_current(row)
        return row >= 0

    def choose_none(self) -> None:
        """No row is current; the next one read does not become so by itself."""
        self.setCurrentIndex(QModelIndex())
        self.clearSelection()

    def select_first(self) -> None:
        """Make the first row current when none is."""
        if not self.currentIndex().isValid() and self._model.rowCount():
            self._make_current(0)

    def current(self) -> Any:
        """The value of the current row, of whatever class its model lists, or None."""
        index = self.currentIndex()
        return index.data(ValueRole) if index.isValid() else None

    def selected(self) -> list[Any]:
        """The values of all selected rows."""
        rows = self.selectionModel().selectedRows()
        return [value for index in rows if (value := index.data(ValueRole)) is not None]

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Qt makes the first row current when none is; here that would show another record."""
        if self.currentIndex().isValid():
            super().focusInEvent(event)
        else:
            super(QAbstractItemView, self).focusInEvent(event)
            self.viewport().update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.current() is not None:
            self.opened.emit(self.current())
            return
        super().keyPressEvent(event)
