"""The window is seen before the program is loaded."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
import shiboken6
from PySide6.QtCore import QSettings
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication

from app import paths, settings
from app.gui.shell import first_frame, window_place
from app.gui.shell.main_window import MainWindow
from app.gui.shell.page import AppContext
from app.gui.toolkit import theme
from app.settings import Settings

BEFORE_THE_FIRST_PIXEL = {
    "app",
    "app.gui",
    "app.gui.shell",
    "app.gui.shell.first_frame",
    "app.gui.shell.start",
    "app.gui.shell.window_place",
    "app.gui.toolkit",
    "app.gui.toolkit.desktop",
    "app.paths",
    "app.portable",
}
WITHOUT_A_DATABASE = {"sqlalchemy", "sqlmodel", "pydantic", "app.services", "db"}
NOT_AT_A_START = {
    "PIL",
    "rapidfuzz",
    "reportlab",
    "segno",
    "psycopg",
    "sqlalchemy.dialects.postgresql",
}


def loaded_by(*modules: str) -> set[str]:
    """What a fresh process has loaded after importing these."""
    program = (
        f"import importlib, json, sys; [importlib.import_module(one) for one in {list(modules)!r}];"
        "print(json.dumps(list(sys.modules)))"
    )
    said = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    return set(json.loads(said.stdout))


def test_nothing_of_the_program_is_loaded_before_the_first_pixel() -> None:
    own = {one for one in loaded_by("app.gui.shell.start") if one.split(".")[0] in ("app", "db")}
    assert own == BEFORE_THE_FIRST_PIXEL


def test_the_window_is_loaded_without_sql() -> None:
    assert not loaded_by("app.gui.shell.application") & WITHOUT_A_DATABASE


def test_a_start_on_a_file_loads_neither_documents_nor_a_server() -> None:
    assert not loaded_by("app.gui.shell.application", "app.bootstrap") & NOT_AT_A_START


@pytest.fixture
def left(context: AppContext) -> MainWindow:
    """A window that was closed."""
    window = MainWindow(context)
    window.resize(700, 600)
    window.show()
    window.close()
    return window


def test_it_looks_as_the_window_that_was_left(left: MainWindow) -> None:
    frame = first_frame.shown()
    assert frame is not None
    assert frame.isVisible()
    assert frame.size() == left.size()
    assert frame.windowTitle() == left.windowTitle()
    seen = frame.grab().toImage()
    rail = left._rail.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
    assert seen.copy(rail.rect()).convertToFormat(QImage.Format.Format_RGB32) == rail
    assert seen.pixelColor(690, 590).name() == theme.tokens().background


def test_it_gives_way_to_the_window_once_that_is_seen(
    left: MainWindow, context: AppContext, qapp: QApplication
) -> None:
    frame = first_frame.shown()
    assert frame is not None
    window = MainWindow(context)
    frame.give_way(window)
    assert frame.isVisible()
    window.show()
    window.grab()
    qapp.processEvents()
    assert not shiboken6.isValid(frame)


@pytest.mark.usefixtures("left")
def test_a_second_start_shows_none(home: Path) -> None:
    (home / paths.LOCK).touch()
    assert first_frame.shown() is None


@pytest.mark.parametrize("content", [b"", b"\x89PNG\r\n\x1a\n", b"no picture"])
def test_a_damaged_or_missing_picture_is_no_frame(left: MainWindow, content: bytes) -> None:
    picture = paths.window_places() / "frame.png"
    assert picture.is_file()
    picture.write_bytes(content)
    assert first_frame.shown() is None
    picture.unlink()
    assert first_frame.shown() is None


@pytest.mark.usefixtures("left")
def test_damaged_places_are_no_frame() -> None:
    QSettings().clear()
    assert first_frame.shown() is None


CLOSED = """
import sys
from PySide6.QtCore import QTimer
from app.gui.shell import first_frame
from app.gui.toolkit import desktop
desktop.application()
class Closed(first_frame.FirstFrame):
    def paintEvent(self, event):
        super().paintEvent(event)
        QTimer.singleShot(0, self.close)
first_frame.FirstFrame = Closed
first_frame.PATIENCE = 60_000  # it is painted, however busy the machine is
from app.gui.shell.start import start
code = start()
print(code, "app.gui.shell.application" in sys.modules)
"""


def test_a_person_who_closes_it_meanwhile_is_obeyed(left: MainWindow) -> None:
    settings.save(Settings(technician="T07", device="B"), paths.settings_file())
    QSettings.setPath(  # where the other process looks
        QSettings.Format.IniFormat, QSettings.Scope.UserScope, str(paths.window_places())
    )
    places = QSettings()
    window_place.keep(left, places)
    places.sync()
    said = subprocess.run(
        [sys.executable, "-c", CLOSED], capture_output=True, text=True, check=True, timeout=120
    )
    assert said.stdout.split() == ["0", "False"]
