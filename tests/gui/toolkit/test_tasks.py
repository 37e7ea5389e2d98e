"""Work off the main thread: whatever happens there, no widget is ever touched on a worker."""

from __future__ import annotations

import gc
import threading
import time
import weakref
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot

from app.domain.errors import Unavailable
from app.domain.still_wanted import nobody_waits
from app.gui.toolkit import main_thread_gc
from app.gui.toolkit.main_thread_gc import MainThreadGc
from app.gui.toolkit.tasks import Tasks


@pytest.fixture
def tasks(qapp: QObject) -> Iterator[Tasks]:
    made = Tasks()
    yield made
    made.close()


class Knot:
    """Something only the collector can free."""

    def __init__(self) -> None:
        self.itself = self


def allocate() -> int:
    """Enough to set off the collector several times, were it on."""
    return len([[number] for number in range(200_000)])


def test_a_worker_never_collects(tasks: Tasks, qtbot: QtBot) -> None:
    freed: list[threading.Thread] = []
    weakref.finalize(Knot(), lambda: freed.append(threading.current_thread()))
    results: list[int] = []
    tasks.run(allocate, results.append, owner=tasks)
    qtbot.waitUntil(lambda: tasks.idle)
    assert results == [200_000]
    assert not any(thread is not threading.main_thread() for thread in freed)
    collector = tasks.findChild(MainThreadGc)
    assert collector is not None
    allocate()
    collector.look()
    gc.collect()
    assert freed == [threading.main_thread()]


def test_only_the_youngest_is_gone_through_while_somebody_types(
    tasks: Tasks, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All there is takes too long to be done between two keys; it is made up for in a pause."""
    collector = tasks.findChild(MainThreadGc)
    assert collector is not None
    began: list[int] = []

    def note(phase: str, about: dict[str, int]) -> None:
        if phase == "start":
            began.append(about["generation"])

    def make_all_due() -> None:
        gc.collect()
        for generation in (0, 0, 1, 0, 0, 1, 0, 0):
            gc.collect(generation)
        kept.append([[] for _ in range(10)])

    kept: list[object] = []
    window = QLineEdit()
    window.show()
    window.activateWindow()
    qtbot.waitUntil(lambda: QGuiApplication.focusWindow() is window.windowHandle())
    monkeypatch.setattr(gc, "get_threshold", lambda: (1, 1, 1))
    make_all_due()
    gc.callbacks.append(note)
    try:
        QTest.keyClick(window.windowHandle(), Qt.Key.Key_A)
        assert window.text() == "a"
        collector.look()
        assert began == [0]
        monkeypatch.setattr(main_thread_gc, "PAUSE", -1.0)
        make_all_due()
        began.clear()
        collector.look()
        assert began == [2]
    finally:
        gc.callbacks.remove(note)
        window.close()


def test_the_collector_runs_by_itself_again_after_closing(qapp: QObject) -> None:
    first, second = Tasks(), Tasks()
    assert not gc.isenabled()
    first.close()
    first.close()
    assert not gc.isenabled(), "another one still has workers"
    second.close()
    assert gc.isenabled()


def test_results_come_on_the_main_thread_in_the_order_asked_for(tasks: Tasks, qtbot: QtBot) -> None:
    came: list[tuple[int, bool]] = []
    for number in range(20):
        tasks.run(
            lambda number=number: number,
            lambda result: came.append(
                (result, threading.current_thread() is threading.main_thread())
            ),
            owner=tasks,
        )
    qtbot.waitUntil(lambda: tasks.idle)
    assert came == [(number, True) for number in range(20)]


def test_a_result_whose_owner_is_gone_is_dropped(tasks: Tasks, qtbot: QtBot) -> None:
    owner, go_on = QObject(), threading.Event()
    came: list[object] = []
    tasks.run(lambda: go_on.wait(10), came.append, owner=owner)
    owner.deleteLater()
    qtbot.wait(20)
    go_on.set()
    qtbot.waitUntil(lambda: tasks.idle)
    assert came == []


def test_work_that_was_cancelled_stops_and_says_nothing(tasks: Tasks, qtbot: QtBot) -> None:
    seen: list[object] = []

    def work(cancelled: object) -> None:
        assert callable(cancelled)
        while not cancelled():
            threading.Event().wait(0.005)
        raise Unavailable("cancelled")

    tasks.failed.connect(seen.append)
    job = tasks.run(work, seen.append, owner=tasks)
    job.cancel()
    qtbot.waitUntil(lambda: tasks.idle)
    assert seen == []


def test_progress_and_refusals_reach_who_asked(tasks: Tasks, qtbot: QtBot) -> None:
    steps: list[tuple[int, int]] = []
    refusals: list[str] = []

    def work(progress: object) -> None:
        assert callable(progress)
        progress(1, 2)
        progress(2, 2)
        raise Unavailable("files.disk_full")

    tasks.run(
        work,
        steps.append,
        owner=tasks,
        failed=lambda error: refusals.append(error.code),
        progress=lambda done, total: steps.append((done, total)),
    )
    qtbot.waitUntil(lambda: tasks.idle)
    assert steps == [(1, 2), (2, 2)]
    assert refusals == ["files.disk_full"]


def test_counting_keeps_no_small_read_waiting(tasks: Tasks, qtbot: QtBot) -> None:
    """A lane of its own; and a job taken back before it began never begins."""
    release, done = threading.Event(), []
    tasks.run(release.wait, done.append, owner=tasks, lane="count")
    never = tasks.run(lambda: "never", done.append, owner=tasks, lane="count")
    tasks.run(lambda: "small", done.append, owner=tasks)
    qtbot.waitUntil(lambda: done == ["small"])
    never.cancel()
    release.set()
    qtbot.waitUntil(lambda: tasks.idle)
    assert done == ["small", True]


def test_work_nobody_wants_is_told_so(tasks: Tasks, qtbot: QtBot) -> None:
    began, ended = threading.Event(), threading.Event()

    def read() -> None:
        ask = nobody_waits()
        assert ask is not None
        began.set()
        while not ask():
            time.sleep(0.01)
        ended.set()

    job = tasks.run(read, lambda _none: None, owner=tasks)
    began.wait()
    job.cancel()
    qtbot.waitUntil(lambda: tasks.idle)
    assert ended.is_set()
