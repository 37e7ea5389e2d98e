"""The audit trail: who did what, when, on which computer, and which fields it changed; and whether
the log is whole."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col

from app.domain.event_data import FieldChange
from app.domain.operations.operation import FIRST_HASH, REVIEW, hash_of
from app.services.core.context import ServiceContext, chunks
from app.services.core.keyset import Listing, ListQuery
from app.services.core.operation_log import operation_of
from app.services.core.running_operation import RecordChange
from db.models.incident import IncidentRow
from db.models.maintenance import PlanRow, VisitRow
from db.models.operations import OperationChangeRow, OperationRow
from db.models.register import (
    AcquirerRow,
    AreaRow,
    ManufacturerRow,
    MerchantRow,
    SupportContactRow,
    TechnicianRow,
    TerminalModelRow,
    TerminalRow,
)

_OPERATION: Any = OperationRow.__table__  # type: ignore[attr-defined]

_CALLED: dict[str, Any] = {
    "incident": (IncidentRow, IncidentRow.number),
    "visit": (VisitRow, VisitRow.number),
    "terminal": (TerminalRow, TerminalRow.serial),
    "plan": (PlanRow, PlanRow.key),
    "technician": (TechnicianRow, TechnicianRow.name),
    "contact": (SupportContactRow, SupportContactRow.organisation),
    "model": (TerminalModelRow, TerminalModelRow.name),
    "acquirer": (AcquirerRow, AcquirerRow.name),
}
"""What a record of a kind is called by people: its column."""
_REFERRED: dict[str, Any] = {
    "merchant": (MerchantRow, MerchantRow.name),
    "area": (AreaRow, AreaRow.name),
    "manufacturer": (ManufacturerRow, ManufacturerRow.name),
}
"""The same of records only other records name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TrailFilter:
    """Which operations: of these days, by this person, about records of this kind or called so,
    or only those waiting for review.  Empty fields do not filter."""

    since: date | None = None
    until: date | None = None
    actor: str = ""
    kind: str = ""
    subject: str = ""
    waiting: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class TrailChange:
    """A field of a record of a kind that changed; `about` is what people call the record, empty
    when it is the one the operation is about.  References stand by name."""

    kind: str
    about: str
    change: FieldChange


@dataclass(frozen=True, slots=True, kw_only=True)
class TrailEntry:
    """One operation as the trail shows it.  `subject` is what people call the record (a number, a
    serial number, a name), `changes` the fields that changed, `review` the code of why it could not
    be applied, `seq` its number among the operations of `station`."""

    id: str
    at: datetime
    actor: str
    device: str
    station: str
    seq: int
    kind: str
    subject: str
    suspect: bool
    review: str
    changes: tuple[TrailChange, ...] = ()


@dataclass(frozen=True, slots=True)
class ChainFault:
    """Where a computer's chain is broken: the first operation that does not fit, and why:
    ``changed`` (its hash is not that of its content), ``broken`` (it does not follow the one
    before), ``missing`` (numbers are left out)."""

    station: str
    seq: int
    why: str


class AuditTrail:
    """Reads the operation log."""

    def __init__(self, context: ServiceContext) -> None:
        self._context = context

    def listing(self, wanted: TrailFilter) -> Listing[TrailEntry]:
        """The shape of the filtered trail."""
        with self._context.read() as session:
            return self._query(wanted).listing(session)

    def page(
        self, wanted: TrailFilter, listing: Listing[TrailEntry], number: int
    ) -> tuple[TrailEntry, ...]:
        """The entries of a page, newest first."""
        with self._context.read() as session:
            return _told(session, self._query(wanted).page(session, listing, number))

    def first(self, wanted: TrailFilter, limit: int) -> tuple[TrailEntry, ...]:
        """The newest entries."""
        with self._context.read() as session:
            return _told(session, self._query(wanted).first(session, limit))

    def kinds(self) -> tuple[str, ...]:
        """The kinds of record there are operations about."""
        query = sa.select(_OPERATION.c.subject_kind).distinct().order_by(_OPERATION.c.subject_kind)
        with self._context.read() as session:
            return tuple(session.execute(query).scalars())

    def faults(self) -> tuple[ChainFault, ...]:
        """Where the chains of operations are broken: the first fault of each computer."""
        with self._context.read() as session:
            return chain_faults(session)

    def _query(self, wanted: TrailFilter) -> ListQuery[TrailEntry]:
        query = sa.select(
            _OPERATION.c.id,
            _OPERATION.c.at,
            _OPERATION.c.actor,
            _OPERATION.c.device,
            _OPERATION.c.station,
            _OPERATION.c.station_seq,
            _OPERATION.c.kind,
            _OPERATION.c.subject_id,
            _OPERATION.c.suspect,
            _OPERATION.c.outcome,
        ).where(*self._conditions(wanted))
        order = (_OPERATION.c.at, _OPERATION.c.clock, _OPERATION.c.id)
        return ListQuery(query, order, _entry, descending=True)

    def _conditions(self, wanted: TrailFilter) -> list[Any]:
        found: list[Any] = []
        if wanted.since is not None:
            found.append(_OPERATION.c.at >= self._midnight(wanted.since))
        if wanted.until is not None:
            found.append(_OPERATION.c.at < self._midnight(wanted.until + timedelta(days=1)))
        if wanted.actor:
            found.append(_OPERATION.c.actor == wanted.actor)
        if wanted.kind:
            found.append(_OPERATION.c.subject_kind == wanted.kind)
        if wanted.waiting:
            found.append(_OPERATION.c.outcome.startswith(REVIEW))
        if wanted.subject.strip():
            found.append(sa.or_(*_about(wanted.subject.strip())))
        return found

    def _midnight(self, day: date) -> datetime:
        zone = self._context.zone
        start = datetime.combine(day, time(), zone) if zone else datetime.combine(day, time())
        return start.astimezone(UTC)


