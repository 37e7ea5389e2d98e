"""Many programs save at once: everybody gets a turn, and who does not is told the truth.

``make torture`` does it with eight programs and 4 000 saves.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlmodel import col

from app.domain.errors import Unavailable
from db.engine import Database
from db.models.register import AreaRow

ROOT = Path(__file__).parents[2]
PROGRAMS, WRITERS, SAVES = 2, 4, 20

SAVE = f"""
import sys
from concurrent.futures import ThreadPoolExecutor
from db import engine
from db.models.register import AreaRow
# As if nobody's patience but that of `db.write_turns` were there.
engine._PRAGMAS = tuple(p for p in engine._PRAGMAS if "busy" not in p) + ("busy_timeout=0",)

def save(writer):
    database = engine.Database(sys.argv[1])
    for n in range({SAVES}):
        with database.write() as session:
            session.add(AreaRow(name=f"{{sys.argv[2]}}-{{writer}}-{{n}}"))
    database.close()
    return {SAVES}

print("ready", flush=True)
sys.stdin.readline()
with ThreadPoolExecutor({WRITERS}) as pool:
    print(sum(pool.map(save, range({WRITERS}))))
"""


def test_all_who_save_without_a_pause_get_their_turns(sqlite_database: Database) -> None:
    path = str(sqlite_database.path)
    programs = [
        subprocess.Popen(
            [sys.executable, "-c", SAVE, path, str(number)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            cwd=ROOT,
        )
        for number in range(PROGRAMS)
    ]
    for program in programs:
        assert program.stdout is not None
        assert program.stdout.readline() == "ready\n"
    answers = [program.communicate("go\n") for program in programs]
    assert answers == [(f"{WRITERS * SAVES}\n", "")] * PROGRAMS
    with sqlite_database.read() as session:
        names = set(session.execute(sa.select(col(AreaRow.name))).scalars())
    assert len(names) == PROGRAMS * WRITERS * SAVES


def test_who_gets_no_turn_is_told_that_nothing_was_saved(
    sqlite_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("db.write_turns.WAIT", 0.05)
    other = Database(str(sqlite_database.path))
    with other.write() as holder:
        holder.add(AreaRow(name="一"))
        holder.flush()
        with pytest.raises(Unavailable) as refused, sqlite_database.write() as session:
            session.add(AreaRow(name="二"))
    assert refused.value.code == "db.locked"
    with sqlite_database.write() as session:
        assert session.execute(sa.select(col(AreaRow.name))).scalars().all() == ["一"]
        assert session.execute(sa.text("PRAGMA busy_timeout")).scalar() == 5000
    other.close()
