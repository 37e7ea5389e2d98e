"""What people sign in with is known outside the database: a check tells who put another password
into the file."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlcipher3 import dbapi2

from app import bootstrap, paths, recovery
from app.secret_store import SecretStore
from app.services import Services
from app.services.core.outside_memory import OutsideMemory
from app.services.people import proofs
from app.services.people.kept_proofs import KeptProofs
from app.services.people.known_proofs import Shown
from app.settings import Settings
from tests.factories import make_incident, make_technician

WORDS, OTHER = "冬天的白马 eats 3 苹果", "夏天的黑牛 drinks 7 茶"


@pytest.fixture
def running(home: Path, settings: Settings) -> Iterator[Services]:
    """A database as it is used, with an administrator who signed in and somebody who never did."""
    services = bootstrap.build(settings)
    make_incident(services)
    services.people.set_password(make_technician(services, code="T01", name="王工"), WORDS)
    make_technician(services, code="T02", name="李工")
    yield services
    services.close()


def by_hand(statement: str, *values: object) -> None:
    connection = dbapi2.connect(str(paths.database_file()))
    connection.execute("PRAGMA busy_timeout = 5000")
    assert connection.execute(statement, values).rowcount == 1
    connection.commit()
    connection.close()


def altered(services: Services) -> str:
    """Whom a check names."""
    (found,) = [one for one in services.care.check() if one.code == "check.sign_in"]
    assert found.well == (not found.detail)
    return found.detail


REPLACED = "UPDATE credential SET password = ? WHERE password <> x''"
PUT_IN = (
    "INSERT INTO credential (id, version, technician_id, password, pin, pin_failures, code,"
    " changed_at) SELECT 'x', 1, id, ?, x'', 0, x'', '2026-11-01T00:00:00.000000Z'"
    " FROM technician WHERE code = 'T02'"
)


def test_another_password_in_the_file_is_told(running: Services) -> None:
    assert altered(running) == ""
    by_hand(REPLACED, proofs.hash_of(OTHER))
    assert altered(running) == "T01"
    assert "check.sign_in" in running.care.condition().wrong
    running.people.sign_in("T01", OTHER)
    running.people.set_password("".join(running.people.states()), WORDS, OTHER)
    assert altered(running) == "T01", "whoever got in that way cannot hide it"


@pytest.mark.parametrize(
    ("statement", "who"),
    [
        ("UPDATE credential SET code = ?", "T01"),
        ("UPDATE credential SET pin = ?", "T01"),
        (PUT_IN, "T02"),
    ],
)
def test_every_way_in_that_was_not_given_here_is_told(
    statement: str, who: str, running: Services
) -> None:
    by_hand(statement, proofs.hash_of("724951"))
    assert altered(running) == who


def test_that_nobody_has_to_sign_in_any_more_is_told(running: Services) -> None:
    by_hand("DELETE FROM credential")
    assert altered(running) == "T01"
    person = next(one.id for one in running.directory.technicians() if one.code == "T01")
    running.people.set_password(person, OTHER)
    assert altered(running) == "T01"


def test_what_is_given_in_the_program_is_no_finding(running: Services) -> None:
    people = running.people
    (first,) = people.states()
    people.set_pin(first, "482915", WORDS)
    with pytest.raises(Exception, match=r"pin\.wrong"):
        people.unlock("482916")
    people.unlock("482915")
    second = next(one.id for one in running.directory.technicians() if one.code == "T02")
    given = people.give_code(second)
    assert altered(running) == ""
    people.redeem("T02", given.code, OTHER)
    people.set_password(second, WORDS + "!", OTHER)
    assert altered(running) == ""


@pytest.mark.parametrize("way", ["own code", "code of a stranger in", "PIN"])
def test_whoever_got_in_by_a_change_of_the_file_cannot_hide_it(way: str, running: Services) -> None:
    people = running.people
    (first,) = people.states()
    if way == "own code":
        by_hand("UPDATE credential SET code = ?", proofs.hash_of("ABCDEFGH"))
        people.redeem("T01", "ABCDEFGH", OTHER)
    else:
        by_hand(REPLACED, proofs.hash_of(OTHER))
        people.sign_in("T01", OTHER)
        if way == "PIN":
            people.set_pin(first, "482915", OTHER)
        else:
            made = people.give_code(first)
            people.redeem("T01", made.code, OTHER + "!")
    assert altered(running) == "T01"


def test_a_code_given_anew_makes_it_good(running: Services) -> None:
    people = running.people
    second = next(one.id for one in running.directory.technicians() if one.code == "T02")
    people.redeem("T02", people.give_code(second).code, WORDS)
    by_hand("UPDATE credential SET password = ? WHERE technician_id = ?", b"x", second)
    people.sign_in("T01", WORDS)
    assert altered(running) == "T02"
    people.redeem("T02", people.give_code(second).code, OTHER)
    assert altered(running) == ""


def test_a_program_that_dies_while_a_password_is_changed_leaves_no_finding(
    running: Services,
) -> None:
    memory = OutsideMemory(SecretStore(paths.keys(), key_store=False), "sign-in")
    kept = KeptProofs(running.context, memory)
    (person,) = running.people.states()
    connection = dbapi2.connect(str(paths.database_file()))
    ((before,),) = connection.execute("SELECT password FROM credential").fetchall()
    connection.close()
    after = proofs.hash_of(OTHER)
    kept.expect(person, {"password": after}, Shown(person, "password", before))
    assert altered(running) == "", "dead before it was kept"
    by_hand(REPLACED, after)
    assert altered(running) == "", "dead right after"


def test_a_copy_put_back_brings_the_password_of_its_day(
    running: Services, settings: Settings
) -> None:
    copy = running.backups.back_up().path
    running.people.set_password(next(iter(running.people.states())), OTHER, WORDS)
    running.close()
    recovery.restore(settings, copy, name="test")
    again = bootstrap.build(settings)
    assert [one.code for one in again.care.check() if one.code == "check.sign_in"] == []
    again.people.sign_in("T01", WORDS)
    again.people.set_password(next(iter(again.people.states())), OTHER, WORDS)
    assert altered(again) == ""
    again.close()
