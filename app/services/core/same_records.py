"""Records two computers made of the same thing while neither knew of the other's.

The one that came first in the office's order stays.  What was decided about the other means the
one that stays: wherever an operation names it, its key is exchanged before it is applied.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session

from app.services.core.running_operation import SameRecord, running_operation, worked_out
from db import bulk
from db.models.operations import SameRecordRow

_SAME: Any = SameRecordRow.__table__  # type: ignore[attr-defined]


def read_same(session: Session) -> dict[str, str]:
    """The keys of all records that are the same as others, with those of the others."""
    return {row.key: row.kept for row in session.execute(sa.select(_SAME.c.key, _SAME.c.kept))}


def met_by(session: Session, keys: Sequence[str]) -> dict[str, str]:
    """Of records by key those that are the same as others, with the keys of the others."""
    query = sa.select(_SAME.c.key, _SAME.c.kept).where(bulk.among(session, _SAME.c.key, keys))
    return {row.key: row.kept for row in session.execute(query)}


def with_kept(value: Any, kept: Mapping[str, str]) -> Any:
    """A JSON value with the keys of records that are the same as others exchanged for those."""
    return _exchanged(value, kept) if kept else value


def _exchanged(value: Any, kept: Mapping[str, str]) -> Any:
    if isinstance(value, str):
        return kept.get(value, value)
    if isinstance(value, Mapping):
        return {kept.get(name, name): _exchanged(one, kept) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [_exchanged(one, kept) for one in value]
    return value


def note_same(kind: str, key: str, kept: str) -> None:
    """The operation under way would have made the record `key`; it is the same as `kept`."""
    operation = running_operation()
    assert operation is not None
    if key not in {one.key for one in operation.same}:
        operation.same.append(SameRecord(kind, key, kept))


def note_made(drawn: Mapping[str, tuple[str, str]]) -> None:
    """Tell which of the keys `drawn` by the operation under way were given to new records: for each
    key the kind of record, and the key the record has; empty when it was left out.

    Kept in the operation as the places of the keys in the order they were drawn.  Applied again, a
    key that was given away then and is not now means the record that was there before.
    """
    keys = list(drawn)
    made = worked_out(
        "made", lambda: _spans([n for n, key in enumerate(keys) if drawn[key][1] == key])
    )
    for first, amount in made:
        for key in keys[first : first + amount]:
            kind, kept = drawn[key]
            if kept not in ("", key):
                note_same(kind, key, kept)


def _spans(places: Sequence[int]) -> list[list[int]]:
    """Ascending numbers as runs: the first of each and how many."""
    runs: list[list[int]] = []
    for place in places:
        if runs and sum(runs[-1]) == place:
            runs[-1][1] += 1
        else:
            runs.append([place, 1])
    return runs
