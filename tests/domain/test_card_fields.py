"""A card number split over several fields of one record."""

from __future__ import annotations

from random import Random

import pytest

from app.domain.card_fields import split_numbers, without_split_numbers
from tests.domain.card_corpus import Make, card, checked, digits, grouped
from tests.domain.card_lookalikes import LOOK_ALIKES

TIMES = 100

Split = dict[str, str]


def _union(chosen: Random) -> str:
    while not (number := card(chosen)).startswith("62"):
        pass
    return number


SPLIT = {
    "name and note": lambda c: _two(grouped(card(c), (4,), " "), 9),
    "name and note behind words": lambda c: {
        "name": f"张三 {(n := grouped(card(c), (4,), ' '))[:9]}",
        "note": f"{n[10:]}，卡读不出",
    },
    "the word and the number": lambda c: {"title": f"卡号{(n := card(c))[:8]}", "note": n[8:]},
    "UnionPay in two pieces": lambda c: _two(_union(c), 8),
    "six and the rest": lambda c: _two(_union(c), 6),
    "four fields": lambda c: dict(
        zip("abcd", grouped(checked("4" + digits(c, 14)), (4,), "|").split("|"), strict=True)
    ),
    "with another field between": lambda c: {
        "name": (n := grouped(card(c), (4,), " "))[:9],
        "brand": "新大陆",
        "note": n[10:],
    },
    "Chinese and Arabic numerals": lambda c: {
        "name": (n := grouped(card(c), (4,), " "))[:9].translate(
            str.maketrans("0123456789", "零一二三四五六七八九")
        ),
        "note": n[10:],
    },
}


def _two(number: str, at: int) -> Split:
    return {"name": number[:at].strip(), "note": number[at:].strip()}


@pytest.mark.parametrize("way", SPLIT)
def test_case_39_a_number_over_several_fields_is_found(way: str) -> None:
    chosen = Random(way)
    missed = []
    for _ in range(TIMES):
        fields = SPLIT[way](chosen)
        kept = without_split_numbers(fields)
        if not list(split_numbers({"draft": fields})) or list(split_numbers(kept)):
            missed.append(fields)
    assert missed == []


@pytest.mark.parametrize("kind", LOOK_ALIKES)
def test_two_other_numbers_of_a_record_stay(kind: str) -> None:
    """Each kind beside itself, beside eight digits and beside a day, in two fields."""
    chosen, make = Random(kind), LOOK_ALIKES[kind]
    others: tuple[Make, ...] = (make, lambda c: digits(c, 8), lambda c: "2026-11-29")
    wrong = [
        fields
        for _ in range(20)
        for other in others
        if list(split_numbers(fields := {"name": make(chosen), "note": other(chosen)}))
    ]
    assert wrong == []


def test_fields_with_a_form_of_their_own_and_keys_are_no_part() -> None:
    number = "6222021234567890128"
    assert not list(split_numbers({"phone": number[:8], "note": number[8:]}))
    assert not list(split_numbers({"visit_id": number[:8], "note": number[8:]}))
    assert not list(split_numbers([{"name": number[:8]}, {"name": number[8:]}]))
