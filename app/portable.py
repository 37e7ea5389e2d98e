"""Portable mode: a file beside the program says that its data lie beside it, too, as on a memory
stick, where the letter of the drive and the folder above change from computer to computer.
"""

from __future__ import annotations

import sys
from pathlib import Path

MARK = "poscare-portable.txt"
"""The file that asks for it, in the folder of the program; what is in it does not matter."""

DATA = "POSCare-data"
"""The folder of the data, beside the mark."""

_BESIDE = "./"
"""Begins a path in the settings that starts at the folder of the program."""


def program_folder() -> Path:
    """The folder a person sees as that of the program: around ``bin``, and around a bundle of
    macOS; else that of the interpreter or packed program."""
    folder = Path(sys.executable).parent
    if folder.name == "bin":
        return folder.parent
    if folder.name == "MacOS" and folder.parent.parent.suffix == ".app":
        return folder.parent.parent.parent
    return folder


def base() -> Path | None:
    """The folder of the program where it is portable, else None."""
    folder = program_folder()
    return folder if (folder / MARK).is_file() else None


def kept(path: str) -> str:
    """How a path is kept in the settings: relative when it lies beside a portable program."""
    beside = base()
    if beside is None or not path or "://" in path or not Path(path).is_relative_to(beside):
        return path
    return _BESIDE + Path(path).relative_to(beside).as_posix()


def found(path: str) -> str:
    """The path that was kept so, on this computer and this day."""
    beside = base()
    if beside is None or not path.startswith(_BESIDE):
        return path
    return str(beside / path.removeprefix(_BESIDE))
