"""Care of the data: backups of the database and of the files beside it, checks, restore."""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import sqlalchemy as sa

from app.domain.documents import FaultyFile
from app.domain.errors import InvalidInput
from app.services.core.audit import chain_faults
from app.services.core.blobs import BlobStore
from app.services.core.context import ServiceContext
from app.services.core.rights import require
from app.services.core.stored_files import faulty_files, named_files, named_files_in
from db import backup, copying, leftovers, migrate, restoring, storage
from db.locking import DatabaseLock

FILES = "files"
"""The folder of photos and documents beside the copies of the database."""


@dataclass(frozen=True, slots=True)
class MadeBackup:
    """The copy that was made, and the photos and files of the records it could not take whole."""

    path: Path
    faulty: tuple[FaultyFile, ...] = ()


@dataclass(frozen=True, slots=True)
class Restored:
    """Where the old database went, if there was one, and the photos and files that the restored
    records name but that are lost or damaged, here and in the backup."""

    replaced: Path | None
    faulty: tuple[FaultyFile, ...] = ()


def put_back(
    copy: Path, lock: DatabaseLock, blobs: BlobStore, now: datetime, known: Iterable[Path]
) -> Restored:
    """Put a copy in place of the database whose `lock` is held alone, after bringing back files
    that are missing or damaged.  Every file the restored records name is read.
    The numbers of the files `known` are never given out again.

    Raises `NotFound`, `Unavailable`; the database is then as it was.
    """
    copying.check_file(copy)
    files = BlobStore(copy.parent / FILES).copy_to(blobs, thorough=True)
    faulty = faulty_files(named_files_in(copy), blobs, thorough=True, sound=files.sound)
    return Restored(restoring.restore(copy, lock, now, known), faulty)


@dataclass(frozen=True, slots=True)
class HealthFinding:
    """One thing checked: a code `app.texts` explains, whether it is well, and details."""

    code: str
    well: bool
    detail: str = ""
    faulty: tuple[FaultyFile, ...] = ()


class Backups:
    """Use cases of keeping the data safe."""

    def __init__(
        self, context: ServiceContext, blobs: BlobStore, folder: Path, second_folder: Path | None
    ) -> None:
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
            if self._second is not None:
                self._copy(self._second, reason)
                backup.rotate(self._second, place.now())
        return made

    def _copy(self, folder: Path, reason: str) -> MadeBackup:
        made = backup.make(self._context.database, folder, self._context.now(), reason)
        files = self._blobs.copy_to(BlobStore(folder / FILES))
        with self._context.read() as session:
            named = named_files(session)
        return MadeBackup(made, faulty_files(named, self._blobs, damaged=files.damaged))

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
            files = [path, path.with_name(path.name + "-wal")]
            newest = max(file.stat().st_mtime for file in files if file.exists())
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
    def folders(self) -> tuple[Path, ...]:
        """Where copies are kept: the own folder, and the second one when there is one."""
        return (self._folder, *([self._second] if self._second else []))

    def restore(self, copy: Path) -> Restored:
        """Put a copy in place of the live database, and bring back files that are missing or
        damaged.  The program must be started again.

        Raises `NotFound`, `Unavailable`; also while any other program has the database open;
        `NotPermitted`.
        """
        require(self._context, "backup.restore")
        with self._context.database.replacing() as lock:
            folders = [self._folder, *([self._second] if self._second else [])]
            known = [Path(found.path) for found in leftovers.find(lock.database, folders)]
            return put_back(copy, lock, self._blobs, self._context.now(), known)

    def check(self, *, thorough: bool = False) -> list[HealthFinding]:
        """What can be said about the health of the data; `thorough` reads everything."""
        place = self._context
        database = place.database
        found = [HealthFinding("check.database", True, str(database))]
        with database.connect() as connection:
            if database.is_sqlite:
                pragma = "integrity_check" if thorough else "quick_check"
                verdict = connection.exec_driver_sql(f"PRAGMA {pragma}").scalars().all()
                # A row of the verdict may hold several lines.
                said = "; ".join(" ".join(line.split()) for line in verdict[:3])[:300]
                found.append(HealthFinding("check.structure", verdict == ["ok"], said))
                orphans = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
                found.append(HealthFinding("check.references", not orphans, str(len(orphans))))
            rows = sum(migrate.row_counts(connection).values())
        revision = migrate.revision_of(database)
        found.append(HealthFinding("check.schema", revision == migrate.HEAD, revision or "-"))
        found.append(HealthFinding("check.rows", True, str(rows)))
        found += self._rules()
        if thorough:
            with place.read() as session:
                faults = chain_faults(session)
            broken = ", ".join(f"{one.station} {one.seq}" for one in faults)
            found.append(HealthFinding("check.log", not faults, broken))
        found.append(self._files(thorough=thorough))
        if database.path is not None:
            short = storage.low_on_space(database.path)
            found.append(HealthFinding("check.space", not short))
            copies = backup.until(self.backups(), place.now())
            fresh = bool(copies) and place.now() - copies[0].made_at < timedelta(days=7)
            found.append(
                HealthFinding("check.backup", fresh, copies[0].path.name if copies else "-")
            )
        return found

    def _files(self, *, thorough: bool) -> HealthFinding:
        """Whether every photo and file that a record names is there; those that are not, named."""
        with self._context.read() as session:
            named = named_files(session)
        faulty = faulty_files(named, self._blobs, thorough=thorough)
        return HealthFinding("check.files", not faulty, str(len(faulty)), faulty)

    def _rules(self) -> list[HealthFinding]:
        """Rules no constraint can express."""
        wrong = {
            "check.events": (
                "SELECT count(*) FROM incident i WHERE NOT EXISTS (SELECT 1 FROM incident_event e"
                " WHERE e.incident_id = i.id AND e.to_state = i.state)"
            ),
            "check.custody": (
                "SELECT count(*) FROM terminal t WHERE t.state <> 'retired' AND NOT EXISTS"
                " (SELECT 1 FROM custody c WHERE c.terminal_id = t.id AND c.until IS NULL)"
            ),
            "check.retired_placed": (
                "SELECT count(*) FROM terminal t JOIN placement p ON p.terminal_id = t.id"
                " AND p.until IS NULL WHERE t.state IN ('retired', 'spare')"
            ),
        }
        with self._context.read() as session:
            counts = {code: session.execute(sa.text(q)).scalar_one() for code, q in wrong.items()}
        return [HealthFinding(code, count == 0, str(count)) for code, count in counts.items()]
