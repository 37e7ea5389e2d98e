"""Timing: rounds of ours and of the floor in turn, medians, and the ratio of each pair."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True, slots=True)
class Row:
    """One measurement.  `aim` bounds the ratio ours ÷ floor from above, or, with `faster`, the
    ratio floor ÷ ours from below; 0 means no aim was set.  `most` bounds ours itself, 0 where it is
    not bounded."""

    name: str
    ours: float
    floor: float
    ratio: float
    aim: float
    against: str
    faster: bool = False
    note: str = ""
    unit: str = "ms"
    most: float = 0

    @property
    def met(self) -> bool:
        """Whether the ratio, and ours itself, are within their aims."""
        if self.most and self.ours > self.most:
            return False
        if not self.aim:
            return True
        return self.ratio >= self.aim if self.faster else self.ratio <= self.aim


def shown(row: Row) -> str:
    """One line of the table."""
    sign = "≥" if row.faster else "≤"
    aim = f"aim {sign} {row.aim:g}" if row.aim else "no aim"
    if row.most:
        aim = f"aim ≤ {row.most * 1000:g} ms" + (f", {aim}" if row.aim else "")
    mark = "ok  " if row.met else "OUT "
    note = f"  ({row.note})" if row.note else ""
    scale = 1000 if row.unit == "ms" else 1
    return (
        f"{mark}{row.name}: {row.ours * scale:.1f} {row.unit},"
        f" {row.against} {row.floor * scale:.1f} {row.unit},"
        f" ratio {row.ratio:.2f}, {aim}{note}"
    )


def timed(call: Callable[[], object], clock: Callable[[], float] = time.perf_counter) -> float:
    """Seconds one call takes by a clock."""
    start = clock()
    call()
    return clock() - start


def of_children() -> float:
    """Seconds the processor has worked for processes that were started here and have ended: a
    clock that a busy machine does not put wrong."""
    told = os.times()
    return told.children_user + told.children_system


def paired(
    name: str,
    ours: Callable[[], object],
    floor: Callable[[], object],
    *,
    aim: float,
    against: str,
    rounds: int = 5,
    faster: bool = False,
    clock: Callable[[], float] = time.perf_counter,
) -> Row:
    """Time both in turn after one warm-up and compare them pair by pair."""
    ours()
    floor()
    pairs = [(timed(ours, clock), timed(floor, clock)) for _ in range(rounds)]
    ratios = [(f / o if faster else o / f) for o, f in pairs]
    return Row(
        name,
        statistics.median(o for o, _ in pairs),
        statistics.median(f for _, f in pairs),
        statistics.median(ratios),
        aim,
        against,
        faster,
    )


def installed(home: Path) -> dict[str, str]:
    """The environment of a process as installed: with compiled modules, kept in `home`, whatever
    the machine's habits."""
    environment = {
        **os.environ,
        "PYTHONPATH": str(ROOT),
        "QT_QPA_PLATFORM": "offscreen",
        "PYTHONPYCACHEPREFIX": str(home / "compiled"),
    }
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    return environment


def process(script: str, *arguments: str, environment: dict[str, str]) -> Callable[[], object]:
    """A call that runs a script of this folder as a process of its own, start-up included."""
    command: Sequence[str] = (sys.executable, str(ROOT / "tests" / "bench" / script), *arguments)

    def run() -> None:
        done = subprocess.run(
            command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False
        )
        if done.returncode:
            raise RuntimeError(done.stderr)

    return run
