"""What laptop and office promise each other beside the numbered cases."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from app.domain.errors import InvalidInput, NotAllowed, NotFound
from app.domain.faults import ContactRole
from app.domain.incidents.drafts import PartDraft
from app.domain.incidents.lifecycle import Priority
from app.domain.operations.operation import hash_of
from app.domain.operations.settlement import Settlement
from app.domain.people.roles import Role
from app.domain.register.people import ContactDraft, TechnicianDraft
from app.domain.register.terminals import draft_of
from app.exchange import conflicts, laptop, office, status
from app.exchange.intake import blobs_of
from app.languages import LocalizedText
from app.services.core.blobs import BlobStore
from app.services.incidents.incident_queries import IncidentFilter
from db.engine import Database
from tests.exchange.conftest import Joined
from tests.exchange.network import Network, Station
from tests.exchange.test_sync_cases import SOLVED, assert_equal, change_phone, terminal_of
from tests.factories import make_incident, make_technician, make_terminal
from tests.maintenance import TODAY, make_plan


def test_a_dry_run_changes_nothing_and_tells_the_same(network: Network) -> None:
    """What would be applied, and which conflicts it would make."""
    one = network.laptops[0]
    about = make_incident(network.office.services)
    network.settle_down()
    network.office.services.incidents.cancel(about, "重复报修")
    one.services.incidents.start(about)
    parcel = network.sent_by(one)
    before = network.office.state()
    tried = network.deliver_to_office(parcel, dry_run=True)
    assert network.office.state() == before
    done = network.deliver_to_office(parcel)
    assert (tried.applied, tried.already, tried.refused) == (done.applied, 0, ())
    assert [c.code for c in tried.conflicts] == [c.code for c in done.conflicts] == ["not_allowed"]


def test_an_operation_taken_back_before_it_was_sent(network: Network) -> None:
    """It no longer shows, the office never applies it, its number is not given out again; the
    rest is as it was."""
    one = network.laptops[0]
    network.exchange(one)
    kept = make_incident(one.services, make_terminal(one.services))
    dropped = make_incident(one.services, one.services.incidents.get(kept).terminal_id or "")
    number = one.services.incidents.get(dropped).number
    operation = next(o for o in one.own() if o.id[:-8] == dropped[:-8])
    laptop.withdraw(one.services, operation.id, build=one.build)
    with pytest.raises(NotFound):
        one.services.incidents.get(dropped)
    assert one.services.incidents.get(kept)
    assert operation.id in one.ids()
    network.settle_down()
    with pytest.raises(NotFound):
        network.office.services.incidents.get(dropped)
    again = make_incident(one.services, one.services.incidents.get(kept).terminal_id or "")
    assert one.services.incidents.get(again).number > number
    with pytest.raises(InvalidInput):
        one.services.settling.withdraw(one.own()[0].id)
    network.settle_down()
    assert one.state() == network.office.state()


def test_what_was_done_before_joining_is_kept(network: Network, template: Path) -> None:
    """The first answer puts a laptop's own earlier operations on the office's state."""
    late = Station(network.world, network.folder / "late", template, "L9")
    network.laptops.append(late)
    terminal = make_terminal(late.services)
    mine = make_incident(late.services, terminal, symptom="加入前登记的")
    network.exchange(late)
    assert late.services.incidents.get(mine).symptom == "加入前登记的"
    assert network.office.services.incidents.get(mine)
    assert [p for p in late.folder.iterdir() if p.name.startswith("replaced-")]
    network.settle_down()
    assert late.state() == network.office.state()


def test_how_far_the_exchange_is(joined: Joined) -> None:
    """What waits, whose packages are missing, and until when everything is in the office."""
    network = joined()
    one, two, three = network.laptops
    network.settle_down()
    told = status.status(network.office.services)
    assert told.office
    assert told.waiting == 0
    until = told.everything_until
    assert until is not None
    network.world.tick(minutes=30)
    make_incident(one.services, one.services.terminals.find("OFFICE000001")[0].id)
    here = status.status(one.services)
    assert (here.office, here.waiting) == (False, 1)
    assert here.waiting_since == one.clock()
    for who in (two, three):
        network.exchange(who)
    assert status.status(network.office.services).everything_until == until
    sent = network.sent_by(one)
    network.deliver_to_office(sent)
    after = status.status(network.office.services)
    assert after.everything_until is not None
    assert after.everything_until > until
    device = next(d for d in after.devices if d.name == one.letter)
    assert (device.last_seq, device.complete_until) == (1, sent.manifest.made_at)


@pytest.mark.parametrize("wrong", [timedelta(days=366), -timedelta(days=366)])
def test_case_68_a_package_of_a_clock_a_year_off_does_not_hide_those_that_follow(
    network: Network, wrong: timedelta
) -> None:
    """What a laptop acknowledged is what its last package says, not that of the wrong year."""
    one = network.laptops[0]
    network.settle_down()
    terminal = one.services.terminals.find("OFFICE000001")[0].id
    one.skew = wrong
    make_incident(one.services, terminal)
    network.exchange(one)
    one.skew = timedelta()
    for _ in range(3):
        make_incident(one.services, terminal)
        network.exchange(one)
    network.deliver_to_office(network.sent_by(one))
    answer = office.answer_for(network.office.services, one.key)
    assert (answer.snapshot, answer.operations) == (False, ())
    network.settle_down()
    assert_equal(network)


def test_what_is_done_after_a_package_reads_later_though_the_clock_went_back(
    network: Network,
) -> None:
    """So that “everything until 14:32” stays true."""
    one = network.laptops[0]
    terminal = one.services.terminals.find("OFFICE000001")[0].id
    make_incident(one.services, terminal)
    sent = network.sent_by(one)
    one.skew = -timedelta(days=365)
    make_incident(one.services, terminal)
    assert one.own()[-1].clock >> 16 >= sent.manifest.made_at.timestamp() * 1000


def test_photos_come_before_the_records_that_name_them(network: Network, tmp_path: Path) -> None:
    """An attachment inside is stored once; one that is nowhere is told."""
    one = network.laptops[0]
    make_incident(one.services, one.services.terminals.find("OFFICE000001")[0].id)
    content = b"photo"
    name, nowhere = hashlib.sha256(content).hexdigest(), "ab" * 32
    parcel = network.sent_by(one)
    payload = {"file": {"sha256": name, "print_sha256": nowhere}}
    named = replace(
        parcel.held[0], kind="attachment.add", subject_kind="attachment", payload=payload
    )
    named = replace(named, hash=hash_of(named))
    # The hash of a signed document or an imported file names nothing that is carried.
    signed = replace(named, kind="incident.sign", subject_kind="incident")
    assert list(blobs_of(signed)) == []
    assert list(blobs_of(named)) == [name, nowhere]
    blobs = BlobStore(tmp_path / "blobs")
    taken = office.take_in(
        network.office.services,
        replace(parcel, held=(named,), files=((name, content),)),
        build=network.office.build,
        blobs=blobs,
    )
    assert taken.lacking == (nowhere,)
    assert blobs.get(name) == content


def test_edits_of_everything_that_has_a_version_merge_by_field(network: Network) -> None:
    """Two people change different fields of one terminal, technician and contact: both count."""
    one, two = network.laptops[:2]
    directory = network.office.services.directory
    technician = make_technician(network.office.services, "T07", name="李工")
    contact = directory.save_contact(
        ContactDraft(organisation="银联商务", phone="95534", prepare="商户号", hours="24")
    )
    network.settle_down()
    for who, phone, words in ((one, "13811111111", "甲"), (two, "", "乙")):
        services = who.services
        terminal = services.terminals.find("OFFICE000001")[0]
        known = services.terminals.get(terminal.id)
        draft = draft_of(known)
        changed = {"contact_phone": phone} if phone else {"contact_name": "乙改的"}
        services.terminals.update(known.id, known.version, replace(draft, notes=words, **changed))
        person = services.directory.technician("T07")
        services.directory.save_technician(
            TechnicianDraft(
                code="T07",
                name=person.name if phone else "李师傅",
                phone=phone or person.phone,
            ),
            technician,
            person.version,
        )
        services.directory.save_contact(
            ContactDraft(
                role=ContactRole.ACQUIRER,
                organisation="银联商务",
                phone="95534",
                prepare=f"商户号\n{words}",
                hours="24" if phone else "8-20",
            ),
            contact,
            next(c for c in services.directory.contacts() if c.id == contact).version,
        )
    network.settle_down()
    services = network.office.services
    terminal_now = services.terminals.get(services.terminals.find("OFFICE000001")[0].id)
    assert terminal_now.contact_phone == "13811111111"
    assert terminal_now.contact_name == "乙改的"
    assert set(terminal_now.notes.splitlines()) == {"甲", "乙"}
    person = services.directory.technician("T07")
    assert (person.name, person.phone) == ("李师傅", "13811111111")
    listed = next(c for c in services.directory.contacts() if c.id == contact)
    assert listed.hours == "8-20"
    assert set(listed.prepare.splitlines()) == {"商户号", "甲", "乙"}
    assert conflicts.listed(services) == ()


def test_what_did_not_fit_can_be_done_again(network: Network) -> None:
    """Once the reason is gone it is done as the person entered it, with the key it had then, and
    everybody has it."""
    one = network.laptops[0]
    incidents = network.office.services.incidents
    about = make_incident(network.office.services)
    network.settle_down()
    incidents.start(about)
    incidents.resolve(about, SOLVED)
    part = one.services.work_log.add_part(about, PartDraft(name="电池"))
    one.services.work_log.remove_part(about, part)
    taken, _back = network.exchange(one)
    assert [c.code for c in taken.conflicts] == ["not_allowed", "not_allowed"]
    with pytest.raises(NotAllowed):
        conflicts.settle(network.office.services, taken.conflicts[0].id, Settlement.TAKE)
    assert len(conflicts.listed(network.office.services)) == 2
    assert "电池" in str(taken.conflicts[0].operation.payload)
    incidents.reopen(about, "还是坏的")
    conflicts.settle(network.office.services, taken.conflicts[0].id, Settlement.TAKE)
    assert [p.id for p in incidents.get(about).parts] == [part]
    network.settle_down()
    conflicts.settle(one.services, taken.conflicts[1].id, Settlement.TAKE)
    network.settle_down()
    assert one.state() == network.office.state()
    assert incidents.get(about).parts == ()
    assert conflicts.listed(network.office.services) == ()


def test_what_the_knowledge_of_a_computer_said_stays_said(network: Network) -> None:
    """The laptop knows a danger the office does not know yet: urgent is urgent everywhere, also
    when somebody else corrects the report."""
    one, two = network.laptops[:2]
    smoke = LocalizedText("冒烟", "smoke")
    one.services.incidents._hazards = lambda _code, text: (smoke,) if "焦味" in text else ()
    about = make_incident(one.services, terminal_of(one), symptom="有焦味")
    other = make_incident(network.office.services, terminal_of(one), symptom="打印不清")
    network.settle_down()
    assert network.office.services.incidents.get(about).priority is Priority.P1
    change_phone(one, other, "13800000001", symptom="打印不清\n有焦味")
    change_phone(two, other, "13800000001", symptom="第二次了\n打印不清")
    network.exchange(one)
    network.settle_down()
    assert_equal(network)
    row = two.services.incidents.get(other)
    assert (row.symptom, row.priority) == ("第二次了\n打印不清\n有焦味", Priority.P1)


def test_a_visit_begun_meanwhile_is_told_to_who_levelled(network: Network) -> None:
    """It stays where it is; the others move, and whoever levelled sees which did not."""
    (one, two), office = network.laptops[:2], network.office.services
    make_technician(office, "TL2", role=Role.MANAGER)
    make_plan(office)
    office.generation.generate()
    network.settle_down()
    begun = one.services.visits.between(TODAY, TODAY + timedelta(days=60))[0]
    one.services.visits.start(begun.id)
    balancing = two.services.balancing
    balancing.accept(balancing.propose(TODAY, TODAY + timedelta(days=60)))
    assert begun.id in {move["visit_id"] for move in two.own()[-1].payload["moves"]}
    network.exchange(one)
    network.settle_down()
    assert_equal(network)
    (told,) = conflicts.listed(two.services)
    assert (told.sort, told.field, told.kept) == ("left_out", begun.number, "in_progress")
    assert not told.takes
    assert office.visits.get(begun.id).summary.planned_on == begun.planned_on
    conflicts.settle(two.services, told.id, Settlement.KEEP)
    assert conflicts.listed(two.services) == ()


@pytest.mark.postgres
def test_the_office_on_a_server(network: Network, database: Database) -> None:
    """The same with PostgreSQL as the office's database: a laptop gets its state as a file, and
    what it did is applied there."""
    hub = Station.over(network.world, database, "B")
    office.begin(hub.services)
    network.office.services.close()
    network.office = hub
    make_technician(hub.services)
    make_terminal(hub.services, serial="SERVER000001")
    one = network.laptops[0] = network.new_laptop(8)
    network.laptops = [one]
    network.exchange(one)
    mine = make_incident(one.services, one.services.terminals.find("SERVER000001")[0].id)
    network.exchange(one)
    assert hub.services.incidents.get(mine)
    assert hub.services.incidents.first(IncidentFilter(words="重新签到"), 5)
    assert one.services.terminals.find("SERVER")
    network.settle_down()
    assert one.state() == hub.state()
