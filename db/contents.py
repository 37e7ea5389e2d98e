"""What a database says, table by table, in a form that is the same for the same state on either
engine: for comparing two databases and for the hash of a state."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from db.models.everything import metadata

OF_THIS_COMPUTER = frozenset({"form_draft", "app_state", "search_document", "station"})
"""Tables that are not carried to others: half-filled forms, facts about this database, what can be
worked out from the others, and whom this computer trusts."""
LOG = frozenset({"operation", "operation_change"})


def tables(*, without: frozenset[str] = OF_THIS_COMPUTER) -> tuple[sa.Table, ...]:
    """The tables of the state, parents before children."""
    return tuple(table for table in metadata.sorted_tables if table.name not in without)


def rows_of(connection: Connection, table: sa.Table) -> Iterator[dict[str, Any]]:
    """The rows of a table by key, each column as a JSON value."""
    names = [column.name for column in table.c]
    for row in _in_order(connection, table):
        yield {name: _json(value) for name, value in zip(names, row, strict=True)}


def _in_order(connection: Connection, table: sa.Table) -> Iterator[Sequence[Any]]:
    dialect = connection.dialect
    if dialect.name != "sqlite":
        yield from connection.execute(sa.select(table).order_by(*table.primary_key.columns))
        return
    # A file is compared right after it was opened, when SQLAlchemy has no statement ready: to
    # work out fifty takes longer than to read the rows.
    quoted = dialect.identifier_preparer
    columns = ", ".join(map(quoted.format_column, table.c))
    keys = ", ".join(map(quoted.format_column, table.primary_key.columns))
    statement = f"SELECT {columns} FROM {quoted.format_table(table)} ORDER BY {keys}"  # noqa: S608
    convert = [
        column.type.dialect_impl(dialect).result_processor(dialect, None) for column in table.c
    ]
    for row in connection.exec_driver_sql(statement):
        yield [
            change(value) if change is not None else value
            for change, value in zip(convert, row, strict=True)
        ]


def _json(value: Any) -> Any:
    if isinstance(value, bytes):
        return value.hex()
    if hasattr(value, "isoformat"):
        return value.isoformat()
    return value


def digest(connection: Connection, *, without: frozenset[str] = OF_THIS_COMPUTER | LOG) -> str:
    """SHA-256, in hexadecimal digits, over every row of the state."""
    found = hashlib.sha256()
    for table in tables(without=without):
        found.update(f"\n{table.name}\n".encode())
        for row in rows_of(connection, table):
            found.update(_line(row))
    return found.hexdigest()


def _line(row: dict[str, Any]) -> bytes:
    text = json.dumps(row, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return text.encode("utf-8", "surrogatepass") + b"\n"
