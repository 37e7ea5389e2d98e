"""Dialogs that show what would happen, with figures, before it does: generating, levelling,
several missed dates, past runs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractItemView, QPushButton, QWidget

from app.domain.errors import AppError
from app.gui.toolkit.language import _
from app.gui.toolkit.layout import boxed, button, column, label, panel, row
from app.gui.toolkit.problems import message
from app.gui.toolkit.table_view import TableView
from app.gui.toolkit.tables import RowTableModel, TableColumn
from app.gui.toolkit.working_dialog import WorkingDialog
from app.gui.toolkit.wrapping import WrappingRow


class ProposalDialog(WorkingDialog):
    """A table of what would happen, and one button that does it.  `submitted` carries None, or
    with `choices` which of them was taken and the rows it is for."""

    def __init__(
        self,
        parent: QWidget,
        title: str,
        columns: Sequence[TableColumn],
        rows: Sequence[Any],
        *,
        summary: str = "",
        notes: Sequence[str] = (),
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.prefer(760, 480)
        self.model = RowTableModel(columns, self)
        self.model.set_rows(rows)
        self.table = TableView(self.model, name="proposal", title=_("Proposed days"))
        self._trouble = label("", "error", wrap=True)
        self._trouble.hide()
        self.table.setMinimumHeight(150)
        shown = self.shown = column(spacing=12)
        if summary:
            shown.addWidget(label(summary, wrap=True))
        shown.addWidget(self.table, 1)
        if notes:
            text = label("\n".join(notes), wrap=True)
            shown.addWidget(panel(row(text, margins=(12, 8, 12, 8)), "warning"))
        self.buttons = WrappingRow()
        self.buttons.add_gap()
        self.buttons.addWidget(button(self.leave_text(), self.reject))
        self.arrange(shown, self._trouble, self.progress, boxed(self.buttons))

    def leave_text(self) -> str:
        """What the button says that leaves without doing anything."""
        return _("Cancel")

    def offer(self, text: str, *, enabled: bool = True, tip: str = "") -> QPushButton:
        """Add the button that carries out the proposal."""
        made = button(text, lambda: self._ask_for(None), role="primary", tip=tip)
        made.setEnabled(enabled)
        made.setDefault(True)
        self.buttons.addWidget(made)
        return made

    def offer_choice(self, text: str, value: object, *, role: str = "") -> QPushButton:
        """A button that does one thing to the selected rows, or to all when none is."""
        made = button(text, lambda: self._ask_for((value, self._rows())), role=role)
        self.buttons.addWidget(made)
        return made

    def add_button(self, text: str, clicked: Callable[[], object]) -> QPushButton:
        """A button beside those that carry something out; the dialog stays."""
        made = button(text, clicked)
        self.buttons.addWidget(made)
        return made

    def _ask_for(self, what: object) -> None:
        self._trouble.hide()
        self.submitted.emit(what)

    def choose_several(self) -> None:
        """Let several rows be selected."""
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)

    def _rows(self) -> tuple[Any, ...]:
        return tuple(self.table.selected()) or self.model.rows()

    def show_problem(self, error: AppError) -> None:
        self.show_stopped(message(error))

    def show_stopped(self, text: str) -> None:
        self._trouble.setText(text)
        self._trouble.show()
