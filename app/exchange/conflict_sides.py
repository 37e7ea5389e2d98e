"""What both sides of a conflict said, who and when, so that people can decide."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col

from app.domain.operations.operation import APPLIED, Operation
from app.exchange.conflicts import Unsettled
from app.services import Services
from app.services.core.operation_log import fact
from app.services.core.trail_entries import TrailEntry, entries_of, names_also_given_out
from db.models.operations import OperationChangeRow, OperationRow
from db.stations import STATION


@dataclass(frozen=True, slots=True, kw_only=True)
class ConflictSides:
    """`record` is what people call the record, empty when nobody gave it a name.  `now` is the
    operation behind what stands, `other` the one behind what does not; None when the log does not
    tell.
    `own` is the station of this computer."""

    unsettled: Unsettled
    record: str
    now: TrailEntry | None
    other: TrailEntry | None
    own: str

    @property
    def id(self) -> str:
        """The key of what waits."""
        return self.unsettled.id

    @property
    def mine(self) -> str:
        """Which side this computer is on: ``now``, ``other``, or neither."""
        for name, side in (("now", self.now), ("other", self.other)):
            if side is not None and side.station == self.own:
                return name
        return ""


_NOT_DONE = frozenset({"review", "left_out"})
"""Sorts whose operation is the side that does not stand."""


def sides_of(services: Services, waiting: Sequence[Unsettled]) -> tuple[ConflictSides, ...]:
    """Both sides of each."""
    with services.context.read() as session:
        own = fact(session, STATION) or ""
        others = {one.id: _other(session, one) for one in waiting}
        wanted = {one.operation.id for one in waiting} | set(filter(None, others.values()))
        told = {entry.id: entry for entry in entries_of(session, sorted(wanted))}
        named = ((one.operation.subject_kind, one.subject_id) for one in waiting)
        names = names_also_given_out(session, named)
    found = []
    for one in waiting:
        mine, theirs = told.get(one.operation.id), told.get(others[one.id])
        stands = one.sort not in _NOT_DONE and not one.gave_way
        now, other = (mine, theirs) if stands else (theirs, mine)
        record = names.get(one.subject_id, "")
        found.append(ConflictSides(unsettled=one, record=record, now=now, other=other, own=own))
    return tuple(found)


def _other(session: Session, one: Unsettled) -> str:
    """The key of the operation on the other side: for a value that gave way the one that set it,
    for what does not fit the last one on the record.  Empty when the log holds none."""
    operation = one.operation
    if not one.subject_id or one.sort in {"number", "left_out"}:
        return ""
    about = sa.and_(
        col(OperationRow.subject_kind) == operation.subject_kind,
        col(OperationRow.subject_id) == one.subject_id,
        col(OperationRow.outcome) == APPLIED,
        col(OperationRow.id) != operation.id,
    )
    query = sa.select(col(OperationRow.id)).where(about)
    if one.sort == "overwritten":
        # A reference is a column of its own name.
        fields = (one.field, f"{one.field}_id")
        changed = sa.select(col(OperationChangeRow.operation_id)).where(
            col(OperationChangeRow.field).in_(fields),
            col(OperationChangeRow.subject_id).in_(("", one.subject_id)),
        )
        found = _last(session, query.where(_before(operation), col(OperationRow.id).in_(changed)))
        return found or _last(session, query.where(_before(operation)))
    return _last(session, query)


def _before(operation: Operation) -> sa.ColumnElement[bool]:
    """Earlier in the order operations are applied in."""
    if operation.office_seq is None:
        return sa.or_(
            col(OperationRow.office_seq).is_not(None),
            col(OperationRow.clock) < operation.clock,
        )
    return col(OperationRow.office_seq) < operation.office_seq


def _last(session: Session, query: sa.Select[Any]) -> str:
    ordered = query.order_by(
        col(OperationRow.office_seq).is_(None).desc(),
        col(OperationRow.office_seq).desc(),
        col(OperationRow.clock).desc(),
    )
    return str(session.execute(ordered.limit(1)).scalar() or "")
