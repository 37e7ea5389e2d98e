"""What the program keeps about a database, and what its rows hold, as a bad disk or another tool
left it: whatever is done then is done or refused in a sentence."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlcipher3 import dbapi2

from app import bootstrap, paths
from app.domain.errors import AppError
from app.services import Services
from app.services.incidents.incident_queries import IncidentFilter
from app.settings import Settings
from tests.factories import make_incident, make_technician

BAD = ('{"a":1}', "5", "null", "[]", '"x"', '{"at":"', "")
FACTS = ("station", "journal", "maintenance_last_run", "exchange:name", "exchange:key")
VALUES = {
    "UPDATE incident SET reported_at = '2O26-11-24T00:00:00.000000Z'": "a moment",
    "UPDATE operation SET payload = x'00'": "a packed document",
    "UPDATE technician SET name = CAST(x'e6' AS TEXT)": "half a character",
}
PAGE = 4096
Work = Callable[[Services, Settings], object]


def _keys(services: Services, settings: Settings) -> object:
    return bootstrap.exchange(services, settings).identity.key("我的电脑")


WORK: tuple[Work, ...] = (
    lambda services, _: services.care.check(thorough=True),
    lambda services, _: services.care.check(),
    lambda services, _: services.generation.catch_up(),
    lambda services, _: services.care.journal.catch_up(),
    lambda services, _: make_incident(services),
    lambda services, _: services.incidents.first(IncidentFilter(), 9),
    lambda services, _: services.directory.technicians(),
    _keys,
)


@pytest.fixture
def written(home: Path, settings: Settings) -> Settings:
    """A database that was worked with, closed."""
    services = bootstrap.build(settings)
    make_technician(services)
    make_incident(services)
    services.care.journal.catch_up()
    services.generation.catch_up()
    _keys(services, settings)
    services.close()
    return settings


def by_hand(statement: str, *values: object) -> None:
    connection = dbapi2.connect(str(paths.database_file()))
    connection.execute("DROP TRIGGER IF EXISTS operation_no_update")
    assert connection.execute(statement, values).rowcount
    connection.commit()
    connection.close()


def bugs(settings: Settings) -> list[str]:
    """What ends in no sentence."""
    found = []
    try:
        services = bootstrap.build(settings)
    except AppError:
        return []
    for work in WORK:
        try:
            work(services, settings)
        except AppError:
            continue
        except Exception as bug:  # noqa: BLE001 - whatever it is, it is told
            found.append(f"{type(bug).__name__}: {bug}")
    services.close()
    return found


@pytest.mark.parametrize("name", FACTS)
def test_a_fact_no_program_would_keep_is_a_sentence(name: str, written: Settings) -> None:
    for bad in BAD:
        by_hand("UPDATE app_state SET value = ? WHERE name = ?", bad, name)
        assert bugs(written) == [], bad


@pytest.mark.parametrize("change", VALUES, ids=VALUES.values())
def test_a_value_no_program_would_store_is_a_sentence(change: str, written: Settings) -> None:
    by_hand(change)
    assert bugs(written) == []


PARENTS = ("acquirer", "merchant", "terminal_model", "technician", "terminal", "area", "incident")


def roots() -> dict[str, int]:
    """The numbers of the pages on which tables and their indexes begin, by name."""
    with contextlib.closing(dbapi2.connect(str(paths.database_file()))) as connection:
        found = connection.execute("SELECT name, rootpage FROM sqlite_schema WHERE rootpage > 0")
        return dict(found.fetchall())


@pytest.mark.parametrize("parent", PARENTS)
def test_a_page_in_the_place_of_another_is_a_sentence(parent: str, written: Settings) -> None:
    pages = roots()
    whole = paths.database_file().read_bytes()
    overwritten = (pages[parent] - 1) * PAGE
    for taken in ("acquirer", "area", "merchant", f"sqlite_autoindex_{parent}_1"):
        content = bytearray(whole)
        start = (pages[taken] - 1) * PAGE
        content[overwritten : overwritten + PAGE] = whole[start : start + PAGE]
        paths.database_file().write_bytes(content)
        for beside in ("-wal", "-shm"):
            log = paths.database_file().with_name(paths.database_file().name + beside)
            log.unlink(missing_ok=True)
        assert bugs(written) == [], f"{taken} in the place of {parent}"


@pytest.mark.parametrize("bad", BAD)
def test_a_damaged_note_of_the_last_generation_keeps_nobody_from_planning(
    bad: str, written: Settings
) -> None:
    by_hand("UPDATE app_state SET value = ? WHERE name = 'maintenance_last_run'", bad)
    services = bootstrap.build(written)
    try:
        found = services.generation.catch_up()
        assert (found.preview.clock, found.generation_id) == ("clock.lost", "")
        services.generation.look_again(services.context.now())
        services.generation.generate()
        assert services.generation.catch_up().preview.clock == ""
    finally:
        services.close()
