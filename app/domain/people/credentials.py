"""What a password, a PIN and a one-time code must be like, and how attempts are slowed.

Lengths follow NIST SP 800-63B (5.1.1): at least eight characters, nothing demanded of their kinds,
common and self-evident ones refused.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from datetime import datetime, timedelta
from itertools import pairwise

from app.domain.errors import BadValue

SHORTEST_PASSWORD = 8
LONGEST_PASSWORD = 128
SHORTEST_PIN = 4
LONGEST_PIN = 8
PIN_TRIES = 5
"""Wrong PINs in a row after which only the password opens."""

CODE_LIFE = timedelta(hours=24)
"""How long a one-time code given to somebody else opens."""
CODE_ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Without characters that look like another when read from paper or heard on the telephone."""
CODE_LENGTH = 10
"""49 bits: beyond guessing at the pace `wait_after` allows."""
RECOVERY_LENGTH = 20
"""A code that stays in the safe for years."""

_FREE_FAILURES = 3
_FIRST_WAIT = timedelta(seconds=5)
LONGEST_WAIT = timedelta(minutes=5)
"""Nobody is locked out for good by somebody else's wrong attempts."""
FORGET_AFTER = timedelta(days=1)
"""Failed attempts count no longer after this."""

_COMMON = frozenset(
    {
        "00000000",
        "11111111",
        "12341234",
        "12345678",
        "123456789",
        "1234567890",
        "87654321",
        "88888888",
        "66666666",
        "11223344",
        "123123123",
        "147258369",
        "password",
        "password1",
        "passw0rd",
        "qwertyui",
        "qwerty123",
        "1qaz2wsx",
        "qazwsxedc",
        "abcd1234",
        "abc12345",
        "a1234567",
        "a12345678",
        "aa123456",
        "iloveyou",
        "woaini123",
        "woaini520",
        "5201314",
        "woaini1314",
        "admin123",
        "administrator",
        "letmein1",
        "welcome1",
        "poscare1",
        "poscare123",
        "zhongduan",
        "1q2w3e4r",
        "asdfghjk",
    }
)


def normal(secret: str) -> str:
    """A secret as it is compared: the same characters typed on any keyboard give the same text."""
    return unicodedata.normalize("NFKC", secret)


def check_password(password: str, about: Iterable[str] = ()) -> str:
    """The password as it is kept; `about` are code and name of its owner.

    Raises `BadValue`: ``password.too_short``, ``password.too_long``, ``password.common``,
    ``password.about_you``.
    """
    kept = normal(password)
    if len(kept) < SHORTEST_PASSWORD:
        raise BadValue("password.too_short", least=SHORTEST_PASSWORD)
    if len(kept) > LONGEST_PASSWORD:
        raise BadValue("password.too_long", most=LONGEST_PASSWORD)
    folded = kept.casefold()
    if folded in _COMMON or len(set(folded)) < 3 or _is_run(folded):
        raise BadValue("password.common")
    if any(folded == normal(own).casefold() * times for own in about for times in (1, 2, 3)):
        raise BadValue("password.about_you")
    return kept


def check_pin(pin: str) -> str:
    """The PIN as it is kept.  Raises `BadValue`: ``pin.malformed``, ``pin.simple``."""
    kept = normal(pin).strip()
    if not (kept.isascii() and kept.isdigit() and SHORTEST_PIN <= len(kept) <= LONGEST_PIN):
        raise BadValue("pin.malformed", least=SHORTEST_PIN, most=LONGEST_PIN)
    if len(set(kept)) == 1 or _is_run(kept):
        raise BadValue("pin.simple")
    return kept


def plain_code(code: str) -> str:
    """A one-time code as it is compared, however it was written down."""
    return "".join(char for char in normal(code).upper() if char in CODE_ALPHABET)


def shown_code(code: str) -> str:
    """A one-time code in groups, for reading out."""
    return "-".join(code[start : start + 5] for start in range(0, len(code), 5))


def wait_after(failures: int) -> timedelta:
    """How long to wait after so many failures in a row: nothing for the first ones, then twice as
    long each time, up to `LONGEST_WAIT`."""
    if failures < _FREE_FAILURES:
        return timedelta()
    # Beyond this power the longest wait is reached anyway.
    doubled = 1 << min(failures - _FREE_FAILURES, 10)
    return min(_FIRST_WAIT * doubled, LONGEST_WAIT)


def still_waiting(until: datetime | None, now: datetime) -> timedelta:
    """How long attempts are still refused; never longer than `LONGEST_WAIT`, whatever was done to
    the clock."""
    if until is None or until <= now:
        return timedelta()
    return min(until - now, LONGEST_WAIT)


def _is_run(text: str) -> bool:
    """Whether each character follows the one before, up or down, as in 12345678."""
    steps = {ord(after) - ord(before) for before, after in pairwise(text)}
    return steps in ({1}, {-1})
