"""What the program keeps is read by its owner alone."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from app import bootstrap, logs, paths
from app import settings as settings_file
from app.settings import Settings
from tests.factories import make_incident


@pytest.mark.skipif(os.name == "nt", reason="the rights of the folder above hold")
def test_nobody_else_may_enter_the_folders_or_read_what_lies_outside_of_them(
    home: Path, settings: Settings, tmp_path: Path
) -> None:
    before = os.umask(0)
    try:
        second = tmp_path / "stick" / "backups"
        with logs.writing(paths.logs()):
            settings_file.save(settings, paths.settings_file())
            services = bootstrap.build(settings)
            make_incident(services)
            services.backups.use_second_folder(second)
            services.care.journal.catch_up()
            services.care.back_up_if_due()
            services.care.check()
            services.close()
    finally:
        os.umask(before)
    folders = [home, *home.rglob("*"), tmp_path / "stick", *(tmp_path / "stick").rglob("*")]
    assert second / "journal" in folders
    open_ = [p for p in folders if p.is_dir() and p.stat().st_mode & 0o777 != 0o700]
    assert open_ == []
    kept = [p for p in folders if p.suffix in {".db", ".toml", ".jsonl", ".json", ".last-good"}]
    assert len(kept) > 8
    assert {oct(p.stat().st_mode & 0o777) for p in kept} == {"0o600"}


@pytest.mark.skipif(os.name == "nt", reason="the rights of the folder above hold")
def test_what_an_earlier_version_left_open_is_closed(home: Path, settings: Settings) -> None:
    bootstrap.build(settings).close()
    home.chmod(0o755)
    paths.database_file().chmod(0o644)
    bootstrap.build(settings).close()
    assert home.stat().st_mode & 0o777 == 0o700
    assert paths.database_file().stat().st_mode & 0o777 == 0o600
