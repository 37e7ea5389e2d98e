"""The dialog for the exchange server: where it is, who this computer is there, and a test."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QLineEdit, QWidget

from app.domain.errors import AppError, InvalidInput
from app.gui.toolkit.draft_dialog import DraftDialog
from app.gui.toolkit.files import ask_file
from app.gui.toolkit.forms import Field
from app.gui.toolkit.language import _
from app.gui.toolkit.layout import button, label, row
from app.gui.toolkit.working_dialog import WorkManner, WorkNotes
from app.settings import Settings, with_values

if TYPE_CHECKING:
    from app.exchange.hub_connection import HubGreeting


@dataclass(frozen=True, slots=True)
class HubDraft:
    """The settings with the server that was entered, and its password; an empty one is the one that
    was kept."""

    settings: Settings
    password: str


class HubEditor(DraftDialog):
    """The draft is a `HubDraft`; `check` connects with it and gives what the server says."""

    def __init__(
        self,
        settings: Settings,
        check: Callable[[HubDraft], HubGreeting],
        context: WorkNotes,
        parent: QWidget,
    ) -> None:
        super().__init__(
            _("Exchange server"),
            _fields(kept=bool(settings.hub_server)),
            lambda given: _draft(settings, given),
            action=_("Connect"),
            parent=parent,
        )
        self.prefer(620)
        self._settings, self._check, self._context = settings, check, context
        self.fill(
            {name: getattr(settings, name) for name in ("hub_server", "hub_database", "hub_user")}
            | {"hub_certificate": settings.hub_certificate}
        )
        self._result = label("", wrap=True)
        self._result.hide()
        self.insert(self._result, 1)
        tools = QWidget()
        tools.setLayout(
            row(
                button(_("Choose the certificate …"), self._ask_certificate, icon="folder-open"),
                button(_("Test the connection"), self.test, icon="refresh-cw"),
                None,
            )
        )
        self.insert(tools, 1)
        self.edited.connect(self._result.hide)

    def _ask_certificate(self) -> None:
        pattern = _("Certificates ({pattern})", pattern="*.pem *.crt")
        ask_file(
            self,
            _("Certificate"),
            f"{pattern};;{_('All files (*)')}",
            lambda path: self.fill_certificate(str(path)),
        )

    def fill_certificate(self, path: str) -> None:
        """Put the path of a certificate into its field."""
        field = self.form.widget("hub_certificate")
        assert isinstance(field, QLineEdit)
        field.setText(path)

    def test(self) -> None:
        """Connect with what stands in the form, and say what came of it."""
        if self.working:
            return
        self.form.flush()
        self.form.clear_problems()
        self.show_stopped("")
        self._result.hide()
        try:
            draft = _draft(self._settings, self.form.values())
        except InvalidInput as refusal:
            self.show_problem(refusal)
            return

        def connected(found: HubGreeting) -> None:
            self._result.setText(
                _(
                    "{server} knows this computer as “{name}”.",
                    server=draft.settings.hub_server,
                    name=found.name,
                )
            )
            self._result.show()
            self.fit()

        manner = WorkManner(_("Connecting …"), reads=True)
        self.carry_out(self._context, lambda: self._check(draft), connected, manner=manner)

    def show_problem(self, error: AppError) -> None:
        self._result.hide()
        super().show_problem(error)


def _draft(settings: Settings, given: dict[str, Any]) -> HubDraft:
    names = ("hub_server", "hub_database", "hub_user", "hub_certificate")
    place = {name: str(given[name]).strip() for name in names}
    return HubDraft(with_values(settings, place), str(given["hub_password"]))


def _fields(*, kept: bool) -> list[Field]:
    return [
        Field(
            name="hub_server",
            label=_("Server"),
            hint="db.example.com:5432",
            required=True,
            help=_("As its certificate names it."),
        ),
        Field(name="hub_database", label=_("Database"), hint="poscare", required=True),
        Field(name="hub_user", label=_("Login"), required=True),
        Field(
            name="hub_password",
            label=_("Password"),
            kind="secret",
            help=_("Leave it empty to go on with the one that was kept.")
            if kept
            else _("As the office was shown it when it let this computer in."),
        ),
        Field(
            name="hub_certificate",
            label=_("Certificate"),
            hint="company.pem",
            help=_("The file that proves who the server is; the office has it."),
        ),
    ]
