"""A computer speaks only for the people who work at it: in whoever's name it sends work."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import pytest

from app.domain.errors import InvalidInput, NotFound, NotPermitted
from app.domain.operations.settlement import Settlement
from app.domain.people.roles import Role
from app.domain.register.people import TechnicianDraft
from app.exchange.conflicts import listed, settle, settle_all_of
from app.exchange.keys import new_key_pair
from app.exchange.stations import Station as Trusted
from app.exchange.stations import Stations
from app.services.core.rights import read_again
from db.engine import Database
from tests.exchange.network import Network, Station
from tests.factories import make_incident, make_technician, make_terminal

NOT_NAMED = "permission.not_at_this_computer"
NOBODY = "permission.nobody_at_this_computer"
PASSWORD = "a long password"


def trust(office: Station, laptop: Station, people: Sequence[str] | None = None) -> Trusted:
    """The office trusts a laptop, and knows who works there."""
    key = new_key_pair(laptop.key).public(laptop.letter, "laptop", laptop.letter)
    return Stations(office.services.context).trust(key, people=people)


def hire(office: Station) -> dict[str, str]:
    """People of every rank, the administrator with a password, so that roles count."""
    made = {
        code: make_technician(office.services, code=code, name=code, role=role)
        for code, role in (
            ("M01", Role.ADMINISTRATOR),
            ("G01", Role.MANAGER),
            ("Z01", Role.LEAD),
            ("T05", Role.TECHNICIAN),
            ("T06", Role.TECHNICIAN),
        )
    }
    office.services.people.set_password(made["M01"], PASSWORD)
    return made


@pytest.fixture
def guarded(network: Network) -> Network:
    """An office whose people sign in, and two laptops that know everybody."""
    hire(network.office)
    for one in network.laptops:
        network.exchange(one)
    return network


def says(laptop: Station, actor: str) -> None:
    """Whatever a program of one's own writes as the person."""
    laptop.services.context.actor = actor


def rename(laptop: Station, code: str, name: str) -> None:
    """What only a manager may."""
    known = {one.code: one for one in laptop.services.directory.technicians()}[code]
    draft = TechnicianDraft(code=code, name=name, role=known.role)
    laptop.services.directory.save_technician(draft, known.id, known.version)


def names(station: Station) -> dict[str, str]:
    """Names of people by code."""
    return {one.code: one.name for one in station.services.directory.technicians()}


def waiting(station: Station) -> list[tuple[str, str, str]]:
    """What waits for a decision: kind, person, why."""
    found = listed(station.services)
    return [(one.operation.kind, one.operation.actor, one.code) for one in found]


def test_a_technicians_laptop_cannot_speak_for_a_manager(guarded: Network) -> None:
    office, laptop = guarded.office, guarded.laptops[0]
    trust(office, laptop, ["T05"])
    says(laptop, "G01")
    rename(laptop, "T06", "改了")
    terminal = make_terminal(laptop.services, serial="FORGED000001", tid="70000091")
    says(laptop, "T05")
    make_incident(laptop.services, terminal_id=terminal)
    there, _back = guarded.exchange(laptop)
    assert there.applied == 3
    assert waiting(office)[:2] == [
        ("technician.save", "G01", NOT_NAMED),
        ("terminal.register", "G01", NOT_NAMED),
    ]
    assert names(office)["T06"] == "T06"
    assert names(laptop)["T06"] == "T06", "and the laptop learns it"
    assert waiting(laptop) == waiting(office), "shown in both inboxes"


def test_nor_for_another_technician_nor_for_nobody(guarded: Network) -> None:
    office, laptop = guarded.office, guarded.laptops[0]
    trust(office, laptop, ["T05"])
    for actor in ("T06", "", "T99"):
        says(laptop, actor)
        make_terminal(laptop.services, serial=f"SN{actor:0>10}", tid=f"710000{actor[1:] or '00'}")
    guarded.exchange(laptop)
    assert [code for _kind, _actor, code in waiting(office)] == [NOT_NAMED] * 3


def test_a_lead_who_signs_in_at_a_technicians_laptop_is_named_first(guarded: Network) -> None:
    office, laptop = guarded.office, guarded.laptops[0]
    named = trust(office, laptop, ["T05"])
    says(laptop, "Z01")
    make_terminal(laptop.services, serial="BYLEAD000001", tid="70000071")
    sent = guarded.sent_by(laptop)
    tried = guarded.deliver_to_office(sent, dry_run=True)
    assert [one.code for one in tried.conflicts] == [NOT_NAMED], "seen before anything is taken in"
    stations = Stations(office.services.context)
    assert stations.name_people(named.name, ["T05", "Z01"]).codes == ("T05", "Z01")
    assert guarded.deliver_to_office(sent).conflicts == ()
    assert waiting(office) == []


