"""Failed attempts to sign in, counted in the database and slowed more and more.

A code that is nobody's is treated as one that is somebody's, so that nothing can be learned.
"""

from __future__ import annotations

import hashlib
import importlib
import math

import sqlalchemy as sa
from sqlmodel import col

from app.domain.errors import InvalidInput
from app.domain.people.credentials import FORGET_AFTER, still_waiting, wait_after
from app.domain.text import compact
from app.services.core.context import ServiceContext
from db.models.people import SignInAttemptRow


def begin(context: ServiceContext, code: str) -> None:
    """Count an attempt as failed before it is looked at: a crash or a second one at the same time
    gains nothing.  Raises `InvalidInput` (``sign_in.wait``) while attempts are refused."""
    with context.write_locally() as unit:
        session, now = unit.session, unit.now
        stale = col(SignInAttemptRow.last_at) < now - FORGET_AFTER
        session.execute(sa.delete(SignInAttemptRow).where(stale))
        key = _key(code)
        # Of two first attempts at once on a server one waits here for the other.
        first = importlib.import_module(
            f"sqlalchemy.dialects.{context.database.engine.dialect.name}"
        )
        session.execute(
            first.insert(SignInAttemptRow)
            .values(code_sha256=key, failures=0, last_at=now)
            .on_conflict_do_nothing()
        )
        row = session.get_one(SignInAttemptRow, key, with_for_update=True)
        wait = still_waiting(row.wait_until, now)
        if wait:
            raise InvalidInput.of(
                "password", "sign_in.wait", seconds=math.ceil(wait.total_seconds())
            )
        row.failures += 1
        row.last_at = now
        row.wait_until = now + wait_after(row.failures)
        session.add(row)


def succeeded(context: ServiceContext, code: str) -> None:
    """The person proved who they are: nothing failed."""
    with context.write_locally() as unit:
        unit.session.execute(
            sa.delete(SignInAttemptRow).where(col(SignInAttemptRow.code_sha256) == _key(code))
        )


def _key(code: str) -> bytes:
    return hashlib.sha256(compact(code).upper().encode("utf-8", "replace")).digest()
