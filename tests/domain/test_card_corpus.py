"""The card guard on a generated corpus: how often it misses, how often it is wrong.

The bars: at most one in a thousand missed in any way of writing, at most one in two hundred false
in any kind of look-alike.
"""

from __future__ import annotations

import string
import time
from random import Random

import pytest

from app.domain.cardguard import OWN_FORM, find_secrets, holds_card, holds_secret, mask_cards
from tests.domain.card_corpus import OWN, WAYS, card, digits
from tests.domain.card_lookalikes import LOOK_ALIKES
from tests.domain.card_rates import GROUPS, MOST_FALSE, inseparable, longest_number, rate
from tests.domain.card_said import IN_WORDS, ORDINARY, SAID

TIMES = 60
"""Texts of each kind; ``make torture`` takes a thousand and prints what it found."""


def test_the_corpus_is_as_wide_as_promised() -> None:
    assert len(WAYS) >= 40
    assert len(SAID) >= 46
    assert len(LOOK_ALIKES) >= 55


@pytest.mark.parametrize(
    ("group", "kind"),
    [(group, kind) for group, (makers, *_rest) in GROUPS.items() for kind in makers],
)
def test_case_39_every_kind_holds_its_bar(group: str, kind: str) -> None:
    found = rate(group, kind, TIMES)
    assert found.good, found.wrong[:3]


@pytest.mark.parametrize("text", IN_WORDS)
def test_no_code_in_words_gets_through(text: str) -> None:
    assert mask_cards(text) != text
    assert longest_number(mask_cards(text)) < 3


@pytest.mark.parametrize("text", ORDINARY)
def test_what_is_written_every_day_stays(text: str) -> None:
    assert mask_cards(text) == text


@pytest.mark.parametrize("way", OWN)
def test_no_field_of_another_number_takes_a_card(way: str) -> None:
    chosen = Random(way)
    field, make = OWN[way]
    missed = [text for _ in range(TIMES) if not holds_secret(field, text := make(chosen))]
    assert missed == []


def test_kinds_nobody_can_tell_from_cards_are_named() -> None:
    for found in inseparable(1000):
        assert len(found.wrong) > found.tried * MOST_FALSE, (
            f"{found.kind} belongs to the look-alikes"
        )


def test_separators_are_those_meant_and_no_range() -> None:
    joined = {
        chr(code)
        for code in range(0x80)
        if not chr(code).isdigit() and find_secrets(chr(code).join(("4111",) * 1 + ("1111",) * 3))
    }
    unseen = "".join(map(chr, (*range(9), *range(14, 32), 127)))
    assert joined == set(string.whitespace + string.punctuation + "xX" + unseen)


def test_fields_of_long_numbers_refuse_only_what_is_certainly_a_card() -> None:
    chosen = Random(7)
    for kind in ("IMEI", "ICCID", "MID", "mobile", "landline", "serial of the trade", "IMEISV"):
        forms = {"IMEI": "imei", "IMEISV": "imei", "ICCID": "iccid", "MID": "mid"}
        name = forms.get(kind, "serial")
        assert name in OWN_FORM
        for _ in range(TIMES):
            text = LOOK_ALIKES[kind](chosen)
            assert not holds_secret(name, text), text
    refused = [
        holds_card(number) for _ in range(TIMES) if not (number := card(chosen)).startswith("35")
    ]
    assert all(refused)


def test_a_mask_keeps_six_and_four_and_the_way_it_was_written() -> None:
    assert mask_cards("4111  1111  1111  1111") == "4111  11**  ****  1111"
    assert mask_cards("六二一二三四五六七八九〇〇〇〇三") == "六二一二三四******〇〇〇三"
    assert digits(Random(1), 3).isdigit()


_PIECES = (
    *("1 ", "4 ", "12-", "4111 ", "一", "六 ", "密码是", "密码1", "pin is ", "1,", "9" * 40 + " "),
    *(
        "0 ",
        "前8位4111 ",
        "前8位",
        "1. 4111\n",
        "yi",
        "one_",
        "four ",
        "oo",
        "【1】",
        "1和",
        "1 然后 ",
    ),
    *(
        "<br>",
        "1<br>",
        "%20",
        "1\u200b",
        "o l 1 ",
        "4111 又",
        "double ",
        "1 4111 ",
        "1最后嗯",
        "{[(",
    ),
)


@pytest.mark.parametrize("piece", _PIECES)
def test_the_work_grows_with_the_length_of_a_text_and_not_with_its_square(piece: str) -> None:
    short, long = (_seconds(piece * (size // len(piece))) for size in (500, 8_000))
    # Sixteen times as long; the square would be 256 times, and the shortest is lost in overhead.
    assert long < max(short, 0.001) * 80


def _seconds(text: str) -> float:
    """Of the processor, the least of some times: others may be at work on this machine."""
    found = []
    for _ in range(3):
        began = time.process_time()
        find_secrets(text)
        found.append(time.process_time() - began)
    return min(found)
