"""Imports finished incidents from another system: the experience an estate already has.

Each row becomes a closed incident whose log holds only what the file says: reported, resolved,
closed.  Rows already there are left alone, so the same file can be imported again.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col

from app.domain.errors import InvalidInput, NotFound, Problem
from app.services.core.context import ServiceContext, UnitOfWork, chunks
from app.services.core.import_cells import CellReader, FieldKinds
from app.services.core.import_columns import (
    ColumnMapping,
    ImportResult,
    Progress,
    RowProblem,
    UnusedColumn,
    file_doubts,
    map_columns,
    recognising,
    refuse_undecided,
    stopping,
    unused_columns,
)
from app.services.core.import_pieces import PIECE, in_pieces
from app.services.core.operations import operation
from app.services.incidents.history_checks import CheckedHistory, HistoryReading, incident_key
from app.services.incidents.history_rows import (
    Finished,
    event_rows,
    incident_row,
    work_row,
)
from app.tabular.reading import ReadingChoice, Table, read_table
from db import search
from db.bulk import among
from db.keys import new_key
from db.models.incident import IncidentEventRow, IncidentRow, WorkEntryRow
from db.models.register import (
    MerchantRow,
    PlacementRow,
    TechnicianRow,
    TerminalRow,
)
from db.queries import merchant_of, present_placement

Cancelling = Callable[[], bool]

COLUMNS = {
    "serial": ("序列号", "SN", "serial", "serial number", "终端序列号", "机身号"),
    "reported_at": ("报修时间", "报障时间", "reported at", "reported"),
    "code": ("显示代码", "代码", "应答码", "code", "displayed code"),
    "symptom": ("现象", "故障现象", "故障描述", "symptom"),
    "fault_class": ("确认故障类别", "故障类别", "类别", "class", "fault class"),
    "restored_at": ("恢复时间", "restored at", "restored"),
    "technician": ("工程师", "维修人员", "technician"),
    "minutes": ("工时分钟", "工时", "minutes"),
}
"""Names under which each field is known in files."""

REQUIRED = ("serial", "reported_at", "fault_class", "restored_at")
"""Fields without whose column a file is no history of incidents."""

KINDS = FieldKinds(
    needed=frozenset(REQUIRED),
    exact=frozenset({"serial", "code"}),
    moments=frozenset({"reported_at", "restored_at"}),
    numbers=frozenset({"minutes"}),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryPreview:
    """What a file would do, before anything is written."""

    table: Table
    mapping: dict[str, int]
    good: tuple[Finished, ...]
    fresh: tuple[Finished, ...]
    blank: int
    problems: tuple[RowProblem, ...]
    warnings: tuple[RowProblem, ...]
    doubts: tuple[RowProblem, ...]
    unused: tuple[UnusedColumn, ...]

    @property
    def added(self) -> int:
        """How many incidents are new."""
        return len(self.fresh)

    @property
    def unchanged(self) -> int:
        """How many rows are there already."""
        return len(self.good) - self.added

    @property
    def refused(self) -> int:
        """How many rows cannot be imported."""
        return len({item.row for item in self.problems})


def _without_promise(_schema: int, payload: Mapping[str, Any]) -> Mapping[str, Any]:
    """Before schema 2 an import gave every case a target of ours."""
    return {name: value for name, value in payload.items() if name != "target"}


class HistoryImport:
    """Use cases of importing finished incidents."""

    def __init__(self, context: ServiceContext) -> None:
        self._context = context

    def read(
        self, path: Path, encoding: str | None = None, choice: ReadingChoice | None = None
    ) -> Table:
        """The file as a table, before anything is asked of it; `choice` corrects what is found.
        Raises `Unavailable`, `InvalidInput` (no such sheet or header row)."""
        return read_table(path, encoding, choice=choice, recognise=recognising(COLUMNS))

    def preview(
        self,
        path: Path,
        encoding: str | None = None,
        progress: Progress | None = None,
        cancelled: Cancelling | None = None,
    ) -> HistoryPreview:
        """Read and check a file without changing anything.  Times are local.

        Raises `Unavailable`, `InvalidInput` (a column is missing), `Cancelled`.
        """
        table = self.read(path, encoding)
        return self.check(table, map_columns(table.header, COLUMNS), progress, cancelled)

    def check(
        self,
        table: Table,
        mapping: ColumnMapping,
        progress: Progress | None = None,
        cancelled: Cancelling | None = None,
    ) -> HistoryPreview:
        """Check a table already read, under a mapping corrected by hand."""
        missing = [name for name in REQUIRED if name not in mapping]
        if missing:
            raise InvalidInput([Problem(name, "import.column_missing") for name in missing])
        step = stopping(progress, cancelled)
        with self._context.read() as session:
            known, there = _terminals(session), _existing(session)
        cells = CellReader(table, mapping, KINDS)
        rows = CheckedHistory(known)
        for done, row in enumerate(table.rows):
            if done % 200 == 0:
                step(done, len(table.rows))
            if not row.blank:
                rows.add(HistoryReading(row, cells, known, self._context))
        step(len(table.rows), len(table.rows))
        return HistoryPreview(
            table=table,
            mapping=dict(mapping),
            good=tuple(rows.good),
            fresh=tuple(_fresh(rows.good, known, there)),
            blank=sum(row.blank for row in table.rows),
            problems=tuple(rows.problems),
            warnings=tuple(rows.warnings),
            doubts=(*file_doubts(table, mapping, COLUMNS), *cells.order_doubts()),
            unused=unused_columns(table, mapping),
        )

    def commit(
        self,
        preview: HistoryPreview,
        *,
        skip_bad: bool,
        progress: Progress | None = None,
        cancelled: Cancelling | None = None,
    ) -> ImportResult:
        """Take the good rows in, piece by piece.  Raises `InvalidInput` when rows are bad and
        `skip_bad` is false or when the file's encoding is in doubt and nobody has chosen it,
        `Cancelled`; then nothing was changed."""
        refuse_undecided(preview.table)
        if preview.problems and not skip_bad:
            raise InvalidInput([item.problem for item in preview.problems])
        fresh, step = preview.fresh, stopping(progress, cancelled)
        pieces = [fresh[start : start + PIECE] for start in range(0, len(fresh), PIECE)]
        taken, left = in_pieces(pieces, len(fresh), self._take_in, step)
        unchanged = len(preview.good) - left - sum(taken)
        return ImportResult(
            added=sum(taken),
            updated=0,
            unchanged=unchanged,
            skipped=preview.refused,
            blank=preview.blank,
            left=left,
        )

    @operation("incident.import", schema=2, upgrade=_without_promise)
    def _take_in(self, items: tuple[Finished, ...]) -> int:
        """Write those that are not there yet; returns how many.  Each has the key and the number
        of its place in `items`, whichever of the others are there when this is applied again."""
        with self._context.write() as unit:
            known = _terminals(unit.session, {item.serial for item in items})
            there = _existing(unit.session, {row.id for row in known.values()})
            keys = [new_key() for _ in items]
            codes = sorted({item.technician for item in items if item.technician})
            fresh_people = {code: new_key() for code in codes}
            missing = [item.serial for item in items if item.serial not in known]
            if missing:
                raise NotFound("terminal", missing[0])
            if not all(incident_key(item, known) in there for item in items):
                numbers = self._context.next_numbers(unit.session, len(items), "H")
                people = _technicians(unit, fresh_people)
                rows = [
                    (item, incident_row(item, key, number, known[item.serial], people))
                    for item, key, number in zip(items, keys, numbers, strict=True)
                    if incident_key(item, known) not in there
                ]
                unit.touched("incident")
                unit.touched("technician")
            else:
                rows = []
            if rows:
                self._write(unit, rows, known)
        return len(rows)

    def _write(
        self,
        unit: UnitOfWork,
        part: Sequence[tuple[Finished, dict[str, Any]]],
        known: dict[str, Any],
    ) -> None:
        rows = [row for _item, row in part]
        events = [
            event
            for item, row in part
            for event in event_rows(row["id"], item, self._context.device)
        ]
        work = [work_row(row["id"], item) for item, row in part]
        session = unit.session
        tables: tuple[tuple[Any, list[dict[str, Any]]], ...] = (
            (IncidentRow, rows),
            (IncidentEventRow, events),
            (WorkEntryRow, work),
        )
        for table, values in tables:
            session.execute(sa.insert(table.__table__), values)
        documents = {
            row["id"]: " ".join(
                (
                    row["number"],
                    row["tid"],
                    known[item.serial].serial,
                    known[item.serial].merchant_name or "",
                    item.code,
                    item.symptom,
                )
            )
            for item, row in part
        }
        search.put(session, "incident", documents)


def _fresh(
    items: Sequence[Finished], known: dict[str, Any], there: set[tuple[str, datetime, str]]
) -> list[Finished]:
    """Incidents not there yet, each once."""
    fresh = {incident_key(item, known): item for item in items}
    return [item for key, item in fresh.items() if key not in there]


def _terminals(session: Session, serials: Collection[str] | None = None) -> dict[str, Any]:
    """Terminals by serial number, all or those of `serials`."""
    query: Any = (
        sa.select(
            col(TerminalRow.id),
            col(TerminalRow.serial),
            col(TerminalRow.serial_key),
            col(PlacementRow.tid),
            col(PlacementRow.merchant_id),
            col(MerchantRow.name).label("merchant_name"),
        )
        .outerjoin(*present_placement())
        .outerjoin(*merchant_of(PlacementRow.merchant_id))
    )
    if serials is not None:
        query = query.where(among(session, col(TerminalRow.serial_key), sorted(serials)))
    return {row.serial_key: row for row in session.execute(query)}


def _existing(
    session: Session, terminals: Collection[str] | None = None
) -> set[tuple[str, datetime, str]]:
    """What tells incidents apart (`incident_key`), of all terminals or of some."""
    query: Any = sa.select(
        col(IncidentRow.terminal_id), col(IncidentRow.reported_at), col(IncidentRow.symptom)
    )
    if terminals is not None:
        query = query.where(among(session, col(IncidentRow.terminal_id), sorted(terminals)))
    return {(row[0], row[1], row[2]) for row in session.execute(query)}


def _technicians(unit: UnitOfWork, fresh: dict[str, str]) -> dict[str, str]:
    """Technicians' keys by code; those nobody knows are made with their key in `fresh`."""
    session = unit.session
    found = {
        row[0]: row[1]
        for part in chunks(list(fresh))
        for row in session.execute(
            sa.select(col(TechnicianRow.code), col(TechnicianRow.id)).where(
                col(TechnicianRow.code).in_(part)
            )
        )
    }
    for code, key in fresh.items():
        if code not in found:
            session.add(TechnicianRow(id=key, code=code, name=code))
            found[code] = key
    session.flush()
    return found
