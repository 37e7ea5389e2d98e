"""Operations of the log as people look at them: the columns of their list, and one with every field
it changed."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from app.gui.actions import UserAction
from app.gui.shell.navigate import Navigate, ShowIncident, ShowTerminal, ShowVisit
from app.gui.toolkit.action_buttons import action_button
from app.gui.toolkit.language import _, words
from app.gui.toolkit.layout import column, label, row
from app.gui.toolkit.table_view import TableView
from app.gui.toolkit.tables import RowTableModel, TableColumn
from app.gui.toolkit.theme import Badge
from app.services.core.trail_entries import TrailChange, TrailEntry
from app.texts.operations import change_cells, change_line, operation_title, outcome_line

_SHOWN = {"incident": ShowIncident, "terminal": ShowTerminal, "visit": ShowVisit}
"""Where records of a kind are shown."""


class TrailDetail(QWidget):
    """The operation in sight."""

    wanted = Signal(Navigate)
    """The record is to be shown."""

    def __init__(self) -> None:
        super().__init__()
        self._entry: TrailEntry | None = None
        self._title = label("", "title", wrap=True, copy=True)
        self._facts = label("", "muted", wrap=True, copy=True)
        self._outcome = label("", "error", wrap=True)
        self.model = RowTableModel(_columns(), self)
        self.changes = TableView(self.model, name="trail-changes", title=_("What changed"))
        self.changes.current_changed.connect(self._on_change)
        self._whole = label("", wrap=True, copy=True)
        self._open = action_button(UserAction.SHOW_RECORD, self._on_open)
        facts = row(self._facts, self._open, spacing=12)
        facts.setStretch(0, 1)
        layout = column(
            self._title,
            facts,
            self._outcome,
            self.changes,
            self._whole,
            spacing=8,
            margins=(16, 12, 16, 12),
        )
        layout.setStretch(3, 1)
        self.setLayout(layout)

    def show_entry(self, entry: TrailEntry) -> None:
        """Show this operation."""
        self._entry = entry
        t = words()
        title = operation_title(t, entry.kind)
        self._title.setText(" · ".join(filter(None, (title, entry.subject))))
        who = " ".join(filter(None, (entry.person, entry.actor))) or "—"
        told = (
            t.moment(entry.at),
            who,
            _("computer {letter}, its operation {number}", letter=entry.device, number=entry.seq),
            _("by a clock that was wrong") if entry.suspect else "",
        )
        self._facts.setText(" · ".join(filter(None, told)))
        outcome = outcome_line(t, entry.review, withdrawn=entry.withdrawn)
        self._outcome.setText(outcome)
        self._outcome.setVisible(bool(outcome))
        self.model.set_rows(entry.changes)
        self._open.setVisible(entry.record_kind in _SHOWN and bool(entry.subject))
        self._on_change(None)

    def _on_change(self, one: TrailChange | None) -> None:
        """The whole of a value that does not fit on its line."""
        if one is None:
            self._whole.hide()
            return
        field, old, new = change_cells(words(), one)
        self._whole.setText("\n".join((field, f"{old or '—'}  →  {new or '—'}")))
        self._whole.show()

    def _on_open(self) -> None:
        if self._entry is not None:
            self.wanted.emit(_SHOWN[self._entry.record_kind](self._entry.key))


def _columns() -> tuple[TableColumn, ...]:
    def cell(one: TrailChange, place: int) -> str:
        return change_cells(words(), one)[place].replace("\n", " ⏎ ")

    return (
        TableColumn(
            title=_("Field"),
            text=lambda c: " ".join(filter(None, (c.about, cell(c, 0)))),
            width=120,
            stretch=True,
        ),
        TableColumn(
            title=_("Old value"), text=lambda c: cell(c, 1) or "—", width=140, stretch=True
        ),
        TableColumn(
            title=_("New value"), text=lambda c: cell(c, 2) or "—", width=140, stretch=True
        ),
    )


def _first_change(entry: TrailEntry) -> str:
    t = words()
    if outcome := outcome_line(t, entry.review, withdrawn=entry.withdrawn):
        return outcome
    return change_line(t, entry.changes[0]).replace("\n", " ") if entry.changes else ""


def _further_changes(entry: TrailEntry) -> str:
    lines = [change_line(words(), one).replace("\n", " ") for one in entry.changes[1:4]]
    return " · ".join(filter(None, lines))


def _badge(entry: TrailEntry) -> Badge | None:
    if entry.withdrawn:
        return Badge(_("Taken back unsent"), "neutral", "undo-2")
    if entry.review:
        return Badge(_("Not applied"), "warning", "triangle-alert")
    return None


def trail_columns() -> tuple[TableColumn, ...]:
    """The columns of a list of operations."""
    return (
        TableColumn(
            title=_("When"),
            text=lambda e: words().moment(e.at),
            detail=lambda e: " · ".join(filter(None, (e.person or e.actor, e.device))),
            width=138,
        ),
        TableColumn(
            title=_("Operation"),
            text=lambda e: operation_title(words(), e.kind),
            detail=lambda e: e.subject,
            badge=_badge,
            width=170,
        ),
        TableColumn(
            title=_("Changes"),
            text=_first_change,
            detail=_further_changes,
            width=200,
            stretch=True,
        ),
    )
