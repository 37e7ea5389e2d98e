"""Warnings that wait to be seen to, as a card: what, why, how far it is, who sees to it."""

from __future__ import annotations

from datetime import date

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame

from app.domain.insight.warning_cases import WarningCase, WarningState
from app.gui.toolkit.badge import severity_badge, warning_badge
from app.gui.toolkit.language import _, plural, words
from app.gui.toolkit.layout import button, column, label, row
from app.gui.toolkit.table_view import TableView
from app.gui.toolkit.tables import RowTableModel, TableColumn
from app.texts.warning_work import called, due_line
from app.texts.warnings import warning_reason

SHOWN = 2
"""Rows in sight at once; more are scrolled to."""


class WarningsPanel(QFrame):
    """`opened` carries the key of a warning; `all_wanted` asks for all of them."""

    opened = Signal(str)
    all_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("role", "card")
        self._today = date.min
        self._title = label("", "section")
        self.model = RowTableModel(self._columns(), self)
        self.table = TableView(
            self.model, two_lines=True, name="today/warnings", title=_("Warnings")
        )
        self.table.horizontalHeader().hide()
        self.table.opened.connect(lambda case: self.opened.emit(case.key))
        more = button(_("See to them"), self.all_wanted.emit, role="quiet")
        head = row(self._title, None, more, margins=(14, 8, 8, 4))
        self.setLayout(column(head, self.table, spacing=0, margins=(1, 1, 1, 1)))

    def show_cases(self, cases: tuple[WarningCase, ...], today: date) -> None:
        """Show what waits; nothing at all when nothing does."""
        self._today = today
        fresh = sum(case.state is WarningState.NEW for case in cases)
        said = plural("{count} warning", "{count} warnings", len(cases))
        news = _("{count} of them new", count=fresh) if fresh else ""
        self._title.setText(" · ".join(filter(None, (said, news))))
        self.model.set_rows(cases)
        rows = self.table.verticalHeader().defaultSectionSize()
        self.table.setFixedHeight(min(len(cases), SHOWN) * rows + 2)
        self.setVisible(bool(cases))

    def _columns(self) -> tuple[TableColumn, ...]:
        return (
            TableColumn(title=_("How serious"), text=lambda _c: "", badge=severity_badge, width=90),
            TableColumn(
                title=_("What is warned of"),
                text=lambda c: called(words(), c.warning),
                detail=lambda c: warning_reason(words(), c.warning),
                width=240,
                stretch=True,
            ),
            TableColumn(title=_("State"), text=lambda _c: "", badge=warning_badge, width=110),
            TableColumn(
                title=_("Sees to it"),
                text=lambda c: c.owner or _("no owner yet"),
                detail=lambda c: due_line(words(), c, self._today),
                width=130,
            ),
        )
