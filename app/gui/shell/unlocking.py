"""Asks for what opens encrypted data: at the start, and for a backup of other keys."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QDialog, QWidget

from app import paths
from app.domain.errors import AppError
from app.gui.shell.navigate import ShowSecuritySettings
from app.gui.shell.page import AppContext
from app.gui.toolkit.draft_dialog import DraftDialog
from app.gui.toolkit.encryption_dialogs import recover_dialog, unlock_dialog
from app.gui.toolkit.language import _
from app.gui.toolkit.working_dialog import WorkManner

if TYPE_CHECKING:
    from app.unlocking import EncryptionLocked


def asked_to_unlock(
    error: AppError, context: AppContext, window: QWidget, start: Callable[[], None]
) -> bool:
    """Ask for what opens the data when that is why it cannot be opened, and `start` again; returns
    whether it is.  Whoever gives up closes the window."""
    from app.unlocking import EncryptionLocked

    if not isinstance(error, EncryptionLocked):
        return False
    asking = UnlockFlow(error, context, window)
    asking.unlocked.connect(start)
    asking.given_up.connect(window.close)
    return True


def offer_encryption(context: AppContext, newcomer: str) -> None:
    """Once, after the first start of a `newcomer`: it can be done at any time and holds nobody
    up."""
    if newcomer and not paths.encryption_keys().is_file():
        context.note(
            _("The data on this computer is not encrypted yet; a laptop may be stolen"),
            _("Encrypt …"),
            lambda: context.go(ShowSecuritySettings()),
        )


_INSTEAD = 2
"""Result of a dialog that gave way to another: neither accepted nor given up."""


class UnlockFlow(QObject):
    """Asks until the key file of `locked` is open or it is given up."""

    unlocked = Signal()
    given_up = Signal()

    def __init__(self, locked: EncryptionLocked, context: AppContext, parent: QWidget) -> None:
        super().__init__(parent)
        self._keys, self._key = locked.keys, str(locked.params["key"])
        self._context, self._parent = context, parent
        self.dialog = self._ask()

    def _ask(self) -> DraftDialog:
        hint = _("Encrypted with the key {key}. Key file: {path}", key=self._key, path=self._keys)
        dialog = unlock_dialog(self._parent, hint, lambda: self._recover(dialog))
        self._have_done(dialog, self._by_passphrase)
        return dialog

    def _recover(self, asked: DraftDialog) -> None:
        asked.done(_INSTEAD)
        self.dialog = recover_dialog(self._parent)
        self._have_done(self.dialog, self._by_recovery)

    def _by_passphrase(self, typed: str) -> None:
        from app.unlocking import unlock

        unlock(self._keys, lambda found: found.by_passphrase(typed))

    def _by_recovery(self, both: tuple[str, str]) -> None:
        from app.unlocking import unlock, unlock_anew

        code, passphrase = both
        unlock(self._keys, lambda found: found.by_recovery(code))
        unlock_anew(self._keys, passphrase)

    def _have_done(self, dialog: DraftDialog, work: Callable[[Any], None]) -> None:
        def submitted(draft: Any) -> None:
            dialog.carry_out(
                self._context,
                lambda: work(draft),
                lambda _none: self._done(dialog),
                manner=WorkManner(_("Unlocking …"), lane="io"),
            )

        def finished(code: int) -> None:
            if code == QDialog.DialogCode.Rejected:
                self.given_up.emit()

        dialog.submitted.connect(submitted)
        dialog.finished.connect(finished)
        dialog.open()

    def _done(self, dialog: DraftDialog) -> None:
        dialog.accept()
        self.unlocked.emit()
