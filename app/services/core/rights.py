"""The rights of who works here now: the one place where services refuse for want of a role."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session

from app.domain.people.rights import Refusal, Standing
from app.domain.people.roles import Role
from app.services.core.context import ServiceContext
from app.services.core.ownership import is_own
from db.models.people import CredentialRow
from db.models.register import TechnicianRow
from db.prepared import PreparedStatement

log = logging.getLogger(__name__)

READ_AGAIN = timedelta(seconds=30)
"""After so long the roles are read again: on a shared database another seat may have changed
them."""


def require(context: ServiceContext, kind: str, *, own: bool = False, key: str = "") -> None:
    """Refuse an operation the person who works here may not do.

    `kind` is a line of the table of rights.  Where that hangs on whose record it is, either `own`
    says so or `key` is the id the verb was given first, and is looked up (`ownership.is_own`).
    Call it before the transaction of the write.  Raises `NotPermitted`.
    """
    refusal = _refusal(context, kind, own=own, key=key)
    if refusal is not None:
        log.info("refused %s to %s", kind, context.standing.role or "nobody")
        raise refusal.error()


def why_not(context: ServiceContext, kinds: Iterable[str], key: str = "") -> dict[str, Refusal]:
    """The operations among `kinds` that the person who works here may not do to the record `key`,
    and why; for greying what would be refused.  Reads the database."""
    found: dict[str, Refusal] = {}
    for kind in kinds:
        refusal = _refusal(context, kind, key=key)
        if refusal is not None:
            found[kind] = refusal
    return found


def _refusal(
    context: ServiceContext, kind: str, *, own: bool = False, key: str = ""
) -> Refusal | None:
    standing = current(context)
    if key and not own and standing.asks_whose(kind) and context.person is not None:
        with context.read() as session:
            own = is_own(session, context.person, kind, key)
    return standing.refusal(kind, own=own)


def current(context: ServiceContext) -> Standing:
    """Whose rights count now, not older than `READ_AGAIN`.  Reads the database: not for the thread
    of the window, which takes `ServiceContext.standing` as it is."""
    read_at, now = context.standing_read_at, context.now()
    # A clock that was set back makes it old, too.
    if read_at is None or not timedelta() <= now - read_at < READ_AGAIN:
        read_again(context)
    return context.standing


def read_again(context: ServiceContext) -> Standing:
    """Read who may what now.  Somebody who left meanwhile is signed in no longer."""
    with context.read() as session:
        guarded = is_guarded(session)
        person = context.person
        if person is not None:
            row = session.get(TechnicianRow, person.id)
            here = row is not None and row.active and guarded
            context.person = replace(person, role=Role(row.role)) if row and here else None
    role = context.person.role if context.person else None
    # Whether a file can be written does not change while it is open.
    context.standing = replace(context.standing, guarded=guarded, role=role)
    context.standing_read_at = context.now()
    return context.standing


def is_guarded(session: Session) -> bool:
    """Whether somebody who works here has a password, so that everybody has to sign in."""
    return bool(_GUARDED.first(session).guarded)


_TECHNICIAN: Any = TechnicianRow.__table__  # type: ignore[attr-defined]
_CREDENTIAL: Any = CredentialRow.__table__  # type: ignore[attr-defined]
_ACTIVE = _TECHNICIAN.c.active.is_(True)
_IS_GUARDED = (
    sa.exists()
    .where(
        _CREDENTIAL.c.password != b"",
        _CREDENTIAL.c.technician_id.in_(sa.select(_TECHNICIAN.c.id).where(_ACTIVE)),
    )
    .label("guarded")
)
_GUARDED = PreparedStatement(sa.select(_IS_GUARDED))
