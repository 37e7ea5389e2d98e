"""One pass when it is stopped, when others are newer, and how soon the next one follows."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from app.domain.errors import Cancelled, Unavailable
from app.exchange import laptop, office
from app.exchange.hub import TOLD_AGAIN
from app.exchange.hub_carrier import jittered
from app.exchange.hub_connection import connect
from app.exchange.intake import NEWER
from tests.exchange.conftest import HubJoined
from tests.exchange.hub_network import HubNetwork, exchange_of
from tests.exchange.test_hub_cases import assert_arrives, assert_reaches_the_office
from tests.exchange.test_sync_cases import report
from tests.postgres import Server

pytestmark = pytest.mark.postgres


def test_a_pass_stopped_while_work_is_applied_goes_on_from_there(hub: HubNetwork) -> None:
    """The office is closed after two of four operations: the parcel is not ended by that."""
    one = hub.laptops[0]
    for _ in range(4):
        report(one)
    hub.passed(one)
    before = len(hub.office.operations())
    running = hub.hub(hub.office)

    def progress(done: int, of: int) -> None:
        if (done, of) == (2, 4):
            running.stop()

    with pytest.raises(Cancelled):
        running.run(progress)
    assert len(hub.office.operations()) == before + 2
    assert_reaches_the_office(hub)


def test_a_seat_without_the_key_of_the_office_leaves_the_work_to_others(hub: HubNetwork) -> None:
    """Several seats share the office's database; its private key lies on one of them."""
    report(hub.laptops[0])
    hub.passed(hub.laptops[0])
    keys = hub.office.folder / "keys"
    keys.rename(keys.with_name("elsewhere"))
    with pytest.raises(Unavailable, match=r"hub\.no_key_here"):
        hub.passed(hub.office)
    keys.with_name("elsewhere").rename(keys)
    assert_reaches_the_office(hub)


def test_no_login_of_a_laptop_keeps_the_office_from_its_turn(hub: HubNetwork) -> None:
    """It sees every advisory lock and who is connected, and may take what lock it likes."""
    one = hub.laptops[0]
    report(one)
    hub.passed(one)
    login = hub.logins[one.letter]
    with connect(hub.address(login.login), login.password) as intruder, hub.session() as admin:
        with hub.line(hub.office) as office_line:
            assert office_line.take_turn()
            assert office_line.take_turn(), "whoever has it may ask twice"
            seen = intruder.execute("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'")
            assert seen.fetchone() == (0,)
            assert hub.passed(hub.office).elsewhere
        # A stale number that a laptop's line got is nobody's turn.
        pid = intruder.info.backend_pid
        admin.execute("UPDATE hub.facts SET worker = %s", (pid,))
        assert not hub.passed(hub.office).elsewhere
    assert_reaches_the_office(hub)


def test_no_open_transaction_of_a_laptop_keeps_the_office_from_its_work(
    hub_joined: HubJoined,
) -> None:
    """Another laptop's work is taken in, and the one that holds its rows can be revoked."""
    hub = hub_joined(2)
    bad, good = hub.laptops
    for station in (bad, hub.office, bad, good):
        if station is not hub.office:
            report(station)
        hub.passed(station)
    login = hub.logins[bad.letter]
    with connect(hub.address(login.login), login.password) as intruder:
        with hub.session() as admin:
            mine = admin.execute(
                "SELECT id, recipient, size FROM hub.parcel WHERE sender = %s", (bad.key,)
            ).fetchall()
        intruder.execute("SET idle_in_transaction_session_timeout = 0")
        intruder.execute("BEGIN")
        intruder.execute("SELECT hub.hello('')")
        for content, recipient, size in mine:
            intruder.execute("SELECT hub.push(%s, %s, %s, '', 0, '')", (content, recipient, size))
        # What is complete takes the place of what it sent before.
        intruder.execute("SELECT hub.push(decode(repeat('00', 32), 'hex'), NULL, 1, '', 0, 'a')")
        intruder.execute(
            "SELECT hub.pull((x->>'sender')::uuid, decode(x->>'id', 'hex'), 0, 1)"
            " FROM jsonb_array_elements(hub.hello('')->'waiting') x"
        )
        report(hub.office)
        done = hub.passed(hub.office)
        assert len(done.arrived) == 2
        hub.hub(hub.office).revoke(bad.key)
        assert not hub.passed(hub.office).elsewhere
        with hub.line(hub.office) as line:
            assert bad.key not in {one.sender for one in line.hello().waiting}


