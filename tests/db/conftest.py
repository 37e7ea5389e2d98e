"""Fixtures of the database's own tests."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from db.engine import Database
from tests.postgres import Server


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """A database without any table, on each engine."""
    if request.param == "sqlite":
        database = Database(tmp_path / "new.db")
        yield database
        database.close()
        return
    server: Server = request.getfixturevalue("server")
    with server.empty_database() as url:
        database = Database(url)
        yield database
        database.close()
