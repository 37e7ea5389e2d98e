"""Killed, torn or out of disk at any file operation: what was acknowledged is there, no half."""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import sys
from dataclasses import dataclass
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
        if len(sys.argv) > 3:
            with open(sys.argv[3], "ab", buffering=0) as log:
                log.write(b"A %d 0 -\\n" % n)
"""


def work(
    shim: Path, path: Path, first: int = 0, log: str = "", **faults: int
) -> tuple[list[str], int]:
    """Run the work under a fault; returns what it said and how it ended."""
    environment = {
        **os.environ,
        "LD_PRELOAD": str(shim),
        "FAULT_FILE": path.name,
        **({"FAULT_LOG": log} if log else {}),
        **{f"FAULT_{name.upper()}_AT": str(at) for name, at in faults.items()},
    }
    done = subprocess.run(
        [sys.executable, "-c", WORK, str(path), str(first), *filter(None, [log])],
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
def test_case_1_and_case_2_killed_at_any_operation(
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


@pytest.mark.parametrize("at", [11, 33])
def test_case_6_an_error_of_the_disk_is_said_and_loses_nothing(
    shim: Path, template: Path, tmp_path: Path, at: int
) -> None:
    path = tmp_path / "poscare.db"
    shutil.copyfile(template, path)
    said, code = work(shim, path, fail=at)
    assert code == 0
    assert any(line.startswith("refused db.") for line in said)
    check(said, path)


# --- power cuts -----------------------------------------------------------------------------------

SECTOR = 512
LEFT = ("nothing", "everything", "some", "torn")
"""What a power cut leaves of writes that were not flushed yet."""


@dataclass(frozen=True, slots=True)
class Done:
    """One operation as the shim wrote it down: ``W`` a write, ``T`` a cut, ``S`` a flush, ``A`` a
    save that was acknowledged (`place` is its number)."""

    kind: str
    place: int
    name: str
    content: bytes


def operations(log: Path) -> list[Done]:
    found, raw, at = [], log.read_bytes(), 0
    while at < len(raw):
        end = raw.index(b"\n", at)
        kind, place, length, path = raw[at:end].decode().split(" ", 3)
        at = end + 1 + int(length)
        found.append(Done(kind, int(place), Path(path).name, raw[end + 1 : at]))
    return found


def left_by(
    done: list[Done], start: dict[str, bytes], left: str, chance: random.Random
) -> dict[str, bytes]:
    """The files after a power cut behind these operations.  What a file had when it was flushed
    last is there; of what came later the disk has what `left` says, in any order."""
    files = {name: bytearray(content) for name, content in start.items()}
    flushed = {one.name: at for at, one in enumerate(done) if one.kind == "S"}
    for at, one in enumerate(done):
        if one.kind not in "WT":
            continue
        content = files.setdefault(one.name, bytearray())
        safe = at < flushed.get(one.name, -1)
        if not safe and (left == "nothing" or (left != "everything" and chance.random() < 0.5)):
            continue
        if one.kind == "T":
            del content[one.place :]
            continue
        written = one.content
        if not safe and left == "torn":
            written = written[: chance.randrange(0, len(written) + 1, SECTOR)]
        content.extend(bytes(max(0, one.place + len(written) - len(content))))
        content[one.place : one.place + len(written)] = written
    return {name: bytes(content) for name, content in files.items()}


CUTS = 24


def test_case_3_a_power_cut_at_any_operation_loses_nothing_acknowledged(
    shim: Path, template: Path, tmp_path: Path
) -> None:
    folder, log = tmp_path / "work", tmp_path / "operations"
    folder.mkdir()
    path = folder / "poscare.db"
    shutil.copyfile(template, path)
    start = {path.name: path.read_bytes()}
    said, code = work(shim, path, log=str(log))
    assert (code, len(said)) == (0, 12)
    done = operations(log)
    flushes = [at for at, one in enumerate(done) if one.kind == "S"]
    assert len(flushes) > 12, "a save that is acknowledged was flushed"
    chance = random.Random(3)
    lost = {}
    for number, at in enumerate(chance.sample(range(1, len(done) + 1), CUTS)):
        for left in LEFT:
            place = tmp_path / f"{number}-{left}"
            place.mkdir()
            for name, content in left_by(done[:at], start, left, chance).items():
                (place / name).write_bytes(content)
            acknowledged = [f"saved {one.place}" for one in done[:at] if one.kind == "A"]
            try:
                check(acknowledged, place / path.name)
            except AssertionError as found:
                lost[at, left] = str(found)
            shutil.rmtree(place)
    assert lost == {}
