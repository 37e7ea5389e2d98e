"""Failed attempts to sign in, counted in the database and slowed more and more, each person by
themselves.

Attempts with a one-time or recovery code are counted apart from those with a password, so that
nobody's wrong passwords keep out who was given one.  A code that is nobody's is treated as one that
is somebody's, so that nothing can be learned.
"""

from __future__ import annotations

import hashlib
import importlib
import math
from datetime import timedelta
from enum import StrEnum

import sqlalchemy as sa
from sqlmodel import col

from app.domain.errors import InvalidInput
from app.domain.people.credentials import FORGET_AFTER, still_waiting, wait_after
from app.domain.text import compact
from app.services.core.context import ServiceContext
from db.models.people import SignInAttemptRow


class Way(StrEnum):
    """What is tried: password and PIN, or a code that somebody was given."""

    PASSWORD = ""
    GIVEN_CODE = "\0given"


def begin(context: ServiceContext, code: str, way: Way = Way.PASSWORD) -> None:
    """Count an attempt as failed before it is looked at: a crash or a second one at the same time
    gains nothing.  Raises `InvalidInput` (``sign_in.wait``) while attempts are refused."""
    wait = _counted(context, _key(code, way))
    if wait:
        raise InvalidInput.of("password", "sign_in.wait", seconds=math.ceil(wait.total_seconds()))


def _counted(context: ServiceContext, key: bytes) -> timedelta:
    """Count an attempt, or say how long none is allowed."""
    with context.write_locally() as unit:
        session, now = unit.session, unit.now
        stale = col(SignInAttemptRow.last_at) < now - FORGET_AFTER
        session.execute(sa.delete(SignInAttemptRow).where(stale))
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
        if row.wait_until is not None and now < row.last_at:
            # The clock was set back: what was left to wait is waited by the clock as it is now.
            row.wait_until, row.last_at = now + (row.wait_until - row.last_at), now
        wait = still_waiting(row.wait_until, now)
        if wait:
            return wait
        row.failures += 1
        row.last_at = now
        row.wait_until = now + wait_after(row.failures)
    return timedelta()


def succeeded(context: ServiceContext, code: str) -> None:
    """The person proved who they are, or somebody who may do so gave them a code: whatever failed
    before counts no longer."""
    keys = [_key(code, way) for way in Way]
    with context.write_locally() as unit:
        unit.session.execute(
            sa.delete(SignInAttemptRow).where(col(SignInAttemptRow.code_sha256).in_(keys))
        )


def _key(code: str, way: Way) -> bytes:
    named = compact(code).upper() + way
    return hashlib.sha256(named.encode("utf-8", "replace")).digest()
