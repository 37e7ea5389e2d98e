"""A dialog that asks for a reason."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from app.gui.toolkit.draft_dialog import DraftDialog
from app.gui.toolkit.forms import Field
from app.gui.toolkit.language import _


def reason_dialog(parent: QWidget, title: str, action: str, hint: str = "") -> DraftDialog:
    """A reason that must be given; the draft is its text.  `hint` says what becomes of it."""
    return DraftDialog(
        title,
        [Field(name="reason", label=_("Reason"), kind="text", required=True, help=hint, rows=4)],
        lambda values: values["reason"],
        action=action,
        parent=parent,
    )
