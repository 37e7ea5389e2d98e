"""Queries that do not depend on one another, answered in one round trip to a server."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

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
            connection.execute(_plain(query), values, execution_options={AHEAD: True})


def together(session: Session, *wanted: Asked) -> list[Sequence[Any]]:
    """The rows of each query, in the order they are named.  What was changed before is stored
    first, as before every query of a session."""
    if session.autoflush:
        session.flush()
    # The first time they are only sent; the second time each takes up its answer.
    send_ahead(session, *wanted)
    return [_rows(session, query, values) for query, values in wanted]


def _plain(query: Any) -> Any:
    return query.statement if isinstance(query, PreparedStatement) else query


def _rows(session: Session, query: Any, values: Mapping[str, Any]) -> Sequence[Any]:
    if isinstance(query, PreparedStatement):
        return query.rows(session, **values)
    return connection_of(session).execute(query, values).all()
