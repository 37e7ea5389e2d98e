"""``make torture``: random histories of an office and three laptops, with processes killed at every
named step and packages lost, repeated and out of order; then a laptop that was away for 90 days.

Before that, everything that writes a file with a fault at each of its operations.

Prints how many operations and crashes there were, and how many were lost, doubled or diverged,
which must be none; a history that fails is named by its seed and can be carried out alone.
"""

from __future__ import annotations

import argparse
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from app import paths
from app.domain.incidents.drafts import WorkEntryDraft
from db import migrate
from db.engine import Database
from tests.exchange.histories import hold, random_history
from tests.exchange.network import Network
from tests.factories import make_incident, make_technician, make_terminal
from tests.faulting import JOBS, KINDS, outcomes

AWAY = 5_000
"""Operations of a laptop that was away for 90 days."""
TERMINALS = 2_000


def main() -> int:
    """Returns 1 when anything was lost, doubled or diverged."""
    parser = argparse.ArgumentParser(prog="tests.torture")
    parser.add_argument("--histories", type=int, default=200)
    parser.add_argument("--length", type=int, default=60)
    parser.add_argument("--seed", type=int, default=1, help="of the first history")
    parser.add_argument("--faults", type=int, default=0, help="of each sort; 0: at every operation")
    parser.add_argument("--away", type=int, default=AWAY, help="operations; 0 leaves it out")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="poscare-torture-") as name:
        folder = Path(name)
        os.environ[paths.HOME_VARIABLE] = str(folder / "home")
        failed = _faults(folder, options.faults)
        template = _template(folder)
        failed += _histories(folder, template, options)
        if options.away:
            failed += _away(folder, template, options.away)
    return 1 if failed else 0


def _faults(folder: Path, most: int) -> int:
    """Every job under every kind of fault; returns how much was lost, half there or wrong."""
    shim, source = folder / "fault.so", Path(__file__).parents[1] / "files" / "fault.c"
    if not sys.platform.startswith("linux") or shutil.which("cc") is None:
        print("faults: left out, they need Linux and a C compiler")
        return 0
    command = ["cc", "-shared", "-fPIC", "-O1", "-o", str(shim), str(source), "-ldl"]
    subprocess.run(command, check=True)
    failed = 0
    for job in JOBS:
        found = outcomes(shim, job, KINDS, folder / "faults" / job, most)
        wrong = {
            "lost": sum(one.lost for one in found),
            "half": sum(one.half for one in found),
            "corrupt": sum(bool(one.corrupt) for one in found),
            "without a sentence": sum(one.bug for one in found),
        }
        acknowledged = sum(one.acknowledged for one in found)
        told = ", ".join(f"{sort} {count}" for sort, count in wrong.items())
        print(f"{job}: operations {len(found)}, acknowledged {acknowledged}, {told}", flush=True)
        for one in found:
            if one.lost or one.half or one.corrupt or one.bug:
                print(f"  {one}", file=sys.stderr)
        failed += sum(wrong.values())
    return failed


def _template(folder: Path) -> Path:
    path = folder / "empty.db"
    database = Database(path)
    migrate.prepare(database)
    database.close()
    return path


def _histories(folder: Path, template: Path, options: argparse.Namespace) -> int:
    joined = folder / "joined"
    network = Network(joined, template)
    for n in range(1, 4):
        make_terminal(network.office.services, serial=f"OFFICE{n:06d}", tid=f"7000000{n}")
    make_technician(network.office.services)
    network.join_all()
    network.close()
    operations = crashes = 0
    wrong = {"lost": 0, "doubled": 0, "diverged": 0}
    for seed in range(options.seed, options.seed + options.histories):
        place = folder / "history"
        shutil.copytree(joined, place)
        network = Network(place, template)
        try:
            run = hold(network, random_history(random.Random(seed), options.length))
            operations += sum(map(len, run.saved.values()))
            crashes += run.kills
        except AssertionError as found:
            sort = _sort(str(found))
            wrong[sort] += 1
            print(f"seed {seed}: {sort}: {str(found)[:500]}", file=sys.stderr)
        finally:
            network.close()
            shutil.rmtree(place)
    print(
        f"histories {options.histories}, operations {operations}, crashes {crashes}: "
        + ", ".join(f"{sort} {count}" for sort, count in wrong.items())
    )
    return sum(wrong.values())


def _sort(found: str) -> str:
    if "lost" in found or "no longer shows" in found or "missing" in found:
        return "lost"
    return "doubled" if "twice" in found else "diverged"


def _away(folder: Path, template: Path, amount: int) -> int:
    """A laptop comes back after 90 days: what it did, and what the office did, in one exchange."""
    network = Network(folder / "away", template, laptops=1)
    one = network.laptops[0]
    for n in range(TERMINALS):
        make_terminal(network.office.services, serial=f"AWAY{n:08d}", tid=f"{60000000 + n}")
    terminal = network.office.services.terminals.by_serial("AWAY00000000").id
    network.exchange(one)
    network.exchange(one)
    about = make_incident(one.services, terminal)
    theirs = make_incident(network.office.services, terminal)
    for n in range(amount // 2):
        network.world.tick(minutes=25)
        one.services.work_log.add_work(about, WorkEntryDraft(summary=f"第 {n} 项工作"))
        network.office.services.work_log.add_work(theirs, WorkEntryDraft(summary=f"{n}"))
    began = time.perf_counter()
    there, back = network.exchange(one)
    took = time.perf_counter() - began
    equal = one.state() == network.office.state()
    print(f"away 90 days: {there.applied} sent, {back.applied} taken in, {took:.1f} s")
    network.close()
    return 0 if equal and not there.refused and not back.refused else 1


if __name__ == "__main__":
    sys.exit(main())
