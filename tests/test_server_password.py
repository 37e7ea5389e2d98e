"""The password of an office server: never in the settings file, at hand for the connection."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from app import bootstrap, paths
from app import settings as settings_file
from app.domain.errors import Unavailable
from app.server_password import kept_apart, read_settings, with_password
from app.settings import Settings
from db.engine import Database, database_url
from db.server import connection_arguments
from tests.postgres import Server

WITH = "postgresql://seat:geheim-%40-1@db.example/poscare?sslmode=require"
WITHOUT = "postgresql://seat@db.example/poscare?sslmode=require"


@pytest.fixture(autouse=True)
def home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A data folder of the test's own."""
    monkeypatch.setenv(paths.HOME_VARIABLE, str(tmp_path / "home"))
    return tmp_path / "home"


def written(home: Path) -> str:
    """Everything in the settings files."""
    files = home.rglob("settings*")
    return "".join(one.read_text(encoding="utf-8") for one in files if one.is_file())


@pytest.mark.parametrize(
    "address", [WITH, "postgresql://seat@db.example/poscare?sslmode=require&password=geheim-%40-1"]
)
def test_a_password_in_the_settings_moves_to_the_secrets_at_the_first_start(
    home: Path, address: str
) -> None:
    settings_file.save(Settings(database=address), paths.settings_file())
    found = read_settings()
    assert [one.code for one in found.problems] == ["settings.password_moved"]
    assert found.settings.database == WITHOUT
    assert WITHOUT in written(home)
    assert "geheim" not in written(home)
    assert database_url(with_password(WITHOUT)).password == "geheim-@-1"
    again = read_settings()
    assert (again.problems, again.settings.database) == ((), WITHOUT)


def test_what_is_no_address_of_a_server_stays() -> None:
    for database in ("", "/data/poscare.db", "postgresql://[broken", WITHOUT):
        assert with_password(database) == database
    for database in ("", "/data/poscare.db", WITHOUT):
        assert kept_apart(Settings(database=database)).database == database


def test_an_address_that_brings_its_own_password_is_used_with_it() -> None:
    kept_apart(Settings(database=WITH))
    assert with_password(WITH.replace("geheim-%40-1", "other")).count("other") == 1


def test_a_seat_signs_in_with_the_kept_password(server: Server, settings: Settings) -> None:
    with server.fresh_database() as url, server.asking_for_passwords():
        server.administer("CREATE ROLE seat_kept LOGIN SUPERUSER PASSWORD 'geheim'")
        try:
            address = url.replace("postgres@", "seat_kept:geheim@")
            kept = kept_apart(replace(settings, database=address))
            assert "geheim" not in kept.database
            services = bootstrap.build(kept)
            assert services.people.states() == {}
            services.close()
        finally:
            server.administer("DROP ROLE seat_kept")


@pytest.mark.parametrize(
    ("address", "mode"),
    [
        ("postgresql://u@db.example/x", "verify-full"),
        ("postgresql://u@192.0.2.7/x", "verify-full"),
        ("postgresql://u@localhost/x", "verify-full"),
        ("postgresql://u@/x?host=db.example", "verify-full"),
        ("postgresql://u@127.0.0.1/x", "prefer"),
        ("postgresql://u@[::1]/x", "prefer"),
        ("postgresql://u@/x?host=/run/postgresql", "prefer"),
        ("postgresql://u@/x", "prefer"),
    ],
)
def test_case_74_a_server_elsewhere_proves_its_name_whatever_the_environment_says(
    address: str, mode: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PGSSLMODE", "disable")
    monkeypatch.setenv("PGHOSTADDR", "192.0.2.99")
    given = connection_arguments(database_url(address))
    assert given["sslmode"] == mode
    assert given["hostaddr"] == ""
    assert given.get("sslrootcert", "") == ("system" if mode == "verify-full" else "")


def test_what_the_address_says_goes_first() -> None:
    url = database_url("postgresql://u@db.example/x?sslmode=verify-full&sslrootcert=/etc/own.crt")
    given = connection_arguments(url)
    assert "sslmode" not in given
    assert "sslrootcert" not in given


def test_a_server_without_encryption_is_not_used_under_a_name(server: Server) -> None:
    with server.fresh_database() as url, server.at_a_port() as port:
        name = url.rpartition("/")[2].partition("?")[0]
        database = Database(f"postgresql://postgres@localhost:{port}/{name}")
        with pytest.raises(Unavailable) as refused, database.connect():
            pass
        assert refused.value.code == "db.not_encrypted"
        database.close()
