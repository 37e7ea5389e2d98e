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


def main() -> None:
    """Start, look at the incidents, and do everything once."""
    settings = settings_file.load(paths.settings_file())
    app = make_application(settings, ["poscare"])
    program = Program(app, settings)
    program.start()
    window = program.window
    window.resize(1366, 768)
    while not window.context.is_ready:
        app.processEvents()
    page = window.show_page("incidents")
    assert page is not None
    settle(window.context, most=120_000)
    services = window.context.services
    table = page.findChild(QTableView, "incidents")
    states, search = page.findChild(FilterBox), page.findChild(QLineEdit)
    terminal = services.terminals.first(TerminalFilter(), 1)[0].id

    def scroll() -> None:
        for _ in range(40):
            _wheel(table)
            app.processEvents()

    def sort() -> None:
        for place in (1, 2, 0):
            table.horizontalHeader().sectionClicked.emit(place)
            settle(window.context, calm=CALM, most=120_000)

    def narrow() -> None:
        for state in ("closed", "", "unfinished"):
            states.choose(state)
            states.chosen.emit(state)
            settle(window.context, calm=CALM, most=120_000)

    def type_on() -> None:
        search.setFocus()
        for character in "1390":
            QTest.keyClick(search, character)
            app.processEvents()
        settle(window.context, calm=CALM, most=120_000)
        search.clear()

    def save() -> None:
        for n in range(3):
            draft = IncidentDraft(terminal_id=terminal, displayed_code="A0", symptom=f"刷卡 {n}")
            page.run(lambda d=draft: services.incidents.open(d), lambda _key: None)
            settle(window.context, calm=CALM, most=120_000)

    def take_in() -> None:
        importer, file = services.terminal_import, _terminals()
        page.run(lambda: importer.commit(importer.preview(file), skip_bad=True), lambda _done: None)
        for character in "2000":
            QTest.keyClick(search, character)
            settle(window.context, calm=60, most=120_000)

    found = {}
    watch = Watch()
    acts: dict[str, Callable[[], None]] = {
        "scrolling": scroll,
        "sorting": sort,
        "filtering": narrow,
        "typing": type_on,
        "saving": save,
        "importing": take_in,
    }
    for name, act in acts.items():
        act()
        settle(window.context, calm=CALM, most=120_000)
        watch.restart()
        act()
        settle(window.context, calm=CALM, most=120_000)
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
