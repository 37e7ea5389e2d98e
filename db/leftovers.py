"""Tells a missing database from a first start, and finds the copies left of a missing one.

A missing file must not become a new, empty one that gives out the same numbers again.  So the data
folder keeps a list of the databases that were opened, beside which copies and moved-away files
speak for themselves.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from app import files
from app.domain.cardguard import find_secrets
from app.domain.errors import Unavailable
from app.domain.missing_database import Leftover, LeftoverKind
from db.backup import existing
from db.copying import opened
from db.restoring import incoming

_MOST_LISTED = 40
_KEY_NOT_HERE = frozenset({"encryption.locked", "encryption.other_key"})


class KnownDatabases:
    """The databases that were once opened from one data folder, a path a line; those inside the
    folder relative to it, so that the folder can be moved."""

    def __init__(self, record: Path) -> None:
        self._record = record

    def __contains__(self, database: Path) -> bool:
        return self._name(database) in self._names()

    def add(self, database: Path) -> None:
        """Remember a database, but for one whose path holds a card number.  Raises
        `Unavailable`."""
        names = self._names()
        known = [*names, self._name(database)] if database not in self else names
        # Older programs wrote such paths, too.
        may_stay = [name for name in known if not find_secrets(name)]
        if may_stay != names:
            self._write(may_stay)

    def remove(self, database: Path) -> None:
        """Forget a database.  Raises `Unavailable`."""
        self._write([name for name in self._names() if name != self._name(database)])

    def _names(self) -> list[str]:
        try:
            return self._record.read_text(encoding="utf-8", errors="surrogateescape").splitlines()
        except FileNotFoundError:
            return []
        except OSError as failure:
            raise Unavailable("file.unreadable", name=str(self._record)) from failure

    def _write(self, names: list[str]) -> None:
        content = "".join(f"{name}\n" for name in names)
        try:
            files.private_folder(self._record.parent)
            files.write(self._record, content.encode("utf-8", "surrogateescape"))
        except OSError as failure:
            otherwise = Unavailable("files.unwritable", path=str(self._record))
            raise files.full_or(otherwise, failure, self._record) from failure

    def _name(self, database: Path) -> str:
        real = Path(os.path.realpath(database))
        folder = Path(os.path.realpath(self._record.parent))
        return real.relative_to(folder).as_posix() if real.is_relative_to(folder) else str(real)


def left_beside(live: Path) -> bool:
    """Whether a database of this name was here, going by what lies beside it."""
    logs = (live.with_name(live.name + part) for part in ("-wal", "-journal"))
    return incoming(live).exists() or any(log.exists() for log in logs) or bool(_replaced(live))


def _replaced(live: Path) -> list[Path]:
    return [path for path in live.parent.glob("replaced-*") if (path / live.name).is_file()]


def find(live: Path, backup_folders: Iterable[Path]) -> tuple[Leftover, ...]:
    """What `live` could be put back from, the newest first."""
    found = []
    if incoming(live).exists():
        found.append(_read(LeftoverKind.INCOMING, incoming(live)))
    found += [_read(LeftoverKind.REPLACED, path / live.name) for path in _replaced(live)]
    for folder in dict.fromkeys(backup_folders):
        with contextlib.suppress(OSError):
            for copy in existing(folder)[:_MOST_LISTED]:
                found.append(_read(LeftoverKind.BACKUP, copy.path, copy.made_at))
            for path in folder.glob("damaged-*.db"):
                found.append(_read(LeftoverKind.DAMAGED, path))
    return tuple(sorted(found, key=lambda item: item.made_at, reverse=True))


def _read(kind: LeftoverKind, path: Path, made_at: datetime | None = None) -> Leftover:
    from sqlcipher3 import dbapi2

    written = datetime.fromtimestamp(0, UTC)
    with contextlib.suppress(OSError):
        written = datetime.fromtimestamp(path.stat().st_mtime, UTC)
    found = Leftover(kind=kind, path=str(path), made_at=made_at or written)
    try:
        with opened(path) as connection:
            (incidents,) = connection.execute("SELECT count(*) FROM incident").fetchone()
            last = connection.execute(
                "SELECT number FROM incident ORDER BY reported_at DESC, number DESC LIMIT 1"
            ).fetchone()
    except Unavailable as refusal:
        needs = str(refusal.params["key"]) if refusal.code in _KEY_NOT_HERE else ""
        return replace(found, needs=needs)
    except (dbapi2.Error, OSError):
        return found
    return replace(found, incidents=incidents, last=last[0] if last else "")
