"""Imports finished incidents from another system: the experience an estate already has.

Each row becomes a closed incident whose log holds only what the file says: reported, resolved,
closed.  Rows already there are left alone, so the same file can be imported again.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col

from app.domain import text
from app.domain.errors import BadValue, InvalidInput, Problem
from app.domain.faults import FaultClass
from app.domain.identifiers import serial_key
from app.domain.parsing import parse_count, parse_moment
from app.services.history_rows import Finished, event_rows, incident_row, work_row
from app.services.terminal_import import (
    ColumnMapping,
    ImportResult,
    Progress,
    RowProblem,
    guess_mapping,
    stopping,
)
from app.services.workplace import Workplace, Writing, chunks
from app.tabular.reading import Row, Table, read_table
from app.tabular.writing import strip_guard
from db import search
from db.models.incident import IncidentEventRow, IncidentRow, WorkEntryRow
from db.models.register import (
    MerchantRow,
    PlacementRow,
    TechnicianRow,
    TerminalRow,
)

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

_CLASS_NAMES = {
    FaultClass.HARDWARE: ("硬件故障", "硬件"),
    FaultClass.SOFTWARE: ("软件问题", "软件故障", "软件"),
    FaultClass.NETWORK: ("网络连接问题", "网络故障", "网络问题", "网络"),
    FaultClass.OPERATION: ("用户操作不当", "操作不当", "操作"),
    FaultClass.VIOLATION: ("违反相关规定", "违反规定", "违规"),
    FaultClass.BALANCE: ("账户余额不足", "余额不足"),
    FaultClass.FROZEN: ("账户被冻结", "账户冻结", "冻结"),
    FaultClass.SYSTEM: ("系统故障", "系统"),
    FaultClass.OTHER: ("其他原因", "其他", "其它"),
}
_CLASSES = {name: key for key, names in _CLASS_NAMES.items() for name in (str(key), *names)}


@dataclass(frozen=True, slots=True)
class HistoryPreview:
    """What a file would do, before anything is written."""

    table: Table
    mapping: dict[str, int]
    good: tuple[Finished, ...]
    blank: int
    added: int
    problems: tuple[RowProblem, ...]

    @property
    def unchanged(self) -> int:
        """How many rows are there already."""
        return len(self.good) - self.added

    @property
    def refused(self) -> int:
        """How many rows cannot be imported."""
        return len({item.row for item in self.problems})


class HistoryImport:
    """Use cases of importing finished incidents."""

    def __init__(self, workplace: Workplace) -> None:
        self._workplace = workplace

    def read(self, path: Path, encoding: str | None = None) -> Table:
        """The file as a table, before anything is asked of it.  Raises `Unavailable`."""
        return read_table(path, encoding)

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
        return self.check(table, guess_mapping(table.header, COLUMNS), progress, cancelled)

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
        with self._workplace.read() as session:
            known, there = _terminals(session), _existing(session)
        good: list[Finished] = []
        problems: list[RowProblem] = []
        for done, row in enumerate(table.rows):
            if done % 200 == 0:
                step(done, len(table.rows))
            if not row.blank:
                reading = _Reading(row, mapping, known, self._workplace)
                if reading.problems:
                    problems += reading.problems
                else:
                    good.append(reading.finished())
        step(len(table.rows), len(table.rows))
        blank = sum(row.blank for row in table.rows)
        added = len(_fresh(good, known, there))
        return HistoryPreview(table, dict(mapping), tuple(good), blank, added, tuple(problems))

    def commit(
        self,
        preview: HistoryPreview,
        *,
        skip_bad: bool,
        progress: Progress | None = None,
        cancelled: Cancelling | None = None,
    ) -> ImportResult:
        """Take the good rows in, in one transaction.  Raises `InvalidInput` when rows are bad and
        `skip_bad` is false, `Cancelled`."""
        if preview.problems and not skip_bad:
            raise InvalidInput([item.problem for item in preview.problems])
        step = stopping(progress, cancelled)
        with self._workplace.write() as writing:
            known = _terminals(writing.session)
            there = _existing(writing.session)
            fresh = _fresh(preview.good, known, there)
            people = _technicians(writing, {item.technician for item in fresh if item.technician})
            numbers = self._workplace.next_numbers(writing.session, len(fresh), "H")
            for start in range(0, len(fresh), 500):
                step(start, len(fresh))
                part = fresh[start : start + 500]
                self._write(writing, part, numbers[start : start + 500], known, people)
            step(len(fresh), len(fresh))
            if fresh:
                writing.touched("incident")
                writing.touched("technician")
        unchanged = len(preview.good) - len(fresh)
        return ImportResult(len(fresh), 0, unchanged, preview.refused, preview.blank)

    def _write(
        self,
        writing: Writing,
        part: Sequence[Finished],
        numbers: Sequence[str],
        known: dict[str, Any],
        people: dict[str, str],
    ) -> None:
        rows = [
            incident_row(item, number, known[item.serial], people)
            for item, number in zip(part, numbers, strict=True)
        ]
        events = [
            event
            for row, item in zip(rows, part, strict=True)
            for event in event_rows(row["id"], item, self._workplace.device)
        ]
        work = [work_row(row["id"], item) for row, item in zip(rows, part, strict=True)]
        session = writing.session
        tables: tuple[tuple[Any, list[dict[str, Any]]], ...] = (
            (IncidentRow, rows),
            (IncidentEventRow, events),
            (WorkEntryRow, work),
        )
        for table, values in tables:
            session.execute(sa.insert(table.__table__), values)
        documents = {
            row["id"]: " ".join(
                (row["number"], row["tid"], known[item.serial].serial,
                 known[item.serial].merchant_name or "", item.code, item.symptom)
            )
            for row, item in zip(rows, part, strict=True)
        }  # fmt: skip
        search.put(session, "incident", documents)


class _Reading:
    """One row on its way to `Finished`, and everything wrong with it."""

    def __init__(
        self, row: Row, mapping: ColumnMapping, known: dict[str, Any], place: Workplace
    ) -> None:
        self._row, self._mapping, self._known, self._zone = row, mapping, known, place.zone
        self.problems: list[RowProblem] = []
        self._values = {name: self._value(name, parse) for name, parse in self._parsers()}
        reported, restored = self._values["reported_at"], self._values["restored_at"]
        if reported and restored and restored < reported:
            self._refuse("restored_at", BadValue("date.before", other=reported))
        elif restored and restored > place.now():
            self._refuse("restored_at", BadValue("date.in_future"))

    def _parsers(self) -> tuple[tuple[str, Callable[[str], Any]], ...]:
        return (
            ("serial", self._serial),
            ("reported_at", self._moment),
            ("code", lambda raw: text.free_line(raw, 60)),
            ("symptom", text.note),
            ("fault_class", _fault_class),
            ("restored_at", self._moment),
            ("technician", lambda raw: text.compact(raw).upper()[:20]),
            ("minutes", lambda raw: parse_count(raw, most=1440) or 0),
        )

    def _cell(self, name: str) -> str:
        place = self._mapping.get(name, -1)
        return strip_guard(self._row.cells[place]) if 0 <= place < len(self._row.cells) else ""

    def _value(self, name: str, parse: Callable[[str], Any]) -> Any:
        try:
            return parse(self._cell(name))
        except BadValue as refusal:
            self._refuse(name, refusal)
            return None

    def _refuse(self, name: str, refusal: BadValue) -> None:
        problem = Problem(name, refusal.code, dict(refusal.params))
        self.problems.append(RowProblem(self._row.number, problem, self._cell(name)))

    def _serial(self, raw: str) -> str:
        key = serial_key(text.compact(raw))
        if key not in self._known:
            raise BadValue("history.unknown_terminal", value=raw.strip())
        return key

    def _moment(self, raw: str) -> datetime:
        found = parse_moment(raw)
        if found is None:
            raise BadValue("text.missing")
        local = found.replace(tzinfo=self._zone) if self._zone else found.astimezone()
        return local.astimezone(UTC)

    def finished(self) -> Finished:
        """The row as a finished incident; only when nothing is wrong with it."""
        return Finished(row=self._row.number, **self._values)


def _fault_class(raw: str) -> FaultClass:
    found = _CLASSES.get(text.compact(raw).casefold())
    if found is None:
        raise BadValue("choice.unknown", value=raw.strip())
    return found


def _fresh(
    items: Sequence[Finished], known: dict[str, Any], there: set[tuple[str, datetime, str]]
) -> list[Finished]:
    """Incidents not there yet, each once: the same terminal, moment and symptom are the same."""
    fresh = {(known[item.serial].id, item.reported_at, item.symptom): item for item in items}
    return [item for key, item in fresh.items() if key not in there]


def _terminals(session: Session) -> dict[str, Any]:
    query: Any = (
        sa.select(
            col(TerminalRow.id), col(TerminalRow.serial), col(TerminalRow.serial_key),
            col(PlacementRow.tid), col(PlacementRow.merchant_id),
            col(MerchantRow.name).label("merchant_name"),
        )
        .outerjoin(
            PlacementRow,
            sa.and_(
                col(PlacementRow.terminal_id) == col(TerminalRow.id),
                col(PlacementRow.until).is_(None),
            ),
        )
        .outerjoin(MerchantRow, col(MerchantRow.id) == col(PlacementRow.merchant_id))
    )  # fmt: skip
    return {row.serial_key: row for row in session.execute(query)}


def _existing(session: Session) -> set[tuple[str, datetime, str]]:
    query: Any = sa.select(
        col(IncidentRow.terminal_id), col(IncidentRow.reported_at), col(IncidentRow.symptom)
    )
    return {(row[0], row[1], row[2]) for row in session.execute(query)}


def _technicians(writing: Writing, codes: set[str]) -> dict[str, str]:
    session = writing.session
    found = {
        row[0]: row[1]
        for part in chunks(sorted(codes))
        for row in session.execute(
            sa.select(col(TechnicianRow.code), col(TechnicianRow.id)).where(
                col(TechnicianRow.code).in_(part)
            )
        )
    }
    for code in sorted(codes - found.keys()):
        row = TechnicianRow(code=code, name=code)
        session.add(row)
        found[code] = row.id
    session.flush()
    return found
