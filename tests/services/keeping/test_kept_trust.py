"""Whom this computer trusts and which one it is stand outside the database, too: a check tells who
wrote something else into the file."""

from __future__ import annotations

import os
import random
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlcipher3 import dbapi2

from app import bootstrap, paths, recovery
from app.domain.errors import Unavailable
from app.exchange.exchange import Exchange
from app.exchange.keys import new_key_pair, read_key
from app.secret_store import SecretStore
from app.services import Services
from app.services.core.outside_memory import OutsideMemory
from app.services.keeping.kept_trust import KeptTrust
from app.settings import Settings
from db.keys import first_key
from tests.factories import make_incident, make_technician
from tests.fault_packages import LAPTOP, OFFICE, PackageFault, at

OTHER = new_key_pair(first_key())


@pytest.fixture
def running(home: Path, settings: Settings) -> Iterator[Services]:
    """A database as it is used, that trusts one computer, where somebody works, and no longer
    another one."""
    services = bootstrap.build(settings)
    make_technician(services)
    make_incident(services)
    stations = exchange(services, settings).stations
    stations.trust(key("刘伟", "L1"), people=["T01"])
    stations.trust(key("旧电脑", "L2"))
    stations.revoke("旧电脑")
    assert altered(services) == []
    yield services
    services.close()


def exchange(services: Services, settings: Settings) -> Exchange:
    return bootstrap.exchange(services, settings)


def key(name: str, letter: str) -> object:
    return read_key(new_key_pair(first_key()).text(name, "laptop", letter))


def altered(services: Services) -> list[str]:
    """What a check names."""
    (found,) = [one for one in services.care.check() if one.code == "check.trust"]
    assert found.well == (not found.detail)
    return found.detail.split(", ") if found.detail else []


def by_hand(*statements: str) -> None:
    connection = dbapi2.connect(str(paths.database_file()))
    connection.execute("PRAGMA busy_timeout = 5000")
    for statement in statements:
        assert connection.execute(statement).rowcount == 1
    connection.commit()
    connection.close()


PUT_IN = (
    "INSERT INTO station (id, name, role, letter, signing, encryption, trusted_at) SELECT"
    f" '{OTHER.station}', '外来', 'laptop', 'L9', x'{OTHER.public('x', 'laptop').signing.hex()}',"
    " encryption, trusted_at FROM station WHERE name = '刘伟'"
)
PERSON = (
    "INSERT INTO station_person (id, station_id, code, since, named_by, ended_by)"
    " SELECT 'x', station_id, 'M99', since, '', '' FROM station_person"
)
HANDS = {
    "another key": ["UPDATE station SET signing = zeroblob(32) WHERE name = '刘伟'"],
    "trusted again": ["UPDATE station SET revoked_at = NULL WHERE name = '旧电脑'"],
    "became the office": ["UPDATE station SET role = 'office' WHERE name = '刘伟'"],
    "another letter": ["UPDATE station SET letter = 'L8' WHERE name = '刘伟'"],
    "a computer put in": [PUT_IN],
    "a person put in": [PERSON],
    "somebody else": ["UPDATE station_person SET code = 'M99'"],
    "taken away": ["DELETE FROM station WHERE name = '旧电脑'"],
    "orders all": ["INSERT INTO app_state (name, value) VALUES ('office', '{}')"],
    "another one": [f"UPDATE app_state SET value = '\"{OTHER.station}\"' WHERE name = 'station'"],
    "of another office": [
        f"INSERT INTO app_state (name, value) VALUES ('exchange:office', '\"{OTHER.station}\"')"
    ],
}


@pytest.mark.parametrize("way", HANDS)
def test_what_was_written_by_another_tool_is_told(way: str, running: Services) -> None:
    by_hand(*HANDS[way])
    assert len(altered(running)) == 1
    assert "check.trust" in running.care.condition().wrong


def test_what_is_decided_in_the_program_is_no_finding(
    running: Services, settings: Settings
) -> None:
    here = exchange(running, settings)
    here.stations.name_people("刘伟", ["T01", "T02"])
    here.stations.trust(key("第三台", "L3"), name="仓库")
    here.stations.revoke("仓库")
    here.identity.key("我的电脑")
    here.begin_office()
    here.identity.renew()
    assert altered(running) == []


