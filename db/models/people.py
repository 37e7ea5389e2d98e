"""Tables of what proves who somebody is; apart from the person, so that no list ever reads them.

Not to be given ``from __future__ import annotations``: SQLModel reads the annotations.
"""

from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from db.models.shape import Versioned, moment, optional_moment, reference, table


def _proof() -> bytes:
    """An encoded argon2 hash with its parameters and salt; empty for none.  Bytes, because no
    person wrote it and no guard of texts may refuse it."""
    return Field(default=b"", sa_type=sa.LargeBinary)  # type: ignore[no-any-return]


class CredentialRow(Versioned, table=True):
    """Password, PIN and one-time code of a person, as hashes.

    `pin_failures` counts wrong PINs since the password was last given.  `code_until` is open for a
    recovery code.
    """

    __tablename__ = "credential"
    __table_args__ = table(
        sa.UniqueConstraint("technician_id"),
        sa.CheckConstraint("pin_failures >= 0", name="pin_failures"),
    )

    technician_id: str = reference("technician.id", index=False)
    password: bytes = _proof()
    pin: bytes = _proof()
    pin_failures: int = 0
    code: bytes = _proof()
    code_until: datetime | None = optional_moment()
    changed_at: datetime = moment()


class SignInAttemptRow(SQLModel, table=True):
    """Failed attempts to sign in as a code, whether or not it is anybody's.

    The key is the SHA-256 of the code: what is typed there by mistake may be a password.
    """

    __tablename__ = "sign_in_attempt"
    __table_args__ = table(sa.CheckConstraint("failures >= 0", name="failures"))

    code_sha256: bytes = Field(primary_key=True, sa_type=sa.LargeBinary)
    failures: int = 0
    last_at: datetime = moment()
    wait_until: datetime | None = optional_moment()
