"""Which days are worked: the shipped statutory calendar, years loaded over it, technicians' weeks
and their leave."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col

from app.domain import text
from app.domain.errors import BadValue, InvalidInput, NotFound, Problem, Problems
from app.domain.event_data import FieldChange
from app.domain.maintenance.workdays import (
    CalendarDay,
    DayKind,
    WorkCalendar,
    check_days,
)
from app.domain.parsing import parse_date
from app.services.core.context import ServiceContext, UnitOfWork
from app.services.core.import_columns import map_columns
from app.services.core.operations import operation
from app.services.maintenance.working_times import (
    Absence,
    capacities,
    read_absences,
    read_calendar,
)
from app.services.register.directory import read_technicians
from app.tabular.cells import FileRow
from app.tabular.reading import Table
from db.models.maintenance import AbsenceRow, CalendarDayRow, WorkingWeekRow
from db.models.register import TechnicianRow


@dataclass(frozen=True, slots=True)
class CalendarYear:
    """One year's entries and where they came from."""

    year: int
    days: tuple[CalendarDay, ...]
    loaded: bool


def _whole_week(_schema: int, payload: Mapping[str, Any]) -> Mapping[str, Any]:
    """Before schema 2 an operation held the whole week."""
    minutes = payload.get("minutes", {})
    changed = {str(day): minutes.get(str(day)) for day in range(7)}
    return {"technician_id": payload["technician_id"], "changed": changed}


class WorkDays:
    """Use cases of the working calendar."""

    def __init__(self, context: ServiceContext) -> None:
        self._context = context

    def calendar(self) -> WorkCalendar:
        """The calendar in force."""
        with self._context.read() as session:
            return read_calendar(session)

    def load_years(self, table: Table) -> tuple[int, ...]:
        """Take in the days of one or more years from a file with the columns day, kind (休/班) and
        name; each year in it replaces what was known of that year.  Returns the years.

        Columns are found by their names in the header, in any order; without a known name the
        first three are day, kind and name, and a first line that is a day itself is no header.
        Raises `InvalidInput` naming each wrong row, with nothing changed.
        """
        return self._load(tuple(check_days(_entries(table))), table.file_name[:200])

    @operation("calendar.load")
    def _load(self, days: tuple[CalendarDay, ...], source: str) -> tuple[int, ...]:
        years = tuple(sorted({entry.day.year for entry in days}))
        with self._context.write() as unit:
            for year in years:
                of_year = col(CalendarDayRow.day).between(date(year, 1, 1), date(year, 12, 31))
                sources = sa.select(col(CalendarDayRow.source)).where(of_year).limit(1)
                before = unit.session.execute(sources).scalar() or ""
                unit.session.execute(sa.delete(CalendarDayRow).where(of_year))
                unit.changed("calendar", str(year), FieldChange("source", before, source))
            unit.session.add_all(
                CalendarDayRow(day=entry.day, kind=entry.kind, name=entry.name, source=source)
                for entry in days
            )
            unit.touched("calendar")
        return years

    def year(self, year: int) -> CalendarYear:
        """What is known of a year."""
        with self._context.read() as session:
            calendar = read_calendar(session)
            loaded = session.execute(
                sa.select(sa.func.count()).where(
                    col(CalendarDayRow.day).between(date(year, 1, 1), date(year, 12, 31))
                )
            ).scalar_one()
        first = date(year, 1, 1).toordinal()
        days = [
            CalendarDay(
                date.fromordinal(ordinal),
                DayKind.OFF if ordinal in calendar.off else DayKind.WORK,
                calendar.names.get(ordinal, ""),
            )
            for ordinal in range(first, first + 366)
            if ordinal in calendar.off or ordinal in calendar.work
        ]
        return CalendarYear(year, tuple(d for d in days if d.day.year == year), loaded > 0)

    # --- technicians ---------------------------------------------------------------------------

    def absences(self, first: date, last: date) -> tuple[Absence, ...]:
        """Who is away at some time between two days."""
        with self._context.read() as session:
            return read_absences(session, first, last)

    def add_within(
        self, unit: UnitOfWork, technician_id: str, first_on: date, last_on: date, reason: str
    ) -> str:
        """Note that a technician is away, inside the transaction of `Leave.enter`.  The visits
        planned for those days stay where they are and are shown as standing on a leave.  Raises
        `InvalidInput`, `NotFound`."""
        problems = Problems()
        if last_on < first_on:
            problems.add("last_on", "date.before", other=first_on)
        why = ""
        with problems.field("reason"):
            why = text.free_line(reason)
        problems.raise_if_any()
        if unit.session.get(TechnicianRow, technician_id) is None:
            raise NotFound("technician", technician_id)
        row = AbsenceRow(
            technician_id=technician_id, first_on=first_on, last_on=last_on, reason=why
        )
        unit.session.add(row)
        unit.changed("technician", technician_id, FieldChange("absence", "", _span(row)))
        unit.touched("technician", [technician_id])
        unit.touched("visit")
        return row.id

    @operation("leave.remove")
    def remove_absence(self, absence_id: str) -> None:
        """Take an absence back.  Raises `NotFound`."""
        with self._context.write() as unit:
            row = unit.session.get(AbsenceRow, absence_id)
            if row is None:
                raise NotFound("absence", absence_id)
            unit.session.delete(row)
            unit.changed("technician", row.technician_id, FieldChange("absence", _span(row)))
            unit.touched("technician", [row.technician_id])
            unit.touched("visit")

    def capacities(self, first: date, last: date) -> dict[str, dict[date, int]]:
        """Per active technician the days they work between two days, with minutes."""
        with self._context.read() as session:
            return capacities(session, read_technicians(session), first, last)

    def set_week(self, technician_id: str, minutes: Mapping[int, int]) -> None:
        """The minutes a technician works on each weekday (0 Monday); an empty mapping means the
        usual capacity on every working day.  Raises `InvalidInput`, `NotFound`."""
        with self._context.read() as session:
            known = _working_week(session, technician_id)
        changed = {
            day: minutes.get(day)
            for day in sorted({*known, *minutes})
            if known.get(day) != minutes.get(day)
        }
        self._set_week(technician_id, changed)

    @operation("technician.set_week", schema=2, upgrade=_whole_week)
    def _set_week(self, technician_id: str, changed: Mapping[int, int | None]) -> None:
        """Only the weekdays that change: two people who change different ones do not disturb each
        other.  None is the usual capacity."""
        minutes = {day: value for day, value in changed.items() if value is not None}
        for weekday, value in minutes.items():
            if weekday not in range(7) or not 0 <= value <= 1440:
                raise InvalidInput.of(
                    "capacity_minutes", "number.out_of_range", value=value, least=0, most=1440
                )
        with self._context.write() as unit:
            if unit.session.get(TechnicianRow, technician_id) is None:
                raise NotFound("technician", technician_id)
            known = _working_week(unit.session, technician_id)
            kept = {day: value for day, value in known.items() if day not in changed}
            unit.session.execute(
                sa.delete(WorkingWeekRow).where(
                    col(WorkingWeekRow.technician_id) == technician_id,
                    col(WorkingWeekRow.weekday).in_(list(changed)),
                )
            )
            change = FieldChange("working_week", _week(known), _week(kept | minutes))
            unit.changed("technician", technician_id, change)
            unit.session.add_all(
                WorkingWeekRow(technician_id=technician_id, weekday=day, minutes=value)
                for day, value in sorted(minutes.items())
            )
            unit.touched("technician", [technician_id])


