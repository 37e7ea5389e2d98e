"""The register of issued documents: what, when, how, to whom; previewed and printed again."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from app.gui.actions import UserAction
from app.gui.toolkit.action_buttons import action_button
from app.gui.toolkit.language import _, words
from app.gui.toolkit.layout import column, label, panel, row
from app.gui.toolkit.page_states import StateStack
from app.gui.toolkit.table_view import TableView
from app.gui.toolkit.tables import RowTableModel, TableColumn
from app.gui.toolkit.theme import Badge
from app.gui.toolkit.topbar import SearchBox
from app.services.documents.kinds import title_of
from app.texts import word

if TYPE_CHECKING:
    from app.gui.shell.page import Page


_TIMES_SHOWN = 8


class IssuedPanel(QWidget):
    """The register of issued documents."""

    chosen = Signal(object)
    """The `IssuedDocument` to show."""

    def __init__(self, page: Page) -> None:
        super().__init__()
        self._page = page
        self._search = SearchBox(_("Number, recipient, file name …"))
        self._search.setMaximumWidth(16_777_215)
        self.model = RowTableModel(_columns(), self)
        self.table = TableView(
            self.model, two_lines=True, name="issued", title=_("Issued documents")
        )
        self._again = action_button(
            UserAction.SHOW_ISSUED, self._show_current, role="primary", opens_row=True
        )
        self._left = label("", "muted", wrap=True, copy=True)
        self._states = StateStack(panel(column(self.table, margins=(1, 1, 1, 1))))
        hint = label(
            _(
                "Shown and printed again is the very file that left. For today's data choose the"
                " kind of document at the left."
            ),
            "muted",
            wrap=True,
        )
        layout = column(
            label(_("Issued documents"), "section"),
            hint,
            self._search,
            self._states,
            self._left,
            row(None, self._again),
        )
        layout.setStretch(3, 1)
        self.setLayout(layout)
        self._search.searched.connect(lambda _words: self.refresh())
        self.table.opened.connect(self.chosen)
        self.table.current_changed.connect(self._on_current)
        self._on_current(None)

    def look_for(self, words: str) -> None:
        """List the documents called so, the first one chosen."""
        self._search.put(words)
        self.table.choose_none()
        self.table.setFocus()
        self.refresh()

    def refresh(self) -> None:
        """Read the list again."""
        services, wanted = self._page.context.services, self._search.text()
        self._page.run(lambda: services.reporting.issued(wanted), self._show)

    def _show(self, found: Any) -> None:
        self.model.set_rows(found)
        if self._search.text():
            self.table.select_first()
        self._on_current(self.table.current())
        if found:
            self._states.show_content()
        else:
            self._states.show_empty(_("No document has left yet"), icon="inbox")

    def _show_current(self) -> None:
        if (value := self.table.current()) is not None:
            self.chosen.emit(value)

    def _on_current(self, value: Any) -> None:
        self._again.setEnabled(value is not None)
        self._left.hide()
        if value is not None and value.number:
            number, reporting = value.number, self._page.context.services.reporting
            self._page.run(
                lambda: reporting.handed_out(number), lambda found: self._show_left(number, found)
            )

    def _show_left(self, number: str, found: tuple[tuple[datetime, str, str, str], ...]) -> None:
        """Every time the chosen document left: when, how, to whom or by whom."""
        current, t = self.table.current(), words()
        if current is None or current.number != number or not found:
            return
        lines = [
            " · ".join((t.moment(at), word(t, "hand_out", how), recipient or by))
            for at, how, recipient, by in found[:_TIMES_SHOWN]
        ]
        if len(found) > _TIMES_SHOWN:
            lines.append("…")
        self._left.setText("\n".join(lines))
        self._left.show()


def _how(item: Any) -> str:
    said = word(words(), "hand_out", item.how) if item.how else _("Fixed at closing")
    return f"{said} × {item.times}" if item.times > 1 else said


def _badge(item: Any) -> Badge | None:
    return Badge(_("Final"), "ok", "lock-keyhole") if item.final else None


def _kind(item: Any) -> str:
    return title_of(words(), item.kind)


def _columns() -> tuple[TableColumn, ...]:
    return (
        TableColumn(
            title=_("Document"),
            text=lambda i: i.number or _kind(i),
            detail=lambda i: _kind(i) if i.number else i.file_name,
            width=130,
            stretch=True,
        ),
        TableColumn(title="", text=lambda i: "", badge=_badge, width=98),
        TableColumn(
            title=_("Last time"),
            text=lambda i: words().moment(i.at),
            detail=lambda i: " · ".join(filter(None, (_how(i), i.recipient or i.by))),
            width=128,
        ),
    )
