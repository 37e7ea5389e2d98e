"""Finds operations by words that were entered in them.

What a new record holds stands in the arguments of its operation alone, packed; no engine searches
there, so they are read, newest first; of those only whose arguments the trail tells in words.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session

from app.services.core.trail_entries import LONGEST_READ, OPERATION, is_key
from db.types import plain_payload

MOST = 2_000
"""Operations that are found so, the newest: words that more of them hold tell nothing."""
_AT_ONCE = 1_000


def holding(session: Session, words: str, conditions: Iterable[Any]) -> list[str]:
    """The keys of the newest operations among those that meet the `conditions` in whose arguments
    the words stand, whatever their case; at most `MOST`."""
    wanted = words.lower()
    written = json.dumps(wanted, ensure_ascii=False)[1:-1]
    query = (
        sa.select(OPERATION.c.id, sa.type_coerce(OPERATION.c.payload, sa.LargeBinary))
        .where(*conditions, sa.func.length(OPERATION.c.payload) <= LONGEST_READ)
        .order_by(OPERATION.c.clock.desc())
        .execution_options(yield_per=_AT_ONCE)
    )
    found: list[str] = []
    for key, stored in session.execute(query):
        text = plain_payload(stored).decode("utf-8", "surrogatepass")
        # The names of the arguments are no words of people: only a hit is taken apart.
        if written in text.lower() and any(
            wanted in value.lower() for value in _values(json.loads(text))
        ):
            found.append(key)
            if len(found) == MOST:
                break
    return found


def _values(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for inner in value.values():
            yield from _values(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _values(inner)
    elif value is not None and not isinstance(value, bool) and not is_key(str(value)):
        yield str(value)
