"""How often a seat waits for its server: counted, for at a distance each time costs the same."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from app import bootstrap
from app.domain.errors import Conflict, Unavailable
from app.domain.faults import ContactRole, FaultClass
from app.domain.incidents.drafts import IncidentDraft, ResolutionDraft, WorkEntryDraft
from app.domain.incidents.incidents import TestLine, TestOutcome
from app.domain.maintenance.visits import ExtraDraft
from app.gui.pages.incidents.read import gather
from app.services import Services
from app.services.core.audit import TrailFilter
from app.services.incidents.incident_queries import IncidentFilter
from app.settings import Settings
from db import bulk
from db.models.register import AreaRow
from db.together import send_ahead, together
from tests.conftest import FrozenClock
from tests.factories import make_incident, make_technician, make_terminal
from tests.maintenance import make_checklist, make_plan, pass_all, tasks
from tests.postgres import Server

pytestmark = pytest.mark.postgres

KEY = "01a20574-0000-7000-8000-00000000000"


@pytest.fixture
def address(server: Server) -> Iterator[str]:
    with server.fresh_database() as url:
        yield url


@pytest.fixture
def seat(address: str, clock: FrozenClock) -> Iterator[Services]:
    settings = Settings(technician="T01", device="L7", database=address)
    services = bootstrap.build(settings, clock=clock)
    yield services
    services.close()


def waits(seat: Services) -> int:
    """How often the one connection of the seat waited for an answer so far."""
    with seat.context.read() as session:
        driver: Any = session.connection().connection.dbapi_connection
        return int(driver.waits)


def waited(seat: Services, work: Callable[[], object]) -> int:
    """How often `work` waits when it is done the second time; the first may prepare something."""
    work()
    before = waits(seat)
    work()
    return waits(seat) - before


def waited_once(seat: Services, work: Callable[[], object]) -> int:
    """How often `work` waits, which cannot be done twice."""
    before = waits(seat)
    work()
    return waits(seat) - before


def test_opening_a_seat_waits_rarely(seat: Services) -> None:
    assert waits(seat) <= 8


def test_a_page_of_a_list_is_one_round_trip(seat: Services) -> None:
    make_incident(seat)
    wanted = IncidentFilter(states="open")
    assert waited(seat, lambda: seat.incidents.first(wanted, 30)) == 1
    listing = seat.incidents.listing(wanted)
    assert waited(seat, lambda: seat.incidents.listing(wanted)) == 1
    assert waited(seat, lambda: seat.incidents.page(wanted, listing, 0)) == 1


def test_a_detail_is_one_transaction_and_two_round_trips(seat: Services) -> None:
    key, parent = make_incident(seat), make_incident(seat)
    assert waited(seat, lambda: gather(seat, key)) == 2
    seat.parents.join(parent, (key,))
    assert waited(seat, lambda: gather(seat, key)) == 2
    assert waited(seat, lambda: gather(seat, parent)) == 2
    above = gather(seat, key).related.parent
    assert above is not None
    assert above.id == parent
    assert [one.id for one in gather(seat, parent).related.joined] == [key]


def test_saving_takes_at_most_four_round_trips(seat: Services) -> None:
    draft = IncidentDraft(terminal_id=make_terminal(seat), displayed_code="A0")
    # What was agreed with whom is asked together with the position of the terminal.
    assert waited(seat, lambda: seat.incidents.open(draft)) == 3
    key = seat.incidents.open(draft)
    assert waited(seat, lambda: seat.work_log.hand_over(key, ContactRole.CARRIER, "刷不出")) == 2
    assert waited_once(seat, lambda: seat.incidents.start(key)) == 3
    assert (
        waited_once(seat, lambda: seat.work_log.add_work(key, WorkEntryDraft(summary="已到店")))
        == 2
    )
    version = seat.incidents.get(key).version
    changed = replace(draft, symptom="刷卡无反应")
    assert waited_once(seat, lambda: seat.incidents.edit(key, version, changed)) == 4
    resolution = ResolutionDraft(
        fault_class=FaultClass.OPERATION,
        work_done="重新签到后恢复",
        tests=(TestLine("sign_in", TestOutcome.PASSED),),
    )
    assert waited_once(seat, lambda: seat.incidents.resolve(key, resolution)) == 4


def test_a_visit_is_begun_worked_through_and_ended_in_at_most_six_round_trips_a_save(
    seat: Services,
) -> None:
    """At 20 ms distance that is 120 ms."""
    serial = seat.terminals.get(make_terminal(seat)).serial
    make_technician(seat)
    make_checklist(seat)
    make_plan(seat)
    make_plan(seat, "listed", checklist="short")
    seat.generation.generate()
    plain, listed = (
        next(one for one in tasks(seat) if one.plan_key == key) for key in ("care", "listed")
    )
    visits, checklists = seat.visits, seat.checklists
    assert waited_once(seat, lambda: visits.start(plain.visit_id)) <= 3
    assert waited_once(seat, lambda: visits.complete(plain.id, accept_early=True)) <= 5
    run = checklists.begin(listed.id)
    pass_all(seat, run, serial)
    assert waited_once(seat, lambda: checklists.finish(run.id, accept_early=True)) <= 6
    later = next(one for one in tasks(seat) if one.visit_id not in ("", plain.visit_id))
    assert waited_once(seat, lambda: visits.skip(later.id, "商户停业")) <= 6
    assert waited_once(seat, lambda: visits.finish(plain.visit_id, "都好")) <= 5


def test_the_dispatch_board_is_two_round_trips(seat: Services) -> None:
    wang = make_technician(seat, "T02", name="王师傅")
    make_incident(seat)
    make_plan(seat)
    day = seat.context.today() + timedelta(days=1)
    seat.extra_visits.make(
        ExtraDraft(("care",), make_terminal(seat), day.isoformat(), wang, "客户要求")
    )
    first = seat.context.today()
    last = first + timedelta(days=6)
    assert len(seat.dispatching.board(first, last).items) == 2
    assert waited(seat, lambda: seat.dispatching.board(first, last)) == 2


def test_queries_that_travel_together_are_run_once_each(seat: Services) -> None:
    """Also those that were sent ahead; their rows are what each alone gives."""
    query = sa.select(sa.literal_column("n").label("n"), sa.func.now().label("at")).select_from(
        sa.func.generate_series(1, sa.bindparam("last")).alias("n")
    )
    run: list[str] = []
    with seat.context.read() as session:
        connection = session.connection()
        sa.event.listen(
            connection, "before_cursor_execute", lambda *told: run.append(told[2]), once=False
        )
        driver: Any = connection.connection.dbapi_connection
        before = driver.waits
        send_ahead(session, (query, {"last": 3}))
        found = together(session, (query, {"last": 2}), (query, {"last": 0}))
        again = together(session, (query, {"last": 3}), (query, {"last": 3}))
        assert driver.waits - before == 1
        alone = [connection.execute(query, {"last": n}).all() for n in (2, 0, 3)]
    assert [*found, again[0]] == alone
    assert again[1] == alone[2]
    assert found[0][0].n == 1
    assert len(run) == 1 + 2 + 2 + 3


def test_an_error_of_queries_that_travel_together_is_told_as_of_any_other(seat: Services) -> None:
    wrong = sa.select(sa.literal(1) / sa.bindparam("zero", type_=sa.Integer))
    for ask in (together, lambda *asked: send_ahead(*asked) or together(*asked)):
        with pytest.raises(sa.exc.DataError, match="division by zero"), seat.context.read() as one:
            ask(one, (sa.select(sa.literal(1)), {}), (wrong, {"zero": 0}))
    assert make_incident(seat), "the connection is as good as before"


def test_a_line_that_broke_is_told_and_replaced(seat: Services, server: Server) -> None:
    asked = (sa.select(sa.literal(1)), {})
    with pytest.raises(Unavailable), seat.context.read() as session:
        send_ahead(session, asked)
        server.administer(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname <> 'postgres' AND pid <> pg_backend_pid()"
        )
        together(session, asked)
        together(session, asked)
    assert make_incident(seat)


def test_a_row_nobody_waited_for_is_refused_at_the_latest_by_the_commit(seat: Services) -> None:
    database = seat.context.database
    table = AreaRow.__table__  # type: ignore[attr-defined]
    with pytest.raises(Conflict), database.write() as session:
        bulk.insert(session, table, [{"id": f"{KEY}1", "name": "浦东新区"}])
        bulk.insert(session, table, [{"id": f"{KEY}2", "name": "浦东新区"}])
    count = sa.select(sa.func.count()).select_from(AreaRow)
    with database.read() as session:
        assert session.execute(count).scalar_one() == 0, "all of it or nothing"
    with database.write() as session:
        bulk.insert(session, table, [{"id": f"{KEY}1", "name": "浦东新区"}])
    with database.read() as session:
        assert session.execute(count).scalar_one() == 1, "the connection goes on"


def test_what_is_read_in_one_go_sees_one_moment(address: str, seat: Services) -> None:
    other = bootstrap.build(Settings(technician="T02", database=address))
    key = make_incident(seat)
    wanted = IncidentFilter(states="open")
    with seat.context.snapshot():
        before = seat.incidents.get(key)
        make_incident(other)
        other.incidents.start(key)
        assert len(seat.incidents.first(wanted, 30)) == 1
        assert seat.incidents.get(key) == before
    assert seat.incidents.get(key).state != before.state
    assert len(seat.incidents.first(wanted, 30)) == 2
    other.close()


def test_nothing_is_written_while_one_moment_is_read(seat: Services) -> None:
    with pytest.raises(RuntimeError, match="one moment"), seat.context.snapshot():
        make_incident(seat)


def test_reading_on_a_server_can_write_nothing(seat: Services) -> None:
    with seat.context.read() as session:
        session.add(AreaRow(name="浦东新区"))
    with seat.context.read() as session:
        assert session.execute(sa.select(sa.func.count()).select_from(AreaRow)).scalar_one() == 0


def test_long_readings_row_by_row_work_between_others(seat: Services) -> None:
    make_incident(seat)
    assert seat.audit.faults() == ()
    assert seat.audit.first(TrailFilter(), 10)
    assert seat.audit.faults() == ()
