"""What becomes of the window of an office seat when its server goes away: the last copy is shown,
to be read only, and work goes on by itself once the server answers again.

The copy is kept up in the background while the server is there (`app.exchange.seat_copy`).
"""

from __future__ import annotations

import logging
import random
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QApplication, QLineEdit, QPlainTextEdit, QTextEdit, QWidget

from app import paths
from app.domain.errors import AppError
from app.gui.shell.opening import AWAY, PAUSES
from app.gui.shell.page import AppContext, ServerAway
from app.gui.toolkit import problems
from app.gui.toolkit.language import _
from app.gui.toolkit.tasks import Job

if TYPE_CHECKING:
    from datetime import datetime

    from app.domain.people.roles import SignedIn
    from app.services import Services

log = logging.getLogger(__name__)

FIRST_COPY = 15_000
"""Milliseconds: the first page and what was missed come first."""
COPY_EVERY = 60_000
"""Milliseconds between two looks at what the copy lacks."""
_LOOK_AGAIN = 1_000
"""Milliseconds until it is looked again whether the window may change over."""


class ServerWatch(QObject):
    """Lives as long as the program.  `build` opens the database of the settings, `admit` lets
    somebody in who has to sign in, `change` shows other services in a window made anew."""

    def __init__(
        self,
        context: AppContext,
        build: Callable[[], Services],
        admit: Callable[[Services], None],
        change: Callable[[Services], None],
    ) -> None:
        super().__init__(context)
        self._context = context
        self._build, self._admit, self._change = build, admit, change
        self._proved: SignedIn | None = None
        self._asking = False
        self._keeping: Job | None = None
        self._pauses = iter(PAUSES)
        self._keep = QTimer(self, interval=COPY_EVERY)
        self._keep.timeout.connect(self.keep_copy)
        self._first = self._once(self.keep_copy, FIRST_COPY)
        self._again = self._once(self.ask)
        self._ready = self._once(self._change_over, _LOOK_AGAIN)
        self._back = self._once(self._come_back, _LOOK_AGAIN)
        context.ready.connect(self._on_ready)
        context.feed.lost.connect(self._on_lost)
        context.server_wanted.connect(self.ask)
        context.copy_wanted.connect(lambda: self.show_copy(self._say_none))

    def _once(self, call: Callable[[], object], interval: int = 0) -> QTimer:
        timer = QTimer(self, singleShot=True, interval=interval)
        timer.timeout.connect(call)
        return timer

    def stop(self) -> None:
        """Look after nothing any more."""
        for timer in (self._keep, self._first, self._again, self._ready, self._back):
            timer.stop()
        if self._keeping is not None:
            self._keeping.cancel()

    # --- while the server is there -------------------------------------------------------------

    def _on_ready(self) -> None:
        if self._at_server():
            self._first.start()
            self._keep.start()
        else:
            self._keep.stop()
            if self._context.away is None and paths.seat_copy().is_dir():
                self._run(_forget, lambda _none: None, self._not_kept)

    def keep_copy(self) -> None:
        """Bring the copy up to date, unless that is under way; remove it where none is wanted."""
        under_way = self._keeping.future if self._keeping is not None else None
        if under_way is not None and not under_way.done():
            return
        if not self._at_server() or self._context.away is not None:
            return
        services, settings = self._context.services, self._context.settings

        def work(cancelled: Callable[[], bool]) -> None:
            from app import bootstrap

            copy = bootstrap.seat_copy(settings)
            if copy is not None:
                copy.refresh(services, cancelled)
            else:
                _forget()

        self._keeping = self._run(work, lambda _none: None, self._not_kept)

    def _not_kept(self, error: AppError) -> None:
        log.warning("the copy of the server: %s", error)
        if error.code in AWAY:
            self._on_lost()

    def _at_server(self) -> bool:
        return self._context.is_ready and not self._context.services.context.database.is_sqlite

    # --- it goes away --------------------------------------------------------------------------

    def _on_lost(self) -> None:
        """The line broke, which need not mean that the server is away."""
        if self._at_server() and self._context.away is None:
            self.ask()

    def ask(self) -> None:
        """Whether the server answers now."""
        if self._asking:
            return
        self._asking = True
        self._again.stop()
        settings = self._context.settings

        def work() -> None:
            from app import bootstrap

            bootstrap.check_address(settings.database)

        self._run(work, lambda _none: self._answered(), self._not_answered)

    def _not_answered(self, error: AppError) -> None:
        self._asking = False
        away = self._context.away
        if away is None:
            self._pauses = iter(PAUSES)
            away = ServerAway(self._context.now())
            self._ready.start(0)
        # Where it answers and cannot be used, somebody has to do something about it; the copy can
        # be read meanwhile.
        problem = "" if error.code in AWAY else problems.message(error)
        self._context.set_away(replace(away, problem=problem))
        pause = next(self._pauses, PAUSES[-1])
        # Seats that lost one server do not come back all at once.
        self._again.start(round(pause * 1000 * random.uniform(0.7, 1.3)))

    def _change_over(self) -> None:
        """Show the copy as soon as nothing is lost by it that somebody typed."""
        away = self._context.away
        if away is None or away.data_of is not None:
            return
        if _is_at_work():
            self._ready.start()
        else:
            self.show_copy()

    def show_copy(self, otherwise: Callable[[], object] = lambda: None) -> None:
        """Show the copy, or do something else where there is none."""
        context, settings = self._context, self._context.settings
        person = context.services.context.person if context.is_ready else None

        def work() -> tuple[Services, datetime] | None:
            from app import bootstrap

            copy = bootstrap.seat_copy(settings)
            found = copy.open(bootstrap.builder(settings)) if copy is not None else None
            if found is not None:
                _stands_in(found[0], person)
            return found

        def opened(found: tuple[Services, datetime] | None) -> None:
            if found is None:
                otherwise()
                return
            services, at = found
            if context.is_ready and (context.away is None or context.away.data_of is not None):
                # It is back, or the copy was shown meanwhile.
                services.close()
                return
            since = context.away.since if context.away is not None else context.now()
            context.set_away(ServerAway(since, at))
            if context.is_ready:
                self._proved = person
                self._change(services)
            else:
                self._pauses = iter(PAUSES)
                self._again.start(PAUSES[0] * 1000)
                self._admit(services)

        def refused(error: AppError) -> None:
            log.warning("the copy of the server cannot be read: %s", error)
            otherwise()

        self._run(work, opened, refused)

    def _say_none(self) -> None:
        self._context.note(_("This computer has no copy of the server's data yet."))

    # --- it is back ----------------------------------------------------------------------------

    def _answered(self) -> None:
        self._asking = False
        away = self._context.away
        if away is None:
            return
        if away.data_of is None:
            # Nothing was changed over: what is open goes on.
            self._context.set_away(None)
        else:
            self._come_back()

    def _come_back(self) -> None:
        """Go on at the server as soon as no dialog is open."""
        if not self._context.is_ready or QApplication.activeModalWidget() is not None:
            self._back.start()
            return
        here, proved = self._context.services.context.person, self._proved
        person = here if here is not None and proved is not None and here.id == proved.id else None

        def work() -> Services:
            services = self._build()
            _stands_in(services, person)
            return services

        def opened(services: Services) -> None:
            self._context.set_away(None)
            place = services.context
            if place.standing.guarded and place.person is None:
                self._admit(services)
            else:
                self._change(services)

        self._run(work, opened, self._not_answered)

    def _run(
        self,
        work: Callable[..., object],
        done: Callable[..., None],
        failed: Callable[[AppError], None],
    ) -> Job:
        # Not on the lane of the database, where work may wait for the server that is away.
        return self._context.tasks.run(work, done, owner=self, failed=failed, lane="io")


def _forget() -> None:
    from app.exchange import seat_copy

    seat_copy.forget(paths.seat_copy())


def _stands_in(services: Services, person: SignedIn | None) -> None:
    """Who proved who they are at the one database works on at the other, if that knows them."""
    if person is not None:
        services.context.person, services.context.actor = person, person.code
    services.people.sign_in_needed()


def _is_at_work() -> bool:
    """Whether a dialog is open or something typed stands in a field of a window."""
    return QApplication.activeModalWidget() is not None or any(
        _is_typed_in(one) for one in QApplication.allWidgets() if one.isVisible()
    )


def _is_typed_in(widget: QWidget) -> bool:
    if isinstance(widget, QLineEdit):
        return widget.isModified() and bool(widget.text())
    if isinstance(widget, QPlainTextEdit | QTextEdit):
        return widget.document().isModified() and not widget.document().isEmpty()
    return False
