"""Start, import, save: what a technician waits for every day."""

from __future__ import annotations

import csv
import io
import itertools
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from sqlcipher3 import dbapi2

from app import bootstrap, paths
from app import settings as settings_file
from app.domain.incidents.drafts import IncidentDraft
from app.services import Services
from app.services.register.terminal_queries import TerminalFilter
from app.services.sample import estate
from app.settings import Settings
from db.engine import Database
from tests.bench.harness import Row, installed, of_children, paired, process

EXPORT = paths.resources() / "sample" / "terminals.csv"
SETTINGS = Settings(technician="T01", device="L7")


def measure() -> Iterator[Row]:
    """Start, import, save, each against its floor."""
    with tempfile.TemporaryDirectory(prefix="poscare-bench-") as name:
        folder = Path(name)
        yield _start(folder)
        yield _import(folder)
        yield _save(folder)


def _services(path: Path) -> Services:
    return bootstrap.build(SETTINGS, database=bootstrap.open_database(str(path)))


def _start(folder: Path) -> Row:
    home = folder / "home"
    home.mkdir()
    os.environ[paths.HOME_VARIABLE] = str(home)
    settings_file.save(SETTINGS, home / "settings.toml")
    services = _services(home / "poscare.db")
    estate.fill(services, paths.resources() / "sample")
    services.close()
    environment = installed(home)
    process("frame_left.py", environment=environment)()
    return paired(
        "cold start to first painted list",
        process("start_ours.py", environment=environment),
        process("start_floor.py", str(home / "poscare.db"), environment=environment),
        aim=1.3,
        against="bare window + sqlmodel + one SELECT",
        rounds=7,
        clock=of_children,
    )


def _import(folder: Path) -> Row:
    template = folder / "empty.db"
    bootstrap.open_database(str(template)).close()

    def ours() -> None:
        path = folder / "ours.db"
        shutil.copyfile(template, path)
        services = _services(path)
        importer = services.terminal_import
        importer.commit(importer.preview(EXPORT), skip_bad=True)
        services.close()

    def floor() -> None:
        path = folder / "floor.db"
        path.unlink(missing_ok=True)
        rows = list(csv.reader(io.StringIO(EXPORT.read_text(encoding="gb18030"), newline="")))
        connection = dbapi2.connect(str(path), isolation_level=None)
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")
        columns = ", ".join(f"c{n} TEXT" for n in range(20))
        connection.execute(f"CREATE TABLE t ({columns})")
        connection.execute("BEGIN IMMEDIATE")
        marks = ", ".join("?" * 20)
        connection.executemany(f"INSERT INTO t VALUES ({marks})", rows[1:])
        connection.execute("COMMIT")
        connection.close()

    return paired("import of 2000 terminals", ours, floor, aim=6, against="parse + raw executemany")


def _save(folder: Path) -> Row:
    path = folder / "save.db"
    services = _services(path)
    importer = services.terminal_import
    importer.commit(importer.preview(EXPORT), skip_bad=True)
    terminal = services.terminals.first(TerminalFilter(), 1)[0].id
    raw = Database(path).engine.raw_connection()
    captured = _statements(services, terminal)
    fresh = _fresh_keys(captured)
    amount = 40
    counter = itertools.count()
    worked = {"ours": 0.0, "floor": 0.0}

    def ours() -> None:
        began = time.process_time()
        for _ in range(amount):
            services.incidents.open(_report(terminal, next(counter)))
        worked["ours"] += time.process_time() - began

    def floor() -> None:
        cursor = raw.cursor()
        began = time.process_time()
        for _ in range(amount):
            n = next(counter)
            cursor.execute("BEGIN IMMEDIATE")
            for statement, values in captured:
                cursor.execute(statement, _renumbered(values, n, fresh))
            cursor.execute("COMMIT")
        worked["floor"] += time.process_time() - began

    row = paired(
        "saving an incident durably, with its operation in the log",
        ours,
        floor,
        aim=2.5,
        against="the same rows by the raw driver, as durably",
        rounds=9,
    )
    raw.close()
    services.close()
    note = f"of the processor alone {worked['ours'] / worked['floor']:.1f} times"
    return replace(row, ours=row.ours / amount, floor=row.floor / amount, note=note)


def _report(terminal: str, n: int) -> IncidentDraft:
    """No two reports in the same words."""
    return IncidentDraft(
        terminal_id=terminal, displayed_code="A0", symptom=f"终端提示请签到，重启后恢复 {n}"
    )


def _statements(services: Services, terminal: str) -> list[tuple[str, tuple[object, ...]]]:
    """The writes one saved incident makes, recorded once: the incident, its event, its index, the
    counter of numbers, and the operation."""
    import sqlalchemy as sa

    found: list[tuple[str, tuple[object, ...]]] = []

    def record(_c: object, _cursor: object, statement: str, values: object, *_: object) -> None:
        if statement.startswith("INSERT"):
            many = values if isinstance(values, list) else [values]
            found.extend((statement, tuple(one)) for one in many)

    engine = services.context.database.engine
    sa.event.listen(engine, "before_cursor_execute", record)
    services.incidents.open(_report(terminal, 0))
    sa.event.remove(engine, "before_cursor_execute", record)
    return found


def _fresh_keys(captured: list[tuple[str, tuple[object, ...]]]) -> frozenset[object]:
    """The keys of the rows made, and the station of the operation, whose number is unique there."""
    found: set[object] = set()
    for statement, values in captured:
        if "INTO incident" in statement or "INTO operation" in statement:
            found.add(values[0])
        if "INTO operation " in statement:
            found.add(values[1])
    return frozenset(found)


def _renumbered(values: tuple[object, ...], n: int, fresh: frozenset[object]) -> tuple[object, ...]:
    """Other keys for the rows just made, and another number, so that unique columns stay so."""
    out: list[object] = []
    for value in values:
        if isinstance(value, str) and value.startswith("L7-"):
            out.append(f"F-{n:06d}")
        elif value in fresh and isinstance(value, str):
            out.append(f"{value[:24]}{n:012x}")
        else:
            out.append(value)
    return tuple(out)