def test_a_turn_ends_with_the_line_that_had_it(hub: HubNetwork) -> None:
    """A line the server gave up frees the turn at once: nothing has to run out."""
    with hub.line(hub.office) as dead, hub.line(hub.office) as next_one:
        assert dead.take_turn()
        assert not next_one.take_turn()
        # Waits until the server process is gone.
        hub.administer("SELECT pg_terminate_backend(worker, 5000) FROM hub.facts")
        assert next_one.take_turn()


def test_case_60_what_the_office_took_and_forgot_is_sent_again(hub: HubNetwork) -> None:
    """It was put back to just before it took the parcel, and has nothing to answer."""
    one = hub.laptops[0]
    for station in (one, hub.office, one, hub.office):
        hub.passed(station)
    report(one)
    hub.passed(one)
    with hub.line(hub.office) as line:
        for parcel in line.hello().waiting:
            line.take(parcel)
    assert hub.passed(one).sent == 0, "it may answer any moment"
    hub.administer("UPDATE hub.parcel SET taken_at = taken_at - interval '16 minutes'")
    assert_reaches_the_office(hub)


@pytest.mark.parametrize("older", ["office", "laptop"])
def test_case_65_what_a_newer_program_sent_waits_until_this_one_is_updated(
    hub: HubNetwork, older: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = hub.laptops[0]
    report(one if older == "office" else hub.office)
    hub.passed(one)
    if older == "laptop":
        hub.passed(hub.office)
    station = hub.office if older == "office" else one
    with monkeypatch.context() as patch:
        patch.setattr(office if older == "office" else laptop, "HEAD", "0000")
        for _again in range(2):
            [intake] = hub.passed(station).arrived
            assert [refused.code for refused in intake.refused] == [NEWER]
    assert_arrives(hub)


def test_a_laptop_that_does_nothing_tells_that_from_time_to_time(hub: HubNetwork) -> None:
    """Otherwise the office would say the moment of its last work for ever."""
    one = hub.laptops[0]
    hub.settle_down()
    station = one.key

    def complete_until() -> datetime | None:
        found = exchange_of(hub.office).status().devices
        return next(other.complete_until for other in found if other.station == station)

    before = complete_until()
    hub.world.tick(seconds=TOLD_AGAIN)
    assert hub.passed(one).sent == 1
    hub.world.tick(seconds=20)
    assert hub.passed(one).sent == 0, "once in a while, not with every pass"
    hub.passed(hub.office)
    now = complete_until()
    assert before is not None
    assert now is not None
    assert now - before >= timedelta(seconds=TOLD_AGAIN)
    assert exchange_of(one).status().everything_until == one.clock(), "nothing waits here"


def test_the_next_pass_follows_soon_after_work_and_late_after_failures(
    hub: HubNetwork, server: Server
) -> None:
    """Never at the same moment for all: laptops that lost the server come back spread out."""
    running = hub.hub(hub.laptops[0])
    running.run()
    soon = running.pause
    running.run()
    assert 1 <= soon <= 3 < running.pause <= 20
    server.pause()
    try:
        longest = 20.0
        for _failure in range(10):
            with pytest.raises(Unavailable):
                running.run()
            longest = min(300.0, longest * 2)
            assert longest / 2 <= running.pause <= longest
    finally:
        server.go_on()
    running.run()
    assert running.pause <= 20
    assert len({jittered(20) for _ in range(20)}) > 10
