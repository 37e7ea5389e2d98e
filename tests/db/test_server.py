"""A server that is not ready, not there, or says no: a sentence each, a way on, no password."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path
from threading import Barrier, Thread

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import OperationalError

from app import bootstrap
from app.domain.errors import InvalidInput, Unavailable
from app.i18n import translator
from app.server_address import parts_of_address, server_address
from app.settings import Settings
from app.texts import error_text
from db import migrate
from db.driver_errors import known_cause
from db.engine import Database
from tests.exchange.certificates import Authority
from tests.postgres import Server

pytestmark = pytest.mark.postgres


@pytest.fixture
def empty(server: Server) -> Iterator[str]:
    """The URL of a database without any table."""
    with server.empty_database() as url:
        yield url


def refusal(target: str) -> Unavailable:
    with pytest.raises(Unavailable) as refused:
        bootstrap.open_database(target)
    for language in ("zh", "en"):
        said = error_text(translator(language), refused.value)
        assert "{" not in said
        assert "geheim" not in said, "no password is ever said"
    assert "geheim" not in str(refused.value)
    return refused.value


def run(url: str, statement: str) -> None:
    engine = sa.create_engine(url.replace("postgresql://", "postgresql+psycopg://"))
    with engine.begin() as connection:
        connection.exec_driver_sql(statement)
    engine.dispose()


def test_an_empty_database_is_set_up_when_somebody_says_so_and_not_before(empty: str) -> None:
    error = refusal(empty)
    assert (error.code, error.params["may_change"]) == ("db.server_empty", True)
    database = Database(empty)
    with database.connect() as connection:
        assert sa.inspect(connection).get_table_names() == [], "looking makes nothing"
    database.close()
    bootstrap.upgrade_server(Settings(database=empty))
    bootstrap.open_database(empty).close()
    bootstrap.upgrade_server(Settings(database=empty))


def test_an_old_database_is_upgraded_with_what_is_in_it(empty: str) -> None:
    database = Database(empty)
    migrate.upgrade(database, to="0001")
    run(
        empty,
        "INSERT INTO area (id, name) VALUES ('01a22590-0241-7020-b2a6-1ea693674533', '浦东新区')",
    )
    database.close()
    error = refusal(empty)
    assert (error.code, error.params["found"]) == ("db.upgrade_needed", "0001")
    bootstrap.upgrade_server(Settings(database=empty))
    database = bootstrap.open_database(empty)
    with database.connect() as connection:
        assert connection.scalar(sa.text("SELECT name FROM area")) == "浦东新区"
    database.close()


def test_of_two_seats_that_set_up_at_once_the_second_finds_it_done(empty: str) -> None:
    ready, failures = Barrier(2), list[BaseException]()

    def set_up() -> None:
        ready.wait(10)
        try:
            bootstrap.upgrade_server(Settings(database=empty))
        except BaseException as failure:  # noqa: BLE001 - told to the test
            failures.append(failure)

    seats = [Thread(target=set_up) for _seat in range(2)]
    for seat in seats:
        seat.start()
    for seat in seats:
        seat.join(60)
    assert failures == []
    bootstrap.open_database(empty).close()


def test_tables_of_another_program_are_left_alone(empty: str) -> None:
    run(empty, "CREATE TABLE shop (id int)")
    assert refusal(empty).code == "db.server_foreign"
    with pytest.raises(Unavailable, match="server_foreign"):
        bootstrap.upgrade_server(Settings(database=empty))
    run(empty, "CREATE TABLE alembic_version (version_num text)")
    run(empty, "INSERT INTO alembic_version VALUES ('ae1027a6acf')")
    assert refusal(empty).code == "db.server_foreign"


def test_who_may_not_make_tables_is_told_so_and_changes_nothing(server: Server, empty: str) -> None:
    run(empty, "DROP ROLE IF EXISTS seat")
    run(empty, "CREATE ROLE seat LOGIN")
    run(empty, "REVOKE CREATE ON SCHEMA public FROM PUBLIC")
    as_seat = empty.replace("postgres@", "seat@")
    error = refusal(as_seat)
    assert (error.code, error.params["may_change"]) == ("db.server_empty", False)
    with pytest.raises(Unavailable, match="no_privilege"):
        bootstrap.upgrade_server(Settings(database=as_seat))
    run(empty, "DROP ROLE seat")


def test_a_newer_database_is_not_touched_by_upgrading(empty: str) -> None:
    bootstrap.upgrade_server(Settings(database=empty))
    run(empty, "UPDATE alembic_version SET version_num = '9000'")
    with pytest.raises(Unavailable, match="newer_schema"):
        bootstrap.upgrade_server(Settings(database=empty))


@pytest.mark.parametrize("options", ["", "&sslmode=disable"])
def test_an_unknown_database_and_an_unknown_user_are_told_apart(
    server: Server, options: str
) -> None:
    assert refusal(server.url("nowhere") + options).code == "db.no_such_database"
    url = server.url("postgres").replace("postgres@", "nobody:geheim@") + options
    error = refusal(url)
    assert (error.code, error.params["user"]) == ("db.refused", "nobody")


def test_a_wrong_password_is_told_without_it(server: Server) -> None:
    with server.asking_for_passwords():
        url = server.url("postgres").replace("postgres@", "clerk:geheim@")
        run(server.url("postgres"), "CREATE ROLE clerk LOGIN PASSWORD 'richtig'")
        try:
            assert refusal(url).code == "db.refused"
        finally:
            run(server.url("postgres"), "DROP ROLE clerk")


def test_an_unknown_host_and_a_closed_door_are_told_apart() -> None:
    assert refusal("postgresql://u:geheim@no.such.host.invalid/x").code == "db.unknown_host"
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
        error = refusal(f"postgresql://u:geheim@127.0.0.1:{port}/x")
    assert (error.code, error.params["server"]) == ("db.nobody_listens", f"127.0.0.1:{port}")


def test_trouble_with_encryption_is_told(server: Server) -> None:
    with server.at_a_port() as port:
        url = f"postgresql://postgres:geheim@127.0.0.1:{port}/postgres?sslmode=require"
        assert refusal(url).code == "db.not_encrypted"


@pytest.mark.parametrize(
    "target",
    [
        "postgresql://u:geheim@host:notaport/x",
        "no-such://u:geheim@h/x",
    ],
)
def test_an_address_that_is_none_is_told(target: str) -> None:
    assert refusal(target).code == "db.bad_address"


def test_a_file_is_never_taken_for_a_server_that_does_not_answer(sqlite_database: Database) -> None:
    failure = OperationalError("", {}, Exception("a connection of another kind"))
    assert known_cause(failure, sqlite_database.url) is None


@pytest.mark.parametrize("host", ["db", "db:5433", "::1", "[::1]:5433", "192.168.1.2:6000"])
def test_a_host_is_read_back_as_it_was_written(host: str) -> None:
    url = server_address(host, "poscare", "u")
    assert parts_of_address(url)["host"] == host
    opened = Database(url)
    assert (opened.url.host, opened.url.port) == (
        host.removesuffix(":5433").removesuffix(":6000").strip("[]"),
        next((port for port in (5433, 6000) if host.endswith(f":{port}")), None),
    )
    opened.close()


def test_an_address_is_written_and_read_back_without_its_password(tmp_path: Path) -> None:
    company = Authority(tmp_path, "company").path
    entered = ("db.example.com:5433", "pos care", "张")
    url = server_address(*entered, "a@b/c:d", str(company))
    opened = Database(url)
    assert (opened.url.password, opened.url.port) == ("a@b/c:d", 5433)
    opened.close()
    parts = parts_of_address(url)
    assert "a@b" not in repr(parts)
    hidden = Database("postgresql://u@h/x?password=geheim&sslmode=verify-full")
    assert "geheim" not in str(hidden)
    assert "sslmode" in str(hidden)
    hidden.close()
    assert "geheim" not in repr(parts_of_address("postgresql://h/x?password=geheim"))
    again = [parts[name] for name in ("host", "name", "user")]
    assert server_address(*again, "a@b/c:d", parts["certificate"]) == url
    assert parts_of_address("/data/poscare.db") == {}
    with pytest.raises(InvalidInput) as refused:
        server_address("host:x", "", "", certificate=str(tmp_path / "none.pem"))
    found = [problem.field for problem in refused.value.problems]
    assert found == ["name", "host", "certificate"]


def test_what_nobody_enters_goes_on_with_an_address_that_is_changed(tmp_path: Path) -> None:
    company = str(Authority(tmp_path, "company").path)
    before = "postgresql://u:geheim@db/x?sslmode=require&target_session_attrs=read-write"
    same = server_address("db", "x", "u", certificate=company, before=before)
    assert "geheim" in same, "the password is that of this login, whatever the certificate"
    assert "target_session_attrs=read-write" in same
    assert "sslmode=verify-full" in same
    for entered in (("other", "x", "u"), ("db", "y", "u"), ("db", "x", "v"), ("db:6000", "x", "u")):
        other = server_address(*entered, certificate=company, before=before)
        assert "geheim" not in other, "nobody else is told it"


def test_a_socket_is_read_back_as_it_was_written() -> None:
    url = server_address("/run/postgresql:6000", "poscare", "u")
    assert parts_of_address(url)["host"] == "/run/postgresql:6000"
    opened = Database(url)
    assert opened.url.host is None
    opened.close()