def test_a_decision_beside_a_change_of_the_file_does_not_hide_it(
    running: Services, settings: Settings
) -> None:
    by_hand(PUT_IN)
    exchange(running, settings).stations.trust(key("第三台", "L3"))
    assert altered(running) == ["外来"]


def test_a_computer_trusted_anew_is_as_it_should_be(running: Services, settings: Settings) -> None:
    by_hand(*HANDS["trusted again"])
    exchange(running, settings).stations.revoke("旧电脑")
    assert altered(running) == []


def test_taking_in_packages_is_no_finding(home: Path) -> None:
    job = PackageFault(LAPTOP)
    work = home.with_name("exchanged")
    job.prepare(work)
    for name in (OFFICE, LAPTOP):
        with at(work, name) as services:
            assert altered(services) == []
    job.act(work, lambda _what: None)
    with at(work, LAPTOP) as services:
        assert altered(services) == []
    os.environ[paths.HOME_VARIABLE] = str(home)


def test_a_copy_put_back_has_the_trust_of_its_day(running: Services, settings: Settings) -> None:
    copy = running.backups.back_up().path
    exchange(running, settings).stations.revoke("刘伟")
    running.close()
    recovery.restore(settings, copy, name="test")
    again = bootstrap.build(settings)
    assert not [one for one in again.care.check() if one.code == "check.trust"]
    by_hand(PUT_IN)
    assert altered(again) == ["外来"]
    again.close()


def test_while_something_is_decided_nothing_is_said(running: Services) -> None:
    with running.context.trust_changes():
        by_hand(*HANDS["trusted again"])
        assert not [one for one in running.care.check() if one.code == "check.trust"]
    assert altered(running) == []


def test_who_died_while_deciding_an_hour_ago_leaves_no_finding(running: Services) -> None:
    kept = KeptTrust(running.context, OutsideMemory(SecretStore(paths.keys()), "trust"))
    now = running.context.clock()
    running.context.clock = lambda: now - timedelta(hours=2)
    deciding = kept.changing()
    deciding.__enter__()
    by_hand(*HANDS["trusted again"])
    running.context.clock = lambda: now
    assert running.care.check()
    assert altered(running) == []
    by_hand(PUT_IN)
    assert altered(running) == ["外来"]
    deciding.__exit__(None, None, None)


WATCHED = ("check.structure", "check.references", "check.trust", "check.sign_in")


def test_case_19_a_flipped_bit_in_what_no_operation_writes_is_noticed(
    running: Services, settings: Settings
) -> None:
    """In each value of whom this computer trusts, and what people sign in with."""
    (person,) = running.directory.technicians()
    running.people.set_password(person.id, "冬天的白马 eats 3 苹果")
    assert noticed(settings) == set()
    running.close()
    live, chance, tried = paths.database_file(), random.Random(19), 0
    whole, connection = live.read_bytes(), dbapi2.connect(str(live))
    values = [
        value
        for query in ("station", "station_person", "(SELECT password FROM credential)")
        for row in connection.execute(f"SELECT * FROM {query}")
        for value in row
    ]
    connection.close()
    for value in values:
        raw = value.encode() if isinstance(value, str) else value
        # What an index repeats is the business of the structure.
        if not isinstance(raw, bytes) or len(raw) < 2 or whole.count(raw) != 1:
            continue
        tried += 1
        flipped = bytearray(whole)
        flipped[whole.index(raw) + chance.randrange(len(raw))] ^= 1 << chance.randrange(8)
        for left in live.parent.glob(f"{live.name}-*"):
            left.unlink()
        live.write_bytes(flipped)
        assert noticed(settings), value
    assert tried >= 6


def noticed(settings: Settings) -> set[str]:
    """What an ordinary check finds after a start."""
    try:
        services = bootstrap.build(settings)
    except Unavailable as refused:
        return {refused.code}
    try:
        return {one.code for one in services.care.check() if one.code in WATCHED and not one.well}
    except Unavailable as refused:
        return {refused.code}
    finally:
        services.close()
