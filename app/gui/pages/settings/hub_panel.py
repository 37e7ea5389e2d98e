"""The exchange server in the section of the office: its state, connecting, testing, leaving."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QVBoxLayout, QWidget

from app import paths
from app import settings as settings_file
from app.gui.pages.settings.hub_editor import HubDraft, HubEditor
from app.gui.shell.hub_texts import hub_sentence
from app.gui.shell.page import Page
from app.gui.toolkit import problems
from app.gui.toolkit.language import _
from app.gui.toolkit.layout import button, column, label, panel, row
from app.gui.toolkit.working_dialog import WorkManner

if TYPE_CHECKING:
    from app.exchange.hub_connection import HubGreeting
    from app.settings import Settings


class HubPanel(QWidget):
    """One for the section; follows the background worker."""

    def __init__(self, page: Page) -> None:
        super().__init__()
        self._page, self._context = page, page.context
        self._where = label("", "muted", wrap=True)
        self._state = label("", wrap=True)
        self.connect_ = button(_("Connect …"), self.open_editor, icon="server")
        self.change = button(_("Change …"), self.open_editor, icon="pen-line")
        self.now = button(_("Exchange now"), self._context.hub.exchange_now, icon="refresh-cw")
        self.leave = button(_("Disconnect …"), self._on_leave, icon="ban")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(
            panel(
                column(
                    row(
                        label(_("Exchange server"), "section"),
                        None,
                        self.leave,
                        self.now,
                        self.change,
                        self.connect_,
                    ),
                    self._where,
                    self._state,
                    spacing=6,
                )
            )
        )
        self._context.hub.changed.connect(self.show_state)
        self.show_state()

    def show_state(self) -> None:
        """Show how far the exchange is."""
        settings, state = self._context.settings, self._context.hub.state
        connected = bool(settings.hub_server)
        self._where.setText(
            _(
                "{server} · database {database} · login {user}",
                server=settings.hub_server,
                database=settings.hub_database,
                user=settings.hub_user,
            )
            if connected
            else _(
                "With a server of the office, work is exchanged by itself whenever it can be"
                " reached. Package files work with it and without it."
            )
        )
        self._state.setText(hub_sentence(state))
        self._state.setVisible(connected)
        self.connect_.setVisible(not connected)
        for made in (self.change, self.now, self.leave):
            made.setVisible(connected)

    def open_editor(self) -> HubEditor:
        """Let the server be entered; it is tried before it is kept."""
        settings = self._context.settings
        editor = HubEditor(settings, self._check, self._context, self._page)
        self._page.submit(editor, self._keep, self._kept, WorkManner(_("Connecting …"), lane="io"))
        return editor

    def _check(self, draft: HubDraft) -> HubGreeting:
        """Raises `InvalidInput`, `Unavailable`."""
        from app import bootstrap

        hub = bootstrap.hub(self._context.services, draft.settings, draft.password or None)
        assert hub is not None, "a server was entered"
        return hub.check()

    def _keep(self, draft: HubDraft) -> Settings:
        from app import bootstrap

        self._check(draft)
        if draft.password:
            bootstrap.secrets().set(bootstrap.HUB_PASSWORD, draft.password)
        self._save(draft.settings)
        return draft.settings

    def _save(self, settings: Settings) -> None:
        """Raises `NotPermitted`."""
        self._context.services.settings_log.save(
            settings_file.values_of(self._context.settings),
            settings_file.values_of(settings),
            lambda: settings_file.save(settings, paths.settings_file()),
        )

    def _kept(self, settings: Settings) -> None:
        self._context.settings_changed.emit(settings)
        self._context.note(_("Connected to {server}", server=settings.hub_server))

    def _on_leave(self) -> None:
        if not problems.confirm(
            self,
            _("Exchange through the server no longer?"),
            _("Nothing is lost. Package files work as before."),
            _("Disconnect"),
        ):
            return
        settings = replace(self._context.settings, hub_server="", hub_user="")

        self._page.run(
            lambda: self._save(settings),
            lambda _none: self._context.settings_changed.emit(settings),
            lane="io",
        )
