"""Brings a database to the schema this program knows, or refuses.

A new or older SQLite file is upgraded in one transaction, after a verified backup, with row counts
compared; PostgreSQL is set up or upgraded only when somebody who may says so (`poscare check
--upgrade`, or a button of the window), never by merely starting.  A schema newer than the program
is refused before anything is written.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from app.domain.errors import Unavailable
from db import newest, storage
from db.engine import APPLICATION_ID, Database
from db.server import place_of, state_of
from db.server_rights import grant_seats, seats_of

log = logging.getLogger(__name__)

_SCRIPTS = Path(__file__).parent / "migrations"
HEAD = max(path.name[:4] for path in (_SCRIPTS / "versions").glob("[0-9]*.py"))
"""The newest revision; its number is the SQLite file's ``user_version``.  Read from the names of
the scripts, so that start-up need not import Alembic to compare; a test holds it to their chain."""

_NO_SUCH_TABLE = "42P01"
"""What PostgreSQL says of a table that is not there."""

_COPIES_WHILE_UPGRADING = 3
"""The backup, the rebuilt tables in the write-ahead log, and those in the file itself."""


def revision_of(database: Database) -> str | None:
    """The revision the database is at; None when it is empty.

    Raises `Unavailable("db.foreign")` when an SQLite file belongs to another program.
    """
    with database.connect() as connection:
        if database.is_sqlite:
            return _sqlite_revision(connection)
        # One question where a seat starts; looking for the table first would be another.
        try:
            found = connection.scalar(sa.text("SELECT version_num FROM alembic_version"))
        except sa.exc.ProgrammingError as unknown:
            if getattr(unknown.orig, "sqlstate", "") != _NO_SUCH_TABLE:
                raise
            return None
        return None if found is None else str(found)


def _sqlite_revision(connection: Connection) -> str | None:
    version = connection.exec_driver_sql("PRAGMA user_version").scalar_one()
    owner = connection.exec_driver_sql("PRAGMA application_id").scalar_one()
    if owner == APPLICATION_ID and version:
        return f"{version:04d}"
    tables = connection.exec_driver_sql("SELECT count(*) FROM sqlite_master").scalar_one()
    if tables:
        raise Unavailable("db.foreign")
    return None


def prepare(database: Database, backup: Callable[[], Path | None] | None = None) -> bool:
    """Make the database usable at start-up; returns whether it was changed.

    `backup` makes the verified backup an upgrade needs first.
    Raises `Unavailable`: ``db.newer_schema``, ``db.foreign``; for a server, which no seat changes
    by merely starting, what `check_server` raises.
    """
    if not database.is_sqlite:
        check_server(database)
        return False
    current = revision_of(database)
    if current == HEAD:
        return False
    if current is not None and current > HEAD:
        raise Unavailable("db.newer_schema", found=current, known=HEAD)
    upgrade(database, backup)
    return True


def check_server(database: Database) -> None:
    """Whether a server's database can be used as it is.

    Raises `Unavailable`: ``db.server_empty`` and ``db.upgrade_needed`` (params ``may_change``: the
    user of this connection may do it; ``others``: other connections there are now),
    ``db.newer_schema``, ``db.server_foreign`` (another program's tables).
    """
    current = revision_of(database)
    if current == HEAD:
        return
    with database.connect() as connection:
        state = state_of(connection)
    place = {**place_of(database.url), "may_change": state.may_change, "others": state.others}
    if current is None:
        raise Unavailable("db.server_foreign" if state.tables else "db.server_empty", **place)
    if not re.fullmatch(r"\d{4}", current):
        raise Unavailable("db.server_foreign", **place)
    if current > HEAD:
        raise Unavailable("db.newer_schema", found=current, known=HEAD)
    raise Unavailable("db.upgrade_needed", found=current, known=HEAD, **place)


def upgrade_server(database: Database, seats: str = "") -> str | None:
    """Set up a server's empty database, or bring an old one to this version; returns the revision
    it was at, None when it was empty.  Of two who do it at once the second finds it done.  The
    members of the role `seats`, and of those named before, may work with it
    (`db.server_rights`).

    Raises `Unavailable` as `check_server`, ``db.no_privilege`` and ``db.no_such_role``; nothing is
    changed then.
    """
    with database.connect() as connection, connection.begin():
        # There may be no table yet to lock, as those who write do.
        turn = "SELECT set_config('lock_timeout', '15s', true), pg_advisory_xact_lock(:key)"
        connection.execute(sa.text(turn), {"key": APPLICATION_ID})
        found = revision_of(database)
        try:
            check_server(database)
        except Unavailable as needed:
            if needed.code not in {"db.server_empty", "db.upgrade_needed"}:
                raise
            log.info("schema upgrade of %s from %s to %s", database, found or "empty", HEAD)
            _run_alembic(connection, HEAD)
        for role in dict.fromkeys([*([seats] if seats else []), *seats_of(connection)]):
            grant_seats(connection, role)
    return found


def upgrade(
    database: Database,
    backup: Callable[[], Path | None] | None = None,
    to: str = HEAD,
    *,
    step_by_step: bool = False,
) -> None:
    """Migrate to revision `to` in one transaction.  Nothing is changed when any step fails.  A new
    file is made at once (`db.newest`) unless every migration is asked for.

    Raises `Unavailable`: ``db.open_in_window``, ``db.open_elsewhere`` while another program has
    the file open, ``db.no_space`` before anything is begun, and what the steps say.
    """
    with database.alone():
        current = revision_of(database)
        if current is not None and database.path is not None:
            storage.check_space(database.path, _COPIES_WHILE_UPGRADING)
        if current is not None and backup is not None:
            log.info("backup before schema upgrade: %s", backup())
        log.info("schema upgrade from %s to %s", current or "empty", to)
        if database.is_sqlite:
            _upgrade_sqlite(database, to, new=current is None and not step_by_step)
        else:
            with database.engine.begin() as connection:
                _run_alembic(connection, to)


def _upgrade_sqlite(database: Database, to: str, *, new: bool) -> None:
    with database.connect() as connection:
        driver: Any = connection.connection.dbapi_connection
        # Inside a transaction this pragma does nothing; with keys on, a batch rebuild of a parent
        # table would delete its children.
        driver.execute("PRAGMA foreign_keys=OFF")
        try:
            with connection.begin():
                before = row_counts(connection)
                if not (new and newest.make(connection, to)):
                    _run_alembic(connection, to)
                _verify(connection, before)
                connection.exec_driver_sql(f"PRAGMA application_id={APPLICATION_ID}")
                connection.exec_driver_sql(f"PRAGMA user_version={int(to)}")
        finally:
            driver.execute("PRAGMA foreign_keys=ON")


def row_counts(connection: Connection) -> dict[str, int]:
    """Rows per table, the bookkeeping of Alembic and the search index left out."""
    names = [
        name
        for name in sa.inspect(connection).get_table_names()
        if not name.startswith(("search_", "alembic_"))
    ]
    return {
        name: connection.scalar(sa.select(sa.func.count()).select_from(sa.table(name))) or 0
        for name in names
    }


def _verify(connection: Connection, before: dict[str, int]) -> None:
    orphans = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
    if orphans:
        raise Unavailable("db.upgrade_broke_references", table=orphans[0][0], count=len(orphans))
    verdict = connection.exec_driver_sql("PRAGMA integrity_check(1)").scalar_one()
    if verdict != "ok":
        raise Unavailable("db.damaged")
    after = row_counts(connection)
    lost = {name: n for name, n in before.items() if after.get(name, n) < n}
    if lost:
        raise Unavailable("db.upgrade_lost_rows", tables=", ".join(sorted(lost)))


def _run_alembic(connection: Connection, to: str) -> None:
    from alembic import command

    command.upgrade(alembic_config(connection), to)


def alembic_config(connection: Connection) -> Any:
    """Alembic's configuration for one open connection."""
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(_SCRIPTS))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config
