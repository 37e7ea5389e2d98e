"""Private keys and passwords: in the key store of the system, else in files of their owner."""

from __future__ import annotations

import os
import stat
import sys
from pathlib import Path

import pytest

from app import paths
from app.bootstrap import secrets
from app.domain.errors import Unavailable
from app.secret_store import SERVICE, SecretPlace, SecretStore


class OneStore:
    """A key store of a system, as the library `keyring` describes it."""

    def __init__(self) -> None:
        self.kept: dict[tuple[str, str], str] = {}
        self.locked = False

    def _look(self) -> None:
        if self.locked:
            raise RuntimeError("locked")

    def get_password(self, service: str, username: str) -> str | None:
        self._look()
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self._look()
        self.kept[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        self._look()
        del self.kept[service, username]


def test_a_secret_lies_in_the_key_store_and_no_file_holds_it(tmp_path: Path) -> None:
    system = OneStore()
    store = SecretStore(tmp_path / "keys", system)
    assert (store.get("hub"), store.place("hub")) == (None, None)
    assert store.set("hub", "开门 secret") is SecretPlace.KEY_STORE
    assert (store.get("hub"), store.place("hub")) == ("开门 secret", SecretPlace.KEY_STORE)
    assert system.kept == {(SERVICE, "hub"): "开门 secret"}
    assert all(b"secret" not in path.read_bytes() for path in (tmp_path / "keys").iterdir())
    store.delete("hub")
    assert (store.get("hub"), store.place("hub"), system.kept) == (None, None, {})


def test_without_a_key_store_only_the_owner_may_read_the_file(tmp_path: Path) -> None:
    store = SecretStore(tmp_path / "keys", key_store=False)
    assert store.set("hub", "开门") is SecretPlace.FILE
    assert (store.get("hub"), store.place("hub")) == ("开门", SecretPlace.FILE)
    if os.name == "posix":
        assert stat.S_IMODE(store.path("hub").stat().st_mode) == 0o600
    store.delete("hub")
    store.delete("hub")
    assert list((tmp_path / "keys").iterdir()) == []


def test_case_71_a_locked_key_store_is_told_from_a_secret_that_never_was(tmp_path: Path) -> None:
    system = OneStore()
    store = SecretStore(tmp_path, system)
    store.set("hub", "first")
    system.locked = True
    for at_work in (store.get, store.delete):
        with pytest.raises(Unavailable) as failed:
            at_work("hub")
        assert failed.value.code == "secrets.no_key_store"
    with pytest.raises(Unavailable):
        SecretStore(tmp_path, key_store=False).get("hub")
    assert store.get("never") is None
    # A new one is kept all the same, and it is the one that counts.
    assert store.set("hub", "second") is SecretPlace.FILE
    system.locked = False
    assert store.get("hub") == "second"
    assert store.set("hub", "third") is SecretPlace.KEY_STORE
    assert (store.get("hub"), store.path("hub").exists()) == ("third", False)


def test_a_key_file_of_before_is_read_where_it_is(tmp_path: Path) -> None:
    (tmp_path / "station.key").write_bytes(b"-----BEGIN")
    system = OneStore()
    store = SecretStore(tmp_path, system)
    assert (store.get("station"), store.place("station")) == ("-----BEGIN", SecretPlace.FILE)
    assert system.kept == {}


@pytest.mark.parametrize("name", ["", "../settings", "a/b", "a\\b", ".", "x" * 101, "a:b"])
def test_a_name_leads_nowhere_else(tmp_path: Path, name: str) -> None:
    store = SecretStore(tmp_path, OneStore())
    for at_work in (store.get, store.delete, store.place):
        with pytest.raises(ValueError, match="name"):
            at_work(name)


def test_moved_data_take_their_secrets_along(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(paths.HOME_VARIABLE, str(tmp_path))
    # Another test may have loaded it; put back afterwards.
    monkeypatch.delitem(sys.modules, "keyring", raising=False)
    assert secrets().set("hub", "stick") is SecretPlace.FILE
    assert "keyring" not in sys.modules
    assert (tmp_path / "keys" / "hub.key").read_text() == "stick"
