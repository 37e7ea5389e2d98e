"""Dialogs that ask for passwords, PINs and one-time codes.  Nothing typed here is kept."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from app.domain.errors import InvalidInput
from app.gui.toolkit.draft_dialog import DraftDialog
from app.gui.toolkit.forms import Field
from app.gui.toolkit.language import _
from app.gui.toolkit.layout import button, label


def sign_in_dialog(parent: QWidget, code: str, forgotten: Callable[[str], object]) -> DraftDialog:
    """Who works here.  The draft is code and password; `forgotten` is called with the code."""
    dialog = DraftDialog(
        _("Sign in"),
        [
            Field(name="code", label=_("Your code"), required=True),
            Field(name="password", label=_("Password"), kind="secret", required=True),
        ],
        lambda values: (values["code"], values["password"]),
        action=_("Sign in"),
        parent=parent,
    )
    link = button(
        _("Forgotten? Use a one-time code …"),
        lambda: forgotten(dialog.form.value("code")),
        role="link",
    )
    dialog.insert(link, 1)
    dialog.fill({"code": code})
    if code:
        dialog.form.widget("password").setFocus()
    return dialog


def code_dialog(parent: QWidget, code: str) -> DraftDialog:
    """In with a one-time code.  The draft is code, one-time code and new password."""
    dialog = DraftDialog(
        _("Sign in with a one-time code"),
        [
            Field(name="code", label=_("Your code"), required=True),
            Field(
                name="one_time",
                label=_("One-time code"),
                required=True,
                hint="ABCDE-23456",
                help=_("From your manager, or the recovery code."),
            ),
            *_new_password(),
        ],
        lambda values: (values["code"], values["one_time"], values["password"]),
        action=_("Sign in"),
        parent=parent,
    )
    dialog.fill({"code": code})
    return _ask_twice(dialog)


def password_dialog(parent: QWidget, *, has_one: bool) -> DraftDialog:
    """A new password.  The draft is the old and the new one."""
    old = Field(name="old_password", label=_("Password until now"), kind="secret", required=True)
    dialog = DraftDialog(
        _("Set password"),
        [*([old] if has_one else []), *_new_password()],
        lambda values: (values.get("old_password", ""), values["password"]),
        parent=parent,
    )
    return _ask_twice(dialog)


def pin_dialog(parent: QWidget) -> DraftDialog:
    """A PIN.  The draft is PIN and password."""
    return DraftDialog(
        _("Set PIN"),
        [
            Field(
                name="pin",
                label=_("PIN"),
                kind="secret",
                help=_("Opens the locked window, 4 to 8 digits; empty for none."),
            ),
            Field(name="old_password", label=_("Password"), kind="secret", required=True),
        ],
        lambda values: (values["pin"], values["old_password"]),
        parent=parent,
    )


def show_code(parent: QWidget, title: str, text: str, code: str) -> DraftDialog:
    """A code that is shown once; it can be copied."""
    dialog = DraftDialog(
        title, [], lambda _values: None, action=_("I wrote it down"), parent=parent
    )
    dialog.hide_cancel()
    shown = label(code, "title", copy=True)
    shown.setAlignment(Qt.AlignmentFlag.AlignCenter)
    shown.setObjectName("code")
    dialog.insert(shown)
    dialog.insert(label(text, wrap=True))
    dialog.submitted.connect(lambda _none: dialog.accept())
    return dialog


def _new_password() -> list[Field]:
    return [
        Field(
            name="password",
            label=_("New password"),
            kind="secret",
            required=True,
            help=_("At least eight characters; a short sentence is easy to remember."),
        ),
        Field(name="again", label=_("The same again"), kind="secret", required=True),
    ]


def _ask_twice(dialog: DraftDialog) -> DraftDialog:
    """Two passwords that differ are not handed out."""

    def agree(values: dict[str, Any]) -> bool:
        if values["password"] == values["again"]:
            return True
        dialog.show_problem(InvalidInput.of("again", "password.differs"))
        return False

    dialog.confirm = agree
    return dialog
