"""The key file opens by passphrase, code and stored key, and tells damage from mistakes."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from app.domain.errors import InvalidInput, Unavailable
from app.encryption import key_file
from app.encryption.key_file import Vault

NOW = datetime(2026, 11, 29, tzinfo=UTC)
WORDS = "冬天的白马 eats 3 苹果"


@pytest.fixture(scope="module")
def made() -> tuple[Vault, str]:
    """A vault and its recovery code."""
    return key_file.new_vault(WORDS, NOW)


def test_each_way_opens_the_same_keys(tmp_path: Path, made: tuple[Vault, str]) -> None:
    vault, code = made
    path = tmp_path / key_file.NAME
    key_file.write(path, vault)
    found = key_file.read(path)
    assert found is not None
    # The same words from a keyboard that writes full-width characters.
    assert found.by_passphrase(WORDS.replace("3", "３")) == vault
    assert found.by_recovery(code.lower()) == vault
    assert found.by_access(vault.access) == vault
    stored = path.read_text()
    for secret in (vault.access, *(key.secret for key in vault.keys)):
        assert secret.hex() not in stored
    assert path.stat().st_mode & 0o077 == 0 or path.drive


def test_case_71_each_mistake_has_its_own_name(tmp_path: Path, made: tuple[Vault, str]) -> None:
    vault, _code = made
    path = tmp_path / key_file.NAME
    key_file.write(path, vault)
    found = key_file.read(path)
    other, other_code = key_file.with_new_recovery(vault)
    assert found is not None
    for open_it, error, code in (
        (lambda: found.by_passphrase("something else"), InvalidInput, "wrong_passphrase"),
        (lambda: found.by_recovery("0K3V-0000"), InvalidInput, "recovery_mistyped"),
        (lambda: found.by_recovery(other_code), InvalidInput, "wrong_recovery"),
        (lambda: found.by_access(bytes(32)), Unavailable, "key_store_other"),
    ):
        with pytest.raises(error) as refused:
            open_it()
        assert refused.value.code == f"encryption.{code}"
    assert other.access == vault.access
    assert key_file.read(tmp_path / "missing") is None


def test_no_byte_of_it_can_be_changed_unnoticed(tmp_path: Path, made: tuple[Vault, str]) -> None:
    vault, _code = made
    path = tmp_path / key_file.NAME
    key_file.write(path, vault)
    whole = path.read_bytes()
    for place in range(0, len(whole), 7):
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
        why = _refusal(path)
        if why:
            assert why in {"encryption.key_file_damaged", "encryption.key_file_newer"}
            continue
        # White space between values.
        found = key_file.read(path)
        assert found is not None
        assert found.by_access(vault.access) == vault
    path.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(Unavailable):
        key_file.read(path)


def _refusal(path: Path) -> str:
    """Why a key file is refused; empty when it is not."""
    try:
        key_file.read(path)
    except Unavailable as refused:
        return refused.code
    return ""


def test_encryption_cannot_be_switched_off_by_who_only_writes_the_file(
    tmp_path: Path, made: tuple[Vault, str]
) -> None:
    vault, _code = made
    path = tmp_path / key_file.NAME
    key_file.write(path, vault)
    forged = json.loads(path.read_text())
    forged["current"] = ""
    forged["sum"] = key_file._sum(forged)
    path.write_text(json.dumps(forged))
    found = key_file.read(path)
    assert found is not None
    with pytest.raises(Unavailable) as refused:
        found.by_access(vault.access)
    assert refused.value.code == "encryption.key_file_damaged"


def test_keys_that_copies_need_are_never_thrown_away(
    tmp_path: Path, made: tuple[Vault, str]
) -> None:
    vault, _code = made
    own, folder = tmp_path / key_file.NAME, tmp_path / "stick"
    key_file.write(own, vault)
    key_file.copy_beside(own, folder)
    changed = replace(vault, confirmed=True)
    key_file.write(own, changed)
    key_file.copy_beside(own, folder)
    assert [one.name for one in folder.iterdir()] == [key_file.NAME], "the same keys"
    stranger, _code = key_file.new_vault("another good one", NOW)
    key_file.write(own, stranger)
    key_file.copy_beside(own, folder)
    kept = {one.id for one in key_file.all_in(folder)}
    assert kept == {vault.id, stranger.id}


def test_a_short_passphrase_is_refused() -> None:
    with pytest.raises(InvalidInput) as refused:
        key_file.new_vault("123456789", NOW)
    assert refused.value.code == "encryption.passphrase_short"
