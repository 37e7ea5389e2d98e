"""Everything that writes, with every single file operation killed, failing, or finding the disk
full: ``python -m tests.faulting JOB KINDS WORK MOST`` under the fault injector.

One process makes a home; another acts in copies of it (`tests.fault_runs`), with a fault at each
operation, or at about `MOST` of them.  After each the program starts again, and what was
acknowledged must be there, whole.
"""

from __future__ import annotations

import contextlib
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from app import bootstrap, paths, recovery
from app import settings as settings_file
from app.services.core.operation_log import read_operations
from app.services.incidents.incident_queries import IncidentFilter
from app.settings import Settings
from db import copying, migrate, restoring
from db.engine import Database
from db.locking import DatabaseLock
from tests.exchange.network import Network
from tests.factories import make_incident, make_terminal
from tests.fault_encryption import DECRYPTED, ENCRYPTED, REKEYED
from tests.fault_job import SETTINGS, Job, Told, attach, opened, sound, with_incident
from tests.fault_packages import TAKEN_IN_BY_LAPTOP, TAKEN_IN_BY_OFFICE
from tests.fault_runs import Acts, Ended, content

TERMINALS = "序列号,终端号,商户号,商户名称,厂商,型号,安装地址\n" + "".join(
    f"SN{n:06d},7700{n:04d},84829005812{n:04d},{n}号店,新大陆,N910,测试路{n}号\n" for n in range(12)
)


@dataclass(slots=True)
class Outcome:
    """What one fault did: how the child ended, what it was told is saved, how much of that is lost,
    what is half there, and what is no longer sound; whether it left something nothing else had
    left before; the operations that wrote no bytes but made, flushed, renamed or removed a file,
    where it came to its end."""

    at: int
    said: str
    code: int
    operations: int
    acknowledged: int
    lost: int = 0
    half: int = 0
    corrupt: str = ""
    bug: bool = False
    judged: bool = True
    kind: str = ""
    steps: list[int] = field(default_factory=list)


# --- what is done ---------------------------------------------------------------------------------


def _save(home: Path, told: Told) -> None:
    with opened(home) as services:
        for _ in range(3):
            told(make_incident(services))


def _saved(home: Path, told: list[str]) -> tuple[int, int, str]:
    with opened(home) as services:
        there = {one.id for one in services.incidents.first(IncidentFilter(), 99)}
        return len(set(told) - there), 0, sound(services)


def _with_list(home: Path) -> None:
    with_incident(home)
    (home / "list.csv").write_text(TERMINALS, encoding="utf-8")


def _import(home: Path, told: Told) -> None:
    with opened(home) as services:
        done = services.terminal_import
        done.commit(done.preview(home / "list.csv"), skip_bad=False)
        told("12")


def _imported(home: Path, told: list[str]) -> tuple[int, int, str]:
    with opened(home) as services:
        with services.context.database.connect() as connection:
            query = "SELECT count(*) FROM terminal WHERE serial LIKE 'SN0%'"
            found = connection.exec_driver_sql(query).scalar_one()
        return (12 - found if told else 0), int(found not in (0, 12)), sound(services)


def _attached(home: Path, told: list[str]) -> tuple[int, int, str]:
    with opened(home) as services:
        with services.context.database.connect() as connection:
            there = set(connection.exec_driver_sql("SELECT id FROM attachment").scalars())
        (files,) = [one for one in services.care.check(thorough=True) if one.code == "check.files"]
        return len(set(told) - there), len(files.faulty), sound(services)


def _journal(home: Path, told: Told) -> None:
    with opened(home) as services:
        for _ in range(2):
            make_incident(services)
            services.care.journal.catch_up()
        told("journal")


def _journalled(home: Path, told: list[str]) -> tuple[int, int, str]:
    with opened(home) as services:
        series = services.care.journal.series[-1]
        faults: list[Any] = []
        before = {one.id for one in series.read(faults)}
        with services.context.read() as session:
            log = {one.id for one in read_operations(session)}
        # The start may have logged nothing; what was told to be written is there without it.
        lost = len(log - before) - _before(series.beginning) if told else 0
        services.care.journal.catch_up()
        points = {one.code: one.well for one in services.care.check(thorough=True)}
        wrong = "" if points["check.state"] and points["check.journal"] else str(points)
        return lost, len(faults), wrong or sound(services)


def _before(beginning: Path) -> int:
    with copying.opened(beginning) as copy:
        return int(copy.execute("SELECT count(*) FROM operation").fetchone()[0])


