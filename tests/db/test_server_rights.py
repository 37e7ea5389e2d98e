"""On a server the users of the seats work with everything, and only append to the log."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import sqlalchemy as sa

from app import bootstrap
from app.domain.errors import Unavailable
from app.settings import Settings
from db.engine import Database
from tests.conftest import FrozenClock
from tests.factories import make_incident
from tests.postgres import Server

pytestmark = pytest.mark.postgres

REFUSED = (
    "UPDATE operation SET at = now()",
    "UPDATE operation SET payload = ''",
    "DELETE FROM operation",
    "TRUNCATE operation CASCADE",
    "ALTER TABLE operation DISABLE TRIGGER ALL",
    "DROP TRIGGER operation_no_update ON operation",
    "DROP TABLE operation_change",
    "UPDATE operation_change SET new = 'x'",
    "DELETE FROM operation_change",
    "ALTER FUNCTION operation_append_only() RENAME TO unused",
    "SET session_replication_role = replica",
    "UPDATE alembic_version SET version_num = '0001'",
)


def run(url: str, *statements: str) -> None:
    engine = sa.create_engine(url.replace("postgresql://", "postgresql+psycopg://"))
    try:
        with engine.begin() as connection:
            for statement in statements:
                connection.exec_driver_sql(statement)
    finally:
        engine.dispose()


@pytest.fixture
def urls(server: Server) -> Iterator[tuple[str, str]]:
    """The address of who sets up, and that of a seat."""
    with server.empty_database() as url:
        run(url, "CREATE ROLE seats NOLOGIN", "CREATE ROLE clerk LOGIN IN ROLE seats")
        yield url, url.replace("postgres@", "clerk@")
        run(url, "DROP OWNED BY seats", "DROP ROLE clerk, seats")


def test_a_seat_does_all_work_and_cannot_touch_the_log(
    urls: tuple[str, str], settings: Settings, clock: FrozenClock
) -> None:
    owner, seat = urls
    bootstrap.upgrade_server(Settings(database=owner), "seats")
    services = bootstrap.build(settings, clock=clock, database=Database(seat))
    incident = make_incident(services)
    services.incidents.start(incident)
    finding = {one.code: one.well for one in services.care.check(thorough=True)}
    assert finding["check.log_rights"]
    assert finding["check.log"]
    for statement in REFUSED:
        with pytest.raises(sa.exc.ProgrammingError, match="InsufficientPrivilege"):
            run(seat, statement)
    services.incidents.get(incident)
    services.close()
    boss = bootstrap.build(settings, clock=clock, database=Database(owner))
    assert not {o.code: o.well for o in boss.care.check()}["check.log_rights"]
    boss.close()


def test_a_role_that_is_not_there_is_told_and_nothing_is_set_up(urls: tuple[str, str]) -> None:
    owner, _seat = urls
    with pytest.raises(Unavailable) as refused:
        bootstrap.upgrade_server(Settings(database=owner), "nobody here")
    assert refused.value.code == "db.no_such_role"
    with pytest.raises(Unavailable) as refused:
        bootstrap.open_database(owner)
    assert refused.value.code == "db.server_empty"
