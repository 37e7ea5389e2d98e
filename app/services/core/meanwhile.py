"""Who came first: what others did to a record since a person began to look at it, and since his
own last word when an edit or a step of his is refused."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable
from datetime import timedelta
from itertools import takewhile
from typing import Any

import sqlalchemy as sa
from sqlmodel import col

from app.domain.errors import AppError, Conflict, Overtaken
from app.services.core.context import ServiceContext
from app.services.core.trail_entries import (
    ENTRY_COLUMNS,
    OPERATION,
    TrailEntry,
    entry_of,
    names_of,
    told,
)
from db.models.operations import OperationChangeRow

_MOST = 3
"""Operations told; of a longer row the latest."""
_LOOKED_AT = 20
_RECENT = timedelta(hours=12)


def tell_who(place: ServiceContext, refusal: Overtaken, kind: str, key: str) -> None:
    """Add to a refusal of an operation on the record `key` of a kind what others have done to it
    since the person of `place` did something there last, and what people call the record.  A
    refusal is told without it rather than not at all."""
    with contextlib.suppress(AppError), place.read() as session:
        query = (
            sa.select(*ENTRY_COLUMNS)
            .where(OPERATION.c.subject_id == key)
            .order_by(OPERATION.c.at.desc(), OPERATION.c.clock.desc())
            .limit(_LOOKED_AT)
        )
        newest = [entry_of(row) for row in session.execute(query)]

        def by_others(entry: TrailEntry) -> bool:
            return (entry.actor, entry.device) != (place.actor, place.device)

        others = list(takewhile(by_others, newest))[:_MOST]
        # Nobody knows what the person had seen; what is old was hardly done meanwhile.
        others = [one for one in others if place.now() - one.at < _RECENT] or others[:1]
        refusal.meanwhile = told(session, others[::-1])
        if isinstance(refusal, Conflict) and not refusal.params["key"]:
            name = names_of(session, {(kind, key)}).get(key, "")
            if name:
                refusal.params.update(kind=kind, key=name)


class Meanwhile:
    """What others do to a record while somebody has it open.

    Counted by operations, not by moments: what arrives in a package was done before."""

    def __init__(self, context: ServiceContext) -> None:
        self._context = context

    def known(self, key: str) -> frozenset[str]:
        """The keys of the operations so far that changed the record `key`."""
        with self._context.read() as session:
            return frozenset(session.execute(_changing(key)).scalars())

    def by_others(self, key: str, known: Iterable[str]) -> tuple[TrailEntry, ...]:
        """What others did to the record `key` beside the operations that are `known`, oldest
        first; of a longer row the latest.  Whoever works here with another program is another."""
        place, before = self._context, frozenset(known)
        own = frozenset(place.done_here)

        def is_own(entry: TrailEntry) -> bool:
            # What a package brought was stored here, too.
            mine = (entry.actor, entry.device) == (place.actor, place.device)
            return entry.id in own and mine

        with place.read() as session:
            query = (
                sa.select(*ENTRY_COLUMNS)
                .where(OPERATION.c.id.in_(_changing(key)))
                .order_by(OPERATION.c.clock.desc(), OPERATION.c.id.desc())
                .limit(len(before) + _LOOKED_AT)
            )
            found = [entry_of(row) for row in session.execute(query)]
            fresh = [one for one in found if one.id not in before and not is_own(one)]
            return told(session, fresh[:_MOST][::-1])


def _changing(key: str) -> Any:
    """The keys of the operations about a record, and of those about others that changed it."""
    columns: Any = OperationChangeRow
    about = sa.select(OPERATION.c.id).where(OPERATION.c.subject_id == key)
    changed = sa.select(col(columns.operation_id)).where(col(columns.subject_id) == key)
    return about.union(changed)
