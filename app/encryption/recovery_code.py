"""The recovery code: 128 random bits as people write them down, type and read aloud.

Base 32 in Crockford's alphabet (https://www.crockford.com/base32.html: no I, L, O or U), seven
groups of four; the last two characters are check characters, so that a slip of the pen is told from
a code of other keys.
"""

from __future__ import annotations

import hashlib
import secrets

from app.domain.errors import InvalidInput

_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_LOOKS_LIKE = str.maketrans({"O": "0", "I": "1", "L": "1"})
_BYTES = 16
_DIGITS = 26
_CHECKS = 2
_GROUP = 4
GROUPS = (_DIGITS + _CHECKS) // _GROUP
FIELD = "recovery"


def new_code() -> bytes:
    """The secret of a code nobody has."""
    return secrets.token_bytes(_BYTES)


def shown(secret: bytes) -> str:
    """A secret as its code: ``0K3V-…``."""
    value = int.from_bytes(secret)
    digits = ""
    for _place in range(_DIGITS):
        value, digit = divmod(value, 32)
        digits = _ALPHABET[digit] + digits
    return "-".join(groups(digits + _check(digits)))


def groups(code: str) -> list[str]:
    """The groups of a code, however it is written."""
    plain = _plain(code)
    return [plain[place : place + _GROUP] for place in range(0, len(plain), _GROUP)]


def secret_in(code: str) -> bytes:
    """The secret of a code as it was typed: small letters, blanks and dashes do not matter, nor O
    for 0 and I or L for 1.  Raises `InvalidInput` (``encryption.recovery_mistyped``)."""
    typed = _plain(code)
    digits = typed[:_DIGITS]
    well = len(typed) == _DIGITS + _CHECKS and all(one in _ALPHABET for one in typed)
    if not well or typed[_DIGITS:] != _check(digits):
        raise InvalidInput.of(FIELD, "encryption.recovery_mistyped", groups=GROUPS)
    value = 0
    for digit in digits:
        value = value * 32 + _ALPHABET.index(digit)
    if value >> (8 * _BYTES):
        raise InvalidInput.of(FIELD, "encryption.recovery_mistyped", groups=GROUPS)
    return value.to_bytes(_BYTES)


def _plain(code: str) -> str:
    kept = "".join(one for one in code.upper() if one.isalnum())
    return kept.translate(_LOOKS_LIKE)


def _check(digits: str) -> str:
    value = int.from_bytes(hashlib.sha256(digits.encode("ascii", "replace")).digest()[:2])
    return _ALPHABET[value >> 5 & 31] + _ALPHABET[value & 31]
