"""Knows from outside the database whom this computer trusts and which computer it is, so that a
check can tell when somebody wrote something else into the file.

Trust is each computer's own decision and no operation, so rebuilding the database does not show a
computer, a person or an office that was put in.  Of each row a short hash is remembered, by the
path of the file: by its station it would not be found any more once that was changed.  A server is
not remembered: many computers change it.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session

from app.services.core import log_reading, operation_log
from app.services.core.context import ServiceContext
from app.services.core.log_beginning import RESTORED_COPY
from app.services.core.outside_memory import OutsideMemory
from db import contents
from db.models.exchange import StationPersonRow, StationRow
from db.models.office import AppStateRow
from db.stations import STATION

_EXCHANGE = "exchange:"
"""Facts that begin so say which keys and what name this computer has, and whose it is."""
_LONGEST_CHANGE = timedelta(hours=1)
"""After this time whoever was changing something is no longer at it."""
_KEY_DIGITS, _ROW_DIGITS = 12, 16
"""Hexadecimal digits kept of each hash: the key store of Windows holds 1280 characters."""
_lock = threading.RLock()


@dataclass(frozen=True, slots=True)
class _KnownRows:
    """Of each row its hash; how often a copy was put back when it was remembered, for such a copy
    has the rows of its day; and since when somebody is changing rows."""

    restored: int
    rows: Mapping[str, str] | None
    changing: datetime | None = None


class KeptTrust:
    """What is remembered of one database; nothing on a server, or where `memory` remembers
    nothing."""

    def __init__(self, context: ServiceContext, memory: OutsideMemory) -> None:
        self._context = context
        path = context.database.path
        self._memory = memory if path else OutsideMemory()
        self._place = _hash(str(path.resolve()), 32) if path else ""

    @contextlib.contextmanager
    def changing(self) -> Iterator[None]:
        """What is written inside is meant."""
        if self._memory.forgets:
            yield
            return
        with _lock:
            with self._context.read() as session:
                before = {key: known for key, (known, _name) in _rows(session).items()}
                known = self._recalled(session)
            rows = before if known.rows is None or known.changing else dict(known.rows)
            self._keep(replace(known, rows=rows, changing=self._context.clock()))
            try:
                yield
            finally:
                with self._context.read() as session:
                    after = {key: known for key, (known, _name) in _rows(session).items()}
                    restored = _times_restored(session)
                for key in before.keys() | after.keys():
                    if before.get(key) != after.get(key):
                        rows.pop(key, None)
                        rows.update({key: after[key]} if key in after else {})
                self._keep(_KnownRows(restored, rows))

    def altered(self) -> list[str] | None:
        """What people call each row that is not what was written here, its short key where it is
        gone; None where nothing is remembered.  What is there is remembered from then on."""
        if self._memory.forgets:
            return None
        with _lock:
            with self._context.read() as session:
                there, known = _rows(session), self._recalled(session)
                if not operation_log.fact(session, STATION):
                    return None
            now = self._context.clock()
            if known.changing is not None and timedelta() <= now - known.changing < _LONGEST_CHANGE:
                return None
            if known.rows is None or known.changing is not None:
                rows = {key: one for key, (one, _name) in there.items()}
                self._keep(_KnownRows(known.restored, rows))
                return None if known.rows is None else []
        changed = [name for key, (one, name) in there.items() if known.rows.get(key) != one]
        return sorted([*changed, *(known.rows.keys() - there.keys())])

    def _recalled(self, session: Session) -> _KnownRows:
        restored = _times_restored(session)
        found = self._memory.recall(self._place)
        rows = found.get("rows")
        if found.get("restored") != restored or not isinstance(rows, dict):
            return _KnownRows(restored, None)
        began = found.get("changing")
        return _KnownRows(restored, rows, datetime.fromisoformat(began) if began else None)

    def _keep(self, known: _KnownRows) -> None:
        began = {} if known.changing is None else {"changing": known.changing.isoformat()}
        self._memory.keep(
            self._place, {"restored": known.restored, "rows": dict(known.rows or {}), **began}
        )


def _times_restored(session: Session) -> int:
    return len(log_reading.keys_of_kind(session, RESTORED_COPY))


def _rows(session: Session) -> dict[str, tuple[str, str]]:
    """The short hash and the name of each row that decides, by its short key."""
    connection = session.connection()
    found: dict[str, tuple[str, str]] = {}
    for model, named in ((StationRow, "name"), (StationPersonRow, "code"), (AppStateRow, "name")):
        table: sa.Table = model.__table__  # type: ignore[union-attr]
        for row in contents.rows_of(connection, table, as_stored=True):
            if model is not AppStateRow or _decides(row["name"]):
                key = _hash(f"{table.name} {row.get('id') or row['name']}", _KEY_DIGITS)
                found[key] = (_hash(json.dumps(row, sort_keys=True), _ROW_DIGITS), str(row[named]))
    return found


def _decides(fact: Any) -> bool:
    return fact in (STATION, operation_log.OFFICE) or str(fact).startswith(_EXCHANGE)


def _hash(text: str, digits: int) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:digits]
