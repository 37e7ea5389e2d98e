"""Files beside the database, named by their content: written whole or not at all, never changed."""

from __future__ import annotations

import errno
import hashlib
import logging
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from app import files
from app.domain.errors import NotFound, Unavailable
from app.encryption import sealed_files

log = logging.getLogger(__name__)


_FAT_TIME = 2.0
"""Seconds by which FAT may round the time of a file."""


@dataclass(frozen=True, slots=True)
class CopiedFiles:
    """What became of a folder's files: how many were new in the other folder, the names of those
    damaged here, and of those that the other folder holds whole."""

    new: int
    damaged: frozenset[str]
    sound: frozenset[str]


class BlobStore:
    """A folder of files under their SHA-256, as ``ab/abcdef…``."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def path(self, sha256: str) -> Path:
        """Where the file with this content lies."""
        return self._folder / sha256[:2] / sha256

    def paths(self) -> Iterator[Path]:
        """Every file there is."""
        return iter(sorted(self._folder.glob("??/[0-9a-f]*")))

    def put(self, content: bytes) -> str:
        """Store a file and return its name.  What is there already is not written again.

        The bytes are read back and compared before the file gets its name, so a row that names it
        never points at half a file.  Raises `Unavailable`: ``files.disk_full``,
        ``files.unwritable``, ``files.differs``.
        """
        sha256 = hashlib.sha256(content).hexdigest()
        target = self.path(sha256)
        if _is_sound(target):
            return sha256
        try:
            files.private_folder(target.parent)
            with files.replacing(target) as partial:
                with sealed_files.writing(partial) as file:
                    file.write(content)
                if _hash_of(partial) != sha256:
                    raise Unavailable("files.differs", path=str(target.parent))
        except OSError as failure:
            raise files.unavailable(failure, target.parent) from failure
        return sha256

    def get(self, sha256: str) -> bytes:
        """The content of a file.  Raises `NotFound`, or `Unavailable("files.damaged")` when it is
        not what its name says."""
        try:
            with sealed_files.reading(self.path(sha256)) as file:
                content = file.read()
        except FileNotFoundError:
            raise NotFound("attachment", sha256[:12]) from None
        except OSError as failure:
            raise files.unavailable(failure, self._folder) from failure
        if hashlib.sha256(content).hexdigest() != sha256:
            raise Unavailable("files.damaged", name=sha256[:12])
        return content

    def fault(self, sha256: str, size: int | None = None, *, thorough: bool = False) -> str:
        """What is wrong with a file: ``lost``, ``damaged`` or, when it is sound, empty.  The
        `size` in bytes is compared when it is known; `thorough` reads the file.

        Raises `Unavailable` when it cannot be read.
        """
        path = self.path(sha256)
        try:
            if not path.is_file():
                return "lost"
            if size is not None and sealed_files.content_size(path) != size:
                return "damaged"
            return "damaged" if thorough and not _is_sound(path) else ""
        except OSError as failure:
            if failure.errno == errno.EIO:
                return "damaged"
            raise Unavailable("file.unreadable", name=str(path)) from failure

    def copy_to(self, other: BlobStore, *, thorough: bool = False) -> CopiedFiles:
        """Bring another folder up to date with files of its own, so that damage to one never
        reaches the other.

        What is copied is hashed on its way.  A file already there with the same size and time is
        passed over; `thorough` reads it, and the one here when it is damaged.  A damaged file is
        never copied and never replaces a copy.  Raises `Unavailable`: ``files.disk_full``,
        ``files.unwritable``, ``files.differs``.
        """
        new, damaged, sound = 0, set(), set()
        for folder in (self._folder, other._folder):
            # What was being stored when its process was killed.
            files.remove_abandoned(folder, "??/.*.tmp")
        for path in self.paths():
            target = other.path(path.name)
            if _verified(path, target) if not thorough else _is_sound(target):
                sound.add(path.name)
                continue
            try:
                was_there = target.exists() and not target.samefile(path)
                copied = _copied(path, target)
            except OSError as failure:
                raise files.unavailable(failure, target) from failure
            if copied:
                new += not was_there
                sound.add(path.name)
            else:
                log.warning("not copied, damaged: %s", path)
                damaged.add(path.name)
        return CopiedFiles(new, frozenset(damaged), frozenset(sound))


def _is_sound(path: Path) -> bool:
    return path.is_file() and _hash_of(path) == path.name


def convert(path: Path) -> bool:
    """Seal a file named by its hash with the current key, or make it plain while there is none;
    returns whether that was to do.  Raises `OSError`, `Unavailable`; the file is as it was then."""
    return not sealed_files.is_as_wanted(path) and _copied(path, path)


def _verified(path: Path, copy: Path) -> bool:
    """Whether a copy that was hashed when it was made still looks like the file: a file of its
    own, the same size, the same time as far as FAT keeps it (two seconds)."""
    try:
        one, other = path.stat(), copy.stat()
    except OSError:
        return False
    own = (one.st_dev, one.st_ino) != (other.st_dev, other.st_ino)
    return own and one.st_size == other.st_size and abs(one.st_mtime - other.st_mtime) < _FAT_TIME


def _copied(source: Path, target: Path) -> bool:
    """Whether `target` is now a copy of a file named by its hash; nothing is changed when the
    file is not what its name says.  Raises `OSError`, `Unavailable`."""
    if _hash_of(source) != source.name:
        return False
    files.private_folder(target.parent)
    with files.replacing(target) as partial:
        if sealed_files.is_as_wanted(source):
            files.copy(source, partial)
        else:
            sealed_files.convert(source, partial)
        if _hash_of(partial) != source.name:
            raise Unavailable("files.differs", path=str(target.parent))
        seen = source.stat()
        os.utime(partial, ns=(seen.st_atime_ns, seen.st_mtime_ns))
    return True


def _hash_of(path: Path) -> str:
    """The SHA-256 of the content; empty when it is not what was sealed."""
    try:
        with sealed_files.reading(path) as file:
            return hashlib.file_digest(file, "sha256").hexdigest()  # type: ignore[arg-type]
    except Unavailable as problem:
        if problem.code != "files.damaged":
            raise
        return ""
