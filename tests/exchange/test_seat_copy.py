"""The copy an office seat keeps of its server: what it holds, and who may read it."""

from __future__ import annotations

import json
import shutil
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
import sqlalchemy as sa

from app import bootstrap, paths
from app import settings as settings_file
from app.cli import main
from app.domain.errors import NotPermitted, Unavailable
from app.domain.people.roles import Role
from app.domain.register.people import TechnicianDraft
from app.encryption.keys import unlocked
from app.exchange import seat_copy
from app.exchange.seat_copy import SeatCopy
from app.services import Services
from app.settings import Settings
from db import cipher, search
from db.engine import Database
from tests.conftest import FrozenClock
from tests.db.test_full_disk import SIZE, disk, resize  # noqa: F401 - a fixture among them
from tests.factories import make_incident
from tests.postgres import Server
from tests.replaying import differences

pytestmark = pytest.mark.postgres


@dataclass(frozen=True)
class Kept:
    """A server with one incident, and the data folder of a seat that has copied it."""

    database: str
    home: Path


@pytest.fixture(scope="module")
def kept(server: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kept]:
    """Copied once, for it takes a while; each test has both of its own (`chosen`)."""
    home = tmp_path_factory.mktemp("kept")
    with server.fresh_database() as url, pytest.MonkeyPatch.context() as patch:
        patch.setenv(paths.HOME_VARIABLE, str(home))
        chosen = Settings(technician="T01", device="L7", database=url)
        seat = bootstrap.build(chosen, clock=FrozenClock(), database=Database(url))
        make_incident(seat)
        copy_of(chosen).refresh(seat)
        seat.close()
        yield Kept(str(seat.context.database.url.database), home)


