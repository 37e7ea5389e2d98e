"""Rights on a server's database: seats work with every table, and only append to the log.

Whoever sets the database up owns its tables and may do anything.  Seats log in as members of a
role that owns nothing: they cannot change or delete what stands in the log, nor switch off the
triggers that refuse it.
"""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.engine import Connection

_LOG = ("operation", "operation_change")
_LATER = ("outcome", "office_seq")
"""Columns of an operation that are filled in later."""

_SEATS = sa.text(
    "SELECT DISTINCT grantee FROM information_schema.role_table_grants"
    " WHERE table_schema = current_schema() AND table_name = 'operation'"
    " AND privilege_type = 'INSERT' AND grantee <> 'PUBLIC' AND grantee NOT IN"
    " (SELECT tableowner FROM pg_tables WHERE schemaname = current_schema())"
)
_MAY_CHANGE_LOG = sa.text(
    "SELECT bool_or(pg_has_role(current_user, tableowner, 'USAGE')"
    " OR has_table_privilege(current_user, quote_ident(tablename), 'DELETE, TRUNCATE'))"
    " FROM pg_tables WHERE schemaname = current_schema()"
    " AND tablename IN ('operation', 'operation_change')"
)


def seats_of(connection: Connection) -> tuple[str, ...]:
    """The roles whose members work as seats."""
    return tuple(connection.execute(_SEATS).scalars())


def grant_seats(connection: Connection, role: str) -> None:
    """Let the members of a role work as seats: every table, the log only to append to.  Raises the
    driver's errors; the role must be there."""
    quoted = connection.dialect.identifier_preparer
    seat = quoted.quote_identifier(role)
    schema = quoted.quote_identifier(str(connection.scalar(sa.text("SELECT current_schema()"))))
    tables = f"ALL TABLES IN SCHEMA {schema}"
    statements = [
        f"GRANT USAGE ON SCHEMA {schema} TO {seat}",
        f"GRANT SELECT, INSERT, UPDATE, DELETE ON {tables} TO {seat}",
        f"GRANT USAGE ON ALL SEQUENCES IN SCHEMA {schema} TO {seat}",
        f"REVOKE INSERT, UPDATE, DELETE ON alembic_version FROM {seat}",
    ]
    statements += [f"REVOKE UPDATE, DELETE, TRUNCATE ON {name} FROM {seat}" for name in _LOG]
    statements.append(f"GRANT UPDATE ({', '.join(_LATER)}) ON operation TO {seat}")
    for statement in statements:
        connection.exec_driver_sql(statement)


def may_change_log(connection: Connection) -> bool:
    """Whether the user of this connection could change or delete what stands in the log."""
    return bool(connection.scalar(_MAY_CHANGE_LOG))
