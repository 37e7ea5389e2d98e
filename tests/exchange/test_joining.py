"""What a laptop had before it joined an office arrives there, each record once."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from app.domain.documents import AttachmentDraft
from app.domain.incidents.drafts import WorkEntryDraft
from app.exchange import conflicts, laptop, office
from app.exchange.intake import blobs_of
from app.services.core import operation_log
from app.services.core.log_beginning import begin_log
from app.services.documents.attachments import Owner
from app.services.incidents.incident_queries import IncidentFilter
from app.services.joining.records import SAME_BY, table_of
from app.services.register.terminal_queries import TerminalFilter
from db import contents
from db.engine import Database
from db.keys import first_key
from db.stations import STATION
from tests.exchange.network import Network, Station
from tests.exchange.test_sync_cases import SOLVED, assert_equal
from tests.factories import make_incident, make_technician, make_terminal
from tests.maintenance import TODAY, make_plan

NOT_BROUGHT = contents.OF_THIS_COMPUTER | contents.COUNTERS | contents.LOG


def older(one: Station) -> None:
    """The database as an upgrade from before there was a log leaves it: records, and a log that
    begins with their hash."""
    database = one.services.context.database
    with database.write() as session:
        names = (
            session.execute(
                sa.text(
                    "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name IN"
                    " ('operation', 'operation_change')"
                )
            )
            .scalars()
            .all()
        )
        kept = [
            session.execute(
                sa.text("SELECT sql FROM sqlite_master WHERE name = :name"), {"name": name}
            ).scalar_one()
            for name in names
        ]
        for name in names:
            session.execute(sa.text(f"DROP TRIGGER {name}"))
        for table in ("operation_change", "operation"):
            session.execute(sa.text(f"DELETE FROM {table}"))
        session.execute(sa.text("DELETE FROM app_state WHERE name = 'station'"))
        for statement in kept:
            session.execute(sa.text(statement))
    begin_log(one.services.context)


def taken_over(one: Station) -> None:
    """The database as it is when another computer goes on with it."""
    with one.services.context.write_locally() as unit:
        operation_log.keep_fact(unit.session, STATION, first_key())


@pytest.fixture(params=[older, taken_over])
def late(network: Network, request: pytest.FixtureRequest) -> Station:
    """A laptop with work of its own that was done before it joins: on a device both know, on one
    only it knows, by somebody both know."""
    one = Station(network.world, network.folder / "late", network._template, "L9")
    network.laptops.append(one)
    services = one.services
    make_technician(services, "T01", name="张工", phone="13800000011")
    make_terminal(services, serial="OFFICE000001", tid="70000001", seal_no="S-1")
    only = make_terminal(services, serial="ONLYHERE01", tid="79999999")
    for device in services.terminals.first(TerminalFilter(), 10):
        about = make_incident(services, device.id, symptom=f"旧单 {device.serial}")
        services.work_log.add_work(about, WorkEntryDraft(summary="已检查"))
        services.incidents.start(about)
        services.incidents.resolve(about, SOLVED)
    assert services.terminals.get(only).tid
    request.param(one)
    return one


def test_every_table_is_brought() -> None:
    """But what only says which records are the same, and facts of the estate."""
    state = {table.name for table in contents.tables(without=NOT_BROUGHT)}
    assert set(SAME_BY) == state - {"same_record", "shared_fact"}
    assert [
        name
        for name in SAME_BY
        for key in table_of(name).foreign_keys
        if list(SAME_BY).index(key.column.table.name) > list(SAME_BY).index(name)
    ] == []


def test_everything_arrives_once(network: Network, late: Station) -> None:
    """Incidents with everything on them, the device both know once, numbers as on paper; and what
    is done after joining, on the old records, too."""
    before = {i.number: i.id for i in late.services.incidents.first(IncidentFilter(), 10)}
    told = laptop.to_bring(late.services)
    assert (told["terminal"], told["incident"]) == (2, 2)
    about = late.services.incidents.get(next(iter(before.values())))
    late.services.incidents.reopen(about.id, "又坏了")
    network.exchange(late)
    assert laptop.to_bring(late.services) == {}
    late.services.work_log.add_work(about.id, WorkEntryDraft(summary="加入之后"))
    network.settle_down()
    assert_equal(network)
    main = network.office.services
    assert {i.number: i.id for i in main.incidents.first(IncidentFilter(), 10)} == before
    assert all(main.incidents.get(key).work for key in before.values())
    devices = {t.serial: t for t in main.terminals.first(TerminalFilter(), 10)}
    assert set(devices) == {"OFFICE000001", "OFFICE000002", "ONLYHERE01"}
    assert main.terminals.get(devices["OFFICE000001"].id).seal_no == "S-1"
    known = next(i for i in before.values() if "OFFICE000001" in main.incidents.get(i).symptom)
    assert main.incidents.get(known).terminal_id == devices["OFFICE000001"].id
    assert [t.code for t in main.directory.technicians()].count("T01") == 1
    assert conflicts.listed(main) == ()
    found = main.incidents.first(IncidentFilter(words="旧单"), 10)
    assert {i.id for i in found} == set(before.values())


def test_a_preview_says_how_much_and_changes_nothing(network: Network, late: Station) -> None:
    """Before the first package is taken in."""
    network.deliver_to_office(network.sent_by(network.laptops[0]))
    log = late.ids()
    tried = laptop.take_answer(
        late.services, network.answer_to(late), build=late.build, dry_run=True
    )
    assert tried.brought["incident"] == 2
    assert late.ids() == log
    done = network.deliver_to(late, network.answer_to(late))
    assert done.brought == tried.brought
    assert len(late.services.incidents.first(IncidentFilter(), 10)) == 2


def test_it_can_be_left_behind(network: Network, late: Station) -> None:
    """Then the office gets nothing of it, and nothing of it waits for a decision."""
    assert laptop.bring(late.services, leave=True)["terminal"] == 2
    network.exchange(late)
    network.settle_down()
    assert_equal(network)
    assert late.services.incidents.first(IncidentFilter(), 10) == ()
    assert conflicts.listed(network.office.services) == ()
    assert [p for p in late.folder.iterdir() if p.name.startswith("replaced-")]


def maintained(one: Station, *, done: bool) -> str:
    """A plan with its visits; the first visit's tasks are done.  Returns its id."""
    services = one.services
    make_plan(services)
    services.generation.generate()
    visit = services.visits.between(TODAY, TODAY + timedelta(days=60))[0].id
    if done:
        services.visits.start(visit)
        for task in services.visits.get(visit).occurrences:
            services.visits.complete(task.id, TODAY)
        services.visits.finish(visit)
    return visit


