"""``make torture``: random histories of an office and three laptops, with processes killed at every
named step and packages lost, repeated and out of order; the same through a PostgreSQL server that
dies, forgets and is put back, over lines that break; then a laptop that was away for 90 days.

Before that, everything that writes a file with a fault at each of its operations.

Prints how many operations and crashes there were, and how many were lost, doubled or diverged,
which must be none; a history that fails is named by its seed and can be carried out alone, as can
each part (``python -m tests.torture --only files --seed 7 --histories 1``).
Then eight programs that save at once (`tests.torture.saves`), years of maintenance with two
programs (`tests.torture.years`), damaged files and packages
(`tests.torture.damaged`), and the card guard with a thousand texts of every kind
(`tests.torture.cards`).
"""

from __future__ import annotations

import argparse
import functools
import itertools
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from app import paths
from app.domain.incidents.drafts import WorkEntryDraft
from app.exchange import hub_carrier
from db import migrate
from db.engine import Database
from tests.exchange.histories import Act, Run, hold, random_history
from tests.exchange.hub_histories import RunByServer
from tests.exchange.hub_network import HubNetwork, at, behind_a_proxy
from tests.exchange.network import Network
from tests.factories import make_incident, make_technician, make_terminal
from tests.faulting import JOBS, KINDS, outcomes
from tests.postgres import Server, start_server
from tests.torture import cards, damaged, saves, years

AWAY = 5_000
"""Operations of a laptop that was away for 90 days."""
TERMINALS = 2_000


def main() -> int:
    """Returns 1 when anything was lost, doubled or diverged."""
    parser = argparse.ArgumentParser(prog="tests.torture")
    parser.add_argument("--only", nargs="+", choices=_PARTS, default=tuple(_PARTS), metavar="PART")
    parser.add_argument("--jobs", nargs="+", choices=JOBS, default=tuple(JOBS), metavar="JOB")
    parser.add_argument("--histories", type=int, default=200)
    parser.add_argument("--length", type=int, default=60)
    parser.add_argument("--seed", type=int, default=1, help="of the first history")
    parser.add_argument("--server-histories", type=int, default=60, help="through PostgreSQL")
    parser.add_argument("--faults", type=int, default=0, help="of each sort; 0: at every operation")
    parser.add_argument("--away", type=int, default=AWAY, help="operations of the laptop")
    parser.add_argument("--cards", type=int, default=1_000, help="texts a kind")
    parser.add_argument("--saves", type=int, default=500, help="of each program")
    parser.add_argument("--damaged", type=int, default=2_000, help="inputs of each kind")
    parser.add_argument("--years", type=int, default=40, help="histories of maintenance")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="poscare-torture-") as name:
        folder = Path(name)
        os.environ[paths.HOME_VARIABLE] = str(folder / "home")
        template = _template(folder)
        failed = sum(_PARTS[part](folder, template, options) for part in options.only)
    return 1 if failed else 0


def _faults(folder: Path, options: argparse.Namespace) -> int:
    """Jobs under every kind of fault; returns how much was lost, half there or wrong."""
    shim, source = folder / "fault.so", Path(__file__).parents[1] / "files" / "fault.c"
    if not sys.platform.startswith("linux") or shutil.which("cc") is None:
        print("faults: left out, they need Linux and a C compiler")
        return 0
    command = ["cc", "-shared", "-fPIC", "-O1", "-o", str(shim), str(source), "-ldl"]
    subprocess.run(command, check=True)
    return sum(_job(shim, job, folder / "faults" / job, options.faults) for job in options.jobs)


def _job(shim: Path, job: str, work: Path, most: int) -> int:
    """One job; a line for each kind of fault as soon as it is through."""
    failed = 0
    for kind, found in itertools.groupby(
        outcomes(shim, job, KINDS, work, most), key=lambda one: one.kind
    ):
        counted: Counter[str] = Counter()
        for one in found:
            counted["operations"] += 1
            counted["acknowledged"] += one.acknowledged
            counted["lost"] += one.lost
            counted["half"] += one.half
            counted["corrupt"] += bool(one.corrupt)
            counted["without a sentence"] += one.bug
            if one.lost or one.half or one.corrupt or one.bug:
                print(f"  {one}", file=sys.stderr)
        wrong = ("lost", "half", "corrupt", "without a sentence")
        told = ", ".join(
            f"{sort} {counted[sort]}" for sort in ("operations", "acknowledged", *wrong)
        )
        print(f"{job}, {kind}: {told}", flush=True)
        failed += sum(counted[sort] for sort in wrong)
    return failed


