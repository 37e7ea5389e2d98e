"""The dialog for the exchange server: where it is, who this computer is there, and a test."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QWidget

from app.gui.shell.server_dialog import ServerDialog
from app.gui.toolkit.forms import Field
from app.gui.toolkit.language import _
from app.gui.toolkit.working_dialog import WorkNotes
from app.settings import Settings, with_values

if TYPE_CHECKING:
    from app.exchange.hub_connection import HubGreeting


@dataclass(frozen=True, slots=True)
class HubDraft:
    """The settings with the server that was entered, and its password; an empty one is the one that
    was kept."""

    settings: Settings
    password: str


class HubEditor(ServerDialog):
    """The draft is a `HubDraft`; `check` connects with it and gives what the server says."""

    certificate = "hub_certificate"

    def __init__(
        self,
        settings: Settings,
        check: Callable[[HubDraft], HubGreeting],
        context: WorkNotes,
        parent: QWidget,
    ) -> None:
        super().__init__(
            (_("Exchange server"), _("Connect")),
            _fields(kept=bool(settings.hub_server)),
            lambda given: _draft(settings, given),
            check,
            context=context,
            parent=parent,
        )
        self.fill(
            {name: getattr(settings, name) for name in ("hub_server", "hub_database", "hub_user")}
            | {"hub_certificate": settings.hub_certificate}
        )

    def tell(self, draft: HubDraft, found: HubGreeting) -> str:
        return _(
            "{server} knows this computer as “{name}”.",
            server=draft.settings.hub_server,
            name=found.name,
        )


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
