"""Writes the records a laptop had before it joined into the state of the office, once each.

What both know is recognised by what it is called (`SAME_BY`): the record of the office stays, gets
what it lacks, and the key of the other means it from then on.  Numbers stay as they are on paper;
one that is taken is exchanged and told.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import sqlalchemy as sa
from sqlmodel import col

from app.domain.event_data import FieldChange, change_of
from app.domain.maintenance.occurrences import OccurrenceOutcome
from app.domain.maintenance.visits import VisitState
from app.domain.people.roles import Role
from app.domain.register.terminal_states import TerminalState
from app.services.core.context import NUMBER, ServiceContext, UnitOfWork
from app.services.core.same_records import note_same
from app.services.incidents.incident_index import index_records
from app.services.joining.records import SAME_BY, BroughtState, as_stored, table_of
from db import bulk
from db.models.maintenance import OccurrenceRow
from db.models.register import PlacementRow
from db.types import DayText

Row = dict[str, Any]

_KINDS = {
    "terminal_model": "model",
    "support_contact": "contact",
    "part_kind": "part",
    "service_agreement": "agreement",
}
"""What the log calls the records of a table, where that is not its name."""
_FILLED = frozenset({"terminal", "merchant", "technician", "support_contact", "terminal_model"})
"""Where the record of the office gets what it lacks."""
_NOT_FILLED = frozenset({"id", "version", "role", "active", "state", "serial", "serial_key"})
_UNKNOWN = ("", None, "unknown")
_SETTLED = (OccurrenceOutcome.DONE, OccurrenceOutcome.PARTIAL, OccurrenceOutcome.SKIPPED)


class Bringing:
    """One bringing, in the transaction of its operation."""

    def __init__(self, context: ServiceContext, unit: UnitOfWork, state: BroughtState) -> None:
        self._context = context
        self._unit = unit
        self._state = state
        self._kept: dict[str, str] = {}
        self._gone: set[str] = set()
        self._new: dict[str, list[str]] = {}

    def carry_out(self) -> None:
        """Write everything."""
        for device, kind, last in self._state.counters:
            self._context.raise_counter(self._unit.session, device, kind, last)
        for name in SAME_BY:
            rows = [self._present(row) for row in self._state.tables.get(name, ())]
            table = table_of(name)
            fresh = self._unknown(table, [as_stored(table, row) for row in rows])
            adapt = _ADAPT.get(name)
            if adapt is not None:
                fresh = adapt(self, fresh)
            self._insert(table, fresh)
        terminals = self._new.get("terminal", [])
        index_records(self._unit.session, terminals, self._new.get("incident", []))
        for name in (
            "terminal",
            "merchant",
            "incident",
            "visit",
            "technician",
            "contact",
            "part",
            "agreement",
            "plan",
        ):
            self._unit.touched(name)

    # --- what is there already --------------------------------------------------------------------

    def _present(self, row: Mapping[str, Any]) -> Row:
        """The row with the keys of the office's records; what documents say is left as it was
        signed."""
        named = {n: v for n, v in row.items() if isinstance(v, str)}
        return {**row, **{n: self._kept.get(v, v) for n, v in named.items()}}

    def _unknown(self, table: sa.Table, rows: list[Row]) -> list[Row]:
        """The rows that are not there yet, and whose parents come along."""
        rows = [row for row in rows if not self._goes(table, row)]
        there = self._known(table, ("id",), rows)
        rows = [row for row in rows if (row["id"],) not in there]
        columns = SAME_BY[table.name]
        if not columns:
            return rows
        known, fresh = self._known(table, columns, rows), []
        for row in rows:
            found = known.get(tuple(row[name] for name in columns))
            if found is None:
                fresh.append(row)
                continue
            self._kept[row["id"]] = found["id"]
            note_same(_KINDS.get(table.name, table.name), row["id"], found["id"])
            self._meet(table, row, found)
        return fresh

    def _goes(self, table: sa.Table, row: Row) -> bool:
        """Whether a record this one cannot be without is left out; other references to such are
        emptied."""
        for column in table.c:
            if column.foreign_keys and row.get(column.name) in self._gone:
                if not column.nullable:
                    self._gone.add(row["id"])
                    return True
                row[column.name] = None
        return False

    def _known(
        self, table: sa.Table, columns: tuple[str, ...], rows: Iterable[Row]
    ) -> dict[tuple[Any, ...], Any]:
        """The rows there by the values of some columns, as far as `rows` have them."""
        first = table.c[columns[0]]
        values = sorted({str(row[columns[0]]) for row in rows})
        where = (
            sa.true()
            if isinstance(first.type, DayText)
            else bulk.among(self._unit.session, first, values)
        )
        found = self._unit.session.execute(sa.select(table).where(where)).mappings()
        return {tuple(row[name] for name in columns): row for row in found}

    def _meet(self, table: sa.Table, row: Row, found: Any) -> None:
        if table.name == "occurrence":
            self._meet_occurrence(row, found)
        if table.name not in _FILLED:
            return
        kind = _KINDS.get(table.name, table.name)
        added = {}
        for name, value in row.items():
            theirs = found[name]
            if name in _NOT_FILLED or value in (*_UNKNOWN, theirs) or table.c[name].foreign_keys:
                continue
            if theirs in _UNKNOWN:
                added[name] = value
            # The value that gave way is in the log: what was there before, and what counts.
            change = (theirs, value) if theirs in _UNKNOWN else (value, theirs)
            self._unit.changed(kind, found["id"], change_of(name, *change))
        if added:
            counted = {"version": table.c.version + 1}
            self._unit.session.execute(
                sa.update(table).where(table.c.id == found["id"]).values(**added, **counted)
            )

    def _meet_occurrence(self, row: Row, found: Any) -> None:
        """Maintenance that was done on the laptop and is still open here is done."""
        if found["outcome"] != OccurrenceOutcome.OPEN or row["outcome"] not in _SETTLED:
            return
        table = table_of("occurrence")
        names = ("outcome", "reason", "done_on", "done_at", "done_by", "anchor_day")
        self._unit.session.execute(
            sa.update(table)
            .where(table.c.id == found["id"])
            .values(**{name: row[name] for name in names}, version=table.c.version + 1)
        )

    # --- what cannot be as it was -----------------------------------------------------------------

    def _technicians(self, rows: list[Row]) -> list[Row]:
        """Nobody gives himself a role in the office."""
        return [{**row, "role": Role.TECHNICIAN.value} for row in rows]

    def _plans(self, rows: list[Row]) -> list[Row]:
        """A plan the office does not have rests, until somebody there takes it up."""
        return [{**row, "active": False} for row in rows]

    def _placements(self, rows: list[Row]) -> list[Row]:
        """Where a device stands now the office knows; where it stood before is added."""
        table: Any = PlacementRow.__table__  # type: ignore[attr-defined]
        query = sa.select(table.c.terminal_id, table.c.tid).where(table.c.until.is_(None))
        placed = list(self._unit.session.execute(query))
        devices, tids = {row.terminal_id for row in placed}, {row.tid for row in placed}
        found = []
        for row in rows:
            taken = row["terminal_id"] in devices or row["tid"] in tids
            if row["until"] is not None or not taken:
                found.append(row)
                continue
            found.append(self._ended(row) | {"ended_because": "joined"})
            if row["terminal_id"] not in devices:
                self._into_stock(row["terminal_id"], row["tid"])
        return found

    def _into_stock(self, terminal_id: str, tid: str) -> None:
        """A device whose position another one has in the office."""
        table = table_of("terminal")
        self._unit.session.execute(
            sa.update(table)
            .where(table.c.id == terminal_id)
            .values(state=TerminalState.SPARE.value)
        )
        self._unit.changed("terminal", terminal_id, FieldChange("tid", tid, ""))

    def _holdings(self, rows: list[Row]) -> list[Row]:
        """Who holds a device now the office knows."""
        table = table_of("custody")
        query = sa.select(table.c.terminal_id).where(table.c.until.is_(None))
        held = set(self._unit.session.execute(query).scalars())
        return [
            self._ended(row) if row["until"] is None and row["terminal_id"] in held else row
            for row in rows
        ]

    def _ended(self, row: Row) -> Row:
        return row | {"until": max(row["since"], self._unit.now)}

    def _incidents(self, rows: list[Row]) -> list[Row]:
        return self._numbered("incident", "", rows)

    def _visits(self, rows: list[Row]) -> list[Row]:
        """Without planned visits for nothing but dates the office has a visit for."""
        session = self._unit.session
        due: dict[str, list[bool]] = {}
        tasks = [
            as_stored(table_of("occurrence"), self._present(row))
            for row in self._state.tables.get("occurrence", ())
        ]
        columns = SAME_BY["occurrence"]
        versions = sorted({row["version_id"] for row in tasks})
        known = session.execute(
            sa.select(*(getattr(OccurrenceRow, name) for name in columns)).where(
                bulk.among(session, col(OccurrenceRow.version_id), versions)
            )
        )
        there = {tuple(row) for row in known}
        for row in tasks:
            if row["visit_id"]:
                known_here = tuple(row[name] for name in columns) in there
                due.setdefault(row["visit_id"], []).append(known_here)
        doubled = {key for key, known_ones in due.items() if all(known_ones)}
        kept = []
        for row in rows:
            if row["state"] == VisitState.PLANNED and row["id"] in doubled:
                self._gone.add(row["id"])
            else:
                kept.append(row)
        return self._numbered("visit", "V", kept)

    def _campaigns(self, rows: list[Row]) -> list[Row]:
        return self._numbered("campaign", "C", rows)

    def _warnings(self, rows: list[Row]) -> list[Row]:
        """A warning the office works on already is worked on there."""
        table = table_of("warning_case")
        query = sa.select(table.c.key).where(table.c.ended_at.is_(None))
        worked = set(self._unit.session.execute(query).scalars())
        doubled = {row["id"] for row in rows if row["ended_at"] is None and row["key"] in worked}
        self._gone |= doubled
        return [row for row in rows if row["id"] not in doubled]

    def _numbered(self, name: str, kind: str, rows: list[Row]) -> list[Row]:
        taken = self._known(table_of(name), ("number",), rows)
        found = []
        for row in rows:
            if (row["number"],) in taken:
                number = self._context.next_number(self._unit.session, kind)
                self._unit.changed(NUMBER, kind, FieldChange(NUMBER, row["number"], number))
                row = row | {"number": number}
            found.append(row)
        return found

    def _documents(self, rows: list[Row]) -> list[Row]:
        """A document whose number and revision another one bears is kept as a later revision."""
        taken = self._known(table_of("issued_document"), ("kind", "number", "revision"), rows)
        used = set(taken)
        found = []
        for row in rows:
            revision = row["revision"]
            while (row["kind"], row["number"], revision) in used:
                revision += 1
            used.add((row["kind"], row["number"], revision))
            found.append(row | {"revision": revision})
        return found

    # --- writing ----------------------------------------------------------------------------------

    def _insert(self, table: sa.Table, rows: list[Row]) -> None:
        """Rows that name each other are written first and joined then: either may come first."""
        session = self._unit.session
        own = [
            column.name
            for column in table.c
            if any(key.column.table is table for key in column.foreign_keys)
        ]
        bulk.insert(session, table, [row | dict.fromkeys(own) for row in rows])
        named = [{"id": row[name]} for row in rows for name in own if row[name]]
        there = self._known(table, ("id",), named) if named else {}
        for row in rows:
            joined = {name: row[name] for name in own if (row[name],) in there}
            if joined:
                session.execute(sa.update(table).where(table.c.id == row["id"]).values(**joined))
        self._new[table.name] = [row["id"] for row in rows]


_ADAPT: Mapping[str, Callable[[Bringing, list[Row]], list[Row]]] = {
    "technician": Bringing._technicians,
    "plan": Bringing._plans,
    "placement": Bringing._placements,
    "custody": Bringing._holdings,
    "incident": Bringing._incidents,
    "visit": Bringing._visits,
    "campaign": Bringing._campaigns,
    "warning_case": Bringing._warnings,
    "issued_document": Bringing._documents,
}
