"""Fills the maintenance schedules: the year's grid, month and week by technician, a day's route,
compliance."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlmodel import Session, col

from app.domain.diagnosis.knowledge import Knowledge
from app.domain.maintenance.compliance import Compliance
from app.domain.maintenance.occurrences import (
    SETTLED,
    Occurrence,
    OccurrenceOutcome,
    OccurrenceState,
)
from app.domain.maintenance.plans import Plan, WorkPlace
from app.domain.maintenance.visits import VisitSummary
from app.domain.register.people import Technician
from app.languages import SOURCE, LocalizedText
from app.reports.documents.compliance import ComplianceFigures, ComplianceSheet, LateDate
from app.reports.documents.route import OpenIncident, PrintedStop, RouteSheet, StopTask
from app.reports.documents.schedule_month import MonthSheet
from app.reports.documents.schedule_visits import Person, VisitLine
from app.reports.documents.schedule_week import WeekSheet
from app.reports.documents.schedule_year import YearLine, YearSheet
from app.services.documents.sheet_sources import stops_on_paper
from app.services.incidents.terminal_stops import stops_at_shops
from app.services.maintenance.compliance import compliance_view
from app.services.maintenance.due_dates import DueDates
from app.services.maintenance.occurrence_queries import (
    OccurrenceFilter,
    computed,
    narrowed,
    read_stored,
    stored_query,
    together,
)
from app.services.maintenance.plan_queries import read_plans
from app.services.maintenance.route import DayRoute, RouteStop
from app.services.maintenance.visit_queries import VisitFilter, read_contacts, visits_between
from app.services.maintenance.working_times import read_calendar
from app.services.register.directory import read_technicians
from db.models.maintenance import OccurrenceRow


@dataclass(frozen=True, slots=True)
class ScheduleSelection:
    """What a schedule is about; empty fields do not restrict."""

    since: date
    until: date
    area: str = ""
    technician: Technician | None = None
    plan_key: str = ""

    @property
    def technician_id(self) -> str:
        """The technician's id, or nothing."""
        return self.technician.id if self.technician else ""

    def scope(self, plans: Iterable[Plan]) -> LocalizedText:
        """What was selected, in words."""
        names = {plan.key: plan.latest.contents.name for plan in plans}
        plan = names.get(self.plan_key, LocalizedText.same(self.plan_key))
        who = self.technician.name if self.technician else ""
        return LocalizedText.joined(
            (LocalizedText.same(self.area), LocalizedText.same(who), plan), " · "
        )


# --- the year ----------------------------------------------------------------------------------


def year_sheet(
    session: Session, wanted: ScheduleSelection, today: date, now: datetime
) -> YearSheet:
    """Twelve months from the month of `wanted.since` on, every plan of every terminal a line."""
    first = wanted.since.replace(day=1)
    last = date(first.year + 1, first.month, 1) - timedelta(days=1)
    due_dates = DueDates(session, today)
    chosen = OccurrenceFilter(
        area=wanted.area, technician_id=wanted.technician_id, plan_key=wanted.plan_key
    )
    stored = stored_query().where(col(OccurrenceRow.due_on).between(first, last))
    found = together(
        read_stored(session, narrowed(stored, chosen)),
        computed(session, due_dates, first, last, chosen),
    )
    plans = {plan.key: plan for plan in due_dates.plans} | {p.key: p for p in read_plans(session)}
    lines = _year_lines(found, plans, first, today, _places(due_dates))
    return YearSheet(
        number="",
        made_at=now,
        since=first,
        scope=wanted.scope(plans.values()),
        lines=tuple(lines),
        provisional_years=_unknown(due_dates, found),
    )


def _unknown(due_dates: DueDates, found: Iterable[Occurrence]) -> tuple[int, ...]:
    doubtful = {item.due_on.year for item in found if item.uncertain}
    return tuple(sorted(doubtful - due_dates.calendar.years))


def _places(due_dates: DueDates) -> dict[str, tuple[str, str]]:
    """Per subject its model and address."""
    return {
        subject.key: (f"{subject.manufacturer} {subject.model}", subject.address)
        for subjects in due_dates.subjects.values()
        for subject in subjects
    }


def _year_lines(
    found: Iterable[Occurrence],
    plans: dict[str, Plan],
    first: date,
    today: date,
    places: dict[str, tuple[str, str]],
) -> list[YearLine]:
    grouped: dict[tuple[str, str], list[Occurrence]] = {}
    for item in found:
        if item.outcome is not OccurrenceOutcome.VOID:
            grouped.setdefault((item.subject, item.plan_key), []).append(item)
    lines = [
        _year_line(items, plans[key], first, today, places.get(subject, ("", "")))
        for (subject, key), items in grouped.items()
    ]
    return sorted(
        lines, key=lambda line: (line.area, line.merchant, line.terminal, line.plan.in_(SOURCE))
    )


