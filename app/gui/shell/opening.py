"""The window before the database is open: progress, or why it cannot be opened and what to do.

The seven pages need an open database; while there is none, this is shown in their place.
"""

from __future__ import annotations

import itertools
import random
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QObject, Qt, QTimer, Signal
from PySide6.QtWidgets import QLabel, QStackedWidget, QWidget

from app import trial
from app.domain.errors import AppError, Unavailable
from app.gui.shell.choosing_database import EMPTY, OLD, choose_database, make_ready
from app.gui.shell.database_editor import no_right_hint
from app.gui.shell.page import AppContext
from app.gui.toolkit import problems
from app.gui.toolkit.files import ask_file
from app.gui.toolkit.language import _, plural
from app.gui.toolkit.layout import boxed, button, column, label, row
from app.gui.toolkit.theme import pixmap
from app.settings import Settings

AWAY = frozenset(
    f"db.{why}"
    for why in ("no_connection", "nobody_listens", "unknown_host", "server_full", "starting")
)
"""Codes of a server that may come back without anybody doing anything here."""
NO_KEYS = frozenset({"encryption.key_file_missing", "encryption.key_file_damaged"})
PAUSES = (5, 10, 20, 30)
"""Seconds until a server that is away is tried again; the last one from then on."""


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
            column(None, row(None, label(_opening(), "muted"), None), None), "page"
        )
        self._refusal: QWidget | None = None
        self._retry: Callable[[], object] | None = None
        self._again = label("", "muted")
        self.addWidget(self._waiting)

    def say_again_in(self, seconds: int) -> None:
        """How long until it is tried again by itself; 0 while it is."""
        self._again.setText(
            plural("Trying again in {count} second.", "Trying again in {count} seconds.", seconds)
            if seconds
            else _("Trying again …")
        )
        self._again.show()

    @property
    def refused(self) -> bool:
        """Whether opening failed."""
        return self._refusal is not None

    def show_waiting(self) -> None:
        """It is being opened."""
        self.setCurrentWidget(self._waiting)
        self.said.emit(_opening())
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
        self._again = label("", "muted")
        self._again.hide()
        told = [_told(reason), *([_told(hint, "muted")] if hint else [])]
        self._refusal = boxed(
            column(
                None,
                row(None, picture, None),
                row(None, label(_("The database is not open"), "section"), None),
                *(row(None, text, None) for text in told),
                row(None, self._again, None),
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
        if error.code in NO_KEYS:
            ways.insert(0, OpeningChoice(_("Choose the key file …"), "key-round", self.choose_keys))
        hint = ""
        if error.code in (EMPTY, OLD):
            text = _("Set it up …") if error.code == EMPTY else _("Upgrade …")
            if error.params["may_change"]:
                ways.insert(0, OpeningChoice(text, "circle-check", self.make_ready))
            else:
                assert isinstance(error, Unavailable)
                hint = no_right_hint(error)
        if error.code in AWAY:
            hint = _(
                "The window opens by itself when the server answers again. Half-filled forms kept"
                " before it went away are offered then."
            )
        pane.show_refusal(problems.message(error), hint, ways)
        self._left, self._stopped = 0, False
        self._tick = QTimer(self, interval=1000)
        self._tick.timeout.connect(self._on_tick)
        self._pauses = itertools.chain(PAUSES, itertools.repeat(PAUSES[-1]))
        if error.code in AWAY:
            self._wait()

    def _wait(self) -> None:
        self._stopped = False
        # Seats that lost one server do not come back all at once.
        self._left = round(next(self._pauses) * random.uniform(0.7, 1.3))
        self._pane.say_again_in(self._left)
        self._tick.start()

    def _on_tick(self) -> None:
        self._left -= 1
        self._pane.say_again_in(max(0, self._left))
        if self._left <= 0:
            self._tick.stop()
            self._look()

    def _look(self) -> None:
        """Whether the server is there again, without taking away what the person reads."""
        target = self._context.settings.database

        def work() -> None:
            from app import bootstrap

            bootstrap.check_address(target)

        def back(_none: object) -> None:
            if not self._stopped:
                self.retry()

        def still_away(error: AppError) -> None:
            if error.code not in AWAY:
                back(None)
            elif not self._stopped:
                self._wait()

        self._context.tasks.run(work, back, owner=self, failed=still_away)

    def stop(self) -> None:
        """Try no more by itself: the person does something about it."""
        self._stopped = True
        self._tick.stop()

    def retry(self) -> None:
        """Open it again."""
        self.stop()
        self._pane.show_waiting()
        self._start()

    # --- setting up ----------------------------------------------------------------------------

    def make_ready(self) -> None:
        """Set up or upgrade the server's database, after asking."""
        assert isinstance(self._error, Unavailable)
        make_ready(self._error, self._context.settings, self._context, self._pane, self.retry)

    # --- another key file ---------------------------------------------------------------------

    def choose_keys(self) -> None:
        """Bring a lost or damaged key file back from its copy beside a backup."""
        filters = _("Key files (*.json);;All files (*)")
        ask_file(self._pane.window(), _("Choose the key file"), filters, self.use_keys)

    def use_keys(self, source: Path) -> None:
        """Put this copy in its place, and open again."""
        settings = self._context.settings

        def work() -> None:
            from app import recovery, unlocking

            unlocking.bring_back(source, recovery.database_file(settings))

        self._context.tasks.run(work, lambda _none: self.retry(), owner=self)

    # --- another database ----------------------------------------------------------------------

    def choose(self) -> None:
        """Let another database be chosen; it is tried before it is kept."""
        self.stop()

        def chosen(changed: Settings) -> None:
            self._context.settings_changed.emit(changed)
            self.retry()

        editor = choose_database(self._context, self._pane.window(), chosen)
        if self._error.code in AWAY:
            editor.rejected.connect(self._wait)


def _opening() -> str:
    if trial.here():
        return _("Opening the sample data; the first time takes half a minute …")
    return _("Opening …")
