"""The health of the data: structure, references, rules, photos, log and state, space, backups."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import sqlalchemy as sa

from app.domain.documents import FaultyFile
from app.domain.errors import Unavailable
from app.encryption.keys import unlocked
from app.services.core.audit import chain_faults
from app.services.core.backups import Backups
from app.services.core.context import ServiceContext
from app.services.core.stored_files import faulty_files, named_files
from app.services.keeping.encrypted_files import EncryptedFiles
from app.services.keeping.journal_place import UNREADABLE
from app.services.keeping.proof import Proof, RowDifference
from db import backup, cipher, migrate, newest, storage
from db.server_rights import may_change_log

OLDEST_BACKUP = timedelta(days=7)
"""A backup that is older is no longer fresh."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HealthFinding:
    """One thing checked: a code `app.texts` explains, whether it is well, and details: files that
    are lost or damaged, rows that are not what the log says, why it could not be checked."""

    code: str
    well: bool
    detail: str = ""
    faulty: tuple[FaultyFile, ...] = ()
    rows: tuple[RowDifference, ...] = ()
    problem: Unavailable | None = None


def check_database(
    context: ServiceContext, backups: Backups, *, thorough: bool
) -> list[HealthFinding]:
    """What the database and the files beside it say by themselves; `thorough` reads everything.
    Raises `Unavailable`."""
    database = context.database
    found = [HealthFinding(code="check.database", well=True, detail=str(database))]
    with database.connect() as connection:
        if not database.is_sqlite:
            found.append(
                HealthFinding(code="check.log_rights", well=not may_change_log(connection))
            )
        else:
            pragma = "integrity_check" if thorough else "quick_check"
            verdict = connection.exec_driver_sql(f"PRAGMA {pragma}").scalars().all()
            # A row of the verdict may hold several lines.
            said = "; ".join(" ".join(line.split()) for line in verdict[:3])[:300]
            found.append(HealthFinding(code="check.structure", well=verdict == ["ok"], detail=said))
            orphans = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
            found.append(
                HealthFinding(code="check.references", well=not orphans, detail=str(len(orphans)))
            )
        rows = sum(migrate.row_counts(connection).values())
        found.append(_schema(context, connection))
    found.append(HealthFinding(code="check.rows", well=True, detail=str(rows)))
    found += _rules(context)
    if thorough:
        found.append(_log(context))
    found.append(_files(context, backups, thorough=thorough))
    if database.path is not None:
        found.append(
            HealthFinding(code="check.space", well=not storage.low_on_space(database.path))
        )
        found += _fresh_backups(context, backups)
    found += _encrypted(context, backups)
    return found


def _schema(context: ServiceContext, connection: sa.Connection) -> HealthFinding:
    """Whether the schema is the newest one, by both of its notes; and in a file, whether nothing
    was taken from it or put in: a trigger somebody made changes what the program writes later."""
    revision = migrate.revision_of(context.database)
    noted = connection.scalar(sa.text("SELECT version_num FROM alembic_version"))
    changed = newest.deviations(connection) if context.database.is_sqlite else []
    if noted != revision:
        changed.insert(0, "alembic_version")
    well = revision == migrate.HEAD and not changed
    detail = ", ".join([revision or "-", *changed[:_MOST_NAMED]])
    return HealthFinding(code="check.schema", well=well, detail=detail)


def _log(context: ServiceContext) -> HealthFinding:
    with context.read() as session:
        try:
            faults = chain_faults(session)
        except UNREADABLE:
            return HealthFinding(code="check.log", well=False, problem=Unavailable("db.damaged"))
    broken = ", ".join(f"{one.station} {one.seq}" for one in faults)
    return HealthFinding(code="check.log", well=not faults, detail=broken)


def lost_journal(series: str, copy: Path | None) -> HealthFinding:
    """That a series of the journal is gone which was kept, and the backup to compare with."""
    if copy is None:
        problem = Unavailable("journal.lost", series=series)
    else:
        problem = Unavailable("journal.lost_since_backup", series=series, path=str(copy))
    return HealthFinding(code="check.journal_kept", well=False, detail=series, problem=problem)


def told_by(proof: Proof) -> Iterator[HealthFinding]:
    """What the comparison with the journal says."""
    rows = proof.differences
    yield HealthFinding(
        code="check.state", well=not rows, detail=str(len(rows)) if rows else "", rows=rows
    )
    places = [f"{one.file} {one.line or ''}".strip() for one in proof.rebuilt.faults]
    places += [f"{station} {seq}" for station, seq in proof.rebuilt.gaps]
    detail = ", ".join(places) or proof.since
    yield HealthFinding(code="check.journal", well=proof.journal_is_whole, detail=detail)


def _fresh_backups(context: ServiceContext, backups: Backups) -> Iterator[HealthFinding]:
    now = context.now()
    folders = {"check.backup": backups.folder, "check.second_backup": backups.second_folder}
    for code, folder in folders.items():
        if folder is None:
            continue
        copies = backup.until(backups.backups_in(folder), now)
        fresh = bool(copies) and now - copies[0].made_at < OLDEST_BACKUP
        yield HealthFinding(code=code, well=fresh, detail=copies[0].path.name if copies else "-")


def _encrypted(context: ServiceContext, backups: Backups) -> Iterator[HealthFinding]:
    """Where encryption is on, whether everything is; named is what is not."""
    if unlocked.current is None:
        return
    plain = list(EncryptedFiles(context.database.path, backups).not_as_wanted())
    live = context.database.path
    if live is not None and not _is_encrypted(context):
        plain.insert(0, live)
    detail = ", ".join(map(str, plain[:_MOST_NAMED])) + (" …" if len(plain) > _MOST_NAMED else "")
    yield HealthFinding(
        code="check.encryption", well=not plain, detail=detail or unlocked.current.name
    )


def _is_encrypted(context: ServiceContext) -> bool:
    with context.database.connect() as connection:
        return cipher.is_encrypted(connection.connection.dbapi_connection)


_MOST_NAMED = 5


def _files(context: ServiceContext, backups: Backups, *, thorough: bool) -> HealthFinding:
    """Whether every photo and file that a record names is there; those that are not, named."""
    with context.read() as session:
        named = named_files(session)
    faulty = faulty_files(named, backups.blobs, thorough=thorough)
    return HealthFinding(
        code="check.files", well=not faulty, detail=str(len(faulty)), faulty=faulty
    )


def _rules(context: ServiceContext) -> list[HealthFinding]:
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
    with context.read() as session:
        counts = {code: session.execute(sa.text(q)).scalar_one() for code, q in wrong.items()}
    return [
        HealthFinding(code=code, well=count == 0, detail=str(count))
        for code, count in counts.items()
    ]
