"""Writes planned terminal records: names first, then devices, placements, log, search index."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, time
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col

from app.domain.event_data import EventFacts
from app.domain.register.custody import CustodyCause, HolderKind, Pack
from app.domain.register.identifiers import serial_key
from app.domain.register.terminals import TerminalRecord, TerminalState
from app.services.core.context import UnitOfWork, chunks
from app.services.core.event_rows import columns_of
from app.services.register.batch_plan import (
    PlannedRecord,
    RecordEffect,
    merged_merchants,
    read_merchants,
)
from app.services.register.custody import NewHolding, write_holdings
from app.services.register.fact_columns import (
    DEVICE_COLUMNS,
    MERCHANT_COLUMNS,
    POSITION_COLUMNS,
)
from app.services.register.fresh_keys import FreshKeys
from app.services.register.origin import WriteOrigin
from app.services.register.same_devices import note_drawn
from app.services.register.stays import ended
from db import bulk, search
from db.keys import new_key
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
from db.queries import AREA, MANUFACTURER, MODEL, merchant_of, present_placement


def apply(
    unit: UnitOfWork,
    planned: Sequence[PlannedRecord],
    origin: WriteOrigin,
) -> list[str]:
    """Write everything planned but records with problems; returns the terminal ids in order.

    The plan must have been made in the same transaction, of all records of the operation.
    """
    keys = FreshKeys([item.record for item in planned])
    work = [
        item for item in planned if item.effect is not RecordEffect.UNCHANGED and not item.problems
    ]
    ids = [
        item.known.terminal_id if item.known else fresh
        for item, fresh in zip(planned, keys.terminals, strict=True)
    ]
    by_item = dict(zip((id(item) for item in planned), ids, strict=True))
    touched = [by_item[id(item)] for item in work]
    places = _Places(unit, [item.record for item in work], keys)
    moved = [by_item[id(item)] for item in work if item.known is not None and _moves(item, origin)]
    _write_devices(unit, work, by_item, places)
    _write_placements(unit, work, by_item, places, origin)
    unit.terminals_moved(moved)
    write_holdings(unit, _holdings(unit, work, by_item, origin), origin)
    _write_events(unit, work, by_item, origin)
    index_terminals(unit.session, touched)
    note_drawn(planned, keys, places)
    if work:
        unit.touched("terminal", touched if len(touched) <= 100 else ())
        unit.touched("merchant")
    return ids


class _Places:
    """Names → keys of everything a terminal refers to, created where missing."""

    def __init__(
        self, unit: UnitOfWork, records: Sequence[TerminalRecord], keys: FreshKeys
    ) -> None:
        self._session = unit.session
        self.areas = self._named(AreaRow, {r.area for r in records}, keys.areas)
        self.acquirers = self._named(AcquirerRow, {r.acquirer for r in records}, keys.acquirers)
        self.manufacturers = self._named(
            ManufacturerRow, {r.manufacturer for r in records}, keys.manufacturers
        )
        self.models = self._models(records, keys.models)
        self.merchants = self._merchants(records, keys.merchants)

    def _named(self, table: Any, wanted: set[str], keys: dict[str, str]) -> dict[str, str]:
        names = wanted - {""}
        found = {
            row.name: row.id
            for row in self._session.execute(
                sa.select(table.id, table.name).where(
                    bulk.among(self._session, table.name, sorted(names))
                )
            )
        }
        missing = [{"id": keys[name], "name": name} for name in sorted(names - found.keys())]
        if missing:
            extra = {"code_profile": ""} if table is AcquirerRow else {}
            self._session.execute(sa.insert(table.__table__), [{**m, **extra} for m in missing])
        return found | {item["name"]: item["id"] for item in missing}

    def _models(
        self, records: Sequence[TerminalRecord], keys: dict[tuple[str, str], str]
    ) -> dict[tuple[str, str], str]:
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
                found[name] = keys[name]
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

    def _merchants(self, records: Sequence[TerminalRecord], keys: dict[str, str]) -> dict[str, str]:
        wanted = merged_merchants(records)
        stored = read_merchants(self._session, set(wanted))
        fresh, changed = [], []
        for mid, facts in wanted.items():
            values: dict[str, Any] = {
                column: facts.get(name, "")
                for name, column in MERCHANT_COLUMNS.items()
                if name != "mid"
            }
            values["area_id"] = self.areas.get(facts.get("area", ""))
            if mid not in stored:
                fresh.append(
                    {
                        **values,
                        "id": keys[mid],
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
        return {mid: stored[mid]["id"] if mid in stored else keys[mid] for mid in wanted}

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
                    **{kept: getattr(record, name) for name, kept in DEVICE_COLUMNS.items()},
                }
            )
        else:
            values = _changed_values(item, DEVICE_COLUMNS)
            if "serial" in values:
                values["serial_key"] = serial_key(record.serial)
            unit.session.execute(
                sa.update(table)
                .where(table.c.id == key)
                .values(**values, model_id=model, version=table.c.version + 1)
            )
    bulk.insert(unit.session, table, fresh)


def _changed_values(item: PlannedRecord, columns: dict[str, str]) -> dict[str, Any]:
    """The changed facts by column."""
    return {
        kept: getattr(item.record, name) for name, kept in columns.items() if name in item.changed
    }


def _write_placements(
    unit: UnitOfWork,
    work: list[PlannedRecord],
    ids: dict[int, str],
    places: _Places,
    origin: WriteOrigin,
) -> None:
    table = PlacementRow.__table__  # type: ignore[attr-defined]
    placed = [item for item in work if item.record.placed]
    moving = [item for item in placed if _moves(item, origin)]
    left = [item.known.placement_id for item in moving if item.known and item.known.placement_id]
    began: dict[str, datetime] = {}
    for part in chunks(left):
        these = table.c.id.in_(part)
        stays = unit.session.execute(sa.select(table.c.id, table.c.since).where(these))
        began |= {row.id: row.since for row in stays}
        unit.session.execute(
            sa.update(table).where(these).values(until=ended(unit.now), ended_because="moved")
        )
    fresh = [_placement(unit, item, ids[id(item)], places) for item in moving]
    for item, row in zip(moving, fresh, strict=True):
        before = began.get(item.known.placement_id or "") if item.known is not None else None
        row["since"] = max(row["since"], before or row["since"])
    bulk.insert(unit.session, table, fresh)
    for item in placed:
        if not _moves(item, origin) and item.known is not None:
            values = _changed_values(item, POSITION_COLUMNS)
            if "acquirer" in item.changed:
                values["acquirer_id"] = places.acquirers[item.record.acquirer]
            if values:
                unit.session.execute(
                    sa.update(table).where(table.c.id == item.known.placement_id).values(**values)
                )


def _moves(item: PlannedRecord, origin: WriteOrigin) -> bool:
    """Whether it begins another stay: in another position, or, when somebody moves it on purpose,
    at another address of the same merchant.  An address that is only corrected moves nothing."""
    telling = {"tid", "mid", "address"} if origin.kind == "relocated" else {"tid", "mid"}
    return (
        item.known is None or item.known.placement_id is None or bool(telling & set(item.changed))
    )


def _placement(
    unit: UnitOfWork, item: PlannedRecord, terminal_id: str, places: _Places
) -> dict[str, Any]:
    record = item.record
    return {
        "id": new_key(),
        "terminal_id": terminal_id,
        "merchant_id": places.merchants[record.mid],
        "acquirer_id": places.acquirers.get(record.acquirer),
        **{kept: getattr(record, name) for name, kept in POSITION_COLUMNS.items()},
        "since": _since(unit, item),
    }


def _since(unit: UnitOfWork, item: PlannedRecord) -> datetime:
    """When the device came where it stands: a new one, when it was installed there."""
    installed = item.record.installed_on
    if item.known is not None or not item.record.placed or installed is None:
        return unit.now
    return min(unit.now, datetime.combine(installed, time(0), UTC))


_CAUSES = {
    "registered": CustodyCause.REGISTERED,
    "imported": CustodyCause.IMPORTED,
    "swapped_in": CustodyCause.SWAPPED,
}


def _holdings(
    unit: UnitOfWork, work: list[PlannedRecord], ids: dict[int, str], origin: WriteOrigin
) -> list[NewHolding]:
    """Who has each new or moved device from now on: its merchant, else the warehouse."""
    found = []
    for item in work:
        if item.known is not None and not (item.record.placed and _moves(item, origin)):
            continue
        moved = item.known is not None and origin.kind != "swapped_in"
        cause = CustodyCause.MOVED if moved else _CAUSES[origin.kind]
        key, since = ids[id(item)], _since(unit, item)
        if item.record.placed:
            name = item.record.merchant_name
            found.append(
                NewHolding(
                    terminal_id=key,
                    kind=HolderKind.MERCHANT,
                    cause=cause,
                    name=name,
                    pack=Pack.OPENED,
                    since=since,
                )
            )
        else:
            found.append(
                NewHolding(terminal_id=key, kind=HolderKind.WAREHOUSE, cause=cause, since=since)
            )
    return found


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
    for item in work:
        for change in item.changes:
            unit.changed("terminal", ids[id(item)], change)


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
