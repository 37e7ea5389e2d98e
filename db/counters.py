"""Numbers given out are never given out again, also when an older database is put back."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Mapping
from pathlib import Path

from app.domain.errors import Unavailable
from db.copying import changing, opened

Counters = Mapping[tuple[str, str], int]
"""Device letter and kind of document to the last number given out."""


def highest(databases: Iterable[Path]) -> Counters:
    """The highest numbers any of these files gave out; one that cannot be read knows none."""
    from sqlcipher3 import dbapi2

    found: dict[tuple[str, str], int] = {}
    for path in databases:
        with contextlib.suppress(dbapi2.Error, OSError, Unavailable), opened(path) as connection:
            for device, kind, last in connection.execute("SELECT device, kind, last FROM counter"):
                found[device, kind] = max(last, found.get((device, kind), 0))
    return found


def carry(known: Counters, into: Path) -> None:
    """Let the counters of a database nobody has open go on above `known`.  Raises the driver's
    errors and `OSError`."""
    with changing(into) as connection:
        connection.executemany(
            "INSERT INTO counter (device, kind, last) VALUES (?, ?, ?)"
            " ON CONFLICT (device, kind) DO UPDATE SET last = max(last, excluded.last)",
            [(device, kind, last) for (device, kind), last in known.items()],
        )
