"""A calendar as a painted grid: cells with chips that can be dragged to another day or person.

The model holds finished cells and the delegate paints them; neither reads data.  By
keyboard: arrows go from cell to cell, Enter opens the list of the cell.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from PySide6.QtCore import (
    QAbstractTableModel,
    QMimeData,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import (
    QDrag,
    QDragEnterEvent,
    QDragMoveEvent,
    QDropEvent,
    QKeyEvent,
    QMouseEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import (
    QAbstractItemView,
    QApplication,
    QHeaderView,
    QTableView,
)

from app.gui.toolkit.day_grid_cells import Chip, GridCell, GridContent
from app.gui.toolkit.day_grid_painting import CellRole, GridDelegate, Index
from app.gui.toolkit.language import _
from app.gui.toolkit.theme import pixmap

MIME = "application/x-poscare-work"


class GridModel(QAbstractTableModel):
    """Cells in rows."""

    def __init__(self) -> None:
        super().__init__()
        self._grid = GridContent((), (), ())

    def show_grid(self, grid: GridContent) -> None:
        """Show other cells."""
        self.beginResetModel()
        self._grid = grid
        self.endResetModel()

    def cell(self, row: int, column: int) -> GridCell:
        """The cell at a place."""
        return self._grid.cells[row][column]

    def place_of(self, day: date, technician_id: str | None) -> tuple[int, int] | None:
        """Where a day (of a person) stands."""
        for row, cells in enumerate(self._grid.cells):
            for column, cell in enumerate(cells):
                if cell.day == day and technician_id in (None, cell.technician_id):
                    return row, column
        return None

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self._grid.cells)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self._grid.columns)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        cell = self._grid.cells[index.row()][index.column()]
        if role == CellRole:
            return cell
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return cell.spoken
        return None

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if role != Qt.ItemDataRole.DisplayRole:
            return None
        across = orientation is Qt.Orientation.Horizontal
        return (self._grid.columns if across else self._grid.rows)[section]


class GridView(QTableView):
    """A calendar grid."""

    chosen = Signal(GridCell)
    """The current cell changed; None when there is none."""
    opened = Signal(GridCell)
    """Enter or a double click on a cell."""
    visit_opened = Signal(str)
    """A double click on a single visit, or what else a chip stands for."""
    dropped = Signal(object, GridCell)
    """A `tuple` of ids of the work was dropped on a cell."""

    def __init__(self) -> None:
        super().__init__()
        self.model_ = GridModel()
        self.setModel(self.model_)
        self.delegate = GridDelegate(self)
        self.setItemDelegate(self.delegate)
        self.setAcceptDrops(True)
        self.setShowGrid(False)
        self.setTabKeyNavigation(False)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setAccessibleName(_("Calendar"))
        for header in (self.horizontalHeader(), self.verticalHeader()):
            header.setSectionsClickable(False)
            header.setHighlightSections(False)
            header.setMinimumSectionSize(24)
        self.horizontalHeader().setDefaultAlignment(Qt.AlignmentFlag.AlignLeft)
        self._pressed: tuple[QPoint, Chip] | None = None
        self._lanes = False
        self.selectionModel().currentChanged.connect(self._on_current)

    def show_grid(self, grid: GridContent, *, lanes: bool) -> None:
        """Show another period, staying with the day (and person) in sight."""
        kept = self.current_cell()
        self._lanes = lanes
        self.model_.show_grid(grid)
        self.verticalHeader().setVisible(lanes)
        self._fit()
        place = self.model_.place_of(kept.day, kept.technician_id) if kept else None
        if place is not None:
            self.setCurrentIndex(self.model_.index(*place))

    def current_cell(self) -> GridCell | None:
        """The chosen cell."""
        index = self.currentIndex()
        return index.data(CellRole) if index.isValid() else None

    def choose(self, day: date, technician_id: str | None = None) -> None:
        """Choose the cell of a day."""
        place = self.model_.place_of(day, technician_id)
        if place is not None:
            self.setCurrentIndex(self.model_.index(*place))

    def _fit(self) -> None:
        """Columns share the width, but for days nobody works; rows share the height, or grow with
        their chips."""
        across, down = self.horizontalHeader(), self.verticalHeader()
        many = self.model_.columnCount() > 7
        across.setSectionResizeMode(
            QHeaderView.ResizeMode.Fixed if many else QHeaderView.ResizeMode.Stretch
        )
        if many:
            for column in range(self.model_.columnCount()):
                across.resizeSection(column, max(124, self.viewport().width() // 7))
        elif self._lanes:
            self._narrow_days_off(across)
        down.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        rows = self.model_.rowCount()
        if not rows:
            return
        share = self.viewport().height() // rows
        for row in range(rows):
            cells = [self.model_.cell(row, n) for n in range(self.model_.columnCount())]
            need = max(self.delegate.needed(cell) for cell in cells)
            if rows == 1:
                size = max(share, need)
            elif self._lanes:
                size = min(need, self.delegate.head_height() + 6 * self.delegate.chip_height() + 8)
                size = max(size, self.delegate.head_height() + 2 * self.delegate.chip_height())
            else:
                size = max(share, self.delegate.head_height() + 3 * self.delegate.chip_height())
            down.resizeSection(row, size)

    def _narrow_days_off(self, across: QHeaderView) -> None:
        """Leave the width to days with work: the others are as wide as their heading."""
        rows, count = self.model_.rowCount(), self.model_.columnCount()
        idle = [
            all((cell := self.model_.cell(row, n)).off and not cell.chips for row in range(rows))
            for n in range(count)
        ]
        if all(idle):
            return
        for column in (n for n in range(count) if idle[n]):
            across.setSectionResizeMode(column, QHeaderView.ResizeMode.Fixed)
            across.resizeSection(column, across.sectionSizeHint(column) + 12)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def sizeHint(self) -> QSize:
        return QSize(760, 560)

    def _on_current(self, current: QModelIndex, _before: QModelIndex) -> None:
        self.chosen.emit(current.data(CellRole) if current.isValid() else None)

    # --- mouse and keyboard --------------------------------------------------------------------

    def chip_at(self, point: QPoint) -> Chip | None:
        """The chip under a point of the viewport."""
        index = self.indexAt(point)
        if not index.isValid():
            return None
        return self.delegate.chip_at(index.data(CellRole), self.visualRect(index), point)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        super().mousePressEvent(event)
        chip = self.chip_at(event.position().toPoint())
        movable = chip is not None and chip.movable
        self._pressed = (event.position().toPoint(), chip) if chip and movable else None

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._pressed is None or not event.buttons() & Qt.MouseButton.LeftButton:
            return
        begin, chip = self._pressed
        far = (event.position().toPoint() - begin).manhattanLength()
        if far >= QApplication.startDragDistance():
            self._pressed = None
            start_drag(self, chip.ids)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        chip = self.chip_at(event.position().toPoint())
        if chip is not None and len(chip.ids) == 1:
            self.visit_opened.emit(chip.ids[0])
        elif (cell := self.current_cell()) is not None:
            self.opened.emit(cell)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        cell = self.current_cell()
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and cell is not None:
            self.opened.emit(cell)
            return
        super().keyPressEvent(event)

    # --- dropping ------------------------------------------------------------------------------

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if event.mimeData().hasFormat(MIME):
            event.acceptProposedAction()

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        index = self.indexAt(event.position().toPoint())
        self._aim(index if index.isValid() else None)
        if index.isValid():
            event.acceptProposedAction()
        else:
            event.ignore()

    def dragLeaveEvent(self, _event: Any) -> None:
        self._aim(None)

    def dropEvent(self, event: QDropEvent) -> None:
        index = self.indexAt(event.position().toPoint())
        self._aim(None)
        if index.isValid():
            ids = tuple(bytes(event.mimeData().data(MIME).data()).decode().split())
            event.acceptProposedAction()
            self.dropped.emit(ids, index.data(CellRole))

    def _aim(self, index: QModelIndex | None) -> None:
        self.delegate.target = QPersistentModelIndex(index) if index is not None else None
        self.viewport().update()


def start_drag(source: QAbstractItemView, ids: tuple[str, ...]) -> None:
    """Let work be dragged to a cell."""
    data = QMimeData()
    data.setData(MIME, " ".join(ids).encode())
    drag = QDrag(source)
    drag.setMimeData(data)
    drag.setPixmap(pixmap("calendar-days", "accent", 28))
    drag.exec(Qt.DropAction.MoveAction)
