"""Generating a month of visits, a catch-up with nothing to do, and a month in sight.

The estate has 2 000 terminals; ``POSCARE_BENCH_GENERATION=100000`` asks for another number, and the
aims are those of 100 000.  Beside the run stand the rows it made, written by the raw driver.  All
is measured in a process of its own, in seconds of the processor.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from tests.bench import estate
from tests.bench.harness import ROOT, Row, installed
from tests.bench.raw_rows import raw_seconds

TERMINALS = int(os.environ.get("POSCARE_BENCH_GENERATION", "2000"))
DAYS = 30
_MOST_TIMES = 2
"""How often the raw driver's time may be taken: dating and placing the work costs no more than
writing it."""
_AIMS = (
    ("again", "a catch-up with nothing to do", 1.0),
    ("month", "a month of visits in sight", 0.2),
)
_MOST_MEMORY = 300.0
"""MiB of the whole process."""


def measure() -> Iterator[Row]:
    """Build the estate, run the job, tell what it told."""
    with tempfile.TemporaryDirectory(prefix="poscare-bench-") as name:
        path = Path(name) / "poscare.db"
        estate.build(str(path), TERMINALS, 1_000)
        before = Path(name) / "before.db"
        shutil.copyfile(path, before)
        job = str(ROOT / "tests" / "bench" / "generation_job.py")
        done = subprocess.run(
            (sys.executable, job, str(path), str(DAYS)),
            cwd=ROOT,
            env={**installed(Path(name)), "POSCARE_HOME": name},
            capture_output=True,
            text=True,
            check=True,
        )
        raw = raw_seconds(before, path, Path(name))
    told = json.loads(done.stdout.strip().rpartition("\n")[2])
    run = told["run"]
    what = f"generating {DAYS} days, {TERMINALS} terminals"
    yield Row(what, run, raw, run / raw, _MOST_TIMES, "the same rows by the raw driver")
    for key, what, most in _AIMS:
        yield Row(f"{what}, {TERMINALS} terminals", told[key], most, told[key] / most, 1, "allowed")
    yield Row(
        f"memory of generating {DAYS} days, {TERMINALS} terminals",
        told["peak"],
        _MOST_MEMORY,
        told["peak"] / _MOST_MEMORY,
        1,
        "allowed",
        note=f"{told['before']:.0f} before the run",
        unit="MiB",
    )
