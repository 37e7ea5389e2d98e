"""Folders to work in that are thrown away; those of killed processes are at a later start.

A name says what a folder is for, and the computer and process that made it.  While that process
lives it holds a lock of the operating system on the file `_MARK` inside, which the system drops
however it dies: so a folder somebody works in is never taken for one left behind, however old it
is and whichever process has got the number of a dead one.
"""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import sys
import tempfile
from pathlib import Path
from types import TracebackType

from app import files

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

_MARK = ".in-use"
_TEMPORARY = "poscare-"
"""How names begin in the folder of the system for temporary files."""
_FLAGS = os.O_RDWR | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)


class WorkingFolder:
    """A folder of this user alone for `purpose` (a word), in the folder of the system for temporary
    files, or `beside` a file.  Raises `OSError`."""

    def __init__(self, purpose: str, beside: Path | None = None) -> None:
        place, begins = _where(beside)
        made = tempfile.mkdtemp(prefix=f"{begins}{purpose}-{files.owned()}-", dir=place)
        self.path = Path(made)
        self._handle = -1
        try:
            self._handle = os.open(self.path / _MARK, _FLAGS | os.O_CREAT | os.O_EXCL, 0o600)
            # Where there are no locks, age and process decide (`files.is_abandoned`).
            with contextlib.suppress(OSError):
                _lock(self._handle)
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Throw the folder away; what cannot be removed goes at a later start."""
        if self._handle >= 0:
            os.close(self._handle)
            self._handle = -1
        shutil.rmtree(self.path, ignore_errors=True)

    def __enter__(self) -> Path:
        return self.path

    def __exit__(
        self,
        kind: type[BaseException] | None,
        failure: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


def sweep(beside: Path | None = None) -> None:
    """Remove the folders whose process was killed: those in the folder of the system for temporary
    files, or those `beside` a file."""
    place, begins = _where(beside)
    ours = re.compile(rf"{re.escape(begins)}[a-z]+-[0-9a-f]{{8}}-\d+-\w+")
    with contextlib.suppress(OSError):
        for path in list(place.iterdir()):
            if ours.fullmatch(path.name) and _is_left_behind(path):
                shutil.rmtree(path, ignore_errors=True)


def _where(beside: Path | None) -> tuple[Path, str]:
    if beside is None:
        return Path(tempfile.gettempdir()), _TEMPORARY
    return beside.parent, f".{beside.stem}-"


def _is_left_behind(path: Path) -> bool:
    with contextlib.suppress(OSError):
        if path.is_symlink() or (os.name != "nt" and path.stat().st_uid != os.geteuid()):
            return False
        handle = os.open(path / _MARK, _FLAGS)
        try:
            _lock(handle)
        except (BlockingIOError, PermissionError):
            return False
        finally:
            os.close(handle)
        return True
    # Being made, or of a place without locks.
    return files.is_abandoned(path)


def _lock(handle: int) -> None:
    """Raises `BlockingIOError` (`PermissionError` on Windows) while another process holds it."""
    if sys.platform == "win32":
        msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
    else:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
