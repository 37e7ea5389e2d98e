"""A newcomer can try the program on sample data before any question, and throw them away again."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from PySide6.QtCore import QLockFile, QTimer
from PySide6.QtWidgets import QApplication, QPushButton, QWidget

from app import bootstrap, paths, trial
from app import settings as settings_file
from app.gui.shell import trial_estate
from app.gui.shell.first_run import FirstRunDialog
from app.gui.shell.main_window import MainWindow
from app.gui.shell.page import AppContext
from app.services.sample import estate
from app.settings import MANAGER, Settings

STANDS_IN = """\
import json, os, sys
open(sys.argv[1], "w").write(json.dumps(os.environ.get("POSCARE_HOME", "")))
"""


@pytest.fixture
def started(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the process that would open a window writes which data it was given."""
    script, told = tmp_path / "stands_in.py", tmp_path / "told.json"
    script.write_text(STANDS_IN, encoding="utf-8")
    monkeypatch.setattr(sys, "orig_argv", [sys.executable, str(script), str(told)])
    monkeypatch.setattr(sys, "argv", ["poscare"])
    return told


def press(widget: QWidget, text: str) -> None:
    (found,) = (one for one in widget.findChildren(QPushButton) if one.text() == text)
    found.click()


def wait_for(told: Path) -> str:
    end = time.monotonic() + 60
    while not (told.is_file() and told.read_text()):
        assert time.monotonic() < end, "no process was started"
        time.sleep(0.05)
    return str(json.loads(told.read_text()))


@pytest.mark.usefixtures("application")
@pytest.mark.parametrize(("role", "person"), [("technician", "T01"), (MANAGER, "M01")])
def test_the_sample_is_one_click_away_and_leaves_the_questions_unanswered(
    started: Path, role: str, person: str
) -> None:
    dialog = FirstRunDialog(Settings())
    dialog.show()
    dialog._form.fill({"role": role})
    press(dialog, "先用示例数据试试")
    assert not dialog.isVisible()
    assert dialog.result() == 0
    assert wait_for(started) == str(trial.folder())
    assert not paths.settings_file().exists(), "nothing is set here yet"
    chosen = settings_file.load(trial.folder() / "settings.toml")
    assert (chosen.technician, chosen.first_steps) == (person, role)


def test_the_sample_is_filled_once_and_told_above_the_pages(
    context: AppContext, started: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = MainWindow(context)
    assert not [b for b in real.findChildren(trial_estate.TrialBanner) if not b.isHidden()]
    home = trial.prepare(trial.dressed(Settings()))[paths.HOME_VARIABLE]
    back = os.environ[paths.HOME_VARIABLE]
    monkeypatch.setenv(paths.HOME_VARIABLE, home)
    services = trial_estate.filled(bootstrap.build(settings_file.load(paths.settings_file())))
    assert not estate.is_empty(services)
    # It would refuse, were it filled again.
    trial_estate.filled(services).close()
    window = MainWindow(context)
    window.show()
    (banner,) = window.findChildren(trial_estate.TrialBanner)
    assert banner.isVisible()
    QTimer.singleShot(200, lambda: press(QApplication.activeModalWidget(), "清除"))
    press(banner, "清除示例，开始使用…")
    assert wait_for(started) == back
    monkeypatch.setenv(paths.HOME_VARIABLE, back)
    assert trial.is_thrown()
    trial_estate.remove_trial()
    assert not trial.folder().exists()


def test_a_sample_somebody_works_on_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    trial.prepare(Settings())
    held = trial.folder() / paths.LOCK
    code = "import sys; from PySide6.QtCore import QLockFile; lock = QLockFile(sys.argv[1])"
    code += "\nprint(lock.tryLock(0), flush=True)\nsys.stdin.read()"
    monkeypatch.setattr(trial_estate, "GOES_WITHIN", 200)
    with subprocess.Popen(
        [sys.executable, "-c", code, str(held)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as other:
        assert other.stdout is not None
        assert other.stdout.readline().strip() == b"True"
        trial_estate.remove_trial()
        assert (trial.folder() / trial.MARK).is_file()
        other.communicate()
    assert QLockFile(str(held)).tryLock(5_000)
