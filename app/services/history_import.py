"""Imports finished incidents from another system: the experience an estate already has.

Each row becomes a closed incident whose log holds only what the file says: reported, resolved,
closed.  Rows already there are left alone, so the same file can be imported again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col

from app.domain import text
from app.domain.errors import BadValue, Cancelled, InvalidInput, Problem, Unavailable
from app.domain.faults import FaultClass
from app.domain.identifiers import serial_key
from app.domain.incidents import Result, WorkKind, is_item_failure
from app.domain.lifecycle import (
    DEFAULT_TARGETS,
    Action,
    Detection,
    Impact,
    IncidentState,
    Urgency,
    priority_of,
)
from app.domain.parsing import parse_count, parse_moment
from app.services.terminal_import import ImportResult, Progress, RowProblem
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
from db.models.shape import new_key

COLUMNS = {
    "serial": ("序列号", "SN", "serial"),
    "reported_at": ("报修时间", "reported at"),
    "code": ("显示代码", "代码", "code"),
    "symptom": ("现象", "故障现象", "symptom"),
    "fault_class": ("确认故障类别", "故障类别", "class"),
    "restored_at": ("恢复时间", "restored at"),
    "technician": ("工程师", "technician"),
    "minutes": ("工时分钟", "工时", "minutes"),
}
"""Headers of each column."""


@dataclass(frozen=True, slots=True)
class Finished:
    """One finished incident of the file, checked."""

    row: int
    serial: str
    reported_at: datetime
    code: str
    symptom: str
    fault_class: FaultClass
    restored_at: datetime
    technician: str
    minutes: int


@dataclass(frozen=True, slots=True)
class HistoryPreview:
    """What a file holds."""

    table: Table
    good: tuple[Finished, ...]
    blank: int
    problems: tuple[RowProblem, ...]


class HistoryImport:
    """Use cases of importing finished incidents."""

    def __init__(self, workplace: Workplace) -> None:
        self._workplace = workplace

    def preview(self, path: Path) -> HistoryPreview:
        """Read and check a file without changing anything.  Times are local.

        Raises `Unavailable`, `InvalidInput` (a column is missing).
        """
        table = read_table(path)
        places = _places(table)
        good: list[Finished] = []
        problems: list[RowProblem] = []
        blank = 0
        with self._workplace.read() as session:
            known = _terminals(session)
        for row in table.rows:
            if row.blank:
                blank += 1
                continue
            try:
                good.append(self._checked(row, places, known))
            except BadValue as refusal:
                problem = Problem(str(refusal.params.pop("field", "serial")), refusal.code,
                                  dict(refusal.params))  # fmt: skip
                problems.append(RowProblem(row.number, problem, ""))
        return HistoryPreview(table, tuple(good), blank, tuple(problems))

    def _checked(self, row: Row, places: dict[str, int], known: dict[str, Any]) -> Finished:
        def cell(name: str) -> str:
            place = places[name]
            return strip_guard(row.cells[place]) if place < len(row.cells) else ""

        key = serial_key(text.compact(cell("serial")))
        if key not in known:
            raise BadValue("history.unknown_terminal", field="serial", value=cell("serial"))
        reported, restored = self._moment(cell, "reported_at"), self._moment(cell, "restored_at")
        if restored < reported:
            raise BadValue("date.before", field="restored_at", other=reported)
        word = text.compact(cell("fault_class"))
        if word not in set(FaultClass):
            raise BadValue("choice.unknown", field="fault_class", value=word)
        return Finished(
            row=row.number,
            serial=key,
            reported_at=reported,
            code=text.free_line(cell("code"), 60),
            symptom=text.note(cell("symptom")),
            fault_class=FaultClass(word),
            restored_at=restored,
            technician=text.compact(cell("technician")).upper(),
            minutes=parse_count(cell("minutes"), most=1440) or 0,
        )

    def _moment(self, cell: Any, name: str) -> datetime:
        found = parse_moment(cell(name))
        if found is None:
            raise BadValue("text.missing", field=name)
        zone = self._workplace.zone
        local = found.replace(tzinfo=zone) if zone else found.astimezone()
        return local.astimezone(UTC)

    def commit(
        self,
        preview: HistoryPreview,
        *,
        skip_bad: bool,
        progress: Progress | None = None,
        cancelled: Any = None,
    ) -> ImportResult:
        """Take the good rows in, in one transaction.  Raises `InvalidInput` when rows are bad and
        `skip_bad` is false, `Cancelled`."""
        if preview.problems and not skip_bad:
            raise InvalidInput([item.problem for item in preview.problems])
        with self._workplace.write() as writing:
            known = _terminals(writing.session)
            there = _existing(writing.session)
            fresh = [
                item
                for item in preview.good
                if (known[item.serial].id, item.reported_at, item.symptom) not in there
            ]
            people = _technicians(writing, {item.technician for item in fresh if item.technician})
            numbers = self._workplace.next_numbers(writing.session, len(fresh), "H")
            for start in range(0, len(fresh), 500):
                if cancelled is not None and cancelled():
                    raise Cancelled
                part = fresh[start : start + 500]
                self._write(writing, part, numbers[start : start + 500], known, people)
                if progress is not None:
                    progress(min(start + 500, len(fresh)), len(fresh))
            if fresh:
                writing.touched("incident")
                writing.touched("technician")
        unchanged = len(preview.good) - len(fresh)
        return ImportResult(len(fresh), 0, unchanged, len(preview.problems), preview.blank)

    def _write(
        self,
        writing: Writing,
        part: Sequence[Finished],
        numbers: Sequence[str],
        known: dict[str, Any],
        people: dict[str, str],
    ) -> None:
        rows = [
            _incident(item, number, known[item.serial], people)
            for item, number in zip(part, numbers, strict=True)
        ]
        events = [
            event
            for row, item in zip(rows, part, strict=True)
            for event in _events(row["id"], item, self._workplace.device)
        ]
        work = [_work(row["id"], item) for row, item in zip(rows, part, strict=True)]
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


def _places(table: Table) -> dict[str, int]:
    header = [text.compact(cell).casefold() for cell in table.header]
    places = {}
    for name, titles in COLUMNS.items():
        found = [t for title in titles if (t := text.compact(title).casefold()) in header]
        if not found:
            raise InvalidInput.of(name, "import.column_missing")
        places[name] = header.index(found[0])
    if not table.rows:
        raise Unavailable("file.empty", name=table.file_name)
    return places


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


def _incident(item: Finished, number: str, terminal: Any, people: dict[str, str]) -> dict[str, Any]:
    priority = priority_of(Impact.STOPPED, Urgency.NORMAL)
    target = DEFAULT_TARGETS[priority]
    failure = is_item_failure(item.fault_class)
    return {
        **_EMPTY, "id": new_key(), "number": number, "state": IncidentState.CLOSED,
        "terminal_id": terminal.id, "merchant_id": terminal.merchant_id,
        "tid": terminal.tid or "", "displayed_code": item.code, "symptom": item.symptom,
        "detection": Detection.MERCHANT_CALL, "impact": Impact.STOPPED,
        "urgency": Urgency.NORMAL, "priority": priority, "reported_at": item.reported_at,
        "response_due_at": item.reported_at + timedelta(hours=target.response_hours),
        "resolve_due_at": item.reported_at + timedelta(hours=target.resolve_hours),
        "down_from": item.reported_at, "restored_at": item.restored_at,
        "resolved_at": item.restored_at, "closed_at": item.restored_at,
        "technician_id": people.get(item.technician), "confirmed_class": item.fault_class,
        "result": Result.SOLVED, "item_failure": failure,
    }  # fmt: skip


_EMPTY: dict[str, Any] = {
    **{name: "" for name in (
        "unknown_serial", "code_profile", "reporter_name", "reporter_phone", "mode", "cause",
        "remedy", "other_text", "work_done", "advice", "firmware_before", "firmware_after",
        "waiting_reference", "confirmed_by", "closing_remark", "satisfaction")},
    **{name: None for name in (
        "promised_at", "provisional_class", "provisional_share", "hold_reason",
        "hold_expected_on", "confirmation", "repeat_of_id", "duplicate_of_id", "visit_id",
        "handed_to")},
    "version": 1, "fee_cents": 0, "reopen_count": 0,
}  # fmt: skip

_STATES = (
    (Action.REPORT, None, IncidentState.NEW),
    (Action.RESOLVE, IncidentState.IN_PROGRESS, IncidentState.RESOLVED),
    (Action.CLOSE, IncidentState.RESOLVED, IncidentState.CLOSED),
)


def _events(incident_id: str, item: Finished, device: str) -> list[dict[str, Any]]:
    return [
        {
            "id": new_key(), "incident_id": incident_id, "seq": seq,
            "at": item.reported_at if action is Action.REPORT else item.restored_at,
            "actor": item.technician or "-", "device": device, "action": action,
            "from_state": before, "to_state": after, "reason": "", "remark": "",
        }
        for seq, (action, before, after) in enumerate(_STATES, start=1)
    ]  # fmt: skip


def _work(incident_id: str, item: Finished) -> dict[str, Any]:
    return {
        "id": new_key(), "incident_id": incident_id, "at": item.restored_at,
        "actor": item.technician or "-", "kind": WorkKind.MEASURE, "summary": item.symptom,
        "outcome": "", "minutes": item.minutes, "check_id": "",
    }  # fmt: skip
