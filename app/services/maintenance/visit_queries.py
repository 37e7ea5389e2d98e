"""How visits are read: the calendar's summaries, one visit with its tasks and what else is open at
the site."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from app.domain.dispatch.dispatches import WorkType
from app.domain.errors import NotFound
from app.domain.incidents.lifecycle import OPEN_STATES
from app.domain.maintenance.plans import WorkPlace
from app.domain.maintenance.visits import (
    FINISHED,
    IncidentNote,
    Visit,
    VisitAction,
    VisitEvent,
    VisitState,
    VisitSummary,
    allowed_actions,
)
from app.languages import NO_TEXT, LocalizedText
from app.services.core.context import chunks
from app.services.core.dispatches import waits_for_answer
from app.services.core.event_rows import event_columns, told_by
from app.services.maintenance.occurrence_queries import read_stored, stored_query
from app.services.maintenance.visit_summaries import summaries
from db.models.dispatch import VisitCompanionRow
from db.models.incident import IncidentRow
from db.models.maintenance import (
    AbsenceRow,
    OccurrenceRow,
    PlanRow,
    PlanVersionRow,
    VisitEventRow,
    VisitRow,
)
from db.models.register import (
    AreaRow,
    MerchantRow,
    PlacementRow,
    TechnicianRow,
    TerminalRow,
)
from db.queries import AREA, PLACED_NOW, merchant_of, technician_of
from db.together import Asked, send_ahead, together


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitFilter:
    """Which visits; empty fields do not restrict.  `states` is one of ``open``, ``missed``,
    ``done``, ``unassigned``, ``on_leave``."""

    area: str = ""
    technician_id: str = ""
    plan_key: str = ""
    states: str = ""
    merchant_id: str = ""
    places: tuple[WorkPlace, ...] = ()


STATE_GROUPS = ("open", "missed", "done", "unassigned", "on_leave")

COORDINATES = (
    sa.select(
        col(PlacementRow.merchant_id),
        sa.func.min(col(PlacementRow.address)).label("address"),
        sa.func.avg(col(PlacementRow.latitude)).label("latitude"),
        sa.func.avg(col(PlacementRow.longitude)).label("longitude"),
    )
    .where(PLACED_NOW)
    .group_by(col(PlacementRow.merchant_id))
    .subquery()
)
"""Where a merchant's terminals stand: an address, and the middle of their coordinates."""

_SECOND: Any = (
    sa.select(col(VisitCompanionRow.technician_id))
    .where(col(VisitCompanionRow.visit_id) == col(VisitRow.id))
    .correlate(VisitRow)
    .scalar_subquery()
)
ON_LEAVE: Any = sa.and_(
    col(VisitRow.state).not_in(FINISHED),
    sa.exists()
    .where(
        sa.or_(
            col(AbsenceRow.technician_id) == col(VisitRow.technician_id),
            col(AbsenceRow.technician_id) == _SECOND,
        ),
        col(AbsenceRow.first_on) <= col(VisitRow.planned_on),
        col(AbsenceRow.last_on) >= col(VisitRow.planned_on),
    )
    .correlate(VisitRow),
)
"""Whether an open visit stands on a day on which whoever has it, or comes along, is away."""

_COMPANION: Any = aliased(TechnicianRow)
"""The second person of a visit for two."""

_COLUMNS: tuple[Any, ...] = (
    col(VisitRow.id),
    col(VisitRow.version),
    col(VisitRow.number),
    col(VisitRow.state),
    col(VisitRow.place),
    col(VisitRow.planned_on),
    col(VisitRow.window_from),
    col(VisitRow.window_until),
    col(VisitRow.technician_id),
    col(TechnicianRow.name),
    col(TechnicianRow.code),
    col(VisitRow.merchant_id),
    col(MerchantRow.name),
    col(AreaRow.name),
    sa.func.coalesce(COORDINATES.c.address, col(MerchantRow.address)),
    sa.func.coalesce(COORDINATES.c.latitude, col(MerchantRow.latitude)),
    sa.func.coalesce(COORDINATES.c.longitude, col(MerchantRow.longitude)),
    col(VisitRow.minutes),
    col(VisitRow.day_order),
    col(VisitRow.start_minute),
    col(VisitRow.locked),
    col(VisitCompanionRow.technician_id),
    _COMPANION.name,
    col(VisitCompanionRow.day_order),
    ON_LEAVE.label("on_leave"),
    waits_for_answer(WorkType.VISIT, VisitRow.id, VisitRow.technician_id).label("newly_given"),
)


