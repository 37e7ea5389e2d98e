"""Dialogs about encrypted data: unlocking, passphrases, the recovery code.  Nothing typed here is
kept."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QFont, QTextDocument
from PySide6.QtPrintSupport import QPrinter
from PySide6.QtWidgets import QWidget

from app import files
from app.domain.errors import InvalidInput, Unavailable
from app.encryption import recovery_code
from app.gui.toolkit import problems
from app.gui.toolkit.draft_dialog import DraftDialog
from app.gui.toolkit.files import ask_new_file
from app.gui.toolkit.forms import Field
from app.gui.toolkit.language import _
from app.gui.toolkit.layout import boxed, button, label, row
from app.gui.toolkit.printing import ask_printer
from app.texts.encryption import WITHOUT_BOTH


def unlock_dialog(parent: QWidget, hint: str, recover: Callable[[], object]) -> DraftDialog:
    """What opens the data.  The draft is the passphrase; `recover` is called by who has only the
    recovery code."""
    dialog = DraftDialog(
        _("The data is locked"),
        [_until_now()],
        lambda values: values["passphrase"],
        action=_("Unlock"),
        parent=parent,
    )
    dialog.insert(button(_("I have only the recovery code …"), recover, role="link"), 1)
    dialog.insert(label(hint, "muted", wrap=True))
    return dialog


def recover_dialog(parent: QWidget) -> DraftDialog:
    """In with the recovery code.  The draft is the code and the new passphrase."""
    dialog = DraftDialog(
        _("Unlock with the recovery code"),
        [
            Field(
                name=recovery_code.FIELD,
                label=_("Recovery code"),
                required=True,
                hint="0K3V-…",
                help=_("Seven groups of four; small letters and blanks do not matter."),
            ),
            *_new_one(),
        ],
        lambda values: (values[recovery_code.FIELD], values["passphrase"]),
        action=_("Unlock"),
        parent=parent,
    )
    return _ask_twice(dialog)


def passphrase_dialog(
    parent: QWidget, title: str, text: str, action: str, *, proof: bool, key_store: bool
) -> DraftDialog:
    """A new passphrase; with `proof` that of before is asked, with `key_store` whether the key
    store of the system may open the data.  The draft is old, new and that answer."""
    fields = [*([_until_now("old_passphrase")] if proof else []), *_new_one()]
    if key_store:
        fields.append(
            Field(
                name="remember",
                label=_("Open without asking while I am signed in to this computer"),
                kind="check",
                help=_(
                    "The key lies in the key store of the system, which signing in opens. Without"
                    " it, the passphrase is asked for at every start."
                ),
            )
        )
    dialog = DraftDialog(
        title,
        fields,
        lambda values: (
            values.get("old_passphrase", ""),
            values["passphrase"],
            bool(values.get("remember")),
        ),
        action=action,
        parent=parent,
    )
    dialog.insert(label(text, wrap=True))
    return _ask_twice(dialog)


def proof_dialog(parent: QWidget, title: str, text: str, action: str) -> DraftDialog:
    """Asks for the passphrase before a change.  The draft is the passphrase."""
    dialog = DraftDialog(
        title, [_until_now()], lambda values: values["passphrase"], action=action, parent=parent
    )
    dialog.insert(label(text, wrap=True))
    return dialog


class RecoveryCodeDialog(DraftDialog):
    """Shows a recovery code once; two of its groups have to be typed back."""

    def __init__(self, parent: QWidget, code: str, action: str) -> None:
        self._code, groups = code, recovery_code.groups(code)
        first, second = sorted(random.sample(range(len(groups)), 2))
        self._places = (first, second)
        super().__init__(
            _("Recovery code"),
            [
                Field(name="first", label=_("Group {number}", number=first + 1), required=True),
                Field(name="second", label=_("Group {number}", number=second + 1), required=True),
            ],
            lambda _values: None,
            action=action,
            parent=parent,
        )
        self.confirm = self._agrees
        shown = label(code, "section", copy=True, wrap=True)
        shown.setAlignment(Qt.AlignmentFlag.AlignCenter)
        shown.setObjectName("code")
        self.insert(
            label(
                _("So that it is known to be written down, type back two groups."),
                "muted",
                wrap=True,
            )
        )
        self.insert(
            boxed(
                row(
                    None,
                    button(_("Print …"), self._print, icon="printer"),
                    button(_("Save as text …"), self._ask_file, icon="save"),
                    None,
                )
            )
        )
        self.insert(shown)
        self.insert(label(_text(), wrap=True))
        self.prefer(560)

    def _agrees(self, values: dict[str, Any]) -> bool:
        groups = recovery_code.groups(self._code)
        for name, place in zip(("first", "second"), self._places, strict=True):
            if recovery_code.groups(values[name]) != [groups[place]]:
                first, second = (one + 1 for one in self._places)
                self.show_problem(
                    InvalidInput.of(name, "encryption.groups_differ", first=first, second=second)
                )
                return False
        return True

    def _print(self) -> None:
        ask_printer(self, _("Recovery code"), 1, self._print_on)

    def _print_on(self, printer: QPrinter) -> None:
        document = QTextDocument()
        document.setDefaultFont(QFont(self.font().family(), 12))
        document.setPlainText(self._paper())
        document.print_(printer)

    def _ask_file(self) -> None:
        name = _("POSCare recovery code") + ".txt"
        ask_new_file(self, _("Save as text"), _("Text files (*.txt)"), name, self.save)

    def save(self, path: Path) -> None:
        """Write it to a file, which belongs on a stick in a safe."""
        try:
            files.write_private(path, self._paper().encode("utf-8"))
        except OSError as failure:
            refusal: Unavailable = files.unavailable(failure, path)
            problems.show(self, refusal)

    def _paper(self) -> str:
        return "\n\n".join(("POSCare", _("Recovery code"), self._code, _text())) + "\n"


def _text() -> str:
    return (
        _(
            "It opens the data when the passphrase is forgotten. Keep it apart from this computer,"
            " in the safe of the office say. It is shown only now."
        )
        + "\n"
        + _(WITHOUT_BOTH)
    )


def _until_now(name: str = "passphrase") -> Field:
    return Field(name=name, label=_("Passphrase"), kind="secret", required=True)


def _new_one() -> list[Field]:
    return [
        Field(
            name="passphrase",
            label=_("New passphrase"),
            kind="secret",
            required=True,
            help=_("At least ten characters; a short sentence is easy to remember."),
        ),
        Field(name="again", label=_("The same again"), kind="secret", required=True),
    ]


def _ask_twice(dialog: DraftDialog) -> DraftDialog:
    """Two that differ are not handed out."""

    def agree(values: dict[str, Any]) -> bool:
        if values["passphrase"] == values["again"]:
            return True
        dialog.show_problem(InvalidInput.of("again", "password.differs"))
        return False

    dialog.confirm = agree
    return dialog
