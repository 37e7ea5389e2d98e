"""The past of the sample estate, lived through once for all tests that look at it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from app import bootstrap, paths
from app.services import Services
from app.services.sample.history import EACH, live_through
from app.settings import Settings
from db.engine import Database
from tests.conftest import FrozenClock, replays
from tests.factories import make_technician, make_terminal
from tests.replaying import assert_replays

AREAS = ("浦东新区", "昆山市", "江宁区", "姑苏区")


def estate(services: Services) -> None:
    """Four areas with a technician each, and terminals installed over the year."""
    for n, area in enumerate(AREAS):
        make_technician(services, code=f"T{n}", name=f"{n}工", areas=(area,))
        for k in range(EACH + 1):
            make_terminal(services, area=area, installed_on=f"2025-0{1 + n}-{10 + 3 * k}")


@pytest.fixture(scope="session")
def lived_file(template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database file of `estate` after its past; to be copied, not opened."""
    folder = tmp_path_factory.mktemp("lived")
    path = folder / "poscare.db"
    shutil.copyfile(template, path)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(paths.HOME_VARIABLE, str(folder / "home"))
        settings = Settings(technician="T01", device="L7")
        services = bootstrap.build(settings, clock=FrozenClock(), database=Database(path))
        estate(services)
        live_through(services)
        services.close()
    return path


@pytest.fixture
def lived(
    request: pytest.FixtureRequest,
    lived_file: Path,
    template: Path,
    tmp_path: Path,
    clock: FrozenClock,
    settings: Settings,
) -> Iterator[Services]:
    """All services over a copy of that file."""
    path = tmp_path / "poscare.db"
    shutil.copyfile(lived_file, path)
    built = bootstrap.build(settings, clock=clock, database=Database(path))
    yield built
    if replays(request):
        assert_replays(built, template, tmp_path)
    built.close()
