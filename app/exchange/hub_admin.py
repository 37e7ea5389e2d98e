"""What whoever administers the exchange server does: set it up, and let computers in.

Each computer has a login of its own, which may execute the functions of `resources/hub/schema.sql`
and nothing else.  Where a superuser sets the server up the tables belong to a role without a login,
so that the functions, which run with the rights of their owner, can do nothing but this.
"""

from __future__ import annotations

import contextlib
import hashlib
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Self

from app import paths
from app.domain.errors import Unavailable
from app.exchange.hub_address import HubAddress
from app.exchange.hub_connection import VERSION, connect
from app.exchange.hub_faults import fault_of
from app.exchange.package import Role

_OWNER = "poscare_hub"
"""The role the tables belong to where a superuser sets the server up."""
_OURS = "A computer of the POSCare exchange"
"""By this remark a login of ours is known, also by another database of the server."""
FUNCTIONS = ("hello", "push", "pull", "take", "devices", "revoke", "take_turn")
"""What a login that was let in may execute; those for the office ask who calls."""
_CONNECTIONS = 8
"""At once for one login: a window, a command line, and lines that broke and were not noticed."""


@dataclass(frozen=True, slots=True)
class HubLogin:
    """With what a computer signs in to the server.  The password is shown once and kept nowhere."""

    login: str
    password: str


def login_for(station: str) -> str:
    """The login made up for a computer.  A digest, for parts of a station's key are the same for
    many."""
    return f"poscare_{hashlib.sha256(station.encode()).hexdigest()[:12]}"


