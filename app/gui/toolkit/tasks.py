"""Background tasks: three lanes of workers, results delivered on the main thread.

The ``db`` lane has one worker, so database work happens in the order it was asked for; the
``count`` lane has one beside it, for what goes through a whole list and must not keep a small read
waiting; the ``io`` lane has two, for documents and files.  What nobody waits for any more is given
up while the database is still at it.  Work takes values and services, never widgets.  A result
whose owner is gone is dropped; work that writes is owned by what outlives its dialog (see
`app.gui.toolkit.working_dialog`).  Work that may take long accepts ``progress`` and ``cancelled``.

A worker never holds a job, only its number: the last reference to a widget must not be dropped on
another thread than Qt's.
"""

from __future__ import annotations

import inspect
import itertools
import logging
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

import shiboken6
from PySide6.QtCore import QObject, Qt, Signal, Slot

from app import files
from app.domain.errors import AppError, Cancelled
from app.domain.still_wanted import while_wanted
from app.gui.toolkit.main_thread_gc import MainThreadGc

log = logging.getLogger(__name__)


@dataclass(eq=False, kw_only=True)
class Job:
    """One piece of work.  Asked to stop, it stops when it next asks ``cancelled``."""

    owner: QObject
    done: Callable[[Any], None]
    failed: Callable[[AppError], None] | None
    progress: Callable[[int, int], None] | None = None
    stoppable: bool = False
    """Whether the work looks whether it was asked to stop."""
    stop: threading.Event = field(default_factory=threading.Event)
    future: Future[Any] | None = None
    crashed: Callable[[], None] | None = None
    """Called before a bug in the work is raised."""
    dropped: bool = False
    """Whether nobody wants to know any more what becomes of it."""
    unwanted: threading.Event = field(default_factory=threading.Event)
    """Set when what it reads may be given up."""

    def cancel(self) -> None:
        """Ask the work to stop; its result will be dropped.  For work that only reads."""
        self.dropped = True
        self.unwanted.set()
        self.ask_to_stop()

    def ask_to_stop(self) -> bool:
        """Ask the work to stop and tell what became of it: `Cancelled` goes to ``failed``, a result
        that was there already to ``done``.  Returns whether it can still be stopped; what has not
        begun never begins."""
        self.stop.set()
        taken_back = self.future is not None and self.future.cancel()
        return taken_back or self.stoppable


class Tasks(QObject):
    """Runs work for widgets.  Lives in the main thread; there is one."""

    _delivered = Signal(int, object)
    """The number of a job, and its finished `Future`, or how far it is as a `tuple`."""
    failed = Signal(AppError)
    """An error nobody else wanted to show."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._lanes = {
            "db": ThreadPoolExecutor(1, thread_name_prefix="db"),
            "count": ThreadPoolExecutor(1, thread_name_prefix="count"),
            "io": ThreadPoolExecutor(2, thread_name_prefix="io"),
        }
        self._jobs: dict[int, Job] = {}
        self._numbers = itertools.count()
        self._open = True
        self._collector = MainThreadGc(self)
        self._delivered.connect(self._deliver, Qt.ConnectionType.QueuedConnection)

    @property
    def idle(self) -> bool:
        """Whether nothing is under way."""
        return not self._jobs

    def run(
        self,
        work: Callable[..., Any],
        done: Callable[[Any], None],
        *,
        owner: QObject,
        failed: Callable[[AppError], None] | None = None,
        progress: Callable[[int, int], None] | None = None,
        lane: str = "db",
    ) -> Job:
        """Do `work` on a lane, then call `done` with its result on the main thread.

        An `AppError` goes to `failed`, or to the window when nobody asks for it; anything else is
        a bug and is raised on the main thread, where `sys.excepthook` shows it.
        """
        job = Job(owner=owner, done=done, failed=failed, progress=progress)
        job.stoppable = "cancelled" in inspect.signature(work).parameters
        if not self._open:
            job.cancel()
            return job
        number = next(self._numbers)
        self._jobs[number] = job
        job.future = future = self._lanes[lane].submit(
            _called,
            work,
            job.stop,
            job.unwanted,
            lambda done, total: self._emit(number, (done, total)),
        )
        future.add_done_callback(lambda finished: self._emit(number, finished))
        return job

    def _emit(self, number: int, what: Future[Any] | tuple[int, int]) -> None:
        if self._open and shiboken6.isValid(self):
            self._delivered.emit(number, what)

    @Slot(int, object)
    def _deliver(self, number: int, what: Future[Any] | tuple[int, int]) -> None:
        if not self._open:
            # It was on its way when the program was closed; the services are gone.
            return
        if isinstance(what, Future):
            self._finish(self._jobs.pop(number), what)
        else:
            job = self._jobs[number]
            if not job.dropped and shiboken6.isValid(job.owner) and job.progress is not None:
                job.progress(*what)

    def _finish(self, job: Job, finished: Future[Any]) -> None:
        error = Cancelled() if finished.cancelled() else finished.exception()
        if not shiboken6.isValid(job.owner):
            if error is not None and not isinstance(error, AppError):
                log.error("work of a closed window failed", exc_info=error)
            return
        if error is None:
            if not job.dropped:
                job.done(finished.result())
        elif isinstance(error, AppError):
            if not (job.dropped and error.code == "cancelled"):
                (job.failed or self.failed.emit)(error)
        else:
            if job.crashed is not None:
                job.crashed()
            raise error

    def settle_down(self) -> None:
        """The program is loaded: see `MainThreadGc.settle_down`."""
        self._collector.settle_down()

    def close(self) -> None:
        """Finish what runs, drop what waits, deliver nothing more."""
        self._open = False
        for lane in self._lanes.values():
            lane.shutdown(wait=True, cancel_futures=True)
        self._collector.stop()


def _called(
    work: Callable[..., Any],
    stop: threading.Event,
    unwanted: threading.Event,
    step: Callable[[int, int], None],
) -> Any:
    wanted = inspect.signature(work).parameters
    extra: dict[str, Any] = {}
    if "progress" in wanted:
        extra["progress"] = step
    if "cancelled" in wanted:
        extra["cancelled"] = stop.is_set
    with while_wanted(unwanted.is_set), files.refusals_told():
        return work(**extra)
