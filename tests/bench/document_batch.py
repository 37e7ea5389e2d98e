"""A batch of reports in a process of its own: seconds with the raw canvas in turn, and the most
memory it held, as JSON."""

from __future__ import annotations

import importlib.util
import json
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from app import bootstrap
from app.services.documents.requests import Request
from app.settings import Settings
from tests.bench.document_page import (
    PageText,
    by_fpdf2,
    by_weasyprint,
    on_canvas,
    pages_of,
    register,
)
from tests.reports.samples import render


def peak() -> float:
    """MiB of memory this process held at most; 0 where the system does not say."""
    try:
        lines = Path("/proc/self/status").read_text().splitlines()
    except OSError:
        return 0.0
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM"))


def in_turn(reporting: Any, requests: list[Request]) -> dict[str, float]:
    """Seconds a page takes: gathered and drawn, drawn only, and the same pages on a raw canvas;
    in turn, a file of a hundred at a time, because the machine may have other work to do."""
    register()
    rows = []
    for start in range(0, len(requests), 100):
        part = requests[start : start + 100]
        began = time.perf_counter()
        documents = reporting.documents(*part)
        gathered = time.perf_counter() - began
        began = time.perf_counter()
        printed = render(documents)
        drawn = time.perf_counter() - began
        pages = pages_of(printed.pdf)
        began = time.perf_counter()
        on_canvas(pages)
        floor = time.perf_counter() - began
        row = {"whole": gathered + drawn, "drawn": drawn, "canvas": floor}
        row = {name: seconds / printed.pages for name, seconds in row.items()}
        rows.append(row | rivals(pages))
    found = {name: statistics.median(row[name] for row in rows) for name in rows[0]}
    found["whole_ratio"] = statistics.median(row["canvas"] / row["whole"] for row in rows)
    for name in rows[0].keys() - {"whole", "drawn"}:
        found[f"{name}_ratio"] = statistics.median(row[name] / row["drawn"] for row in rows)
    return found


def rivals(pages: list[PageText]) -> dict[str, float]:
    """Seconds a page takes those who are installed; WeasyPrint only makes a tenth, it is slow."""
    found = {}
    for name, module, make, part in (
        ("fpdf2", "fpdf", by_fpdf2, pages),
        ("WeasyPrint", "weasyprint", by_weasyprint, pages[: len(pages) // 10]),
    ):
        if importlib.util.find_spec(module) is not None:
            began = time.perf_counter()
            make(part)
            found[name] = (time.perf_counter() - began) / len(part)
    return found


def main() -> None:
    """Arguments: database, how many, ``one`` file or ``each``, or ``turns``."""
    database, count, way = sys.argv[1], int(sys.argv[2]), sys.argv[3]
    services = bootstrap.build(
        Settings(technician="T01", device="L7"), database=bootstrap.open_database(database)
    )
    from app.services.incidents.incident_queries import IncidentFilter

    numbers = [item.number for item in services.incidents.first(IncidentFilter(), count)]
    numbers = (numbers * (count // len(numbers) + 1))[:count]
    requests = [Request(kind="service_report", subject=number) for number in numbers]
    reporting = services.reporting
    for request in requests[:5]:
        reporting.pdf(request)
    if way == "turns":
        print(json.dumps(in_turn(reporting, requests)))
        return
    start = time.perf_counter()
    if way == "one":
        printed = reporting.pdf(*requests)
        pages, size = printed.pages, len(printed.pdf)
    else:
        with tempfile.TemporaryDirectory() as folder:
            written = reporting.files(requests, Path(folder), "{number}")
            pages, size = count, sum(path.stat().st_size for path in written)
    seconds = time.perf_counter() - start
    services.close()
    print(json.dumps({"seconds": seconds, "pages": pages, "size": size, "memory": peak()}))


if __name__ == "__main__":
    main()