def test_maintenance_planned_on_both_sides_is_there_once(network: Network) -> None:
    """What was done on the laptop is done, what only it knew is added, nothing is due twice."""
    center = network.office
    late = Station(network.world, network.folder / "late", network._template, "L9")
    network.laptops.append(late)
    for n in (1, 2):
        make_terminal(late.services, serial=f"OFFICE{n:06d}", tid=f"7000000{n}")
    make_terminal(late.services, serial="ONLYHERE01", tid="79999999", mid="848290057770001")
    maintained(center, done=False)
    visit = maintained(late, done=True)
    photo = late.services.attachments.add(
        Owner(visit_id=visit), b"%PDF-1.7\n%%EOF", AttachmentDraft("a.pdf")
    )
    tasks = late.services.visits.get(visit).occurrences
    older(late)
    sent = network.sent_by(late)
    assert photo.sha256 in set(blobs_of(sent.held[-1]))
    network.exchange(late)
    network.settle_down()
    assert_equal(network)
    assert conflicts.listed(center.services) == ()
    state = center.state()
    done = [row for row in state["occurrence"] if row["outcome"] == "done"]
    assert len(done) == len(tasks) > 0
    slots = [(r["version_id"], r["subject"], r["slot"]) for r in state["occurrence"]]
    assert len(slots) == len(set(slots))
    serials = {row["serial"] for row in state["terminal"]}
    assert serials == {"OFFICE000001", "OFFICE000002", "ONLYHERE01"}
    assert {row["sha256"] for row in state["attachment"]} == {photo.sha256}
    before = len(state["occurrence"])
    center.services.generation.generate()
    new = center.state()["occurrence"]
    assert len(new) >= before
    slots = [(r["version_id"], r["subject"], r["slot"]) for r in new]
    assert len(slots) == len(set(slots))


@pytest.mark.postgres
def test_an_office_on_a_server_takes_them_in(network: Network, database: Database) -> None:
    """The rows are written there as in a file."""
    hub = Station.over(network.world, database, "B")
    office.begin(hub.services)
    network.office.services.close()
    network.office = hub
    make_terminal(hub.services, serial="OFFICE000001", tid="70000001")
    late = Station(network.world, network.folder / "late", network._template, "L9")
    network.laptops = [late]
    make_terminal(late.services, serial="OFFICE000001", tid="70000001", seal_no="S-1")
    about = make_incident(late.services, late.services.terminals.by_serial("OFFICE000001").id)
    maintained(late, done=True)
    older(late)
    network.exchange(late)
    network.settle_down()
    assert late.state() == hub.state()
    assert hub.services.incidents.get(about).terminal_id
    assert hub.services.terminals.by_serial("OFFICE000001").seal_no == "S-1"


def test_a_number_both_gave_out_is_exchanged_and_told(network: Network, late: Station) -> None:
    """Two computers bore the same letter before they knew of each other."""
    other = Station(network.world, network.folder / "other", network._template, "L9")
    network.laptops.append(other)
    make_terminal(other.services, serial="OTHER00001", tid="76666666")
    make_incident(other.services, other.services.terminals.by_serial("OTHER00001").id)
    network.exchange(other)
    network.exchange(late)
    network.settle_down()
    assert_equal(network)
    numbers = [i.number for i in network.office.services.incidents.first(IncidentFilter(), 10)]
    assert len(numbers) == len(set(numbers)) == 3
    (told,) = [c for c in conflicts.listed(late.services) if c.sort == "number"]
    assert told.lost == "L9-000001"
