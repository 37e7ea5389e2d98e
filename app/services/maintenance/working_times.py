"""How it is read which days are worked: the calendar, leave, and technicians' own weeks."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col

from app.domain.maintenance.statutory_days import governed_years
from app.domain.maintenance.workdays import (
    CalendarDay,
    DayKind,
    WorkCalendar,
    calendar_of,
    leave_days,
)
from app.domain.register.people import Technician
from db.models.company import CompanyDayRow
from db.models.maintenance import AbsenceRow, CalendarDayRow, WorkingWeekRow
from db.together import Asked, together


@functools.cache
def shipped_calendar() -> WorkCalendar:
    """The State Council's calendar as published up to the release of the library that keeps it,
    and the days off by law in the years after."""
    from chinese_calendar import constants

    days = [CalendarDay(day, DayKind.OFF, name) for day, name in constants.holidays.items()]
    days += [CalendarDay(day, DayKind.WORK, name) for day, name in constants.workdays.items()]
    return calendar_of(days).with_law(governed_years())


_LOADED = sa.select(col(CalendarDayRow.day), col(CalendarDayRow.kind), col(CalendarDayRow.name))
_COMPANY = sa.select(col(CompanyDayRow.day), col(CompanyDayRow.kind), col(CompanyDayRow.name))


def read_calendar(session: Session) -> WorkCalendar:
    """The calendar in force: loaded years replace shipped ones, the company's days come last."""
    loaded, company = together(session, (_LOADED, {}), (_COMPANY, {}))
    return _in_force(tuple(map(tuple, loaded)), tuple(map(tuple, company)))


_Days = tuple[tuple[date, str, str], ...]


@functools.lru_cache(maxsize=8)
def _in_force(loaded: _Days, company: _Days) -> WorkCalendar:
    calendar = shipped_calendar()
    years: dict[int, list[CalendarDay]] = {}
    for day, kind, name in loaded:
        years.setdefault(day.year, []).append(CalendarDay(day, DayKind(kind), name))
    for year, days in years.items():
        calendar = calendar.with_file(year, days)
    return calendar.with_company(
        [CalendarDay(day, DayKind(kind), name) for day, kind, name in company]
    )


@dataclass(frozen=True, slots=True)
class Absence:
    """Days on which a technician is away, both ends included."""

    id: str
    technician_id: str
    first_on: date
    last_on: date
    reason: str


def read_absences(session: Session, first: date, last: date) -> tuple[Absence, ...]:
    """Absences that touch a period."""
    return tuple(Absence(*row) for row in session.execute(_absences(first, last)))


def _absences(first: date, last: date) -> Any:
    row = AbsenceRow
    return (
        sa.select(
            col(row.id),
            col(row.technician_id),
            col(row.first_on),
            col(row.last_on),
            col(row.reason),
        )
        .where(col(row.last_on) >= first, col(row.first_on) <= last)
        .order_by(col(row.first_on), col(row.id))
    )


def leave_on(session: Session, technician_id: str | None, day: date) -> frozenset[date]:
    """The day, when the technician is away on it."""
    spans = [
        (absence.first_on, absence.last_on)
        for absence in read_absences(session, day, day)
        if absence.technician_id == technician_id
    ]
    return leave_days(spans, day, day)


def capacities(
    session: Session, technicians: Iterable[Technician], first: date, last: date
) -> dict[str, dict[date, int]]:
    """Per technician the days they work between two days, with minutes: working days (or their own
    weekdays) without leave."""
    return read_working_times(session, first, last).capacities(technicians)


@dataclass(frozen=True, slots=True)
class WorkingTimes:
    """What decides which days between two are worked: the calendar, who is away from when to when,
    and the minutes of each weekday of those who have weeks of their own."""

    first: date
    last: date
    calendar: WorkCalendar
    away: Mapping[str, list[tuple[date, date]]]
    weeks: Mapping[str, Mapping[int, int]]

    def leave(self, technician_id: str, first: date, last: date) -> frozenset[date]:
        """The days of these on which somebody is away; they lie within the period."""
        return leave_days(self.away.get(technician_id, ()), first, last)

    def capacities(self, technicians: Iterable[Technician]) -> dict[str, dict[date, int]]:
        """The days each of them works, with minutes."""
        days = [self.first + timedelta(days=n) for n in range((self.last - self.first).days + 1)]
        found: dict[str, dict[date, int]] = {}
        for person in technicians:
            leave = self.leave(person.id, self.first, self.last)
            week = self.weeks.get(person.id)
            worked = {}
            for day in days:
                minutes = _minutes(self.calendar, day, week, person.capacity_minutes)
                if minutes and day not in leave:
                    worked[day] = minutes
            found[person.id] = worked
        return found


_WEEKS = sa.select(
    col(WorkingWeekRow.technician_id), col(WorkingWeekRow.weekday), col(WorkingWeekRow.minutes)
)


def working_times_asked(first: date, last: date) -> tuple[Asked, ...]:
    """The queries of `read_working_times`, to be sent ahead."""
    return (_LOADED, {}), (_COMPANY, {}), (_absences(first, last), {}), (_WEEKS, {})


def read_working_times(session: Session, first: date, last: date) -> WorkingTimes:
    """What decides which days of a period are worked."""
    loaded, company, absences, own = together(session, *working_times_asked(first, last))
    away: dict[str, list[tuple[date, date]]] = {}
    for absence in absences:
        away.setdefault(absence.technician_id, []).append((absence.first_on, absence.last_on))
    weeks: dict[str, dict[int, int]] = {}
    for technician_id, weekday, minutes in own:
        weeks.setdefault(technician_id, {})[weekday] = minutes
    calendar = _in_force(tuple(map(tuple, loaded)), tuple(map(tuple, company)))
    return WorkingTimes(first, last, calendar, away, weeks)


def _minutes(calendar: WorkCalendar, day: date, week: Mapping[int, int] | None, usual: int) -> int:
    ordinal = day.toordinal()
    if week is None:
        return usual if calendar.is_workday(ordinal) else 0
    # A holiday is one on a Saturday, too, for those who work on Saturdays.
    return 0 if ordinal in calendar.off else week.get(day.weekday(), 0)
