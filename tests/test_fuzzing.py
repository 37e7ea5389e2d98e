"""Whatever is damaged in what others wrote is refused in words, and is never a bug."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest

from tests.fuzzing import TARGETS

TIMES = 25
"""Inputs of each kind; ``make torture`` takes thousands."""


@pytest.mark.parametrize("target", TARGETS)
def test_damaged_input_is_refused_in_words(target: str, tmp_path: Path) -> None:
    for seed in range(TIMES):
        TARGETS[target](Random(f"{target} {seed}"), tmp_path)
