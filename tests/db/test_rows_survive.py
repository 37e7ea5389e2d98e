"""Databases of every earlier revision, with rows in every table, come to the newest without losing
one and with what they said."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from db import migrate
from db.engine import Database
from db.migrations import versions
from tests.db.full_tables import EACH, Rows, Schema

VERSIONS = Path(versions.__file__).parent
REVISIONS = sorted(path.name[:4] for path in VERSIONS.glob("0*.py"))
SAYS_OTHERWISE = {
    # The first manager of a time without passwords became administrator.
    "0013": {("technician", "role")},
    # A document shared and one saved became the same.
    "0027": {("hand_out", "how")},
    # Nobody promised a time for what a file of past incidents brought.
    "0029": {("incident", "response_due_at"), ("incident", "resolve_due_at")},
}
"""Columns whose value a migration changes on purpose."""
BEGINS_WITH_ROWS = {"0011": {"custody"}, "0021": {"station_person"}}
"""Tables a migration makes out of what others say."""
Tables = dict[str, Rows]


@pytest.fixture
def file(tmp_path: Path) -> Iterator[Database]:
    """A file without any table."""
    database = Database(tmp_path / "new.db")
    yield database
    database.close()


def test_case_24_rows_of_every_table_survive_every_migration(file: Database) -> None:
    """Rows of the first revision, then some more at each on the way: so those of every revision
    go through all migrations behind it."""
    before: Tables = {}
    for revision in REVISIONS:
        migrate.upgrade(file, to=revision, step_by_step=True)
        with file.engine.begin() as connection:
            schema = Schema(connection)
            survived(before, schema.stored(connection), {revision})
            before = filled(connection, schema, random.Random(revision))


@pytest.mark.parametrize(
    "revision",
    [
        pytest.param(revision, marks=() if revision in {"0004", "0016"} else pytest.mark.thorough)
        for revision in REVISIONS
    ],
)
def test_case_24_rows_of_every_table_survive_the_way_to_the_newest_schema(
    empty: Database, revision: str
) -> None:
    """In one upgrade, as a person sees it."""
    migrate.upgrade(empty, to=revision)
    with empty.engine.begin() as connection:
        before = filled(connection, Schema(connection), random.Random(f"once {revision}"))
    migrate.upgrade(empty)
    with empty.engine.connect() as connection:
        after = Schema(connection).stored(connection)
    survived(before, after, {one for one in REVISIONS if one > revision})


def filled(connection: sa.Connection, schema: Schema, chance: random.Random) -> Tables:
    schema.fill(connection, chance)
    found = schema.stored(connection)
    assert {name for name, rows in found.items() if len(rows) < EACH} == set()
    return found


def survived(before: Tables, after: Tables, done: set[str]) -> None:
    """Every row is there and says what it said, where no migration `done` changes that; and no row
    came that no migration makes."""
    otherwise = set().union(*(SAYS_OTHERWISE.get(one, set()) for one in done))
    made = set().union(*(BEGINS_WITH_ROWS.get(one, set()) for one in done))
    came = {name for name, rows in after.items() if set(rows) - set(before.get(name, {}))}
    assert came <= made, came
    for table, rows in before.items():
        lost = set(rows) - set(after[table])
        assert not lost, f"{table}: {lost}"
        for key, row in rows.items():
            now = after[table][key]
            changed = [name for name, value in row.items() if not says(now, name, value)]
            assert {(table, name) for name in changed} <= otherwise, (table, row, now)


def says(now: dict[str, Any], name: str, value: object) -> bool:
    """Whether a row still holds a value: in its column, or, of a text, within another."""
    if name in now and now[name] == value:
        return True
    return isinstance(value, str) and any(
        value in one for one in now.values() if isinstance(one, str)
    )
