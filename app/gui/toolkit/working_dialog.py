"""The base class of dialogs that run background work, and what leaving them meanwhile does.

While work runs nothing else can be begun in the dialog, and leaving it (Escape, the cross, the
whole window) has a clear outcome: work that has not begun is taken back, work that can be
stopped is stopped, and work that can no longer be stopped says so and closes the dialog when it is
done.  The dialog closes only once the outcome is known; when it is destroyed before, the window
tells the outcome.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

import shiboken6
from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QWidget

from app.domain.errors import AppError
from app.gui.toolkit.dialog import Dialog
from app.gui.toolkit.language import _
from app.gui.toolkit.layout import column, label
from app.gui.toolkit.manual_window import bind_help
from app.gui.toolkit.page_states import SLOW
from app.gui.toolkit.problems import message
from app.gui.toolkit.progress import ProgressLine

if TYPE_CHECKING:
    from app.gui.toolkit.tasks import Job, Tasks


class WorkNotes(Protocol):
    """What a dialog needs of the application context: background tasks, notes that outlive it."""

    tasks: Tasks
    failed: Any

    def note(self, text: str) -> None:
        """Say what became of work."""


@dataclass(frozen=True, slots=True)
class WorkManner:
    """How work is run, and the texts about it."""

    text: str = ""
    """What is done; empty: it is saved."""
    stopped: str = ""
    """What a stop leaves behind; empty: nothing."""
    reads: bool = False
    """Nothing is written, so leaving needs no answer and drops the result."""
    lane: str = "db"
    """The lane of `app.gui.toolkit.tasks`."""


SAVING = WorkManner()
READING = WorkManner(reads=True)


class WorkingDialog(Dialog):
    """Has work done through `carry_out`.  `submitted` carries what the person wants done."""

    submitted = Signal(object)
    """The draft: whatever value the dialog collects."""
    closes_when_stopped = True
    """Whether Escape during the work leaves the dialog too, or stops the work alone."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.progress = ProgressLine()
        self._job: Job | None = None
        self._manner = SAVING
        self._leaving = False
        self._after: Callable[[], object] | None = None
        self._off: list[QWidget] = []
        self._focused: QWidget | None = None
        self._late = QTimer(self, singleShot=True, interval=SLOW)
        self._late.timeout.connect(self._show_progress)
        bind_help(self)

    @property
    def working(self) -> bool:
        """Whether work is under way."""
        return self._job is not None

    # --- doing ---------------------------------------------------------------------------------

    def carry_out(
        self,
        context: WorkNotes,
        work: Callable[..., Any],
        done: Callable[[Any], None],
        *,
        failed: Callable[[AppError], None] | None = None,
        manner: WorkManner = SAVING,
    ) -> None:
        """Have `work` done, then call `done` with its result, or `failed` (`show_problem`) with
        the reason why not."""
        assert self._job is None, "work was begun while other work is under way"
        title, stopped = self.windowTitle(), _stopped(manner)

        def finished(result: Any) -> None:
            if not shiboken6.isValid(self):
                context.note(
                    _("“{title}” was carried out although its window was closed.", title=title)
                )
                return
            if self._job is job:
                leaving = self._leaving
                self._end()
                done(result)
                if leaving and self.closes_when_stopped and self.isVisible():
                    self.reject()
                self._go_on()

        def refused(error: AppError) -> None:
            if not shiboken6.isValid(self):
                said = stopped if error.code == "cancelled" else message(error)
                context.note(_("“{title}” was not carried out: {reason}", title=title, reason=said))
                return
            if self._job is job:
                self._take_refusal(error, failed or self.show_problem, context)

        def step(count: int, total: int) -> None:
            if shiboken6.isValid(self) and self.working:
                self.show_progress(count, total)

        # The application context outlives every window: what became of the work is always told.
        job = context.tasks.run(
            work, finished, owner=context.tasks, failed=refused, progress=step, lane=manner.lane
        )
        job.crashed = self._crashed
        self._start_work(job, manner)

    def _crashed(self) -> None:
        # The window says that the program is at fault; what was typed is not locked in.
        if shiboken6.isValid(self):
            self._end()

    def _take_refusal(
        self, error: AppError, failed: Callable[[AppError], None], context: WorkNotes
    ) -> None:
        leaving, stopped = self._leaving, _stopped(self._manner)
        self._end()
        if error.code != "cancelled":
            failed(error)
        elif leaving and (self.closes_when_stopped or self._after is not None):
            context.note(stopped)
            self.reject()
        else:
            self.show_stopped(stopped)
        self._go_on()

    def _start_work(self, job: Job, manner: WorkManner) -> None:
        self._job, self._manner, self._leaving, self._after = job, manner, False, None
        self.set_controls(on=False)
        if job.stoppable:
            self._show_progress()
        else:
            # What is quicker would only flicker.
            self._late.start()

    def _end(self) -> None:
        self._job, self._leaving = None, False
        self._late.stop()
        self.progress.end()
        self.set_controls(on=True)

    def _go_on(self) -> None:
        """The window that waited for this dialog may close, unless there is something to read."""
        after, self._after = self._after, None
        if after is not None and not self.isVisible():
            after()

    # --- leaving -------------------------------------------------------------------------------

    def reject(self) -> None:
        """Leave: at once, or when the work has stopped or is done."""
        job = self._job
        if job is None:
            super().reject()
        elif not self._manner.reads:
            self._leaving = True
            self.stop()
        elif self.closes_when_stopped:
            self.drop()
            super().reject()
        else:
            self.stop()

    def drop(self) -> None:
        """Give up reading that is under way; its result comes to nobody."""
        if self._job is not None:
            assert self._manner.reads, "what writes is never left without an answer"
            self._job.cancel()
            self._end()

    def stop(self) -> None:
        """Ask the work to stop; what became of it is told when it has answered."""
        job = self._job
        if job is None:
            return
        if self._manner.reads:
            self.drop()
            self.show_stopped(_stopped(self._manner))
            return
        self._show_progress()
        if job.ask_to_stop():
            self.progress.stopping()
        else:
            self.progress.say(
                _("This can no longer be stopped. The window closes when it is done.")
            )

    def leave_then(self, after: Callable[[], object]) -> None:
        """Leave as `reject`, and call `after` once the dialog is closed.  It is not called when
        the dialog stays because something in it has to be read."""
        if self.working and self._manner.reads:
            self.drop()
        self.reject()
        if self.working:
            self._after = after

    # --- showing -------------------------------------------------------------------------------

    def set_controls(self, *, on: bool) -> None:
        """Everything but the progress can be used, or nothing."""
        if on:
            for widget in self._off:
                if shiboken6.isValid(widget):
                    widget.setEnabled(True)
            self._off = []
            if self._focused is not None and shiboken6.isValid(self._focused):
                self._focused.setFocus()
            self._focused = None
            return
        self._focused = self.focusWidget()
        only = Qt.FindChildOption.FindDirectChildrenOnly
        self._off = [
            widget
            for widget in self.findChildren(QWidget, options=only)
            if widget is not self.progress and not widget.isWindow() and widget.isEnabledTo(self)
        ]
        for widget in self._off:
            widget.setEnabled(False)

    def _show_progress(self) -> None:
        job = self._job
        if job is not None and self.progress.isHidden():
            stoppable = job.stoppable or self._manner.reads
            text = self._manner.text or (_("Reading …") if self._manner.reads else _("Saving …"))
            self.progress.begin(text, self.stop if stoppable else None)

    def show_progress(self, count: int, total: int) -> None:
        """So much is done."""
        self.progress.step(count, total)

    def show_stopped(self, text: str) -> None:
        """The work was stopped and the dialog stays: say what that leaves behind."""
        raise NotImplementedError

    def show_problem(self, error: AppError) -> None:
        """The work was refused: say why, keep everything."""
        raise NotImplementedError


def _stopped(manner: WorkManner) -> str:
    return manner.stopped or (_("Stopped.") if manner.reads else _("Stopped: nothing was saved."))


class WaitDialog(WorkingDialog):
    """For long work that was asked for on a page: nothing but what is done, how far it is, and a
    way to stop it.  Meanwhile nothing else is done in the window."""

    def __init__(self, parent: QWidget, title: str, context: WorkNotes) -> None:
        super().__init__(parent)
        self._context = context
        self.setWindowTitle(title)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.prefer(460)
        self.arrange(column(label(title, "section", wrap=True)), self.progress)

    def wait_for(
        self, work: Callable[..., Any], done: Callable[[Any], None], manner: WorkManner
    ) -> None:
        """Open, have it done as by `carry_out`, close."""

        def finished(result: Any) -> None:
            self.accept()
            done(result)

        self.carry_out(self._context, work, finished, manner=manner)
        self._show_progress()
        self.open()

    def show_stopped(self, text: str) -> None:
        self._context.note(text)
        self.reject()

    def show_problem(self, error: AppError) -> None:
        self.reject()
        self._context.failed.emit(error)
