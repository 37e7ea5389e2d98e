"""Files and lines that lie encrypted on the disk while encryption is on, plain while it is off.

A sealed file begins with a mark, the identifier of the key it needs and 16 random bytes; from both
comes a key of its own by HKDF-SHA-256 (RFC 5869), with which its content is encrypted in chunks
(`app.encryption.chunks`).  A sealed line stands by itself, so that more can be appended behind it.
"""

from __future__ import annotations

import base64
import binascii
import contextlib
import io
import os
import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import IO, TYPE_CHECKING

from app.domain.errors import Unavailable
from app.encryption.keys import ID_LENGTH, DataKey, unlocked

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

MAGIC = b"POSF\x00\x01"
"""The first bytes of a sealed file, which no text, picture or document begins with; the last one
is the version of this format."""
_SALT = 16
_HEADER = len(MAGIC) + ID_LENGTH + _SALT
_LINE = b"sealed:"
_PART = 1 << 20
_NONCE = 12


def _derived(secret: bytes, salt: bytes, purpose: bytes) -> bytes:
    # Late: only where encryption is on.
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF

    return HKDF(SHA256(), 32, salt=salt, info=purpose).derive(secret)


# --- files -----------------------------------------------------------------------------------


def key_of(path: Path) -> bytes | None:
    """The identifier of the key a file is sealed with; None when it is plain.  Raises `OSError`."""
    with path.open("rb") as file:
        return _key_in(file.read(_HEADER))


def _key_in(header: bytes) -> bytes | None:
    if len(header) < _HEADER or not header.startswith(MAGIC):
        return None
    return header[len(MAGIC) : len(MAGIC) + ID_LENGTH]


def is_as_wanted(path: Path) -> bool:
    """Whether a file is sealed with the current key, or plain while there is none.  Raises
    `OSError`."""
    current = unlocked.current
    return key_of(path) == (current.id if current is not None else None)


def content_size(path: Path) -> int | None:
    """How many bytes the content of a file has; None for a sealed one that was cut off.  Raises
    `OSError`."""
    size = path.stat().st_size
    if key_of(path) is None:
        return size
    from app.encryption.chunks import content_length

    return content_length(size - _HEADER)


@contextlib.contextmanager
def reading(path: Path) -> Iterator[IO[bytes]]:
    """The content of a file, sealed or not.

    Raises `OSError`; `Unavailable`: ``encryption.locked``, ``encryption.other_key``,
    ``files.damaged`` when it is not what was sealed, also while it is read.
    """
    with path.open("rb") as file:
        header = file.read(_HEADER)
        key_id = _key_in(header)
        if key_id is None:
            file.seek(0)
            yield file
            return
        from app.encryption.chunks import ChunkReader

        key = _derived(unlocked.of(key_id).secret, header[-_SALT:], b"POSCare file" + header)
        damaged = Unavailable("files.damaged", name=path.name[:12])
        with io.BufferedReader(ChunkReader(file, key, _HEADER, damaged), 1 << 16) as content:
            yield content


@contextlib.contextmanager
def writing(path: Path) -> Iterator[IO[bytes]]:
    """A new file to write content to: sealed with the current key, plain while there is none.
    Raises `OSError`."""
    from app import files

    files.create_private(path)
    current = unlocked.current
    with path.open("wb") as file:
        if current is None:
            yield file
            return
        from app.encryption.chunks import ChunkWriter

        header = MAGIC + current.id + os.urandom(_SALT)
        file.write(header)
        key = _derived(current.secret, header[-_SALT:], b"POSCare file" + header)
        sealed = ChunkWriter(file, key)
        yield sealed  # type: ignore[misc]
        sealed.finish()


def convert(source: Path, target: Path) -> None:
    """Write the content of a file into the new file `target`, as `writing` does.  Raises as
    `reading`."""
    with reading(source) as old, writing(target) as new:
        while part := old.read(_PART):
            new.write(part)


# --- lines -----------------------------------------------------------------------------------


def _line_cipher(key: DataKey) -> ChaCha20Poly1305:
    from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

    return ChaCha20Poly1305(_derived(key.secret, key.id, b"POSCare line"))


def sealed_lines(lines: bytes) -> bytes:
    """Lines sealed with the current key, each one by itself; as they are while there is none."""
    current = unlocked.current
    if current is None:
        return lines
    cipher, key_id = _line_cipher(current), current.id
    return b"".join(_sealed(cipher, key_id, line) for line in lines.splitlines(keepends=True))


def _sealed(cipher: ChaCha20Poly1305, key_id: bytes, line: bytes) -> bytes:
    nonce = secrets.token_bytes(_NONCE)
    content = key_id + nonce + cipher.encrypt(nonce, line, key_id)
    return _LINE + base64.b64encode(content) + b"\n"


def opened_line(line: bytes) -> bytes:
    """A line as it was before it was sealed; a plain one as it is.  Raises `ValueError` when it is
    not what was sealed; `Unavailable`: ``encryption.locked``, ``encryption.other_key``."""
    if not line.startswith(_LINE):
        return line
    from cryptography.exceptions import InvalidTag

    try:
        content = base64.b64decode(line[len(_LINE) :].strip(), validate=True)
    except binascii.Error:
        raise ValueError("not what was sealed") from None
    key_id, nonce = content[:ID_LENGTH], content[ID_LENGTH : ID_LENGTH + _NONCE]
    try:
        return _line_cipher(unlocked.of(key_id)).decrypt(
            nonce, content[ID_LENGTH + _NONCE :], key_id
        )
    except InvalidTag:
        raise ValueError("not what was sealed") from None
