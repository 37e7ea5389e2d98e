"""What the page shows of a period, read by a worker; widgets do not read."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from app.domain.campaigns.campaigns import CampaignTask
from app.domain.documents import Signature, SignerRole
from app.domain.incidents.terminal_stops import OpenStop
from app.domain.maintenance.compliance import Compliance
from app.domain.maintenance.occurrences import Occurrence
from app.domain.maintenance.plans import Contents, Plan
from app.domain.maintenance.recurrence import Due
from app.domain.maintenance.visits import (
    DayVisits,
    Visit,
    VisitStanding,
    VisitState,
    VisitSummary,
)
from app.domain.maintenance.workload_figures import DayLoad
from app.domain.people.rights import Refusal
from app.domain.register.people import Technician
from app.services.core.one_moment import one_moment
from app.services.core.rights import why_not
from app.services.maintenance.visit_queries import VisitFilter

if TYPE_CHECKING:
    from app.services import Services
    from app.services.maintenance.working_times import Absence

LANE_DAYS = 14
COMPLIANCE_DAYS = 90


class ViewMode(StrEnum):
    """The ways to look at a period."""

    MONTH = "month"
    WEEK = "week"
    LANES = "lanes"
    LIST = "list"


@dataclass(frozen=True, slots=True, kw_only=True)
class ScheduleQuery:
    """What is to be shown: a way of looking, a day of the period, and filters."""

    mode: ViewMode
    day: date
    area: str = ""
    technician_id: str = ""
    plan_key: str = ""
    states: str = ""

    @property
    def span(self) -> tuple[date, date]:
        """First and last day in sight; whole weeks in a calendar."""
        monday = self.day - timedelta(days=self.day.weekday())
        if self.mode is ViewMode.WEEK:
            return monday, monday + timedelta(days=6)
        if self.mode is ViewMode.LANES:
            return monday, monday + timedelta(days=LANE_DAYS - 1)
        first = self.day.replace(day=1)
        last = first.replace(day=monthrange(first.year, first.month)[1])
        if self.mode is ViewMode.LIST:
            return first, last
        return first - timedelta(days=first.weekday()), last + timedelta(days=6 - last.weekday())

    def stepped(self, by: int) -> ScheduleQuery:
        """The period before (-1) or after (1)."""
        if self.mode in (ViewMode.WEEK, ViewMode.LANES):
            return replace(self, day=self.day + timedelta(days=7 * by))
        months = self.day.year * 12 + self.day.month - 1 + by
        return replace(self, day=date(months // 12, months % 12 + 1, 1))

    @property
    def filter(self) -> VisitFilter:
        """The filters as the service takes them."""
        return VisitFilter(
            area=self.area,
            technician_id=self.technician_id,
            plan_key=self.plan_key,
            states=self.states,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class PeriodView:
    """A period: its visits (a month: counted by day), what the rules name beyond the visits made,
    days off, people."""

    wanted: ScheduleQuery
    today: date
    visits: tuple[VisitSummary, ...]
    counted: tuple[DayVisits, ...]
    people: tuple[Technician, ...]
    areas: tuple[str, ...]
    plans: tuple[Plan, ...]
    forecast: dict[date, int] = field(default_factory=dict)
    off: frozenset[date] = frozenset()
    holidays: dict[date, str] = field(default_factory=dict)
    unknown_years: tuple[int, ...] = ()
    capacity: dict[str, dict[date, int]] = field(default_factory=dict)
    loads: dict[tuple[str, date], DayLoad] = field(default_factory=dict)
    """What the days of the lanes hold, driving and parking included, whatever the filters."""
    absences: tuple[Absence, ...] = ()

    @property
    def standings(self) -> Iterator[tuple[VisitStanding, int]]:
        """How visits stand, each with how many there are."""
        yield from ((visit, 1) for visit in self.visits)
        yield from ((alike, len(alike.ids)) for alike in self.counted)

    def away(self, day: date) -> tuple[Absence, ...]:
        """Who is on leave on a day."""
        return tuple(a for a in self.absences if a.first_on <= day <= a.last_on)

    @property
    def days(self) -> tuple[date, ...]:
        """Every day in sight."""
        first, last = self.wanted.span
        return tuple(first + timedelta(days=n) for n in range((last - first).days + 1))


@dataclass(frozen=True, slots=True, kw_only=True)
class SideView:
    """The side panel: compliance of the last months, the rule of the chosen plan."""

    compliance: tuple[Compliance, ...]
    first: date
    last: date
    contents: Contents | None = None
    dates: tuple[Due, ...] = ()
    example: str = ""
    unknown_years: tuple[int, ...] = ()


@one_moment
def gather(services: Services, wanted: ScheduleQuery) -> PeriodView:
    """Everything about a period."""
    first, last = wanted.span
    calendar = services.work_days.calendar()
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    month, lanes = wanted.mode is ViewMode.MONTH, wanted.mode is ViewMode.LANES
    return PeriodView(
        wanted=wanted,
        today=services.context.today(),
        visits=() if month else services.visits.between(first, last, wanted.filter),
        counted=services.visits.by_day(first, last, wanted.filter) if month else (),
        people=tuple(p for p in services.directory.technicians() if p.fieldwork),
        areas=services.terminals.choices().areas,
        plans=services.plans.listed(),
        forecast=_forecast(services, wanted),
        off=frozenset(day for day in days if not calendar.is_workday(day.toordinal())),
        holidays={day: name for day in days if (name := calendar.holiday(day))},
        unknown_years=calendar.unknown_years(first, last),
        capacity=services.work_days.capacities(first, last) if lanes else {},
        loads={(i.technician_id, i.day): i for i in services.balancing.loads(first, last)}
        if lanes
        else {},
        absences=services.work_days.absences(first, last),
    )


def _forecast(services: Services, wanted: ScheduleQuery) -> dict[date, int]:
    """What the rules name after the last day visits were made for; filters by place or person do
    not know of it, as nobody was chosen yet."""
    if wanted.area or wanted.technician_id or wanted.states:
        return {}
    first, last = wanted.span
    run = next((run for run in services.generation.runs(5) if not run.undone), None)
    begin = max(first, run.last + timedelta(days=1) if run else services.context.today())
    if begin > last:
        return {}
    found = services.plans.forecast(begin, last).days
    counts = {
        day: sum(n for key, n in plans.items() if wanted.plan_key in ("", key))
        for day, plans in found.items()
    }
    return {day: count for day, count in counts.items() if count}


@one_moment
def gather_side(services: Services, wanted: ScheduleQuery) -> SideView:
    """Read the data of the side panel."""
    from app.services.maintenance.occurrence_queries import OccurrenceFilter

    today = services.context.today()
    first = today - timedelta(days=COMPLIANCE_DAYS - 1)
    chosen = OccurrenceFilter(
        area=wanted.area, technician_id=wanted.technician_id, plan_key=wanted.plan_key
    )
    groups = services.compliance.view(first, today, "plan", chosen).groups
    if not wanted.plan_key:
        return SideView(compliance=groups, first=first, last=today)
    from app.domain.maintenance.plan_drafts import draft_of_plan

    plan = services.plans.get(wanted.plan_key)
    shown = services.plans.preview(draft_of_plan(plan.key, plan.at(today).contents))
    return SideView(
        compliance=groups,
        first=first,
        last=today,
        contents=shown.contents,
        dates=shown.dates,
        example=shown.example,
        unknown_years=shown.unknown_years,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitView:
    """A visit with what else could be done while one is there."""

    visit: Visit
    today: date
    due_here: tuple[Occurrence, ...] = ()
    campaign_tasks: tuple[CampaignTask, ...] = ()
    stops: tuple[OpenStop, ...] = ()
    """Safety stops of terminals of the shop, while the visit is still to be made."""
    refused: Mapping[str, Refusal] = field(default_factory=dict)
    """Kinds of operations the person may not do here, and why."""

    signatures: Mapping[SignerRole, Signature] = field(default_factory=dict)
    contents: tuple[str, ...] = ()
    """The hashes that stand for what is to be signed, of what would be signed now first; empty
    while there is nothing to sign."""

    @property
    def signable(self) -> str:
        """The hash of what would be signed now."""
        return self.contents[0] if self.contents else ""

    def signed(self, known: Signature) -> str:
        """The hash a signature is compared with: its own where it stands for what is there."""
        return known.content_sha256 if known.content_sha256 in self.contents else self.signable


@one_moment
def read_visit(services: Services, visit_id: str) -> VisitView:
    """A visit with what else could be done there."""
    visits = services.visits
    visit = visits.get(visit_id)
    here = visit.summary.merchant_id
    mine = {item.id for item in visit.occurrences}
    due = visits.due_here(here) if here and visit.actions else ()
    also = tuple(item for item in due if item.id not in mine or not item.id)
    signatures: Mapping[SignerRole, Signature] = {}
    contents: tuple[str, ...] = ()
    if visit.summary.state in _SIGNED_AFTER and visit.occurrences:
        signatures = services.signatures.of_visit(visit_id)
        contents = services.reporting.contents_of_visit(visit_id)
    refused = _refused(services, visit)
    return VisitView(
        visit=visit,
        today=services.context.today(),
        due_here=also,
        campaign_tasks=services.campaigns.tasks_at(here) if here and visit.actions else (),
        stops=services.terminal_stops.at_shop(here) if here and visit.actions else (),
        refused=refused,
        signatures=signatures,
        contents=contents,
    )


_SIGNED_AFTER = frozenset({VisitState.IN_PROGRESS, VisitState.DONE, VisitState.PARTIAL})
"""States of a visit at which something was checked, to be signed for."""


def _refused(services: Services, visit: Visit) -> dict[str, Refusal]:
    kinds = ("visit.schedule", "visit.start", "visit.finish", "visit.cancel")
    found = why_not(services.context, kinds, visit.summary.id)
    task = next((item.id for item in visit.occurrences if item.id), "")
    return found | why_not(services.context, ("occurrence.skip",), task)
