"""Dialogs of trust: the key of another computer, and what this one is called."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from PySide6.QtWidgets import QWidget

from app.domain.errors import InvalidInput
from app.gui.toolkit.draft_dialog import DraftDialog
from app.gui.toolkit.files import ask_file
from app.gui.toolkit.forms import Field
from app.gui.toolkit.language import _
from app.gui.toolkit.layout import boxed, button, column, label, row
from app.gui.toolkit.problems import message


def name_editor(parent: QWidget, name: str) -> DraftDialog:
    """What this computer is called.  The draft is the name."""
    fields = [Field(name="name", label=_("Name of the computer"), required=True)]
    dialog = DraftDialog(_("Rename"), fields, lambda values: values["name"], parent=parent)
    dialog.fill({"name": name})
    return dialog


@dataclass(frozen=True, slots=True)
class TrustDraft:
    """A key as text, what its computer is called here, whether that is the office of this one, and
    whether the fingerprint was compared."""

    key: str
    name: str
    office: bool
    compared: bool


_LONGEST_KEY = 4096


def _trust_fields() -> list[Field]:
    return [
        Field(
            name="key",
            label=_("Key"),
            kind="text",
            required=True,
            rows=4,
            help=_("Paste the line, scan the QR code into this field, or choose the file."),
        ),
        Field(name="name", label=_("Name of the computer"), help=_("Empty: what it calls itself.")),
        Field(
            name="office",
            label=_("The office"),
            kind="check",
            unit=_("this computer belongs to it"),
        ),
        Field(
            name="compared",
            label=_("Compared"),
            kind="check",
            unit=_("the other side reads out the same fingerprint"),
        ),
    ]


def trust_editor(parent: QWidget) -> DraftDialog:
    """A computer to be trusted.  The draft is a `TrustDraft`."""
    dialog = DraftDialog(
        _("Trust a computer"),
        _trust_fields(),
        lambda values: TrustDraft(**values),
        action=_("Trust"),
        parent=parent,
    )
    dialog.setMinimumWidth(620)
    shown = label("", "figure", copy=True)
    shown.setAccessibleName(_("Fingerprint"))
    told = label(_("The fingerprint appears here."), "muted", wrap=True)

    def look() -> None:
        from app.exchange.keys import read_key

        text = str(dialog.form.value("key"))
        try:
            key = read_key(text)
        except InvalidInput as refusal:
            shown.setText("")
            told.setText(message(refusal) if text.strip() else _("The fingerprint appears here."))
            return
        if shown.text() != key.fingerprint:
            shown.setText(key.fingerprint)
            told.setText(_("Key of “{name}”", name=key.name))
            dialog.fill({"office": key.role == "office", "compared": False})

    def take(path: Path) -> None:
        try:
            with path.open("rb") as file:
                dialog.fill({"key": file.read(_LONGEST_KEY).decode("ascii", "replace").strip()})
        except OSError:
            dialog.show_problem(InvalidInput.of("key", "file.unreadable", name=path.name))
        look()

    def choose() -> None:
        pattern = _("Keys ({pattern})", pattern="*.poskey")
        ask_file(dialog, _("Choose a key"), f"{pattern};;{_('All files (*)')}", take)

    dialog.edited.connect(look)
    dialog.insert(boxed(row(button(_("Choose a file …"), choose, icon="folder-open"), None)))
    dialog.insert(boxed(column(told, shown, spacing=4)), 2)
    return dialog
