"""The dialog of a missing database: backups found, retry, or begin an empty one."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLineEdit, QWidget

from app.domain.errors import AppError
from app.domain.missing_database import DatabaseMissing, Leftover
from app.gui.toolkit.announce import announce
from app.gui.toolkit.files import ask_file
from app.gui.toolkit.language import _, plural, words
from app.gui.toolkit.layout import button, column, label, panel, row
from app.gui.toolkit.problems import message
from app.gui.toolkit.table_view import TableView
from app.gui.toolkit.tables import RowTableModel, TableColumn
from app.gui.toolkit.working_dialog import WorkingDialog
from app.texts import word


class LostDatabaseDialog(WorkingDialog):
    """Emits what was chosen and stays open until `accept`, so that a refusal can be told in it."""

    restore_chosen = Signal(Path)
    """Put this copy back."""
    retry_chosen = Signal()
    """Look again: the drive was connected."""
    empty_chosen = Signal(str)
    """Begin an empty database whose numbers bear this device letter."""
    quit_chosen = Signal()

    def __init__(
        self, missing: DatabaseMissing, device: str, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle("POSCare")
        self.prefer(860)
        self._device = device
        self._model = RowTableModel(_columns(), self)
        self.copies = TableView(self._model, name="remains", title=_("Backups"))
        self.copies.setMinimumHeight(120)
        self.restore = button(_("Restore"), self._on_restore, role="primary", icon="history")
        self.copies.opened.connect(lambda _remain: self._on_restore())
        self.copies.current_changed.connect(self._on_current)
        self._trouble = label("", "error", wrap=True)
        self._trouble.hide()
        self._letter = QLineEdit(maxLength=3)
        self._letter.setFixedWidth(60)
        self._letter.setAccessibleName(_("Letter of this laptop"))
        self._letter.textChanged.connect(self._on_letter)
        self._begin = button(_("Begin with an empty database"), self._on_empty, role="link")
        self._build(missing)
        self.show_missing(missing)

    def _build(self, missing: DatabaseMissing) -> None:
        empty = missing.code == "db.empty_file"
        title = _("The database is empty") if empty else _("The database is missing")
        retry = button(_("Look again"), self.retry_chosen.emit, tip=_("After connecting the drive"))
        other = button(_("From a file …"), self._on_file)
        self.arrange(
            column(
                label(title, "title", wrap=True),
                label(missing.path, "muted", wrap=True, copy=True),
                label(
                    _(
                        "It was here before, so nothing new was begun: no number may be given out"
                        " twice. If it lies on a drive, connect that and look again. Otherwise"
                        " put back the newest copy that can be read."
                    ),
                    wrap=True,
                ),
                panel(column(self.copies, margins=(1, 1, 1, 1))),
                row(
                    label(_("Without any copy: another letter for this laptop"), "muted"),
                    self._letter,
                    self._begin,
                    None,
                ),
                spacing=12,
            ),
            self._trouble,
            self.progress,
            row(button(_("Quit"), self.reject), None, retry, other, self.restore),
            margins=(24, 20, 24, 20),
        )

    def show_missing(self, missing: DatabaseMissing) -> None:
        """Show what there is now; the newest that can be read is chosen."""
        self._model.set_rows(list(missing.remains))
        places = range(len(missing.remains))
        readable = [n for n in places if missing.remains[n].readable]
        readable += [n for n in places if missing.remains[n].needs]
        self._on_current(None)
        self._on_letter(self._letter.text())
        if readable:
            self.copies.selectRow(readable[0])

    def show_problem(self, error: AppError) -> None:
        """Say why what was chosen did not work."""
        self.show_stopped(message(error))
        announce(self, message(error), urgent=True)

    def show_stopped(self, text: str) -> None:
        self._trouble.setText(text)
        self._trouble.show()

    def reject(self) -> None:
        """Without a database there is nothing to go on with: quit, once nothing is under way."""
        super().reject()
        if not self.isVisible():
            self.quit_chosen.emit()

    def _on_current(self, remain: Leftover | None) -> None:
        self.restore.setEnabled(remain is not None and remain.restorable)

    def _on_restore(self) -> None:
        remain = self.copies.current()
        if remain is not None and remain.restorable:
            self.restore_chosen.emit(Path(remain.path))

    def _on_file(self) -> None:
        ask_file(
            self, _("Choose a backup"), _("Backups (*.db);;All files (*)"), self.restore_chosen.emit
        )

    def _on_letter(self, text: str) -> None:
        self._begin.setEnabled(text.strip().upper() not in {"", self._device})

    def _on_empty(self) -> None:
        self.empty_chosen.emit(self._letter.text())


def _columns() -> tuple[TableColumn, ...]:
    return (
        TableColumn(title=_("Made"), text=lambda r: words().moment(r.made_at), width=140),
        TableColumn(title=_("What"), text=lambda r: word(words(), "remain", r.kind), width=190),
        TableColumn(title=_("What is in it"), text=_content, width=260),
        TableColumn(title=_("File"), text=lambda r: r.path, width=200, stretch=True),
    )


def _content(remain: Leftover) -> str:
    if remain.needs:
        return _("needs the key {key}; Restore asks for it", key=remain.needs)
    if not remain.readable:
        return _("cannot be read")
    count = plural("{count} incident", "{count} incidents", remain.incidents or 0)
    return (
        _("{content}, last {number}", content=count, number=remain.last) if remain.last else count
    )
