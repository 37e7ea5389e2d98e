"""The desktop starts the window at sign-in exactly where that was wished, and from any folder."""

from __future__ import annotations

import plistlib
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from app import autostart, launching, portable
from app.domain.errors import Unavailable

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="tried under wine there")


@pytest.fixture
def program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An installed program in a folder whose name has all that needs quotes."""
    script = tmp_path / 'a "folder" 100% $HOME \\ 终端' / "poscare"
    script.parent.mkdir()
    script.write_text('#!/bin/sh\nprintf %s "$0" >"$(dirname "$0")/started"\n', encoding="utf-8")
    script.chmod(0o755)
    monkeypatch.setattr(sys, "orig_argv", [str(script), "--lang", "zh"])
    monkeypatch.setattr(sys, "argv", ["poscare", "--lang", "zh"])
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("HOME", str(tmp_path))
    return script


def entry(tmp_path: Path) -> Path:
    return tmp_path / "config" / "autostart" / f"{autostart.ENTRY}.desktop"


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="a desktop file")
def test_the_wish_is_a_desktop_file_that_goes_with_it(program: Path, tmp_path: Path) -> None:
    assert not autostart.wanted()
    autostart.want(True)
    assert autostart.wanted()
    lines = entry(tmp_path).read_text(encoding="utf-8").splitlines()
    assert "--lang" not in "\n".join(lines), "what was asked for once is not asked for always"
    # As a desktop reads it: the backslashes of strings first, then quotes, which are the shell's.
    (command,) = (line.removeprefix("Exec=") for line in lines if line.startswith("Exec="))
    command = command.replace("\\\\", "\\").replace("%%", "%")
    subprocess.run(["sh", "-c", command], check=True)
    assert (program.parent / "started").read_text(encoding="utf-8").strip() == str(program)
    autostart.want(False)
    assert not autostart.wanted()
    autostart.want(False)


@pytest.mark.skipif(
    shutil.which("desktop-file-validate") is None, reason="needs desktop-file-utils"
)
def test_the_desktop_file_is_valid(program: Path, tmp_path: Path) -> None:
    autostart.want(True)
    done = subprocess.run(
        ["desktop-file-validate", str(entry(tmp_path))], capture_output=True, text=True, check=False
    )
    assert done.stdout == ""
    assert done.returncode == 0


def test_macos_gets_a_property_list(
    program: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "platform", "darwin")
    autostart.want(True)
    told = plistlib.loads(
        (tmp_path / "Library" / "LaunchAgents" / f"{autostart.ENTRY}.plist").read_bytes()
    )
    assert told["ProgramArguments"] == [str(program)]
    assert told["RunAtLoad"] is True


def test_a_folder_that_cannot_be_written_is_said(program: Path, tmp_path: Path) -> None:
    (tmp_path / "config").write_text("a file where the folder should be")
    with pytest.raises(Unavailable):
        autostart.want(True)
    assert not autostart.wanted()


def test_only_what_is_there_on_another_day_is_started(
    program: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert autostart.possible()
    stick = tmp_path / "stick"
    stick.mkdir()
    monkeypatch.setattr(sys, "executable", str(stick / "python"))
    (stick / portable.MARK).touch()
    assert not autostart.possible(), "a stick is somewhere else then"
    (stick / portable.MARK).unlink()
    monkeypatch.setattr(sys, "orig_argv", [sys.executable, "-m", "app"])
    monkeypatch.setattr(sys, "argv", ["app"])
    assert not autostart.possible(), "a module is found from one folder only"


def test_both_programs_of_the_windows_package_start_the_window(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = tmp_path / launching.WINDOW_PROGRAM
    own.touch()
    (tmp_path / "bin").mkdir()
    for name in (launching.WINDOW_PROGRAM, "bin/poscare.exe"):
        monkeypatch.setattr(sys, "executable", str(tmp_path / name))
        assert launching.window_command() == (str(own),)
