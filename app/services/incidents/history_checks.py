"""Rows of a history file checked: what each says about a finished incident, and what is wrong."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any

from app.domain import text
from app.domain.errors import BadValue, Problem
from app.domain.faults import FaultClass
from app.domain.parsing import parse_count
from app.domain.register.identifiers import serial_key
from app.domain.written_times import RepeatedHour, in_zone, read_written
from app.services.core.context import ServiceContext
from app.services.core.import_cells import CellReader
from app.services.core.import_columns import RowProblem
from app.services.incidents.history_rows import Finished
from app.tabular.cells import FileRow

LONGEST_CODE = 20
"""Characters of a technician's code; the database enforces the same figure."""

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


def incident_key(item: Finished, known: dict[str, Any]) -> tuple[str, datetime, str]:
    """The same terminal, moment and symptom are the same incident."""
    return known[item.serial].id, item.reported_at, item.symptom


class CheckedHistory:
    """Rows that can be taken, and what is said about the others.  A row that says something else
    about the same incident than an earlier one is refused; the same again is nothing new."""

    def __init__(self, known: dict[str, Any]) -> None:
        self.good: list[Finished] = []
        self.problems: list[RowProblem] = []
        self.warnings: list[RowProblem] = []
        self._known = known
        self._seen: dict[tuple[str, datetime, str], Finished] = {}

    def add(self, reading: HistoryReading) -> None:
        """Take a row in."""
        self.warnings += reading.warnings
        if reading.problems:
            self.problems += reading.problems
            return
        item = reading.finished()
        first = self._seen.setdefault(incident_key(item, self._known), item)
        if first is not item:
            same = replace(item, row=first.row) == first
            code = "history.repeated" if same else "history.conflicting"
            found = RowProblem(item.row, Problem("row", code, {"row": first.row}), "", warning=same)
            (self.warnings if same else self.problems).append(found)
            if not same:
                return
        self.good.append(item)


class HistoryReading:
    """One row on its way to `Finished`, and everything wrong with it; `known` are terminals by
    serial number."""

    def __init__(
        self, row: FileRow, cells: CellReader, known: dict[str, Any], place: ServiceContext
    ) -> None:
        taken = cells.read(row)
        self._row, self._given, self._orders = row, taken.given, cells.orders
        self._known, self._zone = known, place.zone
        self.problems, self.warnings = taken.problems, taken.warnings
        self._named = {item.problem.field for item in taken.problems}
        self._values: dict[str, Any] = {}
        if row.fault is not None:
            return
        for name, parse in self._parsers():
            self._values[name] = self._value(name, parse)
        reported, restored = self._moments()
        self._values |= {"reported_at": reported, "restored_at": restored}
        if reported and restored and restored < reported:
            self._refuse("restored_at", BadValue("date.before", other=reported))
        elif restored and restored > place.now():
            self._refuse("restored_at", BadValue("date.in_future"))

    def _parsers(self) -> tuple[tuple[str, Callable[[str], Any]], ...]:
        return (
            ("serial", self._serial),
            ("reported_at", lambda raw: self._moment("reported_at", raw)),
            ("code", lambda raw: text.free_line(raw, 60)),
            ("symptom", text.note),
            ("fault_class", _fault_class),
            ("restored_at", lambda raw: self._moment("restored_at", raw)),
            ("technician", _technician),
            ("minutes", lambda raw: parse_count(raw, most=1440) or 0),
        )

    def _value(self, name: str, parse: Callable[[str], Any]) -> Any:
        try:
            return parse(self._given.get(name, ""))
        except BadValue as refusal:
            self._refuse(name, refusal)
            return None

    def _refuse(self, name: str, refusal: BadValue) -> None:
        if name in self._named:
            # What the cell is has been said already.
            return
        problem = Problem(name, refusal.code, dict(refusal.params))
        self.problems.append(RowProblem(self._row.number, problem, self._given.get(name, "")))

    def _serial(self, raw: str) -> str:
        key = serial_key(text.compact(raw))
        if key not in self._known:
            raise BadValue("history.unknown_terminal", value=raw.strip())
        return key

    def _moment(self, name: str, raw: str) -> tuple[datetime, datetime, RepeatedHour]:
        written = read_written(raw, self._orders[name])
        if written is None:
            raise BadValue("text.missing")
        return in_zone(written, self._zone)

    def _moments(self) -> tuple[datetime | None, datetime | None]:
        """Reported and restored.  Of a repeated hour the first is meant, unless work would then
        have ended before it began; either way it is said."""
        reported, restored = self._values["reported_at"], self._values["restored_at"]
        begun = reported[0] if reported else None
        ended = restored[0] if restored else None
        if begun and restored and restored[2] is RepeatedHour.REPEATED and restored[0] < begun:
            ended = restored[1]
        for name, found in (("reported_at", reported), ("restored_at", restored)):
            if found and found[2] is not RepeatedHour.NO:
                problem = Problem(name, f"time.{found[2]}", {"value": self._given[name]})
                self.warnings.append(
                    RowProblem(self._row.number, problem, self._given[name], warning=True)
                )
        return begun, ended

    def finished(self) -> Finished:
        """The row as a finished incident; only when nothing is wrong with it."""
        return Finished(row=self._row.number, **self._values)


def _technician(raw: str) -> str:
    code = text.compact(raw).upper()
    if len(code) > LONGEST_CODE:
        raise BadValue("text.too_long", limit=LONGEST_CODE, length=len(code))
    return code


def _fault_class(raw: str) -> FaultClass:
    found = _CLASSES.get(text.compact(raw).casefold())
    if found is None:
        raise BadValue("choice.unknown", value=raw.strip())
    return found
