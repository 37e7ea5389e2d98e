"""Dialogs before a document is sent, written in many files, or sealed."""

from __future__ import annotations

from typing import Any

from PySide6.QtWidgets import QLineEdit, QWidget

from app.gui.toolkit.draft_dialog import DraftDialog
from app.gui.toolkit.forms import Field
from app.gui.toolkit.language import _, plural
from app.gui.toolkit.layout import label


def mail_dialog(parent: QWidget, subject: str, body: str, file_name: str) -> DraftDialog:
    """The draft is a dictionary of ``to``, ``subject`` and ``body``."""
    dialog = DraftDialog(
        _("Send by mail"),
        [
            Field(
                name="to",
                label=_("To"),
                help=_("May be left empty and chosen in the mail program."),
            ),
            Field(name="subject", label=_("Subject"), required=True),
            Field(name="body", label=_("Text"), kind="text", rows=6),
        ],
        _same,
        action=_("Open the draft"),
        parent=parent,
    )
    dialog.insert(
        label(
            _(
                "Your mail program opens a draft with {name} attached; nothing is sent before you"
                ' send it there. If it shows the draft as a received message, choose "edit as new"'
                ' or "forward".',
                name=file_name,
            ),
            "muted",
            wrap=True,
        )
    )
    dialog.fill({"subject": subject, "body": body})
    return dialog


def names_dialog(parent: QWidget, pattern: str, count: int) -> DraftDialog:
    """The draft is the pattern of the files' names."""
    patterns = (
        "{number} {merchant} {date}",
        "{number}",
        "{date} {merchant} {kind} {number}",
        "{tid} {number}",
    )
    dialog = DraftDialog(
        _("One file each"),
        [
            Field(
                name="pattern",
                label=_("File names"),
                required=True,
                choices=[(one, one) for one in patterns],
                help=_(
                    "In braces: number, kind, merchant, serial, tid, date, language. A name"
                    " that is taken gets a number."
                ),
            ),
        ],
        lambda values: values["pattern"],
        action=_("Choose the folder …"),
        parent=parent,
    )
    said = plural("{count} file will be written.", "{count} files will be written.", count)
    dialog.insert(label(said, "muted"))
    dialog.fill({"pattern": pattern})
    return dialog


def seal_dialog(parent: QWidget, certificate: str) -> DraftDialog:
    """The draft is the passphrase or PIN; it is not kept."""
    dialog = DraftDialog(
        _("Seal the document"),
        [Field(name="secret", label=_("Passphrase or PIN"), help=_("Used once and not kept."))],
        lambda values: values["secret"],
        action=_("Seal the document"),
        parent=parent,
    )
    dialog.insert(label(_("Certificate: {name}", name=certificate), wrap=True))
    edit = dialog.form.widget("secret")
    assert isinstance(edit, QLineEdit)
    edit.setEchoMode(QLineEdit.EchoMode.Password)
    return dialog


def _same(values: dict[str, Any]) -> dict[str, Any]:
    return values
