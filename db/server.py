"""A server as it is met at start: how long to wait for it, what keeps it from answering, whether
its database holds our tables, and who may make them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlencode

import sqlalchemy as sa
from sqlalchemy.engine import URL, Connection, make_url

_PATIENCE = {
    # Seconds until an address that swallows packets is given up.
    "connect_timeout": 10,
    # A cut network is noticed within about half a minute, not after hours.
    "keepalives": 1,
    "keepalives_idle": 15,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 30_000,
    "application_name": "POSCare",
}

_KNOWN = (
    # What the client library says itself comes first: a server's words may be in its language.
    ("failed to resolve host", "db.unknown_host"),
    ("could not translate host name", "db.unknown_host"),
    ("name or service not known", "db.unknown_host"),
    ("nodename nor servname", "db.unknown_host"),
    ("getaddrinfo failed", "db.unknown_host"),
    ("connection refused", "db.nobody_listens"),
    ("no such file or directory", "db.nobody_listens"),
    ("timeout expired", "db.no_connection"),
    ("connection timeout", "db.no_connection"),
    ("certificate", "db.tls"),
    ("ssl", "db.tls"),
    ("tls", "db.tls"),
    ("password authentication failed", "db.refused"),
    ("no password supplied", "db.refused"),
    ("authentication failed", "db.refused"),
    ("pg_hba.conf", "db.not_admitted"),
    ("is not permitted to log in", "db.refused"),
    ("too many", "db.server_full"),
    ("connection slots", "db.server_full"),
)


def patience(url: URL) -> dict[str, Any]:
    """Connection arguments that keep a start or a save from waiting for ever; what the address
    says itself goes first."""
    return {name: value for name, value in _PATIENCE.items() if name not in url.query}


def cause_of_refusal(message: str) -> str | None:
    """The code of why no connection came about, from what driver or server say; None for a reason
    that is not foreseen."""
    text = message.lower()
    if 'database "' in text and "does not exist" in text:
        return "db.no_such_database"
    if 'role "' in text and "does not exist" in text:
        return "db.refused"
    return next((code for fragment, code in _KNOWN if fragment in text), None)


def without_secrets(url: URL) -> URL:
    """The URL without what the client library also takes as options: passwords."""
    return url.difference_update_query(["password", "sslpassword"])


def place_of(url: URL) -> dict[str, object]:
    """Where a server is, in the words of its sentences; never the password."""
    host = url.host or url.query.get("host") or "localhost"
    shown = host if isinstance(host, str) else ", ".join(host)
    port = url.port or url.query.get("port")
    return {
        "server": f"{shown}:{port}" if port else shown,
        "database": url.database or "",
        "user": url.username or "",
    }


@dataclass(frozen=True, slots=True)
class ServerState:
    """A server's database before it is used."""

    tables: int
    """How many tables there are, whosever."""
    may_change: bool
    """Whether the user of this connection may make our tables, or change those there are."""
    others: int
    """Other connections to the database now."""


def state_of(connection: Connection) -> ServerState:
    """Look at the database."""
    tables = len(sa.inspect(connection).get_table_names())
    may_create = connection.scalar(
        sa.text("SELECT has_schema_privilege(current_user, current_schema(), 'CREATE')")
    )
    # Only an owner (or a member of the owning role) may alter a table.
    foreign = connection.scalar(
        sa.text(
            "SELECT count(*) FROM pg_tables WHERE schemaname = current_schema()"
            " AND NOT pg_has_role(current_user, tableowner, 'USAGE')"
        )
    )
    others = connection.scalar(
        sa.text(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
            " AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
        )
    )
    return ServerState(tables, bool(may_create) and not foreign, int(others or 0))


def make_server_url(host: str, port: str, name: str, user: str, secret: str, options: str) -> str:
    """The text of a URL, with everything escaped that has to be."""
    query = dict(parse_qsl(options.lstrip("?"), keep_blank_values=True))
    url = URL.create(
        "postgresql", user or None, secret or None, host, int(port) if port else None, name, query
    )
    return url.render_as_string(hide_password=False)


def parts_of_server_url(text: str) -> dict[str, str]:
    """What `make_server_url` made a URL of, without the password."""
    url = make_url(text)
    return {
        "where": "server",
        "host": f"{url.host or ''}:{url.port}" if url.port else url.host or "",
        "name": url.database or "",
        "user": url.username or "",
        "options": urlencode(without_secrets(url).query, doseq=True),
    }
