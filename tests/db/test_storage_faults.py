"""Backup and restore with every single file operation killed, failing, or finding the disk full.

One process loads the fault injector and forks a child for each operation, so that all of them can
be tried; of the long row of page writes in the middle, which are all alike, every sixtieth.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from db import backup
from db.engine import Database
from tests.db.test_backup import NOW, add_area

PROBE = """
import ctypes, json, os, shutil, sys
from contextlib import closing
from datetime import datetime, UTC
from pathlib import Path
from app.domain.errors import Unavailable
from db import backup, copying, restoring
from db.engine import Database
from db.locking import DatabaseLock

job, kind, start, work = sys.argv[1], sys.argv[2], Path(sys.argv[3]), Path(sys.argv[4])
NOW = datetime(2026, 11, 24, tzinfo=UTC)

def restore(home):
    lock = DatabaseLock(home / "poscare.db")
    with closing(lock), lock.alone():
        restoring.restore(home / "copy.db", lock, NOW)

def back_up(home):
    backup.make(Database(home / "poscare.db"), home / "backups", NOW)

def areas(path):
    with copying.opened(path) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        return sorted(name for (name,) in connection.execute("SELECT name FROM area"))

def next_start(home):
    lock = DatabaseLock(home / "poscare.db")
    with closing(lock), lock.gate():
        restoring.finish(lock)

def broken(at):
    home = work / f"{kind}-{at}"
    shutil.copytree(start, home)
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        os.environ.update({"FAULT_FILE": str(home), f"FAULT_{kind}_AT": str(at)})
        said = "done"
        try:
            {"restore": restore, "backup": back_up}[job](home)
        except Unavailable as refused:
            said = refused.code
        os.environ.pop("FAULT_FILE")
        operations = ctypes.CDLL(None).fault_operations()
        os.write(write, f"{operations} {said}".encode())
        os._exit(0)
    os.close(write)
    operations, _, said = os.read(read, 100).decode().partition(" ")
    os.close(read)
    status = os.waitpid(child, 0)[1]
    if job == "restore":
        next_start(home)
    found = {"said": said, "code": os.waitstatus_to_exitcode(status),
             "live": areas(home / "poscare.db"),
             "left": sorted(path.name for path in home.rglob("*") if path.is_file()),
             "copies": [areas(copy.path) for copy in backup.existing(home / "backups")]}
    print(json.dumps(found), flush=True)
    shutil.rmtree(home)
    return int(operations or 0)

total = broken(1_000_000)
for at in range(1, total + 1):
    if at <= 4 or at > total - 24 or at % 60 == 0:
        broken(at)
"""


@pytest.fixture
def start(template: Path, tmp_path: Path) -> Path:
    """A home with a database, an earlier backup, and a write-ahead log that holds rows."""
    home = tmp_path / "start"
    home.mkdir()
    shutil.copyfile(template, home / "poscare.db")
    database = Database(home / "poscare.db")
    add_area(database, "备份里的")
    first = backup.make(database, home / "backups", NOW)
    shutil.copyfile(first, home / "copy.db")
    add_area(database, "备份后的")
    # as a crash leaves it: not folded into the file
    crashed = tmp_path / "crashed"
    shutil.copytree(home, crashed)
    database.close()
    assert (crashed / "poscare.db-wal").stat().st_size
    return crashed


def tried(shim: Path, start: Path, tmp_path: Path, job: str, kind: str) -> list[dict[str, Any]]:
    """What came of it without a fault, and then for every operation."""
    work = tmp_path / "work"
    work.mkdir()
    done = subprocess.run(
        [sys.executable, "-c", PROBE, job, kind, str(start), str(work)],
        env={**os.environ, "LD_PRELOAD": str(shim)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


OLD, NEW = ["备份后的", "备份里的"], ["备份里的"]
LEFT_OVER = (".incoming", ".restoring", ".tmp", "-journal")


@pytest.mark.parametrize("kind", ["KILL", "FAIL"])
def test_a_restore_broken_anywhere_ends_in_the_old_or_the_new_database(
    shim: Path, start: Path, tmp_path: Path, kind: str
) -> None:
    found = tried(shim, start, tmp_path, "restore", kind)
    whole, *broken = found
    assert (whole["said"], whole["live"]) == ("done", NEW)
    assert len(broken) > 20
    assert {json.dumps(item["live"]) for item in broken} == {json.dumps(OLD), json.dumps(NEW)}
    for item in broken:
        assert item["code"] in {0, -9}
        rest = [name for name in item["left"] if name.endswith(LEFT_OVER)]
        assert not rest, item
        if kind == "FAIL":
            assert item["said"].startswith(("restore.", "db.", "backup.", "done")), item
            if item["said"] == "restore.failed":
                assert item["live"] == OLD


@pytest.mark.parametrize("kind", ["KILL", "FAIL", "FULL"])
def test_a_backup_broken_anywhere_leaves_the_earlier_ones_and_no_half_copy(
    shim: Path, start: Path, tmp_path: Path, kind: str
) -> None:
    whole, *broken = tried(shim, start, tmp_path, "backup", kind)
    assert whole["said"] == "done"
    assert whole["copies"] == [OLD, NEW]
    assert len(broken) > 20
    for item in broken:
        assert item["live"] == OLD
        assert item["copies"] in ([NEW], [OLD, NEW])
        if kind != "KILL":
            # what failed may not have mattered: making a folder that is there
            assert item["said"].startswith("backup.") or item["copies"] == [OLD, NEW], item
            assert (item["said"] == "done") == (item["copies"] == [OLD, NEW])
            assert not [name for name in item["left"] if name.endswith(LEFT_OVER)], item
            hashes = sum(name.endswith(".sha256") for name in item["left"])
            assert hashes == len(item["copies"]), item
        if kind == "FULL":
            assert item["said"] in {"backup.disk_full", "done"}, item
    assert kind != "FULL" or sum(item["said"] == "backup.disk_full" for item in broken) > 20


def test_every_row_of_the_start_is_there(start: Path) -> None:
    database = Database(start / "poscare.db")
    with database.read() as session:
        assert session.execute(sa.text("SELECT count(*) FROM area")).scalar_one() == 2
    database.close()
