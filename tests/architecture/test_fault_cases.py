"""Every numbered case of faults and odd input has a test of its number."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
RECORD = ROOT / "resources" / "manual" / "decisions" / "fault_cases.md"
CASES = 75


def listed() -> list[int]:
    """The numbers in the lists of the record."""
    text = RECORD.read_text(encoding="utf-8").partition("**Left out")[0]
    lists = text[text.index("**Storage.**") :].replace("\n", " ")
    return [int(found) for found in re.findall(r"(?:\*\* |· )(\d+) ", lists)]


def with_a_test() -> set[int]:
    """The numbers in the names of tests."""
    found: set[int] = set()
    for path in (ROOT / "tests").rglob("test_*.py"):
        for name in re.findall(
            r"^ *def (test_\w+)", path.read_text(encoding="utf-8"), re.MULTILINE
        ):
            found |= {int(number) for number in re.findall(r"case_(\d+)", name)}
    return found


def test_the_list_is_whole_and_in_order() -> None:
    assert listed() == list(range(1, CASES + 1))


def test_every_case_has_a_test_and_no_test_has_a_case_of_its_own() -> None:
    assert sorted(set(listed()) - with_a_test()) == []
    assert sorted(with_a_test() - set(listed())) == []
