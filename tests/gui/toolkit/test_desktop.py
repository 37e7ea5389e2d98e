"""Chinese can be typed on the desktops Chinese people use."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from app.gui.toolkit.desktop import INPUT_METHOD, choose_input_method

LINUX = sys.platform.startswith("linux")
TOOLS = ("Xvfb", "fcitx5", "xdotool", "dbus-run-session", "fcitx5-remote")
DISPLAY = ":87"

TYPED = """
import sys
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QLineEdit
from app.gui.toolkit import desktop
desktop.meet()
application = QApplication([])
line = QLineEdit()
line.setWindowTitle("typing")
line.resize(400, 40)
line.show()
line.activateWindow()
line.setFocus()
line.textChanged.connect(lambda text: text == "你好" and application.quit())
QTimer.singleShot(90_000, application.quit)
application.exec()
sys.stdout.buffer.write(line.text().encode())
"""

PROFILE = """\
[Groups/0]
Name=Default
Default Layout=us
DefaultIM=pinyin

[Groups/0/Items/0]
Name=pinyin
Layout=

[GroupOrder]
0=Default
"""


@pytest.mark.parametrize(
    ("given", "chosen"),
    [
        ({INPUT_METHOD: "fcitx"}, "ibus"),
        ({INPUT_METHOD: "fcitx5", f"{INPUT_METHOD}S": "fcitx;xim"}, "ibus"),
        ({"XMODIFIERS": "@im=fcitx"}, "ibus"),
        # Wayland has a protocol of its own for it.
        ({"XMODIFIERS": "@im=fcitx", "WAYLAND_DISPLAY": "wayland-0"}, None),
        ({INPUT_METHOD: "ibus"}, "ibus"),
        ({INPUT_METHOD: "compose"}, "compose"),
        ({"XMODIFIERS": "@im=none"}, None),
        ({}, None),
    ],
)
def test_an_input_method_qt_has_no_plugin_for_is_reached_another_way(
    given: dict[str, str], chosen: str | None
) -> None:
    environment = dict(given)
    choose_input_method(environment)
    assert environment.get(INPUT_METHOD) == chosen
    assert chosen != "ibus" or f"{INPUT_METHOD}S" not in environment


@pytest.fixture
def screen(tmp_path: Path) -> Iterator[dict[str, str]]:
    """A screen of its own with a private fcitx, and the environment to use them."""
    missing = [tool for tool in TOOLS if shutil.which(tool) is None]
    if not LINUX or missing or not Path("/usr/share/fcitx5/inputmethod/pinyin.conf").exists():
        pytest.skip("needs Xvfb, xdotool, dbus-x11, fcitx5 and fcitx5-pinyin")
    configured = tmp_path / "config" / "fcitx5" / "profile"
    configured.parent.mkdir(parents=True)
    configured.write_text(PROFILE)
    environment = {
        **os.environ,
        "DISPLAY": DISPLAY,
        "HOME": str(tmp_path),
        "XDG_CONFIG_HOME": str(tmp_path / "config"),
        "QT_QPA_PLATFORM": "xcb",
        INPUT_METHOD: "fcitx",
    }
    environment.pop("WAYLAND_DISPLAY", None)
    with ExitStack() as stack:
        stack.enter_context(running(["Xvfb", DISPLAY, "-screen", "0", "800x600x24"], environment))
        time.sleep(1)
        bus = stack.enter_context(
            running(["dbus-daemon", "--session", "--nofork", "--print-address"], environment)
        )
        assert bus.stdout is not None
        environment["DBUS_SESSION_BUS_ADDRESS"] = bus.stdout.readline().decode().strip()
        stack.enter_context(running(["fcitx5"], environment))
        time.sleep(4)
        yield environment


class running:  # noqa: N801 - reads as what it is
    """A process that ends with the block."""

    def __init__(self, command: list[str], environment: dict[str, str]) -> None:
        self._process = subprocess.Popen(
            command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )

    def __enter__(self) -> subprocess.Popen[bytes]:
        return self._process

    def __exit__(self, *_error: object) -> None:
        self._process.terminate()
        self._process.wait(10)
        assert self._process.stdout is not None
        self._process.stdout.close()


def test_chinese_is_typed_through_a_real_fcitx(screen: dict[str, str]) -> None:
    with running([sys.executable, "-c", TYPED], screen) as program:
        end = time.monotonic() + 80
        window = ""
        while not window and time.monotonic() < end:
            window = tool(screen, "xdotool", "search", "--onlyvisible", "--name", "^typing$")
            time.sleep(0.3)
        tool(screen, "xdotool", "windowfocus", window.split()[-1])
        time.sleep(1)
        tool(screen, "fcitx5-remote", "-o")
        tool(screen, "xdotool", "type", "--delay", "150", "nihao")
        time.sleep(1)
        tool(screen, "xdotool", "key", "space")
        assert program.stdout is not None
        assert program.stdout.read().decode() == "你好"


def tool(environment: dict[str, str], *command: str) -> str:
    done = subprocess.run(
        command, env=environment, capture_output=True, text=True, check=False, timeout=20
    )
    return done.stdout.strip()
