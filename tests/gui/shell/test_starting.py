"""Every start ends in a window that can be seen, or in a sentence and an exit code."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QSettings, Qt, QTimer
from PySide6.QtWidgets import QApplication, QLabel, QMessageBox, QPushButton, QWidget

from app import paths, settings
from app.gui.shell.application import Program, run_window
from app.gui.shell.first_run import FirstRunDialog
from app.gui.shell.main_window import MainWindow
from app.gui.shell.single_instance import SingleInstance, socket_name
from app.gui.toolkit import problems
from app.services import Services
from app.settings import Settings
from tests.factories import make_incident

ROOT = Path(__file__).parent.parent.parent
GOOD = Settings(technician="T07", device="B")


@pytest.fixture(autouse=True)
def _own_door(monkeypatch: pytest.MonkeyPatch, application: QApplication) -> None:
    """What a start does to the process is undone."""
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)


class Watcher:
    """Sits before the screen: waits until `wanted` is seen, reads it, and leaves."""

    def __init__(self, wanted: type[QWidget], *, answer: str = "") -> None:
        self.seen = ""
        self._wanted, self._answer = wanted, answer
        self._patience = 600
        self._timer = QTimer(interval=30)
        self._timer.timeout.connect(self._look)
        self._timer.start()

    def _look(self) -> None:
        windows = [w for w in QApplication.topLevelWidgets() if w.isVisible()]
        found = [w for w in windows if isinstance(w, self._wanted)]
        self._patience -= 1
        if not found and self._patience:
            return
        self._timer.stop()
        for window in found:
            self.seen += "\n".join(label.text() for label in window.findChildren(QLabel))
        if self._answer and found:
            (pressed,) = (b for b in found[0].findChildren(QPushButton) if b.text() == self._answer)
            pressed.click()
            return
        for window in windows:
            window.close()


def write(content: bytes) -> Path:
    path = paths.settings_file()
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


def test_damaged_settings_open_the_window_and_are_told_in_it() -> None:
    settings.save(GOOD, paths.settings_file())
    write(b"\0" * 300)
    watcher = Watcher(QMessageBox)
    assert run_window() == 0
    assert "上次保存的设置" in watcher.seen
    assert "damaged-" in watcher.seen
    again = Watcher(MainWindow)
    assert run_window() == 0
    assert "上次保存的设置" not in again.seen, "said once"
    assert settings.load(paths.settings_file()) == GOOD


def test_one_bad_value_opens_the_window_and_is_named() -> None:
    settings.save(GOOD, paths.settings_file())
    path = paths.settings_file()
    path.write_text(path.read_text().replace('theme = "system"', "theme = 5"))
    watcher = Watcher(QMessageBox)
    assert run_window() == 0
    assert "“theme”" in watcher.seen


def test_without_any_settings_the_first_questions_name_the_damage_and_the_letter_in_use(
    services: Services,
) -> None:
    services.context.device = "C"
    make_incident(services)
    write(f'database = "{services.context.database.path}"\n'.encode())
    watcher = Watcher(FirstRunDialog)
    assert run_window() == 0
    assert "已按数据库中一直使用的字母采用 C" in watcher.seen
    write(b"")
    other = Watcher(FirstRunDialog)
    assert run_window() == 0
    assert "已损坏" in other.seen


def test_settings_of_a_newer_version_are_a_sentence_and_a_code(
    capsys: pytest.CaptureFixture[str],
) -> None:
    path = write(b"version = 99\n")
    watcher = Watcher(QMessageBox)
    assert run_window() == 5
    assert "99" in watcher.seen
    assert "99" in capsys.readouterr().err
    assert path.read_bytes() == b"version = 99\n"


def test_a_data_folder_that_cannot_be_is_a_sentence_and_a_code(home: Path) -> None:
    home.write_text("a file where the folder should be", encoding="utf-8")
    watcher = Watcher(QMessageBox)
    assert run_window() == 5
    assert str(home) in watcher.seen


def test_a_lock_that_is_a_folder_is_a_sentence_and_a_code(home: Path) -> None:
    settings.save(GOOD, paths.settings_file())
    (home / "poscare.lock").mkdir()
    watcher = Watcher(QMessageBox)
    assert run_window() == 5
    assert "poscare.lock" in watcher.seen


def test_a_bug_before_the_window_is_shown_with_its_report(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv(paths.HOME_VARIABLE, "~nobody-of-this-name/data")
    watcher = Watcher(QMessageBox)
    assert run_window() == 70
    assert "无法启动" in watcher.seen
    assert "RuntimeError" in capsys.readouterr().err


@pytest.mark.parametrize("value", ["abc", ["1", "2"]])
def test_a_damaged_file_of_window_places_stops_nothing(
    application: QApplication, services: Services, value: object
) -> None:
    for name in (
        "window/geometry",
        "window/page",
        "incidents/splitter",
        "terminals/splitter",
        "maintenance/splitter",
        "maintenance/mode",
        "settings/section",
        "reports/kind",
    ):
        QSettings().setValue(name, value)
    program = Program(application, GOOD)
    program.context.set_services(services)
    program.window.appear()
    for page in ("incidents", "terminals", "maintenance", "settings", "reports"):
        assert program.window.show_page(page) is not None
    assert program.window.isVisible()
    program.close()


def test_a_box_without_parent_stays_until_it_is_closed() -> None:
    problems.tell(None, "Title", "Text")
    (box,) = [w for w in QApplication.topLevelWidgets() if isinstance(w, QMessageBox)]
    assert box.isVisible()
    box.close()
    assert not problems._held


@pytest.mark.qt_log_ignore("does not support raise", extend=True)
def test_the_window_comes_out_of_the_task_bar(application: QApplication) -> None:
    program = Program(application, GOOD)
    program.window.showMinimized()
    program.come_forward()
    assert not program.window.windowState() & Qt.WindowState.WindowMinimized
    program.close()


def test_the_window_fits_its_screen(application: QApplication) -> None:
    program = Program(application, GOOD)
    room = program.window.screen().availableSize()
    least = program.window.minimumSize()
    assert least.width() <= room.width()
    assert least.height() <= min(room.height(), int(768 / 1.25) - 40)
    program.close()


# --- one window for each folder ------------------------------------------------------------------

HOLDING = """
import sys
from PySide6.QtWidgets import QApplication
from app.gui.shell.single_instance import SingleInstance
app = QApplication([])
guard = SingleInstance()
assert guard.claim()
guard.on_second_start(lambda: print("raised", flush=True))
print("held", flush=True)
if sys.argv[1] == "hangs":
    sys.stdin.read()
