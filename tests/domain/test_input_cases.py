"""The cases of texts, numbers and dates as typed, by their numbers in the list of faults."""

from __future__ import annotations

import unicodedata
from datetime import date

import pytest

from app.domain import text
from app.domain.errors import BadValue
from app.domain.parsing import parse_cents, parse_count, parse_date, parse_decimal


def code_of(call: object, *arguments: object) -> str:
    """Why a value is refused."""
    assert callable(call)
    with pytest.raises(BadValue) as refused:
        call(*arguments)
    return refused.value.code


@pytest.mark.parametrize("length", [0, 1, text.NOTE_LIMIT])
def test_case_36_a_text_that_fits_is_kept_whole(length: int) -> None:
    assert text.note("字" * length) == "字" * length


@pytest.mark.parametrize("length", [text.NOTE_LIMIT + 1, 32_767, 32_768, 1_000_000])
def test_case_36_a_text_too_long_is_refused_and_never_cut(length: int) -> None:
    assert code_of(text.note, "字" * length) == "text.too_long"
    assert code_of(text.line, "字" * length) == "text.too_long"


def test_case_37_what_is_not_seen_is_taken_out_and_what_is_seen_stays() -> None:
    assert text.line("a\0b\x07\x1b[31m\u202egnp.exe\ufeff") == "ab[31mgnp.exe"
    assert text.line("\ud800终端\udfff") == "\ufffd终端\ufffd"
    family = "👨\u200d👩\u200d👧"
    assert text.line(family) == family
    for form in ("NFC", "NFD"):
        assert text.line(unicodedata.normalize(form, "Příbram ắ")) == "Příbram ắ"
    assert text.search_tokens("ISTANBUL ıI") == text.search_tokens("istanbul ıi")


@pytest.mark.parametrize(
    "hostile",
    [
        "<b>x</b> & <img src=/etc/passwd>",
        "{{7*7}} {0} %s %(x)s",
        "'; DROP TABLE terminal; --",
        '=HYPERLINK("http://x","y")',
        "@SUM(1+1)",
        "-2+3",
    ],
)
def test_case_38_nothing_typed_is_changed_for_being_odd(hostile: str) -> None:
    assert text.line(hostile) == text.free_line(hostile) == text.note(hostile) == hostile


@pytest.mark.parametrize(
    ("typed", "number"),
    [("1,5", 1.5), ("1.5", 1.5), ("１２", 12.0), ("-5", -5.0), ("", None)],
)
def test_case_41_numbers_as_people_write_them(typed: str, number: float | None) -> None:
    assert parse_decimal(typed) == number


@pytest.mark.parametrize(
    "typed", ["abc", "1e309", "NaN", "inf", "1.2.3", "0x10", "１２３abc", "--1"]
)
def test_case_41_what_is_no_number_is_told(typed: str) -> None:
    assert code_of(parse_decimal, typed) == "number.malformed"
    assert code_of(parse_count, typed).startswith("number.")
    assert code_of(parse_cents, typed).startswith(("money.", "number."))


def test_case_41_a_count_is_whole_and_within_its_bounds() -> None:
    assert code_of(parse_count, "1.5") == "number.whole"
    assert code_of(parse_count, "-5") == "number.out_of_range"
    assert code_of(parse_count, "9" * 40) == "number.out_of_range"


def test_case_42_days_that_are_none_and_days_far_off_are_told() -> None:
    assert parse_date("2028-02-29") == date(2028, 2, 29)
    for typed in ("2027-02-29", "2026-02-31", "2026-13-01", "2026-00-10"):
        assert code_of(parse_date, typed) == "date.impossible"
    for typed in ("0001-01-01", "9999-12-31"):
        assert code_of(parse_date, typed) == "date.out_of_range"
    for typed in ("gestern", "2026", "99999-01-01", "1e3"):
        assert code_of(parse_date, typed).startswith("date.")
