"""Eight programs that save into one file without a pause: how many saves were refused, how long the
longest waited, and whether every acknowledged one is there once."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import sqlalchemy as sa
from sqlmodel import col

from db.engine import Database
from db.models.register import AreaRow

PROGRAMS = 8

SAVE = """
import sys, time
from app.domain.errors import Unavailable
from db.engine import Database
from db.models.register import AreaRow
database, refused, longest = Database(sys.argv[1]), 0, 0.0
for n in range(int(sys.argv[3])):
    began = time.perf_counter()
    try:
        with database.write() as session:
            session.add(AreaRow(name=f"{sys.argv[2]}-{n}"))
    except Unavailable:
        refused += 1
    longest = max(longest, time.perf_counter() - began)
database.close()
print(refused, longest)
"""


def run(folder: Path, template: Path, saves: int) -> int:
    """Print the figures; returns how many saves were refused, lost or doubled."""
    path = folder / "saves.db"
    shutil.copyfile(template, path)
    programs = [
        subprocess.Popen(
            [sys.executable, "-c", SAVE, str(path), str(number), str(saves)],
            stdout=subprocess.PIPE,
            text=True,
        )
        for number in range(PROGRAMS)
    ]
    answers = [program.communicate()[0].split() for program in programs]
    refused = sum(int(one[0]) for one in answers)
    database = Database(path)
    with database.read() as session:
        stored = list(session.execute(sa.select(col(AreaRow.name))).scalars())
    database.close()
    acknowledged = PROGRAMS * saves - refused
    lost, doubled = acknowledged - len(set(stored)), len(stored) - len(set(stored))
    longest = max(float(one[1]) for one in answers)
    print(
        f"{PROGRAMS} programs, {PROGRAMS * saves} saves: refused {refused}, acknowledged"
        f" {acknowledged}, lost {lost}, doubled {doubled}, longest wait {longest:.1f} s"
    )
    return refused + lost + doubled
