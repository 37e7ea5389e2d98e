"""Passwords and PINs that are first to be tried are refused; waiting is bounded."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.errors import BadValue
from app.domain.people.credentials import (
    CODE_ALPHABET,
    LONGEST_WAIT,
    check_password,
    check_pin,
    normal,
    plain_code,
    shown_code,
    still_waiting,
    wait_after,
)

NOW = datetime(2026, 11, 23, tzinfo=UTC)


@pytest.mark.parametrize(
    ("password", "code"),
    [
        ("short7!", "password.too_short"),
        ("x" * 129, "password.too_long"),
        ("Password1", "password.common"),
        ("88888888", "password.common"),
        ("abcdefghij", "password.common"),
        ("９８７６５４３２１", "password.common"),
        ("abababab", "password.common"),
        ("T0123456", "password.about_you"),
        ("t0123456", "password.about_you"),
        ("张建国张建国张建国", "password.about_you"),
    ],
)
def test_passwords_that_are_refused(password: str, code: str) -> None:
    with pytest.raises(BadValue) as refused:
        check_password(password, ("T0123456", "张建国"))
    assert refused.value.code == code


@pytest.mark.parametrize("password", ["correct horse battery", "终端维保要记得带卷纸", "n9p3-vv2k"])
def test_passwords_that_are_taken(password: str) -> None:
    assert check_password(password, ("T01", "张工")) == password


def test_full_width_and_plain_characters_are_the_same_password() -> None:
    assert check_password("ＰＯＳ care 2026") == check_password("POS care 2026")


@pytest.mark.parametrize(
    ("pin", "code"),
    [
        ("123", "pin.malformed"),
        ("123456789", "pin.malformed"),
        ("12a4", "pin.malformed"),
        ("1111", "pin.simple"),
        ("4321", "pin.simple"),
        ("", "pin.malformed"),
    ],
)
def test_pins_that_are_refused(pin: str, code: str) -> None:
    with pytest.raises(BadValue) as refused:
        check_pin(pin)
    assert refused.value.code == code


@given(st.text(CODE_ALPHABET, min_size=1, max_size=25))
def test_a_code_reads_the_same_however_it_is_written(code: str) -> None:
    assert plain_code(shown_code(code).lower()) == code
    assert plain_code(f" {shown_code(code)} ") == code


@given(st.integers(0, 10_000))
def test_waiting_grows_and_is_bounded(failures: int) -> None:
    assert wait_after(failures) <= wait_after(failures + 1) <= LONGEST_WAIT
    if failures < 3:
        assert wait_after(failures) == timedelta()


@given(st.timedeltas(timedelta(days=-4000), timedelta(days=4000)))
def test_no_clock_makes_anybody_wait_longer(ahead: timedelta) -> None:
    wait = still_waiting(NOW + ahead, NOW)
    assert timedelta() <= wait <= LONGEST_WAIT
    assert bool(wait) == (ahead > timedelta())


def test_normal_is_stable() -> None:
    assert normal(normal("ｅ́")) == normal("ｅ́")
