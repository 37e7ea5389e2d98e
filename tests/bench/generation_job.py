"""Prints what generating visits takes: ``generation_job.py DATABASE DAYS``.

Seconds of the processor for the run, for a catch-up with nothing to do, and for the six weeks a
month shows; the most memory (MiB) the process needed, and what it needed before the run.
"""

from __future__ import annotations

import json
import os
import resource
import sys
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from app import bootstrap
from app.settings import Settings
from tests.bench.estate import NOW


def worked(call: Callable[[], object]) -> float:
    """Seconds of the processor one call takes."""
    begun = time.process_time()
    call()
    return time.process_time() - begun


def peak() -> float:
    """The most memory until now."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main(path: str, days: int) -> None:
    """Generate, catch up twice, look at six weeks."""
    services = bootstrap.build(
        Settings(technician="T01", device="L7"),
        clock=lambda: NOW,
        database=bootstrap.open_database(path, lambda: NOW),
    )
    today = services.context.today()
    until, before = today + timedelta(days=days), peak()
    found = {"run": worked(lambda: services.generation.generate(until))}
    found |= {"before": before, "peak": peak()}
    services.generation.catch_up(until)
    found["again"] = worked(lambda: services.generation.catch_up(until))
    span = today.replace(day=1), today.replace(day=1) + timedelta(days=41)
    services.visits.by_day(*span)
    found["month"] = worked(lambda: services.visits.by_day(*span))
    print(json.dumps(found), flush=True)
    os._exit(0)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
