"""Where the exchange server is, and how one connects to it: encrypted, and to that server only.

Every option the client library would otherwise read from the environment or a file is given here,
so that PGSSLMODE, PGSERVICE or a file of the user cannot weaken a connection (`OPTIONS` names them
all; libpq documentation, "Database Connection Control Functions": what is given goes first).
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from app import files
from app.domain.errors import Problems
from db.server import host_and_port, leads_nowhere_else

PORT = 5432
"""Where PostgreSQL listens unless somebody chose otherwise."""
ANSWER_WITHIN = 60
"""Seconds after which an answer of the server is no longer waited for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HubAddress:
    """`certificate` is the path of the certificates (PEM) one of which signed the server's."""

    host: str
    port: int = PORT
    database: str
    user: str
    certificate: str = ""

    @property
    def server(self) -> str:
        """Host and port, as people write them."""
        shown = f"[{self.host}]" if ":" in self.host else self.host
        return shown if self.port == PORT else f"{shown}:{self.port}"

    @property
    def on_this_machine(self) -> bool:
        """Whether nothing leaves this machine."""
        return leads_nowhere_else(self.host)

    @property
    def encrypted(self) -> bool:
        """Whether the connection is encrypted and the server proves who it is."""
        return bool(self.certificate) or not self.on_this_machine


def hub_address(server: str, database: str, user: str, certificate: str) -> HubAddress:
    """The address out of what people enter; `server` may end in ``:port``.

    Raises `InvalidInput` with every problem, by the names of the settings: ``hub_server``,
    ``hub_database``, ``hub_user``, ``hub_certificate``.
    """
    problems = Problems()
    host, port = _host_and_port(server.strip(), problems)
    values = {"hub_server": host, "hub_database": database.strip(), "hub_user": user.strip()}
    for name, value in values.items():
        if not value and not any(one.field == name for one in problems):
            problems.add(name, "text.missing")
    found = HubAddress(
        host=host,
        port=port,
        database=values["hub_database"],
        user=values["hub_user"],
        certificate=certificate.strip(),
    )
    if found.host and found.encrypted:
        if found.certificate:
            check_certificate(found.certificate, problems, "hub_certificate")
        else:
            problems.add("hub_certificate", "hub.certificate_missing")
    problems.raise_if_any()
    return found


def _host_and_port(server: str, problems: Problems) -> tuple[str, int]:
    host, port = host_and_port(server)
    if not port:
        return host, PORT
    if not port.isascii() or not port.isdecimal() or not 0 < int(port) < 65536:
        problems.add("hub_server", "address.bad_port", value=port)
        return host, PORT
    return host, int(port)


def check_certificate(path: str, problems: Problems, field: str) -> None:
    """Whether a file holds certificates; what is wrong is added under `field`."""
    try:
        content = files.read_chosen(Path(path))
    except OSError:
        problems.add(field, "file.unreadable", name=Path(path).name)
        return
    if b"-----BEGIN CERTIFICATE-----" not in content:
        problems.add(field, "hub.not_a_certificate", name=Path(path).name)


_PATIENCE = {
    "connect_timeout": "10",
    "keepalives": "1",
    "keepalives_idle": "15",
    "keepalives_interval": "5",
    "keepalives_count": "3",
    "tcp_user_timeout": "30000",
}
_OF_THE_SESSION = {
    "statement_timeout": "60s",
    "lock_timeout": "5s",
    "idle_in_transaction_session_timeout": "30s",
    # The server, too, notices within a minute that a line is dead: who held the turn gives it up.
    "tcp_keepalives_idle": "15",
    "tcp_keepalives_interval": "5",
    "tcp_user_timeout": "30s",
}
"""Settings of the server for a session of ours."""

OPTIONS: dict[str, str] = {
    **_PATIENCE,
    "application_name": "POSCare",
    "client_encoding": "utf8",
    "options": " ".join(f"-c {name}={value}" for name, value in _OF_THE_SESSION.items()),
    "hostaddr": "",
    "passfile": "",
    "sslmode": "verify-full",
    "sslrootcert": "",
    "sslnegotiation": "postgres",
    "sslcompression": "0",
    "sslcert": "",
    "sslkey": "",
    "sslcertmode": "disable",
    "sslcrl": "",
    "sslcrldir": "",
    "sslsni": "1",
    "ssl_min_protocol_version": "TLSv1.3",
    "ssl_max_protocol_version": "",
    "channel_binding": "require",
    "require_auth": "scram-sha-256",
    "requirepeer": "",
    "gssencmode": "disable",
    "krbsrvname": "postgres",
    "gsslib": "",
    "gssdelegation": "0",
    "target_session_attrs": "any",
    "load_balance_hosts": "disable",
    "min_protocol_version": "3.0",
    "max_protocol_version": "3.0",
}
"""What is given beside host, port, database, user and password; an empty text is given as well, so
that the environment cannot fill it."""
_UNENCRYPTED = {"sslmode": "disable", "channel_binding": "disable", "require_auth": ""}


def connection_options(address: HubAddress, password: str) -> dict[str, str]:
    """Every option of a connection.  What an older client library does not know is left out; none
    of it is what keeps a connection safe but `require_auth`, which the certificate makes up for."""
    from psycopg import pq

    known = {one.keyword.decode() for one in pq.Conninfo.get_defaults()}
    given = OPTIONS | {
        "host": address.host,
        "port": str(address.port),
        "dbname": address.database,
        "user": address.user,
        "password": password,
        "sslrootcert": address.certificate,
    }
    if not address.encrypted:
        given |= _UNENCRYPTED
    return {name: value for name, value in given.items() if name in known}
