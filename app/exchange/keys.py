"""The keys of a computer: what it signs packages with, and what others encrypt packages to it with.

Every installation has an Ed25519 key (RFC 8032) and an X25519 key (RFC 7748).  The private halves
stay with the secrets of this user (`app.secret_store`), outside the database and its backups: a
copied database alone can speak for nobody.  The public halves are given to others as one line of
text, in a ``.poskey`` file, a QR code or a message.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
import uuid
from dataclasses import dataclass
from pathlib import Path
from typing import get_args

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from app.domain.errors import InvalidInput, Unavailable
from app.domain.register.identifiers import parse_device_letter
from app.domain.text import line, required
from app.exchange.package import Role
from app.secret_store import SecretPlace, SecretStore

_PREFIX = "POSKEY2"
_ROLES: tuple[Role, ...] = get_args(Role)
_RAW = serialization.Encoding.Raw
_FINGERPRINT_DIGITS, _GROUP = 24, 4
_FIXED = 16 + 1 + 32 + 32
_SIGNATURE = 64
_LONGEST_TEXT = 4096


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicKey:
    """What others know of a computer.  `station` is its key in the operation log, `signing` and
    `encryption` are 32 bytes each, `letter` stands in front of the numbers it makes."""

    station: str
    name: str
    role: Role
    signing: bytes
    encryption: bytes
    letter: str = ""

    @property
    def fingerprint(self) -> str:
        """24 digits in groups of four, to be compared by telephone: whoever wants another key with
        the same ones tries 2 to the 79th keys."""
        known = uuid.UUID(self.station).bytes + self.signing + self.encryption
        number = int.from_bytes(hashlib.sha256(known).digest()) % 10**_FINGERPRINT_DIGITS
        digits = f"{number:0{_FINGERPRINT_DIGITS}}"
        return " ".join(
            digits[start : start + _GROUP] for start in range(0, _FINGERPRINT_DIGITS, _GROUP)
        )

    def verify(self, signature: bytes, message: bytes) -> bool:
        """Whether this computer signed a message."""
        try:
            Ed25519PublicKey.from_public_bytes(self.signing).verify(signature, message)
        except InvalidSignature:
            return False
        return True


@dataclass(frozen=True, slots=True)
class KeyPair:
    """The private keys of this computer; never shown, never logged."""

    station: str
    signing: Ed25519PrivateKey
    encryption: X25519PrivateKey

    def public(self, name: str, role: Role, letter: str = "") -> PublicKey:
        """What others may know, under the name people call this computer by."""
        return PublicKey(
            station=self.station,
            name=name,
            role=role,
            signing=self.signing.public_key().public_bytes_raw(),
            encryption=self.encryption.public_key().public_bytes_raw(),
            letter=letter,
        )

    def text(self, name: str, role: Role, letter: str) -> str:
        """The public keys as a line of capital letters and digits, signed: what a ``.poskey`` file
        and the QR code hold.  Base 32 (RFC 4648), so that scanners that type it, also in capitals,
        change nothing."""
        public = self.public(name, role, letter)
        content = (
            uuid.UUID(self.station).bytes
            + bytes([_ROLES.index(role)])
            + public.signing
            + public.encryption
            + f"{letter} {name}".encode()
        )
        signed = self.signing.sign(content) + content
        return f"{_PREFIX}-{base64.b32encode(signed).decode().rstrip('=')}"


def new_key_pair(station: str) -> KeyPair:
    """Fresh keys for an installation."""
    return KeyPair(station, Ed25519PrivateKey.generate(), X25519PrivateKey.generate())


def read_key(text: str) -> PublicKey:
    """The public keys a line of text stands for.  Spaces, line ends and small letters, which mail
    programs and scanners add, do no harm.

    Raises `InvalidInput`: ``exchange.not_a_key``, ``exchange.key_altered``.
    """
    prefix, dash, code = re.sub(r"\s", "", text[:_LONGEST_TEXT]).upper().partition("-")
    if prefix != _PREFIX or not dash:
        raise InvalidInput.of("key", "exchange.not_a_key")
    try:
        signed = base64.b32decode(code + "=" * (-len(code) % 8))
        signature, content = signed[:_SIGNATURE], signed[_SIGNATURE:]
        found = _public_key(content)
    except (binascii.Error, ValueError, IndexError):
        raise InvalidInput.of("key", "exchange.key_altered") from None
    if not found.verify(signature, content):
        raise InvalidInput.of("key", "exchange.key_altered")
    return found


def _public_key(content: bytes) -> PublicKey:
    """Raises `ValueError` and `IndexError` for what is no key."""
    if len(content) < _FIXED:
        raise ValueError("too short")
    letter, _, name = content[_FIXED:].decode().partition(" ")
    if name != required(line(name)) or letter != parse_device_letter(letter):
        raise ValueError("no name or no letter")
    return PublicKey(
        station=str(uuid.UUID(bytes=content[:16])),
        name=name,
        role=_ROLES[content[16]],
        signing=content[17:49],
        encryption=content[49:81],
        letter=letter,
    )


class KeyRing:
    """The private keys of the installations whose databases are opened from here."""

    def __init__(self, secrets: SecretStore) -> None:
        self._secrets = secrets

    def place(self, station: str) -> SecretPlace | None:
        """Where the keys of an installation lie, None when they are not here."""
        return self._secrets.place(station)

    def path(self, station: str) -> Path:
        """The file the keys of an installation lie in, when it is not the key store."""
        return self._secrets.path(station)

    def find(self, station: str) -> KeyPair | None:
        """The keys of an installation, if they are here.  Raises `Unavailable`:
        ``exchange.key_unreadable``, ``secrets.no_key_store``."""
        kept = self._secrets.get(station)
        return None if kept is None else self._read(kept, station)

    def make(self, station: str) -> KeyPair:
        """Fresh keys for an installation, in the place of those it had.  Raises `Unavailable`."""
        made = new_key_pair(station)
        self._secrets.set(station, _as_text(made))
        return made

    def _read(self, kept: str, station: str) -> KeyPair:
        try:
            signing, encryption = (
                serialization.load_pem_private_key(part.encode(), None)
                for part in _PEM.findall(kept)
            )
        except ValueError:
            raise self._unreadable(station) from None
        if not isinstance(signing, Ed25519PrivateKey) or not isinstance(
            encryption, X25519PrivateKey
        ):
            raise self._unreadable(station)
        return KeyPair(station, signing, encryption)

    def _unreadable(self, station: str) -> Unavailable:
        return Unavailable("exchange.key_unreadable", path=str(self.path(station)))


_PEM = re.compile("-----BEGIN PRIVATE KEY-----.*?-----END PRIVATE KEY-----", re.DOTALL)


def _as_text(made: KeyPair) -> str:
    return "".join(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        ).decode()
        for key in (made.signing, made.encryption)
    )
