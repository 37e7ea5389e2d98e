"""What holds of every command of the command line, whatever it does: what it needs is refused in a
sentence, and what is refused leaves no trace."""

from __future__ import annotations

import hashlib
import shutil
from contextlib import closing
from pathlib import Path

import pytest

from app import paths
from app.cli.command_line import whole_parser
from app.cli.parser import leaves
from db import contents
from db.engine import Database
from tests.cli.conftest import Run
from tests.cli.every_command import COMMANDS, LEFT_OUT, Command, prepare
from tests.db.test_full_disk import SIZE, disk, resize  # noqa: F401 - the fixture, by its name

LEFT = (0, 40_000, 250_000)
"""Bytes left on the disk: for nothing, for a paper and not what notes it, for the beginning of a
backup."""
OFTEN = (
    *("incident start", "report order", "schedule --format ics", "terminal export", "backup"),
    *("exchange export", "settings"),
)
"""Commands that are tried whenever tests are run; all of them when there is time."""


def _name(command: Command) -> str:
    return " ".join(command.words)


def _often_or_thorough() -> list[object]:
    return [
        pytest.param(
            command,
            id=_name(command),
            marks=[] if _name(command).startswith(OFTEN) else [pytest.mark.thorough],
        )
        for command in COMMANDS
    ]


def test_every_command_is_named_with_arguments() -> None:
    """A new command is tried like the others."""
    named = {leaf.prog.removeprefix("poscare ") for leaf in leaves(whole_parser("en"))}
    starts = {" ".join(one.words[:length]) for one in COMMANDS for length in (1, 2, 3)}
    assert named - starts == set(LEFT_OUT)


@pytest.fixture(scope="module")
def begun(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, str]]:
    """A folder with a home and the files the commands read, and what they are called there."""
    folder = tmp_path_factory.mktemp("begun")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(paths.HOME_VARIABLE, str(folder / "home"))
        return folder, prepare(folder / "out")


def _tables(home: Path) -> dict[str, str]:
    """A hash of each table of what the commands write."""
    found: dict[str, str] = {}
    with closing(Database(home / "poscare.db")) as database, database.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA integrity_check").scalar() == "ok"
        for table in contents.tables():
            rows = repr([*contents.rows_of(connection, table)])
            found[table.name] = hashlib.sha256(rows.encode()).hexdigest()
    return found


def _files(folder: Path) -> set[str]:
    """What lies there, but for the database itself, locks, logs and what is remembered of this
    computer."""
    return {
        str(path.relative_to(folder))
        for path in folder.rglob("*")
        if path.is_file()
        and not path.name.startswith(("poscare.db", "trust-", "condition."))
        and path.parent.name != "logs"
    }


@pytest.mark.parametrize("command", _often_or_thorough())
def test_case_4_a_command_on_a_full_disk_is_done_or_leaves_no_trace(
    command: Command,
    begun: tuple[Path, dict[str, str]],
    run: Run,
    disk: Path,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    folder, named = begun
    here = {name: value.replace(str(folder), str(disk)) for name, value in named.items()}
    monkeypatch.setenv("POSCARE_NEW_PASSWORD", "good password 9")
    monkeypatch.setenv(paths.HOME_VARIABLE, str(disk / "home"))
    for left in LEFT:
        shutil.copytree(folder, disk, dirs_exist_ok=True)
        before, there = _tables(disk / "home"), _files(disk)
        resize(disk, shutil.disk_usage(disk).used + left)
        answer = run(*command.arguments(here))
        resize(disk, SIZE)
        assert answer.code in {0, 1, 5}, f"{left} bytes left: {answer}"
        after = _tables(disk / "home")
        if answer.code == 5:
            assert answer.err.strip()
            assert after == before, f"{left} bytes left"
            # Those beside the database bear the hash of their content; that no row names one
            # harms nobody.
            new = {name for name in _files(disk) - there if not name.startswith("home/blobs/")}
            assert new == set(), f"{left} bytes left"
        for path in (disk / "home", disk / "out"):
            shutil.rmtree(path)