app.exec()
"""

Hold = Callable[[str], "subprocess.Popen[str]"]


@pytest.fixture
def hold() -> Iterator[Hold]:
    """Call it for another process that has the folder and ``answers`` or ``hangs``."""
    started: list[subprocess.Popen[str]] = []

    def start(how: str) -> subprocess.Popen[str]:
        made = subprocess.Popen(
            [sys.executable, "-c", HOLDING, how],
            cwd=ROOT,
            text=True,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=os.environ,
        )
        started.append(made)
        assert made.stdout is not None
        assert made.stdout.readline() == "held\n"
        return made

    yield start
    for process in started:
        process.kill()
        process.communicate()


def long_home(monkeypatch: pytest.MonkeyPatch, home: Path) -> Path:
    """A home whose path no local socket can have."""
    place = home.joinpath(*(["很长的文件夹名字"] * 9), "数据")
    monkeypatch.setenv(paths.HOME_VARIABLE, str(place))
    return place


@pytest.mark.parametrize("long", [False, True])
def test_case_11_a_second_start_raises_the_first_window_and_ends(
    hold: Hold, long: bool, monkeypatch: pytest.MonkeyPatch, home: Path
) -> None:
    if long:
        assert len(os.fsencode(long_home(monkeypatch, home))) > 200
    settings.save(GOOD, paths.settings_file())
    process = hold("answers")
    assert run_window() == 0
    assert process.stdout is not None
    assert process.stdout.readline() == "raised\n"
    assert process.poll() is None


def test_one_that_does_not_answer_is_named_and_can_be_taken_over(hold: Hold) -> None:
    settings.save(GOOD, paths.settings_file())
    process = hold("hangs")
    watcher = Watcher(QMessageBox, answer="退出")
    assert run_window() == 0
    assert f"进程 {process.pid}" in watcher.seen
    watcher = Watcher(QMessageBox, answer="接管数据")
    window = Watcher(MainWindow)
    assert run_window() == 0
    assert "没有响应" in watcher.seen
    assert window.seen


def test_trying_again_works_once_the_other_has_ended(hold: Hold) -> None:
    settings.save(GOOD, paths.settings_file())
    process = hold("hangs")
    guard = SingleInstance()
    assert not guard.claim()
    assert not guard.ask()
    assert not guard.claim_from_dead(), "a living process keeps it"
    assert guard.holder().process == process.pid
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert guard.claim()
    guard.release()


@pytest.mark.parametrize(
    "content",
    [
        "999999\npython3\nold-laptop-name\n",
        "{own pid}\npytest\nold-laptop-name\n",
        "1\ninit\nold-laptop-name\n0123456789abcdef0123456789abcdef\nboot\n",
        "not a lock at all",
        "",
    ],
)
def test_case_12_and_case_13_a_lock_nobody_holds_is_taken_over_silently(
    home: Path, content: str
) -> None:
    settings.save(GOOD, paths.settings_file())
    content = content.replace("{own pid}", str(os.getpid()))
    (home / "poscare.lock").write_text(content, encoding="utf-8")
    watcher = Watcher(MainWindow)
    assert run_window() == 0
    assert watcher.seen
    assert not [w for w in QApplication.topLevelWidgets() if isinstance(w, QMessageBox)]


def test_a_folder_has_one_name_by_whatever_way_it_is_reached(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    folder.mkdir()
    link = tmp_path / "link"
    link.symlink_to(folder)
    assert socket_name(folder) == socket_name(link) == socket_name(folder / ".." / "data")
    assert socket_name(folder) != socket_name(tmp_path)
