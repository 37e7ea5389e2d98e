"""The exchange through a server, in the background: a thread of its own that sends and takes in
while the server can be reached, and says how far it is.

It never keeps the window waiting: what it is stopped in goes on at the next start.  How long it
waits between two passes is decided by `app.exchange.hub` (`POLL_EVERY`).
"""

from __future__ import annotations

import logging
import threading
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, QTimer, Signal

from app import files
from app.domain.errors import AppError, Cancelled
from app.settings import Settings

if TYPE_CHECKING:
    from app.exchange.exchange import Exchange
    from app.exchange.hub import Hub
    from app.services import Services

log = logging.getLogger(__name__)

SOON = 2_000
"""Milliseconds after a save until it is sent: several saves go together."""
SET_UP_AGAIN = 60.0
"""Seconds until settings or keys that cannot be used are looked at again."""
_PATIENCE = 1.0
"""Seconds the end of the thread is waited for."""


def hub_of(settings: Settings) -> tuple[str, ...]:
    """The exchange server of the settings."""
    return (
        settings.hub_server,
        settings.hub_database,
        settings.hub_user,
        settings.hub_certificate,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class HubState:
    """`at` is when everything was exchanged last, `waiting` how many operations the office does not
    have, `problem` why the last attempt failed, `elsewhere` that another seat does the work."""

    configured: bool = False
    running: bool = False
    at: datetime | None = None
    waiting: int = 0
    problem: AppError | None = None
    elsewhere: bool = False


class HubWorker(QObject):
    """One for the program.  Everything but `_work` belongs to the main thread."""

    changed = Signal()
    """`state` is another."""
    _arrived = Signal(object, object)
    """A `HubState`, and the thread it comes from."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.state = HubState()
        self._run: _Run | None = None
        self._soon = QTimer(self, singleShot=True, interval=SOON)
        self._soon.timeout.connect(self._wake)
        self._arrived.connect(self._take, Qt.ConnectionType.QueuedConnection)

    def start(self, services: Services, settings: Settings) -> None:
        """Exchange through the server of the settings, if they name one."""
        self.stop()
        if settings.hub_server and not services.context.standing.view_only:
            self._run = _Run(services, settings, self._arrived.emit)
            self._run.start()
        self._show(HubState(configured=self._run is not None, running=self._run is not None))

    def stop(self) -> None:
        """End the exchange; a thread that waits for the network ends by itself."""
        self._soon.stop()
        run, self._run = self._run, None
        if run is not None:
            run.stop()

    def saved(self) -> None:
        """Something was saved here: it is sent in a moment."""
        if self._run is not None and not self._run.in_pass and self.state.problem is None:
            self._soon.start()

    def exchange_now(self) -> None:
        """Do not wait for the next time."""
        self._wake()

    def _wake(self) -> None:
        if self._run is not None:
            self._run.wake()

    def _take(self, state: HubState, run: object) -> None:
        if run is self._run:
            self._show(state)

    def _show(self, state: HubState) -> None:
        self.state = state
        self.changed.emit()


class _Run(threading.Thread):
    """One thread over one set of settings."""

    def __init__(self, services: Services, settings: Settings, tell: object) -> None:
        super().__init__(name="exchange server", daemon=True)
        self._services, self._settings = services, settings
        assert callable(tell)
        self._tell = tell
        self._enough, self._sooner = threading.Event(), threading.Event()
        self._hub: Hub | None = None
        self._exchange: Exchange | None = None
        self._at: datetime | None = None
        self.in_pass = False

    def wake(self) -> None:
        """Begin the next pass now."""
        self._sooner.set()

    def stop(self) -> None:
        """End after what is under way, or in its middle."""
        self._enough.set()
        self._sooner.set()
        if self._hub is not None:
            self._hub.stop()
        self.join(_PATIENCE)

    def run(self) -> None:
        """Pass after pass."""
        while not self._enough.is_set():
            pause = SET_UP_AGAIN
            self.in_pass = True
            try:
                hub = self._hub = self._hub or self._connected()
                self._say(running=True)
                try:
                    with files.refusals_told():
                        done = hub.run()
                finally:
                    pause = hub.pause
                self._at = self._services.context.clock()
                self._say(elsewhere=done.elsewhere)
            except Cancelled:
                return
            except AppError as error:
                log.info("no exchange through the server: %s", error)
                self._say(problem=error)
            except Exception:
                if self._enough.is_set():
                    # The database was closed under it.
                    return
                log.critical("bug in the exchange through the server", exc_info=True)
                raise
            finally:
                self.in_pass = False
            self._sooner.wait(pause)
            self._sooner.clear()

    def _connected(self) -> Hub:
        from app import bootstrap

        self._exchange = bootstrap.exchange(self._services, self._settings)
        found = bootstrap.hub(self._services, self._settings)
        assert found is not None, "a server is set"
        return found

    def _say(
        self, *, running: bool = False, problem: AppError | None = None, elsewhere: bool = False
    ) -> None:
        if self._enough.is_set():
            return
        try:
            waiting = 0 if self._exchange is None else self._exchange.waiting
        except AppError:
            waiting = 0
        state = HubState(
            configured=True,
            running=running,
            at=self._at,
            waiting=waiting,
            problem=problem,
            elsewhere=elsewhere,
        )
        self._tell(state, self)
