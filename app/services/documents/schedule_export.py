"""The schedule for other programs: calendars for technicians' phones, tables for spreadsheets."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path

from sqlmodel import Session, col

from app import chosen_files, files
from app.domain.errors import InvalidInput
from app.domain.maintenance.occurrences import SYMBOLS, Occurrence, OccurrenceState
from app.domain.maintenance.visits import VisitSummary
from app.i18n import Translator
from app.reports.documents.compliance import ComplianceSheet
from app.reports.documents.schedule_year import YearLine
from app.services.core.context import ServiceContext, chunks
from app.services.documents.handed_calendars import (
    HandedEntry,
    earlier_calendars,
    handed_entry,
    keep_calendar,
    people_with_calendars,
    uid_of,
)
from app.services.documents.requests import WEEK_DAYS, Request, selection
from app.services.documents.schedule_sheets import (
    ScheduleSelection,
    clock_time,
    compliance_sheet,
    year_sheet,
)
from app.services.maintenance.occurrence_queries import read_stored, stored_query
from app.services.maintenance.visit_queries import VisitFilter, read_contacts, visits_between
from app.services.register.directory import read_technicians
from app.tabular.calendars import CalendarEntry, calendar_bytes
from app.tabular.writing import Cell, write_table
from app.texts import word
from app.texts.rules import interval
from db.models.maintenance import OccurrenceRow

DAYS = {"year": 365, "month": 31, "week": WEEK_DAYS, "route": 1, "compliance": 90}
"""The kinds of schedule, and how long each is unless the end is said."""


@dataclass(frozen=True, slots=True)
class Exported:
    """A table: its title, its columns, its rows."""

    title: str
    header: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]


class ScheduleExport:
    """Use cases of handing the schedule to other programs."""

    def __init__(self, context: ServiceContext) -> None:
        self._context = context

    def table(self, kind: str, request: Request, t: Translator) -> Exported:
        """A schedule as a table.  `kind` is one of `DAYS`.  Raises `InvalidInput`, `NotFound`."""
        if kind not in DAYS:
            raise InvalidInput.of("kind", "choice.unknown", value=kind)
        place = self._context
        today = place.today()
        if kind == "compliance":
            until = request.until or today
            since = request.since or until - timedelta(days=DAYS[kind] - 1)
            request = replace(request, since=since, until=until)
        with place.read() as session:
            wanted = selection(session, today, request, DAYS[kind])
            if kind == "year":
                return _year(year_sheet(session, wanted, today, place.now()).lines, wanted, t)
            if kind == "compliance":
                return _compliance(compliance_sheet(session, wanted, today, place.now()), t)
            return _tasks(session, wanted, today, t)

    def write_table(self, path: Path, kind: str, request: Request, t: Translator) -> int:
        """Write a schedule as a workbook (``.xlsx``) or CSV; returns the number of rows.  Raises
        as `table`, and `Unavailable` when the file cannot be written."""
        made = self.table(kind, request, t)
        write_table(path, made.title, made.header, made.rows)
        return len(made.rows)

    def write_calendars(self, path: Path, request: Request, t: Translator) -> tuple[Path, ...]:
        """Write one calendar for each technician; returns the files.  With a technician chosen
        `path` is the file, else each file has the technician's code behind the name.

        Raises `InvalidInput`, `NotFound`, `Unavailable`.
        """
        place = self._context
        today = place.today()
        with place.read() as session:
            wanted = selection(session, today, request, DAYS["month"])
            people = _calendars(session, wanted, today, t)
        if wanted.technician is not None:
            calendars = {path: people[0]}
        else:
            nobody = t("unassigned")
            calendars = {path.with_stem(f"{path.stem}-{one.code or nobody}"): one for one in people}
        if not calendars:
            raise InvalidInput.of("subject", "document.nothing_selected")
        for file, one in calendars.items():
            title = " ".join(filter(None, (t("Maintenance"), one.name)))
            content = calendar_bytes(title, one.entries, place.zone, place.now())
            with files.taken_back_on_failure(file):
                chosen_files.write(file, content)
                keep_calendar(place, one.technician_id, one.changed)
        return tuple(calendars)


# --- calendars -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Calendar:
    """The calendar of one technician, or of nobody; `changed` is what the next one has to know."""

    technician_id: str
    code: str
    name: str
    entries: tuple[CalendarEntry, ...]
    changed: tuple[HandedEntry, ...]


def _calendars(
    session: Session, wanted: ScheduleSelection, today: date, t: Translator
) -> list[_Calendar]:
    """The calendars of every technician, or of the one chosen, with what has to be taken back or
    moved of what earlier ones said."""
    found: dict[str, list[VisitSummary]] = {}
    for visit in _visits(session, wanted, today):
        for person in visit.goers:
            found.setdefault(person, []).append(visit)
    if wanted.technician is not None:
        people = {wanted.technician_id: (wanted.technician.code, wanted.technician.name)}
    else:
        people = people_with_calendars(session)
        people[""] = "", ""
        staff = read_technicians(session, everybody=True)
        people |= {one.id: (one.code, one.name) for one in staff if one.id in found}
        people = {key: named for key, named in people.items() if key or key in found}
    made = []
    for key, (code, name) in sorted(people.items(), key=lambda one: one[1]):
        visits = found.get(key, [])
        earlier = earlier_calendars(session, key, visits, today)
        entries = _entries(session, key, (*visits, *earlier.moved), t)
        if entries or earlier.gone or wanted.technician is not None:
            gone = tuple(item.as_entry() for item in earlier.gone)
            new = (*(handed_entry(entry) for entry in entries), *earlier.gone)
            made.append(_Calendar(key, code, name, (*entries, *gone), earlier.changed(new)))
    return made


def _entries(
    session: Session, technician_id: str, visits: Sequence[VisitSummary], t: Translator
) -> tuple[CalendarEntry, ...]:
    """The appointments of visits, for one of those who go."""
    tasks = _by_visit(session, visits)
    contacts = read_contacts(session, {visit.merchant_id for visit in visits})
    return tuple(
        _entry(
            visit,
            visit.beside(technician_id),
            tasks.get(visit.id, []),
            contacts.get(visit.merchant_id, ("", "")),
            t,
        )
        for visit in visits
    )


def _entry(
    visit: VisitSummary,
    beside: str,
    tasks: Sequence[Occurrence],
    contact: tuple[str, str],
    t: Translator,
) -> CalendarEntry:
    lines = [
        " · ".join(filter(None, (item.plan_name.in_(t.language), item.serial, item.tid)))
        for item in tasks
    ]
    if beside:
        lines.append(t("For two, with {name}", name=beside))
    lines.append(t("Window until {day}", day=t.day(visit.window_until)))
    lines.append(" ".join(filter(None, contact)))
    spot = None
    if visit.latitude is not None and visit.longitude is not None:
        spot = (visit.latitude, visit.longitude)
    return CalendarEntry(
        uid=uid_of(visit.id),
        revision=visit.version,
        day=visit.planned_on,
        minute=visit.start_minute,
        minutes=visit.minutes,
        title=f"{visit.merchant_name or t('Office')} ({visit.number})",
        text="\n".join(filter(None, lines)),
        place=visit.address,
        spot=spot,
        category=visit.area,
    )


def _visits(session: Session, wanted: ScheduleSelection, today: date) -> tuple[VisitSummary, ...]:
    chosen = VisitFilter(
        area=wanted.area, technician_id=wanted.technician_id, plan_key=wanted.plan_key
    )
    return visits_between(session, wanted.since, wanted.until, chosen, today)


def _by_visit(session: Session, visits: Sequence[VisitSummary]) -> dict[str, list[Occurrence]]:
    found: dict[str, list[Occurrence]] = {}
    for part in chunks([visit.id for visit in visits]):
        for item in read_stored(
            session, stored_query().where(col(OccurrenceRow.visit_id).in_(part))
        ):
            found.setdefault(item.visit_id, []).append(item)
    return found


# --- tables --------------------------------------------------------------------------------------


def _tasks(session: Session, wanted: ScheduleSelection, today: date, t: Translator) -> Exported:
    """One row a task, in the order of the work."""
    visits = _visits(session, wanted, today)
    tasks = _by_visit(session, visits)
    contacts = read_contacts(session, {visit.merchant_id for visit in visits})
    header = (
        t("Day"),
        t("Weekday"),
        t("Begin"),
        t("Visit"),
        t("State"),
        t("Technician"),
        t("Merchant"),
        t("Address"),
        t("Area"),
        t("Contact"),
        t("Phone"),
        t("Plan"),
        t("Serial number"),
        t("TID"),
        t("Due"),
        t("Window from"),
        t("Window until"),
        t("Minutes"),
    )
    rows = []
    for visit in visits:
        who, phone = contacts.get(visit.merchant_id, ("", ""))
        head = (
            visit.planned_on,
            t.weekday(visit.planned_on),
            clock_time(visit.start_minute),
            visit.number,
        )
        place = (visit.technician, visit.merchant_name, visit.address, visit.area, who, phone)
        for item in tasks.get(visit.id, []):
            rows.append(
                (
                    *head,
                    word(t, "occurrence_state", item.state(today)),
                    *place,
                    item.plan_name.in_(t.language),
                    item.serial,
                    item.tid,
                    item.due_on,
                    item.window_from,
                    item.window_until,
                    item.minutes,
                )
            )
    return Exported(t("Maintenance schedule"), header, tuple(rows))


def _year(lines: Sequence[YearLine], wanted: ScheduleSelection, t: Translator) -> Exported:
    first = wanted.since.replace(day=1)
    months = [
        f"{first.year + (first.month - 1 + n) // 12}-{(first.month - 1 + n) % 12 + 1:02d}"
        for n in range(12)
    ]
    header = (
        t("Area"),
        t("Merchant"),
        t("Address"),
        t("Terminal"),
        t("TID"),
        t("Plan"),
        t("Interval"),
        t("Last"),
        t("Next"),
        t("Technician"),
        *months,
    )
    rows = tuple(
        (
            line.area,
            line.merchant,
            line.address,
            line.terminal,
            line.tid,
            line.plan.in_(t.language),
            interval(t, line.unit, line.every) if line.unit else t("on events"),
            line.last_on,
            line.due_on,
            line.technician,
            *("".join(SYMBOLS[OccurrenceState(state)] for state in month) for month in line.months),
        )
        for line in lines
    )
    return Exported(t("Maintenance plan of the year"), header, rows)


def _compliance(sheet: ComplianceSheet, t: Translator) -> Exported:
    header = (
        t("Group"),
        t("Name or title"),
        t("On time (%)"),
        t("Due"),
        t("Done in window"),
        t("Late"),
        t("Partly done"),
        t("Missed"),
        t("Skipped"),
    )
    groups = (
        (t("All"), (sheet.total,)),
        (t("Plan"), sheet.plans),
        (t("Area"), sheet.areas),
        (t("Technician"), sheet.technicians),
    )
    rows = tuple(
        (
            name,
            item.name.in_(t.language),
            round(100 * item.on_time / item.closed, 1) if item.closed else None,
            *(item.closed, item.on_time, item.late, item.partial, item.missed, item.skipped),
        )
        for name, figures in groups
        for item in figures
    )
    return Exported(t("Maintenance compliance"), header, rows)
