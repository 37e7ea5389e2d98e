"""Writes planned terminal records: names first, then devices, placements, log, search index."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col

from app.domain.event_data import NO_FACTS, EventFacts, FieldChange, change_of
from app.domain.register.identifiers import serial_key
from app.domain.register.terminals import Terminal, TerminalRecord, TerminalState
from app.services.core.context import UnitOfWork, chunks
from app.services.core.event_rows import columns_of
from app.services.register.batch_plan import (
    DEVICE_FIELDS,
    POSITION_FIELDS,
    PlannedRecord,
    RecordEffect,
    merged_merchants,
    read_merchants,
)
from db import bulk, search
from db.models.register import (
    AcquirerRow,
    AreaRow,
    ManufacturerRow,
    MerchantRow,
    PlacementRow,
    TerminalEventRow,
    TerminalModelRow,
    TerminalRow,
)
from db.models.shape import new_key
from db.queries import AREA, MANUFACTURER, MODEL, merchant_of, present_placement


@dataclass(frozen=True, slots=True)
class WriteOrigin:
    """Who writes, on which device, the kind of entry for the log, and what each entry tells."""

    actor: str
    device: str
    kind: str
    facts: EventFacts = NO_FACTS


def apply(
    unit: UnitOfWork,
    planned: Sequence[PlannedRecord],
    origin: WriteOrigin,
    step: Callable[[int, int], None] | None = None,
) -> list[str]:
    """Write everything planned; returns the terminal ids in order.

    The plan must have been made in the same transaction and hold no problems.  `step` is told how
    many of how many stages are done, and may raise to stop.
    """
    work = [item for item in planned if item.effect is not RecordEffect.UNCHANGED]
    ids = [item.known.terminal_id if item.known else new_key() for item in planned]
    by_item = dict(zip((id(item) for item in planned), ids, strict=True))
    touched = [by_item[id(item)] for item in work]
    places = _Places(unit, [item.record for item in work])
    moved = [by_item[id(item)] for item in work if item.known is not None and _moves(item)]
    stages: tuple[Callable[[], None], ...] = (
        lambda: _write_devices(unit, work, by_item, places),
        lambda: _write_placements(unit, work, by_item, places),
        lambda: unit.terminals_moved(moved),
        lambda: _write_events(unit, work, by_item, origin),
        lambda: index_terminals(unit.session, touched),
    )
    for done, stage in enumerate(stages, start=1):
        stage()
        if step is not None:
            step(done, len(stages))
    if work:
        unit.touched("terminal", touched if len(touched) <= 100 else ())
        unit.touched("merchant")
    return ids


class _Places:
    """Names → keys of everything a terminal refers to, created where missing."""

    def __init__(self, unit: UnitOfWork, records: Sequence[TerminalRecord]) -> None:
        self._session = unit.session
        self.areas = self._named(AreaRow, {r.area for r in records if r.area})
        self.acquirers = self._named(AcquirerRow, {r.acquirer for r in records if r.acquirer})
        self.manufacturers = self._named(ManufacturerRow, {r.manufacturer for r in records})
        self.models = self._models(records)
        self.merchants = self._merchants(records)

    def _named(self, table: Any, names: set[str]) -> dict[str, str]:
        found = {
            row.name: row.id
            for row in self._session.execute(
                sa.select(table.id, table.name).where(
                    bulk.among(self._session, table.name, sorted(names))
                )
            )
        }
        missing = [{"id": new_key(), "name": name} for name in sorted(names - found.keys())]
        if missing:
            extra = {"code_profile": ""} if table is AcquirerRow else {}
            self._session.execute(sa.insert(table.__table__), [{**m, **extra} for m in missing])
        return found | {item["name"]: item["id"] for item in missing}

    def _models(self, records: Sequence[TerminalRecord]) -> dict[tuple[str, str], str]:
        makers = {key: name for name, key in self.manufacturers.items()}
        rows = self._session.execute(
            sa.select(
                col(TerminalModelRow.id),
                col(TerminalModelRow.manufacturer_id),
                col(TerminalModelRow.name),
            ).where(col(TerminalModelRow.manufacturer_id).in_(list(makers)))
        )
        found = {(makers[row.manufacturer_id], row.name): row.id for row in rows}
        fresh = []
        for record in records:
            name = (record.manufacturer, record.model)
            if name not in found:
                found[name] = new_key()
                maker = self.manufacturers[record.manufacturer]
                fresh.append(
                    {
                        "id": found[name],
                        "manufacturer_id": maker,
                        "name": record.model,
                        "kind": record.kind,
                    }
                )
        bulk.insert(self._session, TerminalModelRow.__table__, fresh)  # type: ignore[attr-defined]
        return found

    def _merchants(self, records: Sequence[TerminalRecord]) -> dict[str, str]:
        wanted = merged_merchants(records)
        stored = read_merchants(self._session, set(wanted))
        fresh, changed = [], []
        for mid, facts in wanted.items():
            values = {
                "name": facts["merchant_name"],
                "uscc": facts.get("uscc", ""),
                "contact_name": facts.get("contact_name", ""),
                "phone": facts.get("contact_phone", ""),
                "area_id": self.areas.get(facts.get("area", "")),
            }
            if mid not in stored:
                fresh.append(
                    {
                        **values,
                        "id": new_key(),
                        "mid": mid,
                        "address": facts.get("address", ""),
                        "latitude": facts.get("latitude"),
                        "longitude": facts.get("longitude"),
                    }
                )
            else:
                known = {name: value for name, value in values.items() if value}
                changed.append({"key": stored[mid]["id"], **known})
        bulk.insert(self._session, MerchantRow.__table__, fresh)  # type: ignore[attr-defined]
        for values in changed:
            self._update_merchant(dict(values))
        keys = {item["mid"]: item["id"] for item in fresh}
        return keys | {mid: stored[mid]["id"] for mid in wanted if mid in stored}

    def _update_merchant(self, values: dict[str, Any]) -> None:
        key = values.pop("key")
        table = MerchantRow.__table__  # type: ignore[attr-defined]
        differs = sa.or_(*(table.c[n].is_distinct_from(v) for n, v in values.items()))
        self._session.execute(
            sa.update(table)
            .where(table.c.id == key, differs)
            .values(**values, version=table.c.version + 1)
        )


def _write_devices(
    unit: UnitOfWork, work: list[PlannedRecord], ids: dict[int, str], places: _Places
) -> None:
    table = TerminalRow.__table__  # type: ignore[attr-defined]
    fresh = []
    for item in work:
        record, key = item.record, ids[id(item)]
        model = places.models[record.manufacturer, record.model]
        if item.known is None:
            state = TerminalState.IN_SERVICE if record.placed else TerminalState.SPARE
            fresh.append(
                {
                    "id": key,
                    "state": state,
                    "model_id": model,
                    "serial_key": serial_key(record.serial),
                    "remarks": record.notes,
                    **{name: getattr(record, name) for name in DEVICE_FIELDS},
                }
            )
        else:
            values = {n: getattr(record, n) for n in DEVICE_FIELDS if n in item.changed}
            if "notes" in item.changed:
                values["remarks"] = record.notes
            if "serial" in values:
                values["serial_key"] = serial_key(record.serial)
            unit.session.execute(
                sa.update(table)
                .where(table.c.id == key)
                .values(**values, model_id=model, version=table.c.version + 1)
            )
    bulk.insert(unit.session, table, fresh)


def _write_placements(
    unit: UnitOfWork, work: list[PlannedRecord], ids: dict[int, str], places: _Places
) -> None:
    table = PlacementRow.__table__  # type: ignore[attr-defined]
    placed = [item for item in work if item.record.placed]
    moving = [item for item in placed if _moves(item)]
    left = [item.known.placement_id for item in moving if item.known and item.known.placement_id]
    for part in chunks(left):
        unit.session.execute(
            sa.update(table)
            .where(table.c.id.in_(part))
            .values(until=unit.now, ended_because="moved")
        )
    fresh = [_placement(unit, item, ids[id(item)], places) for item in moving]
    bulk.insert(unit.session, table, fresh)
    for item in placed:
        if not _moves(item) and item.known is not None:
            values = {n: getattr(item.record, n) for n in POSITION_FIELDS if n in item.changed}
            if "acquirer" in item.changed:
                values["acquirer_id"] = places.acquirers[item.record.acquirer]
            if values:
                unit.session.execute(
                    sa.update(table).where(table.c.id == item.known.placement_id).values(**values)
                )


def _moves(item: PlannedRecord) -> bool:
    return (
        item.known is None
        or item.known.placement_id is None
        or bool({"tid", "mid"} & set(item.changed))
    )


def _placement(
    unit: UnitOfWork, item: PlannedRecord, terminal_id: str, places: _Places
) -> dict[str, Any]:
    record = item.record
    since = unit.now
    if item.known is None and record.installed_on is not None:
        since = min(since, datetime.combine(record.installed_on, time(0), UTC))
    return {
        "id": new_key(),
        "terminal_id": terminal_id,
        "merchant_id": places.merchants[record.mid],
        "acquirer_id": places.acquirers.get(record.acquirer),
        "tid": record.tid,
        "address": record.address,
        "latitude": record.latitude,
        "longitude": record.longitude,
        "since": since,
    }


def _write_events(
    unit: UnitOfWork, work: list[PlannedRecord], ids: dict[int, str], origin: WriteOrigin
) -> None:
    rows = [
        {
            "id": new_key(),
            "terminal_id": ids[id(item)],
            "at": unit.now,
            "actor": origin.actor,
            "device": origin.device,
            "kind": kind,
            **columns_of(facts),
        }
        for item in work
        for kind, facts in _entries(item, origin)
    ]
    bulk.insert(unit.session, TerminalEventRow.__table__, rows)  # type: ignore[attr-defined]


def _entries(item: PlannedRecord, origin: WriteOrigin) -> list[tuple[str, EventFacts]]:
    """What the log says of one record: an entry for each field of a known terminal that changed."""
    itself = [(origin.kind, origin.facts)] if item.known is None or origin.facts.change else []
    changed = f"{origin.kind}_update"
    return [*itself, *((changed, EventFacts(change=change)) for change in item.changes)]


def index_terminals(session: Session, ids: list[str]) -> None:
    """Make terminals findable by everything people call them."""
    query = (
        sa.select(
            col(TerminalRow.id),
            sa.func.concat_ws(
                " ",
                col(TerminalRow.serial),
                col(TerminalModelRow.name),
                col(ManufacturerRow.name),
                col(PlacementRow.tid),
                col(PlacementRow.address),
                col(MerchantRow.mid),
                col(MerchantRow.name),
                col(MerchantRow.contact_name),
                col(MerchantRow.phone),
                col(AreaRow.name),
            ),
        )
        .join(*MODEL)
        .join(*MANUFACTURER)
        .outerjoin(*present_placement())
        .outerjoin(*merchant_of(PlacementRow.merchant_id))
        .outerjoin(*AREA)
    )
    called = query.where(bulk.among(session, col(TerminalRow.id), ids))
    search.put(session, "terminal", dict(map(tuple, session.connection().execute(called))))


_CLEARABLE_DEVICE = {
    "firmware": "firmware",
    "app_version": "app_version",
    "iccid": "iccid",
    "imei": "imei",
    "seal_no": "seal_no",
    "installed_on": "installed_on",
    "warranty_until": "warranty_until",
    "notes": "remarks",
}
_CLEARABLE_MERCHANT = {"uscc": "uscc", "contact_name": "contact_name", "contact_phone": "phone"}


def clear_emptied(
    unit: UnitOfWork, before: Terminal, record: TerminalRecord
) -> tuple[FieldChange, ...]:
    """An emptied field of the form is meant; an empty cell of an import is not, so the register's
    writer keeps it and the clearing is done here.  Returns what was cleared."""
    device = _emptied(_CLEARABLE_DEVICE, before, record)
    if device:
        values = {_CLEARABLE_DEVICE[name]: value for name, value in device.items()}
        unit.session.execute(
            sa.update(TerminalRow).where(col(TerminalRow.id) == before.id).values(**values)
        )
    merchant = _emptied(_CLEARABLE_MERCHANT, before, record)
    if merchant and before.merchant_id and record.mid == before.mid:
        values = {_CLEARABLE_MERCHANT[name]: value for name, value in merchant.items()}
        unit.session.execute(
            sa.update(MerchantRow).where(col(MerchantRow.id) == before.merchant_id).values(**values)
        )
    else:
        merchant = {}
    return tuple(change_of(name, getattr(before, name), "") for name in (*device, *merchant))


def _emptied(
    names: Iterable[str], before: Terminal, record: TerminalRecord
) -> dict[str, str | None]:
    """The fields of these that were given and no longer are, with their empty value."""
    return {
        name: value
        for name in names
        if (value := getattr(record, name)) in ("", None)
        and getattr(before, name) not in ("", None)
    }
