"""What PostgreSQL lets every login do, taken away where the exchange has a database of its own.

A login of the exchange needs its functions only.  By default it may also make temporary tables and
large objects, which fill the disk, and take advisory locks, which fill the table of locks or stop
another program that uses the same ones; and it may connect to every database of the server.
"""

from __future__ import annotations

from typing import Any

import psycopg
from psycopg import sql

IDLE_LAPTOP = "10min"
"""After this the server ends an idle line of a laptop.  Not one of the office, whose turn to work
ends with its line: it says nothing while a large parcel is applied."""

_TAKEN = (
    "SELECT p.oid::regprocedure::text FROM pg_proc p"
    " WHERE pronamespace = 'pg_catalog'::regnamespace"
    " AND (proname IN ('lo_create', 'lo_creat', 'lo_from_bytea', 'lo_put', 'lo_get', 'lo_open',"
    " 'lo_truncate', 'lo_truncate64', 'lo_unlink', 'loread', 'lowrite', 'pg_logical_emit_message')"
    " OR proname ~ '^pg_(try_)?advisory_')"
    " AND has_function_privilege('public', p.oid, 'EXECUTE') ORDER BY 1"
)
"""The functions of the server that are taken from everybody."""
_OTHER_TABLES = (
    "SELECT EXISTS (SELECT FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace"
    " WHERE relkind IN ('r', 'p', 'v', 'm', 'f') AND nspname NOT IN ('hub', 'information_schema')"
    " AND nspname !~ '^pg_' AND NOT EXISTS (SELECT FROM pg_depend d"
    " WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e'))"
)
_MAY = (
    "SELECT rolsuper, rolsuper OR pg_has_role(d.datdba, 'USAGE'), d.datname"
    " FROM pg_roles r, pg_database d WHERE rolname = current_user AND datname = current_database()"
)
_OPEN_DATABASES = (
    "SELECT datname FROM pg_database WHERE datallowconn AND datname <> current_database()"
    " AND has_database_privilege('public', oid, 'CONNECT') ORDER BY 1"
)


def take_rights(connection: psycopg.Connection[Any]) -> tuple[str, ...]:
    """Take from everybody what no login of the exchange needs.  Returns codes of what was left,
    because whoever asks may not change it or others use the database: ``hub.left_shared``,
    ``hub.left_database``, ``hub.left_functions``."""
    if _one(connection, _OTHER_TABLES):
        # Whoever works with those tables may need what would be taken.
        return ("hub.left_shared",)
    row = connection.execute(_MAY).fetchone()
    assert row is not None
    superuser, owns_database, database = row
    left: list[str] = []
    if owns_database:
        name = sql.Identifier(database)
        connection.execute(
            sql.SQL("REVOKE CONNECT, TEMPORARY ON DATABASE {} FROM PUBLIC").format(name)
        )
    else:
        left.append("hub.left_database")
    taken = [name for (name,) in connection.execute(_TAKEN)]
    if superuser and taken:
        connection.execute(
            sql.SQL("REVOKE EXECUTE ON FUNCTION {} FROM PUBLIC").format(
                sql.SQL(", ").join(map(sql.SQL, taken))
            )
        )
    elif taken:
        left.append("hub.left_functions")
    return tuple(left)


def let_connect(connection: psycopg.Connection[Any], login: str) -> None:
    """Let a login into this database, unless it is in already."""
    if not _one(
        connection, "SELECT has_database_privilege(%s, current_database(), 'CONNECT')", login
    ):
        database = _one(connection, "SELECT current_database()")
        connection.execute(
            sql.SQL("GRANT CONNECT ON DATABASE {} TO {}").format(
                sql.Identifier(database), sql.Identifier(login)
            )
        )


def open_databases(connection: psycopg.Connection[Any]) -> tuple[str, ...]:
    """The other databases of the server every login may connect to."""
    return tuple(name for (name,) in connection.execute(_OPEN_DATABASES))


def _one(connection: psycopg.Connection[Any], query: str, *values: object) -> Any:
    row = connection.execute(query.encode(), values or None).fetchone()
    return row[0] if row else None
