"""What a preview promises is what the database holds afterwards."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from app.exchange import laptop as laptops
from app.exchange.intake import Intake
from app.exchange.record_counts import SORTS, count_records
from app.i18n import translator
from app.services import Services
from app.texts.intake import intake_lines
from tests.exchange.network import Network, Parcel, Station
from tests.exchange.test_people_at_computers import NOT_NAMED, hire, rename, says, trust
from tests.exchange.test_sync_cases import report
from tests.factories import make_technician, make_terminal

Take = Callable[[bool], Intake]


def as_promised(services: Services, take: Take) -> Intake:
    """Try it, look that nothing changed, do it, and compare; returns what was done."""
    before = count_records(services)
    tried = take(True)
    assert count_records(services) == before == tried.before
    done = take(False)
    assert count_records(services) == done.after == tried.after
    assert [one.code for one in tried.conflicts] == [one.code for one in done.conflicts]
    told = replace(tried, conflicts=(), complete_until=None)
    assert told == replace(done, conflicts=(), complete_until=None)
    return done


def by_laptop(network: Network, one: Station, parcel: Parcel) -> Take:
    """A laptop takes the office's answer in."""

    def take(dry_run: bool) -> Intake:
        return laptops.take_answer(one.services, parcel, build=one.build, dry_run=dry_run)

    return take


def by_office(network: Network, parcel: Parcel) -> Take:
    """The office takes a laptop's package in."""
    return lambda dry_run: network.deliver_to_office(parcel, dry_run=dry_run)


def test_the_whole_state_of_an_office_is_counted(network: Network, tmp_path: Path) -> None:
    """It was said to hold no operation."""
    new = network.new_laptop(7)
    network.laptops.append(new)
    report(network.office)
    parcel = network.answer_to(new)
    assert parcel.manifest.snapshot is not None
    done = as_promised(new.services, by_laptop(network, new, parcel))
    amount = len(network.office.operations())
    assert amount > 3
    assert (done.operations, done.applied, done.already) == (amount, amount, 0)
    assert (done.after["terminal"], done.after["incident"], done.before["terminal"]) == (2, 1, 0)
    again = laptops.take_answer(new.services, parcel, build=new.build)
    assert (again.operations, again.applied, again.already) == (amount, 0, amount)
    lines = intake_lines(translator("zh"), done, dry_run=False)
    assert not any("0 项操作" in line for line in lines)
    assert any("2 台终端" in line and "1 " in line for line in lines)


def test_what_a_laptop_held_before_is_part_of_what_is_tried(
    network: Network, template: Path
) -> None:
    """A laptop with work of its own under another identity joins: its records come along."""
    from app.services.core import operation_log
    from db.keys import first_key
    from db.stations import STATION

    new = network.new_laptop(7)
    network.laptops.append(new)
    make_terminal(new.services, serial="BEFORE000001", tid="70000041")
    report(new)
    with new.services.context.write_locally() as unit:
        operation_log.keep_fact(unit.session, STATION, first_key())
    make_technician(new.services, code="T77", name="新人")
    done = as_promised(new.services, by_laptop(network, new, network.answer_to(new)))
    assert done.brought
    assert (done.before["terminal"], done.after["terminal"]) == (1, 3)
    assert done.after["incident"] == 1


def test_a_laptops_package_and_the_answer(network: Network) -> None:
    one, two = network.laptops
    make_terminal(one.services, serial="PREVIEW00001", tid="70000042")
    report(one)
    report(two)
    for laptop in (one, two):
        as_promised(network.office.services, by_office(network, network.sent_by(laptop)))
    done = as_promised(one.services, by_laptop(network, one, network.answer_to(one)))
    new = {name: done.after[name] - done.before[name] for name in SORTS}
    assert {name: count for name, count in new.items() if count} == {"incident": 1}


def test_an_office_whose_people_sign_in_tries_by_its_own_rights(network: Network) -> None:
    """The copy it tries on holds neither passwords nor whom it trusts."""
    office, laptop = network.office, network.laptops[0]
    hire(office)
    network.exchange(laptop)
    trust(office, laptop, ["T05"])
    says(laptop, "T05")
    rename(laptop, "T06", "改了")
    says(laptop, "G01")
    rename(laptop, "T06", "又改了")
    done = as_promised(office.services, by_office(network, network.sent_by(laptop)))
    assert [one.code for one in done.conflicts] == ["permission.role", NOT_NAMED]


@pytest.mark.postgres
def test_an_office_on_a_server(network: Network, server: object) -> None:
    from app.exchange import office as offices
    from db.engine import Database
    from tests.postgres import Server

    assert isinstance(server, Server)
    with server.fresh_database() as url:
        network.office.services.close()
        network.office = office = Station.over(network.world, Database(url), "B")
        offices.begin(office.services)
        make_technician(office.services)
        laptop = network.new_laptop(8)
        network.laptops.append(laptop)
        network.exchange(laptop)
        make_terminal(laptop.services, serial="PREVIEW00002", tid="70000043")
        done = as_promised(office.services, by_office(network, network.sent_by(laptop)))
        assert (done.before["terminal"], done.after["terminal"]) == (0, 1)
        office.services.close()
