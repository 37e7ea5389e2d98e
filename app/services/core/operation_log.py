"""The log every operation is appended to, in the transaction of what it changes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col

from app.domain.errors import DamagedValue
from app.domain.operations.clock import MOST_OFF, next_reading, reading_of
from app.domain.operations.operation import FIRST_HASH, Operation, hash_of
from app.services.core.running_operation import FOUND, RecordChange, RunningOperation
from db import bulk
from db.keys import first_key, is_key
from db.models.office import AppStateRow
from db.models.operations import OperationChangeRow, OperationRow, SameRecordRow
from db.prepared import PreparedStatement
from db.stations import STATION
from db.together import Asked, send_ahead, together

_OPERATION: Any = OperationRow.__table__  # type: ignore[attr-defined]
_CHANGE: Any = OperationChangeRow.__table__  # type: ignore[attr-defined]
_SAME: Any = SameRecordRow.__table__  # type: ignore[attr-defined]
_FACT: Any = AppStateRow.__table__  # type: ignore[attr-defined]
_ONE_FACT = PreparedStatement(
    sa.select(_FACT.c.value).where(_FACT.c.name == sa.bindparam("wanted"))
)

CLOCK_SHOWN = "clock_shown"
"""The fact of `app_state` with the reading of the clock this computer has told others: what is done
later reads higher, also when the wall clock was set back meanwhile."""
OFFICE = "office"
"""The fact of `app_state` that makes this database the one that orders all operations."""


def fact(session: Session, name: str) -> Any:
    """What the program keeps about this database under `name`; None when nothing.  Raises
    `DamagedValue`, also for a station that is no key."""
    found = _ONE_FACT.first(session, wanted=name)
    if found is None:
        return None
    if name == STATION and not is_key(found.value):
        raise DamagedValue
    return found.value


def facts_under(session: Session, beginning: str) -> list[Any]:
    """The values of all facts whose name begins so."""
    table: Any = AppStateRow.__table__  # type: ignore[attr-defined]
    query = sa.select(table.c.value).where(table.c.name.startswith(beginning, autoescape=True))
    return list(session.execute(query).scalars())


def keep_fact(session: Session, name: str, value: Any) -> None:
    """Keep a fact about this database."""
    row = session.get(AppStateRow, name)
    if row is None:
        session.add(AppStateRow(name=name, value=value))
    else:
        row.value = value
    session.flush()


def drop_fact(session: Session, name: str) -> None:
    """Forget a fact about this database."""
    session.execute(sa.delete(AppStateRow).where(col(AppStateRow.name) == name))


def station_of(session: Session) -> str:
    """The key of this installation, given at its first operation."""
    known = fact(session, STATION)
    if known is None:
        known = first_key()
        keep_fact(session, STATION, known)
    return str(known)


_STATION = (
    # A fact is kept as JSON text, here a key between quotes.
    sa.select(
        sa.cast(
            sa.func.replace(sa.type_coerce(_FACT.c.value, sa.Text), '"', ""),
            _OPERATION.c.station.type,
        )
    )
    .where(_FACT.c.name == STATION)
    .scalar_subquery()
)


def _of_last(column: Any) -> Any:
    """A column of the last operation done here.

    Asked for each column by itself: as a query of three columns that others join, SQLite would put
    it aside in a table of its own, which takes five times as long."""
    return (
        sa.select(column)
        .where(_OPERATION.c.station == _STATION)
        .order_by(_OPERATION.c.station_seq.desc())
        .limit(1)
        .scalar_subquery()
        .label(column.name)
    )


_SEEN = (
    sa.select(sa.func.max(_OPERATION.c.clock))
    .where(_OPERATION.c.clock <= sa.bindparam("believed", type_=_OPERATION.c.clock.type))
    .scalar_subquery()
)
_ORDERED = sa.select(sa.func.max(_OPERATION.c.office_seq).label("last"))
_LAST_ORDERED = PreparedStatement(_ORDERED)


def _fact_named(name: str) -> Any:
    return sa.select(_FACT.c.value).where(_FACT.c.name == name).scalar_subquery().label(name)


_PLACE = PreparedStatement(
    sa.select(
        *(_fact_named(name) for name in (STATION, CLOCK_SHOWN, OFFICE)),
        *map(_of_last, (_OPERATION.c.station_seq, _OPERATION.c.hash, _OPERATION.c.clock)),
        _SEEN.label("seen"),
        _ORDERED.scalar_subquery().label("ordered"),
    )
)
"""All that an operation has to know of the log it is appended to, in one row."""


def append(session: Session, running: RunningOperation, made: Callable[[str], str]) -> Operation:
    """Append the operation under way, and what it changed.  `made` gives the key of the one
    record of a kind it touched, for operations that make the record they are about."""
    session.flush()
    same = [{"key": one.key, "kind": one.kind, "kept": one.kept} for one in running.same]
    bulk.insert(session, _SAME, same)
    if running.stored is not None:
        return append_as_is(session, running.stored, running.changes)
    assert running.new is not None
    fresh = running.new
    about = fresh.subject_id or made(fresh.subject_kind)
    payload = {**fresh.payload, FOUND: running.found} if running.found else fresh.payload
    fresh = replace(fresh, subject_id=about, payload=payload, numbers=running.drawn)
    return _store(session, _numbered(session, fresh), running.changes)


def append_as_is(
    session: Session, operation: Operation, changes: Sequence[RecordChange] = ()
) -> Operation:
    """Append an operation that has its number and hash; the office gives it its place in the
    order."""
    if operation.office_seq is None and fact(session, OFFICE) is not None:
        last = _LAST_ORDERED.first(session).last
        operation = replace(operation, office_seq=(last or 0) + 1)
    return _store(session, operation, changes)


def _store(session: Session, operation: Operation, changes: Sequence[RecordChange]) -> Operation:
    bulk.insert(session, _OPERATION, [_columns(operation)])
    rows = [
        {
            "operation_id": operation.id,
            "n": n,
            **_other_record(operation, one),
            "field": one.change.field,
            "old": one.change.old,
            "new": one.change.new,
        }
        for n, one in enumerate(changes, 1)
    ]
    bulk.insert(session, _CHANGE, rows)
    return operation


def _other_record(operation: Operation, change: RecordChange) -> dict[str, str]:
    """The columns that name the changed record, empty when it is the operation's own."""
    own = (operation.subject_kind, operation.subject_id)
    kind, key = ("", "") if (change.kind, change.id) == own else (change.kind, change.id)
    return {"subject_kind": kind, "subject_id": key}


