"""Numbers made for tests never meet those of the sample estate or those written in a test."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from app import paths
from tests.factories import MIDS, SERIALS, TIDS

ROOT = Path(__file__).parent


@pytest.mark.parametrize(("beginning", "digits"), [(SERIALS, 7), (TIDS, 7), (MIDS, 6)])
def test_no_number_written_down_lies_in_the_range_of_the_factories(
    beginning: str, digits: int
) -> None:
    """A whole run once failed because the 988th terminal made had a TID of the sample."""
    made = re.compile(rf"(?<![0-9A-Za-z]){beginning}[0-9]{{{digits}}}(?![0-9])")
    sample = paths.resources() / "sample" / "terminals.csv"
    assert made.search(sample.read_bytes().decode("gb18030")) is None
    for path in sorted(ROOT.rglob("*.py")):
        found = made.search(path.read_text(encoding="utf-8"))
        assert found is None, f"{path.relative_to(ROOT)}: {found and found[0]}"
