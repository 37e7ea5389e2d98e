"""Keys: what others are given is complete and unchanged, what is secret stays with this user."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain.errors import InvalidInput, Unavailable
from app.exchange.keys import KeyPair, KeyRing, new_key_pair, read_key
from app.secret_store import SecretStore
from db.keys import first_key

PAIR = new_key_pair(first_key())


def code_of(text: str) -> str:
    """Why a key is refused."""
    with pytest.raises(InvalidInput) as refused:
        read_key(text)
    return refused.value.code


@pytest.mark.parametrize("role", ["laptop", "office"])
@pytest.mark.parametrize("name", ["刘伟的电脑", "L7", "Ünï 2"])
def test_a_key_read_is_the_key_given(name: str, role: str) -> None:
    key = read_key(PAIR.text(name, role, "L7"))  # type: ignore[arg-type]
    assert (key.station, key.name, key.role) == (PAIR.station, name, role)
    assert key == PAIR.public(name, role, "L7")  # type: ignore[arg-type]


def test_what_mail_and_scanners_do_to_a_line_does_no_harm() -> None:
    text = PAIR.text("L7", "laptop", "A")
    folded = "\r\n".join(text.lower()[start : start + 60] for start in range(0, len(text), 60))
    assert read_key(f"  {folded}\n\n") == read_key(text)


@settings(max_examples=50)
@given(st.integers(0, 10_000), st.sampled_from("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"))
def test_a_changed_character_is_found(place: int, other: str) -> None:
    text = PAIR.text("刘伟", "laptop", "L7")
    start = text.index("-") + 1
    # The last one holds bits that mean nothing.
    at = start + place % (len(text) - start - 1)
    if text[at] != other:
        assert code_of(text[:at] + other + text[at + 1 :]) == "exchange.key_altered"


@settings(max_examples=25)
@given(st.text(max_size=40))
def test_what_is_no_key_is_refused(text: str) -> None:
    assert code_of(text) == "exchange.not_a_key"
    assert code_of(f"POSKEY2-{text}") == "exchange.key_altered"


def test_fingerprints_tell_stations_and_keys_apart() -> None:
    other = new_key_pair(PAIR.station)
    mixed = KeyPair(PAIR.station, PAIR.signing, other.encryption)
    found = {pair.public("L7", "laptop").fingerprint for pair in (PAIR, other, mixed)}
    assert len(found) == 3
    assert all(len(one.split()) == 6 and one.replace(" ", "").isdigit() for one in found)


def test_a_fingerprint_does_not_hang_on_what_the_computer_is_called() -> None:
    named = PAIR.public("L7", "laptop").fingerprint
    assert named == PAIR.public("办公室", "office").fingerprint


def test_private_keys_come_back_and_only_this_user_may_read_them(tmp_path: Path) -> None:
    folder = KeyRing(SecretStore(tmp_path / "keys", key_store=False))
    station = first_key()
    assert folder.find(station) is None
    made = folder.make(station)
    found = folder.find(station)
    assert found is not None
    assert found.public("L7", "laptop") == made.public("L7", "laptop")
    if os.name == "posix":
        assert stat.S_IMODE(folder.path(station).stat().st_mode) == 0o600


@pytest.mark.parametrize("content", [b"", b"junk", b"-----BEGIN PRIVATE KEY-----\nAAAA\n"])
def test_a_damaged_key_file_is_told_and_not_replaced(tmp_path: Path, content: bytes) -> None:
    folder = KeyRing(SecretStore(tmp_path, key_store=False))
    station = first_key()
    folder.path(station).write_bytes(content)
    with pytest.raises(Unavailable) as failed:
        folder.find(station)
    assert failed.value.code == "exchange.key_unreadable"
    assert folder.path(station).read_bytes() == content
