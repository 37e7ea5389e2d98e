"""The dialect of a server; apart from that of files, because with it SQLAlchemy loads all it knows
of PostgreSQL."""

from __future__ import annotations

from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg


class ServerDialect(PGDialect_psycopg):
    """PostgreSQL through psycopg; what is compiled may depend on the version of the server."""

    supports_statement_cache = True

    def __eq__(self, other: object) -> bool:
        return isinstance(other, ServerDialect) and self._server() == other._server()

    def __hash__(self) -> int:
        # The version is known only after the first connection.
        return hash(type(self))

    def _server(self) -> tuple[object, object]:
        return getattr(self, "server_version_info", None), self._backslash_escapes
