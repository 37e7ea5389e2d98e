"""A laptop killed at any single file operation while it takes an answer in has all of the old or
all of the new.

One process loads the fault injector and forks a child for each operation, so that all of them can
be tried; of the long row of page writes, which are all alike, a part.
"""

from __future__ import annotations

import json
import os
import pickle
import subprocess
import sys
from pathlib import Path

from tests.exchange.network import Network
from tests.factories import make_incident

PROBE = """
import ctypes, json, os, pickle, shutil, sys
from contextlib import closing
from pathlib import Path
from app import bootstrap
from app.exchange import laptop, rebase
from app.services.core import log_reading, operation_log
from app.settings import Settings
from db import restoring
from db.engine import Database
from db.locking import DatabaseLock

start, work, parcel = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3]
parcel = pickle.loads(Path(parcel).read_bytes())
build = lambda database: bootstrap.build(Settings(technician="T01", device="L1"), database=database)

def opened(home):
    lock = DatabaseLock(home / "poscare.db")
    with closing(lock), lock.gate():
        restoring.finish(lock)
    return build(Database(home / "poscare.db"))

def seen(home):
    services = opened(home)
    with services.context.read() as session:
        station = operation_log.station_of(session)
        found = {
            "own": sorted(o.id for o in log_reading.of_station(session, station)),
            "head": log_reading.head_of(session).seq,
        }
    found["confirmed"] = rebase.confirmed_head(services).seq
    services.close()
    return found

def broken(at):
    home = work / str(at)
    shutil.copytree(start, home)
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        services = build(Database(home / "poscare.db"))
        os.environ.update({"FAULT_FILE": str(home), "FAULT_KILL_AT": str(at)})
        laptop.take_answer(services, parcel, build=build)
        os.environ.pop("FAULT_FILE")
        os.write(write, str(ctypes.CDLL(None).fault_operations()).encode())
        os._exit(0)
    os.close(write)
    operations = os.read(read, 100).decode()
    os.close(read)
    killed = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    found = {"at": at, "killed": killed, **seen(home)}
    services = opened(home)
    laptop.take_answer(services, parcel, build=build)
    services.close()
    found["again"] = seen(home)
    found["left"] = sorted(path.name for path in home.iterdir())
    print(json.dumps(found), flush=True)
    shutil.rmtree(home)
    return int(operations or 0)

total = broken(1_000_000)
for at in [total // 3, 2 * total // 3, *range(max(1, total - 14), total + 1)]:
    broken(at)
"""


def test_killed_at_any_file_operation_of_an_answer(
    shim: Path, network: Network, tmp_path: Path
) -> None:
    """Own work is there, once; taking the answer in again ends as if nothing had happened."""
    one, other = network.laptops[:2]
    make_incident(other.services, network.office.services.terminals.find("OFFICE000001")[0].id)
    network.exchange(one)
    network.exchange(other)
    mine = make_incident(one.services, one.services.terminals.find("OFFICE000002")[0].id)
    answer = tmp_path / "answer"
    answer.write_bytes(pickle.dumps(network.answer_to(one)))
    own = sorted(operation.id for operation in one.own())
    network.close()
    work = tmp_path / "work"
    work.mkdir()
    done = subprocess.run(
        [sys.executable, "-c", PROBE, str(one.folder), str(work), str(answer)],
        env={**os.environ, "LD_PRELOAD": str(shim), "PYTHONPATH": os.getcwd()},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    found = [json.loads(text) for text in done.stdout.splitlines()]
    whole = found[0]
    assert mine
    assert whole["killed"] == 0
    assert whole["own"] == own
    assert any(one["killed"] != 0 for one in found)
    heads = {one["head"] for one in found}
    assert len(heads) == 2, heads
    for one_found in found:
        assert one_found["own"] == own
        assert one_found["confirmed"] in heads
        assert one_found["again"] == {key: whole[key] for key in ("own", "head", "confirmed")}
        assert not [name for name in one_found["left"] if "incoming" in name or "exchange" in name]
