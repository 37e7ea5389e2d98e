"""Fixtures of all tests: real databases, a frozen clock, an offscreen display, own data folders."""

from __future__ import annotations

import gc
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import hypothesis
import pytest

# A busy machine must not fail a property, and a failure must come again at the next run.
hypothesis.settings.register_profile("house", deadline=None, derandomize=True)
hypothesis.settings.load_profile("house")

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ["TZ"] = "Asia/Shanghai"
# A hundred programs are started below; each would read its whole source anew.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
if hasattr(time, "tzset"):  # Windows has only the zone of the computer
    time.tzset()

sys.path.insert(0, str(Path(__file__).parent.parent / "resources" / "locale"))

import catalogues  # noqa: E402 - found through the path above

catalogues.compile_all()

from app import bootstrap, paths  # noqa: E402 - the catalogues had to be compiled first
from app.encryption.opened import opened  # noqa: E402
from app.services import Services  # noqa: E402
from app.settings import Settings  # noqa: E402
from db import migrate  # noqa: E402
from db.engine import Database  # noqa: E402
from tests.postgres import IN_MEMORY, Server, start_server  # noqa: E402
from tests.replaying import assert_replays  # noqa: E402

# What survives a power cut is tested with a model of one (`tests/faulting.py`), not by pulling the
# plug.
if IN_MEMORY is not None:
    os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(IN_MEMORY))

FILES = Path(__file__).parent / "files"


def pytest_addoption(parser: pytest.Parser) -> None:
    """Golden files change only when somebody asks for it, and looks at them."""
    parser.addoption("--update-golden", action="store_true", help="rewrite the golden files")
    parser.addoption("--screens", default="", help="folder for pictures of every page")
    parser.addoption("--look", default="zh-light", help="journeys by keys in zh|en-light|dark")
    parser.addoption(
        "--replay", action="store_true", help="after each test of services apply its log anew"
    )


def pytest_collection_finish() -> None:
    """What was imported stays: the collector need not go through it again and again."""
    gc.collect()
    gc.freeze()


class FrozenClock:
    """A clock that stands still until told otherwise."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 23, 1, 30, tzinfo=UTC)

    def __call__(self) -> datetime:
        """Now."""
        return self.now

    def forward(self, **span: float) -> None:
        """Let time pass."""
        self.now += timedelta(**span)


@pytest.fixture
def clock() -> FrozenClock:
    """Monday, 23 November 2026, half past nine in China."""
    return FrozenClock()


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A data folder of the test's own; keys unlocked for it are forgotten with it."""
    folder = tmp_path / "home"
    monkeypatch.setenv(paths.HOME_VARIABLE, str(folder))
    yield folder
    opened.hold(None)


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty, migrated database file; copied for each test instead of migrated again."""
    path = tmp_path_factory.mktemp("template") / "empty.db"
    database = Database(path)
    migrate.prepare(database)
    database.close()
    return path


@pytest.fixture(scope="session")
def shim(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The fault injector, compiled."""
    if not sys.platform.startswith("linux") or shutil.which("cc") is None:
        pytest.skip("fault injection needs Linux and a C compiler")
    library = tmp_path_factory.mktemp("fault") / "fault.so"
    command = ["cc", "-shared", "-fPIC", "-O1", "-o", str(library), str(FILES / "fault.c"), "-ldl"]
    subprocess.run(command, check=True)
    return library


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A PostgreSQL server of the session's own; skips when none is installed."""
    running = start_server(tmp_path_factory.mktemp("postgres"))
    yield running
    running.stop()


@pytest.fixture
def sqlite_database(template: Path, tmp_path: Path) -> Iterator[Database]:
    """A database file of the test's own."""
    path = tmp_path / "poscare.db"
    shutil.copyfile(template, path)
    database = Database(path)
    yield database
    database.close()


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def database(request: pytest.FixtureRequest) -> Iterator[Database]:
    """Both engines in turn: what a service promises holds on each."""
    if request.param == "sqlite":
        yield request.getfixturevalue("sqlite_database")
        return
    running: Server = request.getfixturevalue("server")
    with running.fresh_database() as url:
        opened = Database(url)
        yield opened
        opened.close()


@pytest.fixture
def settings() -> Settings:
    """A laptop set up for technician T01, device letter L7."""
    return Settings(
        technician="T01",
        device="L7",
        company_name="测试终端服务有限公司",
        company_phone="400-000-0000",
    )


def replays(request: pytest.FixtureRequest) -> bool:
    """Whether what the test did is to be made again from its log."""
    by_hand = request.node.get_closest_marker("writes_rows")
    return bool(request.config.getoption("--replay")) and by_hand is None


@pytest.fixture
def services(
    request: pytest.FixtureRequest,
    sqlite_database: Database,
    clock: FrozenClock,
    settings: Settings,
    template: Path,
    tmp_path: Path,
) -> Iterator[Services]:
    """All services over a file of the test's own."""
    built = bootstrap.build(settings, clock=clock, database=sqlite_database)
    yield built
    if replays(request):
        assert_replays(built, template, tmp_path)
    built.close()


@pytest.fixture
def any_services(
    request: pytest.FixtureRequest,
    database: Database,
    clock: FrozenClock,
    settings: Settings,
    template: Path,
    tmp_path: Path,
) -> Iterator[Services]:
    """All services, on SQLite and on PostgreSQL in turn."""
    built = bootstrap.build(settings, clock=clock, database=database)
    yield built
    if replays(request):
        assert_replays(built, template, tmp_path)
    built.close()
