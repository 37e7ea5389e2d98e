"""What a database says, table by table, in a form that is the same for the same state on either
engine: for comparing two databases and for the hash of a state."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from db.models.everything import metadata

OF_THIS_COMPUTER = frozenset({"form_draft", "app_state", "search_document"})
"""Tables that are not carried to others: half-filled forms, facts about this database, and what
can be worked out from the others."""
LOG = frozenset({"operation", "operation_change"})


def tables(*, without: frozenset[str] = OF_THIS_COMPUTER) -> tuple[sa.Table, ...]:
    """The tables of the state, parents before children."""
    return tuple(table for table in metadata.sorted_tables if table.name not in without)


def has_rows(connection: Connection) -> bool:
    """Whether a database holds anything of the state."""
    exists = (sa.exists(sa.select(sa.literal(1)).select_from(table)) for table in _state_tables())
    return bool(connection.scalar(sa.select(sa.or_(*exists))))


def row_counts(connection: Connection) -> dict[str, int]:
    """How many rows each table of the state has; empty ones are left out."""
    counted = {
        table.name: connection.scalar(sa.select(sa.func.count()).select_from(table)) or 0
        for table in _state_tables()
    }
    return {name: rows for name, rows in counted.items() if rows}


def _state_tables() -> tuple[sa.Table, ...]:
    return tables(without=OF_THIS_COMPUTER | LOG)


def rows_of(connection: Connection, table: sa.Table) -> Iterator[dict[str, Any]]:
    """The rows of a table by key, each column as a JSON value."""
    query = sa.select(table).order_by(*table.primary_key.columns)
    names = [column.name for column in table.c]
    for row in connection.execute(query):
        yield {name: _json(value) for name, value in zip(names, row, strict=True)}


def _json(value: Any) -> Any:
    if isinstance(value, bytes):
        return value.hex()
    if hasattr(value, "isoformat"):
        return value.isoformat()
    return value


def digest(connection: Connection, *, without: frozenset[str] = OF_THIS_COMPUTER | LOG) -> str:
    """SHA-256, in hexadecimal digits, over every row of the state.  A table without rows counts
    like one that is not there."""
    found = hashlib.sha256()
    for table in tables(without=without):
        title = f"\n{table.name}\n".encode()
        for row in rows_of(connection, table):
            found.update(title + _line(row))
            title = b""
    return found.hexdigest()


def _line(row: dict[str, Any]) -> bytes:
    text = json.dumps(row, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return text.encode("utf-8", "surrogatepass") + b"\n"
