"""Several seats on one server: one writer at a time, and every read sees one moment."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa

from app import bootstrap
from app.domain.errors import Conflict, NotAllowed
from app.domain.faults import ContactRole
from app.services import Services
from app.settings import Settings
from db.engine import Database
from db.models.incident import IncidentEventRow
from db.models.register import AreaRow
from tests.conftest import FrozenClock
from tests.factories import make_incident
from tests.postgres import Server

pytestmark = pytest.mark.postgres


@pytest.fixture
def seats(server: Server, clock: FrozenClock) -> Iterator[tuple[Services, Services]]:
    with server.fresh_database() as url:
        both = [
            bootstrap.build(
                Settings(technician=code, device=letter), clock=clock, database=Database(url)
            )
            for code, letter in (("T01", "L7"), ("T02", "L8"))
        ]
        yield both[0], both[1]
        for one in both:
            one.close()


def at_once(*work: Callable[[], object]) -> list[object]:
    with ThreadPoolExecutor(len(work)) as pool:
        return [done.result() for done in [pool.submit(one) for one in work]]


def test_entries_appended_at_once_by_two_seats_are_all_kept(
    seats: tuple[Services, Services],
) -> None:
    key = make_incident(seats[0])

    def append(seat: Services, name: str) -> None:
        for number in range(15):
            seat.work_log.hand_over(key, ContactRole.CARRIER, f"{name} {number}")

    at_once(*(lambda s=seat, n=n: append(s, n) for n, seat in enumerate((*seats, *seats))))
    with seats[0].context.read() as session:
        numbers = session.execute(
            sa.select(IncidentEventRow.seq).where(IncidentEventRow.incident_id == key)
        ).scalars()
        assert sorted(numbers) == list(range(1, 62))


def test_two_seats_that_open_cases_at_once_give_no_number_twice(
    seats: tuple[Services, Services],
) -> None:
    for seat in seats:
        seat.context.device = "L7"
    at_once(*(lambda s=seat: [make_incident(s) for _ in range(10)] for seat in (*seats, *seats)))
    with seats[0].context.read() as session:
        found = list(session.execute(sa.text("SELECT number FROM incident")).scalars())
    assert len(found) == len(set(found)) == 40


def test_a_case_another_seat_has_just_cancelled_takes_no_transition(
    seats: tuple[Services, Services],
) -> None:
    """Whichever of two comes second sees what the first did: never both."""
    for _ in range(10):
        key = make_incident(seats[0])
        done = at_once(
            *(
                lambda s=seat: _outcome(lambda: s.incidents.cancel(key, "误报"))  # noqa: B023
                for seat in seats
            )
        )
        assert sorted(done) == ["done", "refused"]


def _outcome(work: Callable[[], object]) -> str:

    try:
        work()
    except NotAllowed:
        return "refused"
    return "done"


def test_one_read_sees_one_moment(seats: tuple[Services, Services]) -> None:
    count = sa.select(sa.func.count()).select_from(AreaRow)
    with seats[0].context.read() as session:
        before = session.execute(count).scalar_one()
        with seats[1].context.database.write() as writing:
            writing.add(AreaRow(name="浦东新区"))
        assert session.execute(count).scalar_one() == before
    with seats[0].context.read() as session:
        assert session.execute(count).scalar_one() == before + 1


def test_a_name_given_twice_at_once_says_which_record(seats: tuple[Services, Services]) -> None:
    with pytest.raises(Conflict) as refused, seats[0].context.database.write() as session:
        session.add(AreaRow(id="01a20574-0000-7000-8000-000000000001", name="江宁区"))
        session.flush()
        session.add(AreaRow(id="01a20574-0000-7000-8000-000000000001", name="江宁区"))
        session.expunge_all()
        session.execute(
            sa.insert(AreaRow), [{"id": "01a20574-0000-7000-8000-000000000001", "name": "x"}]
        )
    assert refused.value.params["kind"] == "record"


def test_a_connection_the_server_closed_is_replaced_unnoticed(
    seats: tuple[Services, Services], monkeypatch: pytest.MonkeyPatch
) -> None:
    from db import server_engine

    monkeypatch.setattr(server_engine, "UNUSED", 0.0)
    with seats[0].context.read() as session:
        mine = session.execute(sa.text("SELECT pg_backend_pid()")).scalar_one()
    with seats[1].context.database.connect() as connection:
        connection.execute(sa.text("SELECT pg_terminate_backend(:pid)"), {"pid": mine})
    with seats[0].context.read() as session:
        assert session.execute(sa.text("SELECT pg_backend_pid()")).scalar_one() != mine
