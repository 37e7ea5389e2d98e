"""Card numbers, track data and PINs are masked; serials, SIM and merchant numbers are not."""

from __future__ import annotations

import random
from datetime import datetime, timedelta, timezone
from itertools import pairwise
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.card_numbers import identity_number_valid, luhn_valid
from app.domain.cardguard import (
    OWN_FORM,
    find_secrets,
    holds_secret,
    mask_cards,
    perhaps_another,
)

# Published test cards of the schemes and synthetic UnionPay numbers; none is a real account.
MASKED = {
    "6212345678900000003": "621234*********0003",
    "6212 3456 7890 1265": "6212 34** **** 1265",
    "6200000000000005": "620000******0005",
    "6205500000000000004": "620550*********0004",
    "62123456789000003": "621234*******0003",
    "621234567890000002": "621234********0002",
    "8171999927660000": "817199******0000",
    "6212345678900000004": "621234*********0004",
    "4111111111111111": "411111******1111",
    "5555555555554444": "555555******4444",
    "2223003122003222": "222300******3222",
    "378282246310005": "378282*****0005",
    "3530111333300000": "353011******0000",
    "30569309025904": "305693****5904",
    "卡号：６２１２３４５６７８９０００００００３": "卡号：621234*********0003",
    "卡号6212345678900000003刷不了": "卡号621234*********0003刷不了",
    "4111111111111111 13812345678": "411111******1111 13812345678",
    "6212345678900000003 2024-01-15": "621234*********0003 2024-01-15",
    "4111-1111-1111-1111 123": "4111-11**-****-1111 ***",
    "11010519491231002X": "110105********002X",
    "620102188001010018": "620102********0018",
    "620102188001010755": "620102********0755",
    ";6212345678900000003=25121010000?": "****",
    "%B4111111111111111^ZHANG/SAN^2512101?": "****",
    "CVV: 123": "CVV: ***",
    "密码：123456": "密码：******",
}
KEPT = (
    "490154203237518",
    "867000000000002",
    "351234567890124",
    "8986000000000000002",
    "8986030000000000006",
    "89860000000000000019",
    "89860600000000000021",
    "8986011023117098 3S",
    "102581083986056",
    "531000013027106",
    "848584359686300",
    "310100048140001",
    "W1486540",
    "13812345678",
    "+8613812345678",
    "010-88886666",
    "012345678901",
    "20240115103000",
    "20240115103000123",
    "4200001234202401151234567890",
    "622202******0128",
    "密码错误 55",
    "连续输错5次锁定",
    "91350100M000100Y43",
    "2026-11-22 10:20 2026-11-23 11:30",
    "",
)


@pytest.mark.parametrize(("text", "masked"), MASKED.items())
def test_secrets_are_masked(text: str, masked: str) -> None:
    assert mask_cards(text) == masked


@pytest.mark.parametrize("text", KEPT)
def test_other_numbers_stay_as_they_are(text: str) -> None:
    assert mask_cards(text) == text


@pytest.mark.parametrize("text", MASKED)
def test_masking_again_changes_nothing(text: str) -> None:
    assert mask_cards(mask_cards(text)) == mask_cards(text)


@given(st.text(max_size=300))
def test_no_text_breaks_the_guard(text: str) -> None:
    spans = find_secrets(text)
    assert all(0 <= span.start < span.end <= len(text) for span in spans)
    assert all(a.end <= b.start for a, b in pairwise(spans))
    mask_cards(text)


def _with_check_digit(body: str) -> str:
    return next(body + str(d) for d in range(10) if luhn_valid(body + str(d)))


@given(st.from_regex(r"35[0-9]{12}", fullmatch=True))
def test_no_imei_is_taken_for_a_card(body: str) -> None:
    imei = _with_check_digit(body)
    assert mask_cards(imei) == imei


@given(st.from_regex(r"8986[0-9]{15,16}", fullmatch=True))
def test_no_sim_number_is_taken_for_a_card(iccid: str) -> None:
    assert mask_cards(iccid) == iccid


@given(st.from_regex(r"(?:62|81)[0-9]{14,17}", fullmatch=True), st.text(max_size=20))
def test_every_unionpay_number_is_masked_wherever_it_stands(card: str, around: str) -> None:
    around = "".join(char for char in around if not char.isdigit() and char not in "-=?;%^*")
    shown = mask_cards(f"{around}卡{card}号{around}")
    assert card not in shown


@given(
    st.datetimes(datetime(1900, 1, 1), datetime(2199, 12, 31)),  # noqa: DTZ001 - made aware below
    st.integers(-720, 840).map(lambda minutes: timezone(timedelta(minutes=minutes))),
)
def test_no_moment_is_taken_for_a_card(at: datetime, zone: timezone) -> None:
    written = at.replace(tzinfo=zone).isoformat()
    # Alone it is not even looked into; with a word beside it, it is.
    assert find_secrets(written) == find_secrets(f"{written} 到店") == []
    assert not [name for name in ("", *OWN_FORM) if holds_secret(name, written)]


@pytest.mark.parametrize("name", ["", "old", "new", "serial"])
@pytest.mark.parametrize(
    "written", ["2026-11-30T22:47:22.798861+00:00", '{"at":"2024-04-19T23:52:28.030930+00:00"}']
)
def test_a_time_of_day_that_passes_the_check_of_a_card_is_stored(name: str, written: str) -> None:
    """One moment in ten whose hours and minutes begin like a card: its save was refused."""
    assert not holds_secret(name, written)
    assert mask_cards(written) == written
    assert holds_secret(name, f"4111 1111 1111 1111 {written}")


@pytest.mark.parametrize("letter", ["", "x", "e", "m"])
def test_no_key_is_taken_for_a_card(letter: str) -> None:
    """Keys of visits and due dates carry a letter before them that says of what they are."""
    chance = random.Random(letter)
    for _ in range(3_000):
        digits = "".join(chance.choices("0123456789", k=32))
        key = f"{letter}{UUID(digits, version=5)}"
        assert not [name for name in ("", "new", "slot", "serial") if holds_secret(name, key)], key


def test_an_identity_number_needs_its_check_character() -> None:
    assert identity_number_valid("11010519491231002X")
    assert not identity_number_valid("110105194912310021")
    assert not identity_number_valid("1101051949123100")


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("4111111111111111", True),
        ("换机 4111111111111111 已寄", True),
        ("卡号 4111111111111111", False),
        ("4111 1111 1111 1111", False),
        ("4111111111111111，密码 123456", False),
        ("订单号 4111111111111111", False),
        ("终端 N910", False),
    ],
)
def test_what_may_be_another_number_is_asked_about(text: str, asked: bool) -> None:
    assert perhaps_another(text) is asked


def test_the_word_for_another_number_keeps_it_and_the_word_for_a_card_does_not() -> None:
    assert mask_cards("订单号：4111111111111111") == "订单号：4111111111111111"
    assert mask_cards("卡号：4111111111111111") == "卡号：411111******1111"
    assert mask_cards("订单卡号：4111111111111111") == "订单卡号：411111******1111"
