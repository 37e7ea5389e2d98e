"""Lets the desktop start the window when the person signs in to the computer, where wanted.

The wish is kept where the system looks for it and nowhere else, so that both never differ: a
desktop file on Linux, a value of the registry on Windows, a property list on macOS.
"""

from __future__ import annotations

import os
import plistlib
import sys
from pathlib import Path

from app import files
from app.domain.errors import Unavailable
from app.launching import lasting_command

ENTRY = "io.poscare.POSCare"
"""What it is called there: the name of the desktop file of the packages."""

RUN_KEY = r"Software\Microsoft\Windows\CurrentVersion\Run"
"""The key of the registry; the uninstaller takes the value away (`poscare.nsi`)."""
RUN_VALUE = "POSCare"

_DESKTOP_FILE = """\
[Desktop Entry]
Type=Application
Name=POSCare
Name[zh_CN]=POSCare 终端维保
Exec={command}
TryExec={program}
Terminal=false
"""
"""With ``TryExec``, so that nothing is started once the program was uninstalled."""
_SPECIAL = ('"', "`", "$", "\\")
"""What the quotes of a desktop file do not take literally (Desktop Entry Specification)."""


def possible() -> bool:
    """Whether there is a program that can be started on another day."""
    return bool(lasting_command())


def wanted() -> bool:
    """Whether the window is started when the person signs in."""
    if sys.platform == "win32":
        return _registered()
    return _file().is_file()


def want(wish: bool) -> None:
    """Start it then from now on, or no longer.  Raises `Unavailable` (cannot be written)."""
    try:
        if sys.platform == "win32":
            _register(wish)
        elif wish:
            _file().parent.mkdir(parents=True, exist_ok=True)
            files.write(_file(), _content(lasting_command()))
        else:
            _file().unlink(missing_ok=True)
    except OSError as failure:
        raise Unavailable("file.unwritable", path=_place()) from failure


def _place() -> str:
    return RUN_KEY if sys.platform == "win32" else str(_file())


def _file() -> Path:
    if sys.platform == "darwin":
        return Path.home() / "Library" / "LaunchAgents" / f"{ENTRY}.plist"
    config = os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config"
    return Path(config) / "autostart" / f"{ENTRY}.desktop"


def _content(command: tuple[str, ...]) -> bytes:
    if sys.platform == "darwin":
        told = {"Label": ENTRY, "ProgramArguments": list(command), "RunAtLoad": True}
        return plistlib.dumps(told)
    words = " ".join(map(_quoted, command))
    return _DESKTOP_FILE.format(command=words, program=_string(command[0])).encode()


def _quoted(part: str) -> str:
    """An argument in the quotes of a desktop file, whose values take a backslash twice."""
    for sign in reversed(_SPECIAL):
        part = part.replace(sign, f"\\{sign}")
    return _string(f'"{part}"').replace("%", "%%")


def _string(text: str) -> str:
    return text.replace("\\", "\\\\")


if sys.platform == "win32":
    import subprocess
    import winreg

    def _registered() -> bool:
        try:
            with winreg.OpenKey(winreg.HKEY_CURRENT_USER, RUN_KEY) as key:
                return bool(winreg.QueryValueEx(key, RUN_VALUE)[0])
        except FileNotFoundError:
            return False

    def _register(wish: bool) -> None:
        with winreg.CreateKey(winreg.HKEY_CURRENT_USER, RUN_KEY) as key:
            if wish:
                command = subprocess.list2cmdline(lasting_command())
                winreg.SetValueEx(key, RUN_VALUE, 0, winreg.REG_SZ, command)
            elif _registered():
                winreg.DeleteValue(key, RUN_VALUE)
