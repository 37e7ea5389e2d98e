"""The sample estate a newcomer tries the program on: a data folder of its own inside the real one,
opened by a process of its own, and thrown away as a whole when it has served.

A file in the folder says what it is, so that nothing that somebody works with is ever taken for it.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from app import files, paths
from app import settings as settings_file
from app.settings import Settings

FOLDER = "trial"
"""The folder, in the data folder."""
MARK = "trial.txt"
"""The file in it; it holds what `paths.HOME_VARIABLE` was before."""
THROWN = "thrown-away.txt"
"""Beside the mark once the person threw the estate away."""


def dressed(settings: Settings, *, technician: str = "T01") -> Settings:
    """The settings with a person and a company of the sample estate."""
    return replace(
        settings,
        technician=technician,
        device="L7",
        company_name="测试终端服务有限公司",
        company_phone="400-000-0000",
    )


def here() -> bool:
    """Whether this process works on the sample estate."""
    return _is_trial(paths.home())


def folder() -> Path:
    """Where the sample estate lies that is started from here."""
    return paths.home() / FOLDER


def _is_trial(place: Path) -> bool:
    return place.name == FOLDER and (place / MARK).is_file()


def prepare(settings: Settings) -> Mapping[str, str]:
    """Make the folder, unless it is there, with these settings; the environment a process needs to
    open it.  Raises `OSError`."""
    place = folder()
    files.private_folder(place)
    before = os.environ.get(paths.HOME_VARIABLE, "")
    files.write(place / MARK, before.encode())
    (place / THROWN).unlink(missing_ok=True)
    settings_file.save(settings, place / paths.settings_file().name)
    return {**os.environ, paths.HOME_VARIABLE: str(place)}


def throw_away() -> Mapping[str, str]:
    """Say, in the process that works on it, that it is to go; the environment of the process that
    starts with real data, which removes it.  Raises `OSError`."""
    before = (paths.home() / MARK).read_text(encoding="utf-8")
    files.write(paths.home() / THROWN, b"")
    environment = {**os.environ, paths.HOME_VARIABLE: before}
    if not before:
        del environment[paths.HOME_VARIABLE]
    return environment


def is_thrown() -> bool:
    """Whether a sample estate lies here that was thrown away."""
    return _is_trial(folder()) and (folder() / THROWN).is_file()


def remove() -> None:
    """Remove the sample estate that lies here, as far as the system lets it go now."""
    if _is_trial(folder()):
        shutil.rmtree(folder(), ignore_errors=True)
