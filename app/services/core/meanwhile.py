"""Who came first when an edit or a step is refused because the record has changed meanwhile."""

from __future__ import annotations

import contextlib
from datetime import timedelta
from itertools import takewhile

import sqlalchemy as sa

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
