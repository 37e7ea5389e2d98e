"""A restore rehearsed: a backup put into a place of its own, read and counted, then thrown away."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from app import files
from app.domain.documents import FaultyFile
from app.domain.errors import Unavailable
from app.services.core.audit import ChainFault, chain_faults
from app.services.core.backups import FILES
from app.services.core.blobs import BlobStore
from app.services.core.context import ServiceContext
from app.services.core.stored_files import faulty_files, named_files
from app.working_folders import WorkingFolder
from db import contents, copying, migrate
from db.driver_errors import cause_of
from db.engine import Database


@dataclass(frozen=True, slots=True, kw_only=True)
class TableCount:
    """How many rows a table has in the backup and in the database now."""

    table: str
    backup: int
    now: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Rehearsal:
    """What came of it: the rows by table, the photos and files of the backup that are lost or
    damaged, where its log is broken."""

    copy: Path
    at: datetime
    counts: tuple[TableCount, ...]
    faulty: tuple[FaultyFile, ...]
    broken: tuple[ChainFault, ...]

    @property
    def well(self) -> bool:
        """Whether everything in the backup could be had back."""
        return not (self.faulty or self.broken)


def rehearse(context: ServiceContext, copy: Path) -> Rehearsal:
    """Restore `copy` into a folder that is thrown away, and read all of it.

    Raises what `db.copying.check_file` raises; `Unavailable` when it cannot be brought to this
    version or there is no room for it.
    """
    from sqlcipher3 import dbapi2

    copying.check_file(copy)
    with WorkingFolder("rehearsal") as folder:
        place = folder / "restored.db"
        try:
            copying.copy_file(copy, place)
        except copying.Damaged as failure:
            raise Unavailable("backup.damaged", path=str(copy)) from failure
        except dbapi2.Error as failure:
            code = cause_of(str(failure)) or "backup.damaged"
            raise Unavailable(code, path=str(copy)) from failure
        except OSError as failure:
            raise files.unavailable(failure, folder) from failure
        return _read(context, copy, place)


def _read(context: ServiceContext, copy: Path, place: Path) -> Rehearsal:
    restored = Database(place)
    try:
        migrate.prepare(restored)
        with restored.read() as session:
            there = contents.row_counts(session.connection())
            broken = chain_faults(session)
            named = named_files(session)
    finally:
        restored.close()
    with context.read() as session:
        here = contents.row_counts(session.connection())
    return Rehearsal(
        copy=copy,
        at=context.now(),
        counts=tuple(
            TableCount(table=table, backup=there.get(table, 0), now=here.get(table, 0))
            for table in sorted(there.keys() | here.keys())
        ),
        faulty=faulty_files(named, BlobStore(copy.parent / FILES), thorough=True),
        broken=broken,
    )
