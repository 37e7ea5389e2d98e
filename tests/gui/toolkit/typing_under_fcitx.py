"""Types 你好 by its sounds into a window of the program through a real fcitx5, on a desktop of its
own: to be run under ``xvfb-run`` and ``dbus-run-session`` with an empty folder as argument."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

PROFILE = """\
[Groups/0]
Name=Default
Default Layout=us
DefaultIM=pinyin

[Groups/0/Items/0]
Name=keyboard-us
Layout=

[Groups/0/Items/1]
Name=pinyin
Layout=

[GroupOrder]
0=Default
"""
BEHAVIOUR = "[Behavior]\nActiveByDefault=True\n"
NOWHERE = subprocess.DEVNULL
ASK = (
    *("dbus-send", "--session", "--print-reply", "--dest=org.freedesktop.DBus", "/"),
    *("org.freedesktop.DBus.NameHasOwner", "string:org.freedesktop.portal.IBus"),
)
"""Whether fcitx5 answers as IBus does; on a desktop it is there long before a program starts."""
PATIENCE = 90
"""Seconds until something that never comes counts as missing."""


def main(folder: Path) -> int:
    """Type; what arrived goes to standard output."""
    config = folder / "config" / "fcitx5"
    config.mkdir(parents=True)
    (config / "profile").write_text(PROFILE)
    (config / "config").write_text(BEHAVIOUR)
    runtime = folder / "run"
    runtime.mkdir(mode=0o700)
    environment = {
        **os.environ,
        "HOME": str(folder),
        "XDG_CONFIG_HOME": str(folder / "config"),
        "XDG_RUNTIME_DIR": str(runtime),
        "QT_QPA_PLATFORM": "xcb",
        # What Chinese desktops set.
        "QT_IM_MODULE": "fcitx",
        "XMODIFIERS": "@im=fcitx",
    }
    for name in ("WAYLAND_DISPLAY", "QT_IM_MODULES", "IBUS_USE_PORTAL"):
        environment.pop(name, None)
    told = folder / "typed"
    window = [sys.executable, "-m", "tests.gui.toolkit.typing_window", str(told)]
    started: list[subprocess.Popen[bytes]] = []
    try:
        started.append(
            subprocess.Popen(["fcitx5"], env=environment, stdout=NOWHERE, stderr=NOWHERE)
        )
        wait_for(lambda: answers(environment))
        started.append(subprocess.Popen(window, env=environment))
        number = told.with_suffix(".window")
        wait_for(lambda: number.is_file() and number.read_text() != "")
        keyboard = ["xdotool"]
        subprocess.run([*keyboard, "windowfocus", "--sync", number.read_text()], check=True)
        wait_for(lambda: state(environment) == "2")
        subprocess.run([*keyboard, "type", "--delay", "200", "nihao"], check=True)
        time.sleep(2)
        subprocess.run([*keyboard, "key", "space"], check=True)
        wait_for(told.is_file)
        time.sleep(1)
        sys.stdout.buffer.write(told.read_bytes())
    finally:
        for process in reversed(started):
            process.terminate()
            process.wait(PATIENCE)
    return 0


def state(environment: dict[str, str]) -> str:
    """What ``fcitx5-remote`` says of the window that has the keys: 0 none, 1 Latin letters, 2
    Chinese."""
    done = subprocess.run(
        ["fcitx5-remote"], env=environment, capture_output=True, text=True, check=False
    )
    return done.stdout.strip()


def answers(environment: dict[str, str]) -> bool:
    """Whether fcitx5 is there."""
    done = subprocess.run(ASK, env=environment, capture_output=True, check=False)
    return b"boolean true" in done.stdout


def wait_for(there: Callable[[], bool]) -> None:
    """Wait until it is so.  Raises `TimeoutError`."""
    end = time.monotonic() + PATIENCE
    while not there():
        if time.monotonic() > end:
            raise TimeoutError
        time.sleep(0.2)


if __name__ == "__main__":
    raise SystemExit(main(Path(sys.argv[1])))
