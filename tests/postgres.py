"""A throw-away PostgreSQL server on a socket, for tests that must hold on both engines."""

from __future__ import annotations

import contextlib
import glob
import os
import shutil
import socket
import subprocess
import tempfile
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import sqlalchemy as sa

from db import migrate
from db.engine import Database

PORT = 54321
"""Of the socket file; nobody listens on it elsewhere."""
_MEMORY = Path("/dev/shm")
IN_MEMORY = _MEMORY if _MEMORY.is_dir() and shutil.disk_usage(_MEMORY).free > 4 * 2**30 else None
"""Where some hundred thousand flushes of small databases need no disk, if there is room."""
_OPTIONS = " ".join(
    (
        f"-k {{sockets}} -p {PORT} -h ''",
        # Nothing is to outlive the machine; one test in two begins with a database of its own.
        *("-c fsync=off", "-c full_page_writes=off"),
        *("-c wal_level=minimal", "-c max_wal_senders=0", "-c max_wal_size=4GB"),
        "-c autovacuum=off",
    )
)
_COPYING_FILES = 15
"""Since this version the server would rather log every page of a template than copy its files."""


@dataclass(frozen=True)
class Server:
    """A running server; its template database is at the newest schema."""

    binaries: Path
    folder: Path
    sockets: Path

    @property
    def version(self) -> int:
        """The main version, from its place: ``/usr/lib/postgresql/15/bin``."""
        return int(self.binaries.parent.name)

    def url(self, name: str) -> str:
        """The URL of one of its databases."""
        return f"postgresql://postgres@/{name}?host={self.sockets}&port={PORT}"

    @contextlib.contextmanager
    def fresh_database(self) -> Iterator[str]:
        """An empty, migrated database that is gone afterwards."""
        name = f"t{uuid.uuid4().hex}"
        copying = "STRATEGY file_copy" if self.version >= _COPYING_FILES else ""
        self.administer(f"CREATE DATABASE {name} TEMPLATE poscare_template {copying}")
        try:
            yield self.url(name)
        finally:
            self.administer(f"DROP DATABASE {name} WITH (FORCE)")

    @contextlib.contextmanager
    def empty_database(self) -> Iterator[str]:
        """A database without any table."""
        name = f"t{uuid.uuid4().hex}"
        self.administer(f"CREATE DATABASE {name}")
        try:
            yield self.url(name)
        finally:
            self.administer(f"DROP DATABASE {name} WITH (FORCE)")

    def administer(self, statement: str) -> None:
        """Let the administrator do something."""
        engine = sa.create_engine(
            self.url("postgres").replace("postgresql://", "postgresql+psycopg://"),
            isolation_level="AUTOCOMMIT",
        )
        with engine.connect() as connection:
            connection.exec_driver_sql(statement)
        engine.dispose()

    def pause(self) -> None:
        """Stop the server; its data stays."""
        _run([self.binaries / "pg_ctl", "stop", "-D", self.folder, "-m", "immediate", "-w"])

    def go_on(self, *more: str) -> None:
        """Start it again, with `more` server options."""
        options = " ".join((_OPTIONS.format(sockets=self.sockets), *more))
        _run(
            [
                self.binaries / "pg_ctl",
                "start",
                "-D",
                self.folder,
                "-w",
                "-o",
                options,
                "-l",
                self.sockets / "log",
            ]
        )

    def crash(self) -> None:
        """It dies at once, and is started again."""
        self.pause()
        self.go_on()

    def reload(self) -> None:
        """It reads its rules and certificates again."""
        _run([self.binaries / "pg_ctl", "reload", "-D", self.folder])

    @contextlib.contextmanager
    def asking_for_passwords(self) -> Iterator[None]:
        """Everybody but the administrator is asked for a password."""
        rules = self.folder / "pg_hba.conf"
        before = rules.read_text()
        rules.write_text("local all postgres trust\nlocal all all scram-sha-256\n")
        self.administer("SELECT pg_reload_conf()")
        try:
            yield
        finally:
            rules.write_text(before)
            self.administer("SELECT pg_reload_conf()")

    @contextlib.contextmanager
    def at_a_port(self, *more: str) -> Iterator[int]:
        """It also listens on a port of this machine, without encryption unless `more` options of
        the server say otherwise."""
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port: int = free.getsockname()[1]
        self.pause()
        self.go_on(f"-h 127.0.0.1 -p {port}", *more)
        try:
            yield port
        finally:
            self.pause()
            self.go_on()

    def stop(self) -> None:
        """Stop the server and remove everything it wrote."""
        self.pause()
        shutil.rmtree(self.sockets, ignore_errors=True)


def start_server(folder: Path) -> Server:
    """Start one, or skip the test with the reason why not."""
    pytest.importorskip("psycopg", reason="the postgres extra is not installed")
    found = sorted(glob.glob("/usr/lib/postgresql/*/bin/initdb"))
    if not found:
        pytest.skip("no PostgreSQL server is installed (Debian: apt-get install postgresql)")
    binaries = Path(found[-1]).parent
    # A socket's path may hold some hundred characters only, so not below pytest's own folder.
    sockets = Path(tempfile.mkdtemp(prefix="poscare-pg-", dir=IN_MEMORY))
    data = sockets / "data"
    if os.geteuid() == 0:
        shutil.chown(sockets, "nobody")
    _run(
        [
            binaries / "initdb",
            "-D",
            data,
            "-U",
            "postgres",
            "-A",
            "trust",
            "-E",
            "UTF8",
            "--locale=C.UTF-8",
            "--no-sync",
        ]
    )
    server = Server(binaries, data, sockets)
    server.go_on()
    server.administer("CREATE DATABASE poscare_template")
    template = Database(server.url("poscare_template"))
    migrate.upgrade(template)
    template.close()
    return server


def _run(command: list[object]) -> None:
    """Run as an ordinary user: PostgreSQL refuses to serve the superuser."""
    words = [str(word) for word in command]
    import pwd  # not on Windows, where these tests find no server to start

    user = pwd.getpwnam("nobody") if os.geteuid() == 0 else None
    done = subprocess.run(
        words,
        capture_output=True,
        text=True,
        check=False,
        cwd="/",
        user=user.pw_uid if user else None,
        group=user.pw_gid if user else None,
    )
    if done.returncode:
        raise RuntimeError(f"{words[0]} failed: {done.stdout}{done.stderr}")
