"""A copy of a server's database, made and put back by PostgreSQL's own programs."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from app import bootstrap
from app.cli import main
from app.domain.errors import NotFound, Unavailable
from app.recovery import restore_server
from app.services import Services
from app.services.core.audit import chain_faults
from app.settings import Settings
from db import contents, server_dump
from db.engine import Database
from tests.conftest import FrozenClock
from tests.factories import make_incident, make_technician
from tests.postgres import Server


@pytest.fixture
def seat(server: Server, settings: Settings, clock: FrozenClock) -> Iterator[Services]:
    """An office's database with some work in it."""
    with server.fresh_database() as url:
        services = bootstrap.build(settings, clock=clock, database=Database(url))
        make_technician(services)
        make_incident(services)
        yield services
        services.close()


def rows(services: Services) -> dict[str, list[dict[str, object]]]:
    with services.context.database.connect() as connection:
        return {
            table.name: [*map(dict, contents.rows_of(connection, table))]
            for table in contents.tables()
        }


def test_what_was_copied_is_what_is_put_back_into_an_empty_database(
    seat: Services, server: Server, settings: Settings, clock: FrozenClock, tmp_path: Path
) -> None:
    made = seat.backups.back_up_server(tmp_path / "copies").path
    before = rows(seat)
    make_incident(seat)
    with server.empty_database() as url:
        done = restore_server(replace(settings, database=url), made)
        assert done.rows["incident"] == 1
        again = bootstrap.build(replace(settings, database=url), clock=clock)
        assert rows(again) == before
        with again.context.read() as session:
            assert chain_faults(session) == ()
        make_incident(again)
        with pytest.raises(Unavailable) as refused:
            restore_server(replace(settings, database=url), made)
        assert refused.value.code == "server.not_empty"
        again.close()


@pytest.mark.parametrize("harm", ["bit", "about", "lies", "gone"])
def test_an_altered_copy_is_not_put_back(
    harm: str, seat: Services, server: Server, tmp_path: Path
) -> None:
    made = seat.backups.back_up_server(tmp_path).path
    about, code = made.with_suffix(".json"), "server.copy_altered"
    if harm == "bit":
        content = bytearray(made.read_bytes())
        content[len(content) // 2] ^= 1
        made.write_bytes(content)
    elif harm == "about":
        about.unlink()
    elif harm == "lies":
        about.write_text(json.dumps(json.loads(about.read_text()) | {"rows": {"incident": 9}}))
        code = "server.restored_differs"
    with server.empty_database() as url:
        if harm == "gone":
            with pytest.raises(NotFound):
                server_dump.restore(tmp_path / "none.dump", url)
            return
        with pytest.raises(Unavailable) as refused:
            server_dump.restore(made, url)
    assert refused.value.code == code


def test_a_copy_that_fails_leaves_nothing(
    seat: Services, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = tmp_path / "pg_dump"
    program.write_text(
        "#!/bin/sh\ntest \"$1\" = --version && echo 'pg_dump 99.1' && exit\nexit 3\n"
    )
    program.chmod(0o755)
    monkeypatch.setattr(server_dump, "_program", lambda _name: str(program))
    folder = tmp_path / "copies"
    with pytest.raises(Unavailable) as refused:
        seat.backups.back_up_server(folder)
    assert refused.value.code == "server.dump_failed"
    assert list(folder.iterdir()) == []
    program.write_text("#!/bin/sh\necho 'pg_dump (PostgreSQL) 9.6'\n")
    with pytest.raises(Unavailable) as older:
        seat.backups.back_up_server(folder)
    assert older.value.code == "server.program_older"


def test_the_verbs_copy_a_server_and_put_it_back(
    seat: Services, server: Server, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    address = seat.context.database.url.render_as_string(hide_password=False)
    where = ["--lang", "en", "--db"]
    assert main(["backup", "--to", str(tmp_path), *where, address]) == 0
    (made,) = tmp_path.glob("*.dump")
    with server.empty_database() as url:
        capsys.readouterr()
        assert main(["restore", str(made), *where, url]) == 0
        assert "rows, counted" in capsys.readouterr().out
        assert main(["restore", str(made), *where, url]) == 5
        assert "is not empty" in capsys.readouterr().err
