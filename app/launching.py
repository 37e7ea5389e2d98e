"""How the window of this very program is started again: by the desktop at login, and by itself."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from app import portable

WINDOW_PROGRAM = "POSCare.exe"
"""The program of the Windows package that opens the window, in its folder."""


def window_command() -> tuple[str, ...]:
    """Program and arguments, from the folder this process was started in."""
    own = portable.program_folder() / WINDOW_PROGRAM
    if own.is_file():
        # Also from the command-line program, and without what the launcher adds by itself.
        return (str(own),)
    if getattr(sys, "frozen", False):
        return (sys.executable,)
    given = len(sys.argv) - 1
    return tuple(sys.orig_argv[: len(sys.orig_argv) - given])


def lasting_command() -> tuple[str, ...]:
    """The same for whoever starts it from any folder on another day; empty where there is none,
    as in a source tree that nobody installed, and on a stick that is somewhere else then."""
    if portable.base() is not None:
        return ()
    program, *rest = window_command()
    found = [os.path.abspath(part) if os.path.exists(part) else part for part in rest]
    if "-m" in rest or not Path(program).is_absolute():
        return ()
    return (program, *found)