def test_who_no_longer_works_there_counts_for_what_was_done_before(guarded: Network) -> None:
    office, laptop = guarded.office, guarded.laptops[0]
    named = trust(office, laptop, ["T05", "Z01"])
    says(laptop, "Z01")
    make_terminal(laptop.services, serial="BEFORE000001", tid="70000072")
    guarded.world.tick(minutes=5)
    Stations(office.services.context).name_people(named.name, ["T05"])
    guarded.world.tick(minutes=5)
    make_terminal(laptop.services, serial="AFTER0000001", tid="70000073")
    guarded.exchange(laptop)
    assert waiting(office) == [("terminal.register", "Z01", NOT_NAMED)]
    # A clock that is set back makes it no earlier than what that computer sent before.
    laptop.skew = -timedelta(minutes=20)
    laptop.services.context.clock = laptop.clock
    make_terminal(laptop.services, serial="BACKDATED001", tid="70000074")
    guarded.exchange(laptop)
    assert [one[2] for one in waiting(office)] == [NOT_NAMED] * 2


def test_case_68_a_computer_that_was_never_heard_of_says_nothing_of_the_time_before(
    network: Network,
) -> None:
    """Nothing bounds its clock: what it claims to have done in the name of somebody before that
    person was taken off waits, in the first package and in those after it."""
    office, laptop = network.office, network.new_laptop(7)
    hire(office)
    named = trust(office, laptop, ["T05", "Z01"])
    network.world.tick(minutes=30)
    Stations(office.services.context).name_people(named.name, ["T05"])
    network.world.tick(days=2)
    says(laptop, "Z01")
    laptop.skew = -timedelta(days=2, minutes=15)
    laptop.services.context.clock = laptop.clock
    for n in range(3):
        make_terminal(laptop.services, serial=f"BACKDATED00{n}", tid=f"7000008{n}")
        network.deliver_to_office(network.sent_by(laptop))
    assert [one[1:] for one in waiting(office)] == [("Z01", NOT_NAMED)] * 3
    says(laptop, "T05")
    make_terminal(laptop.services, serial="OWNWORK00001", tid="70000089")
    network.deliver_to_office(network.sent_by(laptop))
    assert len(waiting(office)) == 3, "who still works there is believed"


def test_with_nobody_named_a_computer_speaks_for_technicians_only(guarded: Network) -> None:
    office, laptop = guarded.office, guarded.laptops[0]
    trust(office, laptop)
    says(laptop, "T05")
    make_terminal(laptop.services, serial="TECHNICIAN01", tid="70000075")
    says(laptop, "G01")
    rename(laptop, "T06", "改了")
    guarded.exchange(laptop)
    assert waiting(office) == [("technician.save", "G01", NOBODY)]
    assert names(office)["T06"] == "T06"


def test_where_nobody_signs_in_names_still_count(network: Network) -> None:
    office, (named, unnamed) = network.office, network.laptops
    trust(office, named, ["T01"])
    trust(office, unnamed)
    for n, one in enumerate((named, unnamed)):
        says(one, "T05")
        make_terminal(one.services, serial=f"UNGUARDED{n:03}", tid=f"7000008{n}")
        network.exchange(one)
    assert waiting(office) == [("terminal.register", "T05", NOT_NAMED)]


def test_what_the_program_does_by_itself_is_in_nobodys_name(guarded: Network) -> None:
    """Visits that fall due are made by whatever computer is started, whoever sits there."""
    from tests.maintenance import make_plan

    office, laptop = guarded.office, guarded.laptops[0]
    make_plan(office.services)
    trust(office, laptop, ["T05"])
    guarded.exchange(laptop)
    says(laptop, "")
    guarded.world.tick(days=40)
    laptop.services.generation.catch_up()
    guarded.exchange(laptop)
    assert waiting(office) == []


def test_a_new_code_shuts_nobody_out_and_an_old_one_lets_nobody_in(guarded: Network) -> None:
    office, laptop = guarded.office, guarded.laptops[0]
    trust(office, laptop, ["T05"])
    people = {one.code: one for one in office.services.directory.technicians()}
    for code, new in (("T05", "T55"), ("T06", "T05")):
        draft = TechnicianDraft(code=new, name=code)
        office.services.directory.save_technician(draft, people[code].id, people[code].version)
    guarded.exchange(laptop)
    says(laptop, "T55")
    make_terminal(laptop.services, serial="RENAMED00001", tid="70000076")
    says(laptop, "T05")
    make_terminal(laptop.services, serial="RENAMED00002", tid="70000077")
    guarded.exchange(laptop)
    assert waiting(office) == [("terminal.register", "T05", NOT_NAMED)]


