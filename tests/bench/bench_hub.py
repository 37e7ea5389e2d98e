"""Twenty laptops that come back at once with 5 000 operations each, and one server."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg
import pytest

from app import paths
from app.domain.incidents.drafts import WorkEntryDraft
from app.exchange.hub_admin import HubAdministration, HubLogin
from app.exchange.hub_carrier import Carrier
from app.exchange.hub_connection import HubConnection, Shipment
from app.exchange.hub_parcels import ParcelFolder
from app.services.core.operation_lines import line_of
from db import migrate
from db.engine import Database
from db.keys import first_key
from tests.bench.harness import Row, paired
from tests.exchange.hub_network import HubNetwork, at, exchange_of
from tests.factories import make_incident, make_technician, make_terminal
from tests.postgres import Server, start_server

LAPTOPS, OPERATIONS = 20, 5_000


def measure() -> Iterator[Row]:
    """What the server takes in, beside the driver alone with the same bytes and the same rows."""
    with tempfile.TemporaryDirectory(prefix="poscare-bench-") as name:
        folder = Path(name)
        os.environ[paths.HOME_VARIABLE] = str(folder / "home")
        try:
            server = start_server(folder)
        except pytest.skip.Exception:
            return
        try:
            with server.empty_database() as url:
                yield from _measured(folder, server, url)
        finally:
            server.stop()


def _measured(folder: Path, server: Server, url: str) -> Iterator[Row]:
    network = _network(folder, server, url)
    with HubAdministration(network.address("postgres"), "") as administration:
        logins = [administration.admit(first_key(), f"N{n}") for n in range(LAPTOPS)]
    network.administer("CREATE TABLE plain (laptop int, at bigint, content bytea)")
    network.administer("CREATE TABLE rows (id uuid PRIMARY KEY, laptop int, content jsonb)")
    parcels = [ParcelFolder(folder / f"parcels{n}") for n in range(LAPTOPS)]
    exchange = exchange_of(network.laptops[0])
    made = [one.add("", "bench", exchange.export) for one in parcels]
    yield _packages(network, logins, parcels, made)
    yield _operations(network, logins, parcels)
    network.close()


def _packages(
    network: HubNetwork,
    logins: Sequence[HubLogin],
    parcels: Sequence[ParcelFolder],
    made: Sequence[Shipment],
) -> Row:
    """Packages that are written already: what the functions of the server cost."""

    def ours() -> None:
        network.administer("TRUNCATE hub.parcel CASCADE")
        _at_once(lambda n: _push(network, logins[n], parcels[n], made[n]))

    def floor() -> None:
        network.administer("TRUNCATE plain")
        _at_once(lambda n: _insert(network, n, parcels[n].path(made[n]).read_bytes()))

    size = sum(one.size for one in made) / 1e6
    return paired(
        f"{LAPTOPS} packages of {OPERATIONS} operations into the server, {size:.1f} MB",
        ours,
        floor,
        aim=4,
        against="the driver inserting the same bytes in the same parts",
    )


def _operations(
    network: HubNetwork, logins: Sequence[HubLogin], parcels: Sequence[ParcelFolder]
) -> Row:
    """The same with writing the packages: reading the log, signing and encrypting."""
    exchange = exchange_of(network.laptops[0])
    lines = [json.loads(line_of(one)) for one in network.laptops[0].own()]
    rows = [(json.dumps(one, ensure_ascii=False)) for one in lines]

    def ours() -> None:
        network.administer("TRUNCATE hub.parcel CASCADE")
        for n, one in enumerate(parcels):
            fresh = one.add("", "bench", exchange.export)
            _push(network, logins[n], one, fresh)
            one.sent(fresh)

    def floor() -> None:
        network.administer("TRUNCATE rows")
        for n in range(LAPTOPS):
            with network.session() as connection, connection.cursor() as cursor:
                connection.autocommit = False
                cursor.executemany(
                    "INSERT INTO rows VALUES (gen_random_uuid(), %s, %s)", [(n, r) for r in rows]
                )
                connection.commit()

    return paired(
        f"{LAPTOPS} × {OPERATIONS} operations packed and sent, one laptop after the other",
        ours,
        floor,
        aim=4,
        against="the driver inserting the same operations as rows",
        rounds=1,
    )


def _at_once(work: Callable[[int], None]) -> None:
    with ThreadPoolExecutor(LAPTOPS) as helpers:
        list(helpers.map(work, range(LAPTOPS)))


def _push(network: HubNetwork, login: HubLogin, folder: ParcelFolder, made: Shipment) -> None:
    def line() -> HubConnection:
        return HubConnection(network.address(login.login), login.password)

    with contextlib.closing(Carrier(line)) as carrier:
        carrier.send(made, folder, lambda _done, _of: None)


def _insert(network: HubNetwork, laptop: int, content: bytes) -> None:
    with psycopg.connect(
        host=network.address("postgres").host,
        port=network.address("postgres").port,
        dbname=network.address("postgres").database,
        user="postgres",
        autocommit=True,
    ) as connection:
        at_byte, part = 0, 128 << 10
        while at_byte < len(content):
            piece = content[at_byte : at_byte + part]
            connection.execute("INSERT INTO plain VALUES (%s, %s, %b)", (laptop, at_byte, piece))
            at_byte, part = at_byte + len(piece), min(1 << 20, part * 2)


def _network(folder: Path, server: Server, url: str) -> HubNetwork:
    """An office and a laptop that was away and did 5 000 things."""
    template = folder / "empty.db"
    database = Database(template)
    migrate.prepare(database)
    database.close()
    network = HubNetwork(folder / "network", template, at(server, url), laptops=1)
    one = network.laptops[0]
    make_technician(network.office.services)
    terminal = make_terminal(network.office.services)
    network.exchange(one)
    network.begin()
    about = make_incident(one.services, terminal)
    for n in range(OPERATIONS - 1):
        network.world.tick()
        one.services.work_log.add_work(about, WorkEntryDraft(summary=f"第 {n} 项工作：检查线路"))
    shutil.rmtree(folder / "home", ignore_errors=True)
    return network
