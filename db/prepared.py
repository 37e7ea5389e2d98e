"""Statements run again and again: what SQLAlchemy works out at each run is worked out once.

Putting a small statement together, converting its values and wrapping its rows takes SQLAlchemy
several times what SQLite needs to carry it out.  On a server, where the line takes longer than
both, a prepared statement is run as any other.
"""

from __future__ import annotations

from collections import namedtuple
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.engine import Connection, Dialect
from sqlmodel import Session

LATER = "poscare_later"
"""The execution option of a statement whose answer nobody needs."""
_CONNECTION = "poscare_connection"
"""Under this name a session keeps its connection; asking SQLAlchemy for it checks each time what
cannot change in a session of one transaction."""


def connection_of(session: Session) -> Connection:
    """The connection of a session, whose transaction has begun then."""
    found: Connection | None = session.info.get(_CONNECTION)
    if found is None:
        found = session.info[_CONNECTION] = session.connection()
    return found


def is_file(connection: Connection) -> bool:
    """Whether it is a connection to a file of ours, not to a server."""
    return connection.dialect.paramstyle == "qmark"


def run_on_file(connection: Connection, statement: str, rows: Sequence[Sequence[Any]]) -> Any:
    """Run a statement in the words of the driver on a file, with the values of each of `rows`;
    returns a cursor.

    Whoever listens to statements hears of it, and an error is SQLAlchemy's: both as if it were
    told to run it."""
    given: Any = rows[0] if len(rows) == 1 else rows
    if not connection.dispatch.before_cursor_execute:
        driver: Any = connection.connection.dbapi_connection
        try:
            if len(rows) == 1:
                return driver.execute(statement, given)
            return driver.executemany(statement, given)
        except driver.Error:
            # Nothing of it was done.  Once more through SQLAlchemy, which makes of the failure an
            # error others know.
            pass
    return connection.exec_driver_sql(statement, tuple(given) if len(rows) == 1 else list(given))


_Convert = Callable[[Any], Any] | None


def converters(types: Sequence[Any], dialect: Dialect) -> list[_Convert]:
    """What turns a value of each type into one of the driver's; None where nothing has to."""
    return [one.dialect_impl(dialect).bind_processor(dialect) for one in types]


@dataclass(frozen=True, slots=True, kw_only=True)
class _OnFile:
    """A statement as the driver takes it: where each value comes from, and what its rows are."""

    text: str
    given: tuple[tuple[str, _Convert], ...]
    fixed: Mapping[str, Any]
    row: Callable[..., Any]
    read: tuple[_Convert, ...]
    plain: bool


class PreparedStatement:
    """A statement of columns (not of mapped objects) that is put together once.

    Which values it is run with, by the names of its parameters, is the same each time.
    """

    def __init__(self, statement: Any) -> None:
        self.statement = statement
        self._file: _OnFile | None = None

    def rows(self, session: Session, **values: Any) -> Sequence[Any]:
        """Its rows, whose values have the names of the columns."""
        connection = connection_of(session)
        if not is_file(connection):
            return connection.execute(self.statement, values).all()
        known = self._on_file(connection.dialect, values)
        found = self._run(connection, known, values).fetchall()
        if known.plain:
            return [known.row(*row) for row in found]
        return [
            known.row(*[read(v) if read else v for read, v in zip(known.read, row, strict=True)])
            for row in found
        ]

    def first(self, session: Session, **values: Any) -> Any:
        """The first of its rows; None when there is none."""
        found = self.rows(session, **values)
        return found[0] if found else None

    def run(self, session: Session, **values: Any) -> None:
        """Run one that gives no rows, and of which nobody asks how many it changed: on a server it
        is not waited for."""
        connection = connection_of(session)
        if is_file(connection):
            self._run(connection, self._on_file(connection.dialect, values), values)
        else:
            connection.execute(self.statement, values, execution_options={LATER: True})

    def _run(self, connection: Connection, known: _OnFile, values: Mapping[str, Any]) -> Any:
        fixed = known.fixed
        row = [
            fixed[name] if name in fixed else convert(values[name]) if convert else values[name]
            for name, convert in known.given
        ]
        return run_on_file(connection, known.text, (row,))

    def _on_file(self, dialect: Dialect, values: Mapping[str, Any]) -> _OnFile:
        if self._file is None:
            self._file = _compiled(self.statement, dialect, list(values))
        return self._file


def _compiled(statement: Any, dialect: Dialect, names: list[str]) -> _OnFile:
    compiled = statement.compile(dialect=dialect, column_keys=names)
    order = compiled.positiontup or []
    convert = dict(
        zip(order, converters([compiled.binds[name].type for name in order], dialect), strict=True)
    )
    fixed: dict[str, Any] = {
        name: value for name, value in compiled.params.items() if name not in names
    }
    for column in compiled.insert_prefetch if compiled.isinsert else ():
        fixed[column.key] = column.default.arg
    columns = list(getattr(statement, "exported_columns", ()))
    read = tuple(
        column.type.dialect_impl(dialect).result_processor(dialect, None) for column in columns
    )
    return _OnFile(
        text=str(compiled),
        given=tuple((name, convert[name]) for name in order),
        fixed={
            name: change(value) if (change := convert.get(name)) else value
            for name, value in fixed.items()
        },
        row=namedtuple("Row", [column.key for column in columns], rename=True),
        read=read,
        plain=not any(read),
    )
