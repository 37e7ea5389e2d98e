"""Inserts and looks up thousands of rows at once, for imports.

SQLAlchemy works out every parameter of every row anew, which costs several times what SQLite needs
to store it.  Here the statement and the conversion of each column are worked out once.
"""

from __future__ import annotations

import functools
import itertools
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Dialect
from sqlmodel import Session

from db.prepared import connection_of, converters, is_file, run_on_file


def insert(session: Session, table: sa.Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert `rows`, which all name the same columns and leave the others at their defaults;
    constraints hold as ever."""
    if not rows:
        return
    connection = connection_of(session)
    if not is_file(connection):
        connection.execute(sa.insert(table), list(rows))
        return
    statement, named, defaults = _prepared(table, tuple(rows[0]), connection.dialect)
    if len(rows) == 1:
        row = rows[0]
        values = [convert(row[name]) if convert else _plain(row[name]) for name, convert in named]
        run_on_file(connection, statement, ((*values, *defaults),))
        return
    run_on_file(connection, statement, _by_column(rows, named, defaults))


def insert_missing(
    session: Session, table: sa.Table, rows: Sequence[Mapping[str, Any]]
) -> set[str]:
    """Insert those of `rows`, which name a key ``id``, that repeat no unique key; returns the keys
    of those inserted."""
    if not rows:
        return set()
    connection = connection_of(session)
    if not is_file(connection):
        from sqlalchemy.dialects import postgresql

        statement = postgresql.insert(table).on_conflict_do_nothing().returning(table.c.id)
        return set(connection.execute(statement, list(rows)).scalars())
    # Nobody else writes to a file meanwhile: what is not there now is inserted, unless it repeats
    # another unique key.
    there = _there(session, table, [row["id"] for row in rows])
    fresh = [row for row in rows if row["id"] not in there]
    if not fresh:
        return set()
    statement_text, named, defaults = _prepared(table, tuple(fresh[0]), connection.dialect)
    values = _by_column(fresh, named, defaults)
    done = run_on_file(connection, f"{statement_text} ON CONFLICT DO NOTHING", values)
    keys = {row["id"] for row in fresh}
    return keys if done.rowcount == len(fresh) else _there(session, table, sorted(keys))


def _there(session: Session, table: sa.Table, keys: Sequence[str]) -> set[str]:
    known = sa.select(table.c.id).where(among(session, table.c.id, keys))
    return set(session.execute(known).scalars())


def _by_column(
    rows: Sequence[Mapping[str, Any]],
    named: tuple[tuple[str, _Convert], ...],
    defaults: tuple[Any, ...],
) -> list[tuple[Any, ...]]:
    """The values of rows as the driver takes them, converted column by column."""
    columns: list[Iterable[Any]] = [
        [convert(row[name]) for row in rows] if convert else _exact([row[name] for row in rows])
        for name, convert in named
    ]
    columns.extend(itertools.repeat(value, len(rows)) for value in defaults)
    return list(zip(*columns, strict=True))


def _exact(values: list[Any]) -> list[Any]:
    """Words of enumerations as plain text: the driver looks for an adapter of every other sort of
    text, which takes longer than storing the row."""
    if not isinstance(values[0], StrEnum):
        return values
    return [_plain(value) for value in values]


def _plain(value: Any) -> Any:
    return value.value if isinstance(value, StrEnum) else value


def change(row: type[Any], **values: Any) -> sa.Update:
    """A statement that changes the row named by the parameter ``key`` and counts its version up;
    run once with the parameters of many."""
    table: sa.Table = row.__table__
    return (
        sa.update(table)
        .where(table.c.id == sa.bindparam("key"))
        .values(**values, version=table.c.version + 1)
    )


def among(session: Session, column: Any, values: Sequence[str]) -> sa.ColumnElement[bool]:
    """Whether `column` is one of `values`, however many: they travel as one parameter."""
    if session.get_bind().dialect.name == "sqlite":
        listed = sa.func.json_each(json.dumps(list(values))).table_valued("value")
        return column.in_(sa.select(listed.c.value))  # type: ignore[no-any-return]
    from sqlalchemy.dialects import postgresql

    array = sa.bindparam(None, list(values), type_=postgresql.ARRAY(column.type))
    return column == sa.any_(array)  # type: ignore[no-any-return]


def pairs_among(
    session: Session, columns: tuple[Any, Any], pairs: Sequence[tuple[str, str]]
) -> sa.ColumnElement[bool]:
    """Whether two columns together are one of `pairs`, however many: they travel as one parameter,
    or one for each column."""
    both = sa.tuple_(*columns)
    if session.get_bind().dialect.name == "sqlite":
        listed = sa.func.json_each(json.dumps(list(pairs))).table_valued("value")
        parts = (sa.func.json_extract(listed.c.value, f"$[{n}]") for n in range(2))
        return both.in_(sa.select(*parts))
    from sqlalchemy.dialects import postgresql

    arrays = (
        sa.bindparam(None, [pair[n] for pair in pairs], type_=postgresql.ARRAY(columns[n].type))
        for n in range(2)
    )
    # Two lists beside each other in one SELECT are read in step.
    return both.in_(sa.select(*(sa.func.unnest(array) for array in arrays)))


_Convert = Callable[[Any], Any] | None


@functools.lru_cache(maxsize=64)
def _prepared(
    table: sa.Table, names: tuple[str, ...], dialect: Dialect
) -> tuple[str, tuple[tuple[str, _Convert], ...], tuple[Any, ...]]:
    """The statement; the columns named, in its order, with what turns a value into one of the
    driver's; after them the default values of the others."""
    columns: list[Any] = [table.c[name] for name in names]
    columns += [
        column
        for column in table.c
        if column.name not in names and column.default is not None and column.default.is_scalar
    ]
    quoted = dialect.identifier_preparer
    listed = ", ".join(quoted.format_column(column) for column in columns)
    marks = ", ".join("?" * len(columns))
    convert = converters([column.type for column in columns], dialect)
    values = [column.default.arg for column in columns[len(names) :]]
    return (
        f"INSERT INTO {quoted.format_table(table)} ({listed}) VALUES ({marks})",  # noqa: S608
        tuple(zip(names, convert, strict=False)),
        tuple(
            change(value) if change else value
            for value, change in zip(values, convert[len(names) :], strict=True)
        ),
    )


def rows_written(session: Session) -> int:
    """How many rows the connection of a session has written so far; always 0 on a server, which
    does not count them."""
    driver = connection_of(session).connection.dbapi_connection
    return int(getattr(driver, "total_changes", 0))
