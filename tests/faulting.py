"""Everything that writes, with every single file operation killed, failing, or finding the disk
full: ``python -m tests.faulting JOB KINDS WORK MOST`` under the fault injector.

One process makes a home, then forks a child for each operation, or for about `MOST` of them.  After
each fault the program starts again, and what was acknowledged must be there, whole.
"""

from __future__ import annotations

import contextlib
import ctypes
import json
import os
import random
import shutil
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from app import bootstrap, paths, recovery
from app import settings as settings_file
from app.domain.errors import AppError
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

TERMINALS = "序列号,终端号,商户号,商户名称,厂商,型号,安装地址\n" + "".join(
    f"SN{n:06d},7700{n:04d},84829005812{n:04d},{n}号店,新大陆,N910,测试路{n}号\n" for n in range(12)
)


@dataclass(slots=True)
class Outcome:
    """What one fault did: how the child ended, what it was told is saved, how much of that is lost,
    what is half there, and what is no longer sound; the operations that wrote no bytes but made,
    flushed, renamed or removed a file, where it came to its end."""

    at: int
    said: str
    code: int
    operations: int
    acknowledged: int
    lost: int = 0
    half: int = 0
    corrupt: str = ""
    bug: bool = False
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
NEVER = 1_000_000
"""An operation nothing comes to."""


# --- faults ---------------------------------------------------------------------------------------


def _at(home: Path) -> Path:
    os.environ[paths.HOME_VARIABLE] = str(home)
    return home


def _broken(job: Job, kind: str, start: Path, work: Path, at: int) -> Outcome:
    home = work / f"{kind}-{at}"
    shutil.copytree(start, home)
    _at(home)
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(read)
        os.environ.update({"FAULT_FILE": str(home), f"FAULT_{kind}_AT": str(at)})
        said = "done"
        try:
            job.act(home, lambda what: os.write(write, f"{what}\n".encode()) and None)
        except AppError as refused:
            said = getattr(refused, "code", "") or "refused"
        except BaseException as bug:  # noqa: BLE001 - the copy of the process must end here
            said = f"bug: {bug!r}"[:300].replace("\n", " ")
        os.environ.pop("FAULT_FILE")
        shim = ctypes.CDLL(None)
        count = shim.fault_operations()
        steps = [str(n) for n in range(1, count + 1) if not shim.fault_wrote(ctypes.c_long(n))]
        with os.fdopen(write, "wb") as pipe:
            pipe.write(f"={count} {said}\n={','.join(steps)}\n".encode())
        os._exit(0)
    os.close(write)
    with os.fdopen(read, encoding="utf-8") as pipe:
        lines = pipe.read().splitlines()
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    told = [line for line in lines if not line.startswith("=")]
    ended = [line[1:] for line in lines if line.startswith("=")]
    operations, _, said = (ended[0] if ended else "0 ").partition(" ")
    found = Outcome(at, said, code, int(operations), len(told))
    found.steps = [int(n) for n in ended[1].split(",")] if ended else []
    found.bug = said.startswith("bug")
    found.lost, found.half, found.corrupt = job.judge(home, told)
    shutil.rmtree(home)
    return found


def _run(name: str, kinds: str, work: Path, most: int) -> None:
    job, start = JOBS[name], work / "start"
    job.prepare(_at(start))
    whole = _broken(job, "KILL", start, work, NEVER)
    print(json.dumps(asdict(whole)), flush=True)
    for kind in kinds.split(","):
        for at in _places(whole, most, random.Random(f"{name} {kind}")):
            print(json.dumps(asdict(_broken(job, kind, start, work, at))), flush=True)


def _places(whole: Outcome, most: int, chance: random.Random) -> Iterable[int]:
    """Every operation, or `most`: half of them steps between writes, where what is on the disk
    changes its meaning, and not the same for every kind."""
    if not most or most >= whole.operations:
        return range(1, whole.operations + 1)
    steps = chance.sample(whole.steps, min(len(whole.steps), (most + 1) // 2))
    writes = sorted(set(range(1, whole.operations + 1)) - set(whole.steps))
    return sorted(steps + chance.sample(writes, min(len(writes), most - len(steps))))


def outcomes(
    shim: Path, job: str, kinds: tuple[str, ...], work: Path, most: int = 0
) -> list[Outcome]:
    """What came of a job without a fault, then of each kind with one at each operation, or at
    `most`."""
    work.mkdir(parents=True)
    done = subprocess.run(
        [sys.executable, "-m", "tests.faulting", job, ",".join(kinds), str(work), str(most)],
        env={**os.environ, "LD_PRELOAD": str(shim)},
        cwd=Path(__file__).parent.parent,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise AssertionError(done.stderr)
    return [Outcome(**json.loads(line)) for line in done.stdout.splitlines()]


if __name__ == "__main__":
    _run(sys.argv[1], sys.argv[2], Path(sys.argv[3]), int(sys.argv[4]))
