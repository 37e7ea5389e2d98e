"""On a server a letter belongs to one computer, and half-filled forms to one seat."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from app import bootstrap, paths
from app.services import Services
from app.services.core import seats
from app.settings import Settings
from db.engine import Database
from tests.conftest import FrozenClock
from tests.postgres import Server

pytestmark = pytest.mark.postgres


@pytest.fixture
def both(server: Server, clock: FrozenClock) -> Iterator[tuple[Services, Services]]:
    with server.fresh_database() as url:
        made = tuple(
            bootstrap.build(
                Settings(technician=who, device="L7"), clock=clock, database=Database(url)
            )
            for who in ("T01", "T02")
        )
        yield made[0], made[1]
        for one in made:
            one.close()


def test_a_letter_belongs_to_one_computer_until_it_is_given_up(
    both: tuple[Services, Services], clock: FrozenClock
) -> None:
    first, second = both[0].context, both[1].context
    assert seats.claim(first, "a", "DESK-1") is None
    assert seats.claim(first, "a", "DESK-1") is None
    other = seats.claim(second, "b", "DESK-2")
    assert other is not None
    assert (other.letter, other.computer, other.actor) == ("L7", "DESK-1", "T01")
    second.device = "L8"
    assert seats.claim(second, "b", "DESK-2") is None, "another letter is free"
    second.device = "L7"
    assert seats.claim(second, "b", "DESK-2", anyway=True) is None
    taken = seats.claim(first, "a", "DESK-1")
    assert taken is not None
    assert taken.computer == "DESK-2"
    clock.forward(days=61)
    assert seats.claim(first, "a", "DESK-1") is None, "the other computer was not seen for long"


def test_a_start_with_the_clock_a_year_ahead_does_not_keep_a_letter_for_a_year(
    both: tuple[Services, Services], clock: FrozenClock
) -> None:
    first, second = both[0].context, both[1].context
    clock.forward(days=366)
    assert seats.claim(first, "a", "DESK-1") is None
    clock.forward(days=-366)
    assert seats.claim(first, "a", "DESK-1") is None
    clock.forward(days=61)
    assert seats.claim(second, "b", "DESK-2") is None, "it was seen 61 days ago, not in a year"


def test_a_computer_keeps_its_name_among_seats(both: tuple[Services, Services]) -> None:
    for seat in both:
        assert seats.claim_here(seat.context, paths.seat()) is None, "one computer, started twice"


def test_half_filled_forms_of_another_seat_are_not_offered(
    both: tuple[Services, Services],
) -> None:
    mine, theirs = both[0].saved_forms, both[1].saved_forms
    mine.keep("incident/edit/1", {"symptom": "我写的"})
    assert theirs.kept("incident/edit/1") is None
    assert theirs.waiting() == ()
    theirs.keep("incident/edit/1", {"symptom": "别人写的"})
    theirs.discard("incident/edit/1")
    (kept,) = mine.waiting()
    assert (kept.key, kept.content) == ("incident/edit/1", {"symptom": "我写的"})


def test_in_a_file_there_is_nothing_to_claim(services: Services) -> None:
    assert seats.claim_here(services.context, paths.seat()) is None
    assert not paths.seat().exists()
