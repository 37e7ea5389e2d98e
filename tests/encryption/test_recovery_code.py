"""Recovery codes survive being written down, and a slip is noticed."""

from __future__ import annotations

import contextlib
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.errors import InvalidInput
from app.encryption import recovery_code

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
SECRETS = st.binary(min_size=16, max_size=16)


@given(SECRETS, st.sampled_from(["-", " ", "", " - "]), st.booleans())
def test_a_code_is_read_however_it_is_written(secret: bytes, between: str, small: bool) -> None:
    code = between.join(recovery_code.groups(recovery_code.shown(secret)))
    typed = code.lower() if small else code
    assert recovery_code.secret_in(typed.replace("0", "o").replace("1", "l")) == secret


@given(SECRETS, st.integers(0, 27), st.integers(1, 31))
def test_a_wrong_character_is_hardly_ever_missed(secret: bytes, place: int, further: int) -> None:
    digits = list("".join(recovery_code.groups(recovery_code.shown(secret))))
    digits[place] = ALPHABET[(ALPHABET.index(digits[place]) + further) % 32]
    # 10 bits of check: one slip in a thousand comes through, and opens nothing.
    with contextlib.suppress(InvalidInput):
        assert recovery_code.secret_in("".join(digits)) != secret


def test_slips_are_told_but_for_one_in_a_thousand() -> None:
    chance, missed, tried = random.Random(1), 0, 3000
    for _slip in range(tried):
        digits = list("".join(recovery_code.groups(recovery_code.shown(chance.randbytes(16)))))
        place = chance.randrange(len(digits))
        digits[place] = chance.choice([one for one in ALPHABET if one != digits[place]])
        try:
            recovery_code.secret_in("".join(digits))
            missed += 1
        except InvalidInput:
            continue
    assert missed <= tried * 3 // 1000


@pytest.mark.parametrize("typed", ["", "0K3V", "U" * 28, "Z" * 28, "密钥"])
def test_what_is_no_code_is_refused(typed: str) -> None:
    with pytest.raises(InvalidInput):
        recovery_code.secret_in(typed)
