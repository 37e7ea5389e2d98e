"""What the exchange between computers asks the operation log."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col

from app.domain.operations.operation import APPLIED, FIRST_HASH, WITHDRAW, WITHDRAWN, Operation
from app.services.core.context import chunks
from app.services.core.operation_log import operation_of, read_operations
from db import bulk
from db.models.operations import OperationChangeRow, OperationRow

_OPERATION: Any = OperationRow.__table__  # type: ignore[attr-defined]


@dataclass(frozen=True, slots=True)
class ChainEnd:
    """Where the chain of a station ends: the number and hash of its last operation."""

    seq: int = 0
    hash: bytes = FIRST_HASH


@dataclass(frozen=True, slots=True)
class Head:
    """The last operation in the office's order that a database knows; `hash` in hexadecimal."""

    seq: int = 0
    hash: str = ""


def head_of(session: Session) -> Head:
    """The last operation in the office's order."""
    row = session.execute(
        sa.select(_OPERATION.c.office_seq, _OPERATION.c.hash)
        .where(_OPERATION.c.office_seq.is_not(None))
        .order_by(_OPERATION.c.office_seq.desc())
        .limit(1)
    ).first()
    return Head(row.office_seq, row.hash.hex()) if row else Head()


def hash_at(session: Session, office_seq: int) -> str:
    """The hash of the operation at a place in the office's order; empty when there is none."""
    query = sa.select(_OPERATION.c.hash).where(_OPERATION.c.office_seq == office_seq)
    found = session.execute(query).scalar()
    return found.hex() if found else ""


def end_of_chain(session: Session, station: str) -> ChainEnd:
    """The last operation of a station."""
    row = session.execute(
        sa.select(_OPERATION.c.station_seq, _OPERATION.c.hash)
        .where(_OPERATION.c.station == station)
        .order_by(_OPERATION.c.station_seq.desc())
        .limit(1)
    ).first()
    return ChainEnd(row.station_seq, row.hash) if row else ChainEnd()


def clock_before(session: Session, station: str, seq: int) -> int:
    """The highest clock reading of a station before its operation number `seq`; 0 without any."""
    query = sa.select(sa.func.max(_OPERATION.c.clock)).where(
        _OPERATION.c.station == station, _OPERATION.c.station_seq < seq
    )
    return session.execute(query).scalar() or 0


def known_among(session: Session, ids: Sequence[str]) -> dict[str, bytes]:
    """Those of `ids` this log holds, each with its hash."""
    query = sa.select(_OPERATION.c.id, _OPERATION.c.hash).where(
        bulk.among(session, _OPERATION.c.id, ids)
    )
    return {row.id: row.hash for row in session.execute(query)}


def placed_ids(session: Session) -> frozenset[str]:
    """The operations that have a place in the office's order."""
    query = sa.select(_OPERATION.c.id).where(_OPERATION.c.office_seq.is_not(None))
    return frozenset(session.execute(query).scalars())


def operations_by_id(session: Session, ids: Sequence[str]) -> dict[str, Operation]:
    """Those of `ids` this log holds."""
    found: dict[str, Operation] = {}
    for part in chunks(list(ids)):
        query = sa.select(_OPERATION).where(_OPERATION.c.id.in_(part))
        found |= {row.id: operation_of(row) for row in session.execute(query)}
    return found


def ordered_after(session: Session, office_seq: int) -> Iterator[Operation]:
    """What follows a place in the office's order."""
    return read_operations(session, _OPERATION.c.office_seq > office_seq)


def unsent(session: Session, station: str) -> Iterator[Operation]:
    """The operations of a station the office has not placed in its order, as they were done."""
    return of_station(session, station, _OPERATION.c.office_seq.is_(None))


def of_station(session: Session, station: str, *conditions: Any) -> Iterator[Operation]:
    """The operations of a station, as they were done."""
    query = (
        sa.select(_OPERATION)
        .where(_OPERATION.c.station == station, *conditions)
        .order_by(_OPERATION.c.station_seq)
    )
    return map(operation_of, session.execute(query))


@dataclass(frozen=True, slots=True)
class Waiting:
    """How many operations of this computer the office has not placed yet, and since when; those
    taken back aside, and what took them back."""

    amount: int
    since: datetime | None