def _year_line(
    items: list[Occurrence], plan: Plan, first: date, today: date, place: tuple[str, str]
) -> YearLine:
    head = items[0]
    months: list[list[str]] = [[] for _ in range(12)]
    for item in items:
        # The month the rule names, though days off may have moved the date into the next one.
        day = item.nominal_on
        place_in = (day.year - first.year) * 12 + day.month - first.month
        months[min(max(place_in, 0), 11)].append(item.state(today))
    done = [item.done_on for item in items if item.done_on is not None]
    waiting = [item.due_on for item in items if item.outcome not in SETTLED]
    people = [item.technician or item.done_by for item in items if item.technician or item.done_by]
    contents = plan.latest.contents
    model, address = place
    return YearLine(
        merchant=head.merchant_name,
        address=address,
        terminal=f"{model} {head.serial}".strip() if head.serial else "",
        tid=head.tid,
        plan=head.plan_name,
        unit=contents.rule.unit if contents.rule is not None else None,
        every=contents.rule.every if contents.rule is not None else 0,
        months=tuple(tuple(states) for states in months),
        area=head.area,
        last_on=max(done, default=None),
        due_on=min(waiting, default=None),
        technician=people[-1] if people else "",
    )


# --- month and week ----------------------------------------------------------------------------


def month_sheet(
    session: Session, wanted: ScheduleSelection, today: date, now: datetime
) -> MonthSheet:
    """The visits of a period by technician."""
    return MonthSheet(**_visits_of(session, wanted, today), number="", made_at=now)


def week_sheet(
    session: Session, wanted: ScheduleSelection, today: date, now: datetime
) -> WeekSheet:
    """The same as one grid, days as columns."""
    return WeekSheet(**_visits_of(session, wanted, today), number="", made_at=now)


def _visits_of(session: Session, wanted: ScheduleSelection, today: date) -> dict[str, Any]:
    plans = {plan.key: plan for plan in read_plans(session)}
    names = {key: plan.latest.contents.name for key, plan in plans.items()}
    chosen = VisitFilter(
        area=wanted.area, technician_id=wanted.technician_id, plan_key=wanted.plan_key
    )
    calendar = read_calendar(session)
    people: dict[str, list[VisitSummary]] = {}
    for visit in visits_between(session, wanted.since, wanted.until, chosen, today):
        for person in visit.goers:
            if wanted.technician_id in ("", person):
                people.setdefault(person, []).append(visit.seen_by(person))
    staff = {one.id: one for one in read_technicians(session, everybody=True)}
    known = {key: (staff[key].code, staff[key].name) for key in people if key in staff}
    ordered = sorted(people.items(), key=lambda item: known.get(item[0], ("~", ""))[0])
    days = range(wanted.since.toordinal(), wanted.until.toordinal() + 1)
    return {
        "since": wanted.since,
        "until": wanted.until,
        "scope": wanted.scope(plans.values()),
        "people": tuple(
            Person(
                known.get(person, ("", ""))[1],
                known.get(person, ("", ""))[0],
                tuple(_visit_line(visit, person, names, today) for visit in visits),
            )
            for person, visits in ordered
        ),
        "days_off": tuple(date.fromordinal(o) for o in days if not calendar.is_workday(o)),
        "provisional_years": calendar.unknown_years(wanted.since, wanted.until),
    }


def _visit_line(
    visit: VisitSummary, person: str, names: dict[str, LocalizedText], today: date
) -> VisitLine:
    return VisitLine(
        day=visit.planned_on,
        number=visit.number,
        merchant=visit.merchant_name,
        address=visit.address,
        tasks=tuple(names.get(key, LocalizedText.same(key)) for key in visit.plans),
        state=visit.shown_state(today),
        minutes=visit.minutes,
        window_until=visit.window_until,
        area=visit.area,
        start=clock_time(visit.start_minute),
        companion=visit.beside(person),
    )


def clock_time(minute: int | None) -> str:
    """A minute of the day as people write it."""
    return "" if minute is None else f"{minute // 60:02d}:{minute % 60:02d}"


# --- a day -------------------------------------------------------------------------------------


