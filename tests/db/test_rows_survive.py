"""A database of any earlier revision, with rows in every table, comes to the newest without losing
one and with what it said."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from db import migrate
from db.engine import Database
from db.migrations import versions
from tests.db.full_tables import EACH, fill, stored

VERSIONS = Path(versions.__file__).parent
REVISIONS = sorted(path.name[:4] for path in VERSIONS.glob("0*.py"))
SOME = sorted({*REVISIONS[::8], REVISIONS[-1]})
"""Revisions rows come from in `make test`; `make torture` takes all of them."""
SAYS_OTHERWISE: dict[str, frozenset[str]] = {}
"""Columns a migration gives another meaning."""


@pytest.mark.parametrize(
    "revision",
    [
        pytest.param(revision, marks=() if revision in SOME else pytest.mark.thorough)
        for revision in REVISIONS
    ],
)
def test_case_24_rows_of_every_table_survive_the_way_to_the_newest_schema(
    empty: Database, revision: str
) -> None:
    migrate.upgrade(empty, to=revision)
    with empty.engine.begin() as connection:
        fill(connection, random.Random(revision))
        before = stored(connection)
    assert {name for name, rows in before.items() if len(rows) < EACH} == set()
    migrate.upgrade(empty)
    with empty.engine.connect() as connection:
        after = stored(connection)
    for table, rows in before.items():
        lost = set(rows) - set(after[table])
        assert not lost, f"{table}: {lost}"
        for key, row in rows.items():
            now = after[table][key]
            differs = {
                name: (value, now[name])
                for name, value in row.items()
                if name in now and now[name] != value
            }
            assert set(differs) <= SAYS_OTHERWISE.get(table, frozenset()), (table, differs)
