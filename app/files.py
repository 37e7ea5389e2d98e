"""Durable writing: a file is there whole under its name, or the old one is, whatever happens.

The one place that flushes to disk and renames over a name.  Everything that keeps something (the
settings, photos, documents, tables, backups) writes through it.
"""

from __future__ import annotations

import contextlib
import errno
import logging
import os
import platform
import re
import shutil
import stat
import sys
import time
import uuid
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from app.domain.errors import Unavailable

log = logging.getLogger(__name__)

_FOLDERS_NOT_FLUSHED = frozenset({errno.EINVAL, errno.ENOTSUP, errno.EBADF, errno.ENOSYS})
"""What file systems answer that cannot flush a folder (FAT, FUSE, some shares)."""
_OWNER = re.compile(r"([0-9a-f]{8})-(\d+)-")
_LEFT_OVER = 3600
"""Seconds after which what is not written to belongs to nobody who is still at work."""
_NUMBER_GIVEN_AGAIN = 24 * 3600
"""The same where a process of that number runs."""
_HANDED_OVER = (Path("/dev/fd"), Path("/proc/self/fd"))
MOST_CHOSEN = 64 << 20
"""Bytes read of a file somebody named, where its kind has no limit of its own."""
_BINARY = getattr(os, "O_BINARY", 0)
"""Line ends are written as they are, on Windows too."""


@contextlib.contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """A path to write the new content of `path` to; it takes its place when the block ends.

    It lies in the same folder, which must exist.  When the block raises, or flushing or renaming
    fails, nothing of it is left and `path` is as it was.  Raises `OSError`.
    """
    # Short: a long name must not become too long by what is added to it.
    partial = path.with_name(f".{path.name[:60]}.{owned()}-{uuid.uuid4().hex[:8]}.tmp")
    try:
        yield partial
        sync(partial)
        partial.replace(path)
        sync(path.parent)
    finally:
        # Swallowed, for the reason of the failure says more than that of tidying up after it.
        with contextlib.suppress(OSError):
            partial.unlink(missing_ok=True)


def owned() -> str:
    """What stands in the name of an unfinished file or folder: this computer and this process."""
    return f"{_computer()}-{os.getpid()}"


def _computer() -> str:
    return f"{zlib.crc32(platform.node().encode()):08x}"


def is_abandoned(path: Path) -> bool:
    """Whether an unfinished file or folder belongs to nobody who is still at work: its process has
    ended on this computer, or, where that cannot be told, it was not written to for an hour; a day,
    where another process may have got the number of one that was killed."""
    patience = _LEFT_OVER
    found = _OWNER.search(path.name)
    if found is not None and found[1] == _computer():
        if not _is_running(int(found[2])):
            return True
        patience = _NUMBER_GIVEN_AGAIN
    with contextlib.suppress(OSError):
        return abs(time.time() - path.stat().st_mtime) > patience
    return False


def remove_abandoned(folder: Path, pattern: str) -> None:
    """Remove the unfinished files and folders that match in a folder and belong to nobody; what
    cannot be removed stays."""
    found: list[Path] = []
    with contextlib.suppress(OSError):  # a stick that was drawn out, a share that is gone
        found.extend(folder.glob(pattern))
    for path in found:
        if not is_abandoned(path):
            continue
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        else:
            with contextlib.suppress(OSError):
                path.unlink()


def _is_running(process: int) -> bool:
    if sys.platform == "win32":
        import ctypes

        # Waiting for an ended process returns at once (0); 0x100000 is the right to wait for it.
        kernel = ctypes.WinDLL("kernel32", use_last_error=True)
        kernel.OpenProcess.restype = ctypes.c_void_p
        handle = kernel.OpenProcess(0x100000, False, process)
        if not handle:
            # 87: there is no such process.  Any other refusal means that there is one.
            return bool(ctypes.get_last_error() != 87)
        ended = kernel.WaitForSingleObject(ctypes.c_void_p(handle), 0) == 0
        kernel.CloseHandle(ctypes.c_void_p(handle))
        return not ended
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True


def write(path: Path, content: bytes) -> None:
    """Write a file so that a crash or a full disk leaves the old one or the new one, never half.

    Raises `OSError`.
    """
    with replacing(path) as partial:
        partial.write_bytes(content)


@contextlib.contextmanager
def writing(path: Path) -> Iterator[BinaryIO]:
    """A file to write the new content of `path` to bit by bit; as `replacing` otherwise."""
    with replacing(path) as partial, partial.open("wb") as file:
        yield file


def append(path: Path, content: bytes) -> None:
    """Write behind what stands in a file, which is made when there is none, and flush it.  A crash
    can leave a part of it behind.  Raises `OSError`."""
    fresh = not path.exists()
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | _BINARY, 0o600)
    with os.fdopen(handle, "ab") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    if fresh:
        sync(path.parent)


def cut(path: Path, length: int) -> None:
    """Keep only the first `length` bytes of a file, and flush it.  Raises `OSError`."""
    os.truncate(path, length)
    sync(path)


def write_private(path: Path, content: bytes) -> None:
    """Write a file that from its beginning only this user may read.  Raises `OSError`."""
    with replacing(path) as partial:
        handle = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL | _BINARY, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(content)


def create_private(path: Path) -> None:
    """Make an empty file that only this user may read, for what others write into it.  Raises
    `OSError`, also when it is there."""
    os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | _BINARY, 0o600))


def private_folder(path: Path) -> None:
    """Make a folder that only this user may enter, and those above it, where there is none.  On
    Windows the rights of the folder above hold, which a user's own folders keep from others.
    Raises `OSError`."""
    if path.is_dir():
        return
    if path.parent != path:
        private_folder(path.parent)
    path.mkdir(mode=0o700, exist_ok=True)


