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
from app.domain.errors import InvalidInput, NotFound, Problems
from app.domain.event_data import FieldChange
from app.domain.maintenance.plans import WorkPlace
from app.domain.maintenance.visits import VisitState, VisitSummary
from app.domain.maintenance.workdays import (
    CalendarDay,
    DayKind,
    ListedDay,
    WorkCalendar,
    check_days,
)
from app.services.core.context import ServiceContext, UnitOfWork
from app.services.core.operations import operation
from app.services.maintenance.holiday_files import HolidayFile
from app.services.maintenance.visit_queries import VisitFilter, visits_between
from app.services.maintenance.working_times import (
    Absence,
    capacities,
    read_absences,
    read_calendar,
)
from app.services.register.directory import read_technicians
from db.models.company import CompanyDayRow
from db.models.maintenance import AbsenceRow, CalendarDayRow, VisitRow, WorkingWeekRow
from db.models.register import TechnicianRow


@dataclass(frozen=True, slots=True)
class CalendarYear:
    """One year's days and where they came from; `noticed` says whether its notice is known."""

    year: int
    days: tuple[ListedDay, ...]
    loaded: bool
    noticed: bool


@dataclass(frozen=True, slots=True)
class LoadedDays:
    """The years a file spoke of, those that stay provisional, and how many open visits stand on
    days off now."""

    years: tuple[int, ...]
    provisional: tuple[int, ...]
    visits_hit: int


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

    def load_years(self, file: HolidayFile) -> LoadedDays:
        """Take in the notice of one or more years; each year in the file replaces what was known of
        that year.  A year in which days off by law are missing stays provisional.

        Raises `InvalidInput` naming each wrong row, with nothing changed.
        """
        days = tuple(check_days(file.rows))
        with self._context.read() as session:
            calendar = read_calendar(session)
        for year in sorted({entry.day.year for entry in days}):
            calendar = calendar.with_file(year, [day for day in days if day.day.year == year])
        calendar.refuse_endless_rest()
        return self._loaded(self._load(days, file.name))

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

    def load_company(self, file: HolidayFile) -> LoadedDays:
        """Take in days the company closes or works; a day in the file replaces what was decided
        about that day.  Raises `InvalidInput` naming each wrong row, with nothing changed."""
        days = tuple(check_days(file.rows, of_company=True))
        self._refuse_endless_rest(days)
        return self._loaded(self._load_company(days, file.name))

    @operation("calendar.load_company")
    def _load_company(self, days: tuple[CalendarDay, ...], source: str) -> tuple[int, ...]:
        with self._context.write() as unit:
            for entry in days:
                self._decide(unit, entry.day, entry.kind, entry.name, source)
        return tuple(sorted({entry.day.year for entry in days}))

    def set_company_day(self, day: date, kind: DayKind | None, name: str = "") -> None:
        """Close on a day, or work on it, whatever the calendar says; None takes that back.
        Raises `InvalidInput`."""
        problems = Problems()
        with problems.field("name"):
            name = text.line(name, 40)
        problems.raise_if_any()
        if kind is not None:
            self._refuse_endless_rest((CalendarDay(day, kind, name),))
        self._set_company_day(day, kind, name)

    @operation("calendar.set_company_day")
    def _set_company_day(self, day: date, kind: DayKind | None, name: str) -> None:
        with self._context.write() as unit:
            self._decide(unit, day, kind, name, "")

    def visits_hit(self, day: date) -> tuple[VisitSummary, ...]:
        """The visits on site that are planned for a day, when it is off."""
        wanted = VisitFilter(states="open", places=(WorkPlace.SITE,))
        with self._context.read() as session:
            if read_calendar(session).is_workday(day.toordinal()):
                return ()
            return visits_between(session, day, day, wanted, self._context.today())

    def _refuse_endless_rest(self, days: tuple[CalendarDay, ...]) -> None:
        with self._context.read() as session:
            read_calendar(session).with_company(days).refuse_endless_rest()

    def _decide(
        self, unit: UnitOfWork, day: date, kind: DayKind | None, name: str, source: str
    ) -> None:
        session = unit.session
        known = session.execute(
            sa.select(CompanyDayRow).where(col(CompanyDayRow.day) == day)
        ).scalar()
        before = "" if known is None else known.kind
        if kind is None:
            if known is not None:
                session.delete(known)
        else:
            row = known or CompanyDayRow(day=day, kind=kind)
            row.kind, row.name, row.source = kind, name, source
            session.add(row)
        unit.changed("calendar", day.isoformat(), FieldChange("company_day", before, kind or ""))
        unit.touched("calendar")

    def _loaded(self, years: tuple[int, ...]) -> LoadedDays:
        """What was taken in, and how many open visits stand on days off now."""
        today = self._context.today()
        with self._context.read() as session:
            calendar = read_calendar(session)
            planned = session.execute(
                sa.select(col(VisitRow.planned_on), sa.func.count())
                .where(
                    col(VisitRow.state) == VisitState.PLANNED,
                    col(VisitRow.planned_on) >= today,
                    col(VisitRow.place) == WorkPlace.SITE,
                )
                .group_by(col(VisitRow.planned_on))
            )
            hit = sum(
                count
                for day, count in planned
                if day.year in years and not calendar.is_workday(day.toordinal())
            )
        return LoadedDays(years, tuple(y for y in years if y not in calendar.years), hit)

    def year(self, year: int) -> CalendarYear:
        """Every day of a year that is off or worked other than by the week, and where that is
        from."""
        with self._context.read() as session:
            calendar = read_calendar(session)
            loaded = session.execute(
                sa.select(sa.func.count()).where(
                    col(CalendarDayRow.day).between(date(year, 1, 1), date(year, 12, 31))
                )
            ).scalar_one()
        return CalendarYear(year, calendar.listed(year), loaded > 0, year in calendar.years)

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
