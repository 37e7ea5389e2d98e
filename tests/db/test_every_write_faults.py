"""Killed, or with a full disk, in the middle of anything that writes: nothing acknowledged is lost,
nothing half is left, and a full disk is a sentence.

Saving, backup and restore have tests of their own beside this one; ``make torture`` tries every
operation of all.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.faulting import outcomes


@pytest.mark.parametrize(
    "job",
    [
        *("import", "attachment", "journal", "migration", "settings", "exchange"),
        *("encryption", "rekeying", "decryption"),
        *("package to office", "package to laptop"),
    ],
)
def test_case_7_and_case_8_and_case_26_a_fault_anywhere_loses_nothing(
    shim: Path, tmp_path: Path, job: str
) -> None:
    whole, *broken = outcomes(shim, job, ("KILL", "FULL"), tmp_path / "work", most=2)
    assert (whole.said, whole.acknowledged, whole.code) == ("done", 1, 0)
    assert len(broken) >= 4
    for one in (whole, *broken):
        assert (one.lost, one.half, one.corrupt, one.bug) == (0, 0, "", False), one
    assert -9 in {one.code for one in broken}, "nobody was killed"
