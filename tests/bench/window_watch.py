"""What a person does in the list of incidents, and the longest the window was busy meanwhile.

Prints as JSON, for each act, two times in milliseconds: the most the thread of the window worked
between two turns of its event loop, and the longest it was away by the clock, other programs of the
machine included.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from app import paths
from app import settings as settings_file
from app.gui.shell.application import Program, make_application
from app.gui.shell.screens import settle

# isort: split
from PySide6.QtCore import QPoint, QPointF, Qt, QTimer
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QTableView

from app.domain.incidents.drafts import IncidentDraft
from app.gui.shell.main_window import MainWindow
from app.gui.toolkit.topbar import FilterBox
from app.services.register.terminal_queries import TerminalFilter

CALM = 200
"""Milliseconds without work after which an act is over."""


class Watch:
    """Notes the longest time between two turns of the event loop."""

    def __init__(self) -> None:
        self._timer = QTimer(interval=0)
        self._timer.timeout.connect(self._turn)
        self.restart()

    def restart(self) -> None:
        """Begin anew."""
        self.worked = self.away = 0.0
        self._cpu, self._clock = time.thread_time(), time.perf_counter()
        self._timer.start()

    def _turn(self) -> None:
        cpu, clock = time.thread_time(), time.perf_counter()
        self.worked = max(self.worked, cpu - self._cpu)
        self.away = max(self.away, clock - self._clock)
        self._cpu, self._clock = cpu, clock


class _Acts:
    """What a person does on the page of incidents, each once."""

    def __init__(self, app: QApplication, window: MainWindow) -> None:
        page = window.show_page("incidents")
        assert page is not None
        self._app, self._context, self._page = app, window.context, page
        self._handle, self._moves = window.windowHandle(), 0
        self.rest()
        self._services = window.context.services
        self._table = page.findChild(QTableView, "incidents")
        self._states, self._search = page.findChild(FilterBox), page.findChild(QLineEdit)
        self._terminal = self._services.terminals.first(TerminalFilter(), 1)[0].id
        self.all: dict[str, Callable[[], None]] = {
            "scrolling": self._scroll,
            "sorting": self._sort,
            "filtering": self._narrow,
            "typing": self._type,
            "saving": self._save,
            "importing": self._take_in,
        }

    def rest(self, calm: int = CALM) -> None:
        """Until nothing is done any more, for this many milliseconds, a hand at the mouse."""
        self._moves += 1
        QTest.mouseMove(self._handle, QPoint(400 + self._moves % 100, 300))
        settle(self._context, calm=calm, most=120_000)

    def _scroll(self) -> None:
        for _ in range(40):
            _wheel(self._table)
            self._app.processEvents()

    def _sort(self) -> None:
        for place in (1, 2, 0):
            self._table.horizontalHeader().sectionClicked.emit(place)
            self.rest()

    def _narrow(self) -> None:
        for state in ("closed", "", "unfinished"):
            self._states.choose(state)
            self._states.chosen.emit(state)
            self.rest()

    def _type(self) -> None:
        self._search.setFocus()
        for character in "1390":
            QTest.keyClick(self._search, character)
            self._app.processEvents()
        self.rest()
        self._search.clear()

    def _save(self) -> None:
        opened = self._services.incidents.open
        for n in range(3):
            draft = IncidentDraft(
                terminal_id=self._terminal, displayed_code="A0", symptom=f"刷卡 {n}"
            )
            self._page.run(lambda d=draft: opened(d), lambda _key: None)
            self.rest()

    def _take_in(self) -> None:
        importer, file = self._services.terminal_import, _terminals()
        self._page.run(
            lambda: importer.commit(importer.preview(file), skip_bad=True), lambda _done: None
        )
        for character in "2000":
            QTest.keyClick(self._search, character)
            self.rest(60)


def main() -> None:
    """Start, look at the incidents, and do everything twice, the second time watched."""
    settings = settings_file.load(paths.settings_file())
    app = make_application(settings, ["poscare"])
    program = Program(app, settings)
    program.context.ready.connect(program.context.tasks.settle_down)
    program.start()
    window = program.window
    window.resize(1366, 768)
    while not window.context.is_ready:
        app.processEvents()
    acts, watch, found = _Acts(app, window), Watch(), {}
    for name, act in acts.all.items():
        act()
        acts.rest()
        watch.restart()
        act()
        acts.rest()
        found[name] = [watch.worked * 1000, watch.away * 1000]
    print(json.dumps(found), flush=True)
    os._exit(0)


def _wheel(table: QTableView) -> None:
    middle = QPointF(table.viewport().rect().center())
    event = QWheelEvent(
        middle,
        QPointF(table.viewport().mapToGlobal(middle.toPoint())),
        QPoint(0, 0),
        QPoint(0, -240),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(table.viewport(), event)


def _terminals() -> Path:
    """A file of 2 000 terminals nobody knows yet."""
    start = time.monotonic_ns() % 10**6
    lines = [f"W{start:06d}{n:06d},百富,A920\n" for n in range(2000)]
    handle, name = tempfile.mkstemp(suffix=".csv")
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write("序列号,厂商,型号\n" + "".join(lines))
    return Path(name)


if __name__ == "__main__":
    main()
