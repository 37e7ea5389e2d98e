"""The log of a database that is older than the log, or was restored, begins with saying so."""

from __future__ import annotations

import hashlib
import shutil
from pathlib import Path

import pytest
import sqlalchemy as sa

from app import bootstrap, recovery
from app.domain.operations.operation import FIRST_HASH, Operation
from app.domain.register.people import TechnicianDraft
from app.services import Services
from app.services.core.log_beginning import begin_log
from app.services.core.operation_log import fact, read_operations
from app.services.replay import Replay
from app.settings import Settings
from db import contents, migrate
from db.engine import Database
from db.stations import RESTORED
from tests.replaying import differences

AREA = "0199e0b0-0000-7000-8000-000000000001"
DIGEST = hashlib.sha256(
    f'\narea\n{{"id":"{AREA}","name":"浦东新区","parent_id":null}}\n'.encode()
).hexdigest()
"""Of a state that holds this area alone."""


def add_area(database: Database) -> None:
    """A row of the time before there was a log."""
    with database.write() as session:
        session.execute(
            sa.text("INSERT INTO area (id, name) VALUES (:id, :name)"),
            {"id": AREA, "name": "浦东新区"},
        )


def logged(services: Services) -> list[Operation]:
    with services.context.database.read() as session:
        return list(read_operations(session))


def add_person(services: Services, code: str) -> None:
    services.directory.save_technician(TechnicianDraft(code=code, name=code))


@pytest.fixture
def older(tmp_path: Path) -> Path:
    """A database of the version before the log, with a record."""
    path = tmp_path / "older.db"
    database = Database(path)
    migrate.upgrade(database, to="0011")
    add_area(database)
    database.close()
    return path


def opened(settings: Settings, path: Path) -> Services:
    return bootstrap.build(
        Settings(technician=settings.technician, device=settings.device, database=str(path))
    )


def test_the_log_of_an_upgraded_database_begins_with_the_hash_of_its_state(
    older: Path, settings: Settings
) -> None:
    services = opened(settings, older)
    with services.context.database.connect() as connection:
        digest = contents.digest(connection)
    (first,) = logged(services)
    assert first.kind == "database.genesis"
    assert first.payload == {
        "state": {"schema": migrate.HEAD, "digest": digest, "rows": {"area": 1}}
    }
    assert (first.station_seq, first.prev_hash, first.actor) == (1, FIRST_HASH, "T01")
    add_person(services, "T05")
    services.close()

    services = opened(settings, older)
    again, second = logged(services)
    assert again == first
    assert (second.kind, second.station_seq) == ("technician.save", 2)
    assert second.prev_hash == first.hash
    services.close()


@pytest.mark.writes_rows("a record of the time before there was a log")
def test_a_state_has_the_same_hash_on_either_engine(any_services: Services) -> None:
    place = any_services.context
    add_area(place.database)
    begin_log(place)
    (first,) = logged(any_services)
    assert first.payload["state"]["digest"] == DIGEST


def test_the_log_of_a_new_database_begins_with_what_is_done_first(
    tmp_path: Path, settings: Settings
) -> None:
    for _start in range(2):
        services = opened(settings, tmp_path / "new.db")
        assert logged(services) == []
        services.close()


@pytest.mark.writes_rows("a record of the time before there was a log")
def test_a_log_is_applied_to_the_state_it_began_with_and_to_no_other(
    services: Services, settings: Settings, template: Path, tmp_path: Path
) -> None:
    add_area(services.context.database)
    snapshot = tmp_path / "snapshot.db"
    services.backups.back_up(target=tmp_path / "copies").path.rename(snapshot)
    begin_log(services.context)
    add_person(services, "T05")
    log = logged(services)

    same = bootstrap.build(settings, database=Database(snapshot))
    assert Replay(same).apply_all(log) == log
    assert differences(services.context.database, same.context.database) == []
    same.close()

    shutil.copyfile(template, tmp_path / "empty.db")
    other = bootstrap.build(settings, database=Database(tmp_path / "empty.db"))
    refused, applied = Replay(other).apply_all(log)
    assert (refused.review, applied.review) == ("log.other_state", "")
    other.close()


@pytest.mark.parametrize("while_open", [True, False])
def test_a_restored_database_says_so_in_its_log_once(
    settings: Settings, tmp_path: Path, while_open: bool
) -> None:
    path = tmp_path / "poscare.db"
    before = opened(settings, path)
    add_person(before, "T05")
    copy = before.backups.back_up().path
    add_person(before, "T06")
    lost = logged(before)[-1]
    if while_open:
        before.backups.restore(copy)
    before.close()
    if not while_open:
        recovery.restore(
            Settings(database=str(path)), copy, name="poscare restore", clock=before.context.clock
        )

    for _start in range(2):
        after = opened(settings, path)
        kept, restored = logged(after)
        assert (kept.station, kept.station_seq) == (lost.station, lost.station_seq - 1)
        assert (restored.kind, restored.station_seq) == ("database.restored", kept.station_seq + 1)
        assert (restored.station, restored.prev_hash) == (kept.station, kept.hash)
        source = dict(restored.payload["source"])
        assert source.pop("at")
        assert source == {"copy": copy.name, "station": lost.station, "station_seq": 1}
        with after.context.read() as session:
            assert fact(session, RESTORED) is None
        after.close()
    after = opened(settings, path)
    add_person(after, "T07")
    assert (logged(after)[-1].station, logged(after)[-1].station_seq) == (restored.station, 3)
    after.close()


def test_a_copy_of_the_time_before_the_log_can_be_restored(older: Path, settings: Settings) -> None:
    services = opened(settings, older)  # makes the backup of the upgrade
    (upgrade,) = (one.path for one in services.backups.backups() if one.reason == "upgrade")
    add_person(services, "T05")
    services.backups.restore(upgrade)
    services.close()
    services = opened(settings, older)
    assert [one.kind for one in logged(services)] == ["database.genesis", "database.restored"]
    assert logged(services)[1].payload["source"]["copy"] == upgrade.name
    services.close()
