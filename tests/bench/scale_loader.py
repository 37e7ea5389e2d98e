"""Writes rows of the scale data past the services: `executemany` on a file, ``COPY`` on a server.

Indexes of the tables that grow are taken away first and made again at the end, which is several
times faster than keeping them up row by row.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Protocol

import sqlalchemy as sa
from sqlmodel import SQLModel

from app.domain.text import search_tokens
from db.engine import Database

Rows = Sequence[Sequence[Any]]


class ScaleLoader(Protocol):
    """Takes rows of tables, and what records are found by."""

    def rows(self, table: str, names: Sequence[str], rows: Rows) -> None:
        """Insert rows that give the columns `names` and leave the others at their defaults."""

    def documents(self, kind: str, said: Iterable[tuple[str, str]]) -> None:
        """Make records (key, text) findable."""

    def close(self) -> None:
        """Everything is stored and indexed."""


def loader_of(database: Database) -> ScaleLoader:
    """The loader for a database that has the present schema."""
    return FileLoader(database) if database.is_sqlite else ServerLoader(database)


def _defaults(table: str, names: Sequence[str]) -> dict[str, Any]:
    """The columns `names` leaves out that need a value, with it."""
    found: dict[str, Any] = {}
    for column in SQLModel.metadata.tables[table].c:
        if column.name not in names and column.default is not None and column.default.is_scalar:
            found[column.name] = _plain(column.default.arg)
    return found


def _plain(value: Any) -> Any:
    return int(value) if isinstance(value, bool) else getattr(value, "value", value)


class FileLoader:
    """Into a file, in one transaction that is not kept from a power cut."""

    def __init__(self, database: Database) -> None:
        self._raw: Any = database.engine.raw_connection()
        self._cursor = self._raw.cursor()
        for pragma in ("foreign_keys=OFF", "synchronous=OFF", "cache_size=-400000"):
            self._cursor.execute(f"PRAGMA {pragma}")
        self._indexes = self._cursor.execute(
            "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL"
        ).fetchall()
        self._cursor.execute("BEGIN IMMEDIATE")
        for name, _sql in self._indexes:
            self._cursor.execute(f"DROP INDEX {name}")
        (last,) = self._cursor.execute("SELECT max(id) FROM search_document").fetchone()
        self._document = last or 0

    def rows(self, table: str, names: Sequence[str], rows: Rows) -> None:
        """As `ScaleLoader.rows`."""
        defaults = _defaults(table, names)
        marks = ["?"] * len(names) + [repr(value) for value in defaults.values()]
        listed = ", ".join(f'"{name}"' for name in (*names, *defaults))
        statement = f"INSERT INTO {table} ({listed}) VALUES ({', '.join(marks)})"
        self._cursor.executemany(statement, rows)

    def documents(self, kind: str, said: Iterable[tuple[str, str]]) -> None:
        """As `ScaleLoader.documents`."""
        known, texts = [], []
        for key, text in said:
            self._document += 1
            known.append((self._document, kind, key))
            texts.append((self._document, " ".join(search_tokens(text))))
        self._cursor.executemany(
            "INSERT INTO search_document (id, kind, owner_id, tokens) VALUES (?, ?, ?, '')", known
        )
        self._cursor.executemany("INSERT INTO search_fts (rowid, tokens) VALUES (?, ?)", texts)

    def close(self) -> None:
        """As `ScaleLoader.close`."""
        for _name, sql in self._indexes:
            self._cursor.execute(sql)
        self._cursor.execute("COMMIT")
        self._raw.invalidate()


class ServerLoader:
    """Into a server's database, by whoever may switch triggers off there."""

    def __init__(self, database: Database) -> None:
        self._raw: Any = database.engine.raw_connection()
        self._cursor = self._raw.cursor()
        self._cursor.execute("SET session_replication_role = replica")
        self._cursor.execute("SELECT coalesce(max(id), 0) FROM search_document")
        self._document = self._cursor.fetchone()[0]

    def rows(self, table: str, names: Sequence[str], rows: Rows) -> None:
        """As `ScaleLoader.rows`."""
        defaults = _defaults(table, names)
        listed = ", ".join(f'"{name}"' for name in (*names, *defaults))
        rest = tuple(defaults.values())
        with self._cursor.copy(f"COPY {table} ({listed}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row((*row, *rest))

    def documents(self, kind: str, said: Iterable[tuple[str, str]]) -> None:
        """As `ScaleLoader.documents`."""
        with self._cursor.copy(
            "COPY search_document (id, kind, owner_id, tokens) FROM STDIN"
        ) as copy:
            for key, text in said:
                self._document += 1
                copy.write_row((self._document, kind, key, " ".join(search_tokens(text))))

    def close(self) -> None:
        """As `ScaleLoader.close`."""
        self._cursor.execute(
            "SELECT setval(pg_get_serial_sequence('search_document', 'id'),"
            " (SELECT coalesce(max(id), 1) FROM search_document))"
        )
        self._cursor.execute("SET session_replication_role = DEFAULT")
        self._raw.commit()
        self._raw.close()


def tables_known() -> sa.MetaData:
    """Every table, so that defaults can be looked up."""
    from db.models import everything  # noqa: F401 - names the tables

    return SQLModel.metadata