@functools.cache
def _query() -> Any:
    # Put together once: that takes longer than a small answer.
    return (
        sa.select(*_COLUMNS)
        .select_from(VisitRow)
        .outerjoin(*technician_of(VisitRow.technician_id))
        .outerjoin(VisitCompanionRow, col(VisitCompanionRow.visit_id) == col(VisitRow.id))
        .outerjoin(_COMPANION, _COMPANION.id == col(VisitCompanionRow.technician_id))
        .outerjoin(*merchant_of(VisitRow.merchant_id))
        .outerjoin(*AREA)
        .outerjoin(COORDINATES, COORDINATES.c.merchant_id == col(VisitRow.merchant_id))
    )


def visit_conditions(wanted: VisitFilter, today: date) -> list[Any]:
    """A filter as conditions; the area, or the companions, it names must be joined."""
    found: list[Any] = []
    for column, value in (
        (AreaRow.name, wanted.area),
        (VisitRow.merchant_id, wanted.merchant_id),
    ):
        if value:
            found.append(col(column) == value)
    if wanted.technician_id:
        found.append(
            sa.or_(
                col(VisitRow.technician_id) == wanted.technician_id,
                col(VisitCompanionRow.technician_id) == wanted.technician_id,
            )
        )
    if wanted.places:
        found.append(col(VisitRow.place).in_(wanted.places))
    if wanted.plan_key:
        found.append(
            sa.exists()
            .where(
                col(OccurrenceRow.visit_id) == col(VisitRow.id),
                col(OccurrenceRow.plan_id) == col(PlanRow.id),
                col(PlanRow.key) == wanted.plan_key,
            )
            .correlate(VisitRow)
        )
    finished = col(VisitRow.state).in_(FINISHED)
    groups = {
        "open": sa.not_(finished),
        "missed": sa.and_(sa.not_(finished), col(VisitRow.window_until) < today),
        "done": col(VisitRow.state).in_((VisitState.DONE, VisitState.PARTIAL)),
        "on_leave": ON_LEAVE,
        "unassigned": sa.and_(sa.not_(finished), col(VisitRow.technician_id).is_(None)),
    }
    if wanted.states:
        found.append(groups[wanted.states])
    else:
        found.append(col(VisitRow.state) != VisitState.CANCELLED)
    return found


def visits_between(
    session: Session, first: date, last: date, wanted: VisitFilter, today: date
) -> tuple[VisitSummary, ...]:
    """Visits planned between two days, by day, technician and order."""
    (found,) = visits_of_spans(session, today, (first, last, wanted))
    return found


def visits_of(session: Session, visit_ids: list[str]) -> tuple[VisitSummary, ...]:
    """These visits, by day, technician and order."""
    if not visit_ids:
        return ()
    return read_summaries(session, _query().where(col(VisitRow.id).in_(visit_ids)))


AGENDA_BACK = timedelta(days=120)


@dataclass(frozen=True, slots=True)
class Agenda:
    """Visits due today and overdue ones, the first of each, and how many there are."""

    due: tuple[VisitSummary, ...]
    overdue: tuple[VisitSummary, ...]
    due_count: int
    overdue_count: int


def read_agenda(session: Session, today: date, technician_id: str, limit: int) -> Agenda:
    """What a technician (or everybody) has to do now: today's visits, and those of the last months
    whose day has passed, oldest first."""
    wanted = VisitFilter(technician_id=technician_id, states="open")
    found = visits_between(session, today - AGENDA_BACK, today, wanted, today)
    late = tuple(visit for visit in found if visit.planned_on < today)
    due = tuple(visit for visit in found if visit.planned_on == today)
    return Agenda(due[:limit], late[:limit], len(due), len(late))


Follows = Callable[[Sequence[str]], Sequence[Asked]]


def visits_of_spans(
    session: Session,
    today: date,
    *spans: tuple[date, date, VisitFilter],
    follows: Follows | None = None,
) -> list[tuple[VisitSummary, ...]]:
    """As `visits_between` for each span, in as many questions as for one.  What else is to be
    asked about the visits of the first span, whose keys `follows` gets, goes with the last one."""
    found = together(
        session,
        *(
            (
                _in_order(
                    _query().where(planned_between(first, last), *visit_conditions(wanted, today))
                ),
                {},
            )
            for first, last, wanted in spans
        ),
    )
    if follows is not None:
        send_ahead(session, *follows([row[0] for row in found[0]]))
    return summaries(session, *found)


def read_summaries(session: Session, query: Any) -> tuple[VisitSummary, ...]:
    """The visits of a query, by day, technician and order."""
    return summaries(session, session.execute(_in_order(query)).all())[0]


def planned_between(first: date, last: date) -> Any:
    """Whether a visit is planned on one of these days."""
    return col(VisitRow.planned_on).between(first, last)


