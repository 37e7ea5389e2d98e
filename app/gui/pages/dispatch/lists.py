"""Lists of work that can be dragged to a day of the board, and onto which work can be dropped."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDragMoveEvent, QDropEvent, QMouseEvent
from PySide6.QtWidgets import QApplication

from app.domain.dispatch.board import BoardItem
from app.domain.dispatch.dispatches import WorkType
from app.gui.pages.dispatch.cells import answer_badge, movable, type_badge, what
from app.gui.toolkit.day_grid import MIME, start_drag
from app.gui.toolkit.language import _, words
from app.gui.toolkit.table_view import TableView
from app.gui.toolkit.tables import RowTableModel, TableColumn
from app.texts.dispatch import work_place


def work_columns(today: Callable[[], date]) -> tuple[TableColumn, ...]:
    """What is to be done where, until when, and how it stands."""

    def due(item: BoardItem) -> str:
        if item.due_at is not None:
            return words().short_moment(item.due_at, today())
        if item.type is WorkType.INCIDENT:
            return _("no time promised")
        return words().short_day(item.due_on, today())

    return (
        TableColumn(title=_("Kind"), text=lambda _i: "", badge=type_badge, width=92),
        TableColumn(
            title=_("Merchant"),
            text=lambda i: work_place(words(), i),
            detail=lambda i: " · ".join(filter(None, (i.area, what(i)))),
            width=110,
            stretch=True,
        ),
        TableColumn(title=_("Due"), text=due, badge=answer_badge, width=104),
    )


class WorkTable(TableView):
    """Work that can be dragged; what is dropped on it is told."""

    dropped = Signal(object)
    """A `tuple` of ids of the work that was dropped."""

    _begin: QPoint | None = None

    def __init__(self, model: RowTableModel, *, name: str, title: str) -> None:
        super().__init__(model, two_lines=True, name=name, title=title)
        self.horizontalHeader().hide()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        super().mousePressEvent(event)
        self._begin = event.position().toPoint()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        item = self.current()
        if self._begin is None or not event.buttons() & Qt.MouseButton.LeftButton or item is None:
            return
        far = (event.position().toPoint() - self._begin).manhattanLength()
        if far >= QApplication.startDragDistance() and movable(item):
            self._begin = None
            start_drag(self, (item.id,))

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if event.mimeData().hasFormat(MIME) and event.source() is not self:
            event.acceptProposedAction()

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        ids = tuple(bytes(event.mimeData().data(MIME).data()).decode().split())
        event.acceptProposedAction()
        self.dropped.emit(ids)
