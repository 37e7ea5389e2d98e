"""The dialog for the place of the database: default file, another file, or a server."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtWidgets import QComboBox, QWidget

from app.domain.errors import Unavailable
from app.gui.shell.server_dialog import ServerDialog
from app.gui.toolkit import problems
from app.gui.toolkit.forms import Field
from app.gui.toolkit.language import _
from app.gui.toolkit.working_dialog import WorkNotes

OWN, FILE, SERVER = "own", "file", "server"
_OF_SERVER = ("host", "name", "user", "secret", "certificate")


class DatabaseEditor(ServerDialog):
    """The draft is the form's values; `where` says which of them count.  `check` connects with
    them and gives what is to be done before that database can be used, None for nothing."""

    certificate = "certificate"

    def __init__(
        self,
        values: dict[str, Any],
        check: Callable[[dict[str, Any]], Unavailable | None],
        context: WorkNotes,
        parent: QWidget,
    ) -> None:
        super().__init__(
            (_("Choose a database"), _("Use this one")),
            _fields(kept=values.get("where") == SERVER),
            lambda given: given,
            check,
            context=context,
            parent=parent,
        )
        self.fill(values)
        where = self.form.widget("where")
        assert isinstance(where, QComboBox)
        where.currentIndexChanged.connect(self._on_where)
        self._on_where()

    def _on_where(self) -> None:
        where = self.form.value("where")
        self.form.widget("path").setEnabled(where == FILE)
        for widget in (*map(self.form.widget, _OF_SERVER), self.choose_file, self.try_it):
            widget.setEnabled(where == SERVER)

    def tell(self, draft: dict[str, Any], found: Unavailable | None) -> str:
        if found is None:
            return _("Connected to {server}. The data of POSCare is there.", server=draft["host"])
        if not found.params["may_change"]:
            return f"{problems.message(found)}\n{no_right_hint(found)}"
        if found.code == "db.server_empty":
            return _(
                "Connected to {server}. The database is empty; it is set up in the next step, once"
                " you say so.",
                server=draft["host"],
            )
        return _(
            "Connected to {server}. The database was made by an older POSCare; it is upgraded in"
            " the next step, once you say so.",
            server=draft["host"],
        )


def no_right_hint(needed: Unavailable) -> str:
    """Who can make a database ready that this user may not change."""
    return _(
        "User “{user}” may not change tables there. Let somebody who may do it, then try again.",
        user=needed.params["user"],
    )


def _fields(*, kept: bool) -> list[Field]:
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
            help=_("What is in the present database stays there and is not copied."),
        ),
        Field(name="path", label=_("File"), help=_("A POSCare database that is there already.")),
        Field(
            name="host",
            label=_("Server"),
            hint="db.example.com:5432",
            heading=_("Server"),
            help=_("As its certificate names it."),
        ),
        Field(name="name", label=_("Database"), hint="poscare"),
        Field(name="user", label=_("User")),
        Field(
            name="secret",
            label=_("Password"),
            kind="secret",
            help=_("Leave it empty to go on with the one that was kept.")
            if kept
            else _("Kept with the secrets of this user, not in the settings file."),
        ),
        Field(
            name="certificate",
            label=_("Certificate"),
            hint="company.pem",
            help=_(
                "The file that proves who the server is; whoever runs it has it. Empty for a"
                " certificate every computer trusts."
            ),
        ),
    ]
