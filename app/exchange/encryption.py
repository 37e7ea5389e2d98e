"""A file that only one computer can read, and in which no byte can be changed unnoticed.

Its content is in chunks (`app.encryption.chunks`); their key comes from an ephemeral X25519 key and
the recipient's by HKDF-SHA-256 (RFC 5869) and depends on every byte of the header.
"""

from __future__ import annotations

import uuid
from typing import IO

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from app.domain.errors import InvalidInput
from app.encryption.chunks import ChunkReader, ChunkWriter
from app.exchange.keys import KeyPair, PublicKey

MAGIC = b"POSX\x00\x01"
"""The first bytes of every package; the last one is the version of this format."""
_KNOWN = MAGIC[:-1]
_HEADER = len(MAGIC) + 16 + 32


def _key(shared: bytes, header: bytes, recipient: bytes) -> bytes:
    ephemeral = header[-32:]
    derived = HKDF(SHA256(), 32, salt=ephemeral + recipient, info=b"POSCare package" + header)
    return derived.derive(shared)


class EncryptedWriter(ChunkWriter):
    """Encrypts to `recipient` what is written to it, into `file`, which stays open."""

    def __init__(self, file: IO[bytes], recipient: PublicKey) -> None:
        ephemeral = X25519PrivateKey.generate()
        header = (
            MAGIC + uuid.UUID(recipient.station).bytes + ephemeral.public_key().public_bytes_raw()
        )
        shared = ephemeral.exchange(X25519PublicKey.from_public_bytes(recipient.encryption))
        super().__init__(file, _key(shared, header, recipient.encryption))
        file.write(header)


class EncryptedReader(ChunkReader):
    """What an `EncryptedWriter` was given, in any order and without keeping it on the disk.

    Raises `InvalidInput`, when made and while reading: ``exchange.not_a_package``,
    ``exchange.newer``, ``exchange.not_for_us``, ``exchange.altered``.
    """

    def __init__(self, file: IO[bytes], own: KeyPair) -> None:
        file.seek(0)
        header = file.read(_HEADER)
        self._check(header, own.station)
        altered = InvalidInput.of("file", "exchange.altered")
        try:
            shared = own.encryption.exchange(X25519PublicKey.from_public_bytes(header[-32:]))
        except ValueError:  # a point of low order
            raise altered from None
        key = _key(shared, header, own.encryption.public_key().public_bytes_raw())
        super().__init__(file, key, _HEADER, altered)

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
