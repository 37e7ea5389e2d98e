"""All warnings of an estate with a million incidents, against reading the same rows alone."""

from __future__ import annotations

import resource
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import sqlalchemy as sa

from app import bootstrap, paths
from app.services import Services
from app.services.sample import estate
from app.settings import Settings
from tests.bench.harness import Row

WANTED = 1_000_000
_COLUMNS = "reported_at, terminal_id, merchant_id, confirmed_class, provisional_class"
_NEWER = (
    "strftime('%Y-%m-%dT%H:%M:%S.000000Z', '2026-11-20', '-' || (abs(random()) % 728) || ' days')"
)


def measure() -> Iterator[Row]:
    """One pass over a million incidents: wall clock, processor, memory."""
    with tempfile.TemporaryDirectory(prefix="poscare-warnings-") as name:
        path = Path(name) / "poscare.db"
        services = bootstrap.build(
            Settings(technician="T01", device="L7"), database=bootstrap.open_database(str(path))
        )
        estate.fill(services, paths.resources() / "sample")
        multiply(services, WANTED)
        yield _full_pass(services)
        services.close()


def multiply(services: Services, wanted: int) -> None:
    """Copy the incidents until there are so many, on days by chance over two years."""
    with services.context.database.engine.begin() as connection:
        names = [column["name"] for column in sa.inspect(connection).get_columns("incident")]
        there: int = connection.exec_driver_sql("SELECT count(*) FROM incident").scalar_one()
        changed = {
            "id": "lower(hex(randomblob(16))) || printf('%04d', {n})",
            "number": "number || '-{n}'",
        }
        moments = ("reported_at", "restored_at", "resolved_at", "closed_at", "down_from")
        changed |= {name: _NEWER if name == "reported_at" else name for name in moments}
        changed |= {"restored_at": "NULL", "down_from": "NULL"}
        for n in range(1, wanted // there + 1):
            values = ", ".join(changed.get(name, name).replace("{n}", str(n)) for name in names)
            connection.exec_driver_sql(
                f"INSERT INTO incident ({', '.join(names)}) SELECT {values} FROM incident"
                f" WHERE number NOT LIKE '%-%-%' LIMIT {there}"
            )


def _full_pass(services: Services) -> Row:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    begun, processor = time.perf_counter(), time.process_time()
    services.insight.warnings()
    ours, of_processor = time.perf_counter() - begun, time.process_time() - processor
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    begun = time.perf_counter()
    with services.context.read() as session:
        rows = session.connection().exec_driver_sql(f"SELECT {_COLUMNS} FROM incident")
        amount = sum(1 for _row in rows)
    floor = time.perf_counter() - begun
    row = Row(
        f"all warnings of {amount} incidents", ours, floor, ours / floor, 5, "reading their columns"
    )
    return replace(row, note=f"of the processor {of_processor:.1f} s, {grown:.0f} MiB more")
