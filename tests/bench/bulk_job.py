"""One bulk job in a process of its own: ``python -m tests.bench.bulk_job KIND DATABASE FILE``.

Prints as JSON: seconds of the processor, the most memory beyond what the program needs anyway (MB),
and the longest anybody else waited meanwhile to begin a write (seconds).
"""

from __future__ import annotations

import json
import resource
import sys
import threading
import time
from pathlib import Path

from app import bootstrap
from app.settings import Settings
from db.engine import Database

_PAUSE = 0.02
"""Seconds between two writes of somebody else."""


def main(kind: str, database: str, file: str) -> None:
    """Import `file` (`kind` terminals or history) into `database`."""
    services = bootstrap.build(
        Settings(technician="T01", device="L7"), database=bootstrap.open_database(database)
    )
    importer = services.history_import if kind == "history" else services.terminal_import
    done, waits = threading.Event(), [0.0]
    other = threading.Thread(target=_write_on, args=(Path(database), done, waits))
    before = _peak()
    other.start()
    began = time.process_time()
    result = importer.commit(importer.preview(Path(file)), skip_bad=True)
    seconds = time.process_time() - began
    done.set()
    other.join()
    services.close()
    print(
        json.dumps(
            {
                "added": result.added,
                "seconds": seconds,
                "megabytes": _peak() - before,
                "longest_wait": max(waits),
            }
        )
    )


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _write_on(path: Path, done: threading.Event, waits: list[float]) -> None:
    """Write again and again, as somebody does who saves."""
    database = Database(path)
    while not done.wait(_PAUSE):
        began = time.perf_counter()
        with database.write():
            waits.append(time.perf_counter() - began)
    database.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
