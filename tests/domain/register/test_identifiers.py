"""Numbers of the trade are normalised, checked, and refused with a reason."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain import parsing, text
from app.domain.errors import BadValue
from app.domain.register import identifiers


@pytest.mark.parametrize(
    ("parse", "raw", "parsed"),
    [
        (identifiers.parse_serial, "  TESTV240m00000015 ", "TESTV240m00000015"),
        (identifiers.parse_serial, "０００123４", "0001234"),
        (identifiers.parse_tid, "９０００００１１", "90000011"),
        (identifiers.parse_tid, "w1486540", "W1486540"),
        (identifiers.parse_mid, "310100048140001", "310100048140001"),
        (identifiers.parse_iccid, "8986 0073 0482 8991 589", "8986007304828991589"),
        (identifiers.parse_iccid, "", ""),
        (identifiers.parse_imei, "490154203237518", "490154203237518"),
        (identifiers.parse_uscc, "91350100m000100y43", "91350100M000100Y43"),
        (identifiers.parse_phone, "010-88886666转12", "010-88886666转12"),
        (identifiers.parse_phone, "+86 138 1234 5678", "+8613812345678"),
        (identifiers.parse_device_letter, " l7", "L7"),
    ],
)
def test_what_people_type_is_normalised(parse: Callable[[str], str], raw: str, parsed: str) -> None:
    assert parse(raw) == parsed


@pytest.mark.parametrize(
    ("parse", "raw", "code"),
    [
        (identifiers.parse_serial, "  ", "serial.missing"),
        (identifiers.parse_serial, "ab", "serial.malformed"),
        (identifiers.parse_serial, "x" * 51, "serial.malformed"),
        (identifiers.parse_serial, "序列号一二三", "serial.malformed"),
        (identifiers.parse_tid, "12AB", "tid.malformed"),
        (identifiers.parse_tid, "", "tid.missing"),
        (identifiers.parse_mid, "84829005812000", "mid.malformed"),
        (identifiers.parse_iccid, "8986x", "iccid.malformed"),
        (identifiers.parse_imei, "490154203237519", "imei.check_digit"),
        (identifiers.parse_imei, "4901", "imei.malformed"),
        (identifiers.parse_uscc, "91350100M000100", "uscc.malformed"),
        (identifiers.parse_phone, "打我电话", "phone.malformed"),
        (identifiers.parse_device_letter, "L777", "device.malformed"),
        (identifiers.parse_device_letter, "", "device.malformed"),
        (parsing.parse_date, "2025-02-30", "date.impossible"),
        (parsing.parse_date, "31.2.2025", "date.malformed"),
        (parsing.parse_date, "0001-01-01", "date.out_of_range"),
        (parsing.parse_date, "9999-12-31", "date.out_of_range"),
        (parsing.parse_decimal, "abc", "number.malformed"),
        (parsing.parse_decimal, "1e309", "number.malformed"),
        (parsing.parse_decimal, "NaN", "number.malformed"),
        (parsing.parse_count, "-5", "number.out_of_range"),
        (parsing.parse_count, "1.5", "number.whole"),
        (parsing.parse_latitude, "91", "number.out_of_range"),
    ],
)
def test_what_cannot_be_is_refused_with_a_reason(
    parse: Callable[[str], Any], raw: str, code: str
) -> None:
    with pytest.raises(BadValue) as refused:
        parse(raw)
    assert refused.value.code == code


@pytest.mark.parametrize(
    ("raw", "day"),
    [
        ("2025-05-06", date(2025, 5, 6)),
        ("2023/10/19", date(2023, 10, 19)),
        ("2025/6/30", date(2025, 6, 30)),
        ("2025年6月3日", date(2025, 6, 3)),
        ("20250630", date(2025, 6, 30)),
        ("２０２５-０６-３０", date(2025, 6, 30)),
        ("2025-06-30 00:00:00", date(2025, 6, 30)),
        ("2028-02-29", date(2028, 2, 29)),
        ("", None),
        ("  ", None),
    ],
)
def test_dates_are_read_in_every_usual_form(raw: str, day: date | None) -> None:
    assert parsing.parse_date(raw) == day


def test_numbers_are_read_with_point_comma_and_thousands() -> None:
    assert parsing.parse_decimal("1,5") == 1.5
    assert parsing.parse_decimal("1 500") == 1500
    assert parsing.parse_decimal("12,345.5") == 12345.5
    assert parsing.parse_decimal("１２") == 12
    assert parsing.parse_decimal("-2") == -2


@pytest.mark.parametrize(
    ("uscc", "valid"),
    [
        ("91350100M000100Y43", True),
        ("91999999MA00000040", True),
        ("91999999MA0000013X", True),
        ("91999999MA0000023Y", True),
        ("91110000600037341L", True),
        ("91350100M000100Y4Z", False),
        ("91999999MA00000041", False),
        ("", False),
    ],
)
def test_the_check_character_of_the_credit_code(uscc: str, valid: bool) -> None:
    assert identifiers.uscc_valid(uscc) is valid


def test_document_numbers_read_well() -> None:
    assert str(identifiers.DocumentNumber("L7", 412)) == "L7-000412"
    assert str(identifiers.DocumentNumber("A", 3, "V")) == "A-V000003"


@given(st.text(max_size=400))
def test_cleaning_is_stable_and_leaves_no_control_characters(raw: str) -> None:
    for clean in (text.line, text.note):
        once = clean(raw, 1_000)
        assert clean(once, 1_000) == once
        assert not any(char < " " and char != "\n" and char != "\t" for char in once)
    assert "\n" not in text.line(raw, 1_000)


def test_direction_marks_and_surrogates_are_taken_out() -> None:
    assert text.line("a\u202eb\x00c\ud800") == "abc\ufffd"
    assert text.line("e\u0301") == "é"


def test_text_that_is_too_long_says_how_long() -> None:
    with pytest.raises(BadValue) as refused:
        text.note("长" * 20_001)
    assert refused.value.params == {"limit": 20_000, "length": 20_001}
    assert text.note("长" * 20_000)


def test_search_tokens_cut_chinese_into_pairs() -> None:
    assert text.search_tokens("黑屏无 A0 ９１") == ["黑屏", "屏无", "a0", "91"]
    assert text.search_tokens("黑") == ["黑"]
    assert text.search_tokens("黑屏，卡住") == ["黑屏", text.SEARCH_GAP, "卡住"]
    assert text.search_tokens("İstanbul Łódź")
    assert text.search_tokens("'; DROP TABLE--") == ["drop", "table"]
