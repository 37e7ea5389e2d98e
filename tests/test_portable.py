"""A program with the mark beside it keeps its data beside it, wherever the stick is put in."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import pytest

from app import paths, portable
from app.settings import Settings, load, save


@pytest.fixture
def stick(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of a portable program, that runs from there."""
    monkeypatch.delenv(paths.HOME_VARIABLE, raising=False)
    return put_in(tmp_path / "E" / "POSCare", monkeypatch)


def put_in(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / portable.MARK).touch()
    monkeypatch.setattr(sys, "executable", str(folder / "POSCare.exe"))
    return folder


def test_data_lie_beside_the_program(stick: Path) -> None:
    assert paths.home() == stick / portable.DATA
    assert paths.database_file().parent == stick / portable.DATA
    assert paths.moved(), "nothing goes into the key store of the computer"


def test_without_the_mark_nothing_changes(stick: Path) -> None:
    (stick / portable.MARK).unlink()
    assert portable.DATA not in str(paths.home())
    assert portable.kept(str(stick / "x.db")) == str(stick / "x.db")
    assert portable.found("./x.db") == "./x.db"


def test_the_environment_variable_goes_first(
    stick: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(paths.HOME_VARIABLE, str(tmp_path / "other"))
    assert paths.home() == tmp_path / "other"
    assert stick not in paths.home().parents


@pytest.mark.parametrize(
    ("program", "folder"),
    [
        ("POSCare/POSCare.exe", "POSCare"),
        ("POSCare/bin/poscare.exe", "POSCare"),
        ("stick/POSCare.app/Contents/MacOS/POSCare", "stick"),
    ],
)
def test_the_window_and_the_command_line_share_the_data(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, program: str, folder: str
) -> None:
    monkeypatch.setattr(sys, "executable", str(tmp_path / program))
    assert portable.program_folder() == tmp_path / folder


def test_paths_beside_the_program_are_found_on_another_computer(
    stick: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every setting that names a place: kept relative beside the program, else as it is."""
    from app.settings import _PATHS, with_values

    beside = {name: str(stick / portable.DATA / name) for name in _PATHS}
    save(with_values(Settings(technician="T01"), beside), paths.settings_file())
    assert str(stick) not in paths.settings_file().read_text(encoding="utf-8")
    moved = tmp_path / "F" / "tools"
    shutil.copytree(stick, moved)
    put_in(moved, monkeypatch)
    read = load(paths.settings_file())
    for name in _PATHS:
        assert Path(getattr(read, name)) == moved / portable.DATA / name


def test_paths_elsewhere_stay_as_they_are(stick: Path, tmp_path: Path) -> None:
    given = Settings(
        technician="T01",
        database="postgresql://poscare@server/poscare",
        backup_folder=str(tmp_path / "office share"),
        update_source="https://updates.example/poscare",
    )
    save(given, paths.settings_file())
    assert load(paths.settings_file()) == given