def keep_private(path: Path) -> None:
    """Take the right to read a file or folder of this user from everybody else; where that cannot
    be (FAT, Windows) nothing happens."""
    if os.name == "nt":
        return
    with contextlib.suppress(OSError):
        found = path.stat()
        if found.st_uid == os.geteuid() and found.st_mode & 0o077:
            path.chmod(found.st_mode & 0o700)


def copy(source: Path, partial: Path) -> None:
    """Copy the content of a file to the path `replacing` gave, for this user alone to read.
    Raises `OSError`."""
    create_private(partial)
    shutil.copyfile(source, partial)


def move(source: Path, target: Path) -> None:
    """Give a file another name, replacing what bears it; it keeps it after a crash.

    Raises `OSError`.
    """
    source.replace(target)
    sync(target.parent)
    if source.parent != target.parent:
        sync(source.parent)


def set_aside(path: Path) -> Path:
    """Rename what lies at `path`, damaged, so that nothing is lost; returns its new path.  Raises
    `OSError`."""
    name = f"{path.name}.damaged-{time.strftime('%Y%m%d-%H%M%S')}"
    kept, number = path.with_name(name), 1
    while kept.exists():
        number += 1
        kept = path.with_name(f"{name}-{number}")
    move(path, kept)
    return kept


def sync(path: Path) -> None:
    """Flush a file, or the names in a folder, to the disk.  Raises `OSError`.

    A file is opened for writing, because Windows flushes only what may be written
    (FlushFileBuffers: "the file handle must have the GENERIC_WRITE access right"); folders cannot
    be flushed there at all, and a rename is durable without it.
    """
    if not path.is_dir():
        _flush(path, os.O_RDWR | _BINARY)
        return
    if os.name == "nt":
        return
    try:
        _flush(path, os.O_RDONLY)
    except OSError as failure:
        if failure.errno not in _FOLDERS_NOT_FLUSHED:
            raise


def _flush(path: Path, flags: int) -> None:
    handle = os.open(path, flags)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def unavailable(failure: OSError, place: Path) -> Unavailable:
    """What a failed file operation means to a person."""
    if failure.errno in {errno.ENOSPC, errno.EDQUOT}:
        return Unavailable("files.disk_full", path=str(place))
    if failure.errno in {errno.EACCES, errno.EPERM, errno.EROFS, errno.EBUSY, errno.ETXTBSY}:
        return Unavailable("files.unwritable", path=str(place))
    return Unavailable("files.failed", path=str(place), detail=failure.strerror or "")


def open_chosen(path: Path) -> BinaryIO:
    """A file somebody named, to be read.  Raises `OSError`, also for a device, which has no end, or
    a pipe, which keeps waiting for one, unless the shell handed the pipe over (``/dev/fd/63``)."""
    mode = path.stat().st_mode
    handed_over = path.parent in _HANDED_OVER and stat.S_ISFIFO(mode)
    if not (stat.S_ISREG(mode) or stat.S_ISDIR(mode) or handed_over):
        raise OSError(errno.EINVAL, "no file", str(path))
    return path.open("rb")


def read_chosen(path: Path, most: int = MOST_CHOSEN) -> bytes:
    """A file somebody named, whole.  Raises `OSError` as `open_chosen`, and for one of more than
    `most` bytes."""
    with open_chosen(path) as file:
        content = file.read(most + 1)
    if len(content) > most:
        raise OSError(errno.EFBIG, os.strerror(errno.EFBIG), str(path))
    return content


@contextlib.contextmanager
def taken_back_on_failure(path: Path) -> Iterator[None]:
    """What is written to `path` inside stays only when all of the block is done: else the file is
    as it was, as far as the disk lets it.  For a file that is noted elsewhere once it is there.
    Raises `OSError` when what lies there cannot be read."""
    was_there = os.path.lexists(path)
    before = path.read_bytes() if path.is_file() else None
    try:
        yield
    except BaseException:
        with contextlib.suppress(OSError):
            if not was_there:
                path.unlink()
            elif before is not None and path.read_bytes() != before:
                write(path, before)
        raise


_OF_THE_SYSTEM = frozenset(
    getattr(errno, name)
    for name in (
        *("EACCES", "EPERM", "EROFS", "EBUSY", "ETXTBSY", "ENOSPC", "EDQUOT", "EIO", "ELOOP"),
        *(
            "ENAMETOOLONG",
            "EFBIG",
            "ENODEV",
            "ENXIO",
            "ESTALE",
            "ETIMEDOUT",
            "EHOSTDOWN",
            "ENOTCONN",
        ),
    )
    if hasattr(errno, name)
)
"""What the place of a file is to blame for, not the program: rights, room, the disk, its line."""


@contextlib.contextmanager
def refusals_told() -> Iterator[None]:
    """What the system refuses inside is told in words also where nothing nearer expected it: even
    whether a file is there cannot be asked in a folder of somebody else.

    Raises `Unavailable` (``files.no_access`` where rights are missing) in the place of such an
    `OSError` that names a file; others are bugs.
    """
    try:
        yield
    except OSError as failure:
        if not failure.filename or failure.errno not in _OF_THE_SYSTEM:
            raise
        log.warning("refused by the system", exc_info=True)
        place = Path(os.fsdecode(failure.filename))
        told = unavailable(failure, place)
        if told.code == "files.unwritable":
            told = Unavailable("files.no_access", path=str(place))
        raise told from failure


def full_or(otherwise: Unavailable, failure: OSError, place: Path) -> Unavailable:
    """`otherwise`, unless a full disk is the cause: then that is told, whatever was done."""
    told = unavailable(failure, place)
    return told if told.code == "files.disk_full" else otherwise
