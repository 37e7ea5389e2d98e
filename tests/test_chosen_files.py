"""What somebody saves never takes the place of what the program keeps, and no name of a file holds
a card number, whichever verb writes it."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from app import bootstrap, chosen_files, paths
from app import settings as settings_file
from app.domain.errors import InvalidInput, Unavailable
from app.settings import Settings
from tests.cli.conftest import Run, run  # noqa: F401 - the fixture
from tests.factories import make_incident, make_technician

VERBS = (
    ("terminal", "export"),
    ("log", "export", "-o"),
    ("support", "-o"),
    ("schedule", "-o"),
    ("plan", "holidays", "--template"),
    ("exchange", "key", "-o"),
    ("report", "incident", "L7-000001", "-o"),
    ("report", "devices", "-o"),
    ("insight", "figures", "--xlsx"),
    ("knowledge", "unmatched", "-o"),
)
"""Each verb that writes a file where somebody says, up to its name."""


@pytest.fixture
def kept(settings: Settings, home: Path) -> Path:
    """A home with a database, a backup and settings."""
    settings_file.save(settings, paths.settings_file())
    made = bootstrap.build(settings)
    make_technician(made)
    make_incident(made)
    made.backups.back_up()
    made.close()
    return home


def _backup(home: Path) -> Path:
    return next((home / "backups").glob("*.db"))


def _link(home: Path) -> Path:
    link = home.parent / "link.csv"
    link.symlink_to(paths.database_file())
    return link


def _elsewhere(home: Path) -> Path:
    """A database outside the folder of the data, as settings may name one."""
    other = home.parent / "elsewhere" / "office.db"
    other.parent.mkdir()
    for path in (paths.database_file(), paths.database_file().with_name("poscare.db-lock")):
        shutil.copyfile(path, other.with_name(path.name.replace("poscare", "office")))
    return other


def _copied_backup(home: Path) -> Path:
    """On a stick."""
    stick = home.parent / "stick"
    shutil.copytree(home / "backups", stick)
    return next(stick.glob("*.db"))


OWN: tuple[Callable[[Path], Path], ...] = (
    lambda _home: paths.database_file(),
    lambda _home: paths.settings_file(),
    lambda home: _backup(home).with_name(_backup(home).name + ".sha256"),
    lambda home: home / "blobs" / "ab" / ("0" * 64),
    _backup,
    _link,
    _elsewhere,
    lambda home: _elsewhere(home).with_name("office.db-wal"),
    _copied_backup,
)


@pytest.mark.parametrize("own", OWN)
def test_nothing_of_the_program_is_written_over(own: Callable[[Path], Path], kept: Path) -> None:
    path = own(kept)
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        path.write_bytes(b"kept")
    before = path.read_bytes()
    with pytest.raises(InvalidInput) as refused:
        chosen_files.write(path, b"a,b")
    assert refused.value.code == "file.is_own"
    assert path.read_bytes() == before


def test_what_is_not_of_the_program_is_written_over(kept: Path) -> None:
    path = kept.parent / "list.csv"
    for content in (b"1", b"2"):
        chosen_files.write(path, content)
        assert path.read_bytes() == content
    chosen_files.write(kept / "list.csv", b"new")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no pipes with names")
def test_what_is_no_file_is_not_replaced_by_one(tmp_path: Path) -> None:
    """Whoever may write into its folder would put a file in the place of a device."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    with pytest.raises(Unavailable) as refused:
        chosen_files.write(pipe, b"a,b")
    assert refused.value.code == "file.unwritable"
    assert pipe.is_fifo()


@pytest.mark.parametrize("verb", VERBS)
def test_no_verb_writes_over_the_database(
    run: Run,  # noqa: F811 - the fixture
    kept: Path,
    verb: tuple[str, ...],
) -> None:
    before = {path: path.read_bytes() for path in (paths.settings_file(), _backup(kept))}
    for path in (paths.database_file(), *before):
        answer = run(*verb, str(path))
        assert answer.code == 2, answer
    assert run("incident", "list", "--json").json, "the database is as it was"
    assert {path: path.read_bytes() for path in before} == before


@pytest.mark.parametrize("verb", VERBS)
def test_no_verb_writes_a_card_number_into_a_name(
    run: Run,  # noqa: F811 - the fixture
    kept: Path,
    tmp_path: Path,
    verb: tuple[str, ...],
) -> None:
    path = tmp_path / "卡号4111 1111 1111 1111.csv"
    answer = run(*verb, str(path))
    assert answer.code == 2
    assert "4111 1111 1111 1111" not in answer.err
    assert not path.exists()
