"""The keys with which computers sign what leaves on paper and vouch for signatures drawn there.

Each user of a computer has an Ed25519 key (RFC 8032) of their own.  Its private half stays with
their secrets; its public half is written down once, by an operation, and so comes to every computer
of the office with the exchange: a photographed page is proved there without a network and without
the computer that printed it.  A key says which computer signed, and counts as long as that one is
trusted.
"""

from __future__ import annotations

import base64
import hashlib
import logging
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlmodel import Session, col

from app.domain.errors import AppError, Unavailable
from app.reports.data.paper_code import read_signature, signed_with
from app.services.core import operation_log
from app.services.core.context import ServiceContext, UnitOfWork
from app.services.core.operations import operation
from app.services.documents.recorders import Recorder, recorder_of, revoked_since
from db.models.documents import PaperKeyRow
from db.stations import STATION

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    from app.secret_store import SecretStore

log = logging.getLogger(__name__)
_NAME_LENGTH = 5
"""Bytes of the hash of a key that name it in a code."""


class SignedState(StrEnum):
    """What is known of a signature.

    `GOOD`: made with a key of a computer that is trusted.  `REVOKED`: with one that is trusted no
    longer.  `STRANGER`: with a key nobody here knows.  `BAD`: with none of the keys it names.
    `NONE`: there is none."""

    GOOD = "good"
    REVOKED = "revoked"
    STRANGER = "stranger"
    BAD = "bad"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class SignedBy:
    """What is known of a signature, and of which computer it is."""

    state: SignedState
    computer: Recorder | None = None
    since: datetime | None = None
    """When the computer was no longer trusted."""


class PaperKeys:
    """The key of who works here, made when first used."""

    def __init__(self, context: ServiceContext, secrets: SecretStore) -> None:
        self._context = context
        self._secrets = secrets
        self._found: Ed25519PrivateKey | None = None

    def sign(self, message: str) -> str:
        """A signature as `signed_with` writes it, with a key others can know.  Empty where there
        can be none: paper must not wait for a key store that is locked or a database that is only
        looked at."""
        try:
            key = self._key()
            self._publish(key)
        except AppError as failed:
            log.warning("paper is not signed: %s", failed.code)
            return ""
        return _signed(key, message)

    def seal(self, message: str) -> tuple[str, str]:
        """A signature and its public key, for an operation that writes the key down itself; both
        empty where there can be none."""
        try:
            key = self._key()
        except AppError as failed:
            log.warning("a signature is not sealed: %s", failed.code)
            return "", ""
        return _signed(key, message), _public(key)

    def _key(self) -> Ed25519PrivateKey:
        if self._found is None:
            from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

            name = f"paper-{self._station()}"
            kept = self._secrets.get(name)
            if kept is None:
                self._found = Ed25519PrivateKey.generate()
                self._secrets.set(name, self._found.private_bytes_raw().hex())
            else:
                self._found = _read(kept, str(self._secrets.path(name)))
        return self._found

    def _station(self) -> str:
        with self._context.read() as session:
            known = operation_log.fact(session, STATION)
        if known is not None:
            return str(known)
        with self._context.write_locally() as unit:
            return operation_log.station_of(unit.session)

    def _publish(self, key: Ed25519PrivateKey) -> None:
        public = _public(key)
        with self._context.read() as session:
            known = _row_of(session, public) is not None
        if not known:
            _publish(self._context, public)


def _read(kept: str, path: str) -> Ed25519PrivateKey:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    try:
        return Ed25519PrivateKey.from_private_bytes(bytes.fromhex(kept))
    except ValueError:
        raise Unavailable("secrets.unreadable", path=path) from None


@operation("document.publish_key")
def _publish(place: ServiceContext, public: str) -> None:
    with place.write() as unit:
        write_down(unit, place.actor, public)


def write_down(unit: UnitOfWork, person: str, public: str) -> None:
    """Write a public key down, unless it is."""
    if public and _row_of(unit.session, public) is None:
        unit.session.add(PaperKeyRow(public=public, since=unit.now, actor=person))
        unit.touched("paper_key")


def _row_of(session: Session, public: str) -> PaperKeyRow | None:
    row: PaperKeyRow | None = session.execute(
        sa.select(PaperKeyRow).where(col(PaperKeyRow.public) == public).limit(1)
    ).scalar_one_or_none()
    return row


def checked(session: Session, message: str, signed: str) -> SignedBy:
    """What is known of a signature written by `signed_with`."""
    if not signed:
        return SignedBy(SignedState.NONE)
    name, signature = read_signature(signed)
    return checked_signature(session, message, name, signature)


def checked_signature(session: Session, message: str, name: str, signature: bytes) -> SignedBy:
    """What is known of a signature by the key of this name."""
    if not name:
        return SignedBy(SignedState.BAD)
    rows = session.execute(sa.select(PaperKeyRow).order_by(col(PaperKeyRow.id))).scalars().all()
    named = [row for row in rows if _name(bytes.fromhex(row.public)) == name]
    if not named:
        return SignedBy(SignedState.STRANGER)
    for row in named:
        if _fits(row.public, message, signature):
            computer = recorder_of(session, row.id, "paper_key", row.actor)
            since = revoked_since(session, row.id, "paper_key")
            state = SignedState.GOOD if since is None else SignedState.REVOKED
            return SignedBy(state, computer, since)
    return SignedBy(SignedState.BAD)


def _fits(public: str, message: str, signature: bytes) -> bool:
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    try:
        key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(public))
        key.verify(signature, message.encode())
    except InvalidSignature:
        return False
    return True


def _signed(key: Ed25519PrivateKey, message: str) -> str:
    public = key.public_key().public_bytes_raw()
    return signed_with(_name(public), key.sign(message.encode()))


def _public(key: Ed25519PrivateKey) -> str:
    return key.public_key().public_bytes_raw().hex()


def _name(public: bytes) -> str:
    return base64.b32encode(hashlib.sha256(public).digest()[:_NAME_LENGTH]).decode()
