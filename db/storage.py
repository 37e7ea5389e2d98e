"""Whether a place can be trusted with an SQLite database, looked at before the first connection."""

from __future__ import annotations

import contextlib
import os
import shutil
import sys
from pathlib import Path

from app.domain.errors import Unavailable

NETWORK_FILE_SYSTEMS = frozenset(
    {"nfs", "nfs4", "cifs", "smb3", "smbfs", "fuse.sshfs", "9p", "davfs", "fuse.rclone", "afpfs",
     "webdav", "ncpfs", "fuse.gvfsd-fuse"}
)  # fmt: skip
SYNCED_FOLDERS = ("onedrive", "dropbox", "google drive", "icloud drive", "nutstore", "坚果云")
LOW_SPACE = 200 * 1024 * 1024


def check_place(path: Path) -> None:
    """Raises `Unavailable` when a database must not live at `path`: ``db.network_folder``,
    ``db.synced_folder``, ``db.folder_unwritable``, ``db.empty_file`` (SQLite would open an empty
    file as a new database and hide the loss)."""
    folder = path.parent
    kind = file_system(folder)
    if kind in NETWORK_FILE_SYSTEMS:
        raise Unavailable("db.network_folder", path=str(folder), kind=kind)
    synced = next((name for name in SYNCED_FOLDERS if name in str(folder).casefold()), None)
    if synced is not None:
        raise Unavailable("db.synced_folder", path=str(folder), service=synced)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as failure:
        raise Unavailable("db.folder_unwritable", path=str(folder)) from failure
    if path.exists() and path.stat().st_size == 0:
        raise Unavailable("db.empty_file", path=str(path))


def low_on_space(path: Path) -> bool:
    """Whether less than 200 MiB are left where `path` is."""
    with contextlib.suppress(OSError):
        return shutil.disk_usage(_standing(path)).free < LOW_SPACE
    return False


def _standing(path: Path) -> Path:
    """The nearest folder above `path` that exists."""
    while not path.exists() and path.parent != path:
        path = path.parent
    return path


def file_system(folder: Path) -> str:
    """The type of the file system `folder` is on, or empty when it cannot be told."""
    if sys.platform == "win32":
        return "smb3" if str(folder).startswith("\\\\") else ""
    with contextlib.suppress(OSError):
        mounts = _mounts(Path("/proc/self/mountinfo").read_text(encoding="utf-8"))
        place = os.path.realpath(_standing(folder))
        inside = [m for m in mounts if place == m or place.startswith(m.rstrip("/") + "/")]
        if inside:
            return mounts[max(inside, key=len)]
    return ""


def _mounts(table: str) -> dict[str, str]:
    """Mount point → type, from the kernel's table (proc(5), ``mountinfo``)."""
    found = {}
    for entry in table.splitlines():
        left, _, right = entry.partition(" - ")
        parts = left.split()
        if len(parts) > 4 and right:
            found[parts[4].replace("\\040", " ")] = right.split()[0]
    return found
