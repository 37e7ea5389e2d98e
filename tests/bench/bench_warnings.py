"""All warnings of an estate with a million incidents, against reading the same rows alone; and
after one incident more."""

from __future__ import annotations

import resource
import statistics
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import sqlalchemy as sa

from app import bootstrap, paths
from app.domain.faults import FaultClass
from app.domain.incidents.drafts import IncidentDraft, ResolutionDraft
from app.domain.incidents.incidents import TestLine, TestOutcome
from app.services import Services
from app.services.register.terminal_queries import TerminalFilter
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
        yield after_one(services)
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


def after_one(services: Services) -> Row:
    """What is warned of after an incident was solved, in a program that knew it before."""
    services.insight.warnings()
    terminals = services.terminals.first(TerminalFilter(), ROUNDS)
    spent, of_processor = [], []
    for terminal in terminals:
        key = services.incidents.open(IncidentDraft(terminal_id=terminal.id, symptom="不联网"))
        services.incidents.start(key)
        services.incidents.resolve(key, _SOLVED)
        begun, processor = time.perf_counter(), time.process_time()
        services.insight.warnings()
        spent.append(time.perf_counter() - begun)
        of_processor.append(time.process_time() - processor)
    ours, least = statistics.median(of_processor), 0.02
    row = Row("warnings after one incident", ours, least, ours / least, 1, "20 ms")
    return replace(row, note=f"of the processor; by the clock {statistics.median(spent):.3f} s")


ROUNDS = 11
_SOLVED = ResolutionDraft(
    fault_class=FaultClass.OPERATION,
    work_done="重新签到后恢复",
    tests=(
        TestLine("sign_in", TestOutcome.PASSED),
        TestLine("test_sale", TestOutcome.PASSED, "000123"),
    ),
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