def _working_week(session: Session, technician_id: str) -> dict[int, int]:
    """The minutes of the weekdays that differ from the usual capacity."""
    query = sa.select(col(WorkingWeekRow.weekday), col(WorkingWeekRow.minutes)).where(
        col(WorkingWeekRow.technician_id) == technician_id
    )
    return {day: value for day, value in session.execute(query)}


def _span(row: AbsenceRow) -> str:
    """The days of an absence (ISO 8601)."""
    return f"{row.first_on}/{row.last_on}"


def _week(minutes: Mapping[int, int]) -> str:
    """Minutes by weekday (0 Monday), in one line."""
    return " ".join(f"{day}:{value}" for day, value in sorted(minutes.items()))


COLUMNS = {
    "day": ("日期", "day", "date"),
    "kind": ("类型", "休班", "是否放假", "kind", "type", "isOffDay"),
    "name": ("名称", "节日", "节假日", "name", "holiday"),
}
"""Names of columns in files of holidays; those of the public list ``holiday-cn`` among them."""


def _entries(table: Table) -> list[tuple[int, str, str, str]]:
    """Row number, day, kind and name of each row."""
    mapping = map_columns(table.header, COLUMNS)
    rows = [row for row in table.rows if not row.blank]
    if "day" not in mapping:
        mapping = {name: place for place, name in enumerate(COLUMNS)}
        if _is_day(table.header[0]):
            rows.insert(0, FileRow(number=table.header_row, cells=table.header))
    missing = [name for name in ("day", "kind") if name not in mapping]
    if missing:
        raise InvalidInput([Problem(name, "import.column_missing") for name in missing])
    faults = [row for row in rows if row.fault is not None]
    if faults:
        raise InvalidInput(
            [
                Problem(f"row {row.number}", row.fault.code, dict(row.fault.params))
                for row in faults
                if row.fault
            ]
        )
    places = [mapping.get(name, -1) for name in COLUMNS]
    return [
        (row.number, *(row.cell(place).shown for place in places))  # type: ignore[misc]
        for row in rows
    ]


def _is_day(cell: str) -> bool:
    try:
        return parse_date(cell) is not None
    except BadValue:
        return False
