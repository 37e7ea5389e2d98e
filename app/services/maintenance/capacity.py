"""Whether the people there are can do what the plans ask for, before anything is generated: the
visits there are, those the plans will need, and the working days of everybody."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col

from app.domain.errors import InvalidInput
from app.domain.maintenance.capacity import (
    AREAS_NAMED,
    Capacity,
    NeededTask,
    NeededVisit,
    weigh,
)
from app.domain.maintenance.occurrences import Occurrence, OccurrenceOutcome
from app.domain.maintenance.plan_drafts import PlanDraft, check_plan
from app.domain.maintenance.plans import Plan, PlanVersion, WorkPlace
from app.domain.maintenance.travel import Spot
from app.domain.maintenance.visits import FINISHED, group, live_window
from app.services.core.context import ServiceContext
from app.services.maintenance.due_dates import DueDates
from app.services.maintenance.incident_times import repair_minutes
from app.services.maintenance.missing_rows import sort_out
from app.services.maintenance.occurrence_queries import without_included
from app.services.maintenance.placing_data import workers_of
from app.services.maintenance.plan_queries import read_plans, registered
from app.services.maintenance.working_times import read_working_times
from app.services.register.areas import read_area_tree
from app.services.register.directory import read_technicians
from db.models.maintenance import OccurrenceRow, PlanRow, PlanVersionRow, VisitRow
from db.models.register import AreaRow
from db.queries import AREA, merchant_of

MONTHS = 12


@dataclass(frozen=True, slots=True)
class CapacityView:
    """Hours against hours for a period, with the names of the plans."""

    first: date
    last: date
    capacity: Capacity
    names: dict[str, Any]
    """The name of each plan (`LocalizedText`), by its key."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanChange:
    """Plans that would be added or changed, and those that would go; what is asked about before
    it is done."""

    drafts: tuple[PlanDraft, ...] = ()
    without: tuple[str, ...] = ()


AS_IT_IS = PlanChange()


class CapacityBook:
    """Use cases of capacity."""

    def __init__(self, context: ServiceContext) -> None:
        self._context = context

    def view(
        self,
        change: PlanChange = AS_IT_IS,
        months: int = MONTHS,
        progress: Callable[[int, int], None] = lambda done, total: None,
    ) -> CapacityView:
        """Hours needed against hours there are from today to the end of the last month, as the
        plans are or as they would be.  Nothing is written.  Raises `InvalidInput`."""
        today = self._context.today()
        starts = _month_starts(today, months)
        last = _month_starts(today, months + 1)[-1] - timedelta(days=1)
        with self._context.read() as session:
            plans = _plans(session, change, today)
            progress(1, 4)
            due_dates = DueDates(session, today, plans)
            changed = {draft.key for draft in change.drafts} | set(change.without)
            standing = _standing(session, today, last, changed)
            fresh = _fresh(session, due_dates, today, last)
            progress(2, 4)
            spots = _spots(due_dates)
            workers = workers_of(
                read_technicians(session),
                read_working_times(session, today, last),
                (),
                tree=read_area_tree(session),
                repairs=repair_minutes(session, today, last),
            )
        visits = _visits(standing, fresh, due_dates, spots)
        progress(3, 4)
        found = weigh(visits, workers, starts)
        progress(4, 4)
        names = {plan.key: plan.latest.contents.name for plan in plans}
        return CapacityView(today, last, found, names)


def refuse_short(found: CapacityView, key: str) -> None:
    """Raises `InvalidInput` that says where people are missing with a plan, and what it adds; what
    was seen may be saved all the same."""
    worst = found.capacity.worst
    mine = next((cost for cost in found.capacity.plans if cost.plan == key), None)
    if worst is None or mine is None:
        return
    if worst.needed <= worst.available:
        raise InvalidInput.of(
            "minutes",
            "capacity.short_areas",
            areas=", ".join(area or "–" for area in list(found.capacity.short_areas)[:AREAS_NAMED]),
            hours=round(mine.minutes / 60),
        )
    raise InvalidInput.of(
        "minutes",
        "capacity.short",
        month=worst.month.strftime("%Y-%m"),
        needed=worst.people_needed,
        people=worst.people,
        hours=round(mine.minutes / 60),
    )


def _month_starts(first: date, count: int) -> list[date]:
    found = [first.replace(day=1)]
    while len(found) < count:
        found.append((found[-1] + timedelta(days=32)).replace(day=1))
    return found


