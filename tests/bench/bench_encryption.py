"""What encryption of the data costs: open, save, list, search and a photo, encrypted ÷ plain.

Both are this program over the same rows; measured is the processor time of this process, which
other programs on the machine do not change as they do the time on the clock.
"""

from __future__ import annotations

import os
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path

from app import bootstrap, paths
from app.domain.incidents.drafts import IncidentDraft
from app.encryption.key_file import new_vault
from app.encryption.opened import opened
from app.services import Services
from app.services.core.blobs import BlobStore
from app.services.incidents.incident_queries import IncidentFilter
from app.services.register.terminal_queries import TerminalFilter
from app.services.sample import estate
from app.settings import Settings
from db import copying, migrate
from db.engine import Database
from tests.bench.harness import Row

SETTINGS = Settings(technician="T01", device="L7")
ROUNDS = 9
PHOTO = os.urandom(1 << 21)

Work = Callable[[Services, Path], object]


def measure() -> Iterator[Row]:
    """Each piece of work over an encrypted and a plain copy of the sample estate, in turn."""
    with tempfile.TemporaryDirectory(prefix="poscare-bench-") as name, ExitStack() as stack:
        home = Path(name)
        os.environ[paths.HOME_VARIABLE] = name
        vault, _code = new_vault("only for measuring", datetime.now(UTC))
        plain, encrypted = home / "plain.db", home / "encrypted.db"
        services = _services(plain, stack)
        estate.fill(services, paths.resources() / "sample")
        places = {"plain": (services, plain)}
        opened.hold(vault)
        copying.copy_database(services.context.database, encrypted)
        places["encrypted"] = _services(encrypted, stack), encrypted
        for title, work, amount, aim in _WORK:
            spent: dict[str, list[float]] = {"plain": [], "encrypted": []}
            for _round in range(ROUNDS + 1):
                for kind, (services, path) in places.items():
                    opened.hold(vault if kind == "encrypted" else None)
                    start = time.process_time()
                    for _time in range(amount):
                        work(services, path)
                    spent[kind].append((time.process_time() - start) / amount)
            opened.hold(None)
            yield _row(title, spent["encrypted"][1:], spent["plain"][1:], aim)


def _services(path: Path, stack: ExitStack) -> Services:
    """Without `bootstrap.open_database`, which would ask the data folder for the key."""
    database = Database(path)
    migrate.prepare(database)
    services = bootstrap.build(SETTINGS, database=database)
    stack.callback(services.close)
    return services


def _row(title: str, ours: list[float], floor: list[float], aim: float) -> Row:
    ratio = statistics.median(a / b for a, b in zip(ours, floor, strict=True))
    name = f"encrypted: {title}"
    return Row(name, statistics.median(ours), statistics.median(floor), ratio, aim, "plain")


def _open(_services: Services, path: Path) -> None:
    database = Database(path)
    with database.connect() as connection:
        connection.exec_driver_sql("SELECT count(*) FROM incident").scalar()
    database.close()


def _save(services: Services, _path: Path) -> None:
    terminal = services.terminals.first(TerminalFilter(), 1)[0].id
    services.incidents.open(
        IncidentDraft(terminal_id=terminal, displayed_code="A0", symptom="重新签到后仍然")
    )


def _list(services: Services, _path: Path) -> None:
    services.incidents.first(IncidentFilter(), 100)
    services.terminals.first(TerminalFilter(), 100)


def _search(services: Services, _path: Path) -> None:
    services.incidents.first(IncidentFilter(words="签到"), 100)


def _photo(_services: Services, path: Path) -> None:
    store = BlobStore(path.with_suffix(".blobs"))
    name = store.put(PHOTO)
    store.get(name)
    store.path(name).unlink()


def _copy(services: Services, path: Path) -> None:
    copy = path.with_suffix(".copy")
    copying.copy_database(services.context.database, copy)
    copy.unlink()


_WORK: tuple[tuple[str, Work, int, float], ...] = (
    ("open the database and read", _open, 10, 1.5),
    ("save an incident", _save, 10, 1.5),
    ("list 100 incidents and 100 terminals", _list, 5, 1.5),
    ("search by a word", _search, 5, 1.5),
    ("a verified copy of the database", _copy, 1, 1.5),
    ("store and read a photo of 2 MB", _photo, 5, 2.5),
)
"""What is done, how often a round, and the ratio it may cost."""
