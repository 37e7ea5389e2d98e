"""Lists, searches and a diagnosis at two sizes, and how the time grows between them.

The sizes are incidents, a tenth as many terminals; ``POSCARE_BENCH_SIZES=100000,1000000`` asks for
others than the usual.  Estates are kept in ``POSCARE_BENCH_ESTATES`` (a folder) when it is set, for
making a million takes longer than measuring.  Times are of the processor, so that other work on the
machine does not count.
"""

from __future__ import annotations

import contextlib
import math
import os
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

from app import bootstrap, paths
from app.services import Services
from app.settings import Settings
from tests.bench import estate
from tests.bench.harness import Row
from tests.bench.scale_cases import CASES, ScaleCase

SIZES = os.environ.get("POSCARE_BENCH_SIZES", "10000,100000")
KEPT = os.environ.get("POSCARE_BENCH_ESTATES", "")
ROUNDS = 5
GROWTH = 0.3
"""The most by which what a person waits for may grow, as a power of the size."""


def measure() -> Iterator[Row]:
    """Every case at every size."""
    before: dict[str, tuple[int, float]] = {}
    for size in map(int, SIZES.split(",")):
        with estate_of(size) as services:
            for case in CASES:
                row = measured(services, case, size)
                if case.name in before:
                    smaller, seconds = before[case.name]
                    power = math.log(row.ours / seconds) / math.log(size / smaller)
                    row = grown(row, power)
                before[case.name] = size, row.ours
                yield row


def grown(row: Row, power: float) -> Row:
    """The row with how it grew."""
    verdict = "" if power <= GROWTH or not row.most else f", more than {GROWTH}"
    return replace(row, note=f"grows with the size to the {power:.2f}{verdict}")


@contextlib.contextmanager
def estate_of(size: int) -> Iterator[Services]:
    """Services over an estate of `size` incidents."""
    with tempfile.TemporaryDirectory(prefix="poscare-bench-") as home:
        os.environ[paths.HOME_VARIABLE] = home
        folder = Path(KEPT or home)
        path = folder / f"estate-{size}.db"
        if not path.exists():
            estate.build(str(path), max(size // 10, 10), size)
        services = bootstrap.build(
            Settings(technician="T01", device="L7"),
            clock=lambda: estate.NOW,
            database=bootstrap.open_database(str(path)),
        )
        try:
            yield services
        finally:
            services.close()


def measured(services: Services, case: ScaleCase, size: int) -> Row:
    """One case against its floor, in turn, after one round to warm up."""

    def floor() -> None:
        with services.context.database.connect() as connection:
            connection.exec_driver_sql(case.floor).fetchall()

    def ours() -> None:
        case.ask(services)

    ours()
    floor()
    pairs = [(_worked(ours), _worked(floor)) for _ in range(ROUNDS)]
    mine, least = (statistics.median(pair[n] for pair in pairs) for n in (0, 1))
    return Row(
        f"{case.name}, {size} incidents",
        mine,
        least,
        mine / max(least, 1e-6),
        0,
        "the bare database",
        most=case.most,
    )


def _worked(call: Callable[[], None]) -> float:
    begun = time.process_time()
    call()
    return time.process_time() - begun
