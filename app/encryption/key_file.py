"""The key file: the data keys, wrapped, and what opens them.

A random access key wraps the data keys.  The access key itself is wrapped by a passphrase
(argon2id, RFC 9106) and by the recovery code, and may lie in the key store of the system; so any of
them can be changed without touching the data.  A check sum tells a damaged file from a wrong
passphrase, and a code under the access key (HMAC-SHA-256) that nobody else changed it: without it,
whoever can write the file could switch encryption off.
"""

from __future__ import annotations

import base64
import binascii
import contextlib
import hashlib
import hmac
import json
import os
import secrets
import unicodedata
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from app import files
from app.domain.errors import InvalidInput, Unavailable
from app.encryption import recovery_code
from app.encryption.keys import KEY_LENGTH, DataKey, new_data_key

FORMAT = 1
NAME = "encryption.json"
"""The name of the key file in the data folder, and of its copies beside backups."""
SHORTEST_PASSPHRASE = 10
"""Longer than that of a person who signs in: whoever has a stolen disk guesses without limits."""
_MEMORY_KIB, _PASSES, _LANES = 64 * 1024, 3, 4
"""The second recommended choice of RFC 9106 (4): about a fifth of a second."""
_MOST_MEMORY_KIB, _MOST_PASSES = 1 << 20, 64
_NONCE = 12
_STORED = "data-key-"

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class PassphraseDoor:
    """What a passphrase opens: the cost and salt of its hash, and the access key wrapped by it."""

    salt: bytes
    memory_kib: int
    passes: int
    lanes: int
    wrapped: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Vault:
    """The opened content of a key file: everything, in the clear.  Never written as it is."""

    access: bytes = field(repr=False)
    keys: tuple[DataKey, ...]
    current: DataKey | None
    passphrase: PassphraseDoor
    recovery: bytes
    """The access key wrapped by the recovery code."""
    since: str
    """When encryption was last switched or its key changed, in ISO form."""
    confirmed: bool = False
    """Whether the recovery code was typed back."""
    unfinished: bool = False
    """Whether files of before are still to be written anew."""

    @property
    def id(self) -> str:
        """What tells this access key from others."""
        return _access_id(self.access)

    @property
    def stored_as(self) -> str:
        """The name of the access key in the key store of the system."""
        return _STORED + self.id


def new_vault(passphrase: str, now: datetime, before: Vault | None = None) -> tuple[Vault, str]:
    """Keys nobody has, and the recovery code that opens them; `before` gives its keys along, for
    what is still encrypted with them.  Raises `InvalidInput`."""
    access, key, secret = secrets.token_bytes(KEY_LENGTH), new_data_key(), recovery_code.new_code()
    made = Vault(
        access=access,
        keys=(key, *(before.keys if before is not None else ())),
        current=key,
        passphrase=_door(passphrase, access),
        recovery=_wrap(_recovery_key(secret), access),
        since=now.isoformat(),
        unfinished=True,
    )
    return made, recovery_code.shown(secret)


def with_passphrase(vault: Vault, passphrase: str) -> Vault:
    """The same keys behind another passphrase.  Raises `InvalidInput`."""
    return replace(vault, passphrase=_door(passphrase, vault.access))


def with_new_recovery(vault: Vault) -> tuple[Vault, str]:
    """The same keys behind another recovery code."""
    secret = recovery_code.new_code()
    wrapped = _wrap(_recovery_key(secret), vault.access)
    return replace(vault, recovery=wrapped, confirmed=False), recovery_code.shown(secret)


def check_passphrase(passphrase: str) -> str:
    """A passphrase as it is used, alike on every keyboard.  Raises `InvalidInput`
    (``encryption.passphrase_short``)."""
    used = unicodedata.normalize("NFKC", passphrase).strip()
    if len(used) < SHORTEST_PASSPHRASE:
        raise InvalidInput.of(
            "passphrase", "encryption.passphrase_short", least=SHORTEST_PASSPHRASE
        )
    return used


