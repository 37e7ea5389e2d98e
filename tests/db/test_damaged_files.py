"""Files no program of ours would leave: each is told in a sentence, and nothing is made worse."""

from __future__ import annotations

import contextlib
import os
import shutil
from pathlib import Path

import pytest
from sqlcipher3 import dbapi2

from app import bootstrap, paths, recovery
from app.domain.errors import Unavailable
from app.domain.missing_database import DatabaseMissing
from app.i18n import translator
from app.services import Services
from app.services.incidents.incident_queries import IncidentFilter
from app.services.keeping.health import HealthFinding
from app.settings import Settings
from app.texts import error_text
from db import copying, storage
from tests.factories import make_incident, make_terminal


@pytest.fixture
def live(home: Path, settings: Settings) -> Path:
    """A database with thirty incidents, closed in an orderly way."""
    services = bootstrap.build(settings)
    terminal = make_terminal(services)
    for _ in range(30):
        make_incident(services, terminal)
    services.close()
    return paths.database_file()


def counted(settings: Settings) -> int:
    services = bootstrap.build(settings)
    try:
        return len(services.incidents.first(IncidentFilter(), 999))
    finally:
        services.close()


def refusal(settings: Settings) -> Unavailable:
    """Why it is not opened, or why it is not well; said in both languages."""
    try:
        services = bootstrap.build(settings)
    except Unavailable as refused:
        found = refused
    else:
        try:
            wrong = [one.code for one in services.care.check(thorough=True) if not one.well]
            assert "check.structure" in wrong, "the damage itself was not noticed"
            found = Unavailable("db.damaged")
        except Unavailable as refused:
            found = refused
        finally:
            services.close()
    for language in ("zh", "en"):
        said = error_text(translator(language), found)
        assert "{" not in said
        assert said != found.code
    return found


def test_case_15_an_empty_file_is_not_taken_for_a_new_database(
    live: Path, settings: Settings
) -> None:
    live.write_bytes(b"")
    with pytest.raises(DatabaseMissing) as refused:
        bootstrap.build(settings)
    assert refused.value.code == "db.empty_file"
    assert live.stat().st_size == 0


def test_case_16_a_text_file_is_told_and_left(live: Path, settings: Settings) -> None:
    live.write_text("序列号,终端号\n" * 4000, encoding="utf-8")
    before = live.read_bytes()
    assert refusal(settings).code == "db.not_a_database"
    assert live.read_bytes() == before


@pytest.mark.parametrize("keep", ["all but one byte", "half", "a page"])
def test_case_17_a_file_cut_short_is_noticed(live: Path, settings: Settings, keep: str) -> None:
    size = live.stat().st_size
    length = {"all but one byte": size - 1, "half": size // 2, "a page": 4096}[keep]
    os.truncate(live, length)
    assert refusal(settings).code in {"db.damaged", "db.not_a_database", "db.storage_failed"}


@pytest.mark.parametrize("page", [1, 7, 60])
def test_case_18_a_page_of_zeroes_is_noticed(live: Path, settings: Settings, page: int) -> None:
    content = bytearray(live.read_bytes())
    start = page * 4096
    content[start : start + 4096] = bytes(4096)
    live.write_bytes(content)
    assert refusal(settings).code in {"db.damaged", "db.not_a_database"}


def structure(settings: Settings) -> HealthFinding | None:
    """What a check says of it; None where the database is refused as damaged."""
    try:
        services = bootstrap.build(settings)
    except Unavailable as refused:
        assert refused.code == "db.damaged"  # noqa: PT017 - another start is well
        return None
    try:
        return next(one for one in services.care.check() if one.code == "check.structure")
    except Unavailable as refused:
        assert refused.code == "db.damaged"  # noqa: PT017 - another check is well
        return None
    finally:
        services.close()


def test_what_a_check_finds_in_the_structure_is_one_line(live: Path, settings: Settings) -> None:
    content = live.read_bytes()
    several = 0
    for page in range(20, len(content) // 4096, 9):
        start = page * 4096
        live.write_bytes(content[:start] + b"\x05" + bytes(4095) + content[start + 4096 :])
        verdict: list[tuple[str]] = []
        with contextlib.suppress(dbapi2.DatabaseError), copying.opened(live) as connection:
            verdict = connection.execute("PRAGMA quick_check").fetchall()
        several += any("\n" in said for (said,) in verdict)
        found = structure(settings)
        if found is not None:
            assert found.well == (verdict == [("ok",)])
            assert "\n" not in found.detail
            assert len(found.detail) <= 300
    assert several, "SQLite said nothing in several lines"


def test_case_20_a_lost_write_ahead_log_leaves_the_last_state_written_into_the_file(
    services: Services, settings: Settings, home: Path
) -> None:
    make_incident(services)
    database = services.context.database
    assert database.path is not None
    with database.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    make_incident(services)
    home.mkdir()
    # as it lies there after a crash, but for the log
    shutil.copyfile(database.path, paths.database_file())
    assert counted(settings) == 1
    with copying.opened(paths.database_file()) as connection:
        copying.examine(connection)


def test_case_21_a_stale_log_beside_a_restored_file_is_moved_away_with_the_old_one(
    live: Path, settings: Settings
) -> None:
    services = bootstrap.build(settings)
    copy = services.backups.back_up().path
    make_incident(services)
    crashed = live.with_name("crashed-wal")
    shutil.copyfile(live.with_name(live.name + "-wal"), crashed)
    services.close()
    shutil.copyfile(crashed, live.with_name(live.name + "-wal"))
    recovery.restore(settings, copy, name="test")
    assert counted(settings) == 30


def test_case_22_an_index_that_cannot_be_written_refuses_saving_and_shows_everything(
    live: Path, settings: Settings
) -> None:
    index = live.with_name(live.name + "-shm")
    index.mkdir()
    services = bootstrap.build(settings)
    with pytest.raises(Unavailable) as refused:
        make_incident(services)
    assert refused.value.code == "db.read_only"
    services.close()
    index.rmdir()
    assert counted(settings) == 30


@pytest.mark.parametrize("reach", ["path", "URL", "link", "URL of a link"])
def test_case_10_a_synchronised_folder_is_refused_however_it_is_reached(
    tmp_path: Path, reach: str
) -> None:
    synced = tmp_path / "Dropbox" / "data"
    synced.mkdir(parents=True)
    link = tmp_path / "data"
    link.symlink_to(synced)
    place = (link if "link" in reach else synced) / "poscare.db"
    target = f"sqlite:///{place}" if "URL" in reach else str(place)
    with pytest.raises(Unavailable) as refused:
        bootstrap.open_database(target)
    assert refused.value.code == "db.synced_folder"
    assert not list(synced.iterdir())


def test_case_28_the_room_an_upgrade_wants_grows_with_the_file(tmp_path: Path) -> None:
    path = tmp_path / "poscare.db"
    path.touch()
    storage.check_space(path, 3)
    # A hole takes no room; copies of the file would.
    os.truncate(path, shutil.disk_usage(tmp_path).free // 2)
    storage.check_space(path, 1)
    with pytest.raises(Unavailable) as refused:
        storage.check_space(path, 3)
    assert refused.value.code == "db.no_space"
