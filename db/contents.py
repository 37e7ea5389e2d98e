"""What a database says, table by table, in a form that is the same for the same state on either
engine: for comparing two databases and for the hash of a state."""

from __future__ import annotations

import functools
import hashlib
import json
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import sqlite
from sqlalchemy.engine import Connection

from db.models.everything import metadata
from db.types import Payload

OF_THIS_COMPUTER = frozenset(
    {
        *("form_draft", "app_state", "search_document", "station", "station_person"),
        *("credential", "sign_in_attempt"),
    }
)
"""Tables that are not carried to others: half-filled forms, facts about this database, what can be
worked out from the others, whom this computer trusts, who works there, and what people sign in here
with."""
COUNTERS = frozenset({"counter"})
"""Run ahead where a backup was put back: numbers that were given out are not given out again."""
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


def rows_of(
    connection: Connection, table: sa.Table, *, as_stored: bool = False
) -> Iterator[dict[str, Any]]:
    """The rows of a table by key, each column as a JSON value.  `as_stored`, of a file: what
    stands there to the letter, where Python reads several spellings as one moment or as true."""
    names = [column.name for column in table.c]
    for row in _in_order(connection, table, as_stored=as_stored):
        yield {name: _json(value) for name, value in zip(names, row, strict=True)}


def _in_order(
    connection: Connection, table: sa.Table, *, as_stored: bool
) -> Iterator[Sequence[Any]]:
    if connection.dialect.name != "sqlite":
        yield from connection.execute(sa.select(table).order_by(*table.primary_key.columns))
        return
    statement, convert = _for_sqlite(table, as_stored)
    for row in connection.exec_driver_sql(statement):
        yield [
            change(value) if change is not None else value
            for change, value in zip(convert, row, strict=True)
        ]


@functools.cache
def _for_sqlite(
    table: sa.Table, as_stored: bool
) -> tuple[str, tuple[Callable[[Any], Any] | None, ...]]:
    """The statement that reads a table, and what turns each column's value into Python's; as they
    are stored only payloads are unpacked, which every version of the library packs its own way.

    A file is compared right after it was opened, when SQLAlchemy has no statement ready: to work
    out fifty of them anew takes longer than to read the rows."""
    dialect = sqlite.dialect()
    quoted = dialect.identifier_preparer
    columns = ", ".join(map(quoted.format_column, table.c))
    keys = ", ".join(map(quoted.format_column, table.primary_key.columns))
    return (
        f"SELECT {columns} FROM {quoted.format_table(table)} ORDER BY {keys}",  # noqa: S608
        tuple(
            None
            if as_stored and not isinstance(column.type, Payload)
            else column.type.dialect_impl(dialect).result_processor(dialect, None)
            for column in table.c
        ),
    )


def _json(value: Any) -> Any:
    if isinstance(value, bytes):
        return value.hex()
    if hasattr(value, "isoformat"):
        return value.isoformat()
    return value


def digest(
    connection: Connection, *, without: frozenset[str] = OF_THIS_COMPUTER | COUNTERS | LOG
) -> str:
    """SHA-256, in hexadecimal digits, over every row of the state.  A table without rows counts
    like one that is not there."""
    found = hashlib.sha256()
    for table in tables(without=without):
        title = f"\n{table.name}\n"
        line, ordered = _line_of(table)
        for row in _in_order(connection, table, as_stored=False):
            said = title + line % tuple(map(_written, ordered(row)))
            found.update(said.encode("utf-8", "surrogatepass"))
            title = ""
    return found.hexdigest()


@functools.cache
def _line_of(table: sa.Table) -> tuple[str, Callable[[Sequence[Any]], Sequence[Any]]]:
    """A row as a line of canonical JSON with a place for each value, and what puts the values of a
    row into the order of these places."""
    names = [column.name for column in table.c]
    order = sorted(range(len(names)), key=names.__getitem__)
    places = ",".join(f'"{names[at]}":%s' for at in order)
    return f"{{{places}}}\n", lambda row: [row[at] for at in order]


_WRITERS: dict[type, Callable[[Any], str]] = {
    str: json.encoder.encode_basestring,
    int: int.__repr__,
    bool: lambda value: "true" if value else "false",
    type(None): lambda _value: "null",
}


def _written(value: Any) -> str:
    """A value as canonical JSON: what `json` writes, for the usual ones without its detours."""
    writer = _WRITERS.get(type(value))
    if writer is not None:
        return writer(value)
    return json.dumps(_json(value), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
