"""Files beside the database, named by their content: written whole or not at all, never changed."""

from __future__ import annotations

import errno
import hashlib
import logging
import os
from pathlib import Path

from app import files
from app.domain.errors import NotFound, Unavailable

log = logging.getLogger(__name__)


class BlobStore:
    """A folder of files under their SHA-256, as ``ab/abcdef…``."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def path(self, sha256: str) -> Path:
        """Where the file with this content lies."""
        return self._folder / sha256[:2] / sha256

    def put(self, content: bytes) -> str:
        """Store a file and return its name.  What is there already is not written again.

        The bytes are read back and compared before the file gets its name, so a row that names it
        never points at half a file.  Raises `Unavailable`: ``files.disk_full``,
        ``files.unwritable``, ``files.differs``.
        """
        sha256 = hashlib.sha256(content).hexdigest()
        target = self.path(sha256)
        if target.is_file() and _hash_of(target) == sha256:
            return sha256
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            with files.replacing(target) as partial:
                partial.write_bytes(content)
                if _hash_of(partial) != sha256:
                    raise Unavailable("files.differs", path=str(target.parent))
        except OSError as failure:
            raise unavailable(failure, target.parent) from failure
        return sha256

    def get(self, sha256: str) -> bytes:
        """The content of a file.  Raises `NotFound`, or `Unavailable("files.damaged")` when it is
        not what its name says."""
        try:
            content = self.path(sha256).read_bytes()
        except FileNotFoundError:
            raise NotFound("attachment", sha256[:12]) from None
        except OSError as failure:
            raise unavailable(failure, self._folder) from failure
        if hashlib.sha256(content).hexdigest() != sha256:
            raise Unavailable("files.damaged", name=sha256[:12])
        return content

    def holds(self, sha256: str, *, thorough: bool = False) -> bool:
        """Whether the file is there; `thorough` reads it to see whether it is what it was."""
        path = self.path(sha256)
        return path.is_file() and (not thorough or _hash_of(path) == sha256)

    def copy_to(self, other: BlobStore, *, thorough: bool = False) -> int:
        """Bring another folder up to date; returns how many files were new there.

        Files never change, so on one disk both names stand for the same file.  A damaged file is
        passed over; `thorough` also replaces files there that are damaged.  Raises `Unavailable`:
        ``files.disk_full``, ``files.unwritable``.
        """
        new = 0
        for path in sorted(self._folder.glob("??/[0-9a-f]*")):
            if other.holds(path.name, thorough=thorough):
                continue
            try:
                self._give(path, other)
            except OSError as failure:
                raise unavailable(failure, other.path(path.name)) from failure
            except (NotFound, Unavailable) as failure:
                if isinstance(failure, Unavailable) and failure.code != "files.damaged":
                    raise
                log.warning("not copied, damaged: %s", path)
                continue
            new += 1
        return new

    def _give(self, path: Path, other: BlobStore) -> None:
        """The other folder gets a file, which is read first to see whether it is whole."""
        content, target = self.get(path.name), other.path(path.name)
        target.parent.mkdir(parents=True, exist_ok=True)
        try:
            os.link(path, target)
            files.sync(target.parent)
        except OSError:
            other.put(content)


def _hash_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def unavailable(failure: OSError, place: Path) -> Unavailable:
    """What a failed file operation means to a person."""
    if failure.errno in {errno.ENOSPC, errno.EDQUOT}:
        return Unavailable("files.disk_full", path=str(place))
    if failure.errno in {errno.EACCES, errno.EPERM, errno.EROFS, errno.EBUSY, errno.ETXTBSY}:
        return Unavailable("files.unwritable", path=str(place))
    return Unavailable("files.failed", path=str(place), detail=failure.strerror or "")
