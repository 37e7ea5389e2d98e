"""One lock for everybody: shared while data are open, exclusive for whoever replaces the file."""

from __future__ import annotations

import contextlib
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from app import bootstrap, paths
from app.domain.errors import Unavailable
from app.domain.missing_database import WINDOW
from db import locking, migrate
from db.engine import Database
from db.locking import DatabaseLock
from db.models.register import AreaRow
from tests.db.test_backup import add_area, areas

HOLDER = """
import contextlib, sys
from pathlib import Path
from db.engine import Database
from db.locking import DatabaseLock

how, path, name = sys.argv[1:]
if how == "open":
    database = Database(path, name)
    with database.connect():
        print("ready", flush=True)
        sys.stdin.read()
else:
    lock = DatabaseLock(Path(path), name)
    with lock.alone():
        print("ready", flush=True)
        sys.stdin.read()
"""
STARTER = """
import sys
from app import bootstrap
database = bootstrap.open_database(sys.argv[1])
print(database.path.stat().st_size > 0, flush=True)
database.close()
"""


@contextlib.contextmanager
def somebody(how: str, path: Path, name: str) -> Iterator[subprocess.Popen[str]]:
    """Another process that has the database open, or is alone with it."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLDER, how, str(path), name],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    with process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        yield process
        process.kill()


@pytest.fixture
def path(sqlite_database: Database) -> Path:
    """A database file nobody has open."""
    assert sqlite_database.path is not None
    sqlite_database.close()
    return sqlite_database.path


@pytest.mark.parametrize(
    ("name", "code"), [(WINDOW, "db.open_in_window"), ("poscare incident", "db.open_elsewhere")]
)
def test_nobody_is_alone_while_another_has_it_open_and_is_told_who(
    path: Path, name: str, code: str
) -> None:
    with somebody("open", path, name) as other, contextlib.closing(DatabaseLock(path)) as lock:
        with pytest.raises(Unavailable) as refused, lock.alone():
            pytest.fail("alone beside another")
        assert refused.value.code == code
        assert (refused.value.params["program"], refused.value.params["process"]) == (
            name,
            other.pid,
        )
        other.send_signal(signal.SIGKILL)
        other.wait()
        with lock.alone():
            assert lock.is_alone


def test_case_12_nobody_opens_it_while_another_is_alone_and_a_crash_leaves_no_lock(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(locking, "GATE_WAIT", 0.05)
    with somebody("alone", path, "poscare restore") as other:
        with pytest.raises(Unavailable) as refused:
            Database(path)
        assert refused.value.code == "db.being_changed"
        assert refused.value.params["program"] == "poscare restore"
        other.send_signal(signal.SIGKILL)
        other.wait()
        database = Database(path)
        add_area(database, "浦东新区")
        database.close()
    assert areas(path) == {"浦东新区"}


def test_two_in_one_process_stand_in_each_others_way_too(path: Path) -> None:
    with contextlib.closing(Database(path)) as first:
        with contextlib.closing(Database(path)):
            with pytest.raises(Unavailable) as refused, first.alone():
                pytest.fail("alone beside another")
            assert refused.value.code == "db.open_elsewhere"
        with first.alone():
            pass


def test_a_link_to_the_database_is_the_same_database(path: Path) -> None:
    link = path.with_name("link.db")
    link.symlink_to(path)
    other = Database(path)
    with contextlib.closing(DatabaseLock(link)) as lock, pytest.raises(Unavailable), lock.alone():
        pytest.fail("alone beside another")
    other.close()


def test_an_upgrade_waits_for_nobody_and_changes_nothing_beside_another(path: Path) -> None:
    database = Database(path)
    with database.engine.begin() as connection:
        connection.exec_driver_sql("PRAGMA user_version = 1")
    with somebody("open", path, "poscare visit"):
        with pytest.raises(Unavailable) as refused:
            migrate.prepare(database)
        assert refused.value.code == "db.open_elsewhere"
    assert migrate.revision_of(database) == "0001"
    database.close()


def test_many_first_starts_at_once_make_one_database(home: Path) -> None:
    home.mkdir()
    command = [sys.executable, "-c", STARTER, str(paths.database_file())]
    started = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(3)]
    assert [process.communicate()[0] for process in started] == ["True\n"] * 3
    bootstrap.open_database(str(paths.database_file())).close()


def test_a_replacement_waits_for_work_under_way_and_keeps_new_work_out(path: Path) -> None:
    database = Database(path)
    inside, finish = threading.Event(), threading.Event()

    def save() -> None:
        with database.write() as session:
            session.add(AreaRow(name="期间"))
            session.flush()
            inside.set()
            finish.wait(10)

    thread = threading.Thread(target=save)
    thread.start()
    inside.wait(10)
    threading.Timer(0.05, finish.set).start()
    with database.replacing():
        assert finish.is_set(), "replaced under the hands of a save"
        with pytest.raises(Unavailable) as refused, database.write():
            pytest.fail("written while the file is replaced")
        assert refused.value.code == "db.being_replaced"
    thread.join()
    add_area(database, "以后")
    database.close()
    assert areas(path) == {"期间", "以后"}


def test_what_begins_while_a_file_gives_way_to_its_successor_waits_and_is_not_lost(
    path: Path,
) -> None:
    database = Database(path)
    begun = threading.Event()

    def save() -> None:
        begun.set()
        add_area(database, "期间")

    thread = threading.Thread(target=save)
    with database.replacing(waiting=True):
        thread.start()
        begun.wait(10)
        thread.join(0.05)
        assert thread.is_alive(), "it waits"
    thread.join(10)
    database.close()
    assert areas(path) == {"期间"}


@pytest.mark.parametrize("gone", ["deleted", "replaced"])
def test_nothing_is_saved_into_a_file_that_is_no_longer_there(
    path: Path, template: Path, gone: str
) -> None:
    database = Database(path)
    add_area(database, "以前")
    path.rename(path.with_name("elsewhere.db"))
    if gone == "replaced":
        path.write_bytes(template.read_bytes())
    before = path.read_bytes() if path.exists() else None
    with pytest.raises(Unavailable) as refused:
        add_area(database, "丢失的")
    assert refused.value.code == "db.file_gone"
    database.engine.dispose()
    with pytest.raises(Unavailable):
        add_area(database, "丢失的")
    database.close()
    assert (path.read_bytes() if path.exists() else None) == before
