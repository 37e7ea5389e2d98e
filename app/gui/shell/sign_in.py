"""Signing in at the window: at the start once anybody has a password, and as somebody else."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QDialog, QWidget

from app.gui.shell.page import AppContext
from app.gui.toolkit.draft_dialog import DraftDialog
from app.gui.toolkit.language import _
from app.gui.toolkit.secret_dialogs import code_dialog, show_code, sign_in_dialog
from app.gui.toolkit.working_dialog import WorkManner

if TYPE_CHECKING:
    from app.services import Services
    from app.services.people.people import OneTimeCode


class SignInFlow(QObject):
    """Asks who works here until that is proved or given up, which `leaves` the program at a
    start."""

    signed_in = Signal()
    given_up = Signal()

    def __init__(
        self,
        context: AppContext,
        services: Services,
        parent: QWidget,
        code: str = "",
        *,
        leaves: bool = False,
    ) -> None:
        super().__init__(parent)
        self._leaves = leaves
        self._context, self._people, self._parent = context, services.people, parent
        self._ask(code)

    def _ask(self, code: str) -> None:
        dialog = sign_in_dialog(self._parent, code, lambda typed: self._forgotten(dialog, typed))
        if self._leaves:
            dialog.name_cancel(_("Quit"))
        people = self._people
        self._have_done(
            dialog,
            lambda both: people.sign_in(*both),
            lambda _person: self._enter(),
            self.given_up.emit,
        )

    def _forgotten(self, asked: DraftDialog, code: str) -> None:
        asked.done(_INSTEAD)
        dialog, people = code_dialog(self._parent, code), self._people
        dialog.name_cancel(_("Back"))
        self._have_done(
            dialog,
            lambda all_: people.redeem(*all_),
            self._redeemed,
            lambda: self._ask(code),
        )

    def _redeemed(self, recovery: OneTimeCode | None) -> None:
        if recovery is None:
            self._enter()
        else:
            shown = show_recovery(self._parent, recovery)
            shown.finished.connect(self._enter)
            shown.open()

    def _have_done(self, dialog: DraftDialog, work: Any, done: Any, cancelled: Any) -> None:
        def submitted(draft: Any) -> None:
            dialog.carry_out(
                self._context, lambda: work(draft), accepted, manner=WorkManner(_("Signing in …"))
            )

        def accepted(result: Any) -> None:
            dialog.accept()
            done(result)

        def finished(code: int) -> None:
            if code == QDialog.DialogCode.Rejected:
                cancelled()

        dialog.submitted.connect(submitted)
        dialog.finished.connect(finished)
        dialog.open()

    def _enter(self) -> None:
        self.signed_in.emit()


_INSTEAD = 2
"""Result of a dialog that gave way to another: neither accepted nor given up."""


def show_recovery(parent: QWidget, made: OneTimeCode) -> DraftDialog:
    """An administrator's recovery code, shown once."""
    from app.domain.people.credentials import shown_code

    return show_code(
        parent,
        _("Recovery code"),
        _(
            "Write it down and keep it in a safe place. It is shown only now and opens once if the"
            " password is forgotten."
        ),
        shown_code(made.code),
    )
