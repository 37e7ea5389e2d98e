"""Which digits are a card number or an identity number: prefixes, lengths, check digits."""

from __future__ import annotations

import functools
import re

_IDENTITY_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_ANY_LENGTH = frozenset({16, 17, 18, 19})
_MOST_ZEROS = 4
LONGEST = 19 + _MOST_ZEROS
"""Digits there may be in a card number and the zeros before it."""
_STAMP = re.compile(
    r"2[0-9](?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])(?:[01][0-9]|2[0-3])[0-5][0-9][0-5][0-9]"
)
"""The moment many systems begin their order numbers with: year, month, day, hour, minute, second,
two digits each."""


_DOUBLED = bytes.maketrans(b"0123456789", b"0246813579")
"""Each digit twice, the digits of what comes of it added."""


def luhn_valid(digits: str) -> bool:
    """Whether the last digit is the Luhn check digit of those before it (ISO/IEC 7812-1, annex
    B)."""
    plain = digits.encode("ascii")
    total = sum(plain[-1::-2]) + sum(plain[-2::-2].translate(_DOUBLED)) - len(plain) * ord("0")
    return total % 10 == 0


def identity_number_valid(text: str) -> bool:
    """Whether 18 characters are a 居民身份证 number (GB 11643, MOD 11-2 check, plausible date)."""
    if not re.fullmatch(r"\d{17}[\dXx]", text):
        return False
    month, day = int(text[10:12]), int(text[12:14])
    if not ("18" <= text[6:8] <= "20" and 1 <= month <= 12 and 1 <= day <= 31):
        return False
    total = sum(int(char) * weight for char, weight in zip(text, _IDENTITY_WEIGHTS, strict=False))
    return "10X98765432"[total % 11] == text[17].upper()


def is_card(digits: str, *, strict: bool = False) -> bool:
    """Whether digits are a scheme's by prefix and length (ISO/IEC 7812, the schemes' own tables).

    All must pass Luhn, but UnionPay (62, 81), some of whose cards do not; `strict` wants it there,
    too.
    """
    if digits[:2] in {"62", "81"} and len(digits) in _ANY_LENGTH and not strict:
        return True
    return _of_scheme(digits) and luhn_valid(digits)


def _of_scheme(digits: str) -> bool:
    length = len(digits)
    return length in _lengths(digits[:4]) or (length == 15 and digits.startswith("690755"))


@functools.lru_cache(maxsize=10_000)
def _lengths(prefix: str) -> frozenset[int]:
    """How long the numbers of the schemes are that begin with these four digits."""
    two, three, four = int(prefix[:2]), int(prefix[:3]), int(prefix)
    found: set[int] = set()
    if prefix[0] == "4":
        found |= {13, 16, 19}
    if 51 <= two <= 55 or 2200 <= four <= 2204 or 2221 <= four <= 2720 or 3528 <= four <= 3589:
        found.add(16)
    if two in {34, 37}:
        found.add(15)
    # Merchant numbers of 15 digits begin like these, so no others of the lengths allowed.
    if 300 <= three <= 305 or two in {36, 38, 39}:
        found |= {14, 16}
    # 955: Chinese cards from before UnionPay's prefix.
    if two in {50, 60, 62, 65, 68, 81} or 644 <= three <= 649 or three == 955:
        found |= _ANY_LENGTH
    return frozenset(found)


def number_kind(digits: str, *, strict: bool = False) -> str | None:
    """``card``, ``identity``, or None for digits that are neither."""
    if is_iccid(digits):
        return None
    if len(digits) == 18 and identity_number_valid(digits):
        return "identity"
    if 13 <= len(digits) <= 19 and is_card(digits, strict=strict):
        return "card"
    return "card" if _behind_zeros(digits) else None


def _behind_zeros(digits: str) -> bool:
    """Whether digits are a card's behind zeros, as fields of a fixed width are filled up.  Thirteen
    digits behind a zero are a barcode (GTIN-14)."""
    rest = digits.lstrip("0")
    return (
        1 <= len(digits) - len(rest) <= _MOST_ZEROS
        and 14 <= len(rest) <= 19
        and is_card(rest, strict=True)
    )


def is_iccid(digits: str) -> bool:
    """Whether digits are the number of a SIM card (ITU-T E.118: telecom begins with 89)."""
    return digits.startswith("89") and 18 <= len(digits) <= 20


def begins_with_moment(digits: str) -> bool:
    """Whether sixteen digits are a moment and a running number, as of an order."""
    return len(digits) == 16 and _STAMP.match(digits) is not None


def is_mobile(digits: str) -> bool:
    """Whether digits are a Chinese mobile number."""
    return len(digits) == 11 and digits[0] == "1" and digits[1] > "2"


SHORTEST_IN_FORM = 14
"""Digits of the shortest card that is looked for in fields of other numbers."""


def certainly_card(digits: str, *, equipment: bool) -> bool:
    """Whether digits in a field of other numbers are a card's.  Where the number of a device may
    stand (`equipment`), JCB is let be, which shares its range with equipment identities."""
    if _behind_zeros(digits):
        digits = digits.lstrip("0")
    if not SHORTEST_IN_FORM <= len(digits) <= 19 or (equipment and digits.startswith("35")):
        return False
    if len(digits) == 15 and digits[:2] not in {"34", "37"}:
        return False
    return is_card(digits, strict=True)
