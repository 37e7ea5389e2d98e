"""Hashes of passwords, PINs and codes: argon2id, slow on purpose, never inside a transaction.

Memory and passes are those of the OWASP Password Storage Cheat Sheet (19 MiB, 2 passes, 1 lane):
about a twentieth of a second on a technician's laptop.
"""

from __future__ import annotations

import functools
import secrets
from typing import TYPE_CHECKING

from app.domain.people.credentials import CODE_ALPHABET

if TYPE_CHECKING:
    from argon2 import PasswordHasher

MEMORY_KIB = 19 * 1024
PASSES = 2
LANES = 1

NOBODY = (
    b"$argon2id$v=19$m=19456,t=2,p=1"
    b"$g7d0XnpBGN+3TaDcEhiUQA$uexUE+orVrJ6PGzq1UgYTd4OLlSyGruUacF3fFN/Esk"
)
"""The hash of a random value nobody knows.  Checked where there is no hash, so that it takes as
long to refuse a code that is nobody's."""


@functools.cache
def _hasher() -> PasswordHasher:
    # Needed only where somebody signs in.
    from argon2 import PasswordHasher

    return PasswordHasher(time_cost=PASSES, memory_cost=MEMORY_KIB, parallelism=LANES)


def hash_of(secret: str) -> bytes:
    """The hash to keep; each time another, because it has its own salt."""
    return _hasher().hash(secret).encode("ascii")


def proves(kept: bytes, secret: str) -> bool:
    """Whether `secret` is what `kept` was made of; never for an empty `kept`, in the same time."""
    from argon2.exceptions import InvalidHashError, VerificationError

    try:
        right = _hasher().verify((kept or NOBODY).decode("ascii"), secret)
    except (VerificationError, InvalidHashError, UnicodeError):
        return False
    return right and bool(kept)


def is_outdated(kept: bytes) -> bool:
    """Whether the hash was made with other costs than today's."""
    return _hasher().check_needs_rehash(kept.decode("ascii"))


def new_code(length: int) -> str:
    """A code nobody can guess."""
    return "".join(secrets.choice(CODE_ALPHABET) for _ in range(length))