def _plans(session: Session, change: PlanChange, today: date) -> tuple[Plan, ...]:
    """The active plans as they would be."""
    known = {plan.key: plan for plan in read_plans(session, everything=False)}
    for draft in change.drafts:
        contents = registered(session, check_plan(draft))
        was = known.get(draft.key)
        version = PlanVersion("", 1, min(contents.starts_on, today), contents, None)
        plan_id = was.id if was is not None else draft.key
        known[draft.key] = Plan(plan_id, 0, draft.key, True, (version,))
    return tuple(plan for key, plan in known.items() if key not in change.without)


@dataclass(frozen=True, slots=True)
class _Standing:
    """A visit that stands, with its open tasks."""

    visit: Any
    tasks: list[NeededTask]


def _standing(session: Session, today: date, last: date, changed: set[str]) -> dict[str, _Standing]:
    """The open visits whose window closes by then (what is late counts now), without the tasks of
    plans that would change."""
    rows = session.execute(
        sa.select(
            col(VisitRow.id),
            col(VisitRow.merchant_id),
            col(VisitRow.place),
            col(VisitRow.state),
            col(VisitRow.planned_on),
            col(VisitRow.window_until),
            sa.func.coalesce(col(AreaRow.name), "").label("area"),
        )
        .outerjoin(*merchant_of(VisitRow.merchant_id))
        .outerjoin(*AREA)
        .where(col(VisitRow.state).not_in(FINISHED), col(VisitRow.window_until) <= last)
    )
    found = {row.id: _Standing(row, []) for row in rows}
    tasks = session.execute(
        sa.select(
            col(OccurrenceRow.visit_id),
            col(PlanRow.key),
            col(PlanVersionRow.minutes),
            col(OccurrenceRow.n),
        )
        .join(PlanRow, col(PlanRow.id) == col(OccurrenceRow.plan_id))
        .join(PlanVersionRow, col(PlanVersionRow.id) == col(OccurrenceRow.version_id))
        .where(
            col(OccurrenceRow.outcome) == OccurrenceOutcome.OPEN,
            col(OccurrenceRow.visit_id).is_not(None),
        )
    )
    for visit_id, key, minutes, n in tasks:
        if visit_id in found and key not in changed:
            found[visit_id].tasks.append(NeededTask(key, minutes, bool(n % 2)))
    return {key: item for key, item in found.items() if item.tasks}


def _fresh(session: Session, due_dates: DueDates, today: date, last: date) -> list[Occurrence]:
    """The dates that have no visit yet."""
    slots = due_dates.slots(today, last, overdue=True)
    found = sort_out(session, slots, (today, last), today, exact=True)
    left = without_included(session, due_dates, found.slots).left
    return [slot.occurrence() for slot in left]


def _spots(due_dates: DueDates) -> dict[str, Spot]:
    """Where the sites are."""
    found: dict[str, Spot] = {}
    for subjects in due_dates.subjects.values():
        for subject in subjects:
            if subject.site not in found and subject.latitude is not None:
                found[subject.site] = Spot(subject.latitude, subject.longitude, subject.area)
    return found


def _visits(
    standing: dict[str, _Standing],
    fresh: Iterable[Occurrence],
    due_dates: DueDates,
    spots: dict[str, Spot],
) -> list[NeededVisit]:
    """Dates join a visit that stands at their site where their window allows, as they will when
    they are generated; the rest make the fewest new ones."""
    today = due_dates.today
    planned: dict[tuple[str, str], list[_Standing]] = {}
    for item in standing.values():
        if item.visit.state == "planned" and item.visit.planned_on >= today:
            key = (item.visit.merchant_id or "", item.visit.place)
            planned.setdefault(key, []).append(item)
    loose = []
    for date_ in fresh:
        opens, closes = live_window(date_, today)
        for item in planned.get((date_.merchant_id or date_.subject, date_.place), ()):
            if opens <= item.visit.planned_on <= closes:
                item.tasks.append(_task(date_))
                break
        else:
            loose.append(date_)

    def visit(
        closes: date, area: str, site: str, place: str, tasks: list[NeededTask]
    ) -> NeededVisit:
        return NeededVisit(
            month=max(closes, today).replace(day=1),
            area=area,
            site=site,
            place=WorkPlace(place),
            spot=spots.get(site, Spot(None, None, area)),
            tasks=tuple(tasks),
        )

    found = [
        visit(
            item.visit.window_until,
            item.visit.area,
            item.visit.merchant_id or "",
            item.visit.place,
            item.tasks,
        )
        for item in standing.values()
    ]
    for made in group(loose, today, lambda day: due_dates.calendar.is_workday(day.toordinal())):
        tasks = [_task(item) for item in made.occurrences]
        area = made.occurrences[0].area
        found.append(visit(made.window_until, area, made.site, made.place, tasks))
    return found


def _task(item: Occurrence) -> NeededTask:
    return NeededTask(item.plan_key, item.minutes, bool(item.n % 2))