def waiting(session: Session, station: str) -> Waiting:
    """What the office has not placed yet."""
    row = session.execute(
        sa.select(sa.func.count(), sa.func.min(col(OperationRow.at))).where(
            _OPERATION.c.station == station,
            _OPERATION.c.office_seq.is_(None),
            _OPERATION.c.outcome != WITHDRAWN,
            _OPERATION.c.kind != WITHDRAW,
        )
    ).one()
    return Waiting(row[0], row[1])


def placed_until(session: Session, station: str) -> int:
    """The number up to which the office has placed all operations of a station."""
    first = session.execute(
        sa.select(sa.func.min(_OPERATION.c.station_seq)).where(
            _OPERATION.c.station == station, _OPERATION.c.office_seq.is_(None)
        )
    ).scalar()
    return end_of_chain(session, station).seq if first is None else int(first) - 1


def others_after(session: Session, office_seq: int, station: str) -> int:
    """How many operations follow a place in the office's order, those of a station aside."""
    query = sa.select(sa.func.count()).where(
        _OPERATION.c.office_seq > office_seq, _OPERATION.c.station != station
    )
    return int(session.execute(query).scalar_one())


def stations_in(session: Session) -> dict[str, ChainEnd]:
    """Every station whose operations this log holds, and where its chain ends."""
    newest = (
        sa.select(_OPERATION.c.station, sa.func.max(_OPERATION.c.station_seq).label("seq"))
        .group_by(_OPERATION.c.station)
        .subquery()
    )
    query = sa.select(_OPERATION.c.station, _OPERATION.c.station_seq, _OPERATION.c.hash).join(
        newest,
        sa.and_(_OPERATION.c.station == newest.c.station, _OPERATION.c.station_seq == newest.c.seq),
    )
    return {row.station: ChainEnd(row.station_seq, row.hash) for row in session.execute(query)}


@dataclass(frozen=True, slots=True, kw_only=True)
class NotedChange:
    """A field an operation changed, as the log keeps it; `n` is its number in the operation."""

    operation_id: str
    n: int
    kind: str
    id: str
    field: str
    old: str
    new: str


def changes_of_kinds(session: Session, kinds: Sequence[str]) -> tuple[NotedChange, ...]:
    """What operations noted about these kinds of records, oldest operation first."""
    row: Any = OperationChangeRow.__table__  # type: ignore[attr-defined]
    query = (
        sa.select(row)
        .where(row.c.subject_kind.in_(kinds), sa.text("subject_kind <> ''"))
        .order_by(row.c.operation_id, row.c.n)
    )
    return tuple(
        NotedChange(
            operation_id=found.operation_id,
            n=found.n,
            kind=found.subject_kind,
            id=found.subject_id,
            field=found.field,
            old=found.old,
            new=found.new,
        )
        for found in session.execute(query)
    )


def with_outcome(session: Session, beginning: str) -> Iterator[Operation]:
    """The operations whose outcome begins so, oldest first; not those that were applied."""
    query = (
        sa.select(_OPERATION)
        .where(
            _OPERATION.c.outcome.startswith(beginning, autoescape=True),
            sa.text("outcome <> 'applied'"),
        )
        .order_by(_OPERATION.c.id)
    )
    return map(operation_of, session.execute(query))


def subjects_of(session: Session, kind: str, among: Sequence[str]) -> frozenset[str]:
    """Those of `among` that applied operations of a kind were about."""
    found: set[str] = set()
    for part in chunks(list(among)):
        query = sa.select(_OPERATION.c.subject_id).where(
            _OPERATION.c.subject_id.in_(part),
            _OPERATION.c.kind == kind,
            _OPERATION.c.outcome == APPLIED,
        )
        found.update(session.execute(query).scalars())
    return frozenset(found)


def keys_of_kind(session: Session, kind: str) -> frozenset[str]:
    """The operations of a kind."""
    query = sa.select(_OPERATION.c.id).where(_OPERATION.c.kind == kind)
    return frozenset(session.execute(query).scalars())


def applied_of_kind(session: Session, kind: str) -> Iterator[Operation]:
    """The applied operations of a kind, in the order they are applied in."""
    return read_operations(session, _OPERATION.c.kind == kind, _OPERATION.c.outcome == APPLIED)
