"""What checked terminal records would do to the register: one, or two thousand at once.

Planning only reads; `app.services.register.batch_write` does the work in the same transaction.  A
known serial number is updated; an empty field in the new record keeps what is known; the same
records planned again come out unchanged.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from operator import attrgetter
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col

from app.domain.errors import Problem
from app.domain.event_data import FieldChange, change_of
from app.domain.register.identifiers import serial_key
from app.domain.register.terminal_fields import TERMINAL_FIELDS
from app.domain.register.terminal_states import STATES, TerminalState
from app.domain.register.terminals import TerminalRecord
from app.services.register.fact_columns import (
    DEVICE_COLUMNS,
    MERCHANT_COLUMNS,
    POSITION_COLUMNS,
)
from db.bulk import among
from db.models.register import (
    AcquirerRow,
    AreaRow,
    ManufacturerRow,
    MerchantRow,
    PlacementRow,
    TerminalModelRow,
    TerminalRow,
)
from db.queries import (
    ACQUIRER,
    AREA,
    MANUFACTURER,
    MODEL,
    PLACED_NOW,
    merchant_of,
    present_placement,
)

_MERCHANT_FIELDS = tuple(name for name in MERCHANT_COLUMNS if name != "mid")
_MERCHANT_FACTS = (*_MERCHANT_FIELDS, "area", "address", "latitude", "longitude")
_LATEST_WINS = frozenset(item.name for item in TERMINAL_FIELDS if item.latest_wins)


class RecordEffect(StrEnum):
    """What a record does to the register."""

    ADD = "add"
    UPDATE = "update"
    UNCHANGED = "unchanged"


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownTerminal:
    """What the register holds for one serial number."""

    terminal_id: str
    version: int
    state: TerminalState
    model: tuple[str, str]
    device: dict[str, Any]
    placement_id: str | None = None
    merchant_id: str | None = None
    mid: str = ""
    acquirer: str = ""
    position: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedRecord:
    """One record and its effect; with problems it has none."""

    record: TerminalRecord
    effect: RecordEffect
    known: KnownTerminal | None = None
    changes: tuple[FieldChange, ...] = ()
    problems: tuple[Problem, ...] = ()
    kept: tuple[Problem, ...] = ()
    """Facts of which the register knows a newer day, and keeps it."""

    @property
    def changed(self) -> tuple[str, ...]:
        """The fields that change."""
        return tuple(change.field for change in self.changes)


def plan(
    session: Session, records: Sequence[TerminalRecord], *, by_hand: bool = False
) -> list[PlannedRecord]:
    """The effect of each record, in order.  Of what was last seen, the newest day wins; only a
    correction `by_hand` may put an older one."""
    keys = [serial_key(record.serial) for record in records]
    known = _known(session, keys)
    holders = _tid_holders(session, [record.tid for record in records if record.placed])
    merchants = read_merchants(session, {record.mid for record in records if record.mid})
    wanted = merged_merchants(records) if known else {}
    coming = {key: record.tid for key, record in zip(keys, records, strict=True)}
    claimed: dict[str, str] = {}
    planned = []
    for key, record in zip(keys, records, strict=True):
        problems = _tid_problems(key, record, holders, coming, claimed)
        one = known.get(key)
        older = {} if by_hand or one is None else _older(record, one)
        planned.append(_planned(record, one, merchants, wanted, problems, older))
    return planned


def _older(record: TerminalRecord, known: KnownTerminal) -> dict[str, Problem]:
    """The facts whose day is older than the one known."""
    found = {}
    for name in _LATEST_WINS:
        day, newest = getattr(record, name), known.device[name]
        if day is not None and newest is not None and day < newest:
            found[name] = Problem(name, "fact.newer_kept", {"value": day, "other": newest})
    return found


def merged_merchants(records: Iterable[TerminalRecord]) -> dict[str, dict[str, Any]]:
    """Per MID the facts the records agree on last; rows of one merchant complete each other."""
    merged: dict[str, dict[str, Any]] = {}
    facts_of = attrgetter(*_MERCHANT_FACTS)
    for record in records:
        if record.mid:
            facts = merged.setdefault(record.mid, {})
            for name, value in zip(_MERCHANT_FACTS, facts_of(record), strict=True):
                if value or value == 0:
                    facts[name] = value
    return merged


def _tid_problems(
    key: str,
    record: TerminalRecord,
    holders: dict[str, str],
    coming: dict[str, str],
    claimed: dict[str, str],
) -> tuple[Problem, ...]:
    if not record.placed:
        return ()
    first = claimed.setdefault(record.tid, key)
    if first != key:
        return (Problem("tid", "tid.twice", {"value": record.tid, "other": first}),)
    holder = holders.get(record.tid)
    if holder is None or holder == key:
        return ()
    if coming.get(holder, record.tid) not in ("", record.tid):
        # The same batch moves that one elsewhere, as when two terminals exchange places.
        return ()
    return (Problem("tid", "tid.taken", {"value": record.tid, "other": holder}),)


def _planned(
    record: TerminalRecord,
    known: KnownTerminal | None,
    merchants: dict[str, dict[str, Any]],
    wanted: dict[str, dict[str, Any]],
    problems: tuple[Problem, ...],
    older: dict[str, Problem],
) -> PlannedRecord:
    if known is None:
        return PlannedRecord(record=record, effect=RecordEffect.ADD, problems=problems)
    if not STATES[known.state].kept_up:
        retired = Problem("serial", "serial.retired", {"value": record.serial})
        problems = (*problems, retired)
    changes = _changes(record, known, merchants, wanted)
    changes = tuple(change for change in changes if change.field not in older)
    effect = RecordEffect.UPDATE if changes else RecordEffect.UNCHANGED
    return PlannedRecord(
        record=record,
        effect=effect,
        known=known,
        changes=changes,
        problems=problems,
        kept=tuple(older.values()),
    )


def _changes(
    record: TerminalRecord,
    known: KnownTerminal,
    merchants: dict[str, dict[str, Any]],
    wanted: dict[str, dict[str, Any]],
) -> tuple[FieldChange, ...]:
    before: dict[str, Any] = {name: known.device[name] for name in DEVICE_COLUMNS}
    if record.placed:
        before |= {name: known.position.get(name) for name in POSITION_COLUMNS}
        before |= {"mid": known.mid, "acquirer": known.acquirer}
    changes = [
        change_of(name, old, value)
        for name, old in before.items()
        if (value := getattr(record, name)) not in ("", None, "unknown") and value != old
    ]
    model = (record.manufacturer, record.model)
    if model != known.model:
        changes.append(change_of("model", " ".join(known.model), " ".join(model)))
    if record.placed:
        stored = merchants.get(record.mid, {})
        facts = wanted.get(record.mid, {})
        changes += [
            change_of(name, stored.get(name), facts[name])
            for name in (*_MERCHANT_FIELDS, "area")
            if name in facts and facts[name] != stored.get(name)
        ]
    return tuple(changes)


# --- reading what is there ---------------------------------------------------------------------


def _known(session: Session, keys: list[str]) -> dict[str, KnownTerminal]:
    query = (
        sa.select(
            col(TerminalRow.id),
            col(TerminalRow.version),
            col(TerminalRow.serial_key),
            col(TerminalRow.state),
            col(ManufacturerRow.name).label("manufacturer"),
            col(TerminalModelRow.name).label("model"),
            *(getattr(TerminalRow, kept).label(name) for name, kept in DEVICE_COLUMNS.items()),
            col(PlacementRow.id).label("placement_id"),
            col(PlacementRow.merchant_id),
            *(getattr(PlacementRow, kept).label(name) for name, kept in POSITION_COLUMNS.items()),
            col(MerchantRow.mid),
            col(AcquirerRow.name).label("acquirer"),
        )
        .join(*MODEL)
        .join(*MANUFACTURER)
        .outerjoin(*present_placement())
        .outerjoin(*merchant_of(PlacementRow.merchant_id))
        .outerjoin(*ACQUIRER)
    )
    found: dict[str, KnownTerminal] = {}
    for row in session.execute(query.where(among(session, col(TerminalRow.serial_key), keys))):
        found[row.serial_key] = KnownTerminal(
            terminal_id=row.id,
            version=row.version,
            state=TerminalState(row.state),
            model=(row.manufacturer, row.model),
            device={name: getattr(row, name) for name in DEVICE_COLUMNS},
            placement_id=row.placement_id,
            merchant_id=row.merchant_id,
            mid=row.mid or "",
            acquirer=row.acquirer or "",
            position={name: getattr(row, name) for name in POSITION_COLUMNS}
            if row.placement_id
            else {},
        )
    return found


def _tid_holders(session: Session, tids: list[str]) -> dict[str, str]:
    query = (
        sa.select(col(PlacementRow.tid), col(TerminalRow.serial_key))
        .join(TerminalRow, col(TerminalRow.id) == col(PlacementRow.terminal_id))
        .where(PLACED_NOW)
    )
    rows = session.execute(query.where(among(session, col(PlacementRow.tid), tids)))
    return {row.tid: row.serial_key for row in rows}


def read_merchants(session: Session, mids: set[str]) -> dict[str, dict[str, Any]]:
    """What is known of merchants, by MID."""
    query: Any = sa.select(
        col(MerchantRow.id),
        *(getattr(MerchantRow, kept).label(name) for name, kept in MERCHANT_COLUMNS.items()),
        col(AreaRow.name).label("area"),
    ).outerjoin(*AREA)
    rows = session.execute(query.where(among(session, col(MerchantRow.mid), sorted(mids))))
    return {row.mid: dict(row._mapping) for row in rows}