def route_sheet(
    session: Session,
    route: DayRoute,
    person: Technician | None,
    knowledge: Knowledge,
    today: date,
    now: datetime,
) -> RouteSheet:
    """A technician's day, stop by stop."""
    contacts = read_contacts(session, {stop.visit.merchant_id for stop in route.stops})
    tasks = _tasks_of(session, [stop.visit.id for stop in route.stops], today)
    dangers = stops_at_shops(session, {stop.visit.merchant_id for stop in route.stops})
    phones = {one.name: one.phone for one in read_technicians(session)}
    code = person.code if person else ""
    return RouteSheet(
        number=f"{code}-{route.day:%Y%m%d}" if code else "",
        made_at=now,
        day=route.day,
        technician=person.name if person else "",
        code=code,
        phone=person.phone if person else "",
        kilometres=route.kilometres,
        minutes=route.minutes,
        over=route.over,
        stops=tuple(
            PrintedStop(
                order=place,
                number=stop.visit.number,
                merchant=stop.visit.merchant_name,
                address=stop.visit.address,
                contact=contacts.get(stop.visit.merchant_id, ("", ""))[0],
                phone=contacts.get(stop.visit.merchant_id, ("", ""))[1],
                start=clock_time(_arrival(stop)),
                minutes=stop.visit.minutes,
                kilometres=stop.kilometres,
                window_until=stop.visit.window_until,
                tasks=tasks.get(stop.visit.id, ()),
                incidents=tuple(
                    OpenIncident(
                        note.number, " ".join(filter(None, (note.displayed_code, note.symptom)))
                    )
                    for note in stop.incidents
                ),
                stops=stops_on_paper(dangers.get(stop.visit.merchant_id, ()), knowledge),
                companion=_with_phone(stop.visit.beside(route.technician_id), phones),
            )
            for place, stop in enumerate(route.stops, start=1)
        ),
    )


def _arrival(stop: RouteStop) -> int | None:
    """When one is at a stop: as agreed or planned, else as the way there and the work tell."""
    if stop.visit.start_minute is None and stop.visit.place is WorkPlace.SITE:
        return stop.arrive_minute
    return stop.visit.start_minute


def _with_phone(name: str, phones: Mapping[str, str]) -> str:
    return " ".join(filter(None, (name, phones.get(name, ""))))


def _tasks_of(
    session: Session, visit_ids: list[str], today: date
) -> dict[str, tuple[StopTask, ...]]:
    found: dict[str, dict[str, list[Occurrence]]] = {}
    query = stored_query().where(col(OccurrenceRow.visit_id).in_(visit_ids))
    for item in read_stored(session, query):
        found.setdefault(item.visit_id, {}).setdefault(item.plan_key, []).append(item)
    return {
        visit_id: tuple(
            StopTask(
                items[0].plan_name,
                tuple(dict.fromkeys(filter(None, (item.serial for item in items)))),
                any(item.state(today) is OccurrenceState.MISSED for item in items),
            )
            for items in plans.values()
        )
        for visit_id, plans in found.items()
    }


# --- compliance --------------------------------------------------------------------------------


def compliance_sheet(
    session: Session, wanted: ScheduleSelection, today: date, now: datetime
) -> ComplianceSheet:
    """The figures of a period by plan, area and technician, with the cases not on time."""
    plans = read_plans(session)
    names = {plan.key: plan.latest.contents.name for plan in plans}
    chosen = OccurrenceFilter(
        area=wanted.area, technician_id=wanted.technician_id, plan_key=wanted.plan_key
    )
    people = {p.code: p.name for p in read_technicians(session, everybody=True)}

    def groups(by: str) -> tuple[ComplianceFigures, ...]:
        view = compliance_view(session, today, wanted.since, wanted.until, by, chosen)
        return tuple(
            _figures(figures, _group_name(by, figures.key, names, people))
            for figures in view.groups
        )

    view = compliance_view(session, today, wanted.since, wanted.until, "plan", chosen)
    return ComplianceSheet(
        number="",
        made_at=now,
        since=wanted.since,
        until=wanted.until,
        total=_figures(view.total, LocalizedText()),
        scope=wanted.scope(plans),
        plans=groups("plan"),
        areas=groups("area"),
        technicians=groups("technician"),
        cases=tuple(_case(item, today) for item in view.not_on_time),
    )


def _group_name(
    by: str, key: str, plans: dict[str, LocalizedText], people: dict[str, str]
) -> LocalizedText:
    if by == "plan":
        return plans.get(key, LocalizedText.same(key))
    name = people.get(key, key) if by == "technician" else key
    return LocalizedText.same(name) if name else LocalizedText()


def _figures(found: Compliance, name: LocalizedText) -> ComplianceFigures:
    return ComplianceFigures(
        name=name,
        closed=found.closed,
        on_time=found.on_time,
        late=found.late,
        partial=found.partial,
        missed=found.missed + found.merged,
        skipped=found.skipped,
    )


def _case(item: Occurrence, today: date) -> LateDate:
    return LateDate(
        due_on=item.due_on,
        window_until=item.window_until,
        state=item.state(today),
        plan=item.plan_name,
        merchant=item.merchant_name,
        serial=item.serial,
        area=item.area,
        technician=item.technician or item.done_by,
        done_on=item.done_on,
        reason=item.reason,
    )
