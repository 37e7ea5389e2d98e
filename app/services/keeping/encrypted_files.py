"""The files encryption is about, besides the open database: backups, what lies aside, photos."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

from app.encryption import sealed_files
from app.services.core import blobs
from app.services.core.backups import FILES, JOURNAL, Backups
from app.services.keeping.journal_files import all_series
from db import backup, cipher, restoring
from db.copying import hash_file


class EncryptedFiles:
    """Those beside the database file `live` (None for a server) and in the folders of backups."""

    def __init__(self, live: Path | None, backups: Backups) -> None:
        self._live, self._backups = live, backups

    def folders(self) -> list[Path]:
        """The folders of backups that can be reached."""
        reachable = os.R_OK | os.X_OK
        there = (folder for folder in self._backups.folders if os.access(folder, reachable))
        return [folder for folder in there if folder.is_dir()]

    def databases(self) -> Iterator[Path]:
        """Every database file but the live one, which is open."""
        if self._live is not None:
            yield from (path for path in [restoring.confirmed(self._live)] if path.is_file())
            yield from sorted(self._live.parent.glob(f"replaced-*/{self._live.name}"))
        for folder in self.folders():
            yield from (copy.path for copy in backup.existing(folder))
            yield from sorted(folder.glob("damaged-*.db"))
            yield from (one.beginning for one in all_series(folder / JOURNAL))

    def sealed(self) -> Iterator[Path]:
        """Photos and documents."""
        yield from self._backups.blobs.paths()
        for folder in self.folders():
            yield from blobs.BlobStore(folder / FILES).paths()

    def not_as_wanted(self) -> Iterator[Path]:
        """Those that are not encrypted with the current key, or not plain while there is none.
        Looks into the first bytes of every file."""
        yield from (path for path in self.databases() if not is_so(cipher.is_as_wanted, path))
        yield from (path for path in self.sealed() if not is_so(sealed_files.is_as_wanted, path))

    def removable(self) -> tuple[Path, ...]:
        """Copies of the database among them that nothing needs: backups, what was moved aside, the
        beginning of an old series of the journal.  Photos belong to records and are none."""
        kept = restoring.confirmed(self._live) if self._live is not None else None
        return tuple(
            path
            for path in self.databases()
            if path != kept and not is_so(cipher.is_as_wanted, path)
        )

    def has_whole_backup(self) -> bool:
        """Whether a backup can be restored that is as wanted."""
        return any(
            is_so(cipher.is_as_wanted, copy.path) and backup.is_whole(copy)
            for folder in self.folders()
            for copy in backup.existing(folder)
        )


def is_so(wanted: Callable[[Path], bool], path: Path) -> bool:
    """Whether a file is as wanted; one that is gone by now is, one that cannot be read is not."""
    try:
        return wanted(path)
    except FileNotFoundError:
        return True
    except OSError:
        return False


def remove(path: Path) -> None:
    """Remove a copy of the database with what belongs to it.  Raises `OSError`."""
    folder = path.parent
    if folder.parent.name == JOURNAL:
        shutil.rmtree(folder)
        return
    for part in ("", "-wal", "-shm", "-journal"):
        path.with_name(path.name + part).unlink(missing_ok=True)
    hash_file(path).unlink(missing_ok=True)
    if folder.name.startswith("replaced-") and not any(folder.iterdir()):
        folder.rmdir()
