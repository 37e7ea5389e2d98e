"""Sums in Chinese words are what a cashier would write, and no two sums read alike."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.money_words import MOST_FEN, renminbi_in_words

DIGITS = "零壹贰叁肆伍陆柒捌玖"


@pytest.mark.parametrize(
    ("fen", "said"),
    [
        (0, "人民币零元整"),
        (5, "人民币伍分"),
        (60, "人民币陆角整"),
        (105, "人民币壹元零伍分"),
        (1_000, "人民币壹拾元整"),
        (12_050, "人民币壹佰贰拾元伍角整"),
        (140_950, "人民币壹仟肆佰零玖元伍角整"),
        (600_714, "人民币陆仟零柒元壹角肆分"),
        (1_000_000, "人民币壹万元整"),
        (10_700_053, "人民币壹拾万柒仟元伍角叁分"),
        (1_000_000_005, "人民币壹仟万元零伍分"),
        (100_000_000_100, "人民币壹拾亿零壹元整"),
    ],
)
def test_a_sum_is_written_as_the_rules_for_receipts_say(fen: int, said: str) -> None:
    assert renminbi_in_words(fen) == said


def read(said: str) -> int:
    """The sum somebody reads out of the words, in fen."""
    found = re.fullmatch(r"人民币(?:(.+)元)?零?(?:([^元])角)?零?(?:(.)分)?整?", said)
    assert found is not None, said
    whole, jiao, odd = found.groups()
    return yuan(whole or "零") * 100 + digit(jiao) * 10 + digit(odd)


def digit(char: str | None) -> int:
    return DIGITS.index(char) if char else 0


def yuan(said: str) -> int:
    whole, group, place = 0, 0, 0
    for char in said:
        if char in DIGITS:
            place = DIGITS.index(char)
        elif char in "拾佰仟":
            group += place * 10 ** ("拾佰仟".index(char) + 1)
            place = 0
        else:
            whole += (group + place) * {"万": 10**4, "亿": 10**8}[char]
            group = place = 0
    return whole + group + place


@given(st.integers(0, MOST_FEN))
def test_what_is_written_reads_back_as_the_sum(fen: int) -> None:
    assert read(renminbi_in_words(fen)) == fen
    assert "零零" not in renminbi_in_words(fen)
