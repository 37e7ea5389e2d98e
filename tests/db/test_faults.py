"""Killed, torn or out of disk at any file operation: what was acknowledged is there, no half."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest
import sqlalchemy as sa

from db.engine import Database
from db.models.register import AreaRow, TechnicianAreaRow, TechnicianRow

WORK = """
import sys
from app.domain.errors import Unavailable
from db.engine import Database
from db.models.register import AreaRow, TechnicianAreaRow, TechnicianRow

database = Database(sys.argv[1])
first = int(sys.argv[2])
for n in range(first, first + 12):
    try:
        with database.write() as session:
            area = AreaRow(name=f"area {n}")
            person = TechnicianRow(code=f"T{n}", name="x")
            session.add_all([area, person])
            session.flush()
            session.add(TechnicianAreaRow(technician_id=person.id, area_id=area.id))
    except Unavailable as refused:
        print("refused", refused.code, flush=True)
    else:
        print("saved", n, flush=True)
"""


def work(shim: Path, path: Path, first: int = 0, **faults: int) -> tuple[list[str], int]:
    """Run the work under a fault; returns what it said and how it ended."""
    environment = {
        **os.environ,
        "LD_PRELOAD": str(shim),
        "FAULT_FILE": path.name,
        **{f"FAULT_{name.upper()}_AT": str(at) for name, at in faults.items()},
    }
    done = subprocess.run(
        [sys.executable, "-c", WORK, str(path), str(first)],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stdout.splitlines(), done.returncode


def surviving(path: Path) -> tuple[set[str], int, int]:
    """Area names, how many people, how many links, after whatever happened."""
    database = Database(path)
    with database.read() as session:
        assert session.execute(sa.text("PRAGMA integrity_check")).scalar() == "ok"
        names = set(session.execute(sa.select(AreaRow.name)).scalars())  # type: ignore[call-overload]
        people = session.execute(sa.select(sa.func.count()).select_from(TechnicianRow)).scalar()
        links = session.execute(sa.select(sa.func.count()).select_from(TechnicianAreaRow)).scalar()
    database.close()
    return names, people or 0, links or 0


def check(said: list[str], path: Path) -> None:
    saved = {f"area {line.split()[1]}" for line in said if line.startswith("saved")}
    names, people, links = surviving(path)
    assert saved <= names, "an acknowledged save is gone"
    assert len(names) == people == links, "half a transaction was stored"


@pytest.mark.parametrize(
    ("kind", "at"),
    [("kill", 1), ("kill", 3), ("kill", 8), ("kill", 21), ("kill", 55), ("tear", 2), ("tear", 30)],
)
def test_case_1_and_2_killed_at_any_operation(
    shim: Path, template: Path, tmp_path: Path, kind: str, at: int
) -> None:
    path = tmp_path / "poscare.db"
    shutil.copyfile(template, path)
    said, code = work(shim, path, **{kind: at})
    assert code == -signal.SIGKILL, "the fault did not happen"
    check(said, path)


@pytest.mark.parametrize("at", [1, 9, 40])
def test_case_4_a_full_disk_refuses_and_loses_nothing(
    shim: Path, template: Path, tmp_path: Path, at: int
) -> None:
    path = tmp_path / "poscare.db"
    shutil.copyfile(template, path)
    said, code = work(shim, path, full=at)
    assert (code, said[-1]) == (0, "refused db.disk_full")
    check(said, path)
    # once there is room again, the same file works
    again, _code = work(shim, path, first=100)
    assert again == [f"saved {n}" for n in range(100, 112)]
