"""A server as it is met at start: how long to wait for it, what keeps it from answering, whether
its database holds our tables, and who may make them."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import URL, Connection, make_url
from sqlalchemy.exc import ArgumentError

from app.domain.errors import Unavailable
from db.server_refusals import is_out_of_date, reason_of

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

_SECURE = "verify-full"
"""The only mode in which nobody can pose as the server."""
_SYSTEM_ROOTS = 160_000
"""The client library from which on it knows the authorities the system trusts."""


def connection_arguments(url: URL) -> dict[str, Any]:
    """Connection arguments that keep a start or a save from waiting for ever, and from going
    anywhere but to the server named, unencrypted; what the address says itself goes first.

    A server elsewhere has to prove its name (``verify-full``), by the authorities the system trusts
    or the file named as ``sslrootcert``.  The mode is always given, so that no variable of the
    environment (PGSSLMODE, PGHOSTADDR) lowers it.  Raises `Unavailable` (``db.not_verified``) for
    an address that asks for less.
    """
    hosts = url.query.get("host", ())
    named = [url.host] if url.host else [hosts] if isinstance(hosts, str) else list(hosts)
    local = all(map(leads_nowhere_else, [*named, str(url.query.get("hostaddr", ""))]))
    given: dict[str, Any] = _PATIENCE | {"sslmode": "prefer" if local else _SECURE}
    asked = url.query.get("sslmode", _SECURE)
    if not local and asked != _SECURE:
        raise Unavailable("db.not_verified", **place_of(url), mode=asked)
    if "hostaddr" not in url.query:
        given["hostaddr"] = ""
    mode = url.query.get("sslmode", given["sslmode"])
    if mode == _SECURE and "sslrootcert" not in url.query and _knows_system_roots():
        given["sslrootcert"] = "system"
    return {name: value for name, value in given.items() if name not in url.query}


def _knows_system_roots() -> bool:
    from psycopg import pq

    return pq.version() >= _SYSTEM_ROOTS


def leads_nowhere_else(host: str) -> bool:
    """Whether nothing leaves this machine: a socket file, or an address that cannot lead anywhere
    else.  A name is none, for a name can be made to lead elsewhere."""
    if not host or host.startswith(("/", "@")):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


_CODES = {
    "no_answer": "db.no_connection",
    "cut": "db.no_connection",
    "password": "db.refused",
    "account_disabled": "db.refused",
    "not_admitted_here": "db.not_admitted",
    "not_admitted": "db.no_privilege",
    "full": "db.server_full",
    "no_database": "db.no_such_database",
    "encryption_failed": "db.tls",
}
"""Of reasons whose code is not the reason itself."""
_PORT = 5432


def refusal_of(message: str, url: URL) -> Unavailable | None:
    """Why no connection to the server at `url` came about, from what driver or server say; None for
    a reason that is not foreseen."""
    reason = reason_of(message)
    if reason is None:
        return None
    root = str(url.query.get("sslrootcert", ""))
    if reason == "other_authority" and is_out_of_date(url.host or "", url.port or _PORT, root):
        reason = "certificate_expired"
    if reason in {"other_authority", "certificate_unreadable"} and not root:
        reason = "no_certificate"
    return Unavailable(_CODES.get(reason, f"db.{reason}"), **place_of(url), certificate=root)


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


_ENTERED = frozenset({"sslmode", "sslrootcert", "password", "host", "hostaddr", "port"})
"""Options of an address that follow from what people enter."""


@dataclass(frozen=True, slots=True)
class ServerPlace:
    """A database on a server as people enter it: `port` may be empty, `certificate` is the file of
    an authority of one's own, empty for those the system trusts."""

    host: str
    port: str
    name: str
    user: str
    certificate: str


def make_server_url(place: ServerPlace, secret: str, before: str) -> str:
    """The text of a URL, with everything escaped that has to be.  Further options are those of
    `before`, and so is the password where it is for the same login and `secret` is empty."""
    query: dict[str, str] = {}
    host, port = place.host, place.port
    if place.certificate:
        query |= {"sslmode": _SECURE, "sslrootcert": place.certificate}
    if host.startswith("/"):
        query |= {"host": host} | ({"port": port} if port else {})
        host, port = "", ""
    url = URL.create(
        "postgresql",
        place.user or None,
        secret or None,
        host or None,
        int(port) if port else None,
        place.name,
        query,
    )
    old = _address(before) if "://" in before else None
    if old is not None:
        more = {name: value for name, value in old.query.items() if name not in _ENTERED}
        url = url.update_query_dict(more)
        if not secret and _login(old) == _login(url):
            url = url.set(password=password_of(before))
    return url.render_as_string(hide_password=False)


def _login(url: URL) -> tuple[object, ...]:
    return tuple(place_of(url).values())


def host_and_port(written: str) -> tuple[str, str]:
    """A machine, and what stands behind it as its port; of an IPv6 address only one in brackets
    has a port."""
    host, colon, port = written.rpartition(":")
    if not colon or (written.count(":") > 1 and not host.endswith("]")):
        host, port = written, ""
    return host.strip("[]"), port


def parts_of_server_url(text: str) -> dict[str, str]:
    """What `make_server_url` made a URL of, without the password and what nobody enters."""
    url = make_url(text)
    host, port = url.host or str(url.query.get("host", "")), url.port or url.query.get("port")
    if port:
        host = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
    return {
        "where": "server",
        "host": host,
        "name": url.database or "",
        "user": url.username or "",
        "certificate": str(url.query.get("sslrootcert", "")),
    }


def password_of(target: str) -> str:
    """The password in the address of a server; empty for a file, or where there is none.  Raises
    `Unavailable` (``db.bad_address``)."""
    if "://" not in target:
        return ""
    url = _address(target)
    option = url.query.get("password", "")
    return url.password or (option if isinstance(option, str) else "")


def without_password(target: str) -> str:
    """The address of a server without any password.  Raises `Unavailable`."""
    url = without_secrets(_address(target))
    # `URL.set` takes None for what is not to be changed.
    url = URL.create(
        url.drivername, url.username, None, url.host, url.port, url.database, url.query
    )
    return url.render_as_string(hide_password=False)


def with_password(target: str, password: str) -> str:
    """The address of a server with this password.  Raises `Unavailable`."""
    return _address(target).set(password=password).render_as_string(hide_password=False)


def _address(target: str) -> URL:
    try:
        return make_url(target)
    except (ArgumentError, ValueError):
        # What the library says would repeat the password.
        raise Unavailable("db.bad_address") from None
