"""Looks after the data while the window is open: journal, backups and checks, all on workers."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QTimer

from app.domain.errors import AppError
from app.gui.shell.navigate import ShowDataSettings
from app.gui.shell.page import AppContext
from app.gui.toolkit import problems
from app.gui.toolkit.language import _, plural
from app.gui.toolkit.tasks import Job

if TYPE_CHECKING:
    from app.services.keeping.care import BackupState
    from app.services.keeping.health import HealthFinding

log = logging.getLogger(__name__)

BEGIN_AFTER = 8_000
"""Milliseconds: the first page and what was missed come first."""
JOURNAL_AFTER = 2_000
"""Milliseconds after a change; of many, one writing."""
LOOK_EVERY = 300_000
"""Milliseconds between two looks whether a backup is due (`Backups.back_up_if_due`)."""


class BackgroundCare(QObject):
    """Lives as long as the program.  What it finds is said once, with a way to the settings."""

    def __init__(self, context: AppContext) -> None:
        super().__init__(context)
        self._context = context
        self._said: set[str] = set()
        self._jobs: list[Job] = []
        self._first = self._timer(BEGIN_AFTER, self.begin, once=True)
        self._soon = self._timer(JOURNAL_AFTER, self._keep_journal, once=True)
        self._often = self._timer(LOOK_EVERY, self.back_up)
        context.ready.connect(self._first.start)
        context.feed.changed.connect(lambda _change: self._soon.start())

    def _timer(self, interval: int, call: Callable[[], None], *, once: bool = False) -> QTimer:
        timer = QTimer(self, interval=interval, singleShot=once)
        timer.timeout.connect(call)
        return timer

    def begin(self) -> None:
        """Check the data: thoroughly once a week, and when the program ended uncleanly."""
        if not self._looks_after():
            return
        care = self._context.services.care

        encryption = self._context.services.encryption

        def work(cancelled: Callable[[], bool]) -> list[HealthFinding]:
            encryption.go_on()
            unclean = care.begin_session()
            thorough = unclean or care.thorough_is_due()
            return care.check(thorough=thorough, cancelled=cancelled)

        self._run(work, self._checked)
        self._often.start()
        self._soon.start()

    def _checked(self, findings: list[HealthFinding]) -> None:
        wrong = [one for one in findings if not one.well]
        # That there is no backup yet is made good in a moment, and needs no asking.
        serious = [one for one in wrong if one.code not in {"check.backup", "check.second_backup"}]
        if serious:
            text = plural(
                "The data need attention: {count} point of the check is not well",
                "The data need attention: {count} points of the check are not well",
                len(serious),
            )
            self._say("check", text)

    def _looks_after(self) -> bool:
        """Whether there is a database that can be written."""
        context = self._context
        return context.is_ready and not context.services.context.standing.view_only

    def _keep_journal(self) -> None:
        if self._looks_after():
            journal = self._context.services.care.journal
            self._run(lambda: journal.catch_up(), lambda _written: None)

    def back_up(self) -> None:
        """Make a backup when one is due, and look how old the one in the second folder is."""
        if not self._looks_after():
            return
        care = self._context.services.care

        def work() -> BackupState | None:
            return care.backup_state() if care.back_up_if_due() is not None else None

        self._run(work, self._backed_up)

    def _backed_up(self, state: BackupState | None) -> None:
        if state is not None and state.second_is_old:
            self._say("second", _("The second folder has had no backup for more than a week"))

    def _run(self, work: Callable[..., Any], done: Callable[[Any], None]) -> None:
        self._jobs = [job for job in self._jobs if job.future is None or not job.future.done()]
        job = self._context.tasks.run(work, done, owner=self, failed=self._failed, lane="io")
        self._jobs.append(job)

    def _failed(self, error: AppError) -> None:
        log.warning("looking after the data: %s", error)
        self._say(error.code, problems.message(error))

    def _say(self, about: str, text: str) -> None:
        """Once a session: what cannot be mended now must not interrupt every five minutes."""
        if about not in self._said:
            self._said.add(about)
            self._context.note(text, _("Look"), lambda: self._context.go(ShowDataSettings()))

    def stop(self) -> None:
        """Look after nothing any more; a check under way ends, a backup is finished."""
        for timer in (self._first, self._soon, self._often):
            timer.stop()
        for job in self._jobs:
            job.cancel()

    def end(self) -> None:
        """The last backup and the last lines of the journal, after the window is gone."""
        if not self._looks_after():
            return
        care = self._context.services.care
        try:
            care.back_up_if_due()
        finally:
            care.end_session()
