"""Work off the main thread: two lanes, and every result back on the main thread.

The ``db`` lane has one worker, so database work happens in the order it was asked for; the ``io``
lane has two, for documents and files.  Work takes values and services, never widgets.  A result
whose owner is gone is dropped.  Work that may take long accepts ``progress`` and ``cancelled``.
"""

from __future__ import annotations

import inspect
import logging
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

import shiboken6
from PySide6.QtCore import QObject, Qt, Signal, Slot

from app.domain.errors import AppError

log = logging.getLogger(__name__)


@dataclass(eq=False)
class Job:
    """One piece of work under way.  `cancel` asks it to stop; it stops at its next look."""

    owner: QObject
    done: Callable[[Any], None]
    failed: Callable[[AppError], None] | None
    progress: Callable[[int, int], None] | None = None
    cancelled: bool = field(default=False)

    def cancel(self) -> None:
        """Ask the work to stop; its result will be dropped."""
        self.cancelled = True


class Tasks(QObject):
    """Runs work for widgets.  Lives in the main thread; there is one."""

    _delivered = Signal(object)
    failed = Signal(object)
    """An `AppError` nobody else wanted to show."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._lanes = {
            "db": ThreadPoolExecutor(1, thread_name_prefix="db"),
            "io": ThreadPoolExecutor(2, thread_name_prefix="io"),
        }
        self._pending = 0
        self._open = True
        self._delivered.connect(self._deliver, Qt.ConnectionType.QueuedConnection)

    @property
    def idle(self) -> bool:
        """Whether nothing is under way."""
        return self._pending == 0

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
        a bug and is raised on the main thread, where the last door stands.
        """
        job = Job(owner, done, failed, progress)
        if not self._open:
            job.cancelled = True
            return job
        self._pending += 1
        future = self._lanes[lane].submit(self._called, work, job)
        future.add_done_callback(lambda finished: self._post(job, finished))
        return job

    def _called(self, work: Callable[..., Any], job: Job) -> Any:
        wanted = inspect.signature(work).parameters
        extra: dict[str, Any] = {}
        if "progress" in wanted:
            extra["progress"] = lambda done, total: self._post_step(job, done, total)
        if "cancelled" in wanted:
            extra["cancelled"] = lambda: job.cancelled
        return work(**extra)

    def _post(self, job: Job, finished: Future[Any]) -> None:
        self._emit(lambda: self._finish(job, finished))

    def _post_step(self, job: Job, done: int, total: int) -> None:
        if job.progress is not None:
            self._emit(lambda: self._step(job, done, total))

    def _emit(self, call: Callable[[], None]) -> None:
        if self._open and shiboken6.isValid(self):
            self._delivered.emit(call)

    @Slot(object)
    def _deliver(self, call: Callable[[], None]) -> None:
        call()

    def _step(self, job: Job, done: int, total: int) -> None:
        if not job.cancelled and shiboken6.isValid(job.owner) and job.progress is not None:
            job.progress(done, total)

    def _finish(self, job: Job, finished: Future[Any]) -> None:
        self._pending -= 1
        if finished.cancelled() or not shiboken6.isValid(job.owner):
            return
        error = finished.exception()
        if error is None:
            if not job.cancelled:
                job.done(finished.result())
        elif isinstance(error, AppError):
            if not (job.cancelled and error.code == "cancelled"):
                (job.failed or self.failed.emit)(error)
        else:
            raise error

    def close(self) -> None:
        """Finish what runs, drop what waits, deliver nothing more."""
        self._open = False
        for lane in self._lanes.values():
            lane.shutdown(wait=True, cancel_futures=True)
