"""Backups: verified, rotated, restorable; the live file is never copied over or lost."""

from __future__ import annotations

import contextlib
import errno
import os
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from app import bootstrap, files, paths
from app.domain.errors import NotFound, Unavailable
from app.services import Services
from app.settings import Settings
from db import backup, copying, restoring
from db.engine import Database
from db.models.register import AreaRow
from tests.conftest import FrozenClock
from tests.factories import make_incident

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)


def areas(path: Path) -> set[str]:
    database = Database(path)
    with database.read() as session:
        found = set(session.execute(sa.select(AreaRow.name)).scalars())  # type: ignore[call-overload]
    database.close()
    return found


def add_area(database: Database, name: str) -> None:
    with database.write() as session:
        session.add(AreaRow(name=name))


def test_a_copy_holds_what_was_committed(sqlite_database: Database, tmp_path: Path) -> None:
    add_area(sqlite_database, "浦东新区")
    copy = backup.make(sqlite_database, tmp_path / "backups", NOW)
    add_area(sqlite_database, "江宁区")
    assert areas(copy) == {"浦东新区"}
    assert not list((tmp_path / "backups").glob("*.tmp"))


def test_a_failing_backup_leaves_earlier_ones_alone(
    sqlite_database: Database, tmp_path: Path
) -> None:
    folder = tmp_path / "backups"
    first = backup.make(sqlite_database, folder, NOW)
    # its hash cannot be written where a folder bears the name
    (folder / "poscare-20261124T120000-daily.db.sha256" / "x").mkdir(parents=True)
    with pytest.raises(Unavailable) as refused:
        backup.make(sqlite_database, folder, NOW + timedelta(days=1))
    assert refused.value.code == "backup.failed"
    assert not list(folder.glob(".*"))
    assert [copy.path for copy in backup.existing(folder)] == [first]


def test_rotation_keeps_days_weeks_months_and_always_the_newest(tmp_path: Path) -> None:
    for hours in range(0, 24 * 400, 6):
        moment = NOW - timedelta(hours=hours)
        (tmp_path / f"poscare-{moment:%Y%m%dT%H%M%S}-auto.db").touch()
    backup.rotate(tmp_path, NOW)
    kept = [copy.made_at for copy in backup.existing(tmp_path)]
    assert kept[0] == NOW
    assert sum(NOW - made <= timedelta(days=2) for made in kept) == 9
    assert len({made.date() for made in kept if NOW - made <= timedelta(days=7)}) >= 7
    assert len({(made.year, made.month) for made in kept}) == 12
    assert len(kept) <= 9 + backup.DAILY + backup.WEEKLY + backup.MONTHLY
    only = tmp_path / "alone"
    only.mkdir()
    (only / "poscare-20200101T000000-auto.db").touch()
    assert backup.rotate(only, NOW) == []


def touch(folder: Path, moment: datetime, reason: str = "auto") -> Path:
    path = folder / f"poscare-{moment:%Y%m%dT%H%M%S}-{reason}.db"
    path.touch()
    return path


def test_a_date_in_the_future_neither_stops_backups_nor_ages_out_or_is_aged_out(
    services: Services, clock: FrozenClock
) -> None:
    make_incident(services)
    folder = paths.backups()
    folder.mkdir(parents=True)
    future = touch(folder, datetime(2036, 1, 1, tzinfo=UTC))
    assert not next(f.well for f in services.care.check() if f.code == "check.backup")
    made = services.backups.back_up_if_due()
    assert made is not None, "a backup dated 2036 stops backups"
    assert next(f.well for f in services.care.check() if f.code == "check.backup")
    clock.forward(hours=1)
    assert services.backups.back_up_if_due() is None, "nothing was written"
    make_incident(services)
    assert services.backups.back_up_if_due() is not None
    assert future.exists()


