"""The import dialog: choose a file, preview the result, correct columns, import.

The dialog shows and asks; the page behind it reads, checks and writes.  Nothing is written before
`commit_wanted`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDropEvent
from PySide6.QtWidgets import (
    QFrame,
    QLabel,
    QProgressBar,
    QRadioButton,
    QStackedWidget,
    QWidget,
)

from app.domain.errors import AppError
from app.gui.actions import UserAction
from app.gui.pages.terminals.import_preview import ImportField, PreviewPane, ShownFile, ShownPreview
from app.gui.toolkit.action_buttons import action_button
from app.gui.toolkit.files import ask_file
from app.gui.toolkit.language import _
from app.gui.toolkit.layout import boxed, button, column, label, panel, restyle, row
from app.gui.toolkit.problems import message
from app.gui.toolkit.theme import pixmap
from app.gui.toolkit.working_dialog import WorkingDialog
from app.gui.toolkit.wrapping import wrapping


class ImportDialog(WorkingDialog):
    """The import of one file.  The page calls the ``show_…`` methods.

    While work is under way only its progress and the stop button are shown.
    """

    closes_when_stopped = False

    file_chosen = Signal(Path)
    """A file to look at."""
    changed = Signal(object, object)
    """The columns a person chose, a `dict` of field → place, and the `ReadingChoice` or None."""
    commit_wanted = Signal(bool)
    """Do it; True: leave out rows with errors."""
    report_wanted = Signal()

    def __init__(
        self, title: str, hint: str, fields: Sequence[ImportField], parent: QWidget
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setAcceptDrops(True)
        self.prefer(1120, 700)
        self.preview = PreviewPane(fields)
        self.preview.changed.connect(self.changed)
        self.preview.other_file.connect(self.choose_file)
        self.preview.report_wanted.connect(self.report_wanted)
        self._choose = _ChooseFile(hint)
        self._choose.wanted.connect(self.choose_file)
        self._busy = _Busy()
        self._busy.stop.clicked.connect(self.stop)
        self._done = _Done()
        self._done.again.clicked.connect(self.start)
        self._stack = QStackedWidget()
        for pane in (self._choose, self._busy, self.preview, self._done):
            self._stack.addWidget(pane)
        self._make_buttons()
        self._arrange()
        self.start()

    def _make_buttons(self) -> None:
        self._trouble = label("", "error", wrap=True)
        self._all = QRadioButton(_("All or nothing: I correct the file first"))
        self._skip = QRadioButton()
        self._all.setChecked(True)
        self._all.toggled.connect(self._enable)
        self._choice = boxed(row(self._all, self._skip, None, spacing=24))
        self._cancel = button(_("Cancel"), self.reject)
        self._go = button(_("Import"), self._on_go, role="primary")
        self._go.setDefault(True)

    def _arrange(self) -> None:
        foot = wrapping(self._choice, None, self._cancel, self._go)
        self.arrange(self._stack, self._trouble, foot)

    # --- choosing ------------------------------------------------------------------------------

    def start(self) -> None:
        """Ask for a file."""
        self._trouble.hide()
        self._show(self._choose)

    def choose_file(self) -> None:
        """Let a file be chosen."""
        filters = _("Spreadsheets (*.csv *.txt *.xlsx);;All files (*)")
        ask_file(self, _("Choose a file"), filters, self.take_file)

    def take_file(self, path: Path) -> None:
        """Look at this file."""
        self._trouble.hide()
        self.file_chosen.emit(path)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if not self.working and _dropped(event) is not None:
            self._choose.show_over(over=True)
            event.acceptProposedAction()

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        self._choose.show_over(over=False)

    def dropEvent(self, event: QDropEvent) -> None:
        self._choose.show_over(over=False)
        path = _dropped(event)
        if path is not None:
            event.acceptProposedAction()
            # The program that was dragged from waits until this returns.
            QTimer.singleShot(0, self, lambda: self.take_file(path))

    # --- looking -------------------------------------------------------------------------------

    def show_busy(self, text: str) -> None:
        """Work is under way."""
        self._trouble.hide()
        self._busy.start(text)
        self._show(self._busy)

    def show_progress(self, count: int, total: int) -> None:
        self._busy.show_progress(count, total)

    def set_controls(self, *, on: bool) -> None:
        """The progress covers the other controls."""

    def stop(self) -> None:
        if self.working:
            self._busy.stopping()
        super().stop()

    def show_stopped(self, text: str) -> None:
        self._back(text)

    def show_preview(self, shown: ShownPreview) -> None:
        """What the file would do."""
        self.preview.show_preview(shown)
        self._skip.setText(
            _(
                "Leave out the {bad} rows with errors, import the other {good}",
                bad=shown.refused,
                good=shown.good,
            )
        )
        self._all.setChecked(True)
        self._show(self.preview)
        self._choice.setVisible(shown.refused > 0 and shown.good > 0)
        self._enable()

    def show_columns(self, file: ShownFile, mapping: Mapping[str, int], error: AppError) -> None:
        """The columns do not say enough yet: let them be chosen."""
        self.preview.show_columns(file, mapping)
        self._show(self.preview)
        self._go.setEnabled(False)
        self.show_problem(error)

    def show_problem(self, error: AppError) -> None:
        """Say why, at the place one was."""
        self._back(message(error))

    def _back(self, text: str) -> None:
        if self._stack.currentWidget() is self._busy:
            self._show(self.preview if self.preview.shown is not None else self._choose)
            self._choice.setVisible(self.preview.refused > 0 and self._go.isVisible())
            self._enable()
        self._trouble.setText(text)
        self._trouble.show()

    def show_result(self, text: str, details: str) -> None:
        """It is done."""
        self._done.show_result(text, details)
        self._show(self._done)

    def _enable(self) -> None:
        shown = self.preview.shown
        if shown is None:
            self._go.setEnabled(False)
            return
        sure = not shown.file.undecided
        able = sure and shown.good > 0 and (shown.refused == 0 or self._skip.isChecked())
        self._go.setEnabled(able)
        self._go.setText(_("Import {count} rows", count=shown.good) if able else _("Import"))
        self._go.setToolTip(
            ""
            if able
            else _("Nothing is imported while rows have errors.")
            if sure
            else _("Choose the encoding first: the file can be read in two ways.")
        )

    def _show(self, pane: QWidget) -> None:
        self._stack.setCurrentWidget(pane)
        looking = pane is self.preview
        self._go.setVisible(looking)
        self._choice.setVisible(looking and self._choice.isVisibleTo(self))
        self._cancel.setVisible(pane is not self._busy)
        self._cancel.setText(_("Close") if pane is self._done else _("Cancel"))

    def _on_go(self) -> None:
        self.commit_wanted.emit(self._skip.isChecked())


def _dropped(event: QDropEvent) -> Path | None:
    urls = event.mimeData().urls() if event.mimeData().hasUrls() else []
    files = [url.toLocalFile() for url in urls if url.isLocalFile()]
    return Path(files[0]) if len(files) == 1 else None


class _ChooseFile(QFrame):
    """A place to drop a file on."""

    wanted = Signal()

    def __init__(self, hint: str) -> None:
        super().__init__()
        self.setProperty("role", "drop")
        picture = QLabel()
        picture.setPixmap(pixmap("file-input", "line_strong", 44))
        choose = action_button(UserAction.CHOOSE_IMPORT, self.wanted.emit, role="primary")
        text = label(hint, "muted", wrap=True)
        text.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        text.setMinimumWidth(420)
        self.setLayout(
            column(
                None,
                row(None, picture, None),
                row(None, label(_("Drop a spreadsheet here"), "section"), None),
                row(None, text, None),
                row(None, choose, None),
                None,
                spacing=14,
            )
        )

    def show_over(self, *, over: bool) -> None:
        """Show whether a file is dragged over the area."""
        restyle(self, "over", "true" if over else "false")


class _Busy(QWidget):
    """Progress with a way to stop."""

    def __init__(self) -> None:
        super().__init__()
        self._text = label("", "section")
        self._bar = QProgressBar()
        self._bar.setFixedWidth(420)
        self._rows = label("", "muted")
        self.stop = button(_("Stop"), tip="Esc")
        self.setLayout(
            column(
                None,
                row(None, self._text, None),
                row(None, self._bar, None),
                row(None, self._rows, None),
                row(None, self.stop, None),
                None,
                spacing=14,
            )
        )

    def start(self, text: str) -> None:
        self._text.setText(text)
        self._rows.setText("")
        self._bar.setRange(0, 0)
        self.stop.setEnabled(True)
        self.stop.setFocus()

    def show_progress(self, done: int, total: int) -> None:
        self._bar.setRange(0, max(1, total))
        self._bar.setValue(done)
        self._rows.setText(_("{done} of {total} rows", done=done, total=total))

    def stopping(self) -> None:
        self.stop.setEnabled(False)
        self._rows.setText(_("Stopping …"))


class _Done(QWidget):
    """What was done."""

    def __init__(self) -> None:
        super().__init__()
        picture = QLabel()
        picture.setPixmap(pixmap("circle-check", "ok", 44))
        self._text = label("", "section")
        self._details = label("", "muted", wrap=True)
        self._details.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self._details.setMinimumWidth(420)
        self.again = button(_("Another file"))
        card = panel(
            column(
                row(None, picture, None),
                row(None, self._text, None),
                row(None, self._details, None),
                row(None, self.again, None),
                spacing=14,
                margins=(24, 24, 24, 24),
            )
        )
        self.setLayout(column(None, row(None, card, None), None))

    def show_result(self, text: str, details: str) -> None:
        self._text.setText(text)
        self._details.setText(details)
