"""The window before the database is open: progress, or why it cannot be opened and what to do.

The seven pages need an open database; while there is none, this is shown in their place.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QLabel, QStackedWidget, QWidget

from app import paths
from app import settings as settings_file
from app.domain.errors import AppError, InvalidInput
from app.gui.shell.database_editor import FILE, OWN, SERVER, DatabaseEditor
from app.gui.shell.page import AppContext
from app.gui.toolkit import problems
from app.gui.toolkit.language import _, plural
from app.gui.toolkit.layout import boxed, button, column, label, row
from app.gui.toolkit.theme import pixmap
from app.gui.toolkit.working_dialog import WaitDialog, WorkManner
from app.settings import Settings

EMPTY, OLD = "db.server_empty", "db.upgrade_needed"


@dataclass(frozen=True, slots=True)
class OpeningChoice:
    """One thing that can be done about a database that cannot be opened."""

    text: str
    icon: str
    clicked: Callable[[], object]


class OpeningPane(QStackedWidget):
    """Says that the database is being opened, or why it is not and what can be done."""

    said = Signal(str)
    """The state in a few words, for the status line."""

    def __init__(self) -> None:
        super().__init__()
        self._waiting = boxed(
            column(None, row(None, label(_("Opening …"), "muted"), None), None), "page"
        )
        self._refusal: QWidget | None = None
        self._retry: Callable[[], object] | None = None
        self.addWidget(self._waiting)

    @property
    def refused(self) -> bool:
        """Whether opening failed."""
        return self._refusal is not None

    def show_waiting(self) -> None:
        """It is being opened."""
        self.setCurrentWidget(self._waiting)
        self.said.emit(_("Opening …"))
        if self._refusal is not None:
            self.removeWidget(self._refusal)
            self._refusal.deleteLater()
            self._refusal = None

    def show_refusal(self, reason: str, hint: str, ways: list[OpeningChoice]) -> None:
        """It cannot be opened: why, and what can be done; the first way is the one proposed, the
        others stand below."""
        self.show_waiting()
        self._retry = next((way.clicked for way in ways if way.icon == "refresh-cw"), None)
        picture = QLabel()
        picture.setPixmap(pixmap("triangle-alert", "danger", 40))
        first, *others = ways
        told = [_told(reason), *([_told(hint, "muted")] if hint else [])]
        self._refusal = boxed(
            column(
                None,
                row(None, picture, None),
                row(None, label(_("The database is not open"), "section"), None),
                *(row(None, text, None) for text in told),
                row(None, button(first.text, first.clicked, role="primary", icon=first.icon), None),
                row(None, *(button(way.text, way.clicked, icon=way.icon) for way in others), None),
                None,
                spacing=14,
                margins=(24, 24, 24, 24),
            ),
            "page",
        )
        self.addWidget(self._refusal)
        self.setCurrentWidget(self._refusal)
        self.said.emit(_("The database is not open"))

    def retry(self) -> None:
        """Try again, when opening failed."""
        if self.refused and self._retry is not None:
            self._retry()


def _told(text: str, role: str = "") -> QLabel:
    made = label(text, role, wrap=True, copy=True)
    made.setAlignment(Qt.AlignmentFlag.AlignCenter)
    made.setMinimumWidth(560)
    return made


class OpeningFlow(QObject):
    """Handles a database that cannot be opened: tries again, sets up or upgrades
    a server, lets another database be chosen.  `start` opens the database of the settings."""

    def __init__(
        self, error: AppError, context: AppContext, pane: OpeningPane, start: Callable[[], None]
    ) -> None:
        super().__init__(pane)
        self._error, self._context, self._pane, self._start = error, context, pane, start
        ways = [
            OpeningChoice(_("Try again"), "refresh-cw", self.retry),
            OpeningChoice(_("Choose another database …"), "folder-open", self.choose),
        ]
        hint = ""
        if error.code in (EMPTY, OLD):
            text = _("Set it up …") if error.code == EMPTY else _("Upgrade …")
            if error.params["may_change"]:
                ways.insert(0, OpeningChoice(text, "circle-check", self.make_ready))
            else:
                hint = _(
                    "User “{user}” may not change tables there. Whoever may can do it with"
                    " “poscare check --upgrade” or in this window; then try again.",
                    user=error.params["user"],
                )
        pane.show_refusal(problems.message(error), hint, ways)

    def retry(self) -> None:
        """Open it again."""
        self._pane.show_waiting()
        self._start()

    # --- setting up ----------------------------------------------------------------------------

    def make_ready(self) -> None:
        """Set up or upgrade the server's database, after asking."""
        params = self._error.params
        empty = self._error.code == EMPTY
        question = (
            _("Set up the database “{database}” on {server}?", **_place(params))
            if empty
            else _("Upgrade the database “{database}” on {server}?", **_place(params))
        )
        detail = (
            _("POSCare makes its tables there. Nothing else is touched.")
            if empty
            else _(
                "Have the administrator make a backup first. Older versions of POSCare cannot"
                " work with it afterwards; everybody else should have left it."
            )
        )
        others = int(str(params["others"]))
        if others and not empty:
            detail += "\n" + plural(
                "{count} other connection is open now.",
                "{count} other connections are open now.",
                others,
            )
        if not problems.confirm(
            self._pane, question, detail, _("Set up") if empty else _("Upgrade")
        ):
            return
        settings = self._context.settings

        def work() -> None:
            from app import bootstrap

            bootstrap.upgrade_server(settings)

        text = _("Setting up …") if empty else _("Upgrading …")
        WaitDialog(self._pane.window(), text, self._context).wait_for(
            work, lambda _none: self.retry(), WorkManner(text)
        )

    # --- another database ----------------------------------------------------------------------

    def choose(self) -> None:
        """Let another database be chosen; it is tried before it is kept."""
        settings = self._context.settings
        editor = DatabaseEditor(_values(settings), self._pane.window())

        def chosen(changed: Settings) -> None:
            editor.accept()
            self._context.settings_changed.emit(changed)
            self.retry()

        def submitted(values: dict[str, Any]) -> None:
            editor.carry_out(
                self._context,
                functools.partial(_keep, settings, values),
                chosen,
                manner=WorkManner(_("Trying it …")),
            )

        editor.submitted.connect(submitted)
        editor.open()


def _place(params: dict[str, object]) -> dict[str, object]:
    return {name: params[name] for name in ("database", "server")}


def _values(settings: Settings) -> dict[str, Any]:
    """What the editor starts with; the password is never shown, and typed anew."""
    from app import bootstrap

    if not settings.database:
        return {"where": OWN}
    return bootstrap.parts_of_address(settings.database) or {
        "where": FILE,
        "path": settings.database,
    }


def _keep(settings: Settings, values: dict[str, Any]) -> Settings:
    """The settings with the database that was chosen, tried and saved.  For a worker.

    Raises `InvalidInput`, `Unavailable`.
    """
    from app import bootstrap

    where, target = values["where"], ""
    if where == FILE:
        target = str(Path(values["path"].strip()).expanduser())
        if not values["path"].strip() or not Path(target).is_file():
            raise InvalidInput.of("path", "file.unreadable", name=Path(target).name)
    elif where == SERVER:
        target = bootstrap.server_address(
            values["host"], values["name"], values["user"], values["secret"], values["options"]
        )
    bootstrap.check_address(target or str(paths.database_file()))
    changed = replace(settings, database=target)
    settings_file.save(changed, paths.settings_file())
    return changed