def test_settling_gives_nobody_a_right(guarded: Network) -> None:
    """A lead decides about conflicts, and still does not do what only a manager may."""
    office, laptop = guarded.office, guarded.laptops[0]
    trust(office, laptop, ["T05"])
    says(laptop, "G01")
    rename(laptop, "T06", "改了")
    guarded.exchange(laptop)
    [one] = listed(office.services)
    services = office.services
    for code, may in (("Z01", False), ("G01", True)):
        people = {p.code: p for p in services.directory.technicians()}
        services.context.actor = code
        services.context.person = services.context.person and type(services.context.person)(
            id=people[code].id, code=code, name=code, role=people[code].role
        )
        read_again(services.context)
        if may:
            settle(services, one.id, Settlement.TAKE)
        else:
            with pytest.raises(NotPermitted):
                settle(services, one.id, Settlement.TAKE)
    assert names(office)["T06"] == "改了"


def test_what_waited_until_a_person_was_named_is_taken_together(guarded: Network) -> None:
    """In the order it was done; what no longer fits stays undecided and is told."""
    office, laptop = guarded.office, guarded.laptops[0]
    trust(office, laptop, ["T06"])
    says(laptop, "T05")
    terminal = make_terminal(laptop.services, serial="TOGETHER0001", tid="70000078")
    make_incident(laptop.services, terminal)
    make_terminal(laptop.services, serial="TOGETHER0002", tid="70000079")
    guarded.exchange(laptop)
    assert len(waiting(office)) == 3
    make_terminal(office.services, serial="TOGETHER0003", tid="70000079")
    done = settle_all_of(office.services, "T05", Settlement.TAKE)
    assert (len(done.settled), len(done.refused)) == (2, 1)
    assert [one.id for one in listed(office.services)] == [done.refused[0][0]]
    guarded.exchange(laptop)
    assert laptop.state() == office.state()
    with pytest.raises(NotFound):
        settle_all_of(office.services, "T06", Settlement.TAKE)


def test_nor_from_a_laptop(guarded: Network) -> None:
    office, (forging, deciding) = guarded.office, guarded.laptops
    trust(office, forging, ["T05"])
    trust(office, deciding, ["Z01"])
    says(forging, "G01")
    rename(forging, "T06", "改了")
    guarded.exchange(forging)
    guarded.exchange(deciding)
    [one] = listed(deciding.services)
    says(deciding, "Z01")
    settle(deciding.services, one.id, Settlement.TAKE)
    guarded.exchange(deciding)
    assert ("conflict.settle", "Z01") in {
        (o.kind, o.actor) for o in office.operations() if o.review
    }
    assert names(office)["T06"] == "T06"


def test_the_register_is_the_offices_and_only_managers_change_it(guarded: Network) -> None:
    office, laptop = guarded.office, guarded.laptops[0]
    named = trust(office, laptop, ["t05 ", "T77"])
    stations = Stations(office.services.context)
    assert named.codes == ("T05", "T77")
    assert stations.unknown_codes(named) == ("T77",)
    with pytest.raises(InvalidInput) as refused:
        stations.name_people(named.name, [])
    assert refused.value.code == "exchange.nobody_left"
    stations.revoke(named.name)
    assert trust(office, laptop).codes == ("T05", "T77"), "trusting anew changes nobody"
    people = {p.code: p for p in office.services.directory.technicians()}
    office.services.context.person = office.services.context.person and type(
        office.services.context.person
    )(id=people["Z01"].id, code="Z01", name="Z01", role=Role.LEAD)
    read_again(office.services.context)
    with pytest.raises(NotPermitted):
        stations.name_people(named.name, ["T05", "Z01"])


def test_an_office_on_a_server_judges_the_same(network: Network, database: Database) -> None:
    from app.exchange import office as offices

    network.office.services.close()
    network.office = office = Station.over(network.world, database, "B")
    offices.begin(office.services)
    hire(office)
    laptop = network.new_laptop(9)
    network.laptops.append(laptop)
    network.exchange(laptop)
    trust(office, laptop, ["T05"])
    says(laptop, "G01")
    rename(laptop, "T06", "改了")
    says(laptop, "T05")
    make_terminal(laptop.services, serial="OFFICEPG0001", tid="70000078")
    network.exchange(laptop)
    assert waiting(office) == [("technician.save", "G01", NOT_NAMED)]
    assert names(office)["T06"] == "T06"
