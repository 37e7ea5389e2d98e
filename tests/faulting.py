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
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from app import bootstrap, paths, recovery
from app import settings as settings_file
from app.domain.documents import AttachmentDraft, Stage
from app.domain.errors import AppError
from app.encryption import key_file
from app.encryption.key_file import new_vault
from app.encryption.opened import opened as vaults
from app.services import Services
from app.services.core.audit import chain_faults
from app.services.core.operation_log import read_operations
from app.services.documents.attachments import Owner
from app.services.incidents.incident_queries import IncidentFilter
from app.settings import Settings
from app.unlocking import unlock
from db import copying, migrate, restoring
from db.engine import Database
from db.locking import DatabaseLock
from tests.exchange.network import Network
from tests.factories import make_incident, make_technician, make_terminal

NOW = datetime(2026, 11, 24, tzinfo=UTC)
SETTINGS = Settings(technician="T01", device="L7")
TERMINALS = "序列号,终端号,商户号,商户名称,厂商,型号,安装地址\n" + "".join(
    f"SN{n:06d},7700{n:04d},84829005812{n:04d},{n}号店,新大陆,N910,测试路{n}号\n" for n in range(12)
)
Told = Callable[[str], None]


@dataclass(slots=True)
class Outcome:
    """What one fault did: how the child ended, what it was told is saved, how much of that is lost,
    what is half there, and what is no longer sound."""

    at: int
    said: str
    code: int
    operations: int
    acknowledged: int
    lost: int = 0
    half: int = 0
    corrupt: str = ""
    bug: bool = False


@dataclass(frozen=True, slots=True)
class Job:
    """`prepare` makes the home, `act` is what the fault meets, `judge` says after the next start
    how much is lost, half there, and what is wrong."""

    prepare: Callable[[Path], None]
    act: Callable[[Path, Told], None]
    judge: Callable[[Path, list[str]], tuple[int, int, str]]


@contextlib.contextmanager
def opened(_home: Path) -> Iterator[Services]:
    """The services over the database of the home, as a start opens it."""
    services = bootstrap.build(SETTINGS)
    try:
        yield services
    finally:
        services.close()


def _sound(services: Services) -> str:
    with services.context.database.connect() as connection:
        try:
            copying.examine(connection.connection.dbapi_connection)
        except copying.Damaged as damage:
            return str(damage)
    with services.context.read() as session:
        faults = chain_faults(session)
    wrong = [one.code for one in services.care.check() if not one.well and "backup" not in one.code]
    return ", ".join([*map(str, faults), *wrong])


def _with_incident(home: Path) -> None:
    with opened(home) as services:
        make_technician(services)
        make_incident(services)
        services.care.journal.catch_up()


# --- what is done ---------------------------------------------------------------------------------


def _save(home: Path, told: Told) -> None:
    with opened(home) as services:
        for _ in range(3):
            told(make_incident(services))


def _saved(home: Path, told: list[str]) -> tuple[int, int, str]:
    with opened(home) as services:
        there = {one.id for one in services.incidents.first(IncidentFilter(), 99)}
        return len(set(told) - there), 0, _sound(services)


def _with_list(home: Path) -> None:
    _with_incident(home)
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
        return (12 - found if told else 0), int(found not in (0, 12)), _sound(services)


def _attach(home: Path, told: Told) -> None:
    with opened(home) as services:
        (incident,) = services.incidents.first(IncidentFilter(), 1)
        # Pictures are decoded by a process of their own, which writes nothing.
        draft = AttachmentDraft("说明.txt", Stage.BEFORE, "")
        content = "现场说明\n".encode() * 900
        made = services.attachments.add(Owner(incident_id=incident.id), content, draft)
        told(made.id)


