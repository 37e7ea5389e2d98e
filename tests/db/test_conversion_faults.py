"""Encrypting, changing the key and decrypting with single file operations killed or failing: the
database is the old or the new one, whole, and nothing of the other is left.

As in `test_storage_faults`, of the long row of page writes in the middle only some are tried.
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

from db.engine import Database
from tests.db.test_backup import add_area

PROBE = """
import ctypes, json, os, shutil, sys
from contextlib import closing
from dataclasses import replace
from datetime import datetime, UTC
from pathlib import Path
from app.domain.errors import Unavailable
from app.encryption import key_file
from app.encryption.opened import opened
from db import cipher, copying, restoring
from db.locking import DatabaseLock

job, kind, start, work = sys.argv[1], sys.argv[2], Path(sys.argv[3]), Path(sys.argv[4])
NOW = datetime(2026, 11, 24, tzinfo=UTC)
first, _code = key_file.new_vault("a good passphrase", NOW)
second, _code = key_file.new_vault("a better passphrase", NOW, first)
off = replace(first, current=None)
before, after = {"encrypt": (None, first), "rekey": (first, second), "decrypt": (first, off)}[job]

def change(home, vault):
    key_file.write(home / key_file.NAME, vault)
    opened.hold(vault)
    lock = DatabaseLock(home / "poscare.db")
    with closing(lock), lock.alone():
        restoring.convert(lock, NOW)

def judged(home):
    found = key_file.read(home / key_file.NAME)
    vaults = {vault.id: vault for vault in (first, second)}
    opened.hold(found.by_access(vaults[found.id].access) if found else None)
    lock = DatabaseLock(home / "poscare.db")
    with closing(lock), lock.gate():
        restoring.finish(lock)
    with copying.opened(home / "poscare.db") as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        areas = sorted(name for (name,) in connection.execute("SELECT name FROM area"))
    needed = cipher.key_of(home / "poscare.db")
    now = {None: "plain", first.current.id: "first", second.current.id: "second"}[needed]
    with copying.opened(home / "poscare.confirmed") as connection:
        areas += connection.execute("SELECT name FROM area").fetchone()
    return areas, now

def broken(at):
    home = work / f"{kind}-{at}"
    shutil.copytree(start, home)
    if before is not None:
        change(home, before)
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        os.environ.update({"FAULT_FILE": str(home), f"FAULT_{kind}_AT": str(at)})
        said = "done"
        try:
            change(home, after)
        except Unavailable as refused:
            said = refused.code
        except OSError:
            said = "OSError"  # of the key file, which the service explains
        os.environ.pop("FAULT_FILE")
        operations = ctypes.CDLL(None).fault_operations()
        os.write(write, f"{operations} {said}".encode())
        os._exit(0)
    os.close(write)
    operations, _, said = os.read(read, 100).decode().partition(" ")
    os.close(read)
    status = os.waitpid(child, 0)[1]
    areas, now = judged(home)
    print(json.dumps({"said": said, "code": os.waitstatus_to_exitcode(status), "areas": areas,
        "now": now, "left": sorted(path.name for path in home.rglob("*"))}), flush=True)
    shutil.rmtree(home)
    return int(operations or 0)

total = broken(1_000_000)
for at in range(1, total + 1):
    if at <= 12 or at > total - 24 or at % 80 == 0:
        broken(at)
"""


@pytest.fixture
def start(template: Path, tmp_path: Path) -> Path:
    """A laptop's database whose write-ahead log holds rows, and the state of the office."""
    home = tmp_path / "start"
    home.mkdir()
    shutil.copyfile(template, home / "poscare.db")
    database = Database(home / "poscare.db")
    add_area(database, "浦东新区")
    crashed = tmp_path / "crashed"
    shutil.copytree(home, crashed)
    database.close()
    assert (crashed / "poscare.db-wal").stat().st_size
    shutil.copyfile(home / "poscare.db", crashed / "poscare.confirmed")
    return crashed


@pytest.mark.parametrize("kind", ["KILL", pytest.param("FAIL", marks=pytest.mark.thorough)])
@pytest.mark.parametrize(
    ("job", "old", "new"),
    [
        pytest.param("encrypt", "plain", "first", marks=pytest.mark.thorough),
        ("rekey", "first", "second"),
        pytest.param("decrypt", "first", "plain", marks=pytest.mark.thorough),
    ],
)
def test_a_change_broken_anywhere_ends_in_the_old_or_the_new_database(
    shim: Path, start: Path, tmp_path: Path, job: str, old: str, new: str, kind: str
) -> None:
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
    whole, *broken = found = [json.loads(line) for line in done.stdout.splitlines()]
    assert (whole["said"], whole["now"]) == ("done", new)
    assert len(broken) > 30
    assert {item["now"] for item in found} == {old, new}
    for item in found:
        assert item["areas"] == ["浦东新区", "浦东新区"], item
        assert item["code"] in {0, -9}
        assert not _left(item), item


def _left(item: dict[str, Any]) -> list[str]:
    """What would still show the other state."""
    endings = (".incoming", ".restoring", ".confirmed-incoming", "-journal")
    return [name for name in item["left"] if name.endswith(endings) or "converted" in name]