def _asked(at: datetime) -> Asked:
    # One computer whose clock is years ahead must not make everybody's wrong.
    return _PLACE, {"believed": reading_of(at + MOST_OFF)}


def look_ahead(session: Session, at: datetime) -> None:
    """Ask for what `append` needs to know, with the first query of an operation done at `at`: it
    cannot change while that has the writer's lock."""
    send_ahead(session, _asked(at))


def _numbered(session: Session, operation: Operation) -> Operation:
    """The operation with its place in the chain and, in the office's database, in its order."""
    ((place,),) = together(session, _asked(operation.at))
    seen = max(place.seen or 0, place.clock or 0, place.clock_shown or 0)
    clock, suspect = next_reading(operation.at, seen)
    station = str(place.station) if place.station else station_of(session)
    if not is_key(station):
        raise DamagedValue
    numbered = replace(
        operation,
        station=station,
        station_seq=(place.station_seq or 0) + 1,
        clock=clock,
        suspect=suspect,
        prev_hash=place.hash or FIRST_HASH,
        office_seq=None if place.office is None else (place.ordered or 0) + 1,
    )
    return replace(numbered, hash=hash_of(numbered))


def _columns(operation: Operation) -> dict[str, Any]:
    return {
        "id": operation.id,
        "station": operation.station,
        "station_seq": operation.station_seq,
        "kind": operation.kind,
        "schema_no": operation.schema,
        "subject_kind": operation.subject_kind,
        "subject_id": operation.subject_id,
        "payload": operation.payload,
        "actor": operation.actor,
        "device": operation.device,
        "at": operation.at,
        "offset_minutes": operation.offset,
        "clock": operation.clock,
        "suspect": operation.suspect,
        "program": operation.program,
        "numbers": operation.numbers,
        "prev_hash": operation.prev_hash,
        "hash": operation.hash,
        "outcome": operation.outcome,
        "office_seq": operation.office_seq,
    }


