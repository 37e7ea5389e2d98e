"""The window: its first pixel, its memory, and how long it is busy while somebody works in it.

The estate has 10 000 incidents; ``POSCARE_BENCH_WINDOW=1000000`` asks for another number, and
``POSCARE_BENCH_ESTATES`` for a folder where estates are kept.
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

from app import paths
from app import settings as settings_file
from app.settings import Settings
from tests.bench import estate
from tests.bench.harness import ROOT, Row, installed, of_children, paired, process

SIZE = int(os.environ.get("POSCARE_BENCH_WINDOW", "10000"))
KEPT = os.environ.get("POSCARE_BENCH_ESTATES", "")
_MORE_MEMORY = 120.0
"""MB beyond a bare window."""
_BUSY = 0.016
"""Seconds the window may work between two turns of its event loop: one picture at 60 a second."""


def measure() -> Iterator[Row]:
    """Start, memory, and every act."""
    with tempfile.TemporaryDirectory(prefix="poscare-bench-") as name:
        home = Path(name)
        os.environ[paths.HOME_VARIABLE] = name
        settings_file.save(Settings(technician="T01", device="L7"), home / "settings.toml")
        _fill(home / "poscare.db")
        environment = installed(home)
        process("frame_left.py", environment=environment)()
        yield paired(
            "first pixel of the window",
            process("pixel_ours.py", environment=environment),
            process("pixel_floor.py", environment=environment),
            aim=1.5,
            against="a bare window",
            rounds=7,
            clock=of_children,
        )
        memory = {
            which: float(_told(environment, "window_memory.py", which))
            for which in ("floor", "ours")
        }
        more = memory["ours"] - memory["floor"]
        yield Row(
            "memory of the window, every page shown",
            more,
            _MORE_MEMORY,
            more / _MORE_MEMORY,
            1,
            "allowed beyond a bare window",
            unit="MB",
        )
        for act, (worked, away) in json.loads(_told(environment, "window_watch.py")).items():
            yield Row(
                f"longest the window is busy while {act}, {SIZE} incidents",
                worked / 1000,
                _BUSY,
                worked / 1000 / _BUSY,
                1,
                "allowed",
                note=f"away by the clock {away:.0f} ms",
            )


def _fill(target: Path) -> None:
    kept = Path(KEPT) / f"estate-{SIZE}.db"
    if KEPT and kept.exists():
        shutil.copyfile(kept, target)
    else:
        estate.build(str(target), max(SIZE // 10, 10), SIZE)


def _told(environment: dict[str, str], script: str, *arguments: str) -> str:
    """The last line a script of this folder prints."""
    command = (sys.executable, str(ROOT / "tests" / "bench" / script), *arguments)
    done = subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise RuntimeError(done.stderr)
    return done.stdout.strip().rpartition("\n")[2]
