"""The data keys this process may use, told apart by identifiers that stand in every file.

An encrypted file says which key it needs, so that files of before a change of the key stay readable
and a file of another data folder is told from a damaged one.  Keys are here only while the program
runs; what lies on the disk of them is wrapped (`app.encryption.key_file`).
"""

from __future__ import annotations

import secrets
import threading
from collections.abc import Iterable
from dataclasses import dataclass, field

from app.domain.errors import Unavailable

ID_LENGTH = 6
KEY_LENGTH = 32


@dataclass(frozen=True, slots=True)
class DataKey:
    """256 random bits under an identifier of 48 random bits."""

    id: bytes
    secret: bytes = field(repr=False)

    @property
    def name(self) -> str:
        """The identifier as people read it: ``3F2A-77C0-19BE``."""
        return shown_id(self.id)


def new_data_key() -> DataKey:
    """A key nobody has."""
    return DataKey(secrets.token_bytes(ID_LENGTH), secrets.token_bytes(KEY_LENGTH))


def shown_id(key_id: bytes) -> str:
    """An identifier in groups of four."""
    digits = key_id.hex().upper()
    return "-".join(digits[place : place + 4] for place in range(0, len(digits), 4))


class UnlockedKeys:
    """The keys of one process: one for what is written, all for what is read.  Thread-safe."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._keys: dict[bytes, DataKey] = {}
        self._of_files: dict[bytes, DataKey] = {}
        self._current: DataKey | None = None

    @property
    def current(self) -> DataKey | None:
        """The key new files are encrypted with; None when they are plain."""
        return self._current

    def use(self, keys: Iterable[DataKey], current: DataKey | None) -> None:
        """Use these keys and no others from now on."""
        with self._lock:
            self._keys = {key.id: key for key in keys}
            self._current = current
            if current is not None:
                self._keys[current.id] = current

    def lend(self, keys: Iterable[DataKey]) -> None:
        """Also read with these keys, until `use`: those of a backup from elsewhere."""
        with self._lock:
            self._keys = {**{key.id: key for key in keys}, **self._keys}

    def hold_for_file(self, key: DataKey) -> None:
        """Also read with the key of a file that has one of its own, whatever else is used."""
        with self._lock:
            self._of_files[key.id] = key

    def all(self) -> tuple[DataKey, ...]:
        """Every key, the current one first."""
        with self._lock:
            found = sorted(self._keys.values(), key=lambda key: key is not self._current)
            return (*found, *self._of_files.values())

    def of(self, key_id: bytes) -> DataKey:
        """The key a file names.  Raises `Unavailable`: ``encryption.locked`` when this process has
        no key at all, ``encryption.other_key``."""
        with self._lock:
            found = self._keys.get(key_id) or self._of_files.get(key_id)
            if found is not None:
                return found
            if not self._keys:
                raise Unavailable("encryption.locked", key=shown_id(key_id))
            known = ", ".join(key.name for key in self._keys.values())
            raise Unavailable("encryption.other_key", key=shown_id(key_id), known=known)


unlocked = UnlockedKeys()
"""Of this process.  One, because files of one data folder are read in many places, and a key that
one of them did not have would make it write plain text."""
