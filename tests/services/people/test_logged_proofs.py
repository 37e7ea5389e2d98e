"""What people sign in to a server with stands in its log: a check tells who put another password
into the table, whoever owns it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
import sqlalchemy as sa

from app import bootstrap
from app.domain.errors import NotPermitted
from app.services import Services
from app.services.people import logged_proofs, proofs
from app.settings import Settings
from db.engine import Database
from tests.conftest import FrozenClock
from tests.factories import make_technician
from tests.postgres import Server

pytestmark = pytest.mark.postgres
WORDS, OTHER = "冬天的白马 eats 3 苹果", "夏天的黑牛 drinks 7 茶"


@pytest.fixture
def seats(server: Server, clock: FrozenClock) -> Iterator[tuple[Services, Services]]:
    """Two seats of one server, with an administrator who signed in at the first and somebody who
    never did."""
    with server.fresh_database() as url:
        both = [
            bootstrap.build(
                Settings(technician=code, device=letter), clock=clock, database=Database(url)
            )
            for code, letter in (("T01", "L7"), ("T02", "L8"))
        ]
        first = both[0]
        first.people.set_password(make_technician(first, code="T01", name="王工"), WORDS)
        make_technician(first, code="T02", name="李工")
        yield both[0], both[1]
        for one in both:
            one.close()


def by_owner(services: Services, statement: str, **values: object) -> None:
    with services.context.database.write() as session:
        session.execute(sa.text(statement), values)


def altered(services: Services) -> str:
    """Whom a check names."""
    (found,) = [one for one in services.care.check() if one.code == "check.sign_in_logged"]
    assert found.well == (not found.detail)
    return found.detail


def key(services: Services, code: str) -> str:
    return next(one.id for one in services.directory.technicians() if one.code == code)


PUT_IN = (
    "INSERT INTO credential (id, version, technician_id, password, pin, pin_failures, code,"
    " changed_at) SELECT gen_random_uuid(), 1, id, :proof, '', 0, '', '2026-11-01T00:00:00Z'"
    " FROM technician WHERE code = 'T02'"
)
REPLACED = "UPDATE credential SET password = :proof WHERE password <> ''"


def test_another_password_in_the_table_is_told_at_every_seat(
    seats: tuple[Services, Services],
) -> None:
    here, there = seats
    assert altered(here) == altered(there) == ""
    by_owner(here, REPLACED, proof=proofs.hash_of(OTHER))
    assert altered(here) == altered(there) == "T01"
    there.people.sign_in("T01", OTHER)
    there.people.set_password(key(there, "T01"), WORDS, OTHER)
    assert altered(here) == "T01", "whoever got in that way cannot hide it"


@pytest.mark.parametrize(
    ("statement", "who"),
    [
        ("UPDATE credential SET code = :proof", "T01"),
        ("UPDATE credential SET pin = :proof", "T01"),
        (PUT_IN, "T02"),
    ],
)
def test_every_way_in_that_was_not_given_in_the_program_is_told(
    statement: str, who: str, seats: tuple[Services, Services]
) -> None:
    by_owner(seats[0], statement, proof=proofs.hash_of("724951"))
    assert altered(seats[1]) == who


def test_that_nobody_has_to_sign_in_any_more_is_told(seats: tuple[Services, Services]) -> None:
    here, there = seats
    by_owner(here, "DELETE FROM credential")
    assert altered(there) == "T01"
    there.people.set_password(key(there, "T01"), OTHER)
    assert altered(here) == "T01"


def test_what_is_set_at_any_seat_is_no_finding(seats: tuple[Services, Services]) -> None:
    here, there = seats
    given = here.people.give_code(key(here, "T02"))
    there.people.redeem("T02", given.code, OTHER)
    assert altered(here) == altered(there) == ""
    there.people.set_pin(key(there, "T02"), "724951", OTHER)
    there.people.set_password(key(there, "T02"), WORDS, OTHER)
    here.people.set_password(key(here, "T01"), OTHER, WORDS)
    assert altered(here) == altered(there) == ""


def test_the_log_says_that_a_password_was_set_and_nothing_of_it(
    seats: tuple[Services, Services],
) -> None:
    with seats[0].context.database.read() as session:
        query = sa.text("SELECT payload::text FROM operation WHERE kind = :kind")
        (payload,) = session.execute(query, {"kind": logged_proofs.NOTED}).scalars()
        kept = session.execute(sa.text("SELECT password FROM credential")).scalar_one()
    assert "argon2" not in payload
    assert bytes(kept).decode() not in payload


def test_another_computer_says_nothing_of_passwords_here(seats: tuple[Services, Services]) -> None:
    elsewhere = replace(seats[0].context, judged=True)
    with pytest.raises(NotPermitted):
        logged_proofs._noted.__wrapped__(elsewhere, key(seats[0], "T01"), {})  # type: ignore[attr-defined]