def _template(folder: Path) -> Path:
    path = folder / "empty.db"
    database = Database(path)
    migrate.prepare(database)
    database.close()
    return path


@dataclass
class Tally:
    """What came of histories: operations somebody was told are saved, processes that were killed,
    servers that died, and what was found wrong."""

    operations: int = 0
    crashes: int = 0
    server_crashes: int = 0
    wrong: Counter[str] = field(default_factory=Counter)

    def carry_out(self, seed: int, history: Callable[[], Run]) -> None:
        """One history; what is wrong with it is printed."""
        try:
            run = history()
            self.operations += sum(map(len, run.saved.values()))
            self.crashes += run.kills
            self.server_crashes += run.crashes if isinstance(run, RunByServer) else 0
        except AssertionError as found:
            sort = _sort(str(found))
            self.wrong[sort] += 1
            print(f"seed {seed}: {sort}: {str(found)[:500]}", file=sys.stderr)

    def said(self, histories: int) -> str:
        """The figures in a line."""
        died = f", server crashes {self.server_crashes}" if self.server_crashes else ""
        wrong = ", ".join(f"{sort} {self.wrong[sort]}" for sort in ("lost", "doubled", "diverged"))
        counted = f"operations {self.operations}, crashes {self.crashes}{died}"
        return f"histories {histories}, {counted}: {wrong}"


def _joined(folder: Path, template: Path) -> Path:
    """The folder of an office and three laptops that joined it, made once."""
    joined = folder / "joined"
    if joined.exists():
        return joined
    network = Network(joined, template)
    for n in range(1, 4):
        make_terminal(network.office.services, serial=f"OFFICE{n:06d}", tid=f"7000000{n}")
    make_technician(network.office.services)
    network.join_all()
    network.close()
    return joined


def _by_file(folder: Path, template: Path, options: argparse.Namespace) -> int:
    joined, place, tally = _joined(folder, template), folder / "history", Tally()
    for seed in range(options.seed, options.seed + options.histories):
        shutil.copytree(joined, place)
        network = Network(place, template)
        history = random_history(random.Random(seed), options.length)
        tally.carry_out(seed, functools.partial(hold, network, history))
        network.close()
        shutil.rmtree(place)
    print(tally.said(options.histories), flush=True)
    return tally.wrong.total()


def _by_server(folder: Path, template: Path, options: argparse.Namespace) -> int:
    """The same with a server in between."""
    try:
        server = start_server(folder)
    except pytest.skip.Exception as reason:
        print(f"through PostgreSQL: left out, {reason}")
        return 0
    hub_carrier.LONGEST_WAIT = 0.0
    joined, place, tally = _joined(folder, template), folder / "history", Tally()
    try:
        for seed in range(options.seed, options.seed + options.server_histories):
            shutil.copytree(joined, place)
            history = random_history(random.Random(seed), options.length)
            tally.carry_out(
                seed, lambda history=history: _through(server, place, template, history)
            )  # type: ignore[misc]
            shutil.rmtree(place)
    finally:
        server.stop()
    print(f"through PostgreSQL: {tally.said(options.server_histories)}", flush=True)
    return tally.wrong.total()


def _through(server: Server, place: Path, template: Path, history: list[Act]) -> Run:
    with server.empty_database() as url:
        network = HubNetwork(place, template, at(server, url))
        try:
            network.begin()
            with behind_a_proxy(network, server.sockets) as proxy:
                return hold(network, history, lambda given: RunByServer(given, proxy, server.crash))
        finally:
            network.close()


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


_PARTS: dict[str, Callable[[Path, Path, argparse.Namespace], int]] = {
    "faults": lambda folder, _template, asked: _faults(folder, asked),
    "files": _by_file,
    "server": _by_server,
    "away": lambda folder, template, asked: _away(folder, template, asked.away),
    "saves": lambda folder, template, asked: saves.run(folder, template, asked.saves),
    "years": lambda folder, template, asked: years.run(folder, template, asked.years),
    "damaged": lambda folder, _template, asked: damaged.run(folder, asked.damaged),
    "cards": lambda _folder, _template, asked: cards.run(asked.cards),
}
"""What can be carried out alone, with ``--only``; each returns how much was wrong."""


if __name__ == "__main__":
    sys.exit(main())
