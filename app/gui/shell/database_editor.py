"""The dialog for the place of the database: default file, another file, or a server."""

from __future__ import annotations

from typing import Any

from PySide6.QtWidgets import QComboBox, QLineEdit, QWidget

from app.gui.toolkit.draft_dialog import DraftDialog
from app.gui.toolkit.forms import Field
from app.gui.toolkit.language import _

OWN, FILE, SERVER = "own", "file", "server"
_OF_SERVER = ("host", "name", "user", "secret", "options")


class DatabaseEditor(DraftDialog):
    """The draft is the form's values; `where` says which of them count."""

    def __init__(self, values: dict[str, Any], parent: QWidget) -> None:
        super().__init__(
            _("Choose a database"),
            _fields(),
            lambda given: given,
            action=_("Use this one"),
            parent=parent,
        )
        self.prefer(600)
        secret = self.form.widget("secret")
        assert isinstance(secret, QLineEdit)
        secret.setEchoMode(QLineEdit.EchoMode.Password)
        self.fill(values)
        where = self.form.widget("where")
        assert isinstance(where, QComboBox)
        where.currentIndexChanged.connect(self._on_where)
        self._on_where()

    def _on_where(self) -> None:
        where = self.form.value("where")
        self.form.widget("path").setEnabled(where == FILE)
        for name in _OF_SERVER:
            self.form.widget(name).setEnabled(where == SERVER)


def _fields() -> list[Field]:
    return [
        Field(
            name="where",
            label=_("Where the data is"),
            kind="choice",
            choices=[
                (OWN, _("On this computer")),
                (FILE, _("In another file")),
                (SERVER, _("On a server (PostgreSQL)")),
            ],
        ),
        Field(name="path", label=_("File"), help=_("A POSCare database that is there already.")),
        Field(name="host", label=_("Server"), hint="db.example.com:5432", heading=_("Server")),
        Field(name="name", label=_("Database"), hint="poscare"),
        Field(name="user", label=_("User")),
        Field(
            name="secret",
            label=_("Password"),
            help=_(
                "Kept with the secrets of this user, not in the settings file. Leave it empty where"
                " the server asks for none."
            ),
        ),
        Field(
            name="options",
            label=_("More options"),
            hint="sslmode=verify-full",
            help=_("As the administrator says, for example for encryption."),
        ),
    ]
