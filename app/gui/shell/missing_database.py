"""Handles a missing database: asks what to do, restores in the background, opens again."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication, QWidget

from app.domain.errors import AppError
from app.domain.missing_database import WINDOW, DatabaseMissing
from app.gui.shell.missing_database_dialog import LostDatabaseDialog
from app.gui.shell.page import AppContext
from app.gui.shell.unlocking import UnlockFlow
from app.gui.toolkit.language import _
from app.gui.toolkit.problems import warn_of_files
from app.gui.toolkit.working_dialog import WorkManner
from app.settings import Settings

if TYPE_CHECKING:
    from app.services.core.backups import Restored


class MissingDatabaseFlow(QObject):
    """Shows the dialog of a missing database; `start` opens the database again."""

    def __init__(
        self,
        missing: DatabaseMissing,
        context: AppContext,
        window: QWidget,
        start: Callable[[], None],
    ) -> None:
        super().__init__(window)
        self._context = context
        self._start = start
        self.dialog = LostDatabaseDialog(missing, context.settings.device, window)
        self.dialog.restore_chosen.connect(self._restore)
        self.dialog.empty_chosen.connect(self._begin_empty)
        self.dialog.retry_chosen.connect(self._done)
        self.dialog.quit_chosen.connect(QApplication.quit)
        self.dialog.open()

    def _restore(self, copy: Path) -> None:
        settings = self._context.settings

        def put_back() -> Restored:
            from app import recovery

            return recovery.restore(settings, copy, name=WINDOW)

        self._carry_out(put_back, _("Restoring …"), lambda: self._restore(copy))

    def _begin_empty(self, device: str) -> None:
        settings = self._context.settings

        def begin() -> Settings:
            from app import recovery

            return recovery.begin_empty(settings, device, name=WINDOW)

        self._carry_out(begin, _("Saving …"))

    def _carry_out(
        self, work: Callable[[], Any], text: str, again: Callable[[], object] | None = None
    ) -> None:
        def failed(error: AppError) -> None:
            from app.unlocking import EncryptionLocked

            if not isinstance(error, EncryptionLocked) or again is None:
                self.dialog.show_problem(error)
                return
            UnlockFlow(error, self._context, self.dialog).unlocked.connect(again)

        self.dialog.carry_out(
            self._context, work, self._done, failed=failed, manner=WorkManner(text)
        )

    def _done(self, done: Settings | Restored | None = None) -> None:
        if isinstance(done, Settings):
            self._context.settings_changed.emit(done)
        elif done is not None and done.faulty:
            warn_of_files(self.dialog.parentWidget(), done.faulty)
        self.dialog.accept()
        self.dialog.deleteLater()
        self._start()