def test_a_clock_set_back_goes_on_making_backups_and_deletes_none(
    services: Services, clock: FrozenClock
) -> None:
    make_incident(services)
    before = {services.backups.back_up().path, services.backups.back_up().path}
    assert len(before) == 2, "two in one second are two"
    clock.forward(days=-365)
    made = services.backups.back_up_if_due()
    assert made is not None
    kept = {copy.path for copy in services.backups.backups()}
    assert kept == {*before, made.path}


def test_a_copy_that_went_bad_does_not_age_out_a_good_one(
    sqlite_database: Database, tmp_path: Path
) -> None:
    day = NOW - timedelta(days=5)
    good = backup.make(sqlite_database, tmp_path, day)
    bad = backup.make(sqlite_database, tmp_path, day + timedelta(hours=3))
    content = bytearray(bad.read_bytes())
    content[len(content) // 2] ^= 1
    bad.write_bytes(content)
    backup.make(sqlite_database, tmp_path, NOW)
    backup.rotate(tmp_path, NOW)
    assert good.exists()
    assert not bad.exists()


def test_sixty_flipped_bits_are_sixty_refusals(sqlite_database: Database, tmp_path: Path) -> None:
    copy = backup.make(sqlite_database, tmp_path, NOW)
    whole = copy.read_bytes()
    assert copying.check_file(copy)
    for number in range(60):
        content = bytearray(whole)
        content[number * len(whole) // 60] ^= 1 << number % 8
        copy.write_bytes(content)
        with pytest.raises(Unavailable):
            copying.check_file(copy)


def test_a_file_is_flushed_through_a_handle_that_may_write(
    sqlite_database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Windows refuses to flush any other (FlushFileBuffers wants GENERIC_WRITE)."""
    fcntl = pytest.importorskip("fcntl", reason="Windows itself shows it")
    flushed = []
    real = os.fsync

    def as_windows_does(handle: int) -> None:
        mode = fcntl.fcntl(handle, fcntl.F_GETFL) & os.O_ACCMODE
        folder = stat.S_ISDIR(os.fstat(handle).st_mode)
        if not folder and mode == os.O_RDONLY:
            raise OSError(errno.EBADF, "Bad file descriptor")
        flushed.append(folder)
        real(handle)

    monkeypatch.setattr(os, "fsync", as_windows_does)
    copy = backup.make(sqlite_database, tmp_path / "backups", NOW)
    with sqlite_database.replacing() as lock:
        restoring.restore(copy, lock, NOW)
    files.write(tmp_path / "settings.toml", b"x")
    assert flushed.count(False) >= 5


def test_restoring_moves_the_old_file_and_its_log_away(
    sqlite_database: Database, tmp_path: Path
) -> None:
    live = sqlite_database.path
    assert live is not None
    add_area(sqlite_database, "备份里的")
    copy = backup.make(sqlite_database, tmp_path / "backups", NOW)
    add_area(sqlite_database, "备份后的")
    with sqlite_database.replacing() as lock:
        # a crash can leave a log that SQLite would replay over the restored file
        live.with_name(live.name + "-wal").write_bytes(b"stale")
        replaced = restoring.restore(copy, lock, NOW)
    assert replaced is not None
    assert areas(live) == {"备份里的"}
    assert {path.name for path in replaced.iterdir()} >= {live.name, live.name + "-wal"}


@pytest.mark.parametrize("damage", ["truncated", "zeroed", "text", "foreign"])
def test_a_damaged_copy_is_refused_before_anything_is_touched(
    sqlite_database: Database, tmp_path: Path, damage: str
) -> None:
    live = sqlite_database.path
    assert live is not None
    for n in range(300):
        add_area(sqlite_database, f"区{n}")
    copy = backup.make(sqlite_database, tmp_path / "backups", NOW)
    content = copy.read_bytes()
    copy.write_bytes(
        {
            "truncated": content[: len(content) // 2],
            "zeroed": content[:8192] + bytes(4096) * 30 + content[8192 + 4096 * 30 :],
            "text": b"not a database at all " * 100,
            "foreign": content[:68] + bytes(4) + content[72:],
        }[damage]
    )
    with sqlite_database.replacing() as lock:
        before = live.read_bytes()
        with pytest.raises(Unavailable):
            restoring.restore(copy, lock, NOW)
        # also when nobody noted what it was when it was made
        copying.hash_file(copy).unlink()
        with pytest.raises(Unavailable):
            restoring.restore(copy, lock, NOW)
        assert live.read_bytes() == before
    assert not list(live.parent.glob("replaced-*"))


def test_a_missing_copy_is_said_to_be_missing(tmp_path: Path) -> None:
    with pytest.raises(NotFound):
        copying.check_file(tmp_path / "no.db")


def test_backups_are_made_only_when_something_changed(
    services: Services, clock: FrozenClock
) -> None:
    make_incident(services)
    first = services.backups.back_up_if_due()
    assert first is not None
    clock.forward(hours=1)
    assert services.backups.back_up_if_due() is None


def test_care_restores_and_says_where_the_old_data_went(
    services: Services, clock: FrozenClock
) -> None:
    make_incident(services)
    copy = services.backups.back_up().path
    make_incident(services)
    replaced = services.backups.restore(copy).replaced
    assert replaced is not None
    assert (replaced / "poscare.db").exists()


def test_the_check_finds_what_no_constraint_can(services: Services) -> None:
    make_incident(services)
    services.backups.back_up()
    assert all(finding.well for finding in services.care.check(thorough=True))
    with services.context.database.write() as session:
        session.execute(sa.text("UPDATE incident SET state = 'closed'"))
    wrong = [finding.code for finding in services.care.check() if not finding.well]
    assert wrong == ["check.events"]


@pytest.fixture
def running() -> Iterator[Callable[[], tuple[str, subprocess.Popen[str]]]]:
    """Start a process that says what it writes into the names of unfinished files, and waits."""
    code = "from app import files; print(files.owned(), flush=True); input()"
    with contextlib.ExitStack() as started:

        def start() -> tuple[str, subprocess.Popen[str]]:
            process = started.enter_context(
                subprocess.Popen(
                    [sys.executable, "-c", code],
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    text=True,
                )
            )
            started.callback(process.kill)
            assert process.stdout is not None
            return process.stdout.readline().strip(), process

        yield start


def test_what_a_killed_process_left_goes_at_once_and_that_of_a_running_one_stays(
    settings: Settings, running: Callable[[], tuple[str, subprocess.Popen[str]]]
) -> None:
    """Half backups, half series of the journal, half rebuilt databases: by the next start."""
    bootstrap.build(settings).close()
    (alive, _process), (dead, killed) = running(), running()
    killed.kill()
    killed.wait()
    left = {}
    for owner in (alive, dead):
        left[owner] = (
            paths.backups() / f".poscare-20261124T120000-manual.db.{owner}-01234567.tmp",
            paths.backups() / "journal" / f".20261124T120000.{owner}-.tmp" / "beginning.db",
            paths.home() / f".poscare-rebuilt-{owner}-x" / "poscare.db",
        )
        for path in left[owner]:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(b"half")
    bootstrap.build(settings).close()
    assert all(path.exists() for path in left[alive])
    assert not any(path.exists() for path in left[dead])
    assert not list(paths.home().glob(f".*{dead}*"))


def test_the_next_backup_removes_what_a_killed_one_left(
    sqlite_database: Database,
    tmp_path: Path,
    running: Callable[[], tuple[str, subprocess.Popen[str]]],
) -> None:
    owner, killed = running()
    killed.kill()
    killed.wait()
    folder = tmp_path / "backups"
    folder.mkdir()
    (folder / f".poscare-20261124T120000-manual.db.{owner}-01234567.tmp").write_bytes(b"half")
    made = backup.make(sqlite_database, folder, NOW)
    assert backup.existing(folder)[0].path == made
    assert not list(folder.glob(".*"))
