"""Free text of two people is merged without losing a line."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.operations.merging import merged_lines

line = st.sampled_from(["甲", "乙", "丙", "丁", "x", "y", ""])
text = st.lists(line, max_size=7).map("\n".join)


@given(base=text, mine=text, theirs=text)
def test_a_line_somebody_added_is_in_the_result(base: str, mine: str, theirs: str) -> None:
    """And one all three have stays."""
    merged = set(merged_lines(base, mine, theirs).splitlines())
    before, ours, others = (set(one.splitlines()) for one in (base, mine, theirs))
    assert (ours - before) | (others - before) | (before & ours & others) <= merged


@given(base=text, mine=text)
def test_what_only_one_changed_is_as_he_left_it(base: str, mine: str) -> None:
    """Whichever of the two it was."""
    assert merged_lines(base, mine, base) == mine
    assert merged_lines(base, base, mine) == mine
    assert merged_lines(base, mine, mine) == mine


@pytest.mark.parametrize(
    ("base", "mine", "theirs", "expected"),
    [
        ("一\n二\n三", "零\n一\n二\n三", "一\n二\n三\n四", "零\n一\n二\n三\n四"),
        ("一\n二\n三", "一\n三", "一\n二\n三\n四", "一\n三\n四"),
        ("一\n二\n三", "一\n贰\n三", "一\n两\n三", "一\n两\n贰\n三"),
        ("", "甲写的", "乙写的", "乙写的\n甲写的"),
    ],
)
def test_examples(base: str, mine: str, theirs: str, expected: str) -> None:
    """As a person would expect it."""
    assert merged_lines(base, mine, theirs) == expected