def _old_database(home: Path) -> None:
    home.mkdir(exist_ok=True)
    database = Database(paths.database_file())
    migrate.upgrade(database, to="0011")
    with database.write() as session:
        for n in range(40):
            session.connection().exec_driver_sql(
                "INSERT INTO area (id, name) VALUES (?, ?)", (f"{n:036d}", f"区{n}")
            )
    database.close()


def _migrate(_home: Path, told: Told) -> None:
    bootstrap.open_database(str(paths.database_file())).close()
    told("migrated")


def _migrated(home: Path, _told: list[str]) -> tuple[int, int, str]:
    with copying.opened(paths.database_file()) as connection:
        version = connection.execute("PRAGMA user_version").fetchone()[0]
        tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_master")}
        rows = connection.execute("SELECT count(*) FROM area").fetchone()[0]
    half = (version == int(migrate.HEAD)) != ("operation" in tables)
    with opened(home) as services:
        return 40 - rows, int(half or version not in (11, int(migrate.HEAD))), sound(services)


def _settings(home: Path) -> None:
    home.mkdir(exist_ok=True)
    settings_file.save(SETTINGS, paths.settings_file())


def _set(_home: Path, told: Told) -> None:
    settings_file.save(
        Settings(technician="T01", device="L7", company_name="新公司"), paths.settings_file()
    )
    told("saved")


def _were_set(_home: Path, told: list[str]) -> tuple[int, int, str]:
    found = settings_file.recover(paths.settings_file())
    half = found.settings.company_name not in ("", "新公司") or bool(found.problems)
    return int(bool(told) and not found.settings.company_name), int(half), ""


def _back_up(home: Path, told: Told) -> None:
    with opened(home) as services:
        told(str(services.backups.back_up().path))


def _backed_up(home: Path, told: list[str]) -> tuple[int, int, str]:
    with opened(home) as services:
        copies = services.backups.backups()
        bad = [copy.path.name for copy in copies if not copying.check_file(copy.path)]
        lost = len(set(told) - {str(copy.path) for copy in copies})
        return lost, len(bad), sound(services)


def _with_backup(home: Path) -> None:
    with_incident(home)
    with opened(home) as services:
        copy = services.backups.back_up().path
        shutil.copyfile(copy, home / "copy.db")
        make_incident(services)


def _restore(home: Path, told: Told) -> None:
    recovery.restore(SETTINGS, home / "copy.db", name="fault")
    told("restored")


def _restored(home: Path, told: list[str]) -> tuple[int, int, str]:
    with opened(home) as services:
        count = len(services.incidents.first(IncidentFilter(), 9))
        return int(bool(told) and count != 1), int(count not in (1, 2)), sound(services)


def _network(home: Path) -> None:
    home.mkdir(exist_ok=True)
    empty = Database(home / "empty.db")
    migrate.prepare(empty)
    empty.close()
    network = Network(home / "net", home / "empty.db", laptops=1)
    terminal = make_terminal(network.office.services, serial="FAULT00000001", tid="70000001")
    network.join_all()
    make_incident(network.office.services, terminal)
    make_incident(network.laptops[0].services, terminal)
    network.close()


def _joined(home: Path) -> Network:
    for place in ("office", "laptop1"):
        lock = DatabaseLock(home / "net" / place / "poscare.db")
        with contextlib.closing(lock), lock.gate():
            restoring.finish(lock)
    return Network(home / "net", home / "empty.db", laptops=1)


def _exchange(home: Path, told: Told) -> None:
    network = _joined(home)
    for one in network.laptops[0].own():
        told(one.id)
    network.exchange(network.laptops[0])
    network.close()


def _exchanged(home: Path, told: list[str]) -> tuple[int, int, str]:
    network = _joined(home)
    laptop = network.laptops[0]
    lost = len(set(told) - {one.id for one in laptop.operations()})
    network.settle_down()
    equal = laptop.state() == network.office.state()
    count = len(network.office.services.incidents.first(IncidentFilter(), 9))
    network.close()
    return lost, int(count != 2), "" if equal else "diverged"


JOBS = {
    "save": Job(with_incident, _save, _saved),
    "import": Job(_with_list, _import, _imported),
    "attachment": Job(with_incident, attach, _attached),
    "journal": Job(with_incident, _journal, _journalled),
    "migration": Job(_old_database, _migrate, _migrated),
    "settings": Job(_settings, _set, _were_set),
    "backup": Job(with_incident, _back_up, _backed_up),
    "restore": Job(_with_backup, _restore, _restored),
    "encryption": ENCRYPTED,
    "rekeying": REKEYED,
    "decryption": DECRYPTED,
    "exchange": Job(_network, _exchange, _exchanged),
    "package to office": TAKEN_IN_BY_OFFICE,
    "package to laptop": TAKEN_IN_BY_LAPTOP,
}
KINDS = ("KILL", "TEAR", "FAIL", "FULL")
"""What the fault injector does (`tests/files/fault.c`)."""
LOOKED = ("KILL", "TEAR")
"""Of these nothing has to die: one run that stands still at each operation shows what is left."""
NEVER = 1_000_000
"""An operation nothing comes to."""


