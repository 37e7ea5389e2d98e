"""Signing in: nobody is asked before there is a password, nobody else gets in afterwards, and
attempts are counted where a restart does not forget them."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import timedelta

import pytest
import sqlalchemy as sa

from app.domain.errors import InvalidInput, NotPermitted
from app.domain.people.credentials import CODE_LIFE, LONGEST_WAIT, PIN_TRIES, wait_after
from app.domain.people.roles import Role, SignedIn
from app.services import Services
from app.services.core.rights import read_again, require
from app.services.people import proofs
from db.models.people import CredentialRow, SignInAttemptRow
from tests.conftest import FrozenClock
from tests.factories import change_technician, make_incident, make_technician, sign_out

BOSS, WORKER = "correct horse battery", "卷纸两卷加一支笔"


@dataclass(frozen=True)
class Office:
    """An administrator T01 with a password and a technician T02 who got one by a code."""

    services: Services
    boss: str
    worker: str
    recovery: str


@pytest.fixture
def office(services: Services) -> Office:
    """Nobody is signed in."""
    return set_up(services)


def set_up(services: Services) -> Office:
    """The office in a database of either engine."""
    boss = make_technician(services, "T01", role=Role.ADMINISTRATOR)
    worker = make_technician(services, "T02", name="李工")
    people = services.people
    assert not people.sign_in_needed()
    recovery = people.set_password(boss, BOSS)
    assert recovery is not None
    people.redeem("T02", people.give_code(worker).code, WORKER)
    sign_out(services)
    return Office(services, boss, worker, recovery.code)


def refused(code: str) -> pytest.RaisesExc[InvalidInput]:
    """The one problem of an `InvalidInput` has this code."""
    return pytest.RaisesExc(InvalidInput, check=lambda e: [p.code for p in e.problems] == [code])


def test_one_person_without_a_password_is_never_asked(services: Services) -> None:
    make_technician(services)
    assert not services.people.sign_in_needed()
    services.plans.install_pack()


def test_both_engines_count_attempts_and_take_what_is_right(any_services: Services) -> None:
    office = set_up(any_services)
    people = any_services.people
    for _ in range(3):
        with refused("sign_in.wrong"):
            people.sign_in("T02", "wrong password")
    with refused("sign_in.wait"):
        people.sign_in("T02", WORKER)
    people.sign_in("T01", BOSS)
    people.set_pin(office.boss, "2580", BOSS)
    people.unlock("2580")
    assert people.states()[office.boss].has_pin
    with refused("people.last_administrator"):
        change_technician(any_services, office.boss, active=False)
    theirs = make_incident(any_services)
    any_services.context.person = SignedIn(
        id=office.worker, code="T02", name="李工", role=Role.TECHNICIAN
    )
    any_services.context.actor = "T02"
    read_again(any_services.context)
    mine = make_incident(any_services)
    any_services.incidents.assign(mine, office.worker)
    require(any_services.context, "incident.cancel", key=mine)
    with pytest.raises(NotPermitted):
        require(any_services.context, "incident.cancel", key=theirs)


def test_the_first_password_is_the_administrators(services: Services) -> None:
    make_technician(services, "T01", role=Role.ADMINISTRATOR)
    worker = make_technician(services, "T02")
    with refused("password.first_administrator"):
        services.people.set_password(worker, WORKER)
    assert not services.people.sign_in_needed()


def test_where_there_is_no_administrator_the_first_password_makes_one(services: Services) -> None:
    first = make_technician(services, "T01", role=Role.MANAGER)
    assert services.people.set_password(first, BOSS) is not None
    assert services.directory.technician("T01").role is Role.ADMINISTRATOR
    assert services.context.standing.refusal("people.set_role") is None


def test_whoever_sets_the_first_password_is_signed_in(services: Services) -> None:
    boss = make_technician(services, "T09", role=Role.ADMINISTRATOR)
    services.people.set_password(boss, BOSS)
    assert services.context.person is not None
    assert services.context.actor == "T09"
    assert not services.people.sign_in_needed()


def test_the_right_password_lets_in_and_the_log_names_that_person(office: Office) -> None:
    people, context = office.services.people, office.services.context
    assert people.sign_in_needed()
    person = people.sign_in(" t02 ", WORKER)
    assert (person.code, person.role, context.actor) == ("T02", Role.TECHNICIAN, "T02")
    assert not people.sign_in_needed()


def test_nothing_tells_whether_a_code_is_somebodys(office: Office, clock: FrozenClock) -> None:
    people = office.services.people
    told = []
    for code in ("T01", "T77"):
        said = []
        for _ in range(5):
            with pytest.raises(InvalidInput) as wrong:
                people.sign_in(code, "wrong password")
            said.append((wrong.value.problems[0].code, wrong.value.problems[0].params))
        told.append(said)
        clock.forward(hours=1)
    assert told[0] == told[1]
    assert told[0][0] == ("sign_in.wrong", {})
    assert told[0][-1][0] == "sign_in.wait"


def test_what_is_checked_for_nobody_costs_the_same() -> None:
    assert not proofs.is_outdated(proofs.NOBODY)
    assert not proofs.proves(b"", "anything")


def test_waiting_survives_a_restart_and_refuses_the_right_password(
    office: Office, clock: FrozenClock
) -> None:
    people = office.services.people
    for _ in range(3):
        with refused("sign_in.wrong"):
            people.sign_in("T02", "wrong password")
    with refused("sign_in.wait"):
        people.sign_in("T02", WORKER)
    with office.services.context.read() as session:
        assert session.execute(sa.select(SignInAttemptRow)).scalars().one().failures == 3
    people.sign_in("T01", BOSS)
    clock.forward(seconds=LONGEST_WAIT.total_seconds())
    people.sign_in("T02", WORKER)
    with office.services.context.read() as session:
        assert session.execute(sa.select(SignInAttemptRow)).first() is None


def test_a_clock_set_back_makes_nobody_wait_longer(office: Office, clock: FrozenClock) -> None:
    people = office.services.people
    for _ in range(3):
        with refused("sign_in.wrong"):
            people.sign_in("T02", "wrong password")
    clock.forward(days=-400)
    with refused("sign_in.wait") as waiting:
        people.sign_in("T02", WORKER)
    assert waiting.value.problems[0].params["seconds"] == wait_after(3).total_seconds()
    clock.forward(seconds=wait_after(3).total_seconds())
    assert people.sign_in("T02", WORKER).code == "T02"


def test_wrong_passwords_keep_out_nobody_else_and_no_code_that_was_given(office: Office) -> None:
    people = office.services.people
    for _ in range(3):
        with refused("sign_in.wrong"):
            people.sign_in("T01", "wrong password")
    with refused("sign_in.wait"):
        people.sign_in("T01", BOSS)
    assert people.sign_in("T02", WORKER).code == "T02"
    sign_out(office.services)
    people.redeem("T01", office.recovery, BOSS)
    # Wrong codes are slowed by themselves, and who was let in may use the password again.
    for _ in range(3):
        with refused("sign_in.wrong"):
            people.redeem("T02", "22222-22222", WORKER)
    with refused("sign_in.wait"):
        people.redeem("T02", "22222-22222", WORKER)
    assert people.sign_in("T02", WORKER).code == "T02"


def test_who_may_give_a_code_lifts_the_wait(office: Office) -> None:
    people = office.services.people
    for _ in range(3):
        with refused("sign_in.wrong"):
            people.sign_in("T02", "wrong password")
    people.sign_in("T01", BOSS)
    people.give_code(office.worker)
    assert people.sign_in("T02", WORKER).code == "T02"


def test_a_password_typed_as_a_code_is_not_stored_to_be_read(office: Office) -> None:
    with refused("sign_in.wrong"):
        office.services.people.sign_in(BOSS, "T01")
    with office.services.context.read() as session:
        kept = session.execute(sa.select(SignInAttemptRow)).scalars().one().code_sha256
    assert BOSS.encode() not in kept
    assert len(kept) == 32


def test_somebody_who_left_gets_in_no_longer(office: Office) -> None:
    services = office.services
    services.people.sign_in("T01", BOSS)
    change_technician(services, office.worker, active=False)
    sign_out(services)
    with refused("sign_in.wrong"):
        services.people.sign_in("T02", WORKER)


def test_a_code_opens_once_and_for_a_day(office: Office, clock: FrozenClock) -> None:
    people = office.services.people
    people.sign_in("T01", BOSS)
    first, second = people.give_code(office.worker), people.give_code(office.worker)
    with refused("sign_in.wrong"):
        people.redeem("T02", first.code, "another password")
    people.redeem("T02", second.code.lower(), "another password")
    with refused("sign_in.wrong"):
        people.redeem("T02", second.code, "third password")
    people.sign_in("T01", BOSS)
    late = people.give_code(office.worker)
    assert late.until is not None
    clock.forward(seconds=CODE_LIFE.total_seconds())
    with refused("sign_in.wrong"):
        people.redeem("T02", late.code, "third password")
    with refused("sign_in.wrong"):
        people.sign_in("T02", WORKER)
    clock.forward(minutes=5)
    people.sign_in("T02", "another password")


def test_the_last_administrator_comes_back_by_the_recovery_code(
    office: Office, clock: FrozenClock
) -> None:
    clock.forward(days=3650)
    following = office.services.people.redeem("T01", office.recovery, "found in the safe")
    assert following is not None
    assert following.code != office.recovery
    with refused("sign_in.wrong"):
        office.services.people.redeem("T01", office.recovery, "a second time")
    office.services.people.sign_in("T01", "found in the safe")


def test_a_weak_new_password_does_not_use_the_code_up(office: Office) -> None:
    people = office.services.people
    people.sign_in("T01", BOSS)
    given = people.give_code(office.worker)
    for password in ("short", "T02", "李工"):
        with pytest.raises(InvalidInput):
            people.redeem("T02", given.code, password)
    people.redeem("T02", given.code, "long enough now")


def test_nobody_lets_in_who_may_more(office: Office) -> None:
    services = office.services
    services.people.sign_in("T01", BOSS)
    manager = make_technician(services, "M01", name="王主管", role=Role.MANAGER)
    services.people.redeem("M01", services.people.give_code(manager).code, "manager's own")
    with pytest.raises(NotPermitted) as no:
        services.people.give_code(office.boss)
    assert no.value.params["who"] == (Role.ADMINISTRATOR,)
    assert services.people.give_code(office.worker).until
    services.people.sign_in("T02", WORKER)
    with pytest.raises(NotPermitted):
        services.people.give_code(manager)


def test_each_sets_only_their_own_password_and_has_to_know_the_old_one(office: Office) -> None:
    people = office.services.people
    people.sign_in("T01", BOSS)
    with pytest.raises(NotPermitted):
        people.set_password(office.worker, "set by the boss")
    people.sign_in("T02", WORKER)
    with refused("password.wrong"):
        people.set_password(office.worker, "a new password", "not the old one")
    people.set_password(office.worker, "a new password", WORKER)
    people.sign_in("T02", "a new password")


def test_a_pin_unlocks_and_five_wrong_ones_end_it(office: Office, clock: FrozenClock) -> None:
    people = office.services.people
    people.sign_in("T02", WORKER)
    people.set_pin(office.worker, "2580", WORKER)
    people.unlock("2580")
    people.unlock(WORKER)
    for wrong in ("1470", "1471", "1472", "1473"):
        with refused("pin.wrong"):
            people.unlock(wrong)
        clock.forward(minutes=5)
    with refused("pin.used_up"):
        people.unlock("1474")
    clock.forward(minutes=5)
    with refused("pin.used_up"):
        people.unlock("2580")
    clock.forward(minutes=5)
    with office.services.context.read() as session:
        failures = session.execute(
            sa.select(CredentialRow.pin_failures).where(
                CredentialRow.technician_id == office.worker  # type: ignore[arg-type]
            )
        ).scalar()
    assert failures == PIN_TRIES
    people.unlock(WORKER)
    people.unlock("2580")


def test_a_pin_alone_never_signs_in(office: Office) -> None:
    people = office.services.people
    people.sign_in("T02", WORKER)
    people.set_pin(office.worker, "2580", WORKER)
    sign_out(office.services)
    with refused("sign_in.wrong"):
        people.sign_in("T02", "2580")
    with pytest.raises(NotPermitted):
        people.unlock("2580")


def test_hashes_are_argon2id_with_a_salt_each(office: Office) -> None:
    with office.services.context.read() as session:
        kept = session.execute(sa.select(CredentialRow.password)).scalars().all()  # type: ignore[call-overload]
    assert all(one.startswith(b"$argon2id$v=19$m=19456,t=2,p=1$") for one in kept)
    assert proofs.hash_of("same") != proofs.hash_of("same")


def test_no_log_line_holds_a_secret_or_a_code(
    office: Office, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    people = office.services.people
    people.sign_in("T01", BOSS)
    given = people.give_code(office.worker)
    people.redeem("T02", given.code, "another password")
    with refused("sign_in.wrong"):
        people.sign_in("T01", "a wrong secret")
    for secret in (BOSS, WORKER, given.code, "another password", "a wrong secret"):
        assert secret not in caplog.text


def test_old_costs_are_renewed_when_the_password_is_known(
    office: Office,
) -> None:
    from argon2 import PasswordHasher

    cheap = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(WORKER).encode()
    with office.services.context.write_locally() as unit:
        unit.session.execute(
            sa.update(CredentialRow)
            .where(CredentialRow.technician_id == office.worker)  # type: ignore[arg-type]
            .values(password=cheap)
        )
    office.services.people.sign_in("T02", WORKER)
    with office.services.context.read() as session:
        kept = session.execute(sa.select(CredentialRow.password)).scalars().all()  # type: ignore[call-overload]
    assert not any(proofs.is_outdated(password) for password in kept)


def test_waiting_is_counted_in_whole_seconds(office: Office, clock: FrozenClock) -> None:
    people = office.services.people
    for _ in range(3):
        with refused("sign_in.wrong"):
            people.sign_in("T02", "wrong password")
    clock.now += timedelta(seconds=4, milliseconds=900)
    with refused("sign_in.wait") as waiting:
        people.sign_in("T02", WORKER)
    assert waiting.value.problems[0].params["seconds"] == 1
