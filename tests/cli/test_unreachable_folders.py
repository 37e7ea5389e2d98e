"""A folder of the data that this user may not even look into: a sentence that names it, whatever
is asked for, and nothing is half done."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from app import paths
from tests.cli.conftest import Run
from tests.cli.test_refusals import OPEN

if sys.platform == "win32":
    pytest.skip("rights of Windows are set otherwise", allow_module_level=True)

STRANGER = 65534
PASSPHRASE = "a good passphrase"


@pytest.fixture
def closed(run: Run) -> Iterator[Callable[[Path], None]]:
    """Closes a folder to who works here; the data have an incident and a backup."""
    assert run(*OPEN).code == 0
    assert run("backup").code == 0
    shut: list[Path] = []

    def close(folder: Path) -> None:
        if os.geteuid() == 0:
            os.chown(folder, STRANGER, STRANGER)
        folder.chmod(0o700 if os.geteuid() == 0 else 0)
        shut.append(folder)

    yield close
    for folder in shut:
        folder.chmod(0o700)


def stranger(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a verb as somebody the rights of files bind: root only without what lets it pass them."""
    command = [sys.executable, "-m", "app", "--lang", "en", *arguments]
    if os.geteuid() == 0:
        if shutil.which("setpriv") is None:
            pytest.skip("root passes every right, and setpriv is not there to give that up")
        command = ["setpriv", "--bounding-set=-dac_override,-dac_read_search", *command]
    environment = {**os.environ, "POSCARE_PASSPHRASE": PASSPHRASE}
    return subprocess.run(command, capture_output=True, text=True, check=False, env=environment)


@pytest.mark.parametrize(
    ("place", "verb"),
    [
        ("home", ("incident", "list")),
        ("home", ("settings",)),
        ("home", ("import", "none.csv")),
        ("backups", ("backup",)),
        ("backups", ("restore", "--from-journal")),
        ("keys", ("encrypt",)),
    ],
)
def test_case_9_a_folder_of_somebody_else_is_named_in_a_sentence(
    closed: Callable[[Path], None], place: str, verb: tuple[str, ...]
) -> None:
    folder = {"home": paths.home(), "backups": paths.backups(), "keys": paths.keys()}[place]
    before = paths.database_file().read_bytes()
    closed(folder)
    refused = stranger(*verb)
    assert refused.returncode == 5, refused
    assert f"This user has no right to use {folder}" in refused.stderr
    assert "Traceback" not in refused.stderr
    assert paths.database_file().read_bytes() == before


def test_case_9_data_are_encrypted_though_a_folder_of_backups_cannot_be_reached(
    run: Run, closed: Callable[[Path], None]
) -> None:
    closed(paths.backups())
    done = stranger("encrypt")
    assert done.returncode == 0, done
    assert "Recovery code" in done.stderr
    assert not paths.database_file().read_bytes().startswith(b"SQLite format 3")


def test_case_9_what_is_left_as_it_was_is_told_and_done_when_it_can_be(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A folder of backups that can be read only: the database is encrypted, which is said."""
    assert run(*OPEN).code == 0
    copy = Path(run("backup", "--json").json["file"])
    folders = [copy.parent, *(one for one in copy.parent.rglob("*") if one.is_dir())]
    for folder in folders:
        if os.geteuid() == 0:
            os.chown(folder, STRANGER, STRANGER)
        folder.chmod(0o755 if os.geteuid() == 0 else 0o500)
    done = stranger("encrypt")
    for folder in folders:
        folder.chmod(0o777)
    assert done.returncode == 1, done
    assert "The data is encrypted with the key" in done.stdout
    assert str(copy.parent) in done.stdout
    again = stranger("encrypt")
    assert again.returncode == 0, again
    assert stranger("restore", "--list").returncode == 0
    monkeypatch.setenv("POSCARE_PASSPHRASE", PASSPHRASE)
    points = {one["code"]: one["well"] for one in run("check", "--thorough", "--json").json}
    assert (points["check.encryption"], points["check.journal"]) == (True, True)
