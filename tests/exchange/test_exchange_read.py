"""Who reads what of the exchange, and what is said of computers trusted no longer."""

from __future__ import annotations

from datetime import timedelta

import pytest

from app.domain.errors import NotPermitted
from app.domain.people.roles import Role, SignedIn
from app.exchange.exchange import Exchange
from app.exchange.keys import new_key_pair
from app.exchange.status import to_do
from app.services.core.rights import read_again
from db.keys import first_key
from tests.exchange.hub_network import exchange_of
from tests.exchange.network import Network, Station
from tests.exchange.test_people_at_computers import hire, says
from tests.factories import change_technician, make_terminal

SILENT = timedelta(days=3)


def sign_in(station: Station, code: str, role: Role) -> Exchange:
    """Somebody works here now."""
    people = {one.code: one for one in station.services.directory.technicians()}
    context = station.services.context
    context.person = SignedIn(id=people[code].id, code=code, name=code, role=role)
    context.actor = code
    read_again(context)
    return exchange_of(station)


@pytest.fixture
def contested(network: Network) -> Network:
    """Two technicians changed the phone of a third; both laptops are trusted."""
    made = hire(network.office)
    office = exchange_of(network.office)
    for one in network.laptops:
        network.exchange(one)
        key = new_key_pair(one.key).public(one.letter, "laptop", one.letter)
        office.stations.trust(key, people=["G01", "T05", "T06"])
    for one, actor, phone in zip(
        network.laptops, ("T05", "G01"), ("13800000005", "13800000006"), strict=True
    ):
        says(one, "G01" if actor == "G01" else "T05")
        if actor == "T05":
            make_terminal(one.services, serial="WAITING00001", tid="70000061")
            one.services.context.actor = "T06"
            change_technician(one.services, made["T06"], phone=phone)
        else:
            change_technician(one.services, made["T06"], phone=phone)
        network.exchange(one)
    return network


def test_everybody_reads_what_waits_here_and_not_what_others_do(contested: Network) -> None:
    office = contested.office
    for code, role, devices, conflicts in (
        ("G01", Role.MANAGER, 3, 1),
        ("Z01", Role.LEAD, 3, 1),
        ("T05", Role.TECHNICIAN, 0, 0),
        ("T06", Role.TECHNICIAN, 0, 1),
    ):
        exchange = sign_in(office, code, role)
        assert len(exchange.status().devices) == devices, code
        assert len(exchange.conflicts()) == len(exchange.sides()) == conflicts, code
        assert to_do(office.services, SILENT).undecided == conflicts
    office.services.context.person = None
    read_again(office.services.context)
    for read in (exchange.status, exchange.conflicts, exchange.pending):
        with pytest.raises(NotPermitted):
            read()
    assert to_do(office.services, SILENT).undecided == 0
    assert exchange.waiting == 0


def test_a_technicians_laptop_tells_its_own_and_its_office(contested: Network) -> None:
    laptop, office = contested.laptops[0], exchange_of(contested.office)
    made = {one.code: one.id for one in laptop.services.directory.technicians()}
    home = new_key_pair(contested.office.key).public("办公室", "office", "A")
    exchange_of(laptop).stations.trust(home, office=True)
    laptop.services.people.set_password(made["M01"], "a long password")
    says(laptop, "T05")
    exchange = sign_in(laptop, "T05", Role.TECHNICIAN)
    make_terminal(laptop.services, serial="WAITING00002", tid="70000062")
    found = exchange.status()
    assert (found.waiting, [one.name for one in found.devices]) == (1, ["办公室"])
    assert [one.subject_kind for one in exchange.pending()] == ["terminal"]
    assert office.is_office
    assert found.everything_until == found.waiting_since == laptop.clock()
    contested.world.tick(minutes=5)
    assert exchange.status().everything_until == found.waiting_since, "it waits still"


def test_a_computer_trusted_no_longer_is_marked_and_not_waited_for(contested: Network) -> None:
    exchange = sign_in(contested.office, "G01", Role.MANAGER)
    third = new_key_pair(next(one.station for one in exchange.status().devices if one.name == "L3"))
    exchange.stations.trust(third.public("L3", "laptop", "L3"))
    exchange.stations.revoke("L3")
    before = exchange.status().everything_until
    contested.world.tick(hours=3)
    contested.deliver_to_office(contested.sent_by(contested.laptops[1]))
    assert exchange.status().everything_until == before, "the other one may have done something"
    exchange.stations.revoke("L1")
    found = exchange.status()
    marked = {one.name: one.revoked_at is not None for one in found.devices}
    assert marked == {"L1": True, "L2": False, "L3": True}
    assert found.everything_until is not None
    assert before is not None
    assert found.everything_until > before
    exchange.stations.trust(new_key_pair(first_key()).public("新电脑", "laptop", "N"))
    assert exchange.status().everything_until is None, "nobody knows what is done there"
