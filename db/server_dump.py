"""A copy of a server's database by PostgreSQL's own programs, ``pg_dump`` and ``pg_restore``.

The copy is one file, and beside it one that says which revision of the tables it holds, how many
rows each had in the very snapshot that was copied, and the SHA-256 of the file.  Putting it back
needs an empty database: what is there is never overwritten.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
import re
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import URL, Connection

from app import files
from app.domain.errors import NotFound, Unavailable
from db import migrate
from db.engine import Database
from db.server import connection_arguments
from db.server_engine import READS

log = logging.getLogger(__name__)

ENDING = ".dump"
_MOST_SAID = 300
_PASSED_ON = ("sslmode", "sslrootcert", "hostaddr", "host", "port", "connect_timeout")
"""Options of a connection these programs take, too."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerCopy:
    """What a copy holds: the revision of the tables, their rows, the SHA-256 of the file."""

    revision: str
    rows: dict[str, int]
    sha256: str


def dump(database: Database, folder: Path, now: datetime) -> tuple[Path, ServerCopy]:
    """Copy a server's database into a new file in `folder`.  Nothing is left when it fails.

    Raises `Unavailable`: ``server.no_program``, ``server.program_older``, ``server.dump_failed``,
    ``files.disk_full``, ``files.unwritable``.
    """
    path = folder / f"poscare-server-{now:%Y%m%dT%H%M%S}{ENDING}"
    program = _program("pg_dump")
    try:
        files.private_folder(folder)
        with _snapshot(database) as connection:
            _check_version(program, connection)
            name = connection.scalar(sa.text("SELECT pg_export_snapshot()"))
            rows = _rows(connection)
            with files.replacing(path) as partial:
                files.create_private(partial)
                options = ("--format=custom", "--no-owner", "--no-privileges")
                taken = (f"--snapshot={name}", "--schema=public", f"--file={partial}")
                _run([program, *options, *taken], database.url)
        made = ServerCopy(revision=migrate.HEAD, rows=rows, sha256=_sha256(path))
        content = json.dumps(asdict(made), indent=1).encode()
        files.write_private(_about(path), content)
    except OSError as failure:
        path.unlink(missing_ok=True)
        raise files.unavailable(failure, folder) from failure
    return path, made


def restore(path: Path, target: str) -> ServerCopy:
    """Put a copy into the empty database of a server, all of it or nothing, and count its rows.

    Raises `NotFound`; `Unavailable`: ``server.not_empty``, ``server.copy_altered``,
    ``server.no_program``, ``server.restore_failed``, ``server.restored_differs``.
    """
    if not path.is_file():
        raise NotFound("backup", str(path))
    known = _known(path)
    program = _program("pg_restore")
    database = Database(target)
    try:
        with database.connect() as connection:
            if sa.inspect(connection).get_table_names():
                raise Unavailable("server.not_empty", database=database.url.database or "")
        # The schema itself is there in every database.
        options = ("--single-transaction", "--exit-on-error", "--schema=public")
        of_nobody = ("--no-owner", "--no-privileges")
        command = [program, *options, *of_nobody, str(path)]
        _run(command, database.url, failed="server.restore_failed")
        with database.connect() as connection:
            differing = {
                table
                for table, count in _rows(connection).items()
                if known.rows.get(table) != count
            }
        if differing:
            raise Unavailable("server.restored_differs", tables=", ".join(sorted(differing)))
    finally:
        database.close()
    log.info("put back %s", path.name)
    return known


def _snapshot(database: Database) -> Any:
    connection = database.engine.connect()
    connection.execution_options(**{READS: True})
    return connection


def _rows(connection: Connection) -> dict[str, int]:
    count = sa.select(sa.func.count())
    tables = sorted(sa.inspect(connection).get_table_names())
    return {name: connection.scalar(count.select_from(sa.table(name))) or 0 for name in tables}


def _about(path: Path) -> Path:
    return path.with_suffix(".json")


def _known(path: Path) -> ServerCopy:
    try:
        known = ServerCopy(**json.loads(_about(path).read_bytes()))
        same = known.sha256 == _sha256(path)
    except (OSError, ValueError, TypeError):
        same = False
    if not same:
        raise Unavailable("server.copy_altered", path=str(path))
    return known


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _program(name: str) -> str:
    """The newest of the programs there are.  Raises `Unavailable`."""
    beside = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), key=_major)
    found = str(beside[-1]) if beside else shutil.which(name)
    if found is None:
        raise Unavailable("server.no_program", program=name)
    return found


def _major(path: Path) -> int:
    number = path.parent.parent.name
    return int(number) if number.isdecimal() else 0


def _check_version(program: str, connection: Connection) -> None:
    said = subprocess.run([program, "--version"], capture_output=True, text=True, check=False)
    found = re.search(r"(\d+)(?:\.\d+)?", said.stdout)
    served = int(connection.exec_driver_sql("SHOW server_version_num").scalar_one()) // 10_000
    if found is None or int(found[1]) < served:
        own = found[1] if found else "?"
        raise Unavailable("server.program_older", program="pg_dump", found=own, wanted=served)


def _run(command: Sequence[str], url: URL, failed: str = "server.dump_failed") -> None:
    from psycopg.conninfo import make_conninfo

    given = connection_arguments(url) | dict(url.query)
    options = {name: given[name] for name in _PASSED_ON if given.get(name) not in {None, ""}}
    parts = {"host": url.host, "port": url.port, "user": url.username, "dbname": url.database}
    options |= {name: value for name, value in parts.items() if value}
    # A password in the command would be seen by everybody on this machine.
    secret = {"PGPASSWORD": url.password} if url.password else {}
    done = subprocess.run(
        [*command, f"--dbname={make_conninfo(**options)}", "--no-password"],
        env={**os.environ, **secret},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        said = " ".join(done.stderr.split())[:_MOST_SAID]
        log.warning("%s: %s", Path(command[0]).name, said)
        raise Unavailable(failed, detail=said)
