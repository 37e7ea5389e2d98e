"""What the sections of the settings page share: a heading, and lists with an editor."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QLabel, QPushButton, QWidget

from app.domain.errors import AppError, InvalidInput
from app.gui.actions import UserAction
from app.gui.shell.navigate import ShowTrail
from app.gui.toolkit.action_buttons import action_button
from app.gui.toolkit.forms import Form
from app.gui.toolkit.language import _
from app.gui.toolkit.layout import boxed, column, label, panel, row
from app.gui.toolkit.page_states import StateStack
from app.gui.toolkit.permission import permit
from app.gui.toolkit.problems import message
from app.gui.toolkit.table_view import TableView
from app.gui.toolkit.tables import RowTableModel, TableColumn
from app.gui.toolkit.wrapping import wrapping

if TYPE_CHECKING:
    from app.gui.shell.page import Page


def show_refusal(form: Form, trouble: QLabel, error: AppError) -> None:
    """Say beside its field what is wrong, and in `trouble` what no field of the form is about."""
    elsewhere: Sequence[object] = [error]
    if isinstance(error, InvalidInput):
        elsewhere = form.show_problems(error)
    if elsewhere:
        trouble.setText(message(error))
        trouble.show()


class Section(QWidget):
    """One section.  `page` runs its work."""

    title = ""

    def __init__(self, page: Page) -> None:
        super().__init__()
        self.page = page
        self.context = page.context

    def refresh(self) -> None:
        """Ask the services again and show what they say."""
        raise NotImplementedError


class ListSection(Section):
    """A list with an editor: Enter or a double click edits."""

    saves = ""
    """The kind of operation that saves a row, where everybody who may may do it to each row."""

    def __init__(self, page: Page, columns: Sequence[TableColumn], hint: str, name: str) -> None:
        super().__init__(page)
        self.model = RowTableModel(columns, self)
        self.table = TableView(self.model, two_lines=True, name=name, title=_(self.title))
        self.table.opened.connect(self.edit)
        self.table.current_changed.connect(self._on_current)
        self._add = action_button(UserAction.ADD_ENTRY, self.add, role="primary")
        self._edit = action_button(UserAction.EDIT_ENTRY, self._edit_current, opens_row=True)
        trail = action_button(UserAction.SHOW_TRAIL, self._show_trail, opens_row=True)
        more = [trail, *self.buttons()]
        self._needing_row = [self._edit, *more]
        text = label(hint, "muted", wrap=True)
        buttons = (*self._needing_row, self._add)
        if len(more) > 1:
            # Beside the hint they would leave it a column of single words in a small window.
            head = column(text, wrapping(None, *buttons), spacing=8)
        else:
            head = row(text, boxed(row(*buttons)), spacing=16)
            head.setStretch(0, 1)
        listed = panel(column(self.table, margins=(1, 1, 1, 1)))
        self._states = StateStack(listed)
        self.setLayout(column(head, self._states, spacing=12))
        self._on_current(None)

    def buttons(self) -> list[QPushButton]:
        """Buttons for the current row, beside "Edit"."""
        return []

    def called(self, value: Any) -> str:
        """What people call the record of a row, in the audit trail."""
        raise NotImplementedError

    def add(self) -> None:
        """Open an empty editor."""
        raise NotImplementedError

    def edit(self, value: Any) -> None:
        """Open an editor for a row."""
        raise NotImplementedError

    def open_anew(
        self, read: Callable[[], Sequence[Any]], key: str, edit: Callable[[Any], object]
    ) -> None:
        """Open the editor of the row `key` as `read` gives it now, unless it is gone."""

        def found(rows: Sequence[Any]) -> None:
            row = next((row for row in rows if row.id == key), None)
            if row is not None:
                edit(row)

        self.page.run(read, found)

    def show_rows(self, rows: Sequence[Any], empty: str) -> None:
        """Show these, or say that there are none."""
        self.model.set_rows(rows)
        self._on_current(self.table.current())
        if rows:
            self._states.show_content()
        else:
            self._states.show_empty(empty, "", _("Add"), self.add)

    def _show_trail(self) -> None:
        value = self.table.current()
        if value is not None:
            self.context.go(ShowTrail(self.called(value)))

    def _edit_current(self) -> None:
        value = self.table.current()
        if value is not None:
            self.edit(value)

    def _on_current(self, value: Any) -> None:
        for made in self._needing_row:
            made.setEnabled(value is not None)
        standing = self.page.standing()
        if self.saves and standing is not None:
            permit(self._add, standing.refusal(self.saves))
            permit(self._edit, standing.refusal(self.saves), enabled=value is not None)
