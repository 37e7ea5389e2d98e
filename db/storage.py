"""Checks a folder before a database is opened in it: network drive, cloud folder, space, rights."""

from __future__ import annotations

import contextlib
import os
import shutil
import sys
from pathlib import Path

from app import files
from app.domain.errors import Unavailable

NETWORK_FILE_SYSTEMS = frozenset(
    {
        "nfs",
        "nfs4",
        "cifs",
        "smb3",
        "smbfs",
        "fuse.sshfs",
        "9p",
        "davfs",
        "fuse.rclone",
        "afpfs",
        "webdav",
        "ncpfs",
        "fuse.gvfsd-fuse",
    }
)
SYNCED_FOLDERS = ("onedrive", "dropbox", "google drive", "icloud drive", "nutstore", "坚果云")
LOW_SPACE = 200 * 1024 * 1024
REMOVABLE = (("/media", 2), ("/run/media", 2), ("/Volumes", 1))
"""Where desktops mount plugged-in drives, and how many folders below: ``/media/USER/STICK``."""
ROOM_TO_BREATHE = 4 * 1024 * 1024
_SHARED_MEMORY = 32 * 1024
"""The least an index of a write-ahead log takes (sqlite.org/walformat.html, 2.1)."""


def check_place(path: Path) -> None:
    """Raises `Unavailable` when no database may live at `path`: ``db.bad_address`` for a folder,
    ``db.network_folder``, ``db.synced_folder``, ``db.not_mounted``, ``db.folder_unwritable``."""
    if not path.name or path.is_dir():
        raise Unavailable("db.bad_address")
    folder = path.parent
    kind = file_system(folder)
    if kind in NETWORK_FILE_SYSTEMS:
        raise Unavailable("db.network_folder", path=str(folder), kind=kind)
    # By whatever way it is reached: the name given, and where it really lies.
    named = f"{folder}\n{os.path.realpath(folder)}".casefold()
    synced = next((name for name in SYNCED_FOLDERS if name in named), None)
    if synced is not None:
        raise Unavailable("db.synced_folder", path=str(folder), service=synced)
    place = missing_mount(folder)
    if place:
        raise Unavailable("db.not_mounted", path=str(folder), place=place)
    try:
        files.private_folder(folder)
    except OSError as failure:
        otherwise = Unavailable("db.folder_unwritable", path=str(folder))
        raise files.full_or(otherwise, failure, folder) from failure


def can_only_be_read(path: Path) -> bool:
    """Whether a database file is there, and its folder or the file itself takes no writing."""
    try:
        return path.is_file() and not (os.access(path.parent, os.W_OK) and os.access(path, os.W_OK))
    except OSError:
        return False


def keep_private(path: Path, home: Path) -> None:
    """Let a database be read by its owner alone, and the data folder `home` when it lies there,
    also where an earlier version made them."""
    if path.is_relative_to(home):
        files.keep_private(home)
    for part in ("", "-wal", "-shm"):
        files.keep_private(path.with_name(path.name + part))


def check_space(path: Path, copies: int) -> None:
    """Raises `Unavailable` (``db.no_space``) unless the disk has room for so many more copies of
    the file."""
    needed = copies * path.stat().st_size + ROOM_TO_BREATHE
    with contextlib.suppress(OSError):
        free = shutil.disk_usage(path.parent).free
        if free < needed:
            megabytes = 1_000_000
            raise Unavailable(
                "db.no_space",
                path=str(path.parent),
                needed=-(-needed // megabytes),
                free=free // megabytes,
            )


def low_on_space(path: Path) -> bool:
    """Whether less than 200 MiB are left where `path` is."""
    with contextlib.suppress(OSError):
        return shutil.disk_usage(_standing(path)).free < LOW_SPACE
    return False


def is_full(path: Path) -> bool:
    """Whether there is not even room for the shared memory a write-ahead log needs beside the
    database `path`."""
    with contextlib.suppress(OSError):
        return shutil.disk_usage(_standing(path)).free < _SHARED_MEMORY
    return False


def missing_mount(folder: Path) -> str:
    """The mount point above `folder` at which nothing is mounted, or empty.

    What is written there would lie under the drive, out of sight, once it is connected again.
    Known from fstab(5), and from where desktops mount what is plugged in.
    """
    place = Path(os.path.abspath(folder))
    planned: list[Path] = []
    with contextlib.suppress(OSError):
        lines = Path("/etc/fstab").read_text(encoding="utf-8", errors="replace").splitlines()
        entries = [line.split() for line in lines if not line.lstrip().startswith("#")]
        planned = [Path(entry[1].replace("\\040", " ")) for entry in entries if len(entry) > 2]
    for root, depth in REMOVABLE:
        if place.is_relative_to(root) and len(place.parts) >= len(Path(root).parts) + depth:
            planned.append(Path(*place.parts[: len(Path(root).parts) + depth]))
    missing = [
        point
        for point in planned
        if point != Path("/") and place.is_relative_to(point) and not _mounted(point)
    ]
    return str(max(missing, key=lambda point: len(point.parts))) if missing else ""


def _mounted(point: Path) -> bool:
    """Whether a drive is mounted at `point`, or it is a link to where one may be."""
    return point.is_mount() or point.is_symlink()


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