def _attached(home: Path, told: list[str]) -> tuple[int, int, str]:
    with opened(home) as services:
        with services.context.database.connect() as connection:
            there = set(connection.exec_driver_sql("SELECT id FROM attachment").scalars())
        (files,) = [one for one in services.care.check(thorough=True) if one.code == "check.files"]
        return len(set(told) - there), len(files.faulty), _sound(services)


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
        return lost, len(faults), wrong or _sound(services)


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
        return 40 - rows, int(half or version not in (11, int(migrate.HEAD))), _sound(services)


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
        return lost, len(bad), _sound(services)


def _with_backup(home: Path) -> None:
    _with_incident(home)
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
        return int(bool(told) and count != 1), int(count not in (1, 2)), _sound(services)


PASSPHRASE = "冬天的白马 eats 3 苹果"


def _with_everything(home: Path) -> None:
    _with_incident(home)
    _attach(home, lambda _what: None)
    with opened(home) as services:
        services.backups.back_up()
        services.care.journal.catch_up()


def _encrypt(home: Path, told: Told) -> None:
    with opened(home) as services:
        made, _code = new_vault(PASSPHRASE, NOW)
        done = services.encryption.turn_on(made)
        told("encrypted" if not done.left else "in part")


def _encrypted(home: Path, told: list[str]) -> tuple[int, int, str]:
    vaults.hold(None)
    if key_file.read(paths.encryption_keys()) is not None:
        unlock(paths.encryption_keys(), lambda found: found.by_passphrase(PASSPHRASE))
    try:
        with opened(home) as services:
            services.encryption.go_on()
            state = services.encryption.state()
            half = len(state.left) + int(state.unfinished)
            copies = [copy.path for copy in services.backups.backups()]
            whole = sum(bool(copying.check_file(copy)) for copy in copies)
            points = {one.code: one.well for one in services.care.check(thorough=True)}
            wrong = [code for code in ("check.files", "check.state") if not points.get(code, True)]
            lost = 1 - len(services.incidents.first(IncidentFilter(), 9)) + 1 - min(1, whole)
            lost += int("encrypted" in told and not state.on)
            return lost, half, ", ".join(wrong) or _sound(services)
    finally:
        vaults.hold(None)


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
    "save": Job(_with_incident, _save, _saved),
    "import": Job(_with_list, _import, _imported),
    "attachment": Job(_with_incident, _attach, _attached),
    "journal": Job(_with_incident, _journal, _journalled),
    "migration": Job(_old_database, _migrate, _migrated),
    "settings": Job(_settings, _set, _were_set),
    "backup": Job(_with_incident, _back_up, _backed_up),
    "restore": Job(_with_backup, _restore, _restored),
    "encryption": Job(_with_everything, _encrypt, _encrypted),
    "exchange": Job(_network, _exchange, _exchanged),
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
        os.write(write, f"={ctypes.CDLL(None).fault_operations()} {said}\n".encode())
        os._exit(0)
    os.close(write)
    with os.fdopen(read, encoding="utf-8") as pipe:
        lines = pipe.read().splitlines()
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    told = [line for line in lines if not line.startswith("=")]
    operations, _, said = (lines[-1][1:] if lines and lines[-1][0] == "=" else "0 ").partition(" ")
    found = Outcome(at, said, code, int(operations), len(told))
    found.bug = said.startswith("bug")
    found.lost, found.half, found.corrupt = job.judge(home, told)
    shutil.rmtree(home)
    return found


def _run(name: str, kinds: str, work: Path, most: int) -> None:
    job, start = JOBS[name], work / "start"
    job.prepare(_at(start))
    whole = _broken(job, "KILL", start, work, NEVER)
    print(json.dumps(asdict(whole)), flush=True)
    every = max(1, whole.operations // most) if most else 1
    for number, kind in enumerate(kinds.split(",")):
        # Not every kind at the same places.
        for at in range(1 + number * every // 2, whole.operations + 1, every):
            print(json.dumps(asdict(_broken(job, kind, start, work, at))), flush=True)


def outcomes(
    shim: Path, job: str, kinds: tuple[str, ...], work: Path, most: int = 0
) -> list[Outcome]:
    """What came of a job without a fault, then of each kind with one at each operation, or at about
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