def log_ends(session: Session) -> dict[str, int]:
    """The number of the last operation of each station in the log: together they tell whether
    anything was appended, wherever it was done."""
    station = _OPERATION.c.station
    first = sa.select(station).order_by(station).limit(1).subquery()
    known = sa.select(first.c.station).cte("known", recursive=True)
    following = sa.select(station).where(station > known.c.station).order_by(station).limit(1)
    known = known.union_all(
        sa.select(following.scalar_subquery()).where(known.c.station.is_not(None))
    )
    last = (
        sa.select(_OPERATION.c.station_seq)
        .where(station == known.c.station)
        .order_by(_OPERATION.c.station_seq.desc())
        .limit(1)
        .scalar_subquery()
    )
    query = sa.select(known.c.station, last).where(known.c.station.is_not(None))
    return {str(key): number for key, number in session.execute(query)}


def appended(
    session: Session, before: Mapping[str, int], now: Mapping[str, int], most: int
) -> list[str] | None:
    """The keys of the operations between two `log_ends`; None when there are more than `most`, or
    the log is another one."""
    if any(now.get(station, 0) < last for station, last in before.items()):
        return None
    grown = {station: before.get(station, 0) for station in now}
    if sum(last - grown[station] for station, last in now.items()) > most:
        return None
    found: list[str] = []
    for station, last in grown.items():
        if now[station] > last:
            newer = sa.select(_OPERATION.c.id).where(
                _OPERATION.c.station == station, _OPERATION.c.station_seq > last
            )
            found += map(str, session.execute(newer).scalars())
    return found


def operation_of(row: Any) -> Operation:
    """A stored operation."""
    return Operation(
        id=row.id,
        station=row.station,
        station_seq=row.station_seq,
        kind=row.kind,
        schema=row.schema_no,
        subject_kind=row.subject_kind,
        subject_id=row.subject_id,
        payload=row.payload,
        actor=row.actor,
        device=row.device,
        at=row.at,
        offset=row.offset_minutes,
        clock=row.clock,
        suspect=row.suspect,
        program=row.program,
        numbers=row.numbers,
        prev_hash=row.prev_hash,
        hash=row.hash,
        outcome=row.outcome,
        office_seq=row.office_seq,
    )


def order_all(session: Session) -> None:
    """Give every operation without one a place in the office's order, as they were done: this
    database becomes the office's."""
    last = session.execute(_ORDERED).scalar() or 0
    query = (
        sa.select(_OPERATION.c.id)
        .where(_OPERATION.c.office_seq.is_(None))
        .order_by(_OPERATION.c.clock, _OPERATION.c.station, _OPERATION.c.station_seq)
    )
    for seq, key in enumerate(list(session.execute(query).scalars()), last + 1):
        session.execute(sa.update(_OPERATION).where(_OPERATION.c.id == key).values(office_seq=seq))


IN_ORDER = (
    col(OperationRow.office_seq).is_(None),
    col(OperationRow.office_seq),
    col(OperationRow.clock),
)
"""The order in which operations are applied: the office's, then what it has not seen yet."""


def read_operations(session: Session, *conditions: Any) -> Iterator[Operation]:
    """The operations of the log that meet `conditions`, in the order they are applied in."""
    query = sa.select(_OPERATION).where(*conditions).order_by(*IN_ORDER)
    for row in session.execute(query):
        yield operation_of(row)
