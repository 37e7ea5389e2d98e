"""Devices, and what comes with them, that two computers entered, neither knowing of the other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

import sqlalchemy as sa
from sqlmodel import col

from app.domain.event_data import FieldChange
from app.domain.operations.operation import canonical
from app.domain.register.identifiers import serial_key
from app.domain.register.terminals import (
    TerminalDraft,
    TerminalRecord,
    check_terminal,
    draft_of,
    without_place,
)
from app.services.core.applying import OVERWRITTEN
from app.services.core.context import UnitOfWork
from app.services.core.operations import context_of
from app.services.core.running_operation import applied_again
from app.services.core.same_records import note_made
from app.services.register.batch_plan import PlannedRecord, plan
from app.services.register.fresh_keys import FreshKeys
from db.models.register import TerminalRow


class KeysByName(Protocol):
    """The keys of what terminals refer to, by what it is called."""

    acquirers: dict[str, str]
    manufacturers: dict[str, str]
    models: dict[tuple[str, str], str]
    merchants: dict[str, str]


def note_drawn(planned: Sequence[PlannedRecord], keys: FreshKeys, places: KeysByName) -> None:
    """Tell the operation which of the keys drawn for its records new ones have: of devices, models,
    makers, acquirers and merchants; not of areas, which nothing is decided about."""
    drawn: dict[str, tuple[str, str]] = {}
    for item, key in zip(planned, keys.terminals, strict=True):
        known = item.known.terminal_id if item.known else key
        drawn[key] = ("terminal", "" if item.problems else known)
    merchants = {
        item.known.mid: item.known.merchant_id
        for item in planned
        if item.known is not None and item.known.merchant_id is not None
    }
    named: tuple[tuple[str, Mapping[Any, str], Mapping[Any, str]], ...] = (
        ("acquirer", keys.acquirers, places.acquirers),
        ("manufacturer", keys.manufacturers, places.manufacturers),
        ("model", keys.models, places.models),
        ("merchant", keys.merchants, merchants | places.merchants),
    )
    for kind, fresh, kept in named:
        drawn.update({key: (kind, kept.get(name, "")) for name, key in fresh.items()})
    note_made(drawn)


def registered_meanwhile(
    service: Any, given: Mapping[str, Any]
) -> tuple[str, TerminalDraft] | None:
    """The terminal with the serial number of a new one, and the new one's draft."""
    new = check_terminal(given["draft"])
    with context_of(service).read() as session:
        query = sa.select(col(TerminalRow.id)).where(
            col(TerminalRow.serial_key) == serial_key(new.serial)
        )
        known = session.execute(query).scalar()
    return None if known is None else (known, draft_of(new))


def plan_to_write(unit: UnitOfWork, records: Sequence[TerminalRecord]) -> list[PlannedRecord]:
    """As `plan`.  But where the operation comes from another computer and the position of a new
    device is somebody else's by now, the device is taken in without a place, and its TID is noted
    as having given way: so that the work on the device is not refused with it."""
    planned = plan(unit.session, records)
    if not applied_again():
        return planned
    stay = [
        without_place(item.record) if _only_lacks_its_place(item) else item.record
        for item in planned
    ]
    return plan(unit.session, stay) if stay != list(records) else planned


def note_places_lost(
    unit: UnitOfWork,
    records: Sequence[TerminalRecord],
    planned: Sequence[PlannedRecord],
    ids: Sequence[str],
) -> None:
    """Note the TID of each record that was planned without its place."""
    for record, item, key in zip(records, planned, ids, strict=True):
        if record.tid != item.record.tid:
            lost, kept = (canonical(one.tid).decode() for one in (record, item.record))
            unit.changed(OVERWRITTEN, key, FieldChange("tid", lost, kept))


def _only_lacks_its_place(item: PlannedRecord) -> bool:
    taken = {"tid.taken", "tid.twice"}
    return item.known is None and bool(item.problems) and {p.code for p in item.problems} <= taken
