"""Keeps private keys and passwords of this user outside the database and the settings.

They are kept in the key store of the system (Windows Credential Manager, the keychain of macOS, a
Secret Service such as GNOME Keyring or KWallet) where there is one, else in files that only this
user may read.  What was written to a file stays there until it is written again, so nothing that
worked stops.  A note beside the files tells that a secret lies in the key store: a key store that
cannot be reached is told from a secret that never was.
"""

from __future__ import annotations

import enum
import logging
import re
from pathlib import Path
from typing import Protocol

from app import files, paths
from app.domain.errors import Unavailable

log = logging.getLogger(__name__)

SERVICE = "POSCare"
"""Under which name the key store of the system shows what is kept in it."""
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")
_TRUSTED = frozenset(
    f"keyring.backends.{name}" for name in ("Windows", "macOS", "SecretService", "kwallet")
)
"""The stores that encrypt with what the user signs in with; others that may be installed write
plain files readable by more than the owner."""


class SecretPlace(enum.StrEnum):
    """Where a secret lies."""

    KEY_STORE = "key_store"
    FILE = "file"


class KeyStore(Protocol):
    """What is used of a store of the system, as the library `keyring` gives it."""

    def get_password(self, service: str, username: str) -> str | None: ...

    def set_password(self, service: str, username: str, password: str) -> None: ...

    def delete_password(self, service: str, username: str) -> None: ...


class SecretStore:
    """Secrets by name; a name is letters, digits, dots, dashes and underscores.

    `folder` holds the files; it is made when needed.  With `key_store` false (data on a USB stick,
    which takes its keys along) everything stays in files; any other value is used instead of the
    store the system has.
    """

    def __init__(self, folder: Path, key_store: KeyStore | bool = True) -> None:
        self._folder = folder
        self._wanted = key_store

    def path(self, name: str) -> Path:
        """The file a secret lies in when it is not in the key store."""
        if _NAME.fullmatch(name) is None:
            raise ValueError(f"not the name of a secret: {name!r}")
        return self._folder / f"{name}.key"

    def place(self, name: str) -> SecretPlace | None:
        """Where a secret lies, None when there is none.  Raises `Unavailable`."""
        if self.path(name).exists():
            return SecretPlace.FILE
        return SecretPlace.KEY_STORE if self._note(name).exists() else None

    def get(self, name: str, *, noted: bool = True) -> str | None:
        """A secret, None when there is none.  Without `noted` the key store is asked also where no
        note says that it lies there: the note can be deleted with the other files.

        Raises `Unavailable`: ``secrets.no_key_store`` when it lies in the key store of the system
        and that cannot be reached now, ``files.failed``, ``secrets.unreadable``.
        """
        path = self.path(name)
        try:
            return path.read_bytes().decode("utf-8")
        except FileNotFoundError:
            pass
        except UnicodeDecodeError:
            raise Unavailable("secrets.unreadable", path=str(path)) from None
        except OSError as failure:
            raise files.unavailable(failure, path) from failure
        has_note = self._note(name).exists()
        if noted and not has_note:
            return None
        store = self._key_store()
        if store is None:
            if not has_note:
                return None
            raise Unavailable("secrets.no_key_store")
        try:
            return store.get_password(SERVICE, name)
        except Exception as failure:
            # Each store raises errors of its own library when it is locked or gone.
            log.warning("key store: %s", failure)
            raise Unavailable("secrets.no_key_store") from failure

    def set(self, name: str, secret: str) -> SecretPlace:
        """Keep a secret, in the place of the one of this name; returns where it lies now.  Raises
        `Unavailable` (``files.failed``); the old one is there then."""
        path, note = self.path(name), self._note(name)
        try:
            files.private_folder(self._folder)
            if self._in_key_store(name, secret):
                files.write_private(note, b"")
                path.unlink(missing_ok=True)
                return SecretPlace.KEY_STORE
            files.write_private(path, secret.encode("utf-8"))
            note.unlink(missing_ok=True)
        except OSError as failure:
            raise files.unavailable(failure, path) from failure
        return SecretPlace.FILE

    def set_in_key_store(self, name: str, secret: str) -> bool:
        """Keep a secret in the key store of the system only; returns whether that could be done.
        For what must not lie in a file beside what it opens.  Raises `Unavailable`."""
        note = self._note(name)
        if not self._in_key_store(name, secret):
            return False
        try:
            files.private_folder(self._folder)
            files.write_private(note, b"")
        except OSError as failure:
            raise files.unavailable(failure, note) from failure
        return True

    def delete(self, name: str) -> None:
        """Forget a secret; nothing happens when there is none.  Raises `Unavailable`."""
        path, note = self.path(name), self._note(name)
        if note.exists():
            store = self._key_store()
            if store is None:
                raise Unavailable("secrets.no_key_store")
            try:
                if store.get_password(SERVICE, name) is not None:
                    store.delete_password(SERVICE, name)
            except Exception as failure:
                log.warning("key store: %s", failure)
                raise Unavailable("secrets.no_key_store") from failure
        try:
            path.unlink(missing_ok=True)
            note.unlink(missing_ok=True)
        except OSError as failure:
            raise files.unavailable(failure, path) from failure

    def _note(self, name: str) -> Path:
        return self.path(name).with_suffix(".stored")

    def _in_key_store(self, name: str, secret: str) -> bool:
        """Whether a secret could be kept in the key store, and comes back from it."""
        store = self._key_store()
        if store is None:
            return False
        try:
            store.set_password(SERVICE, name, secret)
            return store.get_password(SERVICE, name) == secret
        except Exception as failure:  # noqa: BLE001 - of its own library
            log.warning("key store: %s; a file is used instead", failure)
            return False

    def _key_store(self) -> KeyStore | None:
        if isinstance(self._wanted, bool):
            return _of_the_system() if self._wanted else None
        return self._wanted


def of_this_user() -> SecretStore:
    """The secrets of this user.  Data somebody moved, to a USB stick say, take them along: then
    they are not left in the key store of the computer."""
    return SecretStore(paths.keys(), key_store=not paths.moved())


def _of_the_system() -> KeyStore | None:
    """The best store of the system that can be used now."""
    try:
        # Late: it looks through everything that is installed, for some 60 ms.
        import keyring.backend

        found = [
            one
            for one in keyring.backend.get_all_keyring()
            if type(one).__module__ in _TRUSTED and one.priority >= 1
        ]
    except Exception as failure:  # noqa: BLE001 - what is installed may fail in any way
        log.warning("key store: %s", failure)
        return None
    return max(found, key=lambda one: one.priority, default=None)
