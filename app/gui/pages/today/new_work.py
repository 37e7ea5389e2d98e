"""Work that was handed to who works here and waits for an answer, as a card."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame

from app.domain.dispatch.board import BoardItem
from app.domain.dispatch.dispatches import WorkType
from app.domain.people.rights import Standing
from app.gui.actions import UserAction
from app.gui.toolkit.action_buttons import action_button
from app.gui.toolkit.badge import new_work_badge
from app.gui.toolkit.language import _, plural, words
from app.gui.toolkit.layout import column, label, row
from app.gui.toolkit.permission import permit
from app.gui.toolkit.table_view import TableView
from app.gui.toolkit.tables import RowTableModel, TableColumn
from app.texts import word
from app.texts.dispatch import work_place

SHOWN = 3
"""Rows in sight at once; more are scrolled to."""


class NewWorkPanel(QFrame):
    """`accepted`, `refused` and `opened` carry the chosen `BoardItem`."""

    accepted = Signal(BoardItem)
    refused = Signal(BoardItem)
    opened = Signal(BoardItem)

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("role", "card")
        self._standing = Standing()
        self._title = label("", "section")
        self.model = RowTableModel(_columns(), self)
        self.table = TableView(self.model, two_lines=True, name="new work", title=_("New work"))
        self.table.horizontalHeader().hide()
        self.table.opened.connect(self.opened)
        self.table.current_changed.connect(lambda _item: self._permit())
        self.accept = action_button(UserAction.ACCEPT_WORK, self._accept, role="primary")
        self.refuse = action_button(UserAction.REFUSE_WORK, self._refuse)
        head = row(self._title, None, self.refuse, self.accept, margins=(14, 8, 8, 4))
        self.setLayout(column(head, self.table, spacing=0, margins=(1, 1, 1, 1)))

    def show_work(self, found: tuple[BoardItem, ...], standing: Standing) -> None:
        """Show what waits, the oldest chosen; nothing at all when nothing does."""
        self._standing = standing
        count = plural("{count} newly assigned", "{count} newly assigned", len(found))
        self._title.setText(count)
        self.model.set_rows(found)
        rows = self.table.verticalHeader().defaultSectionSize()
        self.table.setFixedHeight(min(len(found), SHOWN) * rows + 2)
        self.table.select_first()
        self._permit()
        self.setVisible(bool(found))

    def _permit(self) -> None:
        item: BoardItem | None = self.table.current()
        kind = item.type if item is not None else WorkType.INCIDENT
        for button, verb in ((self.accept, "accept"), (self.refuse, "refuse")):
            refusal = self._standing.refusal(f"{kind}.{verb}", own=True)
            permit(button, refusal, enabled=item is not None)

    def _accept(self) -> None:
        self.accepted.emit(self.table.current())

    def _refuse(self) -> None:
        self.refused.emit(self.table.current())


def _columns() -> tuple[TableColumn, ...]:
    return (
        TableColumn(
            title=_("Number"), text=lambda i: i.number, badge=lambda _i: new_work_badge(), width=140
        ),
        TableColumn(
            title=_("Merchant"),
            text=lambda i: work_place(words(), i),
            detail=lambda i: i.detail or word(words(), "kind", i.type),
            width=180,
            stretch=True,
        ),
        TableColumn(
            title=_("Area"),
            text=lambda i: i.area,
            detail=lambda i: word(words(), "priority", i.priority),
            width=110,
        ),
        TableColumn(title=_("Day"), text=_day, detail=_given, width=170),
    )


def _day(item: BoardItem) -> str:
    return f"{words().day(item.day)} {words().weekday(item.day)}" if item.day else ""


def _given(item: BoardItem) -> str:
    return _("by {who}", who=item.dispatch.giver) if item.dispatch else ""
