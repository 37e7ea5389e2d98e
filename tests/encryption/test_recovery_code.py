"""Recovery codes survive being written down, and a slip is noticed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.errors import InvalidInput
from app.encryption import recovery_code

SECRETS = st.binary(min_size=16, max_size=16)


@given(SECRETS, st.sampled_from(["-", " ", "", " - "]), st.booleans())
def test_a_code_is_read_however_it_is_written(secret: bytes, between: str, small: bool) -> None:
    code = between.join(recovery_code.groups(recovery_code.shown(secret)))
    typed = code.lower() if small else code
    assert recovery_code.secret_in(typed.replace("0", "o").replace("1", "l")) == secret


@given(SECRETS, st.integers(0, 27), st.integers(1, 31))
def test_a_wrong_character_is_hardly_ever_missed(secret: bytes, place: int, further: int) -> None:
    alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
    digits = list("".join(recovery_code.groups(recovery_code.shown(secret))))
    digits[place] = alphabet[(alphabet.index(digits[place]) + further) % 32]
    try:
        read = recovery_code.secret_in("".join(digits))
    except InvalidInput as refused:
        assert refused.code == "encryption.recovery_mistyped"
    else:
        # 10 bits of check: one slip in a thousand comes through, and opens nothing.
        assert read != secret


@pytest.mark.parametrize("typed", ["", "0K3V", "U" * 28, "Z" * 28, "密钥"])
def test_what_is_no_code_is_refused(typed: str) -> None:
    with pytest.raises(InvalidInput):
        recovery_code.secret_in(typed)
