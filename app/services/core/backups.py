"""Care of the data: backups of the database and of the files beside it, checks, restore."""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

from app import files
from app.domain.documents import FaultyFile
from app.domain.errors import InvalidInput, Unavailable
from app.encryption.key_file import copy_beside
from app.services.core.blobs import BlobStore
from app.services.core.context import ServiceContext
from app.services.core.rights import require
from app.services.core.stored_files import faulty_files, named_files, named_files_in
from db import backup, copying, leftovers, restoring
from db.locking import DatabaseLock

FILES = "files"
"""The folder of photos and documents beside the copies of the database."""
JOURNAL = "journal"
"""The folder of the journal beside the copies of the database."""


@dataclass(frozen=True, slots=True)
class MadeBackup:
    """The copy that was made, the photos and files of the records it could not take whole, and why
    there is no copy in the second folder, if there should be one."""

    path: Path
    faulty: tuple[FaultyFile, ...] = ()
    second_problem: Unavailable | None = None


@dataclass(frozen=True, slots=True)
class Restored:
    """Where the old database went, if there was one, and the photos and files that the restored
    records name but that are lost or damaged, here and in the backup."""

    replaced: Path | None
    faulty: tuple[FaultyFile, ...] = ()


def put_back(
    copy: Path,
    lock: DatabaseLock,
    blobs: BlobStore,
    now: datetime,
    known: Iterable[Path],
    kept: Path | None = None,
) -> Restored:
    """Put a copy in place of the database whose `lock` is held alone, after bringing back files
    that are missing or damaged from the folder `kept`, or that beside the copy.  Every file the
    restored records name is read.  The numbers of the files `known` are never given out again.

    Raises `NotFound`, `Unavailable`; the database is then as it was.
    """
    copying.check_file(copy)
    brought = BlobStore(kept or copy.parent / FILES).copy_to(blobs, thorough=True)
    faulty = faulty_files(named_files_in(copy), blobs, thorough=True, sound=brought.sound)
    return Restored(restoring.restore(copy, lock, now, known), faulty)


class Backups:
    """Use cases of keeping the data safe.  A copy of the `key_file`, where there is one, lies
    beside the copies: without it nobody could restore an encrypted one on another computer."""

    def __init__(
        self,
        context: ServiceContext,
        blobs: BlobStore,
        folder: Path,
        second_folder: Path | None,
        key_file: Path,
    ) -> None:
        self._key_file = key_file
        self._context = context
        self._blobs = blobs
        self._folder = folder
        self._second = second_folder

    def use_second_folder(self, folder: Path | None) -> None:
        """Also copy to this folder from now on."""
        self._second = folder

    def back_up(self, reason: str = "manual", target: Path | None = None) -> MadeBackup:
        """A verified copy now, in the backup folder or `target`, with the photos and documents
        beside it; old copies of the database age out.  Photos that are lost or damaged are named;
        an earlier copy of such a file is kept.

        Raises `Unavailable`, `InvalidInput` (`target` is a file).
        """
        place = self._context
        if target is not None and target.exists() and not target.is_dir():
            raise InvalidInput.of("folder", "backup.not_a_folder", path=str(target))
        made = self._copy(target or self._folder, reason)
        if target is None:
            backup.rotate(self._folder, place.now())
            made = replace(made, second_problem=self._copy_again(reason))
        return made

    def _copy_again(self, reason: str) -> Unavailable | None:
        """A copy in the second folder, which may be on a stick that is not there now; returns why
        there is none."""
        if self._second is None:
            return None
        try:
            self._copy(self._second, reason)
            backup.rotate(self._second, self._context.now())
        except Unavailable as problem:
            return problem
        return None

    def _copy(self, folder: Path, reason: str) -> MadeBackup:
        made = backup.make(self._context.database, folder, self._context.now(), reason)
        self.keep_keys_in(folder)
        copied = self._blobs.copy_to(BlobStore(folder / FILES))
        with self._context.read() as session:
            named = named_files(session)
        return MadeBackup(made, faulty_files(named, self._blobs, damaged=copied.damaged))

    def keep_keys_in(self, folder: Path) -> None:
        """Bring the copy of the key file in a folder of copies up to date.  Raises
        `Unavailable`."""
        try:
            copy_beside(self._key_file, folder)
        except OSError as failure:
            raise files.unavailable(failure, folder) from failure

    @property
    def key_file(self) -> Path:
        """Where the wrapped keys of encrypted data lie."""
        return self._key_file

    def back_up_server(self, target: Path | None = None) -> MadeBackup:
        """A copy of a server's database by PostgreSQL's own program, with the photos and documents
        beside it, in the backup folder or `target`.  Nothing ages out.

        Raises `Unavailable` as `db.server_dump.dump`.
        """
        from db import server_dump

        folder = target or self._folder
        path, _made = server_dump.dump(self._context.database, folder, self._context.now())
        found = self._blobs.copy_to(BlobStore(folder / FILES))
        with self._context.read() as session:
            named = named_files(session)
        return MadeBackup(path, faulty_files(named, self._blobs, damaged=found.damaged))

    def back_up_if_due(self, every: timedelta = timedelta(minutes=30)) -> MadeBackup | None:
        """A copy when the newest is older than `every` and something was written since."""
        path, now = self._context.database.path, self._context.now()
        if path is None or not path.exists():
            return None
        copies = backup.until(self.backups(), now)
        if copies and now - copies[0].made_at < every:
            return None
        if copies and not self._written_since(copies[0], path):
            return None
        return self.back_up("auto")

    def _written_since(self, copy: backup.Backup, path: Path) -> bool:
        """Whether the database changed after a copy; when a file is gone or its time cannot be
        true, rather one copy too many."""
        try:
            copied = copy.path.stat().st_mtime
            parts = [path, path.with_name(path.name + "-wal")]
            newest = max(file.stat().st_mtime for file in parts if file.exists())
        except (OSError, ValueError):
            return True
        return newest > copied or copied > time.time() + backup.SLACK.total_seconds()

    def backups(self) -> list[backup.Backup]:
        """The copies there are in the own folder, newest first."""
        return self.backups_in(self._folder)

    def backups_in(self, folder: Path) -> list[backup.Backup]:
        """The copies there are in a folder, newest first."""
        return backup.existing(folder) if folder.is_dir() else []

    @property
    def folder(self) -> Path:
        """The own folder of copies."""
        return self._folder

    @property
    def second_folder(self) -> Path | None:
        """The folder that gets a copy of each backup too, if there is one."""
        return self._second

    @property
    def blobs(self) -> BlobStore:
        """The photos and documents beside the database."""
        return self._blobs

    @property
    def folders(self) -> tuple[Path, ...]:
        """Where copies are kept: the own folder, and the second one when there is one."""
        return (self._folder, *([self._second] if self._second else []))

    def restore(self, copy: Path, *, kept: Path | None = None) -> Restored:
        """Put a copy in place of the live database, and bring back files that are missing or
        damaged from the folder `kept`, or that beside the copy.  The program must be started again.

        Raises `NotFound`, `Unavailable`; also while any other program has the database open;
        `NotPermitted`.
        """
        require(self._context, "backup.restore")
        with self._context.database.replacing() as lock:
            folders = [self._folder, *([self._second] if self._second else [])]
            known = [Path(found.path) for found in leftovers.find(lock.database, folders)]
            return put_back(copy, lock, self._blobs, self._context.now(), known, kept)
