"""Each part of ``make torture`` can be carried out: nobody runs it before every commit, so that one
which no longer fits the tests it builds on would not be noticed for weeks."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from app import paths
from tests.torture import __main__ as torture
from tests.torture import years

SMALLEST = (
    ("files", "--histories", "1", "--length", "4"),
    ("away", "--away", "4"),
    ("saves", "--saves", "2"),
    ("years", "--years", "1"),
    ("damaged", "--damaged", "1"),
    ("cards", "--cards", "1"),
)
"""Parts at their smallest size; faults and the server have tests of the same code."""


@pytest.mark.parametrize("part", SMALLEST, ids=[part for part, *_ in SMALLEST])
def test_a_part_can_be_carried_out(
    part: tuple[str, ...], home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(paths.HOME_VARIABLE, str(home))  # it sets its own, which is taken back
    monkeypatch.setattr(sys, "argv", ["tests.torture", "--only", *part])
    monkeypatch.setattr(torture, "TERMINALS", 2)
    monkeypatch.setattr(years, "STEPS", 3)
    assert torture.main() == 0
