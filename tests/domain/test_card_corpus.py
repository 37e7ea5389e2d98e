"""The card guard on a generated corpus: how often it misses, how often it is wrong.

The bars: at most one in a thousand missed in any way of writing, at most one in two hundred false
in any kind of look-alike.
"""

from __future__ import annotations

from random import Random

import pytest

from app.domain.card_text import folded
from app.domain.cardguard import OWN_FORM, certainly_card, find_secrets, holds_secret, mask_cards
from tests.domain.card_corpus import INSEPARABLE, LOOK_ALIKES, OWN, SAID, WAYS, card, digits

TIMES = 250


def _seen(text: str) -> int:
    """The most digits that can be read one after the other, in whatever script."""
    shown = folded(text).plain
    return max(map(len, "".join(c if c.isdigit() else " " for c in shown).split()), default=0)


def test_the_corpus_is_as_wide_as_promised() -> None:
    assert len(WAYS) >= 40
    assert len(SAID) >= 46
    assert len(LOOK_ALIKES) >= 55


@pytest.mark.parametrize("way", WAYS)
def test_no_way_of_writing_a_card_number_gets_through(way: str) -> None:
    chosen = Random(way)
    missed = []
    for _ in range(TIMES):
        text = WAYS[way](chosen)
        masked = mask_cards(text)
        if not find_secrets(text) or "*" not in masked or find_secrets(masked):
            missed.append(text)
    assert len(missed) <= TIMES / 1000, missed[:3]


@pytest.mark.parametrize("phrase", SAID)
def test_no_way_of_saying_a_code_gets_through(phrase: str) -> None:
    chosen = Random(phrase)
    for _ in range(TIMES // 5):
        text = SAID[phrase](chosen)
        assert _seen(mask_cards(text)) < 3, text


@pytest.mark.parametrize("kind", LOOK_ALIKES)
def test_numbers_that_are_no_cards_stay(kind: str) -> None:
    chosen = Random(kind)
    wrong = [text for _ in range(TIMES) if find_secrets(text := LOOK_ALIKES[kind](chosen))]
    assert len(wrong) <= TIMES / 200, wrong[:3]


@pytest.mark.parametrize("way", OWN)
def test_no_field_of_another_number_takes_a_card(way: str) -> None:
    chosen = Random(way)
    field, make = OWN[way]
    missed = [text for _ in range(TIMES) if not holds_secret(field, text := make(chosen))]
    assert missed == []


@pytest.mark.parametrize("kind", INSEPARABLE)
def test_kinds_nobody_can_tell_from_cards_are_named(kind: str) -> None:
    chosen = Random(kind)
    hit = sum(bool(find_secrets(INSEPARABLE[kind](chosen))) for _ in range(TIMES))
    assert hit > TIMES / 200, "it can be told apart by now: it belongs to the look-alikes"


def test_separators_are_those_meant_and_no_range() -> None:
    joined = {
        chr(code)
        for code in range(0x20, 0x7F)
        if not chr(code).isdigit() and find_secrets(chr(code).join(("4111",) * 1 + ("1111",) * 3))
    }
    assert joined == set(" -./_,:|~;*+=\\")


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
        certainly_card(number)
        for _ in range(TIMES)
        if not (number := card(chosen)).startswith("35")
    ]
    assert all(refused)


def test_a_mask_keeps_six_and_four_and_the_way_it_was_written() -> None:
    assert mask_cards("4111  1111  1111  1111") == "4111  11**  ****  1111"
    assert mask_cards("六二一二三四五六七八九〇〇〇〇三") == "六二一二三四******〇〇〇三"
    assert digits(Random(1), 3).isdigit()


def test_a_long_text_takes_no_longer_for_being_hostile() -> None:
    for piece in ("1 ", "12-", "4111 ", "一", "密码是", "pin is ", "1,", "9" * 40 + " "):
        assert isinstance(mask_cards(piece * (20_000 // len(piece))), str)