# --- on the disk -------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class KeyFile:
    """What stands in a key file, still locked."""

    path: Path
    value: Json = field(repr=False)

    @property
    def is_on(self) -> bool:
        """Whether new files are encrypted."""
        return bool(self.value["current"])

    @property
    def is_needed(self) -> bool:
        """Whether the data cannot be opened without unlocking."""
        return self.is_on or bool(self.value["unfinished"])

    @property
    def id(self) -> str:
        """What tells its access key from others."""
        return str(self.value["access"])

    @property
    def stored_as(self) -> str:
        """The name of the access key in the key store of the system."""
        return _STORED + self.id

    @property
    def key_ids(self) -> tuple[bytes, ...]:
        """Which data keys it holds."""
        return tuple(bytes.fromhex(one["id"]) for one in self.value["keys"])

    def by_passphrase(self, passphrase: str) -> Vault:
        """Raises `InvalidInput` (``encryption.wrong_passphrase``), `Unavailable`."""
        door = _door_in(self.value["passphrase"])
        used = unicodedata.normalize("NFKC", passphrase).strip()
        access = _unwrap(_passphrase_key(used, door), door.wrapped)
        if access is None:
            raise InvalidInput.of("passphrase", "encryption.wrong_passphrase")
        return self._opened(access)

    def by_recovery(self, code: str) -> Vault:
        """Raises `InvalidInput`: ``encryption.recovery_mistyped``, ``encryption.wrong_recovery``;
        `Unavailable`."""
        secret = recovery_code.secret_in(code)
        access = _unwrap(_recovery_key(secret), _bytes(self.value["recovery"]))
        if access is None:
            raise InvalidInput.of(recovery_code.FIELD, "encryption.wrong_recovery")
        return self._opened(access)

    def by_access(self, access: bytes) -> Vault:
        """By what the key store kept.  Raises `Unavailable`, also ``encryption.key_store_other``
        when it is of other keys."""
        if _access_id(access) != self.id:
            raise Unavailable("encryption.key_store_other")
        return self._opened(access)

    def _opened(self, access: bytes) -> Vault:
        value, damaged = self.value, Unavailable("encryption.key_file_damaged", path=str(self.path))
        if not hmac.compare_digest(_seal(access, value), str(value["seal"])):
            raise damaged
        keys = []
        for one in value["keys"]:
            secret = _unwrap(access, _bytes(one["wrapped"]), bytes.fromhex(one["id"]))
            if secret is None:
                raise damaged
            keys.append(DataKey(bytes.fromhex(one["id"]), secret))
        return Vault(
            access=access,
            keys=tuple(keys),
            current=next((key for key in keys if key.id.hex() == value["current"]), None),
            passphrase=_door_in(value["passphrase"]),
            recovery=_bytes(value["recovery"]),
            since=value["since"],
            confirmed=value["confirmed"],
            unfinished=value["unfinished"],
        )


def read(path: Path) -> KeyFile | None:
    """A key file, None when there is none.  Raises `Unavailable`: ``encryption.key_file_damaged``,
    ``encryption.key_file_newer``, ``file.unreadable``."""
    try:
        content = files.read_chosen(path)
    except FileNotFoundError:
        return None
    except OSError as failure:
        raise Unavailable("file.unreadable", name=str(path)) from failure
    try:
        value = json.loads(content)
        if value["poscare_keys"] > FORMAT:
            raise Unavailable("encryption.key_file_newer", path=str(path))
        whole = value["sum"] == _sum(value)
        if whole:
            _door_in(value["passphrase"])
            _bytes(value["recovery"])
    except (ValueError, TypeError, KeyError, RecursionError):
        whole = False
    if not whole:
        raise Unavailable("encryption.key_file_damaged", path=str(path))
    return KeyFile(path, value)


def write(path: Path, vault: Vault) -> None:
    """Write a key file that only this user may read.  Raises `OSError`."""
    door = vault.passphrase
    value: Json = {
        "poscare_keys": FORMAT,
        "access": vault.id,
        "current": vault.current.id.hex() if vault.current is not None else "",
        "keys": [
            {"id": key.id.hex(), "wrapped": _text(_wrap(vault.access, key.secret, key.id))}
            for key in vault.keys
        ],
        "passphrase": {
            "kdf": "argon2id",
            "salt": _text(door.salt),
            "memory_kib": door.memory_kib,
            "passes": door.passes,
            "lanes": door.lanes,
            "wrapped": _text(door.wrapped),
        },
        "recovery": _text(vault.recovery),
        "since": vault.since,
        "confirmed": vault.confirmed,
        "unfinished": vault.unfinished,
    }
    value["seal"] = _seal(vault.access, value)
    value["sum"] = _sum(value)
    files.private_folder(path.parent)
    files.write_private(path, json.dumps(value, indent=1).encode("ascii"))


