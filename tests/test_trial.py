"""The sample estate lies in a folder of its own, and only that folder is ever thrown away."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from app import paths, settings, trial
from app.settings import Settings


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    place = tmp_path / "data"
    monkeypatch.setenv(paths.HOME_VARIABLE, str(place))
    return place


def enter(monkeypatch: pytest.MonkeyPatch) -> None:
    """Be the process that works on the sample estate."""
    wanted = trial.prepare(trial.dressed(Settings(language="en")))
    monkeypatch.setenv(paths.HOME_VARIABLE, wanted[paths.HOME_VARIABLE])


def test_it_has_settings_of_its_own_and_the_real_ones_stay(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.save(Settings(technician="T07", device="B"), paths.settings_file())
    assert not trial.here()
    enter(monkeypatch)
    assert trial.here()
    assert paths.database_file().parent == home / trial.FOLDER
    assert settings.load(paths.settings_file()).language == "en"
    assert settings.load(paths.settings_file()).ready
    assert settings.load(home / "settings.toml").technician == "T07"


def test_thrown_away_it_goes_and_nothing_else_does(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    enter(monkeypatch)
    (home / "poscare.db").write_bytes(b"real")
    paths.database_file().write_bytes(b"sample")
    back = trial.throw_away()
    assert back[paths.HOME_VARIABLE] == str(home)
    monkeypatch.setenv(paths.HOME_VARIABLE, back[paths.HOME_VARIABLE])
    assert trial.is_thrown()
    trial.remove()
    assert [path.name for path in home.iterdir()] == ["poscare.db"]
    assert not trial.is_thrown()


def test_whoever_had_no_home_of_his_own_gets_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(paths.HOME_VARIABLE, raising=False)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    monkeypatch.setattr(paths.platformdirs, "user_data_path", lambda *_a, **_k: tmp_path / "own")
    enter(monkeypatch)
    assert paths.HOME_VARIABLE not in trial.throw_away()
    assert os.environ[paths.HOME_VARIABLE], "this process still works on the sample"


def test_a_folder_that_only_bears_the_name_is_nobodys_sample(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mine = home / trial.FOLDER / "mine.txt"
    mine.parent.mkdir(parents=True)
    mine.write_text("mine")
    trial.remove()
    assert mine.read_text() == "mine"
    monkeypatch.setenv(paths.HOME_VARIABLE, str(mine.parent))
    assert not trial.here()


def test_tried_again_it_is_no_longer_thrown_away(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    enter(monkeypatch)
    trial.throw_away()
    monkeypatch.setenv(paths.HOME_VARIABLE, str(home))
    assert trial.is_thrown()
    enter(monkeypatch)
    monkeypatch.setenv(paths.HOME_VARIABLE, str(home))
    assert not trial.is_thrown()
