"""Table models: columns over values; shown by `app.gui.toolkit.table_view`.

A page declares columns and gives values; the models need no subclass.  `data()` looks up and
formats, it never queries.  `PagedTableModel` serves lists of any length: rows not fetched yet are
asked for by page and painted when they arrive.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtWidgets import QWidget

from app.gui.toolkit.theme import Badge

ValueRole = Qt.ItemDataRole.UserRole
CellRole = Qt.ItemDataRole.UserRole + 1

Index = QModelIndex | QPersistentModelIndex


@dataclass(frozen=True, slots=True, kw_only=True)
class TableColumn:
    """One column: how a value becomes text, perhaps a second line and a badge, and how it sorts."""

    title: str
    text: Callable[[Any], str]
    detail: Callable[[Any], str] | None = None
    badge: Callable[[Any], Badge | None] | None = None
    order: str = ""
    width: int = 120
    stretch: bool = False
    right: bool = False
    hint: Callable[[Any], str] | None = None
    """What the cell has no room for, shown under the pointer and read out with it."""


_HINTS = (Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleDescriptionRole)


@dataclass(frozen=True, slots=True)
class TableCell:
    """What the delegate paints."""

    text: str
    detail: str | None
    badge: Badge | None
    right: bool


class TableModel(QAbstractTableModel):
    """Columns over values; a subclass provides the values."""

    def __init__(self, columns: Sequence[TableColumn], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.columns = tuple(columns)

    def value(self, row: int) -> Any:
        """The value in `row`, or None while it is being fetched."""
        raise NotImplementedError

    def row_of(self, key: str) -> int:
        """The row of the value with this id, or -1."""
        raise NotImplementedError

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self.columns)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if orientation is Qt.Orientation.Horizontal:
            if role == Qt.ItemDataRole.DisplayRole:
                return self.columns[section].title
            if role == Qt.ItemDataRole.TextAlignmentRole:
                side = (
                    Qt.AlignmentFlag.AlignRight
                    if self.columns[section].right
                    else (Qt.AlignmentFlag.AlignLeft)
                )
                return side | Qt.AlignmentFlag.AlignVCenter
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        value = self.value(index.row())
        if role == ValueRole:
            return value
        if value is None:
            return "…" if role == Qt.ItemDataRole.DisplayRole else None
        column = self.columns[index.column()]
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            parts = [column.text(value)]
            if column.detail is not None and role == Qt.ItemDataRole.AccessibleTextRole:
                parts.append(column.detail(value))
            if column.badge is not None and (badge := column.badge(value)):
                parts.append(badge.text)
            return " · ".join(part for part in parts if part)
        if role in _HINTS:
            return column.hint(value) or None if column.hint is not None else None
        if role == CellRole:
            return TableCell(
                column.text(value),
                column.detail(value) if column.detail else None,
                column.badge(value) if column.badge else None,
                column.right,
            )
        return None


class RowTableModel(TableModel):
    """A list that fits in memory."""

    def __init__(self, columns: Sequence[TableColumn], parent: QWidget | None = None) -> None:
        super().__init__(columns, parent)
        self._rows: tuple[Any, ...] = ()

    def set_rows(self, rows: Sequence[Any]) -> None:
        """Show these values."""
        self.beginResetModel()
        self._rows = tuple(rows)
        self.endResetModel()

    def rows(self) -> tuple[Any, ...]:
        """The values shown."""
        return self._rows

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self._rows)

    def value(self, row: int) -> Any:
        return self._rows[row] if 0 <= row < len(self._rows) else None

    def row_of(self, key: str) -> int:
        return next((n for n, row in enumerate(self._rows) if getattr(row, "id", "") == key), -1)


class PagedTableModel(TableModel):
    """A list of any length, fetched in pages when they come into sight."""

    page_wanted = Signal(int)
    KEPT = 64

    def __init__(
        self, columns: Sequence[TableColumn], page: int, parent: QWidget | None = None
    ) -> None:
        super().__init__(columns, parent)
        self._size = page
        self._count = 0
        self._pages: OrderedDict[int, tuple[Any, ...]] = OrderedDict()
        self._asked: set[int] = set()
        self._old: set[int] = set()

    def start(self, count: int, first: Sequence[Any]) -> None:
        """Show a new list of `count` rows, of which the first page is known."""
        self.beginResetModel()
        self._count = count
        self._pages.clear()
        self._asked.clear()
        self._old.clear()
        if first:
            self._pages[0] = tuple(first[: self._size])
        self.endResetModel()

    def renew(self, count: int, first: Sequence[Any]) -> None:
        """The same list, read again: rows stay in sight until their page arrives anew."""
        self.set_count(count)
        self._asked.clear()
        self._old = set(self._pages) - {0}
        self._pages[0] = tuple(first[: self._size])
        if count:
            self.dataChanged.emit(self.index(0, 0), self.index(count - 1, len(self.columns) - 1))

    def set_count(self, count: int) -> None:
        """The list turned out to be longer than its first page."""
        if count > self._count:
            self.beginInsertRows(QModelIndex(), self._count, count - 1)
            self._count = count
            self.endInsertRows()
        elif count < self._count:
            self.beginRemoveRows(QModelIndex(), count, self._count - 1)
            self._count = count
            self.endRemoveRows()

    def page_arrived(self, number: int, rows: Sequence[Any]) -> None:
        """Take in a page and paint it."""
        self._asked.discard(number)
        self._old.discard(number)
        self._pages[number] = tuple(rows)
        while len(self._pages) > self.KEPT:
            self._pages.popitem(last=False)
        top = self.index(number * self._size, 0)
        bottom = self.index(min((number + 1) * self._size, self._count) - 1, len(self.columns) - 1)
        if top.isValid() and bottom.isValid():
            self.dataChanged.emit(top, bottom)

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else self._count

    def value(self, row: int) -> Any:
        number, place = divmod(row, self._size)
        page = self._pages.get(number)
        wanted = page is None or number in self._old
        if wanted and number not in self._asked and 0 <= row < self._count:
            self._asked.add(number)
            self.page_wanted.emit(number)
        if page is None:
            return None
        self._pages.move_to_end(number)
        return page[place] if place < len(page) else None

    def row_of(self, key: str) -> int:
        for number, page in self._pages.items():
            for place, value in enumerate(page):
                if value.id == key:
                    return number * self._size + place
        return -1
