"""Chinese can be typed on the desktops Chinese people use."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from app.gui.toolkit.desktop import IBUS_BY_PORTAL, INPUT_METHOD, choose_input_method

ROOT = Path(__file__).resolve().parents[3]
NEEDED = {
    "fcitx5": "fcitx5",
    "xvfb-run": "xvfb",
    "xdotool": "xdotool",
    "dbus-run-session": "dbus",
    "dbus-send": "dbus",
}
"""Programs of the test through a real fcitx5, and the packages that have them."""


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
    assert (IBUS_BY_PORTAL in environment) == (environment != given)


def test_chinese_is_typed_through_a_real_fcitx5(tmp_path: Path) -> None:
    """With the environment Chinese desktops set, and the plugins the wheels of Qt have."""
    for program, package in NEEDED.items():
        if shutil.which(program) is None:
            pytest.skip(f"needs {package}")
    if not Path("/usr/share/fcitx5/inputmethod/pinyin.conf").is_file():
        pytest.skip("needs fcitx5-pinyin")
    done = subprocess.run(
        [
            *("xvfb-run", "-a", "dbus-run-session", "--"),
            *(sys.executable, "-m", "tests.gui.toolkit.typing_under_fcitx", str(tmp_path)),
        ],
        cwd=ROOT,
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr.decode("utf-8", "replace")[-2000:]
    assert done.stdout.decode() == "你好"
