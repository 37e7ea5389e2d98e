"""What levelling, leave and day loads stand on: open visits on site as stops, people with the
minutes of each day that are free for them, and what comes first when not everything fits."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import zip_longest
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col

from app.domain.errors import Conflict
from app.domain.incidents.lifecycle import OPEN_STATES, URGENT
from app.domain.maintenance.checklist_lines import SERIAL_KINDS
from app.domain.maintenance.occurrences import OccurrenceOutcome
from app.domain.maintenance.planned_stops import Importance, PlannedStop, Worker
from app.domain.maintenance.plans import WorkPlace
from app.domain.maintenance.travel import Spot
from app.domain.maintenance.visits import FINISHED, GRACE_DAYS, VisitState, VisitSummary
from app.domain.register.areas import AreaTree
from app.domain.register.people import Technician
from app.services.core.context import chunks
from app.services.maintenance.incident_times import repair_minutes
from app.services.maintenance.site_facts import SiteFacts, read_fleet, read_site_facts
from app.services.maintenance.visit_queries import (
    VisitFilter,
    visits_between,
    visits_of_spans,
)
from app.services.maintenance.working_times import (
    WorkingTimes,
    read_working_times,
    working_times_asked,
)
from app.services.register.areas import read_area_tree
from app.services.register.directory import read_technicians, technicians_asked
from db.models.incident import IncidentRow
from db.models.maintenance import (
    ChecklistLineRow,
    ChecklistRow,
    OccurrenceRow,
    PlanVersionRow,
    VisitRow,
)
from db.models.register import AreaRow, TechnicianRow
from db.queries import AREA, merchant_of
from db.together import send_ahead

LONG_AGO = timedelta(days=3650)
_NO_TREE = AreaTree({})
_NO_REPAIRS: Mapping[tuple[str, date], int] = {}


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacingData:
    """The open visits on site of a period (from today on: those whose day has passed, too), and
    the people who work in it.

    `fixed` are visits that are not moved: locked, begun, or of another area than asked for.
    """

    first: date
    last: date
    visits: tuple[VisitSummary, ...]
    fixed: frozenset[str]
    workers: tuple[Worker, ...]
    importance: Mapping[str, Importance]
    facts: SiteFacts = field(default_factory=SiteFacts)
    pool: int = 0
    """Vehicles that are shared."""

    @property
    def stops(self) -> list[PlannedStop]:
        """The visits as the board takes them."""
        return [self.stop_of(visit) for visit in self.visits]

    def stop_of(self, visit: VisitSummary) -> PlannedStop:
        """A visit as the board takes it."""
        opens, closes = visit.window
        if closes < self.first:
            # Late already: wanted within days, and said to be late.
            opens, closes = self.first, self.first + timedelta(days=GRACE_DAYS)
        return PlannedStop(
            visit_id=visit.id,
            spot=Spot(visit.latitude, visit.longitude, visit.area),
            minutes=visit.minutes,
            window_from=max(opens, self.first),
            window_until=min(closes, self.last),
            planned_on=visit.planned_on,
            technician_id=visit.technician_id,
            locked=visit.id in self.fixed,
            importance=self.importance.get(visit.id, Importance.ORDINARY),
            late_after=visit.window_until,
            order=visit.order,
            agreed_minute=visit.start_minute if visit.locked else None,
            keeper=self.facts.keepers.get(visit.merchant_id, ""),
            hours=self.facts.hours_of(visit.merchant_id),
            needs=self.facts.needs_of(visit),
            companion_id=visit.companion_id,
            companion_order=visit.companion_order,
        )


def read_ground(
    session: Session,
    first: date,
    last: date,
    today: date,
    area: str = "",
    also: Sequence[VisitSummary] = (),
) -> PlacingData:
    """The ground of a period that does not begin before today; `area` says whose visits may
    move.  What `also` is to be placed may lie outside the period."""
    wanted = VisitFilter(states="open", places=(WorkPlace.SITE,))
    found = visits_between(session, first, last, wanted, today)
    if first == today:
        late = VisitFilter(states="open", places=(WorkPlace.SITE,), area=area)
        passed = visits_between(session, today - LONG_AGO, today - timedelta(days=1), late, today)
        found = (*passed, *found)
    fixed = frozenset(
        visit.id
        for visit in found
        if visit.locked or visit.state is not VisitState.PLANNED or (area and visit.area != area)
    )
    begin = min([first, *(visit.planned_on for visit in found)])
    return PlacingData(
        first=first,
        last=last,
        visits=found,
        fixed=fixed,
        workers=read_workers(session, begin, last, today),
        importance=_importance(session, found, first),
        facts=read_site_facts(session, (*found, *also)),
        pool=read_fleet(session).pool,
    )


def read_workers(
    session: Session, first: date, last: date, today: date, technician_id: str = ""
) -> tuple[Worker, ...]:
    """The technicians (or only one), with the minutes of each day that are left for visits on site:
    working days without leave, less what else they have on them and what they did today."""
    send_ahead(session, *technicians_asked(), *working_times_asked(first, last))
    others, done = visits_of_spans(session, today, *taking_time(first, last, today, technician_id))
    return workers_of(
        (p for p in read_technicians(session) if technician_id in ("", p.id)),
        read_working_times(session, first, last),
        (*others, *done),
        own=read_fleet(session).own,
        tree=read_area_tree(session),
        repairs=repair_minutes(session, first, last),
    )


def taking_time(
    first: date, last: date, today: date, technician_id: str = ""
) -> tuple[tuple[date, date, VisitFilter], ...]:
    """Which visits take minutes of the days of technicians (or only of one) beside those on site
    that are to be placed: open ones elsewhere, and what was done today."""
    elsewhere = VisitFilter(
        states="open",
        places=(WorkPlace.REMOTE, WorkPlace.OFFICE),
        technician_id=technician_id,
    )
    ended = VisitFilter(states="done", technician_id=technician_id)
    return (first, last, elsewhere), (today, today, ended)


def workers_of(
    technicians: Iterable[Technician],
    times: WorkingTimes,
    taking: Iterable[VisitSummary],
    own: frozenset[str] = frozenset(),
    tree: AreaTree = _NO_TREE,
    repairs: Mapping[tuple[str, date], int] = _NO_REPAIRS,
) -> tuple[Worker, ...]:
    """Those who go on visits, with the minutes of each day the visits `taking` and the `repairs`
    leave them; `own` are those with a vehicle.  Who
    serves an area serves those inside it (`tree`)."""
    people = [p for p in technicians if p.fieldwork]
    days = times.capacities(people)
    taken = dict(repairs)
    for visit in taking:
        key = visit.technician_id, visit.planned_on
        taken[key] = taken.get(key, 0) + visit.minutes
    return tuple(
        Worker(
            id=p.id,
            days={
                day: max(0, room - taken.get((p.id, day), 0)) for day, room in days[p.id].items()
            },
            areas=tree.within(p.areas),
            home=Spot(p.latitude, p.longitude),
            skills=frozenset(p.skills),
            vehicle=p.id in own,
        )
        for p in people
    )


def _importance(
    session: Session, visits: Iterable[VisitSummary], first: date
) -> dict[str, Importance]:
    found: dict[str, Importance] = {}
    ids = [visit.id for visit in visits]
    for part in chunks(ids):
        found |= dict.fromkeys(session.execute(_urgent(part)).scalars(), Importance.PRIORITY)
        found |= dict.fromkeys(session.execute(_inspections(part)).scalars(), Importance.INSPECTION)
    late = (visit.id for visit in visits if visit.window_until < first)
    return found | dict.fromkeys(late, Importance.OVERDUE)


def _urgent(visit_ids: list[str]) -> Any:
    """Visits that take along an urgent incident."""
    return sa.select(col(IncidentRow.visit_id)).where(
        col(IncidentRow.visit_id).in_(visit_ids),
        col(IncidentRow.state).in_(OPEN_STATES),
        col(IncidentRow.priority).in_(URGENT),
    )


def _inspections(visit_ids: list[str]) -> Any:
    """Visits with an inspection to be proved: before use (a gate), or one whose checklist compares
    the serial number (PCI DSS 9.5.1.2)."""
    compares = (
        sa.select(col(ChecklistRow.key))
        .join(ChecklistLineRow, col(ChecklistLineRow.checklist_id) == col(ChecklistRow.id))
        .where(col(ChecklistLineRow.kind).in_(SERIAL_KINDS))
    )
    return (
        sa.select(col(OccurrenceRow.visit_id))
        .join(PlanVersionRow, col(PlanVersionRow.id) == col(OccurrenceRow.version_id))
        .where(
            col(OccurrenceRow.visit_id).in_(visit_ids),
            col(OccurrenceRow.outcome) == OccurrenceOutcome.OPEN,
            sa.or_(col(PlanVersionRow.gate).is_(True), col(PlanVersionRow.checklist).in_(compares)),
        )
    )


def check_unchanged(session: Session, ground: PlacingData, today: date, area: str) -> None:
    """Raises `Conflict` when a visit of the ground was changed, came or went since it was read, or
    somebody's working time did: what was promised would not be what is written."""
    query: Any = (
        sa.select(col(VisitRow.id), col(VisitRow.version), col(VisitRow.number))
        .outerjoin(*merchant_of(VisitRow.merchant_id))
        .outerjoin(*AREA)
        .where(
            col(VisitRow.place) == WorkPlace.SITE,
            col(VisitRow.state).not_in(FINISHED),
            col(VisitRow.planned_on).between(_earliest(ground, today), ground.last),
        )
    )
    if area:
        query = query.where(
            sa.or_(col(VisitRow.planned_on) >= ground.first, col(AreaRow.name) == area)
        )
    now = {key: (version, number) for key, version, number in session.execute(query)}
    was = {visit.id: (visit.version, visit.number) for visit in ground.visits}
    for _key, (_version, number) in sorted(now.items() ^ was.items()):
        raise Conflict("visit", number)
    begin = min([ground.first, *(visit.planned_on for visit in ground.visits)])
    workers = read_workers(session, begin, ground.last, today)
    for worker, before in zip_longest(workers, ground.workers):
        if worker != before:
            raise Conflict("technician", _name(session, (worker or before).id))


def _earliest(ground: PlacingData, today: date) -> date:
    return today - LONG_AGO if ground.first == today else ground.first


def _name(session: Session, technician_id: str) -> str:
    person = session.get(TechnicianRow, technician_id)
    return person.name if person else technician_id