def _in_order(query: Any) -> Any:
    return query.order_by(
        col(VisitRow.planned_on),
        sa.func.coalesce(col(TechnicianRow.code), ""),
        sa.case((col(VisitRow.start_minute).is_(None), 1), else_=0),
        col(VisitRow.day_order),
        col(VisitRow.number),
    )


def read_summary(session: Session, visit_id: str) -> VisitSummary:
    """One visit as a summary.  Raises `NotFound`."""
    found = read_summaries(session, _query().where(col(VisitRow.id) == visit_id))
    if not found:
        raise NotFound("visit", visit_id)
    return found[0]


def read_visit(session: Session, visit_id: str) -> Visit:
    """Everything about one visit.  Raises `NotFound`."""
    summary = read_summary(session, visit_id)
    row = session.get(VisitRow, visit_id)
    assert row is not None
    contact = read_contacts(session, {summary.merchant_id}).get(summary.merchant_id, ("", ""))
    tasks = read_stored(session, stored_query().where(col(OccurrenceRow.visit_id) == visit_id))
    return Visit(
        summary=summary,
        contact_name=contact[0],
        contact_phone=contact[1],
        remark=row.remark,
        started_at=row.started_at,
        finished_at=row.finished_at,
        occurrences=tuple(tasks),
        incidents=incidents_at(session, {summary.merchant_id}).get(summary.merchant_id, ())
        if summary.merchant_id
        else (),
        events=_events(session, visit_id),
        actions=allowed_actions(summary.state, locked=summary.locked),
    )


def read_contacts(session: Session, merchant_ids: set[str]) -> dict[str, tuple[str, str]]:
    """Contact person and telephone number per merchant."""
    found: dict[str, tuple[str, str]] = {}
    for part in chunks(sorted(merchant_ids - {""})):
        rows = session.execute(
            sa.select(
                col(MerchantRow.id), col(MerchantRow.contact_name), col(MerchantRow.phone)
            ).where(col(MerchantRow.id).in_(part))
        )
        found |= {key: (name, phone) for key, name, phone in rows}
    return found


def incidents_at(session: Session, merchant_ids: set[str]) -> dict[str, tuple[IncidentNote, ...]]:
    """Open incidents per merchant: what a visit there can settle, too."""
    found: dict[str, list[IncidentNote]] = {}
    for part in chunks(sorted(merchant_ids - {""})):
        rows = session.execute(
            sa.select(
                col(IncidentRow.merchant_id),
                col(IncidentRow.id),
                col(IncidentRow.number),
                col(TerminalRow.serial),
                col(IncidentRow.symptom),
                col(IncidentRow.displayed_code),
                col(IncidentRow.visit_id),
            )
            .outerjoin(TerminalRow, col(TerminalRow.id) == col(IncidentRow.terminal_id))
            .where(col(IncidentRow.merchant_id).in_(part), col(IncidentRow.state).in_(OPEN_STATES))
            .order_by(col(IncidentRow.resolve_due_at), col(IncidentRow.id))
        )
        for merchant_id, key, number, serial, symptom, code, visit_id in rows:
            found.setdefault(merchant_id, []).append(
                IncidentNote(
                    id=key,
                    number=number,
                    serial=serial or "",
                    symptom=symptom,
                    displayed_code=code,
                    taken_along=bool(visit_id),
                )
            )
    return {merchant_id: tuple(notes) for merchant_id, notes in found.items()}


def _events(session: Session, visit_id: str) -> tuple[VisitEvent, ...]:
    rows = session.execute(
        sa.select(
            col(VisitEventRow.at),
            col(VisitEventRow.actor),
            col(VisitEventRow.action),
            *event_columns(VisitEventRow),
        )
        .where(col(VisitEventRow.visit_id) == visit_id)
        .order_by(col(VisitEventRow.at), col(VisitEventRow.id))
    )
    events = [
        VisitEvent(at=at, by=by, action=VisitAction(action), **told_by(told))
        for at, by, action, *told in rows
    ]
    plans = {e.reference.id for e in events if e.reference and e.reference.kind == "plan"}
    names = _plan_names(session, plans) if plans else {}
    return tuple(
        replace(event, said=names.get(event.reference.id, NO_TEXT)) if event.reference else event
        for event in events
    )


def _plan_names(session: Session, plan_ids: set[str]) -> dict[str, LocalizedText]:
    """What plans are called in their newest version."""
    rows = session.execute(
        sa.select(
            col(PlanVersionRow.plan_id), col(PlanVersionRow.name_zh), col(PlanVersionRow.name_en)
        )
        .where(col(PlanVersionRow.plan_id).in_(sorted(plan_ids)))
        .order_by(col(PlanVersionRow.number))
    )
    return {plan_id: LocalizedText(zh, en) for plan_id, zh, en in rows}