@pytest.fixture
def chosen(server: Server, settings: Settings, kept: Kept) -> Iterator[Settings]:
    name = f"t{uuid.uuid4().hex}"
    server.administer(f"CREATE DATABASE {name} TEMPLATE {kept.database}")
    made = replace(settings, database=server.url(name))
    shutil.copytree(kept.home, paths.home())
    (there,) = paths.seat_copy().iterdir()
    there.rename(copy_of(made).path)
    yield made
    server.administer(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def seat(chosen: Settings, clock: FrozenClock) -> Iterator[Services]:
    made = bootstrap.build(chosen, clock=clock, database=Database(chosen.database))
    yield made
    made.close()


def copy_of(chosen: Settings) -> SeatCopy:
    made = bootstrap.seat_copy(chosen)
    assert made is not None
    return made


@pytest.fixture
def copy(chosen: Settings) -> SeatCopy:
    return copy_of(chosen)


def opened(copy: SeatCopy, chosen: Settings) -> Services:
    found = copy.open(bootstrap.builder(chosen))
    assert found is not None
    return found[0]


def is_same(seat: Services, copy: SeatCopy, chosen: Settings) -> bool:
    reading = opened(copy, chosen)
    try:
        return not differences(seat.context.database, reading.context.database)
    finally:
        reading.close()


def test_the_copy_holds_what_the_server_holds_then_and_after_each_look(
    seat: Services, copy: SeatCopy, chosen: Settings, clock: FrozenClock
) -> None:
    whole = copy.state()
    assert whole is not None
    for _ in range(3):
        clock.forward(minutes=5)
        make_incident(seat)
        copy.refresh(seat)
        assert is_same(seat, copy, chosen)
    told = copy.state()
    assert told is not None
    assert (told.at, told.whole_at) == (clock(), whole.whole_at), "only what was new came along"


def test_words_are_found_in_the_copy(seat: Services, copy: SeatCopy, chosen: Settings) -> None:
    with seat.context.read() as session:
        key, number = session.execute(sa.text("SELECT id, number FROM incident")).one()
    reading = opened(copy, chosen)
    with reading.context.read() as session:
        wanted = search.matching(session, "incident", number)
        assert wanted is not None
        found = list(session.execute(wanted).scalars())
    assert found == [str(key)]
    reading.close()


def test_nothing_is_written_into_the_copy_and_the_reason_is_said(
    copy: SeatCopy, chosen: Settings
) -> None:
    reading = opened(copy, chosen)
    with pytest.raises(NotPermitted) as refused:
        make_incident(reading)
    assert refused.value.code == "permission.server_away"
    reading.close()


def test_the_copy_is_encrypted_and_its_owner_s_alone(copy: SeatCopy) -> None:
    assert cipher.key_of(copy.path) is not None
    assert not list(paths.seat_copy().glob("*.db?*")), "no log of it lies beside it"
    for path in (copy.path, paths.seat_copy()):
        assert path.stat().st_mode & 0o077 == 0


def _lost(copy: SeatCopy) -> None:
    copy.path.write_bytes(b"")


def _torn(copy: SeatCopy) -> None:
    copy.path.write_bytes(copy.path.read_bytes()[:5000])


def _of_another_key(copy: SeatCopy) -> None:
    bootstrap.secrets().set("seat-copy", "00" * 38)


@pytest.mark.parametrize("harm", [_lost, _torn, _of_another_key])
def test_a_copy_that_cannot_be_read_is_none_and_made_anew(
    harm: Callable[[SeatCopy], None], seat: Services, copy: SeatCopy, chosen: Settings
) -> None:
    harm(copy)
    unlocked._of_files.clear()
    assert copy.open(bootstrap.builder(chosen)) is None
    copy.refresh(seat)
    assert is_same(seat, copy, chosen)


def test_a_server_put_back_to_an_older_state_is_copied_anew(
    seat: Services, copy: SeatCopy, chosen: Settings
) -> None:
    with seat.context.database.connect() as connection, connection.begin():
        connection.execute(sa.text("SET LOCAL session_replication_role = replica"))
        connection.execute(sa.text("UPDATE operation SET hash = decode(repeat('ab', 32), 'hex')"))
    make_incident(seat)
    copy.refresh(seat)
    assert is_same(seat, copy, chosen)


def test_far_behind_the_whole_is_copied(
    seat: Services, copy: SeatCopy, clock: FrozenClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(seat_copy, "MOST_APPLIED", 2)
    for _ in range(3):
        make_incident(seat)
    clock.forward(minutes=5)
    copy.refresh(seat)
    told = copy.state()
    assert told is not None
    assert told.whole_at == clock()


def test_who_did_not_sign_in_at_this_seat_is_not_let_in(
    seat: Services, copy: SeatCopy, chosen: Settings
) -> None:
    boss = seat.directory.save_technician(
        TechnicianDraft(code="B1", name="王主管", role=Role.ADMINISTRATOR)
    )
    other = seat.directory.save_technician(TechnicianDraft(code="T9", name="李工"))
    seat.people.set_password(boss, "a long sentence")
    code = seat.people.give_code(other)
    copy.refresh(seat)
    reading = opened(copy, chosen)
    assert reading.people.sign_in_needed()
    with pytest.raises(Exception, match="sign_in"):
        reading.people.redeem("T9", code.code, "another sentence")
    assert reading.people.sign_in("B1", "a long sentence").code == "B1"
    reading.close()


def test_a_copy_that_lets_nobody_in_any_more_is_shown_to_nobody(
    seat: Services, copy: SeatCopy, chosen: Settings
) -> None:
    boss = seat.directory.save_technician(
        TechnicianDraft(code="B1", name="王主管", role=Role.ADMINISTRATOR)
    )
    seat.people.set_password(boss, "a long sentence")
    copy.refresh(seat)
    file = Database(copy.path)
    with file.write() as session:
        session.execute(sa.text("UPDATE technician SET active = 0"))
    file.close()
    assert copy.open(bootstrap.builder(chosen)) is None


def test_nobody_signed_in_nothing_is_copied(seat: Services, copy: SeatCopy) -> None:
    boss = seat.directory.save_technician(
        TechnicianDraft(code="B1", name="王主管", role=Role.ADMINISTRATOR)
    )
    seat.people.set_password(boss, "a long sentence")
    seat.context.person = None
    copy.path.unlink()
    copy.refresh(seat)
    assert not copy.path.exists()


def test_the_server_gone_in_the_middle_leaves_the_copy_as_it_was(
    seat: Services, copy: SeatCopy, chosen: Settings, server: Server, clock: FrozenClock
) -> None:
    before = copy.state()
    server.pause()
    try:
        clock.forward(minutes=5)
        with pytest.raises(Unavailable):
            copy.refresh(seat)
        assert copy.state() == before
        opened(copy, chosen).close()
    finally:
        server.go_on()


def test_the_copy_of_another_server_is_removed(seat: Services, copy: SeatCopy) -> None:
    copy.path.unlink()
    (paths.seat_copy() / "0123456789abcdef.db").write_bytes(b"old")
    copy.refresh(seat)
    assert [one.name for one in paths.seat_copy().iterdir()] == [copy.path.name]
    seat_copy.forget(paths.seat_copy())
    assert not list(paths.seat_copy().iterdir())


def test_who_wants_no_copy_has_none_and_the_one_there_goes(
    chosen: Settings, copy: SeatCopy, capsys: pytest.CaptureFixture[str]
) -> None:
    assert copy.path.is_file()
    settings_file.save(chosen, paths.settings_file())
    assert main(["settings", "seat_copy", "none", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {"seat_copy": "none"}
    assert not list(paths.seat_copy().iterdir())
    assert bootstrap.seat_copy(settings_file.load(paths.settings_file())) is None
    assert main(["settings", "seat_copy", "sometimes"]) == 2


def test_a_full_disk_is_a_sentence_and_the_copy_stays(
    seat: Services,
    chosen: Settings,
    clock: FrozenClock,
    disk: Path,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    shutil.copytree(paths.home(), disk / "home")
    monkeypatch.setenv(paths.HOME_VARIABLE, str(disk / "home"))
    copy = copy_of(chosen)
    before = copy.state()
    clock.forward(days=8)
    for left in (0, 40_000, 400_000):
        resize(disk, shutil.disk_usage(disk).used + left)
        with pytest.raises(Unavailable) as refused:
            copy.refresh(seat)
        assert "disk_full" in refused.value.code
        resize(disk, SIZE)
        assert copy.state() == before
        lying = {one.name for one in copy.path.parent.iterdir()}
        assert lying == {copy.path.name, f"{copy.path.name}-lock"}
    copy.refresh(seat)
    assert is_same(seat, copy, chosen)
