"""The engine: durable settings on every connection, and whose fault a failure is."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import threading
from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlcipher3 import dbapi2

from app import bootstrap
from app.domain.errors import Conflict, Unavailable
from db import storage
from db.driver_errors import known_cause
from db.engine import OLDEST_SQLITE, Database, database_url
from db.models.register import AreaRow, TechnicianRow


def test_sqlite_is_new_enough_to_trust() -> None:
    assert dbapi2.sqlite_version_info >= OLDEST_SQLITE


@pytest.mark.parametrize("target", ["sqlite://", ":memory:", "sqlite:///:memory:", "sqlite:///"])
def test_nobody_works_in_a_database_that_ends_with_the_program(target: str) -> None:
    with pytest.raises(Unavailable) as refused:
        bootstrap.open_database(target)
    assert refused.value.code == "db.bad_address"


@pytest.mark.parametrize(
    "target", ["/", ".", "..", "sqlite:////", "sqlite:///file://server/share/x.db", "a folder"]
)
def test_a_folder_or_share_is_no_database(target: str, tmp_path: Path) -> None:
    with pytest.raises(Unavailable) as refused:
        bootstrap.open_database(str(tmp_path) if target == "a folder" else target)
    assert refused.value.code == "db.bad_address"


def test_case_34_only_one_sqlite_library_is_in_the_process(tmp_path: Path) -> None:
    code = (
        "import sys; import app.cli; from app import bootstrap;"
        f"d = bootstrap.open_database({str(tmp_path / 'poscare.db')!r}); d.close();"
        "print([m for m in ('apsw', '_sqlite3', 'PySide6.QtSql') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_every_connection_is_durable(sqlite_database: Database) -> None:
    wanted = {
        "foreign_keys": 1,
        "synchronous": 2,
        "trusted_schema": 0,
        "journal_mode": "wal",
        "busy_timeout": 5000,
        "mmap_size": 0,
    }
    with sqlite_database.engine.connect() as one, sqlite_database.engine.connect() as two:
        for connection in (one, two):
            found = {name: connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in wanted}
            assert found == wanted


def test_a_failed_transaction_leaves_nothing(database: Database) -> None:
    with pytest.raises(RuntimeError), database.write() as session:
        session.add(AreaRow(name="浦东新区"))
        session.flush()
        raise RuntimeError("half way")
    with database.read() as session:
        assert session.execute(sa.select(sa.func.count()).select_from(AreaRow)).scalar() == 0


def test_two_editors_of_one_row_conflict(database: Database) -> None:
    with database.write() as session:
        row = TechnicianRow(code="T01", name="张工")
        session.add(row)
    with pytest.raises(Conflict), database.write() as session:
        mine = session.get(TechnicianRow, row.id)
        assert mine is not None
        session.execute(
            sa.update(TechnicianRow.__table__).values(version=99)  # type: ignore[attr-defined]
        )
        mine.name = "李工"


def test_types_refuse_what_does_not_fit(database: Database) -> None:
    for wrong in (
        "INSERT INTO area (id, name) VALUES ('01a20574-0000-7000-8000-000000000001', NULL)",
        "INSERT INTO counter (device, kind, last) VALUES ('A', '', 'many')",
        "INSERT INTO counter (device, kind, last) VALUES ('A', '', -1)",
    ):
        with pytest.raises(sa.exc.DBAPIError), database.engine.begin() as connection:
            connection.execute(sa.text(wrong))


def test_a_moment_without_zone_is_a_bug(database: Database) -> None:
    from db.models.office import FormDraftRow

    with pytest.raises(sa.exc.StatementError), database.write() as session:
        session.add(FormDraftRow(key="x", saved_at=datetime(2026, 1, 1), content={}))  # noqa: DTZ001
        session.flush()


def test_moments_come_back_as_they_were(database: Database) -> None:
    from db.models.office import FormDraftRow

    moment = datetime(2026, 11, 23, 1, 30, 0, 123456, tzinfo=UTC)
    with database.write() as session:
        session.add(FormDraftRow(key="x", saved_at=moment, content={"字": "䶮𬭎㛃"}))
    with database.read() as session:
        row = session.get(FormDraftRow, "x")
        assert row is not None
        assert (row.saved_at, row.content) == (moment, {"字": "䶮𬭎㛃"})


def test_case_14_a_waiting_writer_gets_its_turn(sqlite_database: Database) -> None:
    entered, release = threading.Event(), threading.Event()

    def hold() -> None:
        with sqlite_database.write() as session:
            session.add(AreaRow(name="一"))
            session.flush()
            entered.set()
            release.wait(5)

    holder = threading.Thread(target=hold)
    holder.start()
    entered.wait(5)
    threading.Timer(0.3, release.set).start()
    with sqlite_database.write() as session:
        session.add(AreaRow(name="二"))
    holder.join()
    with sqlite_database.read() as session:
        assert session.execute(sa.select(sa.func.count()).select_from(AreaRow)).scalar() == 2


def test_case_5_a_full_disk_is_said_and_the_same_session_works_again(
    sqlite_database: Database,
) -> None:
    def limit(pages: int) -> None:
        with sqlite_database.engine.connect() as connection:
            connection.exec_driver_sql(f"PRAGMA max_page_count={pages}")

    with sqlite_database.engine.connect() as connection:
        used = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
    limit(used)
    with pytest.raises(Unavailable) as full, sqlite_database.write() as session:
        session.add_all(AreaRow(name=f"区{n}" + "长" * 190) for n in range(400))
    assert full.value.code == "db.disk_full"
    limit(1_000_000)
    with sqlite_database.write() as session:
        session.add(AreaRow(name="浦东新区"))


@pytest.mark.parametrize(
    ("content", "code"),
    [(b"this is a text file, not a database, " * 40, "db.not_a_database")],
)
def test_a_file_that_is_no_database_is_said_so(tmp_path: Path, content: bytes, code: str) -> None:
    path = tmp_path / "poscare.db"
    path.write_bytes(content)
    from app import bootstrap

    with pytest.raises(Unavailable) as refused:
        bootstrap.open_database(str(path))
    assert refused.value.code == code
    assert path.read_bytes() == content


def test_an_empty_file_is_not_taken_for_a_new_database(tmp_path: Path) -> None:
    path = tmp_path / "poscare.db"
    path.touch()
    from app import bootstrap

    with pytest.raises(Unavailable) as refused:
        bootstrap.open_database(str(path))
    assert refused.value.code == "db.empty_file"
    assert path.stat().st_size == 0


def test_case_10_a_synchronised_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Unavailable) as refused:
        storage.check_place(tmp_path / "OneDrive - Firma" / "poscare.db")
    assert refused.value.code == "db.synced_folder"


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(Unavailable) as refused:
        storage.check_place(tmp_path / "file" / "poscare.db")
    assert refused.value.code == "db.folder_unwritable"


def test_mount_points_are_read_from_the_kernels_table() -> None:
    table = (
        "22 1 259:2 / / rw,relatime - ext4 /dev/root rw\n"
        "36 22 0:31 / /mnt/office\\040share rw - cifs //srv/share rw"
    )
    assert storage._mounts(table) == {"/": "ext4", "/mnt/office share": "cifs"}


def test_urls_and_paths_name_databases() -> None:
    assert database_url("/srv/a b.db").database == "/srv/a b.db"
    url = database_url("postgresql://user:secret@host/db")
    assert url.drivername == "postgresql+psycopg"
    assert "secret" not in url.render_as_string(hide_password=True)


def test_a_killed_process_loses_nothing_acknowledged(template: Path, tmp_path: Path) -> None:
    """kill -9 in the middle of saving: every number printed is in the file, none twice."""
    import shutil

    path = tmp_path / "poscare.db"
    shutil.copyfile(template, path)
    code = (
        "import sys; from db.engine import Database; from db.models.register import AreaRow\n"
        "d = Database(sys.argv[1])\n"
        "for n in range(100000):\n"
        "    with d.write() as s: s.add(AreaRow(name=f'区{n}'))\n"
        "    print(n, flush=True)\n"
    )
    worker = subprocess.Popen(
        [sys.executable, "-c", code, str(path)],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": "."},
    )
    assert worker.stdout is not None
    acknowledged = [int(worker.stdout.readline()) for _ in range(40)]
    worker.kill()
    acknowledged += [int(line) for line in worker.stdout.read().split("\n") if line.strip()]
    worker.wait()
    worker.stdout.close()
    database = Database(path)
    with database.read() as session:
        names = set(session.execute(sa.select(AreaRow.name)).scalars())  # type: ignore[call-overload]
    database.close()
    assert {f"区{n}" for n in acknowledged} <= names


def test_case_7_no_room_beside_the_database_is_a_full_disk_not_a_broken_one(
    sqlite_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """SQLite calls it an error of the disk when its shared memory finds no room."""
    refused = sa.exc.OperationalError("SELECT 1", {}, dbapi2.OperationalError("disk I/O error"))
    url = sqlite_database.engine.url

    def said() -> str:
        known = known_cause(refused, url)
        assert known is not None
        return known.code

    assert said() == "db.storage_failed"
    full = shutil.disk_usage(".")._replace(free=0)
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: full)
    assert said() == "db.disk_full"
