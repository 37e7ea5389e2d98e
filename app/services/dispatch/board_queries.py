"""How the dispatch board is read: in as many queries for a thousand pieces of work as for one."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta, tzinfo
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col

from app.domain.dispatch.board import Board, BoardItem, people_of
from app.domain.dispatch.dispatches import (
    UNANSWERED,
    USUAL_MINUTES,
    Dispatch,
    DispatchState,
    WorkType,
)
from app.domain.errors import NotFound
from app.domain.faults import FaultClass
from app.domain.incidents.incidents import NEVER
from app.domain.incidents.lifecycle import BEFORE_WORK, OPEN_STATES, Priority
from app.domain.maintenance.travel import Spot
from app.domain.maintenance.visits import VisitState, VisitSummary
from app.services.core.dispatches import read_standing, standing_asked
from app.services.maintenance.placing_data import LONG_AGO, taking_time, workers_of
from app.services.maintenance.visit_queries import (
    COORDINATES,
    VisitFilter,
    read_summary,
    visits_of,
    visits_of_spans,
)
from app.services.maintenance.working_times import read_working_times, working_times_asked
from app.services.register.directory import read_technicians, technicians_asked
from db.models.dispatch import DispatchRow
from db.models.incident import IncidentRow
from db.models.maintenance import VisitRow
from db.models.register import AreaRow, MerchantRow, TechnicianRow
from db.queries import AREA, FAULT_CLASS, merchant_of, technician_of
from db.together import Asked, send_ahead, together

Zone = tzinfo | None
SOON = timedelta(days=14)
"""Within so many days everybody works again, holidays included."""


def read_board(
    session: Session,
    first: date,
    last: date,
    today: date,
    zone: Zone,
    technician_id: str = "",
) -> Board:
    """The work of everybody (or of one technician) in a span of days, and what waits for somebody;
    of work whose day has passed what is still to be done, when today lies in the span."""
    wanted = VisitFilter(states="open", technician_id=technician_id)
    whose: list[Any] = [col(IncidentRow.state).in_(OPEN_STATES)]
    if technician_id:
        whose.append(col(IncidentRow.technician_id) == technician_id)
    begin = min(first, today - LONG_AGO) if first <= today <= last else first
    start, end = min(first, today), max(last, today + SOON)
    # All of it travels together: a seat at a distance asks twice, not once for each.
    query = _incident_query(sa.and_(*whose))
    send_ahead(session, (query, {}), *technicians_asked(), *working_times_asked(start, end))
    incidents: Sequence[Any] = ()

    def about(visit_ids: Sequence[str]) -> list[Asked]:
        nonlocal incidents
        (incidents,) = together(session, (query, {}))
        return [
            *standing_asked(session, WorkType.INCIDENT, (row.id for row in incidents)),
            *standing_asked(session, WorkType.VISIT, visit_ids),
        ]

    taking = taking_time(start, end, today, technician_id)
    visits, others, done = visits_of_spans(
        session, today, (begin, last, wanted), *taking, follows=about
    )
    items = (*_incidents_of(session, zone, incidents), *_visits(session, visits))
    everybody, times = read_technicians(session), read_working_times(session, start, end)
    people = people_of(everybody, {technician_id, *(item.technician_id for item in items)})
    free = [p for p in everybody if technician_id in ("", p.id)]
    return Board(
        first=first,
        last=last,
        today=today,
        people=people,
        workers=workers_of(free, times, (*others, *done)),
        leave={person.id: times.leave(person.id, first, last) for person in people},
        rooms=times.capacities(people),
        items=items,
    )


def read_item(session: Session, work: WorkType, key: str, zone: Zone) -> BoardItem:
    """One piece of work.  Raises `NotFound`."""
    if work is WorkType.VISIT:
        return _visits(session, [read_summary(session, key)])[0]
    found = _incidents(session, zone, col(IncidentRow.id) == key)
    if not found:
        raise NotFound("incident", key)
    return found[0]


def read_numbered(session: Session, number: str, zone: Zone) -> BoardItem:
    """The incident or visit with a number.  Raises `NotFound`."""
    for work, row in ((WorkType.INCIDENT, IncidentRow), (WorkType.VISIT, VisitRow)):
        columns: Any = row
        key = session.execute(sa.select(columns.id).where(columns.number == number)).scalar()
        if key is not None:
            return read_item(session, work, str(key), zone)
    raise NotFound("incident", number)


def read_new(session: Session, technician_id: str, zone: Zone) -> tuple[BoardItem, ...]:
    """The work that was handed to a technician (or to anybody) and waits for an answer, oldest
    first."""
    given = sa.select(DispatchRow).where(
        col(DispatchRow.ended_at).is_(None), col(DispatchRow.state).in_(UNANSWERED)
    )
    if technician_id:
        given = given.where(col(DispatchRow.technician_id) == technician_id)
    rows = session.execute(given).scalars().all()
    incidents = [row.incident_id for row in rows if row.incident_id]
    visits = [row.visit_id for row in rows if row.visit_id]
    found = [
        item
        for item in (
            *_incidents(session, zone, col(IncidentRow.id).in_(incidents)),
            *_visits(session, visits_of(session, visits)),
        )
        if item.is_new
    ]
    return tuple(sorted(found, key=lambda item: (_given_at(item), item.number)))


def _given_at(item: BoardItem) -> datetime:
    assert item.dispatch is not None
    return item.dispatch.given_at


def _incidents(session: Session, zone: Zone, where: Any) -> list[BoardItem]:
    (rows,) = together(session, (_incident_query(where), {}))
    return _incidents_of(session, zone, rows)


def _incidents_of(session: Session, zone: Zone, rows: Sequence[Any]) -> list[BoardItem]:
    given = read_standing(session, WorkType.INCIDENT, (row.id for row in rows))
    return [_incident(row, given.get(row.id), zone) for row in rows]


def _incident_query(where: Any) -> Any:
    return (
        _all_incidents().where(where).order_by(col(IncidentRow.resolve_due_at), col(IncidentRow.id))
    )


@functools.cache
def _all_incidents() -> Any:
    # Put together once: that takes longer than a small answer.
    return (
        sa.select(
            col(IncidentRow.id),
            col(IncidentRow.number),
            col(IncidentRow.state),
            col(IncidentRow.priority),
            col(IncidentRow.symptom),
            col(IncidentRow.displayed_code),
            col(IncidentRow.tid),
            col(IncidentRow.promised_at),
            col(IncidentRow.resolve_due_at),
            col(IncidentRow.technician_id),
            FAULT_CLASS.label("fault_class"),
            col(TechnicianRow.name).label("technician"),
            col(MerchantRow.name).label("merchant"),
            col(AreaRow.name).label("area"),
            sa.func.coalesce(COORDINATES.c.latitude, col(MerchantRow.latitude)).label("lat"),
            sa.func.coalesce(COORDINATES.c.longitude, col(MerchantRow.longitude)).label("lon"),
        )
        .select_from(IncidentRow)
        .outerjoin(*technician_of(IncidentRow.technician_id))
        .outerjoin(*merchant_of(IncidentRow.merchant_id))
        .outerjoin(*AREA)
        .outerjoin(COORDINATES, COORDINATES.c.merchant_id == col(IncidentRow.merchant_id))
    )


def _incident(row: Any, given: Dispatch | None, zone: Zone) -> BoardItem:
    due_at: datetime | None = row.promised_at or row.resolve_due_at
    fault_class = FaultClass(row.fault_class) if row.fault_class else None
    given = _still(given, row.technician_id)
    return BoardItem(
        type=WorkType.INCIDENT,
        id=row.id,
        number=row.number,
        title=row.merchant or row.tid or "",
        detail=row.displayed_code or row.symptom,
        area=row.area or "",
        spot=Spot(row.lat, row.lon, row.area or ""),
        minutes=USUAL_MINUTES[fault_class],
        technician_id=row.technician_id or "",
        technician=row.technician or "",
        day=given.planned_on if given and row.technician_id else None,
        due_on=(due_at or NEVER).astimezone(zone).date(),
        due_at=due_at,
        priority=Priority(row.priority),
        fault_class=fault_class,
        begun=row.state not in BEFORE_WORK,
        dispatch=given,
    )


def _visits(session: Session, visits: Iterable[VisitSummary]) -> list[BoardItem]:
    found = list(visits)
    given = read_standing(session, WorkType.VISIT, (visit.id for visit in found))
    return [_visit(visit, given.get(visit.id)) for visit in found]


def _visit(visit: VisitSummary, given: Dispatch | None) -> BoardItem:
    return BoardItem(
        type=WorkType.VISIT,
        id=visit.id,
        number=visit.number,
        title=visit.merchant_name,
        detail="",
        area=visit.area,
        spot=Spot(visit.latitude, visit.longitude, visit.area),
        minutes=visit.minutes,
        technician_id=visit.technician_id,
        technician=visit.technician,
        day=visit.planned_on,
        due_on=visit.window_until,
        opens_on=visit.window_from,
        place=visit.place,
        begun=visit.state is not VisitState.PLANNED,
        locked=visit.locked,
        order=visit.order,
        tasks=visit.tasks,
        dispatch=_still(given, visit.technician_id),
    )


def _still(given: Dispatch | None, technician_id: str | None) -> Dispatch | None:
    """What stands about work, unless it went on by a decision about many: a leave, levelling."""
    if given is None or given.state is DispatchState.REFUSED:
        return given if not technician_id else None
    return given if given.technician_id == technician_id else None
