"""What one seat changes, others hear: over a server by notice, in a shared file by looking."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from queue import Empty, Queue

import pytest

from app import bootstrap
from app.services import Services
from app.services.core import other_seats
from app.services.core.changes import EVERYTHING, Change
from app.settings import Settings
from db.engine import Database
from tests.conftest import FrozenClock
from tests.factories import make_incident, make_terminal

Heard = Callable[..., Change]
PATIENCE = 30.0


@pytest.fixture
def other(any_services: Services, clock: FrozenClock) -> Iterator[Services]:
    """A second program on the same database."""
    url = any_services.context.database.url.render_as_string(hide_password=False)
    target = str(any_services.context.database.path or url)
    made = bootstrap.build(
        Settings(technician="T02", device="L8"), clock=clock, database=Database(target)
    )
    yield made
    made.close()


@contextmanager
def following(seat: Services, lost: Callable[[], None] = lambda: None) -> Iterator[Heard]:
    """Calls give the next change of others, in the order they come; `lost` is told of a line that
    broke."""
    found: Queue[Change] = Queue()
    stop = threading.Event()
    unsubscribe = seat.context.feed.subscribe(found.put)
    thread = threading.Thread(target=other_seats.follow, args=(seat.context, stop, lost))
    thread.start()
    yield lambda seconds=PATIENCE: found.get(timeout=seconds)
    stop.set()
    thread.join(PATIENCE)
    assert not thread.is_alive()
    unsubscribe()


@pytest.fixture(autouse=True)
def _quickly(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(other_seats, "LOOK_EVERY", 0.02)
    monkeypatch.setattr(other_seats, "_LISTEN", 0.02)
    monkeypatch.setattr(other_seats, "_PAUSE", (0.02, 0.1))


def test_what_another_seat_changes_is_heard(any_services: Services, other: Services) -> None:
    terminal = make_terminal(other)
    with following(any_services) as heard:
        # What was done before it listened is not heard; what is done afterwards is.
        for _attempt in range(20):
            make_incident(other, terminal)
            with contextlib.suppress(Empty):
                assert heard(1.0).concerns("incident")
                return
    pytest.fail("nothing was heard")


@pytest.mark.postgres
def test_a_seat_that_lost_the_server_takes_everything_for_changed(
    server: object, clock: FrozenClock
) -> None:
    from tests.postgres import Server

    assert isinstance(server, Server)
    with server.fresh_database() as url:
        seat = bootstrap.build(Settings(technician="T01", device="L7", database=url), clock=clock)
        lost = threading.Event()
        with following(seat, lost.set) as heard:
            server.pause()
            server.go_on()
            assert heard() == EVERYTHING
        assert lost.is_set()
        seat.close()


@pytest.mark.parametrize(
    ("notice", "change"),
    [
        ('{"by": "me", "kinds": ["incident"], "ids": []}', None),
        (
            '{"by": "you", "kinds": ["visit"], "ids": ["1"]}',
            Change(frozenset({"visit"}), frozenset("1")),
        ),
        ('{"by": "you"}', EVERYTHING),
        ("[]", EVERYTHING),
        ("not json", EVERYTHING),
    ],
)
def test_what_a_notice_says(notice: str, change: Change | None) -> None:
    assert other_seats.change_in(notice, "me") == change


def test_a_notice_is_never_longer_than_the_server_takes() -> None:
    many = Change(frozenset({"terminal"}), frozenset(f"{n:036}" for n in range(2_000)))
    notice = many.as_notice("me", 7_000)
    assert len(notice) <= 7_000
    assert other_seats.change_in(notice, "you") == Change(frozenset({"terminal"}))
