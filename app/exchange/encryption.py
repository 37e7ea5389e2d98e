"""A file that only one computer can read, and in which no byte can be changed unnoticed.

The format is that of age's payload (age-encryption.org/v1, "STREAM" of Hoang, Reyhanitabar, Rogaway
and Vizár, 2015): chunks of 64 KiB under ChaCha20-Poly1305 (RFC 8439), whose nonce counts them and
marks the last one, so that none can be left out, moved or cut off.  The key comes from an ephemeral
X25519 key and the recipient's by HKDF-SHA-256 (RFC 5869) and depends on every byte of the header.
"""

from __future__ import annotations

import io
import os
import uuid
from typing import IO, Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from app.domain.errors import InvalidInput
from app.exchange.keys import KeyPair, PublicKey

MAGIC = b"POSX\x00\x01"
"""The first bytes of every package; the last one is the version of this format."""
_KNOWN = MAGIC[:-1]
_HEADER = len(MAGIC) + 16 + 32
_CHUNK = 1 << 16
_TAG = 16
_SEALED = _CHUNK + _TAG


def _cipher(shared: bytes, header: bytes, recipient: bytes) -> ChaCha20Poly1305:
    ephemeral = header[-32:]
    derived = HKDF(SHA256(), 32, salt=ephemeral + recipient, info=b"POSCare package" + header)
    return ChaCha20Poly1305(derived.derive(shared))


def _nonce(number: int, *, last: bool) -> bytes:
    return number.to_bytes(11) + bytes([last])


class EncryptedWriter(io.RawIOBase):
    """Encrypts to `recipient` what is written to it, into `file`, which stays open."""

    def __init__(self, file: IO[bytes], recipient: PublicKey) -> None:
        ephemeral = X25519PrivateKey.generate()
        header = (
            MAGIC + uuid.UUID(recipient.station).bytes + ephemeral.public_key().public_bytes_raw()
        )
        shared = ephemeral.exchange(X25519PublicKey.from_public_bytes(recipient.encryption))
        self._cipher = _cipher(shared, header, recipient.encryption)
        self._file, self._number, self._held = file, 0, bytearray()
        file.write(header)

    def writable(self) -> bool:
        return True

    def write(self, content: Any) -> int:
        """Raises `OSError`."""
        self._held += content
        # One chunk is always held back, for the last one is marked.
        while len(self._held) > _CHUNK:
            self._put(bytes(self._held[:_CHUNK]), last=False)
            del self._held[:_CHUNK]
        return len(memoryview(content))

    def finish(self) -> None:
        """Write the rest.  A file without it is found to be cut off.  Raises `OSError`."""
        self._put(bytes(self._held), last=True)
        self._held.clear()

    def _put(self, chunk: bytes, *, last: bool) -> None:
        self._file.write(self._cipher.encrypt(_nonce(self._number, last=last), chunk, None))
        self._number += 1


class EncryptedReader(io.RawIOBase):
    """What an `EncryptedWriter` was given, in any order and without keeping it on the disk.

    Raises `InvalidInput`, when made and while reading: ``exchange.not_a_package``,
    ``exchange.newer``, ``exchange.not_for_us``, ``exchange.altered``.
    """

    def __init__(self, file: IO[bytes], own: KeyPair) -> None:
        size = file.seek(0, os.SEEK_END)
        file.seek(0)
        header = file.read(_HEADER)
        self._check(header, own.station)
        body = size - _HEADER
        chunks = -(-body // _SEALED)
        if len(header) < _HEADER or body < _TAG or body - (chunks - 1) * _SEALED < _TAG:
            raise InvalidInput.of("file", "exchange.altered")
        try:
            shared = own.encryption.exchange(X25519PublicKey.from_public_bytes(header[-32:]))
        except ValueError:  # a point of low order
            raise InvalidInput.of("file", "exchange.altered") from None
        self._cipher = _cipher(shared, header, own.encryption.public_key().public_bytes_raw())
        self._file, self._chunks = file, chunks
        self._size = body - chunks * _TAG
        self._place, self._held = 0, (-1, b"")
        self._chunk(chunks - 1)

    @staticmethod
    def _check(header: bytes, station: str) -> None:
        if not header.startswith(_KNOWN):
            raise InvalidInput.of("file", "exchange.not_a_package")
        if len(header) < _HEADER:
            raise InvalidInput.of("file", "exchange.altered")
        if header[: len(MAGIC)] != MAGIC:
            raise InvalidInput.of("file", "exchange.newer")
        if header[len(MAGIC) : len(MAGIC) + 16] != uuid.UUID(station).bytes:
            raise InvalidInput.of("file", "exchange.not_for_us")

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._place

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        start = {os.SEEK_SET: 0, os.SEEK_CUR: self._place, os.SEEK_END: self._size}[whence]
        if start + offset < 0:
            raise ValueError("before the beginning")
        self._place = start + offset
        return self._place

    def readinto(self, target: Any) -> int:
        room = memoryview(target)
        number, start = divmod(self._place, _CHUNK)
        if not room or self._place >= self._size:
            return 0
        part = self._chunk(number)[start : start + len(room)]
        room[: len(part)] = part
        self._place += len(part)
        return len(part)

    def _chunk(self, number: int) -> bytes:
        known, chunk = self._held
        if known == number:
            return chunk
        self._file.seek(_HEADER + number * _SEALED)
        nonce = _nonce(number, last=number == self._chunks - 1)
        try:
            chunk = self._cipher.decrypt(nonce, self._file.read(_SEALED), None)
        except InvalidTag:
            raise InvalidInput.of("file", "exchange.altered") from None
        self._held = number, chunk
        return chunk
