"""A batch of reports in a process of its own, with its memory while it grows, as JSON."""

from __future__ import annotations

import json
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from app import bootstrap
from app.services.report_requests import Request
from app.settings import Settings


def resident() -> float:
    """MiB of memory this process holds now; 0 where the system does not say."""
    try:
        lines = Path("/proc/self/status").read_text().splitlines()
    except OSError:
        return 0.0
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmRSS"))


def main() -> None:
    """Arguments: database, how many, ``one`` file or ``each``."""
    database, count, way = sys.argv[1], int(sys.argv[2]), sys.argv[3]
    services = bootstrap.build(
        Settings(technician="T01", device="L7"), database=bootstrap.open_database(database)
    )
    from app.services.incident_queries import IncidentFilter

    numbers = [item.number for item in services.incidents.first(IncidentFilter(), count)]
    numbers = (numbers * (count // len(numbers) + 1))[:count]
    requests = [Request("service_report", number) for number in numbers]
    reporting = services.papers.reporting
    for request in requests[:5]:
        reporting.pdf(request)
    memory: list[float] = []
    start = time.perf_counter()
    if way == "one":
        printed = reporting.pdf(*requests, progress=lambda *_s: memory.append(resident()))
        pages, size = printed.pages, len(printed.pdf)
    else:
        with tempfile.TemporaryDirectory() as folder:
            written = reporting.files(
                requests, Path(folder), "{number}", progress=lambda *_s: memory.append(resident())
            )
            pages, size = count, sum(path.stat().st_size for path in written)
    seconds = time.perf_counter() - start
    services.close()
    print(json.dumps({"seconds": seconds, "pages": pages, "size": size, "memory": memory}))


if __name__ == "__main__":
    main()
