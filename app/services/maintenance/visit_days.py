"""The visits of a month, counted by day: what a calendar shows of a large estate."""

from __future__ import annotations

from datetime import date

import sqlalchemy as sa
from sqlmodel import Session, col

from app.domain.dispatch.dispatches import WorkType
from app.domain.maintenance.plans import WorkPlace
from app.domain.maintenance.visits import DayVisits, VisitState
from app.services.core.dispatches import waits_for_answer
from app.services.maintenance.visit_queries import (
    ON_LEAVE,
    VisitFilter,
    planned_between,
    visit_conditions,
)
from db.models.dispatch import VisitCompanionRow
from db.models.maintenance import VisitRow
from db.models.register import TechnicianRow
from db.queries import AREA, merchant_of, technician_of


def read_days(
    session: Session, first: date, last: date, wanted: VisitFilter, today: date
) -> tuple[DayVisits, ...]:
    """The visits planned between two days by what a month shows of them, by day and technician:
    the database counts them, as a month of a large estate holds some ten thousand."""
    until = col(VisitRow.window_until)
    query = (
        sa.select(
            col(VisitRow.planned_on),
            col(VisitRow.technician_id),
            col(TechnicianRow.name).label("technician"),
            col(VisitRow.place),
            col(VisitRow.state),
            ON_LEAVE.label("on_leave"),
            waits_for_answer(WorkType.VISIT, VisitRow.id, VisitRow.technician_id).label("given"),
            sa.case((until < today, 0), (until == today, 1), else_=2).label("left"),
            *(col(VisitRow.id), until, col(VisitRow.minutes), col(VisitRow.locked)),
        )
        .select_from(VisitRow)
        .outerjoin(*technician_of(VisitRow.technician_id))
        .where(planned_between(first, last), *visit_conditions(wanted, today))
    )
    if wanted.area:
        query = query.outerjoin(*merchant_of(VisitRow.merchant_id)).outerjoin(*AREA)
    if wanted.technician_id:
        query = query.outerjoin(
            VisitCompanionRow, col(VisitCompanionRow.visit_id) == col(VisitRow.id)
        )
    each = query.subquery().c
    alike = (
        *(each.planned_on, each.technician_id, each.technician, each.place, each.state),
        *(each.on_leave, each.given),
    )
    counted = (
        sa.select(
            *alike,
            sa.func.min(each.window_until).label("window_until"),
            sa.func.sum(each.minutes).label("minutes"),
            sa.func.max(sa.case((each.locked, 1), else_=0)).label("locked"),
            sa.func.aggregate_strings(sa.cast(each.id, sa.Text), " ").label("ids"),
        )
        .group_by(*alike, each.left)
        .order_by(each.planned_on, sa.func.coalesce(each.technician, ""))
    )
    return tuple(
        DayVisits(
            planned_on=row.planned_on,
            technician_id=row.technician_id or "",
            technician=row.technician or "",
            place=WorkPlace(row.place),
            state=VisitState(row.state),
            on_leave=bool(row.on_leave),
            newly_given=bool(row.given),
            window_until=row.window_until,
            minutes=row.minutes,
            locked=bool(row.locked),
            ids=tuple(row.ids.split(" ")),
        )
        for row in session.execute(counted)
    )
