"""The cases of synchronisation that are about a server, by their numbers in the list of faults.

62, 63 and 74, which need encryption, are in `test_hub_encrypted.py`.
"""

from __future__ import annotations

import contextlib
import os
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from psycopg import Connection
from psycopg.errors import InsufficientPrivilege

from app.domain.errors import Cancelled, Unavailable
from app.exchange import hub_carrier, office
from app.exchange.hub_carrier import Carrier, Fetched
from app.exchange.hub_connection import HubConnection, Shipment, WaitingParcel, connect
from app.exchange.hub_faults import PASSING
from app.exchange.hub_parcels import ParcelFolder
from app.exchange.package_file import Step
from app.i18n import translator
from app.texts import error_text
from db import restoring
from db.backup import make
from db.engine import Database
from tests.exchange.cutting_proxy import CuttingProxy
from tests.exchange.hub_network import HubNetwork, at, exchange_of
from tests.exchange.network import Station
from tests.exchange.test_sync_cases import assert_equal, report
from tests.factories import make_technician, make_terminal
from tests.postgres import Server

pytestmark = pytest.mark.postgres


def refusal(action: Callable[[], object]) -> str:
    """The code of why it cannot be done now; there is a sentence for it in both languages."""
    with pytest.raises(Unavailable) as refused:
        action()
    for language in ("zh", "en"):
        assert "{" not in error_text(translator(language), refused.value)
    return refused.value.code


def assert_arrives(hub: HubNetwork) -> None:
    """Everything everybody did reaches everybody, once."""
    hub.settle_down()
    for one in hub.laptops:
        assert exchange_of(one).status().waiting == 0
    ids = [one.id for one in hub.office.operations()]
    assert len(ids) == len(set(ids))
    assert_equal(hub)


def assert_reaches_the_office(hub: HubNetwork) -> None:
    """What the laptop did is in the office after a pass of each, once."""
    one = hub.laptops[0]
    hub.passed(one)
    hub.passed(hub.office)
    there = [operation.id for operation in hub.office.operations()]
    assert len(there) == len(set(there))
    assert {operation.id for operation in one.own()} <= set(there)


Line = Callable[[], HubConnection]


def send(
    line: Line, shipment: Shipment, folder: ParcelFolder, step: Step = lambda _done, _of: None
) -> None:
    """Carry a parcel to the server."""
    with contextlib.closing(Carrier(line)) as carrier:
        carrier.send(shipment, folder, step)


def fetched(line: Line, parcel: WaitingParcel, folder: ParcelFolder) -> bytes:
    """What comes of a parcel on the server."""
    with contextlib.closing(Carrier(line)) as carrier:
        assert carrier.fetch(parcel, folder, lambda _done, _of: None) is Fetched.WHOLE
    return folder.arriving(parcel).read_bytes()


def test_work_goes_both_ways_and_then_nothing_more_is_sent(hub: HubNetwork) -> None:
    one = hub.laptops[0]
    report(one)
    report(hub.office)
    assert_arrives(hub)
    assert [hub.passed(station).sent for station in (hub.office, one)] == [0, 0]


def test_case_60_the_server_put_back_to_an_older_backup(hub: HubNetwork) -> None:
    """What it forgot is sent again; what it remembers a second time does no harm."""
    one = hub.laptops[0]
    report(one)
    hub.passed(one)
    hub.administer("CREATE SCHEMA kept")
    tables = ("device", "parcel", "part")
    for table in tables:
        hub.administer(f"CREATE TABLE kept.{table} AS TABLE hub.{table}")
    assert_arrives(hub)
    report(one)
    report(hub.office)
    hub.passed(one)
    for table in tables:
        hub.administer(f"TRUNCATE hub.{table} CASCADE")
    for table in tables:
        hub.administer(f"INSERT INTO hub.{table} OVERRIDING SYSTEM VALUE TABLE kept.{table}")
    assert_arrives(hub)


def test_case_60_the_office_put_back_to_an_older_backup(hub: HubNetwork, tmp_path: Path) -> None:
    """The server remembers what the office took in and answered; the office no longer does."""
    one = hub.laptops[0]
    database = hub.office.services.context.database
    copy = make(database, tmp_path / "b", hub.office.clock())
    lost = report(one, symptom="办公室丢了的")
    for station in (one, hub.office, one, hub.office):
        hub.passed(station)
    with database.replacing() as lock:
        restoring.restore(copy, lock, hub.office.clock())
    hub.office.restart()
    since = report(hub.office, symptom="恢复后新增")
    assert_arrives(hub)
    assert hub.office.services.incidents.get(lost).symptom == "办公室丢了的"
    assert one.services.incidents.get(since).symptom == "恢复后新增"


