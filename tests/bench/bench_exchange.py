"""The exchange of packages: three months away, a normal day, a thousand laptops."""

from __future__ import annotations

import os
import statistics
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from app import bootstrap, paths
from app.domain.faults import FaultClass
from app.domain.incidents.drafts import (
    ClosingDraft,
    IncidentDraft,
    PartDraft,
    ResolutionDraft,
    WorkEntryDraft,
)
from app.domain.incidents.incidents import Confirmation, TestLine, TestOutcome
from app.domain.register.terminals import check_terminal
from app.exchange.keys import new_key_pair
from app.exchange.package_file import PackageContents, write_package
from app.services.core import operation_log
from app.services.register.importing import TerminalBatch
from app.services.register.terminal_queries import TerminalFilter
from db.keys import first_key
from db.stations import STATION
from tests.bench.harness import Row
from tests.exchange.network import Network, Station
from tests.factories import terminal_draft

TERMINALS, AWAY = 2_000, 5_000
STATIONS = 1_000
_LONGEST = 30.0
"""Seconds in which three months are caught up."""
_LARGEST = 200.0
"""KB of a normal day's package without photos."""


def measure() -> Iterator[Row]:
    """Each against what was promised."""
    with tempfile.TemporaryDirectory(prefix="poscare-bench-") as name:
        folder = Path(name)
        os.environ[paths.HOME_VARIABLE] = str(folder / "home")
        template = folder / "empty.db"
        bootstrap.open_database(str(template)).close()
        network = Network(folder / "network", template, laptops=1)
        _import(network.office)
        network.exchange(network.laptops[0])
        network.exchange(network.laptops[0])
        yield _day(network, folder)
        yield _away(network)
        yield _many(network)
        network.close()


def _import(office: Station) -> None:
    records = tuple(
        check_terminal(
            terminal_draft(
                serial=f"AWAY{n:08d}", tid=f"{60000000 + n}", mid=f"8482900541{n // 4:05d}"
            )
        )
        for n in range(TERMINALS)
    )
    batch = TerminalBatch(
        records=records, file_name="a.csv", sha256="0" * 64, refused=0, skip_bad=True
    )
    office.services.terminal_import._take_in(batch)


def _case(one: Station, terminal: str, n: int) -> int:
    """An incident from the call to the closed report; returns how many operations that were."""
    services = one.services
    about = services.incidents.open(
        IncidentDraft(
            terminal_id=terminal,
            displayed_code="A0",
            symptom=f"终端提示请签到，重启后恢复 {n}",
            reporter_name="王先生",
            reporter_phone="13800000000",
        )
    )
    services.incidents.start(about)
    services.work_log.add_work(about, WorkEntryDraft(summary="检查电源与网络", minutes=15))
    services.work_log.add_part(about, PartDraft(name="电池", part_no="B-1", old_serial=f"X{n}"))
    services.incidents.resolve(
        about,
        ResolutionDraft(
            fault_class=FaultClass.OPERATION,
            work_done="重新签到后恢复，已向店员说明每日签到的步骤",
            tests=(
                TestLine("sign_in", TestOutcome.PASSED),
                TestLine("test_sale", TestOutcome.PASSED, f"{n:06d}"),
            ),
        ),
    )
    services.incidents.close(about, ClosingDraft(Confirmation.BY_PHONE, confirmed_by="王先生"))
    return 6


def _terminals(one: Station) -> list[str]:
    return [t.id for t in one.services.terminals.first(TerminalFilter(), TERMINALS)]


def _day(network: Network, folder: Path) -> Row:
    """Twenty closed cases."""
    one = network.laptops[0]
    terminals = _terminals(one)
    for n in range(20):
        network.world.tick(minutes=20)
        _case(one, terminals[n], n)
    parcel = network.sent_by(one)
    keys = [new_key_pair(first_key()) for _ in range(2)]
    made = write_package(
        folder / "day.posx",
        parcel.manifest,
        PackageContents(operations=parcel.held),
        key=keys[0],
        to=keys[1].public("office", "office"),
    )
    network.exchange(one)
    size = made.size / 1024
    return Row(
        "a normal day's package, 20 closed cases without photos",
        size,
        _LARGEST,
        size / _LARGEST,
        1,
        "at most",
        note=f"{made.operations} operations",
        unit="KB",
    )


def _away(network: Network) -> Row:
    """Half of the operations were done on the laptop, half in the office."""
    one, office = network.laptops[0], network.office
    terminals = _terminals(one)
    done = 0
    while done < AWAY:
        network.world.tick(minutes=50)
        done += _case(one, terminals[done % TERMINALS], done)
        done += _case(office, terminals[(done + 7) % TERMINALS], done)
    began, worked = time.perf_counter(), time.process_time()
    there, back = network.exchange(one)
    took, worked = time.perf_counter() - began, time.process_time() - worked
    assert (there.refused, back.refused) == ((), ()), "everything fits"
    return Row(
        f"90 days away, {done} operations on {TERMINALS} terminals caught up",
        took,
        _LONGEST,
        took / _LONGEST,
        1,
        "at most",
        note=f"{there.applied} sent, {back.applied} taken in, {worked:.0f} s of the processor",
        unit="s",
    )


def _many(network: Network) -> Row:
    """One database stands for all laptops, under one identity after the other; in seconds of the
    processor, which other programs disturb less."""
    one = network.laptops[0]
    terminals = _terminals(one)
    costs = []
    for n in range(STATIONS):
        with one.services.context.write_locally() as unit:
            operation_log.keep_fact(unit.session, STATION, first_key())
        one.services.context.device = f"M{n}"
        network.world.tick(minutes=1)
        about = one.services.incidents.open(
            IncidentDraft(terminal_id=terminals[n], symptom=f"无法签到 {n}")
        )
        one.services.work_log.add_work(about, WorkEntryDraft(summary="已到店"))
        parcel = network.sent_by(one)
        began = time.process_time()
        taken = network.deliver_to_office(parcel)
        costs.append((time.process_time() - began) / max(taken.applied, 1))
    first, last = statistics.median(costs[:50]), statistics.median(costs[-50:])
    return Row(
        f"an operation taken in by the office from {STATIONS} laptops",
        last,
        first,
        last / first,
        1.5,
        "from the first 50",
    )
