"""The window and its dialogs come onto a screen that is there, in a size it has room for."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QRect, QSettings
from PySide6.QtWidgets import QWidget

from app.gui.shell.main_window import SMALLEST, MainWindow
from app.gui.shell.page import AppContext
from app.gui.toolkit.dialog import Dialog, room_for
from app.gui.toolkit.layout import button, column, label, row
from tests.gui.conftest import Settled
from tests.gui.fitting import room_at


@pytest.mark.parametrize("corner", [(4000, 300), (-3000, 200), (200, 5000), (100, -2000)])
def test_a_window_left_on_a_screen_that_is_gone_comes_back(
    context: AppContext, settled: Settled, corner: tuple[int, int]
) -> None:
    before = MainWindow(context)
    before.show()
    before.resize(700, 500)
    before.move(*corner)
    settled()
    before.keep_place()
    QSettings().sync()
    before.close()
    after = MainWindow(context)
    after.appear()
    settled()
    seen, frame = after.screen().availableGeometry(), after.frameGeometry()
    shown = frame.intersected(seen)
    assert shown.width() >= min(frame.width(), seen.width()) // 2
    assert seen.top() <= frame.top() <= seen.bottom() - 40, "the title bar can be taken hold of"
    after.close()


def test_the_smallest_window_fits_the_promised_screen_at_its_largest_scale() -> None:
    width, height = room_at(2.0)
    assert SMALLEST.width() <= width
    assert SMALLEST.height() <= height


class _Tall(Dialog):
    def __init__(self, parent: QWidget, lines: int) -> None:
        super().__init__(parent)
        self.ok = button("OK", self.accept, role="primary")
        self.lines = [button(f"line {n} " * 4) for n in range(lines)]
        self.arrange(column(label("Title", "title"), *self.lines), row(None, self.ok))
        self.prefer(5000)


def test_a_dialog_is_never_larger_than_the_screen_and_its_buttons_stay(
    window: MainWindow, settled: Settled
) -> None:
    dialog = _Tall(window, 60)
    dialog.open()
    settled()
    room = room_for(dialog)
    assert dialog.height() <= room.height()
    assert dialog.width() <= room.width()
    assert dialog.screen().availableGeometry().contains(dialog.geometry())
    for size in ((640, 300), (300, 200)):
        dialog.resize(*size)
        settled()
        assert dialog.height() == size[1], "the dialog takes the size"
        place = QRect(dialog.ok.mapTo(dialog, QPoint(0, 0)), dialog.ok.size())
        assert dialog.rect().contains(place)
    dialog.close()


def test_what_gets_the_keys_is_scrolled_into_sight(
    window: MainWindow, settled: Callable[[], None]
) -> None:
    dialog = _Tall(window, 60)
    dialog.open()
    dialog.resize(640, 300)
    settled()
    for line in (dialog.lines[-1], dialog.lines[30], dialog.lines[0]):
        line.setFocus()
        assert line.visibleRegion().boundingRect().size() == line.size()
    dialog.close()


def _screens(folder: Path, *places: tuple[int, int, int, int]) -> Path:
    told = [
        {"name": str(n), "x": x, "y": y, "width": w, "height": h}
        for n, (x, y, w, h) in enumerate(places)
    ]
    path = folder / f"{len(places)}.json"
    path.write_text(json.dumps({"screens": told}), encoding="utf-8")
    return path


def test_each_arrangement_of_screens_has_a_place_of_its_own(tmp_path: Path) -> None:
    one, two = (0, 0, 1366, 768), (1366, 0, 1920, 1080)
    laptop, desk = _screens(tmp_path, one), _screens(tmp_path, one, two)
    places = tmp_path / "places.ini"

    def opened(screens: Path, wanted: str = "") -> str:
        code = ("-m", "tests.gui.shell.two_screens", str(screens), str(places), wanted)
        done = subprocess.run([sys.executable, *code], capture_output=True, text=True, check=True)
        return done.stdout.strip()

    assert opened(desk, "1600,100,1200,800") == "False 1600 100 1200 800"
    # Qt takes no place from screens of another size.
    assert opened(laptop, "50,60,900,600") == "False 50 60 900 600"
    assert opened(desk) == "True 1600 100 1200 800", "back at the desk"
    assert opened(laptop) == "True 50 60 900 600", "and on the way again"
