"""Encrypted content in chunks: read in any order, and no byte of it can be changed unnoticed.

The format is that of age's payload (age-encryption.org/v1, "STREAM" of Hoang, Reyhanitabar, Rogaway
and Vizár, 2015): chunks of 64 KiB under ChaCha20-Poly1305 (RFC 8439), whose nonce counts them and
marks the last one, so that none can be left out, moved or cut off.  A key encrypts one
content only.
"""

from __future__ import annotations

import io
import os
from typing import IO, Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

_CHUNK = 1 << 16
_TAG = 16
_SEALED = _CHUNK + _TAG


def _nonce(number: int, *, last: bool) -> bytes:
    return number.to_bytes(11) + bytes([last])


def content_length(body: int) -> int | None:
    """How long the content of `body` encrypted bytes is; None when they are no such content."""
    chunks = -(-body // _SEALED)
    if body < _TAG or body - (chunks - 1) * _SEALED < _TAG:
        return None
    return body - chunks * _TAG


class ChunkWriter(io.RawIOBase):
    """Encrypts with `key` what is written to it, into `file`, which stays open."""

    def __init__(self, file: IO[bytes], key: bytes) -> None:
        self._cipher = ChaCha20Poly1305(key)
        self._file, self._number, self._held = file, 0, bytearray()

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


class ChunkReader(io.RawIOBase):
    """What a `ChunkWriter` was given, from `start` in `file`, in any order and without keeping it
    on the disk.  Raises `altered`, when made and while reading."""

    def __init__(self, file: IO[bytes], key: bytes, start: int, altered: Exception) -> None:
        body = file.seek(0, os.SEEK_END) - start
        size = content_length(body)
        if size is None:
            raise altered
        self._cipher = ChaCha20Poly1305(key)
        self._file, self._start, self._altered = file, start, altered
        self._chunks, self._size = -(-body // _SEALED), size
        self._place, self._held = 0, (-1, b"")
        # A content that was cut off lacks its last chunk.
        self._chunk(self._chunks - 1)

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
        self._file.seek(self._start + number * _SEALED)
        nonce = _nonce(number, last=number == self._chunks - 1)
        try:
            chunk = self._cipher.decrypt(nonce, self._file.read(_SEALED), None)
        except InvalidTag:
            raise self._altered from None
        self._held = number, chunk
        return chunk
