"""Fixtures of the tests of the window's frame."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from app import bootstrap
from app.services import Services
from app.settings import Settings
from db.engine import Database
from tests.conftest import FrozenClock


@pytest.fixture
def other(services: Services, clock: FrozenClock) -> Iterator[Services]:
    """Another program on the same file, as the command line is."""
    path = services.context.database.path
    assert path is not None
    made = bootstrap.build(
        Settings(technician="T02", device="L8"), clock=clock, database=Database(path)
    )
    yield made
    made.close()
