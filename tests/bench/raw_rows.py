"""The floor of a bulk job: the very rows that came of it, written by the raw driver as durably."""

from __future__ import annotations

import shutil
import time
from pathlib import Path
from typing import Any

from sqlcipher3 import dbapi2


def raw_seconds(before: Path, after: Path, folder: Path) -> float:
    """Seconds of the processor to add the rows `after` has more than `before`, one transaction."""
    target = folder / "raw.db"
    shutil.copyfile(before, target)
    connection = dbapi2.connect(str(target), isolation_level=None)
    connection.execute("ATTACH DATABASE ? AS filled", (str(after),))
    added = {table: _more(connection, table) for table in _tables(connection)}
    indexed = _indexed(connection)
    connection.execute("PRAGMA synchronous=FULL")
    began = time.process_time()
    connection.execute("BEGIN IMMEDIATE")
    for table, rows in added.items():
        if rows:
            marks = ", ".join("?" * len(rows[0]))
            connection.executemany(f'INSERT INTO "{table}" VALUES ({marks})', rows)
    connection.executemany("INSERT INTO search_fts (rowid, tokens) VALUES (?, ?)", indexed)
    connection.execute("COMMIT")
    seconds = time.process_time() - began
    connection.close()
    target.unlink()
    return seconds


def _tables(connection: Any) -> list[str]:
    """Tables of rows, without the index of words."""
    query = (
        "SELECT name FROM main.sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
        " AND name NOT LIKE 'search_fts%'"
    )
    return [row[0] for row in connection.execute(query)]


def _more(connection: Any, table: str) -> list[Any]:
    query = (
        f'SELECT * FROM filled."{table}" WHERE rowid > '
        f'(SELECT coalesce(max(rowid), 0) FROM main."{table}")'
    )
    try:
        return list(connection.execute(query))
    except dbapi2.OperationalError:
        # Without row numbers: the small tables of settings.
        return []


def _indexed(connection: Any) -> list[tuple[int, str]]:
    """The words of the documents that came to the index, as they were given to it."""
    connection.execute(
        "CREATE VIRTUAL TABLE temp.words USING fts5vocab('filled', 'search_fts', 'instance')"
    )
    words: dict[int, list[tuple[int, str]]] = {}
    (last,) = connection.execute("SELECT coalesce(max(id), 0) FROM main.search_document").fetchone()
    query = "SELECT doc, offset, term FROM temp.words WHERE doc > ?"
    for document, offset, term in connection.execute(query, (last,)):
        words.setdefault(document, []).append((offset or 0, term))
    return [(key, " ".join(term for _, term in sorted(found))) for key, found in words.items()]
