"""Puts a database back whose file is lost or damaged, from a backup or rebuilt from the journal, or
gives it up for an empty one."""

from __future__ import annotations

import contextlib
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from app import paths, unlocking
from app import settings as settings_file
from app.bootstrap import builder, file_of_settings, prepared, remains_of
from app.domain.errors import InvalidInput
from app.domain.missing_database import Leftover
from app.server_password import with_password
from app.services.core.backups import FILES, JOURNAL, Restored, put_back
from app.services.core.blobs import BlobStore
from app.services.core.context import Clock, system_clock
from app.settings import Settings
from db import restoring, storage
from db.engine import Database, file_of
from db.leftovers import KnownDatabases
from db.locking import DatabaseLock

if TYPE_CHECKING:
    from app.services.keeping.rebuilding import Rebuilt
    from db.server_dump import ServerCopy


def remains(settings: Settings) -> tuple[Leftover, ...]:
    """What the database of the settings could be put back from.  Raises `Unavailable`."""
    unlocking.unlock_by_key_store()
    return remains_of(file_of_settings(settings))


def restore(
    settings: Settings,
    copy: Path,
    *,
    name: str,
    clock: Clock = system_clock,
    kept: Path | None = None,
) -> Restored:
    """Put a copy in place of the database, whether that is sound, damaged or missing; returns where
    the old one went, and which photos are lost or damaged.  Photos come from the folder `kept`, or
    that beside the copy.

    Raises `NotFound`, `Unavailable`; also while anybody has the database open; `EncryptionLocked`
    when the copy, or what is here, has to be unlocked first.
    """
    path = file_of_settings(settings)
    storage.check_place(path)
    unlocking.needed_for(copy)
    lock = DatabaseLock(path, name)
    with contextlib.closing(lock), lock.alone():
        restoring.finish(lock)
        known = [Path(found.path) for found in remains_of(path)]
        restored = put_back(copy, lock, BlobStore(paths.attachments()), clock(), known, kept)
        KnownDatabases(paths.known_databases()).add(path)
    return restored


def restore_from_journal(
    settings: Settings, folder: Path | None, *, name: str, clock: Clock = system_clock
) -> tuple[Restored, Rebuilt]:
    """Rebuild the database from a series of the journal, without `folder` the newest one beside
    the backups, and put it in the place of the old one.  What is missing in the journal is missing
    in it, and told.

    Raises `NotFound`, `Unavailable`; also while anybody has the database open.
    """
    from app.services.keeping.rebuilding import rebuilt_beside, series_to_restore

    series = series_to_restore(folder or paths.backups() / JOURNAL)
    path = file_of_settings(settings)
    storage.check_place(path)
    unlocking.needed_for(series.beginning)
    with rebuilt_beside(path, series, builder(settings, clock)) as (copy, rebuilt):
        kept = paths.backups() / FILES
        return restore(settings, copy, name=name, clock=clock, kept=kept), rebuilt


def is_server_copy(path: Path) -> bool:
    """Whether a file is a copy of a server's database, going by its name."""
    from db.server_dump import ENDING

    return path.suffix == ENDING


def restore_server(settings: Settings, copy: Path) -> ServerCopy:
    """Put a copy of a server's database into the empty database the settings name, and bring back
    the photos and documents beside it.

    Raises `NotFound`, `Unavailable` as `db.server_dump.restore`.
    """
    from db import server_dump

    done = server_dump.restore(copy, with_password(settings.database))
    BlobStore(copy.parent / FILES).copy_to(BlobStore(paths.attachments()), thorough=True)
    return done


def database_file(settings: Settings) -> Path | None:
    """The database file of the settings; None for a server."""
    return file_of(settings.database or str(paths.database_file()))


def database_name(settings: Settings) -> str:
    """The name of the database file of the settings.  Raises `Unavailable` for a server."""
    return file_of_settings(settings).name


def begin_empty(
    settings: Settings, device: str, *, name: str, clock: Clock = system_clock
) -> Settings:
    """Give up a missing database: the next start begins an empty one, whose numbers bear the new
    `device` letter, so that none is given out twice.  Returns the settings, which are saved.

    Raises `InvalidInput`, `Unavailable`.
    """
    path = file_of_settings(settings)
    if path.exists() and path.stat().st_size:
        raise InvalidInput.of("database", "restore.not_missing", path=str(path))
    chosen = settings_file.check(replace(settings, device=device))
    if chosen.device == settings.device:
        raise InvalidInput.of("device", "restore.same_letter", device=chosen.device)
    storage.check_place(path)
    unlocking.unlock_by_key_store()
    lock = DatabaseLock(path, name)
    with contextlib.closing(lock), lock.alone():
        restoring.set_aside(lock, clock())
        settings_file.save(chosen, paths.settings_file())
        prepared(Database(path, name), clock).close()
        KnownDatabases(paths.known_databases()).add(path)
    return chosen
