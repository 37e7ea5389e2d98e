"""The dialog for a signature, or for the reason why there is none."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from PySide6.QtWidgets import QLineEdit, QWidget

from app.domain.documents import SignatureDraft, SignerRole
from app.domain.errors import AppError
from app.domain.incidents.incidents import Confirmation
from app.gui.actions import UserAction
from app.gui.toolkit.action_buttons import action_button
from app.gui.toolkit.draft_dialog import DraftDialog
from app.gui.toolkit.folding import FoldingRow
from app.gui.toolkit.forms import Field
from app.gui.toolkit.language import _, words
from app.gui.toolkit.layout import boxed, column, label, panel, row
from app.gui.toolkit.signature_pad import SignaturePad
from app.reports.documents.signature_boxes import SIGNED_ON_SCREEN
from app.texts import word

WITH_PAPER = 1180
"""Pixels of the pad with what is signed beside it."""


class SignatureDialog(DraftDialog):
    """The draft is a `SignatureDraft`.  `what` says what is being signed; `paper` shows it beside
    the pad, or above it where there is no room.

    `may_close`: the case may be closed in the same step, when the merchant has nothing to add; then
    `closes` says whether that is wanted."""

    def __init__(
        self,
        role: SignerRole,
        signer: str,
        what: str,
        parent: QWidget,
        *,
        paper: QWidget | None = None,
        may_close: bool = False,
    ) -> None:
        title = _("Signature: {role}", role=word(words(), "signer_role", role))
        super().__init__(title, _fields(role), self._draft, action=_("Sign"), parent=parent)
        self._role = role
        self.pad = SignaturePad()
        self.pad.changed.connect(self._on_changed)
        self._clear = action_button(UserAction.CLEAR_SIGNATURE, self.pad.clear)
        self._undo = action_button(UserAction.UNDO_STROKE, self.pad.undo)
        told = column(
            label(what, wrap=True),
            label(_(SIGNED_ON_SCREEN), "muted", wrap=True),
            margins=(12, 8, 12, 8),
            spacing=4,
        )
        self.insert(panel(told, "note"), 0)
        signing = boxed(column(self.pad, row(None, self._undo, self._clear)))
        shown = [signing] if paper is None else [paper, signing]
        self.insert(FoldingRow(*shown, least=self.pad.minimumWidth()), 1, grows=True)
        self.prefer(760 if paper is None else WITH_PAPER)
        self.fill({"signer": signer})
        # The paper is there to be read; what is missing is a name.
        self.form.widget("signer").setFocus()
        self._reason = self.form.widget("reason")
        assert isinstance(self._reason, QLineEdit)
        self._reason.textChanged.connect(self._on_changed)
        self.closes = False
        self._close = action_button(UserAction.SIGN_AND_CLOSE, self._sign_and_close)
        self._close.setVisible(may_close)
        self.foot.addWidget(self._close)
        # Enter in the name must not sign before anything is drawn.
        self._go.setDefault(False)
        self._on_changed()

    def _on_changed(self) -> None:
        drawn = self.pad.ink() is not None
        for one in (self._clear, self._undo):
            one.setEnabled(drawn)
        self._reason.setEnabled(not drawn)
        self._close.setEnabled(drawn)
        without = not drawn and bool(self.form.value("reason").strip())
        self._go.setText(_("Save without signature") if without else _("Sign"))

    def saved_words(self, number: str) -> str:
        """What was saved about this number: without a drawing nobody signed."""
        if self.pad.ink() is not None:
            return _("Signature of {number} saved", number=number)
        return _("{number}: why nobody signed is saved", number=number)

    def _sign_and_close(self) -> None:
        self.closes = True
        self.submit()

    def show_problem(self, error: AppError) -> None:
        """What was refused may be signed without closing the case."""
        self.closes = False
        super().show_problem(error)

    def _draft(self, values: dict[str, Any]) -> SignatureDraft:
        ink = self.pad.ink()
        return SignatureDraft(self._role, values["signer"], ink, "" if ink else values["reason"])


@dataclass(frozen=True, slots=True)
class UnsignedReason:
    """Why nobody signed, and how the merchant confirmed then."""

    text: str
    confirmation: Confirmation


def unsigned_reasons() -> tuple[UnsignedReason, ...]:
    """The reasons that are offered, in the window's language."""
    return (
        UnsignedReason(_("Nobody with authority was there"), Confirmation.ABSENT),
        UnsignedReason(_("Refused to sign"), Confirmation.REFUSED),
        UnsignedReason(_("Confirmed by phone"), Confirmation.BY_PHONE),
        UnsignedReason(_("Unattended terminal"), Confirmation.ABSENT),
        UnsignedReason(_("Signed on paper"), Confirmation.ABSENT),
    )


def _fields(role: SignerRole) -> list[Field]:
    return [
        Field(name="signer", label=_("Name of who signs")),
        Field(
            name="reason",
            label=_("No signature, because"),
            choices=[(one.text, one.text) for one in unsigned_reasons()],
            help=_("Only when nobody signs; it is printed in the place of the signature.")
            if role is SignerRole.MERCHANT
            else "",
        ),
    ]
