"""Whether a newer version is offered where the settings say, what changed, and its installer."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QPlainTextEdit, QWidget

from app import __version__, updates
from app.domain.errors import AppError
from app.gui.shell.page import AppContext
from app.gui.toolkit.files import ask_folder
from app.gui.toolkit.language import _, words
from app.gui.toolkit.layout import button, column, label, row
from app.gui.toolkit.problems import message
from app.gui.toolkit.working_dialog import WorkingDialog, WorkManner
from app.updates import OfferedVersion

SIZE = (640, 440)


class UpdateDialog(WorkingDialog):
    """Looks when it is opened; an installer is fetched when the person says so, and started by
    nobody but the person."""

    closes_when_stopped = False

    def __init__(self, parent: QWidget, context: AppContext) -> None:
        super().__init__(parent)
        self._context = context
        self.offered: OfferedVersion | None = None
        self.setWindowTitle(_("Look for an update"))
        self.said = label("", "section", wrap=True)
        self.changes = QPlainTextEdit()
        self.changes.setReadOnly(True)
        self.changes.setTabChangesFocus(True)
        self.changes.setAccessibleName(_("News of this version"))
        self.changes.hide()
        self._trouble = label("", "error", wrap=True)
        self._trouble.hide()
        self.get = button(_("Fetch the installer …"), self._ask, role="primary", icon="download")
        self.get.hide()
        here = label(_("Version here: {version}", version=__version__), "muted")
        content = column(self.said, here, self.changes, spacing=10)
        content.setStretch(2, 1)
        close = button(_("Close"), self.reject)
        self.arrange(content, self._trouble, self.progress, row(None, close, self.get))
        self.prefer(*SIZE)

    def look(self) -> None:
        """Read what is offered."""
        source = self._context.settings.update_source
        manner = WorkManner(_("Looking for an update …"), reads=True, lane="io")
        self.carry_out(self._context, lambda: updates.look(source), self._looked, manner=manner)

    def _looked(self, offered: OfferedVersion) -> None:
        self.offered = offered
        if offered.is_older:
            self.said.setText(
                _(
                    "Version {offered} is offered. It is older than the one here and could not"
                    " open its data, so it is not fetched.",
                    offered=offered.version,
                )
            )
        elif not offered.is_newer:
            self.said.setText(_("This is the newest version that is offered."))
        else:
            self._show_newer(offered)
        self.fit()

    def _show_newer(self, offered: OfferedVersion) -> None:
        self.said.setText(
            _(
                "Version {offered} of {day} is offered.",
                offered=offered.version,
                day=offered.published or "—",
            )
        )
        self.changes.setPlainText(offered.changes.in_(words().language))
        self.changes.show()
        if offered.file is None:
            self._refuse(_("There is no installer for this system."))
            return
        self.get.show()
        self.get.setFocus()

    def _ask(self) -> None:
        ask_folder(self, _("Save the installer in"), self.fetch)

    def fetch(self, folder: Path) -> None:
        """Copy the installer into a folder and check it."""
        offered = self.offered
        if offered is None:
            return
        self._trouble.hide()

        def work(progress: Callable[[int, int], None], cancelled: Callable[[], bool]) -> Path:
            def told(done: int, total: int) -> None:
                # In thousands: a progress bar counts no further than two thousand million.
                progress(done // 1000, total // 1000)

            return updates.fetch(offered, folder, progress=told, cancelled=cancelled)

        manner = WorkManner(
            _("Fetching the installer …"), _("Stopped: nothing was kept."), lane="io"
        )
        self.carry_out(self._context, work, self._fetched, manner=manner)

    def _fetched(self, path: Path) -> None:
        self.get.hide()
        self.said.setText(
            _(
                "The installer is checked and lies in {path}. Quit POSCare, then start it; your"
                " data stay as they are.",
                path=path,
            )
        )
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(path.parent)))

    def show_stopped(self, text: str) -> None:
        self._refuse(text)

    def show_problem(self, error: AppError) -> None:
        self._refuse(message(error))

    def _refuse(self, text: str) -> None:
        self._trouble.setText(text)
        self._trouble.show()
        self.fit()