def copy_beside(path: Path, folder: Path) -> None:
    """Let a copy of a key file lie in a folder of backups, so that they can be restored on another
    computer; nothing happens where there is no key file.  Raises `OSError`, `Unavailable`."""
    found = read(path)
    if found is None:
        return
    content, target = path.read_bytes(), folder / NAME
    if not target.is_file() or target.read_bytes() != content:
        files.private_folder(folder)
        keep_aside(target, found.key_ids)
        files.write_private(target, content)


def keep_aside(path: Path, held: Collection[bytes] = ()) -> None:
    """Keep a copy of a key file that is about to be replaced, unless all its keys are `held` by the
    new one: there may be copies elsewhere that only they open.  The file itself stays, because
    writing the new one may fail.  Raises `OSError`."""
    try:
        found = read(path)
    except Unavailable:
        found = None
    if found is not None and not set(found.key_ids) <= set(held):
        aside = path.with_name(f"{path.stem}-{found.id}{path.suffix}")
        files.write_private(aside, path.read_bytes())


def all_in(folder: Path) -> Iterator[KeyFile]:
    """Every key file in a folder that is whole, those kept aside among them."""
    name = Path(NAME)
    for path in sorted(folder.glob(f"{name.stem}*{name.suffix}")):
        with contextlib.suppress(Unavailable):
            found = read(path)
            if found is not None:
                yield found


# --- wrapping --------------------------------------------------------------------------------


def _wrap(key: bytes, content: bytes, about: bytes = b"") -> bytes:
    from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

    nonce = os.urandom(_NONCE)
    return nonce + ChaCha20Poly1305(key).encrypt(nonce, content, about)


def _unwrap(key: bytes, wrapped: bytes, about: bytes = b"") -> bytes | None:
    """None when the key is another, or the content was changed."""
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

    try:
        return ChaCha20Poly1305(key).decrypt(wrapped[:_NONCE], wrapped[_NONCE:], about)
    except (InvalidTag, ValueError):
        return None


def _door(passphrase: str, access: bytes) -> PassphraseDoor:
    used = check_passphrase(passphrase)
    door = PassphraseDoor(os.urandom(16), _MEMORY_KIB, _PASSES, _LANES, b"")
    return replace(door, wrapped=_wrap(_passphrase_key(used, door), access))


def _passphrase_key(passphrase: str, door: PassphraseDoor) -> bytes:
    from argon2.low_level import Type, hash_secret_raw

    return hash_secret_raw(
        passphrase.encode("utf-8", "surrogatepass"),
        door.salt,
        time_cost=door.passes,
        memory_cost=door.memory_kib,
        parallelism=door.lanes,
        hash_len=KEY_LENGTH,
        type=Type.ID,
    )


def _recovery_key(secret: bytes) -> bytes:
    # 128 random bits need no slow hash: nobody can try them all.
    return hmac.digest(secret, b"POSCare recovery code", "sha256")


def _access_id(access: bytes) -> str:
    return hmac.digest(access, b"POSCare access key", "sha256")[:8].hex()


def _canonical(value: Mapping[str, Any], *without: str) -> bytes:
    kept = {name: one for name, one in value.items() if name not in without}
    return json.dumps(kept, sort_keys=True, separators=(",", ":")).encode("ascii")


def _seal(access: bytes, value: Mapping[str, Any]) -> str:
    return hmac.digest(access, _canonical(value, "seal", "sum"), "sha256").hex()


def _sum(value: Mapping[str, Any]) -> str:
    return hashlib.sha256(_canonical(value, "sum")).hexdigest()


def _door_in(value: Mapping[str, Any]) -> PassphraseDoor:
    """Raises `ValueError`, `TypeError`, `KeyError` for what was never written, also for a cost that
    would take this computer's memory."""
    door = PassphraseDoor(
        _bytes(value["salt"]),
        int(value["memory_kib"]),
        int(value["passes"]),
        int(value["lanes"]),
        _bytes(value["wrapped"]),
    )
    cheap = door.memory_kib <= _MOST_MEMORY_KIB and door.passes <= _MOST_PASSES
    if not cheap or value["kdf"] != "argon2id":
        raise ValueError("no cost of ours")
    return door


def _text(content: bytes) -> str:
    return base64.b64encode(content).decode("ascii")


def _bytes(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except binascii.Error as failure:
        raise ValueError("no base64") from failure
