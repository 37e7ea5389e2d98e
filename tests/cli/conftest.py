"""Running verbs as a script would: arguments in, exit code and text out."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from app import paths
from app import settings as settings_file
from app.cli import main
from app.settings import Settings


@dataclass(frozen=True)
class Answer:
    """What a verb said."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """The output as JSON."""
        assert self.out, f"{self.code}: {self.err}"
        return json.loads(self.out)


Run = Callable[..., Answer]


@pytest.fixture
def ready(home: Path, template: Path) -> None:
    """An empty database at its place, for tests that are not about the first start: making one
    there takes far longer than most verbs."""
    assert paths.database_file().is_relative_to(home)
    paths.database_file().parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(template, paths.database_file())


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], settings: Settings) -> Run:
    """``run("incident", "list", "--json")``"""
    settings_file.save(settings, paths.settings_file())

    def call(*arguments: str) -> Answer:
        try:
            code = main(arguments)
        except SystemExit as stop:
            code = int(stop.code or 0)
        captured = capsys.readouterr()
        return Answer(code, captured.out, captured.err)

    return call