class HubAdministration:
    """A connection of the server's administrator; use it in a ``with`` block.

    Every method raises `Unavailable`: codes of `app.exchange.hub_faults`, ``hub.may_not_set_up``,
    ``hub.may_not_admit``, ``hub.login_taken``.
    """

    def __init__(self, address: HubAddress, password: str) -> None:
        self._address = address
        self._connection = connect(address, password)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_raised: object) -> None:
        self._connection.close()

    def set_up(self) -> tuple[Unavailable, ...]:
        """Make the tables and functions, or bring those of an older version up to date.  Returns
        what a login of the exchange still may that it does not need, because it could not be taken
        from here: ``hub.left_…`` (`app.exchange.hub_limits`)."""
        from app.exchange import hub_limits

        script = (paths.resources() / "hub" / "schema.sql").read_text(encoding="utf-8")
        with self._all_or_nothing("hub.may_not_set_up"):
            owner = self._owner()
            if owner is None:
                owner = self._new_owner()
            elif (found := self._version()) > VERSION:
                raise Unavailable("hub.newer", server=self._address.server, version=found)
            left = hub_limits.take_rights(self._connection)
            self._run("SET LOCAL ROLE {}", owner)
            self._connection.execute(script)
            self._connection.execute(
                "INSERT INTO hub.facts (version) VALUES (%(version)s)"
                " ON CONFLICT (only_row) DO UPDATE SET version = %(version)s",
                {"version": VERSION},
            )
            logins = self._connection.execute(
                "SELECT login FROM hub.device JOIN pg_roles ON rolname = login"
            ).fetchall()
            self._connection.execute("RESET ROLE")
            for (login,) in logins:
                hub_limits.let_connect(self._connection, login)
            others = hub_limits.open_databases(self._connection)
        codes = (*left, *(("hub.left_others",) if others else ()))
        known = {"database": self._address.database, "others": ", ".join(others)}
        return tuple(Unavailable(code, server=self._address.server, **known) for code in codes)

    def admit(self, station: str, name: str, role: Role = "laptop", login: str = "") -> HubLogin:
        """Let a computer in, with a new password; without a `login` under a name of its own.  One
        that was revoked or has a new identity is let in anew, an office takes the place of the one
        before."""
        from app.exchange import hub_limits

        called = login or login_for(station)
        password = secrets.token_urlsafe(24)
        with self._all_or_nothing("hub.may_not_admit"):
            owner = self._owner()
            if owner is None:
                raise Unavailable("hub.not_set_up", server=self._address.server)
            self._make_login(called, password, role)
            hub_limits.let_connect(self._connection, called)
            self._run("SET LOCAL ROLE {}", owner)
            self._connection.execute(
                "DELETE FROM hub.device WHERE login = %(login)s AND station <> %(station)s"
                " OR role = 'office' AND %(role)s = 'office' AND station <> %(station)s",
                {"login": called, "station": station, "role": role},
            )
            self._connection.execute(
                "INSERT INTO hub.device (station, login, name, role) VALUES (%s, %s, %s, %s)"
                " ON CONFLICT (station) DO UPDATE SET login = EXCLUDED.login,"
                " name = EXCLUDED.name, role = EXCLUDED.role, revoked_at = NULL",
                (station, called, name, role),
            )
            self._run("GRANT USAGE ON SCHEMA hub TO {}", called)
            for function in FUNCTIONS:
                self._run("GRANT EXECUTE ON FUNCTION hub.{} TO {}", function, called)
        return HubLogin(called, password)

    # --- inside ---------------------------------------------------------------------------------

    def _owner(self) -> str | None:
        """The role the schema belongs to; None when there is none."""
        found = self._connection.execute(
            "SELECT nspowner::regrole::text, nspowner FROM pg_namespace WHERE nspname = 'hub'"
        ).fetchone()
        if found is None:
            return None
        name = self._connection.execute(
            "SELECT rolname FROM pg_roles WHERE oid = %s", (found[1],)
        ).fetchone()
        return str(name[0]) if name else None

    def _version(self) -> int:
        there = self._connection.execute("SELECT to_regclass('hub.facts')").fetchone()
        if there is None or there[0] is None:
            return 0
        found = self._connection.execute("SELECT max(version) FROM hub.facts").fetchone()
        return int(found[0] or 0) if found else 0

    def _new_owner(self) -> str:
        """The role that is to own the schema: whoever asks, unless that is a superuser."""
        found = self._connection.execute(
            "SELECT rolsuper, current_user, current_database() FROM pg_roles"
            " WHERE rolname = current_user"
        ).fetchone()
        assert found is not None
        superuser, me, database = found
        if not superuser:
            return str(me)
        known = self._connection.execute("SELECT FROM pg_roles WHERE rolname = %s", (_OWNER,))
        if known.fetchone() is None:
            self._run("CREATE ROLE {} NOLOGIN", _OWNER)
        self._run("GRANT CREATE ON DATABASE {} TO {}", database, _OWNER)
        return _OWNER

    def _make_login(self, login: str, password: str, role: Role) -> None:
        """The password leaves this computer as what SCRAM proves it by (RFC 5802), so that no log
        of the server holds it."""
        there = self._connection.execute(
            "SELECT shobj_description(oid, 'pg_authid') FROM pg_roles WHERE rolname = %s", (login,)
        ).fetchone()
        if there is not None and there[0] != _OURS:
            # Somebody else's: an administrator's password must not be changed by this.
            raise Unavailable("hub.login_taken", login=login)
        verb = "ALTER" if there else "CREATE"
        verifier = self._connection.pgconn.encrypt_password(
            password.encode(), login.encode(), b"scram-sha-256"
        ).decode()
        self._run(
            verb + " ROLE {} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE INHERIT NOREPLICATION"
            f" CONNECTION LIMIT {_CONNECTIONS} PASSWORD " + _quoted(verifier),
            login,
        )
        self._run("COMMENT ON ROLE {} IS " + _quoted(_OURS), login)
        from app.exchange.hub_limits import IDLE_LAPTOP

        for name, value in (
            ("idle_session_timeout", IDLE_LAPTOP if role == "laptop" else "0"),
            ("statement_timeout", "60s"),
            ("lock_timeout", "5s"),
            ("idle_in_transaction_session_timeout", "30s"),
        ):
            self._run(f"ALTER ROLE {{}} SET {name} = '{value}'", login)

    def _run(self, statement: str, *names: str) -> None:
        from psycopg import sql

        query = sql.SQL(statement)
        self._connection.execute(query.format(*map(sql.Identifier, names)))

    @contextlib.contextmanager
    def _all_or_nothing(self, not_allowed: str) -> Iterator[None]:
        import psycopg

        try:
            with self._connection.transaction():
                yield
        except psycopg.Error as failure:
            if failure.sqlstate == "42501":
                raise Unavailable(
                    not_allowed, server=self._address.server, user=self._address.user
                ) from failure
            raise fault_of(failure, self._address) or failure from failure


def _quoted(text: str) -> str:
    from psycopg import sql

    return sql.Literal(text).as_string(None)
