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
from app.domain.register.terminals import TerminalRecord, TerminalState
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

DEVICE_FIELDS = (
    "serial",
    "firmware",
    "app_version",
    "link",
    "iccid",
    "imei",
    "seal_no",
    "installed_on",
    "warranty_until",
)
POSITION_FIELDS = ("tid", "address", "latitude", "longitude")
MERCHANT_FIELDS = ("merchant_name", "uscc", "contact_name", "contact_phone")
_MERCHANT_FACTS = (*MERCHANT_FIELDS, "area", "address", "latitude", "longitude")


class RecordEffect(StrEnum):
    """What a record does to the register."""

    ADD = "add"
    UPDATE = "update"
    UNCHANGED = "unchanged"


@dataclass(frozen=True, slots=True)
class KnownTerminal:
    """What the register holds for one serial number."""

    terminal_id: str
    version: int
    state: TerminalState
    model: tuple[str, str]
    remarks: str
    device: dict[str, Any]
    placement_id: str | None = None
    merchant_id: str | None = None
    mid: str = ""
    acquirer: str = ""
    position: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class PlannedRecord:
    """One record and its effect; with problems it has none."""

    record: TerminalRecord
    effect: RecordEffect
    known: KnownTerminal | None = None
    changes: tuple[FieldChange, ...] = ()
    problems: tuple[Problem, ...] = ()

    @property
    def changed(self) -> tuple[str, ...]:
        """The fields that change."""
        return tuple(change.field for change in self.changes)


def plan(session: Session, records: Sequence[TerminalRecord]) -> list[PlannedRecord]:
    """The effect of each record, in order."""
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
        planned.append(_planned(record, known.get(key), merchants, wanted, problems))
    return planned


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
) -> PlannedRecord:
    if known is None:
        return PlannedRecord(record, RecordEffect.ADD, problems=problems)
    if known.state is TerminalState.RETIRED:
        retired = Problem("serial", "serial.retired", {"value": record.serial})
        problems = (*problems, retired)
    changes = _changes(record, known, merchants, wanted)
    effect = RecordEffect.UPDATE if changes else RecordEffect.UNCHANGED
    return PlannedRecord(record, effect, known, changes, problems)


def _changes(
    record: TerminalRecord,
    known: KnownTerminal,
    merchants: dict[str, dict[str, Any]],
    wanted: dict[str, dict[str, Any]],
) -> tuple[FieldChange, ...]:
    before = {**known.device, "notes": known.remarks}
    if record.placed:
        before |= {name: known.position.get(name) for name in POSITION_FIELDS}
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
            for name in (*MERCHANT_FIELDS, "area")
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
            col(TerminalRow.remarks),
            *(getattr(TerminalRow, name) for name in DEVICE_FIELDS),
            col(PlacementRow.id).label("placement_id"),
            col(PlacementRow.merchant_id),
            *(getattr(PlacementRow, name) for name in POSITION_FIELDS),
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
            remarks=row.remarks,
            device={name: getattr(row, name) for name in DEVICE_FIELDS},
            placement_id=row.placement_id,
            merchant_id=row.merchant_id,
            mid=row.mid or "",
            acquirer=row.acquirer or "",
            position={name: getattr(row, name) for name in POSITION_FIELDS}
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
        col(MerchantRow.mid),
        col(MerchantRow.name).label("merchant_name"),
        col(MerchantRow.uscc),
        col(MerchantRow.contact_name),
        col(MerchantRow.phone).label("contact_phone"),
        col(AreaRow.name).label("area"),
    ).outerjoin(*AREA)
    rows = session.execute(query.where(among(session, col(MerchantRow.mid), sorted(mids))))
    return {row.mid: dict(row._mapping) for row in rows}
