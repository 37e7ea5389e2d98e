"""About the program: version, where the data lie, and the licences of every part, without a
network."""

from __future__ import annotations

import platform

from PySide6.QtCore import Qt, qVersion
from PySide6.QtWidgets import QPlainTextEdit, QWidget

from app import __version__, paths
from app.gui.shell.licences import OWN, Part, shipped_parts
from app.gui.shell.page import AppContext
from app.gui.toolkit.folding import FoldingRow
from app.gui.toolkit.language import _
from app.gui.toolkit.layout import button, column, facts, label, row
from app.gui.toolkit.manual_window import open_manual
from app.gui.toolkit.page_states import StateStack
from app.gui.toolkit.table_view import TableView
from app.gui.toolkit.tables import RowTableModel, TableColumn
from app.gui.toolkit.working_dialog import WorkingDialog

SIZE = (900, 600)


class AboutDialog(WorkingDialog):
    """What runs here.  The licences are read while it is open."""

    def __init__(self, parent: QWidget, context: AppContext) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(_("About POSCare"))
        self.model = RowTableModel(_columns(), self)
        self.table = TableView(self.model, name="licences", title=_("Parts and their licences"))
        self.text = QPlainTextEdit()
        self.text.setReadOnly(True)
        self.text.setTabChangesFocus(True)
        self.text.setAccessibleName(_("Text of the licence"))
        self._states = StateStack(self.table)
        self._states.show_loading()
        self.table.current_changed.connect(self._show_text)
        self._arrange()
        self.prefer(*SIZE)
        context.tasks.run(shipped_parts, self._show_parts, owner=self, lane="io")

    def _arrange(self) -> None:
        told = facts(
            (
                (_("Version"), __version__),
                (_("Runs on"), f"Python {platform.python_version()} · Qt {qVersion()}"),
                (_("Data, settings and log"), str(paths.home())),
            )
        )
        manual = button(_("Manual"), lambda: open_manual(self), icon="circle-question-mark")
        close = button(_("Close"), self.accept, role="primary")
        close.setDefault(True)
        self.text.setMinimumHeight(160)
        both = FoldingRow(self._states, self.text, spacing=12, least=300)
        whole = column(
            label(_("POSCare terminal care"), "title"),
            told,
            label(_("Parts and their licences"), "section"),
            both,
            spacing=10,
        )
        whole.setStretch(3, 1)
        self.arrange(whole, row(manual, None, close))

    def _show_parts(self, parts: list[Part]) -> None:
        self._states.show_content()
        self.model.set_rows(parts)
        self.table.select_first()

    def _show_text(self, part: Part | None) -> None:
        if part is not None:
            missing = _("Delivered without its text. Its licence: {name}.", name=_named(part))
            self.text.setPlainText(part.text or missing)


def _columns() -> tuple[TableColumn, ...]:
    return (
        TableColumn(
            title=_("Part"), text=lambda p: "POSCare" if p.name == OWN else p.name, stretch=True
        ),
        TableColumn(title=_("Version"), text=lambda p: p.version, width=84),
        TableColumn(title=_("Licence"), text=_named, width=170),
    )


def _named(part: Part) -> str:
    return part.licence or _("see its text")