FAULTS = {
    "disk full": (
        """CREATE FUNCTION hub.full() RETURNS trigger LANGUAGE plpgsql AS
        $$BEGIN RAISE EXCEPTION 'full' USING ERRCODE = 'disk_full'; END$$;
        CREATE TRIGGER disk BEFORE INSERT ON hub.part EXECUTE FUNCTION hub.full()""",
        "DROP FUNCTION hub.full CASCADE",
        "hub.disk_full",
    ),
    "read-only": (
        "ALTER ROLE {login} SET default_transaction_read_only = on",
        "ALTER ROLE {login} RESET default_transaction_read_only",
        "hub.read_only",
    ),
    "max connections": (
        "ALTER ROLE {login} CONNECTION LIMIT 0",
        "ALTER ROLE {login} CONNECTION LIMIT 8",
        "hub.full",
    ),
    "no database": (
        "ALTER DATABASE {database} RENAME TO {database}x",
        "ALTER DATABASE {database}x RENAME TO {database}",
        "hub.no_database",
    ),
    "not set up": (
        "ALTER SCHEMA hub RENAME TO elsewhere",
        "ALTER SCHEMA elsewhere RENAME TO hub",
        "hub.not_set_up",
    ),
    "newer": (
        "UPDATE hub.facts SET version = version + 1",
        "UPDATE hub.facts SET version = version - 1",
        "hub.newer",
    ),
    "older": (
        "UPDATE hub.facts SET version = version - 1",
        "UPDATE hub.facts SET version = version + 1",
        "hub.older",
    ),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_case_61_what_the_server_cannot_do_now_is_done_later(
    hub: HubNetwork, server: Server, fault: str
) -> None:
    """A sentence says what is wrong; work goes on, waits, and arrives once when it is mended."""
    one = hub.laptops[0]
    login = hub.logins[one.letter].login
    database = hub.address(login).database
    broken, mended, code = (text.format(login=login, database=database) for text in FAULTS[fault])
    administer: Any = server.administer if "DATABASE" in broken else hub.administer
    report(one)
    administer(broken)
    assert refusal(lambda: hub.passed(one)) == code
    report(one)
    assert exchange_of(one).status().waiting == 2
    administer(mended)
    assert_reaches_the_office(hub)


def test_case_61_nobody_there_and_there_again(hub: HubNetwork, server: Server) -> None:
    one = hub.laptops[0]
    report(one)
    server.pause()
    try:
        assert refusal(lambda: hub.passed(one)) == "hub.nobody_listens"
        assert exchange_of(one).status().waiting == 1
    finally:
        server.go_on()
    hub.ways[one.letter] = lambda near: HubNetwork.elsewhere(near, "no.such.host.invalid")
    assert refusal(lambda: hub.passed(one)) == "hub.unknown_host"
    del hub.ways[one.letter]
    assert_reaches_the_office(hub)


def test_case_61_two_seconds_away(hub: HubNetwork, far: CuttingProxy) -> None:
    """What has to be asked is asked at once: a pass with nothing to do takes one question beside
    signing in, one with work three more."""
    one = hub.laptops[0]
    hub.passed(one)
    asked: list[str] = []
    real = HubConnection.ask

    def ask(line: HubConnection, query: str, *values: object, **more: Any) -> Any:
        asked.append(query)
        return real(line, query, *values, **more)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(HubConnection, "ask", ask)
        hub.passed(one)
        assert len(asked) == 1
        report(one)
        far.distance = 0.02
        hub.passed(one)
    assert len(asked) == 4
    assert_reaches_the_office(hub)


@pytest.mark.parametrize("budget", [400, 3_000, 30_000, 200_000])
def test_case_61_cut_after_so_many_bytes(
    hub: HubNetwork, far: CuttingProxy, tmp_path: Path, budget: int
) -> None:
    """A file goes each way over connections that are all cut: it arrives as it was sent, or what
    arrived stays and the next attempt goes on from there."""
    one, office_seat = hub.laptops[0], hub.office
    content = os.urandom(400_000 if budget > 3_000 else 40_000)
    there, back = ParcelFolder(tmp_path / "there"), ParcelFolder(tmp_path / "back")
    made = there.add("", "test", lambda path: path.write_bytes(content))
    far.cutting([(budget, 1 << 30)] * 300)
    way = hub.hub(one)._connected

    if budget < 500:
        # Not even signing in comes through.
        assert refusal(lambda: send(way, made, there)) in PASSING
        far.cutting([])
    send(way, made, there)
    assert far.connections > 1

    waiting = WaitingParcel(sender=one.key, id=made.id, size=made.size)
    assert fetched(lambda: hub.line(office_seat), waiting, back) == content

    answer = back.add(one.key, "test", lambda path: path.write_bytes(content[::-1]))
    send(lambda: hub.line(office_seat), answer, back)
    far.cutting([(1 << 30, budget)] * 300 if budget > 500 else [])
    waiting = WaitingParcel(sender=office_seat.key, id=answer.id, size=answer.size)
    assert fetched(way, waiting, there) == content[::-1]


def test_case_61_stopped_at_once_in_the_middle(
    hub: HubNetwork, server: Server, tmp_path: Path
) -> None:
    """The server dies while it takes a parcel, twice: what it confirmed is there, the rest follows
    in the same pass."""
    one = hub.laptops[0]
    content = os.urandom(3_000_000)
    folder = ParcelFolder(tmp_path / "parcels")
    made = folder.add("", "test", lambda path: path.write_bytes(content))
    stops = iter((1, 2_000_000))
    held: list[int] = []

    def step(done: int, _of: int) -> None:
        held.append(done)
        if done >= next_stop[0]:
            next_stop[0] = next(stops, 1 << 62)
            server.crash()

    next_stop = [next(stops)]
    send(lambda: hub.line(one), made, folder, step)
    assert held == sorted(held), "nothing the server confirmed is sent again"
    waiting = WaitingParcel(sender=one.key, id=made.id, size=made.size)
    assert fetched(lambda: hub.line(hub.office), waiting, folder) == content
    with hub.line(hub.office) as line:
        line.take(waiting)
    report(one)
    assert_reaches_the_office(hub)


def test_case_67_somebody_holds_the_row(hub: HubNetwork, monkeypatch: pytest.MonkeyPatch) -> None:
    """A hung session keeps a row locked: the laptop does not wait for ever but comes back, somewhat
    later than others, until it is free."""
    one = hub.laptops[0]
    report(one)
    hub.administer("ALTER FUNCTION hub.hello(text) SET lock_timeout = '20ms'")
    waits: list[float] = []
    with HubHolding(hub, one) as holding:

        def jittered(seconds: float) -> float:
            waits.append(seconds)
            if len(waits) == 3:
                holding.let_go()
            return 0.0

        monkeypatch.setattr(hub_carrier, "LONGEST_WAIT", 4.0)
        monkeypatch.setattr(hub_carrier, "jittered", jittered)
        hub.passed(one)
    assert waits == sorted(set(waits)), "longer each time"
    assert len(waits) == 3
    assert_reaches_the_office(hub)


class HubHolding:
    """A session that hangs with the row of a computer locked."""

    def __init__(self, hub: HubNetwork, one: Station) -> None:
        self._connection = hub.session()
        self._connection.execute("BEGIN")
        self._connection.execute("SELECT FROM hub.device WHERE station = %s FOR UPDATE", (one.key,))

    def __enter__(self) -> HubHolding:
        return self

    def __exit__(self, *_raised: object) -> None:
        self.let_go()

    def let_go(self) -> None:
        """It ends."""
        self._connection.close()


def test_two_pushers_of_one_computer_at_once(hub: HubNetwork, tmp_path: Path) -> None:
    """Window and command line send the same parcel and two different ones: each arrives as it was
    sent, and the one that was ended later takes the place of the other."""
    one, office_seat = hub.laptops[0], hub.office
    contents = [os.urandom(300_000) for _ in range(2)]
    folders = [ParcelFolder(tmp_path / f"{n}") for n in range(3)]
    made = [
        folder.add("", f"{n}", lambda path, n=n: path.write_bytes(contents[min(n, 1)]))  # type: ignore[misc]
        for n, folder in enumerate(folders)
    ]
    assert made[1].id == made[2].id
    ready = threading.Barrier(3)
    failures: list[BaseException] = []

    def push(shipment: Shipment, folder: ParcelFolder) -> None:
        try:
            ready.wait(10)
            send(lambda: hub.line(one), shipment, folder)
        except BaseException as failure:  # noqa: BLE001 - told to the test
            failures.append(failure)

    helpers = [threading.Thread(target=push, args=pair) for pair in zip(made, folders, strict=True)]
    for helper in helpers:
        helper.start()
    for helper in helpers:
        helper.join(60)
    assert failures == []
    with hub.line(office_seat) as line:
        waiting = line.hello().waiting
    assert waiting
    for parcel in waiting:
        assert fetched(lambda: hub.line(office_seat), parcel, folders[0]) in contents


def test_stopped_from_another_thread(hub: HubNetwork) -> None:
    """Whoever closes the window does not wait for a server that hangs."""
    one = hub.laptops[0]
    report(one)
    running = hub.hub(one)
    with HubHolding(hub, one):
        stopper = threading.Timer(0.05, running.stop)
        stopper.start()
        with pytest.raises(Cancelled):
            running.run()
        stopper.join()
        with pytest.raises(Cancelled):
            running.run()
    assert exchange_of(one).status().waiting == 1
    assert_reaches_the_office(hub)


def test_only_one_seat_works_for_the_office(hub: HubNetwork) -> None:
    """Also when a line breaks and another seat takes the turn before it is open again."""
    one = hub.laptops[0]
    report(one)
    hub.passed(one)
    with hub.line(hub.office) as other:
        assert other.take_turn()
        assert hub.passed(hub.office).elsewhere
    with contextlib.ExitStack() as others:

        def pull(line: HubConnection, *_parcel: object) -> bytes:
            line.close()
            assert others.enter_context(hub.line(hub.office)).take_turn()
            raise Unavailable("hub.cut", server="")

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(HubConnection, "pull", pull)
            assert hub.passed(hub.office).elsewhere
    assert_reaches_the_office(hub)


def test_a_parcel_that_cannot_be_taken_in_blocks_no_other(hub: HubNetwork, tmp_path: Path) -> None:
    """Somebody sends what is no package: refused with its reason, and what follows arrives."""
    one = hub.laptops[0]
    folder = ParcelFolder(tmp_path / "parcels")
    made = folder.add("", "junk", lambda path: path.write_bytes(b"no package" * 100))
    send(lambda: hub.line(one), made, folder)
    [rejected] = hub.passed(hub.office).rejected
    assert rejected.code == "exchange.not_a_package"
    report(one)
    assert_reaches_the_office(hub)


def test_what_was_damaged_on_the_server_is_sent_again(hub: HubNetwork) -> None:
    """A flipped bit there: the office notices, says so, and the laptop sends it anew."""
    one = hub.laptops[0]
    report(one)
    hub.passed(one)
    hub.administer("UPDATE hub.part SET content = set_byte(content, 99, 7 # get_byte(content, 99))")
    [rejected] = hub.passed(hub.office).rejected
    assert rejected.code == "hub.parcel_damaged"
    assert_arrives(hub)


def test_the_office_itself_works_on_the_same_server(
    server: Server, template: Path, tmp_path: Path
) -> None:
    """Its tables lie in the database the packages go through: a laptop's login reads none."""
    with server.fresh_database() as url:
        network = HubNetwork(tmp_path / "network", template, at(server, url), laptops=1)
        network.office.services.close()
        network.office = Station.over(network.world, Database(url), "A")
        network.office.folder = tmp_path / "office"
        office.begin(network.office.services)
        make_technician(network.office.services)
        make_terminal(network.office.services, serial="SERVER000001")
        network.begin()
        one = network.laptops[0]
        for station in (one, network.office, one):
            network.passed(station)
        assert one.services.terminals.find("SERVER")
        mine = report(one)
        for station in (one, network.office, one):
            network.passed(station)
        assert network.office.services.incidents.get(mine)
        assert one.state() == network.office.state()
        login = network.logins[one.letter]
        with connect(network.address(login.login), login.password) as connection:
            for table in ("incident", "operation", "credential"):
                with pytest.raises(InsufficientPrivilege):
                    connection.execute(f"SELECT * FROM public.{table}".encode())
            assert_cannot_stop_the_office(connection, network.office)
        network.close()


def assert_cannot_stop_the_office(intruder: Connection[Any], station: Station) -> None:
    """Where others work in the database everybody may take advisory locks, and whatever key one
    stands for can be read in `pg_locks`.  Nothing the office does waits for one."""
    database = station.services.context.database
    with database.write() as session:
        seen = "SELECT classid::bigint << 32 | objid::bigint FROM pg_locks"
        held = list(session.execute(sa.text(f"{seen} WHERE locktype = 'advisory'")).scalars())
    for key in {0x504F5355, 0x506F5343, *held}:
        intruder.execute("SELECT pg_advisory_lock(%s)", (key,))
    for table in ("app_state", "alembic_version"):
        with pytest.raises(InsufficientPrivilege), intruder.transaction():
            intruder.execute(f"LOCK TABLE public.{table} IN ACCESS SHARE MODE".encode())
    make_terminal(station.services, serial="SERVER000002", tid="70000093")
    assert not held
