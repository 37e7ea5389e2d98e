"""Thousands of rows or keys at once, for imports.

SQLAlchemy works out every parameter of every row anew, which costs several times what SQLite needs
to store it.  Here the statement and the conversion of each column are worked out once.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlalchemy.engine import Dialect
from sqlmodel import Session


def insert(session: Session, table: sa.Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert `rows`, which all name the same columns; constraints hold as ever."""
    if not rows:
        return
    connection = session.connection()
    if connection.dialect.paramstyle != "qmark":
        connection.execute(sa.insert(table), list(rows))
        return
    statement, conversions = _prepared(table, tuple(rows[0]), connection.dialect)
    columns = [
        [convert(row[name]) for row in rows] if convert else [row[name] for row in rows]
        for name, convert in conversions
    ]
    connection.exec_driver_sql(statement, list(zip(*columns, strict=True)))


def among(session: Session, column: Any, values: Sequence[str]) -> sa.ColumnElement[bool]:
    """Whether `column` is one of `values`, however many: they travel as one parameter."""
    if session.get_bind().dialect.name == "sqlite":
        listed = sa.func.json_each(json.dumps(list(values))).table_valued("value")
        return column.in_(sa.select(listed.c.value))  # type: ignore[no-any-return]
    array = sa.bindparam(None, list(values), type_=postgresql.ARRAY(column.type))
    return column == sa.any_(array)  # type: ignore[no-any-return]


_Conversion = tuple[str, Callable[[Any], Any] | None]


@functools.lru_cache(maxsize=64)
def _prepared(
    table: sa.Table, names: tuple[str, ...], dialect: Dialect
) -> tuple[str, tuple[_Conversion, ...]]:
    """The statement, and its columns in order with what turns a value into one of the driver's."""
    compiled: Any = sa.insert(table).compile(dialect=dialect, column_keys=list(names))
    return str(compiled), tuple(
        (name, table.c[name].type.dialect_impl(dialect).bind_processor(dialect))
        for name in compiled.positiontup
    )
