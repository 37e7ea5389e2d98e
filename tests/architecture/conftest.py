"""A copy of the program for the tests that follow a recipe of CONTRIBUTING."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.architecture.recipe_copy import ROOT, Copy


@pytest.fixture
def copy(tmp_path: Path) -> Copy:
    """The program without its fonts and pictures, which no recipe here needs."""
    root = tmp_path / "copy"
    skipped = shutil.ignore_patterns("*.ttf", "screenshots", "manual")
    for folder in ("app", "db", "resources"):
        shutil.copytree(ROOT / folder, root / folder, ignore=skipped)
    return Copy(root)