def _about(name: str) -> list[Any]:
    """Conditions for operations about records called `name`, and those that changed one."""
    found: list[Any] = []
    for kind, (row, called) in _CALLED.items():
        keys = sa.select(sa.cast(row.id, sa.Text)).where(called == name)
        found.append(sa.and_(_OPERATION.c.subject_kind == kind, _OPERATION.c.subject_id.in_(keys)))
        changed = sa.select(col(OperationChangeRow.operation_id)).where(
            col(OperationChangeRow.subject_kind) == kind,
            col(OperationChangeRow.subject_id).in_(keys),
        )
        found.append(_OPERATION.c.id.in_(changed))
    return found


def _entry(row: Any) -> TrailEntry:
    outcome = row.outcome
    return TrailEntry(
        id=row.id,
        at=row.at,
        actor=row.actor,
        device=row.device,
        station=row.station,
        seq=row.station_seq,
        kind=row.kind,
        subject=row.subject_id,
        suspect=row.suspect,
        review=outcome.removeprefix(REVIEW) if outcome.startswith(REVIEW) else "",
    )


def _told(session: Session, entries: Sequence[TrailEntry]) -> tuple[TrailEntry, ...]:
    """The entries with the names of their records and the fields they changed, in as many queries
    as there are kinds of record."""
    by_id = {entry.id: entry for entry in entries}
    changes: dict[str, list[RecordChange]] = {}
    rows = session.execute(
        sa.select(OperationChangeRow)
        .where(col(OperationChangeRow.operation_id).in_([entry.id for entry in entries]))
        .order_by(col(OperationChangeRow.operation_id), col(OperationChangeRow.n))
    ).scalars()
    for row in rows:
        own = by_id[row.operation_id]
        changes.setdefault(row.operation_id, []).append(
            RecordChange(
                row.subject_kind or own.kind.partition(".")[0],
                row.subject_id or own.subject,
                FieldChange(row.field, row.old, row.new),
            )
        )
    named = {(entry.kind.partition(".")[0], entry.subject) for entry in entries}
    for found in changes.values():
        for one in found:
            named |= {(one.kind, one.id)} | _referred(one.change)
    names = _names(session, named)

    def called(key: str) -> str:
        return names.get(key, "" if len(key) == _KEY else key)

    return tuple(
        replace(
            entry,
            subject=called(entry.subject),
            changes=tuple(
                TrailChange(
                    kind=one.kind,
                    about="" if one.id == entry.subject else called(one.id),
                    change=_in_names(one.change, names),
                )
                for one in changes.get(entry.id, ())
            ),
        )
        for entry in entries
    )


_KEY = 36
"""Characters of a record's key, which tells people nothing."""


def _names(session: Session, named: set[tuple[str, str]]) -> dict[str, str]:
    """What people call records, by key; `named` are kinds and keys.  One query a kind."""
    found: dict[str, str] = {}
    for kind, (row, called) in (_CALLED | _REFERRED).items():
        keys = sorted(key for of, key in named if of == kind and len(key) == _KEY)
        for part in chunks(keys):
            query = sa.select(row.id, called).where(row.id.in_(part))
            found |= {str(key): str(name) for key, name in session.execute(query)}
    return found


def _referred(change: FieldChange) -> set[tuple[str, str]]:
    """The records a changed reference named and names."""
    kind = change.field.removesuffix("_id")
    keys = {change.old, change.new} if kind != change.field else set()
    return {(kind, key) for key in keys if key}


def _in_names(change: FieldChange, names: Mapping[str, str]) -> FieldChange:
    """A changed reference by the names of its records; other fields as they are."""
    field = change.field.removesuffix("_id")
    if field == change.field:
        return change
    return FieldChange(field, names.get(change.old, ""), names.get(change.new, ""))


def chain_faults(session: Session) -> tuple[ChainFault, ...]:
    """The first fault of each computer's chain, in an open session."""
    query = sa.select(_OPERATION).order_by(_OPERATION.c.station, _OPERATION.c.station_seq)
    faults: dict[str, ChainFault] = {}
    station, seq, before = "", 0, FIRST_HASH
    for row in session.execute(query.execution_options(yield_per=500)):
        operation = operation_of(row)
        if operation.station != station:
            station, seq, before = operation.station, 0, FIRST_HASH
        if station not in faults:
            why = ""
            if hash_of(operation) != operation.hash:
                why = "changed"
            elif operation.station_seq != seq + 1:
                why = "missing"
            elif operation.prev_hash != before:
                why = "broken"
            if why:
                faults[station] = ChainFault(station, operation.station_seq, why)
        seq, before = operation.station_seq, operation.hash
    return tuple(faults.values())