# --- faults ---------------------------------------------------------------------------------------


def _at(home: Path) -> Path:
    os.environ[paths.HOME_VARIABLE] = str(home)
    return home


class _Judge:
    """Says of what a fault left what is lost, half or wrong: once of each home and what was told,
    for the same files and words have the same answer."""

    def __init__(self, job: Job, home: Path) -> None:
        self._job, self._home = job, home
        self._known: dict[tuple[bytes, tuple[str, ...]], tuple[int, int, str]] = {}

    def of(self, at: int, ended: Ended) -> Outcome:
        """Of the home as it lies there; it is another one afterwards."""
        key = content(self._home), tuple(ended.told)
        fresh = key not in self._known
        if fresh:
            self._known[key] = self._job.judge(self._home, ended.told)
        lost, half, corrupt = self._known[key]
        count = len(ended.told)
        found = Outcome(at, ended.said, ended.code, ended.operations, count, lost, half, corrupt)
        found.bug = ended.said.startswith("bug")
        found.judged = fresh
        found.steps = ended.steps
        return found

    def meanwhile(self, at: int, told: list[str]) -> Outcome:
        """The same of a copy of the home, in its place, while somebody still works in it."""
        aside = self._home.with_name(f"{self._home.name}.working")
        self._home.rename(aside)
        try:
            shutil.copytree(aside, self._home)
            return self.of(at, Ended(told, code=-signal.SIGKILL))
        finally:
            shutil.rmtree(self._home)
            aside.rename(self._home)


def _run(name: str, kinds: str, work: Path, most: int) -> None:
    job, start, home = JOBS[name], work / "start", work / "home"
    job.prepare(_at(start))
    _at(home)
    acts = Acts(job, start, home, int(time.time()))
    judge = _Judge(job, home)
    ended = acts.run("KILL", NEVER)
    whole = judge.of(NEVER, ended)
    _tell(whole, "whole")
    for kind in kinds.split(","):
        places = _places(whole, kind, most, random.Random(f"{name} {kind}"))
        if kind in LOOKED:
            _look(acts, judge, kind, set(places))
        else:
            for at in places:
                _tell(judge.of(at, acts.run(kind, at)), kind)
    acts.close()


def _look(acts: Acts, judge: _Judge, kind: str, places: set[int]) -> None:
    """What a process killed there leaves is what lies on the disk then: one run shows all."""

    def look(sort: str, at: int, told: list[str]) -> None:
        if sort == kind[0] and at in places:
            _tell(judge.meanwhile(at, told), kind)

    ended = acts.run(kind, NEVER, look)
    assert ended.said == "done", ended


def _tell(one: Outcome, kind: str) -> None:
    print(json.dumps(asdict(one) | {"kind": kind}), flush=True)


def _places(whole: Outcome, kind: str, most: int, chance: random.Random) -> list[int]:
    """Every operation, of kinds that need one every write, or `most`: half of them steps between
    writes, where what is on the disk changes its meaning, and not the same for every kind."""
    writes = sorted(set(range(1, whole.operations + 1)) - set(whole.steps))
    steps = [] if kind in ("TEAR", "FULL") else whole.steps
    if not most or most >= len(writes) + len(steps):
        return sorted([*writes, *steps])
    taken = chance.sample(steps, min(len(steps), (most + 1) // 2))
    return sorted(taken + chance.sample(writes, min(len(writes), most - len(taken))))


def outcomes(
    shim: Path, job: str, kinds: tuple[str, ...], work: Path, most: int = 0
) -> Iterator[Outcome]:
    """What came of a job without a fault, then of each kind with one at each operation, or at
    `most`, as it comes."""
    work.mkdir(parents=True)
    command = [sys.executable, "-m", "tests.faulting", job, ",".join(kinds), str(work), str(most)]
    with (work / "errors").open("w+", encoding="utf-8") as errors:
        running = subprocess.Popen(
            command,
            env={**os.environ, "LD_PRELOAD": str(shim)},
            cwd=Path(__file__).parent.parent,
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
        )
        assert running.stdout is not None
        with running.stdout as said:
            for line in said:
                yield Outcome(**json.loads(line))
        if running.wait():
            errors.seek(0)
            raise AssertionError(errors.read())


if __name__ == "__main__":
    _run(sys.argv[1], sys.argv[2], Path(sys.argv[3]), int(sys.argv[4]))
