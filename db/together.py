"""Queries that do not depend on one another, answered in one round trip to a server."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session

AHEAD = "poscare_ahead"
"""The execution option of a query that is sent before its rows are asked for."""

Asked = tuple[Any, Mapping[str, Any]]
"""A query of columns (not of mapped objects), and its parameters."""


def send_ahead(session: Session, *wanted: Asked) -> None:
    """Send queries to a server with what is asked next; who asks one of them later in this
    transaction (`together`) need not wait for it.  What they say must not change until then."""
    connection = session.connection()
    if connection.dialect.driver == "psycopg":
        for query, values in wanted:
            connection.execute(query, values, execution_options={AHEAD: True})


def together(session: Session, *wanted: Asked) -> list[Sequence[sa.Row[Any]]]:
    """The rows of each query, in the order they are named."""
    connection = session.connection()
    # The first time they are only sent; the second time each takes up its answer.
    send_ahead(session, *wanted)
    return [connection.execute(query, values).all() for query, values in wanted]
