"""Queries that do not depend on one another, answered in one round trip to a server."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy.engine import Connection, CursorResult
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session

from db.prepared import PreparedStatement, connection_of, is_file

AHEAD = "poscare_ahead"
"""The execution option of a query that is sent before its rows are asked for."""

Asked = tuple[Any, Mapping[str, Any]]
"""A query of columns (not of mapped objects), prepared or not, and its parameters."""


def send_ahead(session: Session, *wanted: Asked) -> None:
    """Send queries to a server with what is asked next; who asks one of them later in this
    transaction (`together`) need not wait for it.  What they say must not change until then."""
    connection = connection_of(session)
    if not is_file(connection):
        for query, values in wanted:
            _sent(connection, query, values)


def together(session: Session, *wanted: Asked) -> list[Sequence[Any]]:
    """The rows of each query, in the order they are named.  What was changed before is stored
    first, as before every query of a session."""
    if session.autoflush:
        session.flush()
    connection = connection_of(session)
    if is_file(connection):
        return [_rows(session, query, values) for query, values in wanted]
    sent = [_sent(connection, query, values) for query, values in wanted]
    return [_answer(connection, one) for one in sent]


def _sent(connection: Connection, query: Any, values: Mapping[str, Any]) -> Any:
    """What SQLAlchemy knows of a query that was sent, before there is an answer."""
    plain = query.statement if isinstance(query, PreparedStatement) else query
    return connection.execute(plain, values, execution_options={AHEAD: True}).context


def _answer(connection: Connection, sent: Any) -> Sequence[Any]:
    cursor = sent.cursor
    driver: Any = connection.dialect.loaded_dbapi
    try:
        cursor.take_up()
    except driver.Error as failure:
        # SQLAlchemy hears only of the errors of what it runs: of a line that broke with the next
        # statement.
        if cursor.connection.closed:
            connection.exec_driver_sql("SELECT 1")
        raise DBAPIError.instance(
            sent.statement, sent.parameters, failure, driver.Error, dialect=connection.dialect
        ) from failure
    return CursorResult(sent, sent.cursor_fetch_strategy, cursor.description).all()


def _rows(session: Session, query: Any, values: Mapping[str, Any]) -> Sequence[Any]:
    if isinstance(query, PreparedStatement):
        return query.rows(session, **values)
    return connection_of(session).execute(query, values).all()
